import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Effect, Either, Schedule, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPcscPlace } from '../../../cli/demo/pcsc-place.ts';
import { hex, scoped } from '../../../test/support/card-readers.ts';
import { readCard } from '../card-image.ts';
import { listPcsc, openPcsc } from './pcsc.ts';
import { loadSmartcard, pcscFault } from './smartcard.ts';

/**
 * The real PC/SC service with the virtual reader of vsmartcard, in a network of its own, since that reader listens on
 * every interface; and a simulated card that dials it there. Runs where all of it is installed and may be started, and
 * where no PC/SC service runs already.
 */

const PROJECT = resolve(import.meta.dirname, '..', '..', '..');
const START = 'ip link set lo up; pcscd -f & exec "$0" cli/main.ts card simulate --on vpcd:35963';

const missing = (): string | undefined => {
  if (Either.isLeft(Effect.runSync(Effect.either(loadSmartcard)))) return 'the package smartcard is not compiled';
  if (!existsSync('/usr/sbin/pcscd')) return 'pcscd is not installed';
  if (!existsSync('/etc/reader.conf.d/vpcd')) return 'vsmartcard-vpcd is not installed';
  if (process.getuid?.() !== 0) return 'a network of its own needs root';
  return existsSync('/run/pcscd/pcscd.comm') ? 'another PC/SC service runs' : undefined;
};

const why = missing();

describe.skipIf(why !== undefined)(`PC/SC${why === undefined ? '' : ` (not tried here: ${why})`}`, () => {
  let house: ChildProcess | undefined;

  beforeAll(() => {
    // A group of its own, to be ended as one.
    house = spawn('unshare', ['-n', 'sh', '-c', START, process.execPath], {
      cwd: PROJECT,
      stdio: 'ignore',
      detached: true,
    });
  });

  afterAll(async () => {
    if (house?.pid === undefined) return;
    const ended = once(house, 'exit');
    process.kill(-house.pid, 'SIGTERM');
    await ended;
  });

  test('the card is read, its answers are collected, and it is there', async () => {
    await scoped(
      Effect.gen(function* () {
        const started = Schedule.intersect(Schedule.spaced(100), Schedule.recurs(150));
        const reader = yield* Effect.retry(
          Effect.tap(openPcsc('Virtual PCD'), ({ powerOn }) => powerOn),
          started,
        );
        const image = yield* readCard(reader);
        expect(Buffer.from(image.atr).toString('hex')).toBe('3b9f96801fc78031a073be21136743200718000001a5');
        expect(image.directories.map(({ name }) => name)).toEqual(['MF', 'DF.TELECOM', 'DF.GSM', 'ADF.USIM']);
        yield* reader.reset;
        yield* reader.transmit(hex('00a40004022fe2'));
        expect((yield* reader.transmit(hex('00b000000a'))).data.toString('hex')).toBe('f'.repeat(20));
        expect([...(yield* Stream.runCollect(Stream.take(reader.presence, 1)))]).toEqual(['present']);
        const fault = yield* Effect.flip(openPcsc('No such reader'));
        expect(fault).toMatchObject({ code: 'ReaderUnavailable', execution: 'no' });
        expect(fault.message).toMatch(/Virtual PCD/);
        expect(yield* listPcsc).toEqual([
          { name: 'Virtual PCD 00 00', presence: 'present' },
          { name: 'Virtual PCD 00 01', presence: 'absent' },
        ]);
      }),
    );
  }, 60_000);

  test('the demo takes an empty virtual reader that is named, and no other', async () => {
    expect(await findPcscPlace('Virtual PCD 00 01')).toEqual({ reader: 'Virtual PCD 00 01', port: 35_964 });
    await expect(findPcscPlace('Virtual PCD 00 00')).rejects.toThrow(/a card lies in Virtual PCD 00 00/);
    await expect(findPcscPlace('ACS')).rejects.toThrow(/no reader whose name begins with "ACS"/);
    expect(await findPcscPlace(undefined)).toMatch(/^not used \(it has Virtual PCD 00 00/);
  });
});

test.skipIf(existsSync('/run/pcscd/pcscd.comm'))(
  'without a service the demo says why PC/SC is not present',
  async () => {
    for (const wanted of [undefined, 'Virtual']) expect(await findPcscPlace(wanted)).toMatch(/^not present \(\S.*\)$/);
  },
);

test.each([
  [Object.assign(new Error('x'), { code: 0x8010_0069 }), 'CardRemoved'],
  [new Error('Card was reset'), 'CardRemoved'],
  [new Error('No smart card present'), 'CardAbsent'],
  [new Error('Sharing violation'), 'ReaderUnavailable'],
  [new Error('something else'), 'ProtocolError'],
])('an error of PC/SC has a name: %s', (error, code) => {
  expect(pcscFault('reader', error, 'unknown')).toMatchObject({ code, execution: 'unknown' });
});
