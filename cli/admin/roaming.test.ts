import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { settlementPeriodActor } from '../../actors/roaming/settlement-period.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { daysBetween } from '../../domain/roaming/settlement/day.ts';
import type { PeriodCommand } from '../../domain/roaming/settlement/schema.ts';
import { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { keepClearingFile, noteSent } from '../../store/roaming/clearing-files.ts';
import { hufu, objects } from '../../test/support/admin.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Failure } from '../failure.ts';
import { collectionPlans } from './plans.ts';

/** `hufu admin roaming …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const database = uniqueName('admin_roaming');
const FROM = '2026-09-01';
const TO = '2026-09-30';
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Files | Mongo, unknown>;
const run = <A, E>(effect: Effect.Effect<A, E, Actors | Files | Mongo>): Promise<A> => runtime.runPromise(effect);

const none = { absoluteMinor: null, perMille: null };
const commands: ReadonlyArray<PeriodCommand> = [
  {
    _tag: 'Open',
    partner: 'HKGPP',
    agreement: 'HKGPP-2026',
    from: FROM,
    to: TO,
    frequency: 'monthly',
    currency: 'SDR',
    decimals: 2,
    rounding: 'halfEven',
    rates: [],
    tolerance: { line: none, total: none },
    twoPersonsOverMinor: 0n,
    carriedMinor: 250n,
  },
  ...daysBetween(FROM, TO).map((day): PeriodCommand => ({ _tag: 'AddDay', book: 'HKGPP', day, lines: [] })),
  { _tag: 'Draw', books: ['HKGPP'] },
];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-admin-roaming-'));
  const keys = join(directory, 'keys');
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
  );
  runtime = ManagedRuntime.make(Layer.merge(ActorsLocal(roamingActors), FilesLive).pipe(Layer.provideMerge(stores)));
  process.env['HUFU_DATABASE'] = database;
  process.env['HUFU_KEY_DIR'] = keys;
  process.env['HUFU_STATE_DIR'] = directory;
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      for (const [at, command] of commands.entries()) {
        const envelope = { commandId: `period-${at}`, caller: { subject: 'ann', tenant, roles: ['finance'] as const } };
        yield* actors.ask(settlementPeriodActor, { id: { tenant, key: `HKGPP-2026:${FROM}` }, command, envelope });
      }
      const name = 'BDCHNCMHKGPP20260905.csv';
      const file = { tenant, area: 'roaming', name, contentType: 'text/csv' };
      const ref = yield* (yield* Files).put(file, Stream.make(Buffer.from('a')));
      const about = { kind: 'dayReport', partner: 'HKGPP', of: '2026-09-05', name, way: 'made' } as const;
      yield* keepClearingFile(tenant, { ...about, ref, atMs: 1_793_500_800_000, result: 'kept', counts: { lines: 7 } });
      yield* noteSent(tenant, about, 'finance', 1_793_500_900_000);
    }),
  );
});
afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => databaseOf(connection).dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true, force: true });
});

it('periods, days and files of settlement are listed, and a statement is written to a file', async () => {
  const listed = async () =>
    expect(objects(await hufu('roaming', 'settlements', '--stage', 'drawn', '--json'))).toMatchObject([
      { partner: 'HKGPP', agreement: 'HKGPP-2026', from: FROM, stage: 'drawn', days: 30 },
    ]);
  // State documents are written behind.
  await vi.waitFor(listed, { timeout: 30_000, interval: 200 });
  expect(await hufu('roaming', 'days')).toMatch(/dayReport +HKGPP +2026-09-05 .* finance +kept +lines 7/);
  expect(await hufu('roaming', 'months')).toContain('none');
  expect(await hufu('roaming', 'files', '--kind', 'dayReport', '--of', '2026-09-05')).toContain('BDCHNCMHKGPP20260905');
  const out = join(directory, 'statement.csv');
  const said = await hufu('roaming', 'statement', 'HKGPP-2026', FROM, '--format', 'csv', '--out', out);
  expect(said).toContain('net 250 SDR');
  expect(await readFile(out, 'utf8')).toContain('Direction,Service');
  await expect(hufu('roaming', 'statement', 'HKGPP-2026', '2026-10-01', '--out', out)).rejects.toThrow(Failure);
});
