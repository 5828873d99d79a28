import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { join } from 'node:path';
import { type Context, Effect, Layer, ManagedRuntime } from 'effect';
import { simSteps } from '../../activities/sim/steps.ts';
import { writeFollower } from '../../activities/sim/write-follower.ts';
import { workersLayer } from '../../activities/worker.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { SubscriptionsLive } from '../../actors/runtime/subscriptions.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { find } from '../../actors/sim/card-writing/asking.ts';
import type { TelecomSupply } from '../../actors/sim/card-writing/supply.ts';
import { writeCard } from '../../actors/sim/card-writing/write-card.ts';
import { eopOrderActor } from '../../actors/sim/eop-order.ts';
import { TelecomSupplyLive } from '../../actors/sim/telecom-supply.ts';
import { writingComponentActor } from '../../actors/sim/writing-component.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import { memoryReader } from '../../devices/card-reader/simulator/memory-card.ts';
import type { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { componentKey } from '../../domain/sim/telecom/component.ts';
import { CHALLENGE_LIFE_MS, challengeText } from '../../domain/sim/telecom/proof.ts';
import type { WriteWanted } from '../../domain/sim/writing/schema.ts';
import { crmPort } from '../../partners/crm/http.ts';
import { CrmPort } from '../../partners/crm/port.ts';
import type { EopSettings } from '../../partners/eop/configuration.ts';
import { eopPortAt } from '../../partners/eop/https.ts';
import { mailPortAt } from '../../partners/mail/driver.ts';
import { vendorPortAt } from '../../partners/vendor/sftp.ts';
import { vopPortAt } from '../../partners/vop/sftp.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { makeTracing } from '../../telemetry/tracing.ts';
import { allWorkflows, root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { processesLayer, temporalLayer } from '../../temporal.config.ts';
import { caller, tenant, WANTED } from './card-writing.ts';
import { serverAddress } from './names.ts';

/**
 * A house that writes Telecom cards, in one process: actors, the follower of writes and the workers that tell EOP and the
 * CRM, over the real MongoDB and Temporal. Several after each other over the same database are restarts.
 */

export interface HouseAt {
  readonly directory: string;
  readonly database: string;
  readonly namespace: string;
  readonly eop: EopSettings;
  readonly crm: { readonly url: string; readonly key: Uint8Array };
}

type Services = Actors | KeyRing | Mongo | Processes | TelecomSupply;

export interface House {
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<A>;
  /** For a gateway before it. */
  readonly context: () => Promise<Context.Context<Services>>;
  /** Where its processes are, and the keys of their payloads. */
  readonly env: Readonly<Record<'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE' | 'HUFU_KEY_DIR', string>>;
  readonly close: () => Promise<void>;
}

/** An EOP that is down is asked again within the time of a test. */
const EOP_PATIENCE_MS = 1_000;
/** Not asked here; a port must be there all the same. */
const NO_SFTP = { service: 'none', host: '127.0.0.1', port: 9, username: 'none', fingerprints: [], basePath: '' };

export const startHouse = async ({ directory, database, namespace, eop, crm }: HouseAt): Promise<House> => {
  const env = {
    TEMPORAL_ADDRESS: serverAddress('TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: namespace,
    HUFU_KEY_DIR: join(directory, 'keys'),
  };
  const stores = keyRingLayer({ directory: env.HUFU_KEY_DIR, demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
  );
  // Before anybody follows the journal.
  await Effect.runPromise(
    Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)).pipe(Effect.provide(stores)),
  );
  const temporal = temporalLayer({
    address: env.TEMPORAL_ADDRESS,
    namespace,
    queuePrefix: 'hufu',
    tls: false,
    apiKey: undefined,
  });
  const eopPort = eopPortAt(eop, EOP_PATIENCE_MS);
  const partners = Layer.mergeAll(
    vopPortAt(NO_SFTP),
    vendorPortAt([]),
    Layer.succeed(CrmPort, crmPort([{ tenant, url: crm.url, key: new SecretBytes(crm.key) }])),
    eopPort,
    mailPortAt(undefined),
  );
  const workers = workersLayer({
    sets: [simSteps],
    workflowsPath: allWorkflows,
    cacheDir: join(root, '.hufu/cache'),
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(Layer.provide(partners));
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(workers, SubscriptionsLive([writeFollower])).pipe(
      Layer.provideMerge(Layer.mergeAll(Layer.provide(TelecomSupplyLive, eopPort), FilesLive, processesLayer)),
      Layer.provideMerge(Layer.merge(ActorsLocal(simActors, { flushEveryMs: 20 }), singleNodeLayer)),
      Layer.provideMerge(temporal),
      Layer.provideMerge(stores),
    ),
  );
  // A house stands from here on, whether anybody asks it or not.
  await runtime.runtime();
  return {
    run: (effect) => runtime.runPromise(effect),
    context: async () => (await runtime.runtime()).context,
    env,
    close: () => runtime.dispose(),
  };
};

/** Once nobody follows its journal any more. */
export const dropDatabase = (database: string): Promise<unknown> =>
  Effect.runPromise(
    Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())).pipe(
      Effect.provide(mongoLayer({ uri: serverAddress('MONGODB_URI'), database })),
    ),
  );

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const COMPONENT = { name: 'counter', version: '2.1' };

export const allowComponent = Effect.flatMap(Actors, (actors) =>
  actors.ask(writingComponentActor, {
    id: { tenant, key: componentKey(COMPONENT.name, COMPONENT.version) },
    command: {
      _tag: 'Allow',
      publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      note: 'for tests',
    },
    envelope: { commandId: randomUUID(), caller },
  }),
);

export const withdrawComponent = Effect.flatMap(Actors, (actors) =>
  actors.ask(writingComponentActor, {
    id: { tenant, key: componentKey(COMPONENT.name, COMPONENT.version) },
    command: { _tag: 'Withdraw', reason: 'for tests' },
    envelope: { commandId: randomUUID(), caller },
  }),
);

/** The component answers a challenge for this request. */
export const prove = (request: string): Effect.Effect<void, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const nonce = randomBytes(32).toString('base64url');
    const id = { tenant, key: request };
    const challenge = { _tag: 'Challenge', nonce, forMs: CHALLENGE_LIFE_MS } as const;
    yield* actors.ask(eopOrderActor, { id, command: challenge, envelope: { commandId: randomUUID(), caller } });
    const text = challengeText({ tenant, request, ...COMPONENT, nonce });
    const signature = sign(null, Buffer.from(text), privateKey).toString('base64');
    const command = { _tag: 'Prove', proof: { ...COMPONENT, nonce, signature } } as const;
    yield* actors.ask(eopOrderActor, { id, command, envelope: { commandId: randomUUID(), caller } });
  });

export const TELECOM: WriteWanted = { ...WANTED, operator: 'telecom' };

/** With the card in a reader of its own. */
export const write = (request: string, card: SimulatedCard, wanted = TELECOM) =>
  Effect.flatMap(memoryReader(`reader of ${request}`, card), (reader) =>
    writeCard(reader, { tenant, caller, request }, wanted),
  );

export const writeOf = (request: string) => find(tenant, cardWriteActor, request);
export const orderOf = (request: string) => find(tenant, eopOrderActor, request);
