import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Run } from '../supervisor/run.ts';

/**
 * A mongod of our own: one member of a replica set, because transactions and change streams need one. Its port may
 * differ from the last run's; the set's configuration holds the address, so it is put right by force.
 */

const SET = 'hufu';
const READY_MS = 60_000;
const NOT_YET_INITIALIZED = 94;
const INVALID_CONFIG = 93;
/** The server closes at once on SIGTERM: there is no other member to wait for. */
const GRACE_MS = 15_000;

export const mongodbUri = (port: number): string => `mongodb://127.0.0.1:${port}/?replicaSet=${SET}`;

const isCode = (cause: unknown, ...codes: readonly number[]): boolean =>
  cause instanceof mongoose.mongo.MongoServerError && typeof cause.code === 'number' && codes.includes(cause.code);

/** Makes the set, or moves it to the port, and says whether it has a primary that writes. */
export const isPrimary = async (port: number): Promise<boolean> => {
  const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: 1_000,
  });
  try {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] === true) return true;
    const host = `127.0.0.1:${port}`;
    const members = [{ _id: 0, host }];
    try {
      const { config } = await admin.command({ replSetGetConfig: 1 });
      if (config.members[0]?.host !== host) {
        await admin.command({ replSetReconfig: { ...config, members, version: config.version + 1 }, force: true });
      }
    } catch (cause) {
      if (isCode(cause, NOT_YET_INITIALIZED)) {
        await admin.command({ replSetInitiate: { _id: SET, members } });
      } else if (!isCode(cause, INVALID_CONFIG)) throw cause;
    }
    return false;
  } catch (cause) {
    if (cause instanceof mongoose.mongo.MongoError) return false;
    throw cause;
  } finally {
    await client.close();
  }
};

export const mongodArguments = (port: number, data: string): ReadonlyArray<string> => [
  ...['--replSet', SET, '--port', String(port), '--bind_ip', '127.0.0.1', '--dbpath', data, '--nounixsocket'],
  ...['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '512', '--quiet'],
  ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
];

/** Starts it and waits until it takes writes. */
export const startMongodb = async (run: Run, program: string, port: number): Promise<void> => {
  const data = join(run.stateDir, 'mongodb');
  mkdirSync(data, { recursive: true });
  const child = run.start({
    name: 'mongodb',
    command: program,
    args: [...mongodArguments(port, data)],
    env: {},
    ours: false,
    graceMs: GRACE_MS,
  });
  await child.healthy(() => isPrimary(port), READY_MS);
  child.keepAlive();
};
