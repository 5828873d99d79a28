/**
 * The one place for what this house says to a Temporal server: where it is and how to be let in, namespace, task
 * queues, search attributes, schedules, the data converter. Where a declaration must be readable inside a workflow's
 * sandbox, it lies beside the workflows and is used here: retry profiles in `workflows/retry-profiles.ts`, search
 * attributes in `workflows/search-attributes.ts`, ids and queues in `workflows/contract.ts`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Config, Context, Duration, Effect, Layer, Option, Redacted } from 'effect';
import { parseTenantId, type TenantId } from './domain/kernel/actor-id.ts';
import { type Fault, fault } from './domain/kernel/refusal.ts';
import { KeyRing } from './store/keys/key-ring.ts';
import { makeProcesses, Processes, traceCalls } from './temporal/client.ts';
import { type PayloadKeys, payloadCodec } from './temporal/codec.ts';
import { prepareNamespace } from './temporal/namespace.ts';
import { type DeclaredSchedule, reconcileSchedules, schedule } from './temporal/schedules.ts';
import { reconciliationContract } from './workflows/mandates/reconciliation/contract.ts';
import { operationsContract } from './workflows/operations/contract.ts';
import { roamingContract } from './workflows/roaming/contract.ts';
import { settlementContract } from './workflows/roaming/settlement/contract.ts';
import { simContract } from './workflows/sim/contract.ts';

export interface TemporalSettings {
  /** `host:port` of the frontend. */
  readonly address: string;
  readonly namespace: string;
  /** Task queues are `<prefix>-<area>`; another prefix only where systems share a namespace. */
  readonly queuePrefix: string;
  /** True: with the system's authorities. Files' contents: a client certificate, an authority of one's own. */
  readonly tls: boolean | TlsFiles;
  /** For a hosted service. */
  readonly apiKey: Redacted.Redacted | undefined;
  /** How long a start waits for a server that is not there yet, in milliseconds. Default 10 s. */
  readonly connectTimeoutMs?: number;
}

export interface TlsFiles {
  readonly serverRootCACertificate?: Buffer;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
}

/** Whose the schedules are: the tenant that operates this installation, `HUFU_OPERATIONS_TENANT` (default `demo`). */
export const operationsTenant: Effect.Effect<TenantId, Fault> = Config.nonEmptyString('HUFU_OPERATIONS_TENANT').pipe(
  Config.withDefault('demo'),
  Effect.mapError((error) => fault('temporal', 'Configuration', String(error))),
  Effect.flatMap((text) => {
    const tenant = parseTenantId(text);
    return typeof tenant === 'string'
      ? Effect.succeed(tenant)
      : Effect.fail(fault('temporal', 'Configuration', `HUFU_OPERATIONS_TENANT: ${tenant.message}`));
  }),
);

/** A file is left to its application for this long. */
const STRAY_AFTER_MS = 30 * 60_000;

/** Partners' files of a day are there in the small hours; who has none by noon is asked by a person. */
const RECONCILIATION = { waitMs: 8 * 3_600_000, pollEveryMs: 5 * 60_000 } as const;

/** Imports are minutes; one that takes longer books what is left of a closed day as an adjustment. */
const ROAMING_IMPORTS = { waitMs: 40 * 60_000, pollEveryMs: 60_000 } as const;

/** A day of five times the median is looked at, unless it is a matter of small change (100 SDR at 3 decimals). */
const ROAMING_MONTH = { factor: 5, floorMinor: '100000' } as const;

const operationsSchedules = (tenant: TenantId): ReadonlyArray<DeclaredSchedule> => [
  schedule({
    name: 'housekeeping',
    workflow: operationsContract.workflows.housekeeping,
    input: { tenant },
    spec: { cronExpressions: ['7 * * * *'] },
  }),
  schedule({
    name: 'backup-full',
    workflow: operationsContract.workflows.backUp,
    input: { tenant, kind: 'full' },
    // Before dawn, when nobody works and the files of the night are in.
    spec: { cronExpressions: ['41 4 * * *'], timezone: 'Asia/Shanghai' },
  }),
  schedule({
    name: 'backup-increment',
    workflow: operationsContract.workflows.backUp,
    input: { tenant, kind: 'increment' },
    spec: { cronExpressions: ['9/15 * * * *'] },
  }),
  schedule({
    name: 'retention',
    workflow: operationsContract.workflows.retention,
    input: { tenant },
    // When the month before has been closed.
    spec: { cronExpressions: ['17 1 4 * *'], timezone: 'Asia/Shanghai' },
  }),
  schedule({
    name: 'compaction',
    workflow: operationsContract.workflows.compaction,
    input: { tenant },
    // The quietest hours of the week; the day's full backup comes after it.
    spec: { cronExpressions: ['31 1 * * 0'], timezone: 'Asia/Shanghai' },
  }),
];

