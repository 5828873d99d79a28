import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { expect } from 'vitest';
import { simSteps } from '../../activities/sim/steps.ts';
import { type Workers, workersLayer } from '../../activities/worker.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { RemindersLive } from '../../actors/runtime/reminders.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { SimSubscriptionsLive } from '../../actors/sim/subscriptions.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import { RIGHTS } from '../../gateway/rights.ts';
import { simRoutes } from '../../gateway/sim/routes.ts';
import { CardMakingSettings } from '../../gateway/sim/settings.ts';
import { crmPort } from '../../partners/crm/http.ts';
import { CrmPort } from '../../partners/crm/port.ts';
import { noEop } from '../../partners/eop/https.ts';
import { EopPort } from '../../partners/eop/port.ts';
import { mailPortAt } from '../../partners/mail/driver.ts';
import { SFTP_TUNING } from '../../partners/sftp-connection.ts';
import { runSimulators } from '../../partners/simulators.ts';
import { vendorPortAt } from '../../partners/vendor/sftp.ts';
import { vopPortAt } from '../../partners/vop/sftp.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { makeTracing } from '../../telemetry/tracing.ts';
import { allWorkflows, root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { processesLayer, temporalLayer } from '../../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../../workflows/sim/stages.ts';
import { TELECOM_DEADLINES } from '../../workflows/sim/telecom/deadlines.ts';
import { startGateway } from './gateway.ts';
import { serverAddress, uniqueName } from './names.ts';

/**
 * A node for the tests of resources: real HTTP, VOP's real SFTP server, actors with reminders and followers of the
 * journal, workers on the real Temporal server. Numbers are in quarantine for a tenth of a second.
 */

type Services = Actors | CardMakingSettings | Files | KeyRing | Mongo | Processes | Workers;

interface Asked {
  readonly body?: unknown;
  readonly text?: string;
  readonly as?: string;
}

const QUARANTINE = 'HUFU_SIM_QUARANTINE_DAYS';

const servicesOf = (database: string, directory: string, vop: Parameters<typeof vopPortAt>[0]) => {
  const stores = keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
  );
  const temporal = temporalLayer({
    address: serverAddress('TEMPORAL_ADDRESS'),
    namespace: database.replaceAll('_', '-'),
    queuePrefix: 'hufu',
    tls: false,
    apiKey: undefined,
  });
  const tuning = { ...SFTP_TUNING, settleMs: 20 };
  const workers = workersLayer({
    sets: [simSteps],
    workflowsPath: allWorkflows,
    cacheDir: join(root, '.hufu/cache'),
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(
    Layer.provide(
      Layer.mergeAll(
        vopPortAt(vop, tuning),
        vendorPortAt([], tuning),
        Layer.succeed(CrmPort, crmPort([])),
        mailPortAt(undefined),
        Layer.succeed(EopPort, noEop),
      ),
    ),
  );
  const actors = Layer.merge(RemindersLive(simActors), SimSubscriptionsLive).pipe(
    Layer.provideMerge(ActorsLive(simActors)),
    Layer.provideMerge(singleNodeLayer),
  );
  const settings = Layer.succeed(CardMakingSettings, {
    pollEveryMs: 60_000,
    deadlines: DEFAULT_DEADLINES,
    telecomDeadlines: TELECOM_DEADLINES,
  });
  return Layer.mergeAll(workers, settings).pipe(
    Layer.provideMerge(Layer.mergeAll(actors, FilesLive, processesLayer)),
    Layer.provideMerge(temporal),
    Layer.provideMerge(stores),
  );
};

export const startResources = async (name: string) => {
  process.env[QUARANTINE] = String(0.1 / 86_400);
  const database = uniqueName(name);
  const directory = await mkdtemp(join(tmpdir(), 'hufu-resources-'));
  const simulators = await runSimulators({ directory: join(directory, 'partners'), tickMs: 50, vendors: [] });
  const outside = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database }));
  await outside.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  const runtime = ManagedRuntime.make(servicesOf(database, directory, simulators.vopServer));
  const context = await runtime.runtime();
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([route]) => route.startsWith('sim.')));
  const gateway = await startGateway({ routes: simRoutes, rights }, Layer.succeedContext(context.context));
  let keys = 0;
  const ask = async (method: string, path: string, { body, text, as = 'demo-operator' }: Asked = {}) => {
    keys += 1;
    const type = text === undefined ? 'application/json' : 'text/csv';
    const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${gateway.url}/v1/sim${path}`, {
      method,
      headers: await gateway.as(as, {
        ...(method === 'POST' ? { 'idempotency-key': `resources-${keys}` } : {}),
        ...(sent === undefined ? {} : { 'content-type': type }),
      }),
      ...(sent === undefined ? {} : { body: sent }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const json: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
    return { status: response.status, headers: response.headers, bytes, json };
  };
  return {
    /** Where VOP's files lie. */
    vopFiles: join(directory, 'partners/vop/files'),
    run: <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect),
    ask,
    waitFor: (path: string, found: object) =>
      expect.poll(async () => (await ask('GET', path)).json, { timeout: 30_000, interval: 100 }).toMatchObject(found),
    stop: async (): Promise<void> => {
      await gateway.stop();
      // Those who follow the journal are gone before it is.
      await runtime.dispose();
      await outside.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
      await outside.dispose();
      await simulators.close();
      await rm(directory, { recursive: true });
      delete process.env[QUARANTINE];
    },
  };
};

export type Resources = Awaited<ReturnType<typeof startResources>>;
