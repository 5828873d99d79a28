import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { writeCard } from '../actors/sim/card-writing/write-card.ts';
import { imsiActor } from '../actors/sim/imsi.ts';
import { imsiRangeActor } from '../actors/sim/number-range.ts';
import { memoryReader } from '../devices/card-reader/simulator/memory-card.ts';
import type { SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import type { WriteWanted } from '../domain/sim/writing/schema.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { writingPlans } from '../store/sim/card-writes.ts';
import { simPlans } from '../store/sim/lists.ts';
import { caller, cardAt, iccidAt, provideCards, provideNumbers, SMSC, tenant, WANTED } from './support/card-writing.ts';
import { serverAddress, uniqueName } from './support/names.ts';

let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo | KeyRing, unknown>;
let range: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-sim-keys-'));
  runtime = ManagedRuntime.make(
    ActorsLocal(simActors, { flushEveryMs: 20 }).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('card_writing') })),
    ),
  );
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, [...simPlans, ...writingPlans])));
  range = await runtime.runPromise(provideNumbers(1_000));
  await runtime.runPromise(provideCards(0, 60));
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo | KeyRing>): Promise<A> => runtime.runPromise(effect);

const write = (request: string, card: SimulatedCard, wanted: WriteWanted = WANTED) =>
  Effect.flatMap(memoryReader('memory', card), (reader) => writeCard(reader, { tenant, caller, request }, wanted));

const imsiOf = (imsi: string | null) =>
  Effect.flatMap(Actors, (actors) => actors.read(imsiActor, { tenant, key: imsi ?? '' }));

describe('writing a blank card', () => {
  it('ends with an IMSI that is confirmed, on the card and in the range, and the same answer for the same request', async () => {
    const card = cardAt(0);
    const first = await run(write('W-1', card));
    expect(first).toMatchObject({
      status: 'confirmed',
      iccid: iccidAt(0),
      smsc: SMSC,
      proved: true,
      closed: true,
      code: null,
    });
    expect(await run(imsiOf(first.imsi))).toMatchObject({ state: { status: 'confirmed', iccid: iccidAt(0) } });
    const books = await run(Effect.flatMap(Actors, (actors) => actors.read(imsiRangeActor, { tenant, key: range })));
    expect(books.state?.books).toMatchObject({ used: 1, allocated: 0 });
    expect(await run(write('W-1', card))).toEqual(first);
    expect(await run(Effect.flip(write('W-1', card, { ...WANTED, product: 'OTHER' })))).toMatchObject({
      code: 'RequestDiffers',
    });
    expect(await run(write('W-1b', card))).toMatchObject({ status: 'refused', code: 'CardNotInStock' });
  });
});