/** The schedules of all areas, reconciled at start. Not at the full hour, when everybody else's work begins. */
export const schedulesOf = (tenant: TenantId): ReadonlyArray<DeclaredSchedule> => [
  ...operationsSchedules(tenant),
  schedule({
    name: 'stray-files',
    workflow: simContract.workflows.strayFiles,
    input: { tenant, minAgeMs: STRAY_AFTER_MS },
    spec: { cronExpressions: ['37 * * * *'] },
  }),
  schedule({
    name: 'resource-files',
    workflow: simContract.workflows.resourceFiles,
    input: { tenant },
    spec: { cronExpressions: ['12,42 * * * *'] },
  }),
  schedule({
    name: 'reconciliation-day',
    workflow: reconciliationContract.workflows.reconcileAll,
    input: { tenant, every: 'day', ...RECONCILIATION },
    spec: { cronExpressions: ['17 3 * * *'], timezone: 'Asia/Shanghai' },
    overlap: 'ALLOW_ALL',
  }),
  schedule({
    name: 'reconciliation-month',
    workflow: reconciliationContract.workflows.reconcileAll,
    input: { tenant, every: 'month', ...RECONCILIATION },
    spec: { cronExpressions: ['47 4 2 * *'], timezone: 'Asia/Shanghai' },
    overlap: 'ALLOW_ALL',
  }),
  schedule({
    name: 'roaming-files',
    workflow: roamingContract.workflows.look,
    input: { tenant },
    spec: { cronExpressions: ['2/10 * * * *'] },
  }),
  schedule({
    name: 'roaming-send-day',
    workflow: roamingContract.workflows.sendDays,
    input: { tenant },
    // A partner has its day's file before people come to work; every zone's day before is over by then.
    spec: { cronExpressions: ['23 2 * * *'], timezone: 'Asia/Shanghai' },
  }),
  schedule({
    name: 'roaming-nrtrde',
    workflow: roamingContract.workflows.sendNrtrde,
    input: { tenant },
    spec: { cronExpressions: ['4/15 * * * *'] },
  }),
  schedule({
    name: 'roaming-days',
    workflow: settlementContract.workflows.closeDays,
    input: { tenant, ...ROAMING_IMPORTS },
    // Every hour: whatever the tenant's zone is, its day is closed within the hour after its end.
    spec: { cronExpressions: ['22 * * * *'] },
  }),
  schedule({
    name: 'roaming-month',
    workflow: settlementContract.workflows.closeMonth,
    input: { tenant, rule: ROAMING_MONTH },
    spec: { cronExpressions: ['52 5 2 * *'], timezone: 'Asia/Shanghai' },
  }),
];

export const schedules: Effect.Effect<ReadonlyArray<DeclaredSchedule>, Fault> = Effect.map(
  operationsTenant,
  schedulesOf,
);

/**
 * Closed runs are kept this long by the server, for people who look back and for `start` to know a key again. The
 * facts themselves are in the journal.
 */
export const RETENTION_DAYS = 30;

const CONNECT_WITHIN_MS = 10_000;

const readPem = (path: string): Effect.Effect<Buffer, Fault> =>
  Effect.try({
    try: () => readFileSync(path),
    catch: () => fault('temporal', 'TlsFile', `The file ${path} of the connection to Temporal cannot be read.`),
  });

const optionalPem = (path: Option.Option<string>): Effect.Effect<Buffer | undefined, Fault> =>
  Option.isNone(path) || path.value === '' ? Effect.succeed(undefined) : readPem(path.value);

const variables = Config.all({
  address: Config.nonEmptyString('TEMPORAL_ADDRESS'),
  namespace: Config.nonEmptyString('TEMPORAL_NAMESPACE').pipe(Config.withDefault('hufu')),
  apiKey: Config.option(Config.redacted('TEMPORAL_API_KEY')),
  cert: Config.option(Config.string('TEMPORAL_TLS_CERT')),
  key: Config.option(Config.string('TEMPORAL_TLS_KEY')),
  ca: Config.option(Config.string('TEMPORAL_TLS_CA')),
});

