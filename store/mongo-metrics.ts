import { Effect, Layer } from 'effect';
import type mongoose from 'mongoose';
import { addSource, gauge } from '../telemetry/metrics.ts';
import { databaseOf, Mongo } from './mongo.ts';

/**
 * What the database’s primary needs of its machine, read when the metrics are (seed 002 §5.2): processor time, memory, disk
 * and what it reads and writes there. Needs the right `clusterMonitor`; without it the source fails and is counted.
 */

const labels = ['member'] as const;

const MEASURES = {
  cpu: gauge({ name: 'hufu_mongodb_cpu_seconds', help: 'Processor time of mongod since its start', labels }),
  resident: gauge({ name: 'hufu_mongodb_memory_resident_bytes', help: 'Memory of mongod', labels }),
  cacheUsed: gauge({
    name: 'hufu_mongodb_cache_used_bytes',
    help: 'What the cache of the storage engine holds',
    labels,
  }),
  cacheMost: gauge({ name: 'hufu_mongodb_cache_most_bytes', help: 'What that cache may hold', labels }),
  read: gauge({ name: 'hufu_mongodb_disk_read_bytes', help: 'Read from disk since its start', labels }),
  written: gauge({ name: 'hufu_mongodb_disk_written_bytes', help: 'Written to disk since its start', labels }),
  diskUsed: gauge({ name: 'hufu_mongodb_disk_used_bytes', help: 'Used of the disk that has its data', labels }),
  diskSize: gauge({ name: 'hufu_mongodb_disk_size_bytes', help: 'Size of the disk that has its data', labels }),
  connections: gauge({ name: 'hufu_mongodb_connections', help: 'Open connections to mongod', labels }),
} as const;

type Found = Readonly<Record<keyof typeof MEASURES, number>>;

const MEBI = 1024 * 1024;

/** A number inside an answer; not a number where this version or platform does not say it. */
const at = (answer: unknown, ...path: ReadonlyArray<string>): number => {
  const found = path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null && name in inner ? Object(inner)[name] : undefined),
    answer,
  );
  return Number(found);
};

const CACHE = ['wiredTiger', 'cache'] as const;
const BLOCKS = ['wiredTiger', 'block-manager'] as const;

const foundIn = (server: unknown, disk: unknown): Found => ({
  cpu: (at(server, 'extra_info', 'user_time_us') + at(server, 'extra_info', 'system_time_us')) / 1e6,
  resident: at(server, 'mem', 'resident') * MEBI,
  cacheUsed: at(server, ...CACHE, 'bytes currently in the cache'),
  cacheMost: at(server, ...CACHE, 'maximum bytes configured'),
  read: at(server, ...BLOCKS, 'bytes read'),
  written: at(server, ...BLOCKS, 'bytes written'),
  diskUsed: at(disk, 'fsUsedSize'),
  diskSize: at(disk, 'fsTotalSize'),
  connections: at(server, 'connections', 'current'),
});

const measure = async (connection: mongoose.Connection): Promise<string> => {
  const database = databaseOf(connection);
  const most = { maxTimeMS: 2_000 };
  const [server, disk] = await Promise.all([
    database.command({ serverStatus: 1, ...most }),
    database.command({ dbStats: 1, ...most }),
  ]);
  const member = String(server['host'] ?? '');
  const found = foundIn(server, disk);
  for (const [name, one] of Object.entries(MEASURES)) {
    const value = found[name as keyof Found];
    // What is not known is not nought: a version that does not say it, or the disk of a database that is not there yet.
    if (value > 0) one.set({ member }, value);
  }
  // All of it is in the registry.
  return '';
};

/** As long as the connection is open. */
export const MongoMetricsLive: Layer.Layer<never, never, Mongo> = Layer.scopedDiscard(
  Effect.flatMap(Mongo, (connection) =>
    Effect.acquireRelease(
      Effect.sync(() => addSource('mongodb', () => measure(connection))),
      (remove) => Effect.sync(remove),
    ),
  ),
);
