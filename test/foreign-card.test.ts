import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Effect, type Scope } from 'effect';
import { describe, expect, test } from 'vitest';
import { look, write } from '../actors/sim/card-writing/conversation.ts';
import { SERVERS } from '../cli/servers/catalog.ts';
import { readCard } from '../devices/card-reader/card-image.ts';
import type { CardReader, ReaderFault } from '../devices/card-reader/port.ts';
import { listenVpcd } from '../devices/card-reader/vpcd.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import { type CardProfile, judgeCard, profileProblem } from '../domain/sim/uicc/card-profile.ts';
import { decodeFile } from '../domain/sim/uicc/file-codecs.ts';
import { planWrite } from '../domain/sim/uicc/write-plan.ts';
import { subscriptionOf } from '../domain/sim/writing/resource.ts';
import { scoped } from './support/card-readers.ts';
import { foundProgram } from './support/found-program.ts';

/**
 * A card that nobody here wrote, in our reader: vicc, the emulator of the vsmartcard project, dials our vpcd port. It is
 * an ISO 7816-4 card and no UICC: T=1, an answer to reset with a table of functions, file descriptors of one and of six
 * bytes, 6300 for a wrong code. It is read and written by what reads and writes any card. It knows no AUTHENTICATE.
 */

const LAYOUT = resolve(import.meta.dirname, 'support', 'vicc-usim.py');
const ADM = '87654321';
const ICCID = '89860126100000000016';
const IMSI = '460017000000001';
const SMSC = '8613010112500';

const PROFILE: CardProfile = {
  id: 'vicc',
  vendor: 'vsmartcard',
  cardClass: 'uicc',
  // ISO/IEC 7816-4 §12.1.1.9: card capabilities in the historical bytes.
  atr: { value: '3b951381018073ff01000b', mask: 'f'.repeat(22) },
  usimAid: 'a0000000871002ffffffff89',
  adm: { reference: 0x0a, encoding: 'ascii' },
  files: [
    { file: 'EF.ICCID', directory: 'MF', size: 10, from: 'iccid' },
    { file: 'EF.IMSI', directory: 'ADF.USIM', size: 9, from: 'imsi' },
    { file: 'EF.ACC', directory: 'ADF.USIM', size: 2, from: 'accessClasses' },
    { file: 'EF.AD', directory: 'ADF.USIM', size: 4, from: 'administrativeData' },
    { file: 'EF.SMSP', directory: 'ADF.USIM', size: 52, record: 1, from: 'smsParameters' },
  ],
  algorithm: 'comp128',
  immutable: [],
  sealed: false,
};

const vicc = await foundProgram(SERVERS.vicc);
if ('why' in vicc) console.log(`no foreign card is tried: ${vicc.why}`);

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
};

const foreignCard: Effect.Effect<CardReader, ReaderFault, Scope.Scope> = Effect.gen(function* () {
  const listener = yield* listenVpcd({ port: 0 });
  const program = 'why' in vicc ? '' : vicc.program;
  yield* Effect.acquireRelease(
    Effect.sync(() => spawn(program, [LAYOUT, String(listener.port), ADM], { stdio: ['ignore', 'ignore', 'inherit'] })),
    (child) => Effect.promise(() => ended(child)),
  );
  return yield* listener.accept;
});

const writeIt = (reader: CardReader, adm: string) =>
  Effect.gen(function* () {
    const looked = yield* look(reader, [PROFILE]);
    if (isRefusal(looked)) throw new Error(looked.code);
    const legal = judgeCard(looked.seen, { profiles: [PROFILE], profile: PROFILE.id, iccid: ICCID, planned: true });
    if (isRefusal(legal)) return legal;
    const plan = planWrite(PROFILE, { ...subscriptionOf(ICCID, IMSI, SMSC, null), adm }, legal.keepsIccid);
    if (isRefusal(plan)) throw new Error(plan.code);
    return yield* write(reader, PROFILE, plan, undefined);
  });

describe.skipIf('why' in vicc)('a card of vicc dials in', () => {
  test('it is written, every file read back, and is not blank then', async () => {
    expect(profileProblem(PROFILE)).toBeUndefined();
    await scoped(
      Effect.gen(function* () {
        const reader = yield* foreignCard;
        expect(yield* writeIt(reader, ADM)).toEqual({
          progress: { adm: 'right', channel: 'untried', imsi: 'written' },
          proved: false,
        });
        const { atr, cardClass, directories } = yield* readCard(reader);
        expect(Buffer.from(atr).toString('hex')).toBe(PROFILE.atr.value);
        expect(cardClass).toBe('uicc');
        expect(directories.map(({ name }) => name)).toEqual(['MF', 'DF.TELECOM', 'ADF.USIM']);
        const files = new Map(directories.flatMap((each) => each.files).map((file) => [file.name, file]));
        const value = (name: Parameters<typeof decodeFile>[0]) =>
          decodeFile(name, files.get(name)?.content?.[0] ?? Buffer.alloc(0));
        expect([value('EF.ICCID'), value('EF.IMSI')]).toEqual([ICCID, IMSI]);
        expect(JSON.stringify(value('EF.SMSP'))).toContain(SMSC);
        expect(files.get('EF.SMSP')?.content).toHaveLength(2);
        // More than one READ BINARY gives; and more bytes and records than a command can name.
        expect(files.get('EF.PLMNwAcT')?.content?.map(({ length }) => length)).toEqual([300]);
        expect(files.get('EF.FPLMN')).toMatchObject({ structure: 'transparent', withheld: 'TooLong' });
        expect(files.get('EF.ADN')).toMatchObject({ structure: 'linear-fixed', withheld: 'TooLong' });
        expect(yield* writeIt(reader, ADM)).toMatchObject({ code: 'CardNotBlank' });
      }),
    );
  }, 60_000);

  test('its word for a wrong code is understood: the code is not tried again, and nothing is written', async () => {
    await scoped(
      Effect.gen(function* () {
        const reader = yield* foreignCard;
        expect(yield* writeIt(reader, '00000000')).toMatchObject({
          progress: { adm: 'refused', imsi: 'absent' },
          problem: {},
        });
        expect(yield* look(reader, [PROFILE])).toMatchObject({ seen: { iccid: null, imsi: null } });
      }),
    );
  }, 60_000);
});
