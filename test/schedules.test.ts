import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { NeedsOfSet } from '../activities/activity.ts';
import { operationsSteps } from '../activities/operations/steps.ts';
import { simSteps } from '../activities/sim/steps.ts';
import { type Workers, workersLayer } from '../activities/worker.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { applicationActor } from '../actors/sim/application.ts';
import { partnerFileActor } from '../actors/sim/partner-file.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { Fault } from '../domain/kernel/refusal.ts';
import type { ApplicationCommand } from '../domain/sim/application/schema.ts';
import { partnerFileKey } from '../domain/sim/partner-file.ts';
import type { FileKind } from '../domain/sim/vop-file.ts';
import { vopFileName } from '../domain/sim/vop-file-name.ts';
import { backupRoutes } from '../gateway/operations/backups.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { simRoutes } from '../gateway/sim/routes.ts';
import { CardMakingSettings } from '../gateway/sim/settings.ts';
import { directoryPlace } from '../partners/backup/directory.ts';
import { Backups } from '../partners/backup/port.ts';
import { crmPort } from '../partners/crm/http.ts';
import { CrmPort } from '../partners/crm/port.ts';
import { noEop } from '../partners/eop/https.ts';
import { EopPort } from '../partners/eop/port.ts';
import { mailPortAt } from '../partners/mail/driver.ts';
import { SFTP_TUNING } from '../partners/sftp-connection.ts';
import { runSimulators, type Simulators } from '../partners/simulators.ts';
import { vendorPortAt } from '../partners/vendor/sftp.ts';
import { vopPortAt } from '../partners/vop/sftp.ts';
import type { Files } from '../store/files/files.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { listAlerts, raiseAlert } from '../store/operations/alerts.ts';
import { listBackups } from '../store/operations/backup/log.ts';
import { compactCollection, looseCollections } from '../store/operations/compaction.ts';
import { usageMonths } from '../store/roaming/usage-months.ts';
import type { PartnerFileItem } from '../store/sim/lists.ts';
import { applicationStandings, knownFiles } from '../store/sim/strays.ts';
import { makeTracing } from '../telemetry/tracing.ts';
import { allWorkflows, root } from '../temporal/bundle.ts';
import type { Processes } from '../temporal/client.ts';
import { reconcileSchedules } from '../temporal/schedules.ts';
import { processesLayer, schedulesOf, Temporal, temporalLayer } from '../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import { TELECOM_DEADLINES } from '../workflows/sim/telecom/deadlines.ts';
import { keepRun } from './journeys/runs.ts';
import { draft } from './support/card-making.ts';
import { startGateway } from './support/gateway.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** The declared schedules on the real Temporal server, with real workers, stores and VOP's file server. */

const tenant = 'demo' as TenantId;
const caller = { subject: 'test', tenant, roles: ['operator'] as const };
const namespace = uniqueName('schedules').replaceAll('_', '-');
type Services = Actors | CardMakingSettings | Files | KeyRing | Mongo | Processes | Temporal | Workers;

let directory: string;
let simulators: Simulators;
let runtime: ManagedRuntime.ManagedRuntime<Services, Fault>;
const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-schedules-'));
  simulators = await runSimulators({ directory: join(directory, 'partners'), tickMs: 50, vendors: [] });
  const stores = keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('schedules') })),
  );
  const temporal = temporalLayer({
    address: serverAddress('TEMPORAL_ADDRESS'),
    namespace,
    queuePrefix: 'hufu',
    tls: false,
    apiKey: undefined,
  });
  const tuning = { ...SFTP_TUNING, settleMs: 20 };
  const partners = Layer.mergeAll(
    vopPortAt(simulators.vopServer, tuning),
    vendorPortAt([], tuning),
    Layer.succeed(CrmPort, crmPort([])),
    mailPortAt(undefined),
    Layer.succeed(EopPort, noEop),
    Layer.succeed(Backups, { place: directoryPlace(join(directory, 'backups')), keep: { days: 14, months: 12 } }),
  );
  const workers = workersLayer<NeedsOfSet<typeof simSteps | typeof operationsSteps>>({
    sets: [simSteps, operationsSteps],
    workflowsPath: allWorkflows,
    cacheDir: join(root, '.hufu/cache'),
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(Layer.provide(partners));
  const settings = Layer.succeed(CardMakingSettings, {
    pollEveryMs: 60_000,
    deadlines: DEFAULT_DEADLINES,
    telecomDeadlines: TELECOM_DEADLINES,
  });
  runtime = ManagedRuntime.make(
    Layer.mergeAll(workers, settings).pipe(
      Layer.provideMerge(Layer.mergeAll(ActorsLocal(simActors), FilesLive, processesLayer)),
      Layer.provideMerge(temporal),
      Layer.provideMerge(stores),
    ),
  );
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
});

afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await simulators.close();
  await rm(directory, { recursive: true });
});

/** As declared, but looking at files at once. */
const declared = schedulesOf(tenant).map((one) =>
  one.name === 'stray-files' ? { ...one, input: { ...one.input, minAgeMs: 0 } } : one,
);

/** Lets the schedule start its workflow now, and waits for what that one returns; `recorded`: the name of its history. */
const trigger = (name: string, recorded?: string): Promise<unknown> =>
  run(
    Effect.gen(function* () {
      const { client } = yield* Temporal;
      const handle = client.schedule.getHandle(`hufu/${name}`);
      const before = (yield* Effect.promise(() => handle.describe())).info.numActionsTaken;
      yield* Effect.promise(() => handle.trigger());
      const started = yield* Effect.promise(() => handle.describe()).pipe(
        Effect.map(({ info }) => (info.numActionsTaken > before ? info.recentActions.at(-1)?.action : undefined)),
        Effect.filterOrFail((action) => action !== undefined),
        Effect.retry(Schedule.spaced(50)),
        Effect.timeout(20_000),
      );
      const process = client.workflow.getHandle(started.workflow.workflowId);
      const result: unknown = yield* Effect.promise(() => process.result());
      if (recorded !== undefined) yield* Effect.promise(() => keepRun(join(directory, 'keys'), process, recorded));
      return result;
    }),
  );

it('the declared schedules are made once, and follow their list', async () => {
  const { created, again, described } = await run(
    Effect.gen(function* () {
      const { client } = yield* Temporal;
      const created = yield* reconcileSchedules(client, declared);
      const again = yield* reconcileSchedules(client, declared);
      const described = yield* Effect.promise(() => client.schedule.getHandle('hufu/stray-files').describe());
      return { created, again, described };
    }),
  );
  expect(created).toEqual({
    created: [
      'hufu/housekeeping',
      'hufu/backup-full',
      'hufu/backup-increment',
      'hufu/retention',
      'hufu/compaction',
      'hufu/stray-files',
      'hufu/resource-files',
      'hufu/reconciliation-day',
      'hufu/reconciliation-month',
      'hufu/roaming-files',
      'hufu/roaming-send-day',
      'hufu/roaming-nrtrde',
      'hufu/roaming-days',
      'hufu/roaming-month',
    ],
    updated: [],
    removed: [],
  });
  expect(again).toEqual({ created: [], updated: [], removed: [] });
  expect(described.action).toMatchObject({ workflowType: 'sim.strayFiles', taskQueue: 'hufu-sim' });
  expect(described.spec.calendars?.[0]?.minute).toMatchObject([{ start: 37 }]);
});

it('housekeeping removes half-written files and alerts past their retention', async () => {
  const overdue = { source: 'test', subject: 'A-1', level: 'alarm', code: 'Old', stage: 'none' } as const;
  await run(
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      yield* raiseAlert(tenant, overdue, 1);
      yield* raiseAlert(tenant, { ...overdue, code: 'Open' }, 1);
      yield* Effect.promise(() =>
        db
          .collection('operations_alerts')
          .updateOne({ code: 'Old' }, { $set: { open: false, acknowledgedBy: 'x', acknowledgedAtMs: 2 } }),
      );
      yield* Effect.promise(() =>
        db.collection('files.uploads').insertOne({ state: 'live', seenAt: new Date(Date.now() - 86_400_000) }),
      );
    }),
  );
  expect(await trigger('housekeeping')).toEqual({ sweptFiles: 1, expiredAlerts: 1 });
  expect(await run(listAlerts({ tenant }))).toMatchObject({ items: [{ code: 'Open' }] });
});

