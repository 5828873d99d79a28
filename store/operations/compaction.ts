import { Effect } from 'effect';
import mongoose from 'mongoose';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';

/**
 * Room that documents left is given back to the disk (seed 002 §3.4.2, defragmentation). The storage engine fills such room
 * again by itself, so only a collection of which much is free is worth the work. One member after another, one collection after another,
 * and never the primary of a set of several: it becomes a secondary one day, and is compacted then (decision 0361).
 */

export interface CompactionRule {
  /** At least so much is free of a collection, in bytes, … */
  readonly leastBytes: number;
  /** … and this share of what it takes on disk. */
  readonly leastShare: number;
}

export const COMPACTION: CompactionRule = { leastBytes: 64 * 1024 * 1024, leastShare: 0.2 };

/** A collection on a member of the set, which each have files of their own. */
export interface Loose {
  /** `host:port` */
  readonly member: string;
  readonly collection: string;
  /** Free within its files. */
  readonly bytes: number;
}

const srv = (): Refusal =>
  refuse('invalid', 'MembersUnknown', 'Members cannot be reached one by one by an address of mongodb+srv.', {
    action: 'Set MONGODB_URI to mongodb:// with the members named.',
  });

/** `uri` with this member alone. */
const memberUri = (uri: string, member: string): string =>
  uri.replace(/^(mongodb:\/\/(?:[^@/]*@)?)[^/?]+/, `$1${member}`);

const onMember = async <A>(uri: string, member: string, use: (client: mongoose.mongo.MongoClient) => Promise<A>) => {
  const client = new mongoose.mongo.MongoClient(memberUri(uri, member), {
    directConnection: true,
    readPreference: 'primaryPreferred',
    serverSelectionTimeoutMS: 10_000,
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
};

interface Room {
  readonly stored: number;
  readonly free: number;
}

const roomOf = async (db: mongoose.mongo.Db, collection: string): Promise<Room> => {
  const [found] = await db
    .collection(collection)
    .aggregate([{ $collStats: { storageStats: {} } }])
    .toArray();
  const { storageSize = 0, freeStorageSize = 0 } = found?.['storageStats'] ?? {};
  return { stored: Number(storageSize), free: Number(freeStorageSize) };
};

/** Secondaries; of a set that has none, its only member. */
const membersOf = async (db: mongoose.mongo.Db): Promise<ReadonlyArray<string>> => {
  const { hosts = [], passives = [], primary } = await db.admin().command({ hello: 1 });
  const all = [...hosts, ...passives].map(String);
  return all.length > 1 ? all.filter((one) => one !== primary) : all;
};

const looseOn = async (client: mongoose.mongo.MongoClient, database: string, member: string, rule: CompactionRule) => {
  const db = client.db(database);
  const found: Loose[] = [];
  for (const { name } of await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()) {
    const { stored, free } = await roomOf(db, name);
    if (free >= rule.leastBytes && free >= rule.leastShare * stored)
      found.push({ member, collection: name, bytes: free });
  }
  return found;
};

/** What is worth the work, the loosest first. Refusal: MembersUnknown. */
export const looseCollections = (
  uri: string,
  rule: CompactionRule = COMPACTION,
): Effect.Effect<ReadonlyArray<Loose>, Refusal | Fault, Mongo> =>
  Effect.gen(function* () {
    if (!uri.startsWith('mongodb://')) return yield* Effect.fail(srv());
    const db = databaseOf(yield* Mongo);
    const members = yield* mongoTry('asking for members', () => membersOf(db));
    const found = yield* Effect.forEach(members, (member) =>
      mongoTry('looking for room within collections', () =>
        onMember(uri, member, (client) => looseOn(client, db.databaseName, member, rule)),
      ),
    );
    return found.flat().toSorted((a, b) => b.bytes - a.bytes);
  });

/** Reads and writes go on meanwhile. @returns bytes given back to the disk */
export const compactCollection = (
  uri: string,
  { member, collection }: Pick<Loose, 'member' | 'collection'>,
): Effect.Effect<number, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('compacting a collection', () =>
      onMember(uri, member, async (client) => {
        const db = client.db(databaseOf(connection).databaseName);
        const before = await roomOf(db, collection);
        // On the only member of a set it has to be said that it is meant.
        const { isWritablePrimary } = await db.admin().command({ hello: 1 });
        await db.command({ compact: collection, ...(isWritablePrimary === true ? { force: true } : {}) });
        const after = await roomOf(db, collection);
        return Math.max(0, before.stored - after.stored);
      }),
    ),
  );
