import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, type Scope } from 'effect';
import type { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { writeCard } from '../actors/sim/card-writing/write-card.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import { rootDir } from '../cli/supervisor/run.ts';
import type { CardReader } from '../devices/card-reader/port.ts';
import type { SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import { listenVpcd } from '../devices/card-reader/vpcd.ts';
import type { Fault } from '../domain/kernel/refusal.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { overPty } from '../test/support/card-readers.ts';
import { caller, cardAt, provideCards, provideNumbers, tenant, WANTED } from '../test/support/card-writing.ts';
import type { Bench, BenchContext } from './bench.ts';
import type { Dialling } from './cards/dialling.ts';

/**
 * What a write costs beyond the APDUs that it consists of: everything that is decided and made durable, and the proof of
 * the keys. The bare exchange sends the very same commands to an equal card over the same reader. The simulated cards
 * take their time as a card at 9,600 baud does: some 25 characters of 12 bit times a command.
 */

const CARD_MS = 30;
const SERIAL_WRITES = 10;
const READERS = 64;
const DIALLED = 200;

type House = ManagedRuntime.ManagedRuntime<Actors | Mongo | KeyRing, unknown>;

const withHouse = async ({ mongodbUri, database }: BenchContext, work: (house: House) => Promise<void>) => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-keys-'));
  const house = ManagedRuntime.make(
    ActorsLocal(simActors).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: mongodbUri, database })),
    ),
  );
  try {
    await house.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
    await work(house);
    await house.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  } finally {
    await house.dispose();
    await rm(directory, { recursive: true });
  }
};

const timed = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, number], E, R> =>
  Effect.suspend(() => {
    const start = performance.now();
    return Effect.map(work, (result) => [result, performance.now() - start] as const);
  });

const written = (reader: CardReader, request: string) =>
  Effect.tap(writeCard(reader, { tenant, caller, request }, WANTED), ({ status, code }) =>
    status === 'confirmed' ? Effect.void : Effect.die(new Error(`${request} is ${status}: ${code}`)),
  );

/** Notes every command that goes to the card. */
const noting = (reader: CardReader, commands: Uint8Array[]): CardReader => ({
  ...reader,
  transmit: (command, options) => {
    commands.push(command);
    return reader.transmit(command, options);
  },
});

const bare = (reader: CardReader, commands: readonly Uint8Array[]): Effect.Effect<void, Fault> =>
  Effect.zipRight(
    reader.powerOn,
    Effect.forEach(commands, (command) => reader.transmit(command), { discard: true }),
  );

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const slow = (card: SimulatedCard, slowMs: number): SimulatedCard => {
  card.misbehave({ slowMs });
  return card;
};

/** Write and bare exchange in turns, so that both see the same machine. */
const overSerial = (first: number, slowMs: number) =>
  Effect.gen(function* () {
    const [writes, exchanges]: [number[], number[]] = [[], []];
    for (let no = first; no < first + SERIAL_WRITES; no += 1) {
      const commands: Uint8Array[] = [];
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { reader } = yield* overPty(slow(cardAt(no), slowMs));
          writes.push((yield* timed(written(noting(reader, commands), `serial-${no}`)))[1]);
        }),
      );
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { reader } = yield* overPty(slow(cardAt(no), slowMs));
          exchanges.push((yield* timed(bare(reader, commands)))[1]);
        }),
      );
    }
    return { write: median(writes), exchange: median(exchanges) };
  });

/** All at once; the slowest of them. */
const together = (readers: ReadonlyArray<readonly [CardReader, string]>) =>
  Effect.map(
    Effect.forEach(readers, ([reader, request]) => timed(written(reader, request)), { concurrency: 'unbounded' }),
    (all) => all.map(([, ms]) => ms),
  );