it('backups are made by schedule: a full one, and what was written since', async () => {
  const full = { id: expect.stringContaining('-full-'), removed: 0 };
  expect(await trigger('backup-full', 'operations-back-up')).toMatchObject(full);
  expect(await trigger('backup-increment')).toMatchObject({ id: expect.stringContaining('-increment-') });
  const { items } = await run(listBackups({ tenant }));
  expect(items.map(({ kind, state, code }) => [kind, state, code])).toEqual([
    ['increment', 'good', null],
    ['full', 'good', null],
  ]);

  // And by a person, at once.
  process.env['HUFU_BACKUP_URL'] = 'file:///as/the/workers/have/it';
  const { context } = await runtime.runtime();
  const rights = Object.fromEntries(backupRoutes.map(({ operationId }) => [operationId, RIGHTS[operationId]]));
  const parts = { routes: backupRoutes, rights: rights as typeof RIGHTS };
  const gateway = await startGateway(parts, Layer.succeedContext(context));
  try {
    const json = { 'content-type': 'application/json', 'idempotency-key': 'one-more' };
    const headers = await gateway.as('demo-system-administrator', json);
    const path = `${gateway.url}/v1/operations/backups`;
    const begun = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ kind: 'full' }) });
    expect(begun.status).toBe(202);
    await vi.waitFor(
      async () => {
        const page = await (await fetch(`${path}?state=good&kind=full`, { headers })).json();
        expect((page as { items: ReadonlyArray<unknown> }).items.length).toBe(2);
      },
      { timeout: 30_000, interval: 100 },
    );
  } finally {
    delete process.env['HUFU_BACKUP_URL'];
    await gateway.stop();
  }
});

it('months of usage that have outlived the retention go, as many as are configured stay', async () => {
  const monthAgo = (months: number): string => {
    const at = new Date();
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
  };
  const nameOf = (months: number): string => `roaming_usage_${monthAgo(months).replace('-', '_')}`;
  const put = Effect.flatMap(Mongo, (connection) =>
    Effect.promise(async () => {
      for (const months of [0, 6, 7, 30]) await databaseOf(connection).collection(nameOf(months)).insertOne({ tenant });
    }),
  );
  await run(put);
  // Nothing is configured: nothing goes.
  expect(await trigger('retention')).toEqual({ months: [], parts: 0, bytes: 0 });
  vi.stubEnv('HUFU_ROAMING_USAGE_MONTHS', '6');
  const removed = { months: [monthAgo(30), monthAgo(7)], parts: 2 };
  expect(await trigger('retention', 'operations-retention')).toMatchObject(removed);
  expect(await trigger('retention')).toMatchObject({ months: [], parts: 0 });
  expect([...(await run(usageMonths))].toSorted()).toEqual([monthAgo(6), monthAgo(0)]);
  const told = await run(listAlerts({ tenant, filters: { source: 'retention' } }));
  expect(told.items.map(({ subject, level, times }) => [subject, level, times]).toSorted()).toEqual([
    [monthAgo(30), 'reminder', 1],
    [monthAgo(7), 'reminder', 1],
  ]);
  vi.unstubAllEnvs();
});

it('what deleted documents leave is given back to the disk, and what is small is left alone', async () => {
  vi.stubEnv('MONGODB_URI', serverAddress('MONGODB_URI'));
  expect(await trigger('compaction', 'operations-compaction')).toEqual({ compacted: 0, bytes: 0, left: 0 });
  const rule = { leastBytes: 1_000_000, leastShare: 0.2 };
  const left = await run(
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const loose = db.collection<{ _id: number; bytes: Buffer }>('loose');
      const written = Array.from({ length: 8_000 }, (_, at) => ({ _id: at, bytes: randomBytes(2_000) }));
      yield* Effect.promise(() => loose.insertMany(written));
      // On disk, so that there is something to give back.
      const checkpoint = Effect.promise(() => db.admin().command({ fsync: 1 }));
      yield* checkpoint;
      yield* Effect.promise(() => loose.deleteMany({ _id: { $gte: 100 } }));
      yield* checkpoint;
      const uri = serverAddress('MONGODB_URI');
      const [found] = (yield* looseCollections(uri, rule)).filter(({ collection }) => collection === 'loose');
      const freed = found === undefined ? 0 : yield* compactCollection(uri, found);
      const documents = yield* Effect.promise(() => loose.find().sort({ _id: 1 }).toArray());
      return { found, freed, documents: documents.map(({ _id }) => _id) };
    }),
  );
  expect(left.found?.bytes).toBeGreaterThan(rule.leastBytes);
  expect(left.freed).toBeGreaterThan(rule.leastBytes);
  expect(left.documents).toEqual(Array.from({ length: 100 }, (_, at) => at));
  vi.unstubAllEnvs();
});

const OPEN = 'A20261123-0001';
const ENDED = 'A20261123-0002';
const nameOf = (application: string, kind: FileKind = 'validation'): string =>
  vopFileName({ kind, application, round: 1, part: 0, sequence: 1, sender: 'VOP' });

