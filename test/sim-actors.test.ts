import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { applicationActor } from '../actors/sim/application.ts';
import { cardActor } from '../actors/sim/card.ts';
import { imsiActor } from '../actors/sim/imsi.ts';
import { iccidRangeActor, imsiRangeActor, rangeRegistryActor } from '../actors/sim/number-range.ts';
import { registerRange } from '../actors/sim/register-range.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { Caller } from '../domain/kernel/caller.ts';
import { bodyOfIccid, iccidOfBody } from '../domain/sim/iccid.ts';
import type { Imsi } from '../domain/sim/imsi.ts';
import { numbersOf } from '../domain/sim/number-block.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { cardStock, countCards } from '../store/sim/card-counts.ts';
import { listApplications, listCards, listPartnerFiles, listRanges, simPlans } from '../store/sim/lists.ts';
import { numberStock, rangesWithStock } from '../store/sim/number-ranges.ts';
import { serverAddress, uniqueName } from './support/names.ts';

const tenant = 'demo' as TenantId;
const caller: Caller = { subject: 'operator', tenant, roles: ['operator'] };
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | KeyRing | Mongo, unknown>;

const start = (database: string) =>
  ManagedRuntime.make(
    ActorsLocal(simActors).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
    ),
  );

const database = uniqueName('sim_actors');
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-sim-keys-'));
  runtime = start(database);
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, simPlans)));
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const run = <A, E>(effect: Effect.Effect<A, E, Actors | KeyRing | Mongo>): Promise<A> => runtime.runPromise(effect);
const attempt = <A, E>(effect: Effect.Effect<A, E, Actors | KeyRing | Mongo>) => run(Effect.either(effect));
const envelope = (commandId: string) => ({ commandId, caller });

const range = { product: 'P1', city: null };
const iccidRange = { type: 'iccid', first: '8986012600000000000', last: '8986012600000000999', ...range } as const;
const imsiRange = { type: 'imsi', first: '460010000000000', last: '460010000000999', ...range } as const;