/** An API key is never sent in clear: with one, TLS is on. */
export const temporalSettings: Effect.Effect<TemporalSettings, Fault> = Effect.gen(function* () {
  const found = yield* Effect.mapError(variables, (error) => fault('temporal', 'Configuration', String(error)));
  const [crt, key, ca] = yield* Effect.all([optionalPem(found.cert), optionalPem(found.key), optionalPem(found.ca)]);
  if ((crt === undefined) !== (key === undefined)) {
    return yield* Effect.fail(
      fault('temporal', 'Configuration', 'TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY are given together or not at all.'),
    );
  }
  const files: TlsFiles = {
    ...(ca === undefined ? {} : { serverRootCACertificate: ca }),
    ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
  };
  const apiKey = Option.getOrUndefined(found.apiKey);
  return {
    address: found.address,
    namespace: found.namespace,
    queuePrefix: 'hufu',
    apiKey,
    tls: Object.keys(files).length > 0 ? files : apiKey !== undefined,
  };
});

/** What both sorts of connection (clients' and workers') are made with. */
export const connectionOptions = ({ address, tls, apiKey }: TemporalSettings) => ({
  address,
  ...(tls === false ? {} : { tls }),
  ...(apiKey === undefined ? {} : { apiKey: Redacted.value(apiKey) }),
});

/** Loaded by the workers' bundle and by every client, so that failures are encoded alike. */
export const failureConverterPath = fileURLToPath(new URL('./temporal/failure-converter.ts', import.meta.url));

export const dataConverter = (keys: PayloadKeys): DataConverter => ({
  failureConverterPath,
  payloadCodecs: [payloadCodec(keys)],
});

/** The settings and the client of the SDK itself; processes are reached through `Processes`. */
export class Temporal extends Context.Tag('hufu/Temporal')<
  Temporal,
  { readonly settings: TemporalSettings; readonly client: Client; readonly dataConverter: DataConverter }
>() {}

const connect = (settings: TemporalSettings): Effect.Effect<Connection, Fault> =>
  Effect.tryPromise({
    try: () =>
      Connection.connect({
        ...connectionOptions(settings),
        connectTimeout: settings.connectTimeoutMs ?? CONNECT_WITHIN_MS,
      }),
    catch: () =>
      fault(
        'temporal',
        'Unavailable',
        `Temporal did not answer at ${settings.address}. Check TEMPORAL_ADDRESS, the TLS files and the API key.`,
        1_000,
      ),
  });

/** Connects, prepares the namespace and gives the client. */
export const temporalLayer = (settings: TemporalSettings): Layer.Layer<Temporal, Fault, KeyRing> =>
  Layer.scoped(
    Temporal,
    Effect.gen(function* () {
      const keys = yield* KeyRing;
      const connection = yield* Effect.acquireRelease(connect(settings), (open) =>
        Effect.promise(() => open.close()).pipe(Effect.timeout(Duration.seconds(5)), Effect.ignore),
      );
      yield* prepareNamespace(connection, { namespace: settings.namespace, retentionDays: RETENTION_DAYS });
      const converter = dataConverter(keys);
      const client = new Client({
        connection,
        namespace: settings.namespace,
        dataConverter: converter,
        interceptors: { workflow: [traceCalls] },
      });
      return { settings, client, dataConverter: converter };
    }),
  );

/** `Processes` over a `Temporal`: what the gateway, subscriptions and steps use. */
export const processesLayer: Layer.Layer<Processes, never, Temporal> = Layer.effect(
  Processes,
  Effect.map(Temporal, ({ client, settings }) => makeProcesses(client, settings.queuePrefix)),
);

/** Makes the server's schedules what the list says. Once per start of a worker. */
export const schedulesLayer = (declared: ReadonlyArray<DeclaredSchedule>): Layer.Layer<never, Fault, Temporal> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { client, settings } = yield* Temporal;
      const { created, updated, removed } = yield* reconcileSchedules(client, declared, settings.queuePrefix);
      if (created.length + updated.length + removed.length === 0) return;
      yield* Effect.logInfo('Schedules were reconciled.').pipe(Effect.annotateLogs({ created, updated, removed }));
    }),
  );

/** From the environment: a client side that is ready to be asked. */
export const temporalClientLayer: Layer.Layer<Temporal | Processes, Fault, KeyRing> = processesLayer.pipe(
  Layer.provideMerge(Layer.unwrapEffect(Effect.map(temporalSettings, temporalLayer))),
);
