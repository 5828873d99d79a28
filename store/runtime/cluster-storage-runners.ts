import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as ClusterError from '@effect/cluster/ClusterError';
import * as RunnerStorage from '@effect/cluster/RunnerStorage';
import { Effect } from 'effect';
import type { mongo } from 'mongoose';
import { databaseOf, isDuplicateKey, Mongo } from '../mongo.ts';
import { COUNTERS, LOCKS, RUNNERS } from './cluster-storage.ts';

/**
 * Which nodes there are and which one holds which shard. Every comparison of times is made by the MongoDB server with
 * its own clock (`$$NOW`), so the nodes' clocks do not matter. A lock names the node's address and the incarnation of
 * the process: a process started again at the same address takes its predecessor's locks at once (both cannot listen
 * there), and the predecessor's refreshes no longer count.
 */

interface RunnerDoc {
  readonly _id: string;
  readonly runner: string;
  readonly healthy: boolean;
  readonly incarnation: string;
  readonly machineId: number;
  readonly process: ProcessMark;
  readonly heartbeatAt: Date;
}

interface LockDoc {
  readonly _id: string;
  readonly address: string | null;
  readonly incarnation: string | null;
  readonly at: Date;
}

/** Snowflake ids carry ten bits of machine. */
const MACHINE_IDS = 1024;

/** A process that can be told from every other one on the same machine, also when its number is used again. */
interface ProcessMark {
  /** Host name, boot and process-id namespace: within these a process number means one process. */
  readonly machine: string;
  readonly pid: number;
  readonly startedAt: string;
}

const firstOf = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** Field 22 of `/proc/<pid>/stat` (the name in parentheses before it may hold blanks); '' when there is none. */
const startOf = (pid: number | 'self'): string =>
  firstOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? '');