describe('card making on real storage', () => {
  it('registers ranges that never overlap', async () => {
    const first = await run(registerRange(tenant, iccidRange, envelope('r1')));
    expect(first.reply).toMatchObject({ changed: true, books: { size: 1_000, free: 1_000 } });
    expect((await run(registerRange(tenant, iccidRange, envelope('r1-again')))).reply).toMatchObject({
      changed: false,
    });
    await run(registerRange(tenant, imsiRange, envelope('r2')));
    const overlapping = { ...iccidRange, last: '8986012600000001999' };
    expect(await attempt(registerRange(tenant, overlapping, envelope('r3')))).toMatchObject(
      Either.left({ code: 'RangeOverlaps' }),
    );
    const refused = { ...imsiRange, first: '46001', last: '46002' };
    expect(await attempt(registerRange(tenant, refused, envelope('r4')))).toMatchObject(
      Either.left({ code: 'InvalidBounds' }),
    );
  });

  it('never gives a number to two of many who ask at once', async () => {
    const taken = await run(
      Effect.gen(function* () {
        const actors = yield* Actors;
        const key = `${imsiRange.first}-${imsiRange.last}`;
        return yield* actors.askMany(
          imsiRangeActor,
          Array.from({ length: 40 }, (_, at) => ({
            id: { tenant, key },
            command: {
              _tag: 'Allocate' as const,
              application: `A-${at}`,
              line: 1,
              round: 1,
              quantity: 25,
              partial: false,
            },
            envelope: envelope(`allocate-${at}`),
          })),
        );
      }),
    );
    const numbers = taken.flatMap((one) => (Either.isRight(one) ? [...numbersOf(one.right.reply.blocks)] : []));
    expect(numbers).toHaveLength(1_000);
    expect(new Set(numbers).size).toBe(1_000);
    const more = await attempt(
      Effect.flatMap(Actors, (actors) =>
        actors.ask(imsiRangeActor, {
          id: { tenant, key: `${imsiRange.first}-${imsiRange.last}` },
          command: { _tag: 'Allocate', application: 'A-99', line: 1, round: 1, quantity: 1, partial: false },
          envelope: envelope('allocate-99'),
        }),
      ),
    );
    expect(more).toMatchObject(Either.left({ code: 'RangeExhausted' }));
  });

  it('carries 200 cards from plan to stock, each counted once however often it is told', async () => {
    const application = 'A20261123-0001';
    const cards = Array.from({ length: 200 }, (_, at) => iccidOfBody(`89860126000000${`${at}`.padStart(5, '0')}`));
    const told = await run(
      Effect.gen(function* () {
        const actors = yield* Actors;
        const plan = (at: number) => ({
          _tag: 'Plan' as const,
          application,
          line: 1,
          imsi: `46001${`${at}`.padStart(10, '0')}` as Imsi,
          product: 'P1',
          city: '110000',
          cardType: 'finished' as const,
        });
        const all = <Command>(name: string, command: (at: number) => Command) =>
          cards.map((iccid, at) => ({
            id: { tenant, key: iccid },
            command: command(at),
            envelope: envelope(`${name}:${at}`),
          }));
        yield* actors.askMany(cardActor, all('plan', plan));
        yield* actors.askMany(
          cardActor,
          all('assign', () => ({ _tag: 'Assign' as const, vendor: 'V1', part: '1.1' })),
        );
        const produce = (name: string) =>
          actors.askMany(
            cardActor,
            all(name, (at) => ({
              _tag: 'Produce' as const,
              vendor: 'V1',
              result: at % 10 === 0 ? ('failed' as const) : ('made' as const),
              reason: at % 10 === 0 ? 'chip' : null,
              posFile: 'a'.repeat(64),
            })),
          );
        const changed = (
          answers: ReadonlyArray<Either.Either<{ readonly reply: { readonly changed: boolean } }, unknown>>,
        ) => answers.filter((one) => Either.isRight(one) && one.right.reply.changed).length;
        // The same command ids: the same answers. Other ids (the file came again): nothing has changed.
        return {
          first: changed(yield* produce('file1')),
          repeated: changed(yield* produce('file1')),
          again: changed(yield* produce('file2')),
        };
      }),
    );
    expect(told).toEqual({ first: 200, repeated: 200, again: 0 });
    await expect
      .poll(() => run(countCards(tenant, application)), { timeout: 10_000 })
      .toEqual([
        { line: 1, status: 'failed', confirmed: false, cards: 20 },
        { line: 1, status: 'made', confirmed: false, cards: 180 },
      ]);
    expect(await run(cardStock(tenant))).toEqual([
      { cardType: 'finished', product: 'P1', city: '110000', cards: 180, used: 0, failed: 20, returned: 0 },
    ]);
    const page = await run(listCards({ tenant, filters: { application, status: 'failed' }, limit: 15 }));
    expect(page.items).toHaveLength(15);
    const rest = await run(
      listCards({ tenant, filters: { application, status: 'failed' }, cursor: page.nextCursor ?? '', limit: 15 }),
    );
    expect(rest).toMatchObject({ nextCursor: null, items: { length: 5 } });
    expect(
      new Set([...page.items, ...rest.items].map(({ iccid }) => bodyOfIccid(iccid as (typeof cards)[0] & string))).size,
    ).toBe(20);
    const other = await run(listCards({ tenant: 'other' as TenantId, filters: { application } }));
    expect(other.items).toEqual([]);
  });

  it('puts an IMSI on one card only, however many ask at once', async () => {
    const answers = await run(
      Effect.flatMap(Actors, (actors) =>
        actors.askMany(
          imsiActor,
          Array.from({ length: 20 }, (_, at) => ({
            id: { tenant, key: '460010000000777' },
            command: {
              _tag: 'Reserve' as const,
              iccid: iccidOfBody(`89860126000000${`${500 + at}`.padStart(5, '0')}`),
              application: 'A-1',
              line: 1,
              product: 'P1',
              city: '110000',
            },
            envelope: envelope(`reserve:${at}`),
          })),
        ),
      ),
    );
    expect(answers.filter(Either.isRight)).toHaveLength(1);
    for (const answer of answers.filter(Either.isLeft)) expect(answer.left).toMatchObject({ code: 'ImsiOnOtherCard' });
  });

  it('keeps neither an IMSI nor its card readable in the database', async () => {
    const documents = await run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(() => databaseOf(connection).collection('sim_cards').find({}).limit(5).toArray()),
      ),
    );
    expect(documents.length).toBe(5);
    for (const document of documents) expect(JSON.stringify(document)).not.toMatch(/46001\d{10}/);
    const records = await run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(() =>
          databaseOf(connection).collection('journal').find({ kind: 'sim.card' }).limit(50).toArray(),
        ),
      ),
    );
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(JSON.stringify(record)).not.toMatch(/46001\d{10}/);
  });

  it('finds an application again after a restart, with what its lists say', async () => {
    const id = { tenant, key: 'A20261123-0002' };
    const lines = [
      { no: 1, cardType: 'blank' as const, product: 'P1', city: '310000', quantity: 5 },
      { no: 2, cardType: 'finished' as const, product: 'P2', city: '110000', quantity: 7 },
    ];
    await run(
      Effect.flatMap(Actors, (actors) =>
        actors.ask(applicationActor, {
          id,
          command: { _tag: 'Draft', partner: 'VOP', remarks: '', vendors: [], lines },
          envelope: envelope('draft'),
        }),
      ),
    );
    const before = await run(Effect.flatMap(Actors, (actors) => actors.read(applicationActor, id)));
    await runtime.dispose();
    runtime = start(database);
    const after = await run(Effect.flatMap(Actors, (actors) => actors.read(applicationActor, id)));
    expect(after).toEqual(before);
    const filters = { stage: 'draft', city: '310000', product: 'P2' };
    await expect
      .poll(async () => (await run(listApplications({ tenant, filters }))).items, { timeout: 10_000 })
      .toMatchObject([{ no: id.key, stage: 'draft', waitingFor: 'staff', books: { applied: 12, open: 12 } }]);
    expect((await run(listApplications({ tenant, filters: { stage: 'completed' } }))).items).toEqual([]);
    expect((await run(listPartnerFiles({ tenant }))).items).toEqual([]);
  });

  it('adds up the stock, and names the ranges of a city before those for any', async () => {
    const local = { type: 'iccid', first: '8986012700000000000', last: '8986012700000000099', product: 'P1' } as const;
    await run(registerRange(tenant, { ...local, city: '110000' }, envelope('r5')));
    const stock = () => run(numberStock(tenant, { type: 'iccid' }));
    await expect.poll(stock, { timeout: 10_000 }).toMatchObject([
      { type: 'iccid', product: 'P1', city: null, free: 1_000, ranges: 1 },
      { type: 'iccid', product: 'P1', city: '110000', free: 100, ranges: 1 },
    ]);
    expect(await run(rangesWithStock(tenant, { type: 'iccid', product: 'P1', city: '110000' }))).toEqual([
      `${local.first}-${local.last}`,
      `${iccidRange.first}-${iccidRange.last}`,
    ]);
    expect(await run(rangesWithStock(tenant, { type: 'imsi', product: 'P1', city: '110000' }))).toEqual([]);
    expect((await run(listRanges({ tenant, filters: { type: 'imsi' } }))).items).toMatchObject([
      { type: 'imsi', books: { allocated: 1_000, free: 0 } },
    ]);
    const registry = await run(
      Effect.flatMap(Actors, (actors) => actors.read(rangeRegistryActor, { tenant, key: 'iccid' })),
    );
    expect(registry.state.ranges).toHaveLength(2);
    const range_ = await attempt(
      Effect.flatMap(Actors, (actors) => actors.read(iccidRangeActor, { tenant, key: 'never' })),
    );
    expect(range_).toMatchObject(Either.left({ kind: 'missing' }));
  });
});
