import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { expect } from 'vitest';
import type { NeedsOfSet } from '../../activities/activity.ts';
import { limitFollower } from '../../activities/roaming/limit-follower.ts';
import { accountFollower } from '../../activities/roaming/settlement/account-follower.ts';
import { caseFollower } from '../../activities/roaming/settlement/case-follower.ts';
import { settlementSteps } from '../../activities/roaming/settlement/steps.ts';
import { roamingSteps } from '../../activities/roaming/steps.ts';
import { loadFirstTerms } from '../../activities/roaming/terms.ts';
import { type Workers, workersLayer } from '../../activities/worker.ts';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { RoamingSubscriptionsLive } from '../../actors/roaming/identities.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { singleNodeLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { SubscriptionsLive } from '../../actors/runtime/subscriptions.ts';
import { collectionPlans } from '../../cli/admin/plans.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { type Checksum, type CiberTerms, CYCLES, type Intervals } from '../../domain/roaming/partner/schema.ts';
import type { SubscriberCommand } from '../../domain/roaming/subscriber/schema.ts';
import { demoUsers } from '../../gateway/issuer/demo-users.ts';
import { alertRoutes } from '../../gateway/operations/alerts.ts';
import { consoleRoutes } from '../../gateway/operations/console.ts';
import { meRoutes } from '../../gateway/operations/me.ts';
import { RIGHTS, type Right } from '../../gateway/rights.ts';
import { roamingRoutes } from '../../gateway/roaming/routes.ts';
import { DEFAULT_SETTINGS } from '../../gateway/settings.ts';
import { financeSystem } from '../../partners/finance/http.ts';
import { FinanceSystem } from '../../partners/finance/port.ts';
import { startFinance } from '../../partners/finance/simulator.ts';
import { keyIn, type NoticeServer } from '../../partners/notices.ts';
import { Roaming, type RoamingConfiguration } from '../../partners/roaming/port.ts';
import { roamingPortAt } from '../../partners/roaming/sftp.ts';
import { startRoamingPartner } from '../../partners/roaming/simulator.ts';
import { startNetworkElement } from '../../partners/roaming/simulator-element.ts';
import { simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import type { NetworkElement, NetworkMonitor } from '../../partners/roaming/visitors.ts';
import { SFTP_TUNING, type SftpServer } from '../../partners/sftp-connection.ts';
import { type BadLine, startBadLine } from '../../partners/simulator/bad-line.ts';
import { keyPair } from '../../partners/simulator/state.ts';
import { subscriberMessages } from '../../partners/subscriber-messages/http.ts';
import { SubscriberMessages } from '../../partners/subscriber-messages/port.ts';
import { startMessages } from '../../partners/subscriber-messages/simulator.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { makeTracing } from '../../telemetry/tracing.ts';
import { allWorkflows, root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { payloadCodec } from '../../temporal/codec.ts';
import { processesLayer, Temporal, temporalLayer } from '../../temporal.config.ts';
import { type AnyWorkflow, workflowIdOf } from '../../workflows/contract.ts';
import { recordHistory } from '../temporal/histories.ts';
import { startGateway } from './gateway.ts';
import { serverAddress, uniqueName } from './names.ts';
import { agreementWith, roamingTerms } from './roaming-import.ts';

/**
 * A node for the tests of partners' files: real HTTP, a partner's real SFTP server, actors with followers of the journal,
 * workers on the real Temporal server. A second partner shows another host key than the pinned one, a third does not know
 * our key.
 */

type Services = Actors | Files | KeyRing | Mongo | Processes | Temporal | Workers;

interface Asked {
  readonly body?: unknown;
  readonly bytes?: Buffer;
  /** Null: without a token. */
  readonly as?: string | null;
}

export const tenant = 'demo' as TenantId;
export const PARTNER = 'HKGPP';
const WRONG_KEY = 'JPNDO';
const UNKNOWN_KEY = 'KORKF';
/** A department with a file server of its own. */
const FINANCE = 'finance';
const caller = { subject: 'test', tenant, roles: [] };

const servicesOf = (
  database: string,
  directory: string,
  servers: ReadonlyMap<string, SftpServer>,
  configuration: RoamingConfiguration,
  messages: { readonly url: string; readonly key: SecretBytes },
  accounts: ReadonlyArray<NoticeServer>,
) => {
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
  const sets = [roamingSteps, settlementSteps] as const;
  const workers = workersLayer<NeedsOfSet<(typeof sets)[number]>>({
    sets,
    workflowsPath: allWorkflows,
    cacheDir: join(root, '.hufu/cache'),
    tracing: makeTracing({ ratio: 0, ringSize: 1 }),
    graceMs: 1_000,
  }).pipe(
    Layer.provide(
      Layer.mergeAll(
        Layer.succeed(SubscriberMessages, subscriberMessages([{ tenant, ...messages }])),
        Layer.succeed(FinanceSystem, financeSystem(accounts)),
        Layer.effectDiscard(loadFirstTerms(tenant)).pipe(Layer.provideMerge(Layer.succeed(Roaming, configuration))),
        roamingPortAt(servers, { ...SFTP_TUNING, settleMs: 20 }, { directory: join(directory, 'credentials') }),
      ),
    ),
  );
  const actors = RoamingSubscriptionsLive.pipe(
    Layer.provideMerge(ActorsLive(roamingActors)),
    Layer.provideMerge(singleNodeLayer),
  );
  return Layer.merge(workers, SubscriptionsLive([limitFollower, accountFollower, caseFollower])).pipe(
    Layer.provideMerge(Layer.mergeAll(actors, FilesLive, processesLayer)),
    Layer.provideMerge(temporal),
    Layer.provideMerge(stores),
  );
};

type Running = Awaited<ReturnType<typeof startRoamingPartner | typeof startNetworkElement>>;

const startPartners = async (
  directory: string,
  {
    elements = [],
    monitors = [],
    overLine = false,
    ciber,
    second,
  }: Pick<HouseOptions, 'elements' | 'monitors' | 'overLine' | 'ciber' | 'second'>,
) => {
  const ours = await keyPair(join(directory, 'client'), 'rps');
  const startOf = (name: string, directories: ReadonlyArray<string>) => ({
    directory: join(directory, name),
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    users: [{ username: 'rps', publicKeys: [ours.publicKey], directories }],
    settings: {},
    tickMs: 20,
    log: () => undefined,
  });
  const serverOf = (code: string, { host, port, fingerprint }: Running): SftpServer => ({
    service: `roaming:${code}`,
    host,
    port,
    username: 'rps',
    fingerprints: [fingerprint],
    privateKey: ours.privateKey,
    basePath: '',
  });
  const served = (code: string, name: string, more: { readonly ciber?: CiberTerms } = {}) =>
    startRoamingPartner(
      { code, home: 'CHNCM', agreement: agreementWith(code), utcOffset: '+0800', ...more },
      startOf(name, ['outbox', 'inbox', 'archive']),
    );
  const partner = await served(PARTNER, 'partner', ciber === undefined ? {} : { ciber });
  const line = overLine ? await startBadLine(partner) : undefined;
  const direct = serverOf(PARTNER, partner);
  const servers = new Map([[PARTNER, line === undefined ? direct : { ...direct, port: line.port }]]);
  const network = new Map<string, Awaited<ReturnType<typeof startNetworkElement>>>();
  for (const element of [...elements, ...monitors]) {
    const started = await startNetworkElement(element, startOf(element.code, ['outbox', 'archive', 'log']));
    network.set(element.code, started);
    servers.set(element.code, serverOf(element.code, started));
  }
  const wrongKey = { ...serverOf(WRONG_KEY, partner), fingerprints: [`SHA256:${'A'.repeat(43)}`] };
  servers.set(WRONG_KEY, wrongKey);
  const { privateKey } = await keyPair(join(directory, 'stranger'), 'rps');
  servers.set(UNKNOWN_KEY, { ...serverOf(UNKNOWN_KEY, partner), privateKey });
  const finance = await served(PARTNER, FINANCE);
  servers.set(FINANCE, serverOf(FINANCE, finance));
  const other = second === undefined ? undefined : await served(second, second);
  if (second !== undefined && other !== undefined) servers.set(second, serverOf(second, other));
  return { partner, finance, other, network, servers, line, ours };
};

/** The department, as the settings would have it. */
const departmentDocument = ({ username, host, port, fingerprints }: SftpServer) => {
  const server = { url: `sftp://${username}@${host}:${port}`, fingerprints, credential: FINANCE };
  const document = { code: FINANCE, name: FINANCE, server, cycles: CYCLES };
  return { kind: 'department' as const, name: FINANCE, document };
};

/** What is known of partners that have a server, as the settings would have it. */
const partnerDocuments = ({ partners }: RoamingConfiguration, servers: ReadonlyMap<string, SftpServer>) =>
  [...partners.values()].flatMap((partner) => {
    const server = servers.get(partner.code);
    if (server === undefined) return [];
    const url = `sftp://${server.username}@${server.host}:${server.port}`;
    const at = { url, fingerprints: server.fingerprints, credential: partner.code };
    return [{ kind: 'partner' as const, name: partner.code, document: { ...partner, server: at } }];
  });

interface HouseOptions {
  /** What subscribers pay; that of the documented examples when left out. */
  readonly plan?: unknown;
  /** Whether files with fatal errors go back by themselves. */
  readonly returnFatal?: boolean;
  /** Partners that have no server: their files are handed in. */
  readonly more?: ReadonlyArray<string>;
  /** Another partner, with a server of its own. */
  readonly second?: string;
  /** Of our own network, each with a server of its own. */
  readonly elements?: ReadonlyArray<NetworkElement>;
  /** What watches our subscribers abroad, each with a server of its own. */
  readonly monitors?: ReadonlyArray<NetworkMonitor>;
  /** What lies beside each file of every partner. */
  readonly checksum?: Checksum;
  /** How often partners' files come at the latest. */
  readonly awaited?: Intervals;
  /** Whether partners get our detail with each statement. */
  readonly statementDetail?: boolean;
  /** Files of the partner, and ours for it, are CIBER batches. */
  readonly ciber?: CiberTerms;
  /** The partner's server is reached over a line that can become bad. */
  readonly overLine?: boolean;
  /** Where the built web console lies: the gateway serves it, and what else its pages call. */
  readonly console?: string;
}

/** Of a route without a row: the gateway's own test says so of each. */
const NOBODY: Right = { allow: ['device'] };

const textOfBigInt = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

export const startRoamingHouse = async (name: string, options: HouseOptions = {}) => {
  const database = uniqueName(name);
  const directory = await mkdtemp(join(tmpdir(), 'hufu-roaming-'));
  const partners = await startPartners(directory, options);
  const { partner, finance, servers } = partners;
  const key = Buffer.from('a key of the message system');
  const messages = await startMessages(key);
  const accounts = await startFinance({ directory: join(directory, 'accounts') });
  const outside = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database }));
  await outside.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  const codes = [PARTNER, WRONG_KEY, UNKNOWN_KEY, ...(options.more ?? []), options.second ?? []].flat();
  const ofHouse = roamingTerms(1, codes, options);
  const ofFinance = servers.get(FINANCE);
  const departments = ofFinance === undefined ? [] : [departmentDocument(ofFinance)];
  const first = [...ofHouse.first, ...partnerDocuments(ofHouse, servers), ...departments];
  const configuration = { ...ofHouse, first, cycles: new Map([[FINANCE, new Set(CYCLES)]]) };
  const runtime = ManagedRuntime.make(
    servicesOf(database, directory, servers, configuration, { url: messages.url, key: new SecretBytes(key) }, [
      { tenant, url: accounts.url, key: (await Effect.runPromise(keyIn(accounts.keyFile))) ?? new SecretBytes(key) },
    ]),
  );
  const context = await runtime.runtime();
  const routes = [...roamingRoutes, ...meRoutes, ...alertRoutes, ...consoleRoutes];
  const rights = Object.fromEntries(routes.map(({ operationId }) => [operationId, RIGHTS[operationId] ?? NOBODY]));
  const settings = { console: { ...DEFAULT_SETTINGS.console, directory: options.console } };
  const gateway = await startGateway({ routes, rights, settings }, Layer.succeedContext(context.context));
  const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);
  let keys = 0;
  const ask = async (method: string, path: string, { body, bytes, as = 'demo-operator' }: Asked = {}) => {
    keys += 1;
    const commandId = `roaming-${keys}`;
    const type = bytes === undefined ? 'application/json' : 'application/octet-stream';
    const sent = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${gateway.url}/v1/roaming${path}`, {
      method,
      headers: {
        ...(as === null ? {} : await gateway.as(as)),
        ...(method === 'GET' ? {} : { 'idempotency-key': commandId }),
        ...(sent === undefined ? {} : { 'content-type': type }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const answered = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const json: unknown = isJson ? JSON.parse(answered.toString()) : undefined;
    return { status: response.status, headers: response.headers, bytes: answered, json, commandId };
  };
  const subscriber = (key: string, command: SubscriberCommand) =>
    run(
      Effect.flatMap(Actors, (actors) =>
        actors.ask(subscriberActor, {
          id: { tenant, key },
          command,
          envelope: { commandId: `${key}-${JSON.stringify(command, textOfBigInt)}`.slice(0, 120), caller },
        }),
      ),
    );
  return {
    partner,
    /** The element or monitor of this code. */
    element: (code: string) => {
      const found = partners.network.get(code);
      if (found === undefined) throw new Error(`no element ${code}`);
      return found;
    },
    messages,
    /** Finance's own system, which is sent account data. */
    accounts,
    /** The second partner, where it was asked for. */
    get other() {
      if (partners.other === undefined) throw new Error('no second partner was asked for');
      return partners.other;
    },
    /** To the partner, where it was asked for. */
    get line(): BadLine {
      if (partners.line === undefined) throw new Error('the partner is not reached over a line');
      return partners.line;
    },
    /** The department's server; what it is sent lies in `inbox`. */
    finance,
    /** Puts the key with which our user is known everywhere where documents of partners may name it. */
    putCredential: async (credential: string): Promise<void> => {
      await mkdir(join(directory, 'credentials'), { recursive: true });
      await writeFile(join(directory, 'credentials', `${credential}.key`), partners.ours.privateKey);
    },
    run,
    ask,
    subscriber,
    url: gateway.url,
    /** With which a demo user signs in at the embedded issuer. */
    passwordOf: async (subject: string): Promise<string> => {
      const users = await Effect.runPromise(demoUsers(gateway.settings.keyDirectory));
      return users.find((one) => one.subject === subject)?.password ?? '';
    },
    /** Subscribers `S0`… of the simulated partner's files, each with its number. */
    openSubscribers: async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) {
        await subscriber(`S${at}`, { _tag: 'Open', primary: simulatedSubscriber(at).msisdn, currency: 'CNY' });
      }
    },
    /** `HUFU_RECORD=1` keeps the run for the replay test. */
    keepHistory: (workflow: AnyWorkflow, key: string, name: string) =>
      run(
        Effect.gen(function* () {
          if (process.env['HUFU_RECORD'] !== '1') return;
          const { client } = yield* Temporal;
          const codec = payloadCodec(yield* KeyRing);
          const handle = client.workflow.getHandle(workflowIdOf(workflow, tenant, key));
          yield* Effect.promise(() => handle.result());
          yield* Effect.promise(() => recordHistory(handle, codec, name));
        }),
      ),
    waitFor: (path: string, found: object) =>
      expect.poll(async () => (await ask('GET', path)).json, { timeout: 60_000, interval: 100 }).toMatchObject(found),
    stop: async (): Promise<void> => {
      await gateway.stop();
      // Those who follow the journal are gone before it is.
      await runtime.dispose();
      await outside.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
      await outside.dispose();
      await Promise.all([partners.line?.close(), partner.close(), finance.close(), messages.close(), accounts.close()]);
      await partners.other?.close();
      for (const one of partners.network.values()) await one.close();
      await rm(directory, { recursive: true });
    },
  };
};

export type RoamingHouse = Awaited<ReturnType<typeof startRoamingHouse>>;
