import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Exit, Layer, Scope } from 'effect';
import mongoose from 'mongoose';
import { runMigrations } from '../../cli/admin/migrate.ts';
import { ROLES } from '../../cli/role.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import type { TelecomSettings } from '../../partners/mail/simulator-settings.ts';
import type { VendorSettings, VopSettings } from '../../partners/simulator/control.ts';
import { runSimulators, type Simulators } from '../../partners/simulators.ts';
import { root } from '../../temporal/bundle.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { Api } from './api.ts';

/**
 * The whole house for the time of a test file: one node as it is started for real, against the test run's servers, with
 * a database, a namespace and keys of its own, and the partners' simulators beside it. Tests speak to it over HTTP.
 */
export const VENDORS = ['V-EAST', 'V-NORTH', 'V-SOUTH'] as const;

export interface HouseOptions {
  readonly vop?: Partial<VopSettings>;
  readonly vendors?: Partial<VendorSettings>;
  /** Telecom with a mailbox of ours, too: it takes a Java program and some seconds. */
  readonly telecom?: Partial<TelecomSettings>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Setting {
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly directory: string;
  readonly simulators: Simulators;
  /** How many IMSIs of a product are in which state. */
  readonly imsiStates: (product: string) => Promise<Readonly<Record<string, number>>>;
  /** Ends the simulators, removes the database and all files. */
  readonly clear: () => Promise<void>;
}

export interface House extends Setting {
  readonly api: Api;
  readonly rival: Api;
  readonly close: () => Promise<void>;
}

/** There is no route for single IMSIs: their own documents are looked at. */
const imsiStatesIn = async (connection: mongoose.Connection, product: string) => {
  const found = await connection
    .collection('sim_imsis')
    .aggregate<{ readonly _id: string; readonly count: number }>([
      { $match: { product } },
      { $group: { _id: '$status', count: { $sum: 1 } } },
    ])
    .toArray();
  return Object.fromEntries(found.map(({ _id, count }) => [_id, count]));
};

const HIGH = '1000000';

const simulatedTelecom = (settings: Partial<TelecomSettings>) => {
  const mailboxProgram = process.env['HUFU_GREENMAIL'];
  if (mailboxProgram === undefined) throw new Error('HUFU_GREENMAIL is not set: run the tests with ./hufu test');
  return { mailboxProgram, settings: { delayMs: 30, ...settings } };
};

/** Everything around a node: partners, names, an empty database. */
export const prepareSetting = async (options: HouseOptions = {}): Promise<Setting> => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-journey-'));
  const simulators = await runSimulators({
    directory: join(directory, 'partners'),
    tickMs: 30,
    vop: { delayMs: 30, ...options.vop },
    ...(options.telecom === undefined ? {} : { telecom: simulatedTelecom(options.telecom) }),
    vendors: VENDORS.map((code) => ({ code, name: code, settings: { delayMs: 30, ...options.vendors } })),
  });
  const port = await anyPort();
  const database = uniqueName('journey');
  const env: Readonly<Record<string, string>> = {
    MONGODB_URI: serverAddress('MONGODB_URI'),
    REDIS_URL: serverAddress('REDIS_URL'),
    TEMPORAL_ADDRESS: serverAddress('TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: database.replaceAll('_', '-'),
    HUFU_DATABASE: database,
    HUFU_KEY_DIR: join(directory, 'keys'),
    HUFU_DEMO_KEYS: '1',
    HUFU_STATE_DIR: join(root, '.hufu'),
    HUFU_HTTP_HOST: '127.0.0.1',
    HUFU_HTTP_PORT: String(port),
    HUFU_LOG: 'fatal',
    HUFU_TRACE_RATIO: '0',
    HUFU_SIM_POLL_MS: '200',
    VOP_SFTP_SETTLE_MS: '60',
    HUFU_RATE_READ: HIGH,
    HUFU_RATE_WRITE: HIGH,
    HUFU_RATE_BULK: HIGH,
    ...simulators.environment,
    ...options.env,
  };
  await runMigrations(env);
  const connection = await mongoose.createConnection(serverAddress('MONGODB_URI'), { dbName: database }).asPromise();
  return {
    env,
    url: `http://127.0.0.1:${port}`,
    directory,
    simulators,
    imsiStates: (product) => imsiStatesIn(connection, product),
    clear: async () => {
      await simulators.close();
      await connection.dropDatabase();
      await connection.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

export const startHouse = async (options: HouseOptions = {}): Promise<House> => {
  const setting = await prepareSetting(options);
  Object.assign(process.env, setting.env);
  // Loaded only now: some settings are read when a module is loaded.
  const { nodeLayer } = await import('../../cli/node.ts');
  const scope = await Effect.runPromise(Scope.make());
  await Effect.runPromise(Layer.buildWithScope(nodeLayer(new Set(ROLES)), scope));
  const { url, env } = setting;
  const keys = env['HUFU_KEY_DIR'] ?? '';
  return {
    ...setting,
    api: new Api(url, keys, 'demo-operator'),
    rival: new Api(url, keys, 'rival-operator'),
    close: async () => {
      await Effect.runPromise(Scope.close(scope, Exit.void));
      await setting.clear();
    },
  };
};
