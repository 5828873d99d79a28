import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { Effect } from 'effect';
import { gsm, type Made, made, type Personality, usim } from '../../devices/card-reader/simulator/card/personality.ts';
import { productOf } from '../../devices/card-reader/simulator/card/product.ts';
import { SimCard } from '../../devices/card-reader/simulator/card/sim-card.ts';
import { modemCard } from '../../devices/card-reader/simulator/modem-card.ts';
import { type Misbehaviour, SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { smartMouseCard } from '../../devices/card-reader/simulator/smart-mouse-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { openPseudoTerminal } from '../../devices/link/pseudo-terminal.ts';
import { type Fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { isIccid } from '../../domain/sim/iccid.ts';
import { encodeFile } from '../../domain/sim/uicc/file-codecs.ts';
import { PROFILES } from '../../domain/sim/uicc/profiles.ts';
import { print, wholeNumber } from '../admin/answer.ts';
import { runProcess } from '../process-shell.ts';

/** `hufu card simulate`: a simulated card on a transport, in the foreground. */

type On =
  | { readonly kind: 'serial' | 'modem' }
  | { readonly kind: 'vpcd'; readonly host: string; readonly port: number };

interface Options {
  readonly on: On;
  readonly card: 'usim' | 'gsm';
  readonly iccid?: Uint8Array;
  readonly adm: string;
  readonly channel?: NonNullable<Made['product']>;
  readonly removeBefore?: number;
  readonly removeAfter?: number;
  readonly silentAt?: number;
  readonly silentMs: number;
  readonly garbageAt?: number;
  readonly slow?: number;
  readonly corrupt?: string;
  readonly admTries?: number;
}

const REDIAL_MS = 250;

const onOf = (text: string): On => {
  if (text === 'serial' || text === 'modem') return { kind: text };
  const [, host = '', port = ''] = /^vpcd:(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
  if (port !== '') return { kind: 'vpcd', host: host || '127.0.0.1', port: Number(port) };
  throw new InvalidArgumentError('serial, modem or vpcd:[HOST:]PORT');
};

const cardOf = (text: string): Options['card'] => {
  if (text === 'usim' || text === 'gsm') return text;
  throw new InvalidArgumentError('usim or gsm');
};

const fidOf = (text: string): string => {
  if (/^[0-9a-f]{4}$/.test(text)) return text;
  throw new InvalidArgumentError('four hex digits in lower case');
};

const iccidOf = (text: string): Uint8Array => {
  const bytes = encodeFile('EF.ICCID', text, 10);
  if (!isIccid(text) || isRefusal(bytes)) throw new InvalidArgumentError('an ICCID with its check digit');
  return bytes;
};

const admOf = (text: string): string => {
  if (/^[\x21-\x7e]{1,8}$/.test(text)) return text;
  throw new InvalidArgumentError('one to eight characters');
};

const CHANNEL_FORM = 'scp02:KEYS or scp03:KEYS; a file of three lines, ENC, MAC and DEK in hex';

/** Keys come from a file: what stands on a command line can be read by everybody on the machine. */
const channelOf = (text: string): NonNullable<Made['product']> => {
  const [, protocol = '', path = ''] = /^(scp0[23]):(.+)$/.exec(text) ?? [];
  const profile = PROFILES.find(({ channel }) => channel?.protocol === protocol);
  const length = protocol === 'scp02' ? [16] : [16, 24, 32];
  const [enc, mac, dek, ...more] = profile === undefined ? [] : keysIn(path);
  const fits = [enc, mac, dek].every((key) => key !== undefined && length.includes(key.length));
  if (
    profile === undefined ||
    enc === undefined ||
    mac === undefined ||
    dek === undefined ||
    !fits ||
    more.length > 0
  ) {
    throw new InvalidArgumentError(CHANNEL_FORM);
  }
  const product = productOf(profile, { enc, mac, dek });
  if (product === undefined) throw new InvalidArgumentError(CHANNEL_FORM);
  return product;
};

const keysIn = (path: string): readonly SecretBytes[] => {
  try {
    const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/);
    return lines.map((line) => new SecretBytes(Buffer.from(line.trim(), 'hex')));
  } catch {
    throw new InvalidArgumentError(`${path} cannot be read`);
  }
};

const personalityOf = ({ card, iccid, adm, channel }: Options): Personality => {
  if (iccid !== undefined) return made({ iccid, adm, ...(channel === undefined ? {} : { product: channel }) });
  return card === 'gsm' ? gsm() : usim();
};

const misbehaviourOf = (options: Options): Misbehaviour => {
  const { removeBefore, removeAfter, silentAt, silentMs, garbageAt, slow, corrupt, admTries } = options;
  const removed =
    removeBefore !== undefined
      ? ({ at: removeBefore, when: 'before' } as const)
      : removeAfter !== undefined
        ? ({ at: removeAfter, when: 'after' } as const)
        : undefined;
  return {
    ...(removed === undefined ? {} : { removed }),
    ...(silentAt === undefined ? {} : { silent: { at: silentAt, ms: silentMs } }),
    ...(garbageAt === undefined ? {} : { garbage: { at: garbageAt } }),
    ...(slow === undefined ? {} : { slowMs: slow }),
    ...(corrupt === undefined ? {} : { corruptRead: corrupt }),
    ...(admTries === undefined ? {} : { admTries }),
  };
};

const serve = (card: SimulatedCard, on: On): Effect.Effect<void, Fault> => {
  if (on.kind === 'vpcd') {
    const { host, port } = on;
    // A reader that is not there yet, or was closed, is dialled again; a card that was taken out stays out.
    return vpcdCard(card, { host, port }).pipe(
      Effect.catchAll(() => Effect.succeed('hung up' as const)),
      Effect.tap((end) => (end === 'hung up' ? Effect.sleep(REDIAL_MS) : Effect.void)),
      Effect.repeat({ until: (end) => end === 'removed' }),
      Effect.asVoid,
    );
  }
  return Effect.scoped(
    Effect.flatMap(openPseudoTerminal, ({ path, device }) => {
      print(on.kind === 'modem' ? `modem:${path}` : `serial:${path}?reset=open`);
      return on.kind === 'modem' ? modemCard(card, device) : smartMouseCard(card, device);
    }),
  );
};

const simulate = (options: Options): Promise<number> => {
  const card = new SimulatedCard(new SimCard(personalityOf(options)));
  card.misbehave(misbehaviourOf(options));
  const served = Effect.forkScoped(serve(card, options.on));
  return runProcess('simulated card', Effect.as(served, { addresses: [], env: {} }));
};

export const addSimulate = (tree: Command, exit: (code: number) => void): void => {
  tree
    .command('simulate')
    .description('a simulated card, in the foreground; prints the address of its reader')
    .requiredOption('--on <transport>', 'serial, modem (both a pseudo-terminal of their own), vpcd:[HOST:]PORT', onOf)
    .option('--card <kind>', 'usim: blank, sealed by ACTIVATE; gsm: a SIM of class A0', cardOf, 'usim')
    .option('--iccid <digits>', 'a blank USIM as its vendor delivers it, with this ICCID, in force', iccidOf)
    .option('--adm <code>', 'its ADM1', admOf, '12345678')
    .option('--channel <protocol:file>', 'with --iccid: IMSI and keys through a secure channel only', channelOf)
    .option('--remove-before <n>', 'is taken out when the n-th command arrives', wholeNumber)
    .option('--remove-after <n>', 'is taken out when it has executed the n-th command', wholeNumber)
    .option('--silent-at <n>', 'says nothing to the n-th command for a while', wholeNumber)
    .option('--silent-ms <ms>', 'how long', wholeNumber, 10_000)
    .option('--garbage-at <n>', 'answers the n-th command with nonsense', wholeNumber)
    .option('--slow <ms>', 'needs so long for each command', wholeNumber)
    .option('--corrupt <fid>', 'gives this file back with a wrong bit', fidOf)
    .option('--adm-tries <n>', 'so many tries are left of ADM1', wholeNumber)
    .action(async (options: Options) => exit(await simulate(options)));
};
