import { Effect, Fiber, type Scope, Stream } from 'effect';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { byteReader } from './byte-reader.ts';
import type { SerialDevice, SerialLink } from './link.ts';
import { memoryPair } from './memory.ts';
import { memorySerial } from './memory-serial.ts';
import { openPseudoTerminal } from './pseudo-terminal.ts';
import { openSerial } from './serial.ts';

/** A serial line whose far side is a program: in memory, and as a pseudo-terminal of the operating system. */

interface Serial {
  readonly open: (baudRate: number) => Effect.Effect<SerialLink, Fault, Scope.Scope>;
  readonly device: SerialDevice;
}

const inMemory: Effect.Effect<Serial, Fault, Scope.Scope> = Effect.map(memorySerial, ({ open, device }) => ({
  open: (baudRate) => open({ baudRate }),
  device,
}));

const asTerminal: Effect.Effect<Serial, Fault, Scope.Scope> = Effect.map(openPseudoTerminal, ({ path, device }) => ({
  open: (baudRate) => openSerial({ path, baudRate }),
  device,
}));

const run = <A, E>(scenario: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(scenario));

describe.each([
  ['memory', inMemory],
  ['pseudo-terminal', asTerminal],
] as const)('%s', (_name, serial) => {
  test('the far side sees openings, closings and speeds, also odd ones, in order', async () => {
    await run(
      Effect.gen(function* () {
        const { open, device } = yield* serial;
        const states = yield* Effect.fork(
          Stream.runCollect(Stream.takeUntil(device.states, ({ dtr, baudRate }) => !dtr && baudRate === 223_200)),
        );
        yield* Effect.scoped(
          Effect.gen(function* () {
            const link = yield* open(9_600);
            yield* link.write(Uint8Array.of(1));
            yield* byteReader(device).take(1, 2_000);
            expect(device.state()).toEqual({ baudRate: 9_600, rts: true, dtr: true });
            yield* link.setBaudRate(223_200);
            yield* link.write(Uint8Array.of(2));
            yield* byteReader(device).take(1, 2_000);
            expect(device.state().baudRate).toBe(223_200);
          }),
        );
        const seen = [...(yield* Fiber.join(states))];
        expect(seen.at(-1)).toEqual({ baudRate: 223_200, rts: false, dtr: false });
        expect(seen.filter(({ dtr }, at) => dtr && seen[at - 1]?.dtr !== true)).toHaveLength(1);
      }),
    );
  });

  test('a line that is closed and opened at once was opened twice', async () => {
    await run(
      Effect.gen(function* () {
        const { open, device } = yield* serial;
        const openings = yield* Effect.fork(
          device.states.pipe(
            Stream.map(({ dtr }) => dtr),
            Stream.changes,
            Stream.filter((dtr) => dtr),
            Stream.take(3),
            Stream.runCount,
          ),
        );
        for (let no = 0; no < 3; no += 1) yield* Effect.scoped(open(9_600));
        expect(yield* Fiber.join(openings)).toBe(3);
      }),
    );
  });
});

test('control lines go both ways in memory; a pseudo-terminal has none, and says so', async () => {
  await run(
    Effect.gen(function* () {
      const { open, device } = yield* memorySerial;
      const link = yield* open({ baudRate: 9_600 });
      yield* link.set({ rts: false });
      expect(device.state()).toMatchObject({ rts: false, dtr: true });
      yield* device.drive({ cts: true });
      expect(yield* link.get).toEqual({ cts: true, dsr: false, dcd: false });
      const { path } = yield* openPseudoTerminal;
      const terminal = yield* openSerial({ path, baudRate: 9_600 });
      expect(yield* Effect.flip(terminal.set({ rts: true }))).toMatchObject({ service: 'link', code: 'LinkUnable' });
    }),
  );
});

test('counted bytes come whole wherever they were cut, and a time-out takes nothing away', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1 }),
      fc.nat(30),
      (chunks, cut) =>
        run(
          Effect.gen(function* () {
            const [near, far] = yield* memoryPair();
            const all = Buffer.concat(chunks);
            for (const chunk of chunks) yield* far.write(chunk);
            const bytes = byteReader(near);
            const first = Math.min(cut, all.length);
            const head = yield* bytes.take(first, 1_000);
            const late = yield* Effect.flip(bytes.take(all.length - first + 1, 5));
            expect(late).toMatchObject({ code: 'LinkTimeout' });
            const rest = yield* bytes.take(all.length - first, 1_000);
            expect(Buffer.concat([head, rest]).equals(all)).toBe(true);
          }),
        ),
    ),
    { numRuns: 30 },
  );
});

test('an end is noticed while nobody reads; what is discarded is gone, what comes later is not', async () => {
  await run(
    Effect.gen(function* () {
      const [near, far] = yield* memoryPair();
      const bytes = byteReader(near);
      yield* far.write(Buffer.from('noise'));
      yield* Effect.promise(() => new Promise((later) => setImmediate(later)));
      yield* bytes.discard;
      yield* far.write(Buffer.from('answer'));
      expect(Buffer.from(yield* bytes.take(6, 1_000)).toString()).toBe('answer');
      const ended = yield* Effect.fork(near.ended);
      yield* far.close;
      expect(yield* Fiber.join(ended)).toMatch(/hung up|closed/);
    }),
  );
});
