import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { reconciliationRules } from '../../activities/mandates/reconciliation/rules.ts';
import { reconciliationSteps } from '../../activities/mandates/reconciliation/steps.ts';
import { workersLayer } from '../../activities/worker.ts';
import { mandateActors } from '../../actors/mandates/actors.ts';
import { MandateSubscriptionsLive } from '../../actors/mandates/directory.ts';
import { numberActor } from '../../actors/mandates/number.ts';
import { differenceActor, reconciliationActor } from '../../actors/mandates/reconciliation.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import { differenceKey } from '../../domain/mandates/reconciliation/difference.ts';
import { DEFAULT_RULES } from '../../domain/mandates/reconciliation/rules.ts';
import { runKey } from '../../domain/mandates/reconciliation/run.ts';
import type { DifferenceCommand, RunCommand, Scope } from '../../domain/mandates/reconciliation/schema.ts';
import type { NumberCommand } from '../../domain/mandates/schema.ts';
import { mandateFilesPortAt } from '../../partners/mandate-files/sftp.ts';
import { SFTP_TUNING } from '../../partners/sftp-connection.ts';
import { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { numberKey } from '../../store/mandates/number-key.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { makeTracing } from '../../telemetry/tracing.ts';
import { allWorkflows } from '../../temporal/bundle.ts';
import { processesLayer, temporalLayer } from '../../temporal.config.ts';
import { bundleCache, ownSettings } from '../temporal/harness.ts';
import { serverAddress, uniqueName } from './names.ts';
import { foundOf, rowOf } from './reconciliation.ts';

/** Actors of mandates and what follows them, on a database of its own, for the time of a test. */
export const startMandatesForStaff = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-staff-'));
  const store = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('mandates_staff') });
  const migrated = Layer.effectDiscard(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  const base = Layer.merge(singleNodeLayer, keyRingLayer({ directory, demoKeys: true })).pipe(
    Layer.provideMerge(migrated.pipe(Layer.provideMerge(store))),
  );
  // No partner has a server here: files are handed in.
  const ports = Layer.merge(mandateFilesPortAt([], SFTP_TUNING), reconciliationRules(DEFAULT_RULES));
  const workers = workersLayer({
    sets: [reconciliationSteps],
    workflowsPath: allWorkflows,
    cacheDir: bundleCache,
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(Layer.provide(ports));
  const runtime = ManagedRuntime.make(
    Layer.merge(workers, MandateSubscriptionsLive).pipe(
      Layer.provideMerge(Layer.mergeAll(ActorsLive(mandateActors), FilesLive, processesLayer)),
      Layer.provideMerge(temporalLayer(ownSettings())),
      Layer.provideMerge(base),
    ),
  );
  const tenant = 'demo' as TenantId;
  let commands = 0;
  const envelope = () => {
    commands += 1;
    return { commandId: `told-${commands}`, caller: { subject: 'service:bank', tenant, roles: [] } };
  };
  /** A message to the actor of its number, by a service of ours. */
  const tell = (number: Msisdn, command: NumberCommand) =>
    runtime.runPromise(
      Effect.gen(function* () {
        const key = numberKey(yield* KeyRing, tenant, number);
        if (isFault(key)) return yield* Effect.fail(key);
        const about = ('number' in command ? { ...command, number } : command) as NumberCommand;
        return yield* (yield* Actors).ask(numberActor, { id: { tenant, key }, command: about, envelope: envelope() });
      }),
    );
  const tellRun = (scope: Scope, ...told: ReadonlyArray<RunCommand>) =>
    runtime.runPromise(
      Effect.forEach([{ _tag: 'Open' as const, ...scope }, ...told], (command) =>
        Effect.flatMap(Actors, (asked) =>
          asked.ask(reconciliationActor, { id: { tenant, key: runKey(scope) }, command, envelope: envelope() }),
        ),
      ),
    );
  const tellDifference = (key: string, command: DifferenceCommand) =>
    runtime.runPromise(
      Effect.flatMap(Actors, (asked) =>
        asked.ask(differenceActor, { id: { tenant, key }, command, envelope: envelope() }),
      ),
    );
  /** As a run keeps its files. */
  const keep = (scope: Scope, name: string, content: string) =>
    runtime.runPromise(
      Effect.flatMap(Files, (files) => {
        const labels = { kind: 'reconciliation', run: runKey(scope) };
        const file = { tenant, area: 'mandates', name, contentType: 'text/plain', labels, sealed: true };
        return files.put(file, Stream.make(Buffer.from(content)));
      }),
    );
  const { context } = await runtime.runtime();
  return {
    /** For the gateway. */
    services: Layer.succeedContext(context),
    tell,
    reconciled: () => reconciled({ tellRun, tellDifference, keep }),
    stop: async () => {
      await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
      await runtime.dispose();
      await rm(directory, { recursive: true });
    },
  };
};
export type MandatesForStaff = Awaited<ReturnType<typeof startMandatesForStaff>>;

interface Told {
  readonly tellRun: (scope: Scope, ...told: ReadonlyArray<RunCommand>) => Promise<unknown>;
  readonly tellDifference: (key: string, command: DifferenceCommand) => Promise<unknown>;
  readonly keep: (scope: Scope, name: string, content: string) => Promise<Ref>;
}
type Ref = Extract<RunCommand, { readonly _tag: 'Receive' }>['ref'];

export const PROVINCE_DAY: Scope = { party: 'province', partner: '110000', period: '2026-11-25' };
export const BANK_DAY: Scope = { party: 'bank', partner: 'CCB', period: '2026-11-25' };
const ERRORS = 'begun;A1\n';

/**
 * A run with Beijing whose error-handling file has been sent and to which another file came, and one with a bank that waits;
 * a difference of each that waits for a person: of Beijing, and of Shanghai.
 */
const reconciled = async ({ tellRun, tellDifference, keep }: Told) => {
  const first = await keep(PROVINCE_DAY, 'PDAY_110000_HUFU_20261125_S01.txt', 'first');
  const second = await keep(PROVINCE_DAY, 'PDAY_110000_HUFU_20261125_S02.txt', 'second');
  const errors = await keep(PROVINCE_DAY, 'PERR_HUFU_110000_20261125_S01.txt', ERRORS);
  const balance = { opening: 10, opened: 3, cancelled: 1, closing: 12 };
  const problem = { line: 0, field: '', code: 'OtherContent', reason: 'another file counts' };
  await tellRun(
    PROVINCE_DAY,
    { _tag: 'Receive', ref: first, source: 'poll' },
    { _tag: 'Accept', sm3: first.sm3 },
    {
      _tag: 'Compare',
      ours: first,
      report: first,
      counts: { pairs: 12, equal: 11 },
      carriedHere: null,
      carriedThere: null,
      differences: 1,
      balanceHere: balance,
      balanceThere: { ...balance, closing: 13 },
      imbalances: ['TheirsDoesNotAddUp'],
      rules: 'a'.repeat(64),
    },
    { _tag: 'Correct', outcomes: { queued: 1 }, errorFile: errors },
    { _tag: 'Receive', ref: second, source: 'poll' },
    { _tag: 'Quarantine', sm3: second.sm3, problems: [problem], problemCount: 1 },
  );
  await tellRun(BANK_DAY);
  const beijing = foundOf({ run: runKey(PROVINCE_DAY), scope: PROVINCE_DAY, action: 'queue', ageDays: 2 });
  const shanghai = foundOf({ action: 'queue', class: 'state', there: rowOf(2, { province: '310000' }) });
  for (const found of [beijing, shanghai]) await tellDifference(differenceKey(found), { _tag: 'Record', ...found });
  return {
    counts: first.sm3,
    quarantined: second.sm3,
    errors,
    errorText: ERRORS,
    beijing: differenceKey(beijing),
    shanghai: differenceKey(shanghai),
  };
};
export type Reconciled = Awaited<ReturnType<typeof reconciled>>;
