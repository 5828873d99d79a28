import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedRuntime } from 'effect';
import type mongoose from 'mongoose';
import { deadLetterIndexes } from '../actors/runtime/dead-letters.ts';
import { reminderIndexes } from '../actors/runtime/reminders.ts';
import { subscriptionIndexes } from '../actors/runtime/subscriptions-position.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { clusterIndexes } from '../store/runtime/cluster-storage.ts';
import { journalIndexes } from '../store/runtime/journal.ts';
import type { Bench, BenchContext } from './bench.ts';
import type { NodeSettings } from './node/messages.ts';
import { killNodes } from './node-process.ts';

export interface OwnDatabase {
  readonly database: string;
  /** Of whoever looks from outside: nodes have connections of their own. */
  readonly connection: mongoose.Connection;
  readonly keyDir: string;
}

/**
 * A database for one part of a bench, with the indexes that actors need, and a place for keys. Both go with it, as do
 * the nodes that it has started.
 */
const withDatabase = async (
  { mongodbUri, database: prefix }: BenchContext,
  part: string,
  work: (own: OwnDatabase) => Promise<void>,
): Promise<void> => {
  const database = `${prefix}_${part}`;
  const outside = ManagedRuntime.make(mongoLayer({ uri: mongodbUri, database }));
  const keyDir = await mkdtemp(join(tmpdir(), 'hufu-bench-keys-'));
  try {
    const connection = await outside.runPromise(Mongo);
    const plans = [
      ...clusterIndexes,
      ...journalIndexes,
      ...deadLetterIndexes,
      ...subscriptionIndexes,
      ...reminderIndexes,
    ];
    await outside.runPromise(migrate(connection, plans));
    await work({ database, connection, keyDir });
    await connection.dropDatabase();
  } finally {
    await killNodes();
    await outside.dispose();
    await rm(keyDir, { recursive: true });
  }
};

/** What a node that lives on it is started with. */
export const nodeOn = ({ mongodbUri }: BenchContext, { database, keyDir }: OwnDatabase): NodeSettings => ({
  mongodbUri,
  database,
  keyDir,
});

/** A bench of parts, each on a database of its own. */
export const inParts = (
  parts: Readonly<Record<string, (context: BenchContext, own: OwnDatabase) => Promise<void>>>,
): Pick<Bench, 'parts' | 'run'> => ({
  parts: Object.keys(parts),
  run: async (context) => {
    for (const [name, part] of Object.entries(parts)) {
      if (!context.wants(name)) continue;
      context.log(name);
      await withDatabase(context, name, (own) => part(context, own));
    }
  },
});