const ownMark = (): ProcessMark => ({
  machine: [
    hostname(),
    firstOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    firstOf(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' '),
  pid: process.pid,
  startedAt: startOf('self'),
});

/** True only when the process certainly no longer exists. */
const isDead = (mark: ProcessMark, own: ProcessMark): boolean =>
  own.startedAt !== '' && mark.machine === own.machine && startOf(mark.pid) !== mark.startedAt;

/** A node as the storage knows it: it has been heard of within the expiration. */
export interface NodeEntry {
  /** `host:port`; the port is 0 when it listens for nobody. */
  readonly address: string;
  readonly healthy: boolean;
  readonly heartbeatAtMs: number;
  /** Keys of the locks that it holds, `group:number`, in order of number. */
  readonly shards: ReadonlyArray<string>;
}

const numberOf = (shard: string): number => Number(shard.slice(shard.lastIndexOf(':') + 1));

/** The nodes that hold shards or may come to hold some, in order of address. */
export const readNodes = async (db: mongo.Db, lockExpirationMs: number): Promise<ReadonlyArray<NodeEntry>> => {
  const expiredBefore = { $subtract: ['$$NOW', lockExpirationMs] };
  const [nodes, held] = await Promise.all([
    db
      .collection<RunnerDoc>(RUNNERS)
      .find({ $expr: { $gt: ['$heartbeatAt', expiredBefore] } }, { sort: { _id: 1 } })
      .toArray(),
    db
      .collection<LockDoc>(LOCKS)
      .find({ address: { $ne: null }, $expr: { $gte: ['$at', expiredBefore] } })
      .toArray(),
  ]);
  const shards = Map.groupBy(held, (lock) => lock.address);
  return nodes.map(({ _id, healthy, heartbeatAt }) => ({
    address: _id,
    healthy,
    heartbeatAtMs: heartbeatAt.getTime(),
    shards: (shards.get(_id) ?? []).map((lock) => lock._id).toSorted((one, other) => numberOf(one) - numberOf(other)),
  }));
};

export interface RunnerStorageOptions {
  /** How long a lock and a heartbeat hold without being refreshed, in milliseconds by the server's clock. */
  readonly lockExpirationMs: number;
}

export interface MongoRunners {
  readonly storage: RunnerStorage.RunnerStorage['Type'];
  /**
   * Removes the entries and locks of processes of this machine that are certainly gone (killed), so that a restart does
   * not wait for their leases. Gives the addresses removed.
   */
  readonly buryDead: Effect.Effect<ReadonlyArray<string>, ClusterError.PersistenceError>;
}

export const makeRunnerStorage = (options: RunnerStorageOptions): Effect.Effect<MongoRunners, never, Mongo> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const runners = db.collection<RunnerDoc>(RUNNERS);
    const locks = db.collection<LockDoc>(LOCKS);
    const counters = db.collection<{ _id: string; next: number }>(COUNTERS);
    const incarnation = randomUUID();
    const mark = ownMark();
    const knownLocks = new Set<string>();
    const expiredBefore = { $subtract: ['$$NOW', options.lockExpirationMs] };
    const silent = { $expr: { $lt: ['$heartbeatAt', expiredBefore] } };
    const heldBy = (address: string) => ({ address, incarnation });
    const attempt = <A>(operation: () => Promise<A>): Effect.Effect<A, ClusterError.PersistenceError> =>
      ClusterError.PersistenceError.refail(Effect.tryPromise({ try: operation, catch: (cause) => cause }));

    /** Lock documents exist before anybody locks them; so acquiring is one plain update, never an upsert that races. */
    const ensureLocks = async (shards: ReadonlyArray<string>): Promise<void> => {
      const missing = shards.filter((shard) => !knownLocks.has(shard));
      if (missing.length === 0) return;
      const writes = missing.map((shard) => ({
        updateOne: {
          filter: { _id: shard },
          update: { $setOnInsert: { address: null, incarnation: null, at: new Date(0) } },
          upsert: true,
        },
      }));
      await locks.bulkWrite(writes, { ordered: false }).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error;
      });
      for (const shard of missing) knownLocks.add(shard);
    };

    const ownedOf = async (address: string, shards: ReadonlyArray<string>): Promise<Array<string>> => {
      const filter = { _id: { $in: [...shards] }, ...heldBy(address), $expr: { $gte: ['$at', expiredBefore] } };
      return (await locks.find(filter, { projection: { _id: 1 } }).toArray()).map((lock) => lock._id);
    };

    const nextMachineId = async (address: string): Promise<number> => {
      const known = await runners.findOne({ _id: address }, { projection: { machineId: 1 } });
      if (known !== null) return known.machineId;
      for (;;) {
        const counter = await counters.findOneAndUpdate(
          { _id: 'machineId' },
          { $inc: { next: 1 } },
          { upsert: true, returnDocument: 'after' },
        );
        const machineId = (counter?.next ?? 0) % MACHINE_IDS;
        if ((await runners.findOne({ machineId }, { projection: { _id: 1 } })) === null) return machineId;
      }
    };

    const register = async (address: string, runner: string, healthy: boolean): Promise<number> => {
      // Nodes that were killed unregister nobody: their entries would keep machine ids for ever, until none is left.
      await runners.deleteMany({ _id: { $ne: address }, ...silent });
      const machineId = await nextMachineId(address);
      const fields = { runner: { $literal: runner }, healthy, incarnation, machineId, process: { $literal: mark } };
      await runners.updateOne({ _id: address }, [{ $set: { ...fields, heartbeatAt: '$$NOW' } }], { upsert: true });
      return machineId;
    };

    const acquire = async (address: string, shards: ReadonlyArray<string>): Promise<Array<string>> => {
      await ensureLocks(shards);
      await locks.updateMany(
        {
          _id: { $in: [...shards] },
          $or: [{ address }, { address: null }, { $expr: { $lt: ['$at', expiredBefore] } }],
        },
        [{ $set: { address: { $literal: address }, incarnation, at: '$$NOW' } }],
      );
      return ownedOf(address, shards);
    };

    const refresh = async (address: string, shards: ReadonlyArray<string>): Promise<Array<string>> => {
      const heartbeat = runners.updateOne({ _id: address, incarnation }, [{ $set: { heartbeatAt: '$$NOW' } }]);
      if (shards.length === 0) {
        await heartbeat;
        return [];
      }
      const filter = { _id: { $in: [...shards] }, ...heldBy(address) };
      await Promise.all([heartbeat, locks.updateMany(filter, [{ $set: { at: '$$NOW' } }])]);
      return ownedOf(address, shards);
    };

    const free = { $set: { address: null, incarnation: null } };

    const storage = RunnerStorage.makeEncoded({
      getRunners: attempt(async () =>
        (await runners.find({ $expr: { $gt: ['$heartbeatAt', expiredBefore] } }).toArray()).map(
          (doc) => [doc.runner, doc.healthy] as const,
        ),
      ),
      register: (address, runner, healthy) => attempt(() => register(address, runner, healthy)),
      unregister: (address) =>
        attempt(() =>
          runners.deleteMany({
            $or: [{ _id: address, incarnation }, silent],
          }),
        ),
      setRunnerHealth: (address, healthy) => attempt(() => runners.updateOne({ _id: address }, { $set: { healthy } })),
      acquire: (address, shards) => attempt(() => acquire(address, shards)),
      refresh: (address, shards) => attempt(() => refresh(address, shards)),
      release: (address, shard) => attempt(() => locks.updateOne({ _id: shard, ...heldBy(address) }, free)),
      releaseAll: (address) => attempt(() => locks.updateMany(heldBy(address), free)),
    });

    const buryDead = attempt(async () => {
      const dead = (await runners.find({ 'process.machine': mark.machine }).toArray()).filter((doc) =>
        isDead(doc.process, mark),
      );
      for (const doc of dead) {
        await locks.updateMany({ address: doc._id, incarnation: doc.incarnation }, free);
        await runners.deleteOne({ _id: doc._id, incarnation: doc.incarnation });
      }
      return dead.map((doc) => doc._id);
    });

    return { storage, buryDead };
  });