/** An application of each standing; nobody looks for files of them here. */
const makeApplications = Effect.gen(function* () {
  const actors = yield* Actors;
  const ask = (key: string, command: ApplicationCommand) =>
    actors.ask(applicationActor, {
      id: { tenant, key },
      command,
      envelope: { commandId: `${key}/${command._tag}`, caller },
    });
  yield* ask(OPEN, draft);
  yield* ask(ENDED, draft);
  yield* ask(ENDED, { _tag: 'Cancel', reason: 'not wanted any more' });
  // Look-ups are written behind.
  yield* applicationStandings([OPEN, ENDED]).pipe(
    Effect.filterOrFail((found) => found.get(OPEN) === 'open' && found.get(ENDED) === 'ended'),
    Effect.retry(Schedule.spaced(50)),
    Effect.timeout(10_000),
  );
});

const NOTE = 'to whom it may concern';

/** A person lets it be read again, and still nobody takes it. */
const releaseNote = Effect.gen(function* () {
  const actors = yield* Actors;
  const sm3 = createHash('sm3').update(NOTE).digest('hex');
  yield* actors.ask(partnerFileActor, {
    id: { tenant, key: partnerFileKey('vop', sm3) },
    command: { _tag: 'Release', note: 'look again' },
    envelope: { commandId: 'release-note', caller },
  });
  yield* knownFiles([{ name: 'a note.txt', bytes: NOTE.length }]).pipe(
    Effect.filterOrFail((known) => known.size === 0),
    Effect.retry(Schedule.spaced(50)),
    Effect.timeout(10_000),
  );
});

it('files that nobody takes are kept, quarantined with a reason and told of, once', async () => {
  await run(makeApplications);
  const lying = join(directory, 'partners/vop/files/making');
  const read = readFileSync(new URL('./vectors/vop/validation-rejected-utf8.txt', import.meta.url), 'utf8');
  const files = {
    [nameOf(OPEN)]: 'of an application at work',
    [nameOf(ENDED)]: 'of one that is over',
    [nameOf('A19990101-0001')]: 'of one that never was',
    [nameOf(OPEN, 'vendorPart')]: 'of a kind that goes the other way',
    'a note.txt': NOTE,
    'a copy.txt': read.replace('A20261123-0001', OPEN),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(lying, name), content);
  expect(await trigger('stray-files')).toEqual({ seen: 6, taken: 4 });
  expect(await trigger('stray-files')).toEqual({ seen: 6, taken: 0 });
  // The same bytes under another name are the same file.
  await writeFile(join(lying, 'a note (1).txt'), NOTE);
  expect(await trigger('stray-files')).toEqual({ seen: 7, taken: 0 });

  const { context } = await runtime.runtime();
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => name.startsWith('sim.')));
  const gateway = await startGateway({ routes: simRoutes, rights }, Layer.succeedContext(context));
  try {
    const headers = await gateway.as('demo-operator');
    const get = async (path: string): Promise<string> =>
      (await fetch(`${gateway.url}/v1/sim/partner-files${path}`, { headers })).text();
    const { items } = JSON.parse(await get('?status=quarantined')) as { items: ReadonlyArray<PartnerFileItem> };
    expect(items.map(({ name, application }) => [name, application]).toSorted()).toEqual(
      [
        [nameOf(ENDED), ENDED],
        [nameOf('A19990101-0001'), 'A19990101-0001'],
        [nameOf(OPEN, 'vendorPart'), OPEN],
        ['a note.txt', null],
      ].toSorted(),
    );
    const note = items.find(({ name }) => name === 'a note.txt');
    const key = encodeURIComponent(`vop:${note?.sm3}`);
    expect(JSON.parse(await get(`/${key}`))).toMatchObject({
      problems: [{ line: 0, code: 'UnreadableFile', reason: expect.stringContaining('first line') }],
    });
    expect((await fetch(`${gateway.url}/v1/sim/partner-files/${key}/content`, { headers })).ok).toBe(true);
    expect(await get(`/${key}/content`)).toBe(NOTE);
  } finally {
    await gateway.stop();
  }
  await run(releaseNote);
  expect(await trigger('stray-files')).toEqual({ seen: 7, taken: 1 });
  const alerts = await run(listAlerts({ tenant, filters: { source: 'stray-files' } }));
  expect(alerts.items.map(({ code, times, open }) => [code, times, open]).toSorted()).toEqual([
    ['ApplicationEnded', 1, true],
    ['UnexpectedKind', 1, true],
    ['UnknownApplication', 1, true],
    ['UnreadableFile', 2, true],
  ]);
});
