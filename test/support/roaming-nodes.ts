import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import { clusterClientLayer } from '../../actors/runtime/cluster.ts';
import { ActorsRemote } from '../../actors/runtime/live.ts';
import { runMigrations } from '../../cli/admin/migrate.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { startRoamingPartner } from '../../partners/roaming/simulator.ts';
import { keyPair } from '../../partners/simulator/state.ts';
import { runSimulators } from '../../partners/simulators.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, KeyRingLive } from '../../store/keys/key-ring.ts';
import { Mongo, MongoLive } from '../../store/mongo.ts';
import { root } from '../../temporal/bundle.ts';
import type { Processes } from '../../temporal/client.ts';
import { type Temporal, temporalClientLayer } from '../../temporal.config.ts';
import { type ServingNode, startNode } from './node-process.ts';
import { agreementJson, agreementWith, planJson } from './roaming-import.ts';

/**
 * A house that clears roaming with one partner, in processes of its own as an operator would start them: nodes of one role
 * each, to be killed; a client beside them; the partner's server, and one of a department.
 */

type Services = Actors | Files | KeyRing | Mongo | Processes | Temporal;
type Server = Awaited<ReturnType<typeof startRoamingPartner>>;

export interface Servers {
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
}

export interface NodesOptions {
  readonly servers: Servers;
  readonly database: string;
  readonly partner: string;
  /** What each process is: `['actors', 'worker']`. */
  readonly roles: ReadonlyArray<string>;
  readonly department?: string;
}

export class RoamingNodes {
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #nodes: Array<ServingNode> = [];
  readonly #roles: ReadonlyArray<string>;
  readonly #client: ManagedRuntime.ManagedRuntime<Services, unknown>;
  readonly #closing: Array<() => Promise<void>>;
  /** The partner's, then the department's: where their files lie. */
  readonly servers: ReadonlyArray<Server>;

  private constructor(
    directory: string,
    env: Readonly<Record<string, string>>,
    roles: ReadonlyArray<string>,
    servers: ReadonlyArray<Server>,
    closing: Array<() => Promise<void>>,
  ) {
    this.#directory = directory;
    this.#env = env;
    this.#roles = roles;
    this.servers = servers;
    this.#closing = closing;
    const all = Layer.mergeAll(
      ActorsRemote(actorDefinitions).pipe(Layer.provideMerge(clusterClientLayer)),
      temporalClientLayer,
      FilesLive,
    );
    this.#client = ManagedRuntime.make(
      all.pipe(
        Layer.provideMerge(Layer.merge(MongoLive, KeyRingLive)),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))),
      ),
    );
  }

  /** Everything around its nodes, which `start` starts. */
  static async open({ servers, database, partner, roles, department }: NodesOptions): Promise<RoamingNodes> {
    const directory = await mkdtemp(join(tmpdir(), 'hufu-roaming-nodes-'));
    await writeFile(join(directory, 'agreement.json'), JSON.stringify(agreementJson(partner)));
    await writeFile(join(directory, 'plan.json'), JSON.stringify(planJson()));
    const closing: Array<() => Promise<void>> = [];
    const names = ['partner', ...(department === undefined ? [] : [department])];
    const started: Array<Server> = [];
    const access = [];
    for (const name of names) {
      const one = await startServer(directory, name, partner);
      started.push(one.server);
      access.push(one.access);
      closing.push(() => one.server.close());
    }
    const [ofPartner, ofDepartment] = access;
    const settings = {
      home: 'CHNCM',
      zone: 'Asia/Shanghai',
      planFile: 'plan.json',
      partners: [{ code: partner, name: partner, agreementFile: 'agreement.json', bookDigits: 1, ...ofPartner }],
      departments: department === undefined ? [] : [{ code: department, ...ofDepartment }],
    };
    await writeFile(join(directory, 'roaming.json'), JSON.stringify(settings));
    // Whom the node of a worker must know, beside roaming.
    const others = await runSimulators({ directory: join(directory, 'others'), vendors: [] });
    closing.push(() => others.close());
    const env = {
      MONGODB_URI: servers.mongodbUri,
      REDIS_URL: servers.redisUrl,
      TEMPORAL_ADDRESS: servers.temporalAddress,
      TEMPORAL_NAMESPACE: database.replaceAll('_', '-'),
      HUFU_DATABASE: database,
      HUFU_KEY_DIR: join(directory, 'keys'),
      HUFU_DEMO_KEYS: '1',
      HUFU_STATE_DIR: join(root, '.hufu'),
      HUFU_HTTP_HOST: '127.0.0.1',
      HUFU_LOG: 'fatal',
      HUFU_TRACE_RATIO: '0',
      ...others.environment,
      HUFU_ROAMING_FILE: join(directory, 'roaming.json'),
    };
    await runMigrations(env);
    return new RoamingNodes(directory, env, roles, started, closing);
  }

  /** Where a process of the test's own finds its keys and its data, as long as no node has its actors. */
  get place(): { readonly database: string; readonly directory: string } {
    return { database: this.#env['HUFU_DATABASE'] ?? '', directory: this.#env['HUFU_KEY_DIR'] ?? '' };
  }

  /** All its nodes are ready. */
  async start(): Promise<void> {
    for (const role of this.#roles) this.#nodes.push(await startNode(role, this.#env));
  }

  /** In order, the last one first. */
  async stop(): Promise<void> {
    for (const { process } of this.#nodes.splice(0).toReversed()) await process.end('SIGTERM');
  }

  /** Again as long as nobody answers. */
  ask<A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> {
    return this.#client.runPromise(Effect.retry(effect, { schedule: Schedule.spaced(250), while: isFault }));
  }

  /** Kills these processes with SIGKILL at once, and starts them again. */
  async kill(...places: ReadonlyArray<number>): Promise<void> {
    await Promise.all(places.map((at) => this.#nodes[at]?.process.end('SIGKILL')));
    await Promise.all(
      places.map(async (at) => {
        this.#nodes[at] = await startNode(this.#roles[at] ?? '', this.#env);
      }),
    );
  }

  /** Ends what it has started; its database is gone. */
  async close(): Promise<void> {
    await this.stop();
    await this.#client.runPromise(
      Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())),
    );
    await this.#client.dispose();
    for (const close of this.#closing) await close();
    await rm(this.#directory, { recursive: true });
  }
}

const startServer = async (directory: string, name: string, partner: string) => {
  const { publicKey, privateKey } = await keyPair(join(directory, name), 'chncm');
  await writeFile(join(directory, `${name}.key`), privateKey, { mode: 0o600 });
  const server = await startRoamingPartner(
    { code: partner, home: 'CHNCM', agreement: agreementWith(partner), utcOffset: '+0800' },
    {
      directory: join(directory, `${name}-server`),
      host: '127.0.0.1',
      port: 0,
      controlPort: 0,
      users: [{ username: 'chncm', publicKeys: [publicKey], directories: ['outbox', 'inbox', 'archive'] }],
      settings: {},
      tickMs: 50,
      log: () => undefined,
    },
  );
  const url = `sftp://chncm@127.0.0.1:${server.port}/`;
  return { server, access: { url, fingerprint: server.fingerprint, keyFile: `${name}.key` } };
};