/** Cards of another process, each a reader once it has dialled in. */
const dialledIn = (from: number, count: number): Effect.Effect<readonly CardReader[], Fault, Scope.Scope> =>
  Effect.gen(function* () {
    const listener = yield* listenVpcd({ port: 0, maxWaiting: count });
    const dialling: Dialling = { port: listener.port, from, count, slowMs: CARD_MS };
    yield* Effect.acquireRelease(
      Effect.sync(() => fork(join(rootDir, 'bench', 'cards', 'dialling.ts'), [JSON.stringify(dialling)])),
      (child) =>
        Effect.async<void>((resume) => {
          child.once('exit', () => resume(Effect.void));
          if (child.exitCode !== null || !child.kill('SIGKILL')) resume(Effect.void);
        }),
    );
    return yield* Effect.all(Array.from({ length: count }, () => listener.accept));
  });

const serialPart = async (house: House, { report, log }: BenchContext) => {
  log(`${SERIAL_WRITES} writes over a pseudo-terminal, each beside its bare APDUs`);
  const paced = await house.runPromise(overSerial(0, CARD_MS));
  const goal = { max: 1.15 };
  report({ figure: 'write over serial, card at 9,600 baud', value: paced.write, unit: 'ms', baseline: paced.exchange });
  report({ figure: 'its cost over the bare exchange', value: paced.write / paced.exchange, unit: 'x', goal });
  const quick = await house.runPromise(overSerial(SERIAL_WRITES, 0));
  report({ figure: 'write over serial, card without delay', value: quick.write, unit: 'ms', baseline: quick.exchange });
};

const manyPart = async (house: House, { report, log }: BenchContext, from: number) => {
  log(`${READERS} readers at once`);
  const [alone, all] = await house.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const [single] = yield* dialledIn(from, 1);
        if (single === undefined) return yield* Effect.dieMessage('no card has dialled in');
        const [, one] = yield* timed(written(single, 'alone'));
        const readers = yield* dialledIn(from + 1, READERS);
        return [one, yield* together(readers.map((reader, at) => [reader, `many-${at}`] as const))] as const;
      }),
    ),
  );
  const slowest = Math.max(...all);
  report({ figure: `${READERS} readers at once: median write`, value: median(all), unit: 'ms', baseline: alone });
  report({ figure: `${READERS} readers at once: slowest write`, value: slowest, unit: 'ms', baseline: alone });
  report({
    figure: `${READERS} readers at once: slowest beside one alone`,
    value: slowest / alone,
    unit: 'x',
    goal: { max: 2 },
  });
};

const dialledPart = async (house: House, { report, log }: BenchContext, from: number) => {
  log(`${DIALLED} cards dial in`);
  const all = await house.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const readers = yield* dialledIn(from, DIALLED);
        return yield* timed(together(readers.map((reader, at) => [reader, `dialled-${at}`] as const)));
      }),
    ),
  );
  const [times, total] = all;
  report({ figure: `${DIALLED} cards over TCP: written`, value: times.length, unit: 'cards', goal: { min: DIALLED } });
  report({ figure: `${DIALLED} cards over TCP: all of them`, value: total, unit: 'ms' });
  report({ figure: `${DIALLED} cards over TCP: slowest write`, value: Math.max(...times), unit: 'ms' });
};

export const bench: Bench = {
  name: 'card-writing',
  title: 'Writing blank cards, beside the bare exchange of APDUs',
  servers: ['mongodb'],
  parts: ['serial', 'readers', 'tcp'],
  run: (context) =>
    withHouse(context, async (house) => {
      const cards = 2 * SERIAL_WRITES + READERS + DIALLED + 1;
      await house.runPromise(provideNumbers(cards + 100));
      await house.runPromise(provideCards(0, cards));
      if (context.wants('serial')) await serialPart(house, context);
      if (context.wants('readers')) await manyPart(house, context, 2 * SERIAL_WRITES);
      if (context.wants('tcp')) await dialledPart(house, context, 2 * SERIAL_WRITES + READERS + 1);
    }),
};
