import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Effect, Layer } from 'effect';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { backUp } from '../activities/operations/backup/back-up.ts';
import { lookAt, putManifest } from '../activities/operations/backup/places.ts';
import { restoreBackup, verifyBackup } from '../activities/operations/backup/restore.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { backupId } from '../domain/operations/backup/chain.ts';
import type { Manifest } from '../domain/operations/backup/schema.ts';
import { directoryPlace } from '../partners/backup/directory.ts';
import { type BackupPlace, Backups } from '../partners/backup/port.ts';
import { sftpPlace } from '../partners/backup/sftp.ts';
import { SFTP_TUNING } from '../partners/sftp-connection.ts';
import { NO_TROUBLES, startSftpServer } from '../partners/simulator/server.ts';
import { keyPair } from '../partners/simulator/state.ts';
import { KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { type Mongo, mongoLayer } from '../store/mongo.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { listBackups } from '../store/operations/backup/log.ts';
import { hufu, objects } from './support/admin.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Backups of a real database and what is restored from them, in a directory and on a file server. */

const tenant = 'demo' as TenantId;
const keep = { days: 14, months: 12 };
const uri = serverAddress('MONGODB_URI');
const source = uniqueName('backup');
const { Double, Long } = mongoose.mongo;

let directory: string;
let keys: string;
let client: mongoose.mongo.MongoClient;
let db: mongoose.mongo.Db;
const restored: string[] = [];

type Needs = Backups | Mongo | KeyRing;
const stores = (database: string, place: BackupPlace) =>
  Layer.mergeAll(
    mongoLayer({ uri, database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
    Layer.succeed(Backups, { place, keep }),
  );
const run = <A, E>(place: BackupPlace, effect: Effect.Effect<A, E, Needs>, database = source): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, stores(database, place)));
const make = (place: BackupPlace, kind: 'full' | 'increment') => run(place, backUp({ tenant, kind }));

/** A free name; what is restored into it. */
const restore = async (place: BackupPlace, toMs?: number) => {
  const name = uniqueName('restored');
  restored.push(name);
  const told = await run(place, restoreBackup({ place, toMs }), name);
  return { told, db: client.db(name) };
};
/** Code and field of a refusal. */
const refusal = async (place: BackupPlace, toMs?: number) => {
  const name = uniqueName('restored');
  restored.push(name);
  const failure = await run(place, Effect.flip(restoreBackup({ place, toMs })), name);
  return { failure, collections: await client.db(name).listCollections().toArray() };
};
/** The database's own hash of every collection: documents with their order of fields and types. */
const hashes = async (of: mongoose.mongo.Db): Promise<Readonly<Record<string, string>>> => {
  // What is noted of backups changes with each of them.
  const { operations_backups: _, operations_alerts: __, ...rest } = (await of.command({ dbHash: 1 }))['collections'];
  return rest;
};
const indexes = async (of: mongoose.mongo.Db) => (await of.collection('cards').indexes()).map(({ name }) => name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-backups-'));
  keys = join(directory, 'keys');
  client = await new mongoose.mongo.MongoClient(uri, { writeConcern: { w: 'majority' } }).connect();
  db = client.db(source);
});
afterAll(async () => {
  for (const name of [source, ...restored]) await client.db(name).dropDatabase();
  await client.close();
  await rm(directory, { recursive: true });
});

const placeOf = (name: string) => directoryPlace(join(directory, name));

/** Everything that may look different after it was written again. */
const awkward = (id: number) => ({
  _id: id,
  days: new Map<string, unknown>([
    ['20261128', new Double(1)],
    ['9', { '7': 1, '3': Long.fromNumber(2) }],
  ]),
  list: [1, { '1': 'x', '0': 'y' }],
  name: '王小明',
  at: new Date(0),
});

/** The clock of the database has reached another second. */
const nextSecond = async (): Promise<number> => {
  const now = async (): Promise<number> => {
    await db.collection<{ _id: number }>('clock').updateOne({ _id: 0 }, { $inc: { ticks: 1 } }, { upsert: true });
    return (await db.admin().command({ hello: 1 }))['lastWrite'].majorityOpTime.ts.t;
  };
  const first = await now();
  await vi.waitFor(async () => expect(await now()).toBeGreaterThan(first), { timeout: 10_000, interval: 50 });
  return first;
};

it('a full backup and its increments restore what was there at the end, and at any second before', async () => {
  const place = placeOf('whole');
  const cards = db.collection<{ _id: number }>('cards');
  await db.createCollection('cards', { validator: { _id: { $gte: 0 } } });
  await cards.createIndexes([
    { key: { name: 1 }, name: 'by_name' },
    { key: { at: 1 }, name: 'gone', sparse: true },
  ]);
  await cards.insertMany(Array.from({ length: 5_000 }, (_, at) => awkward(at)) as never);
  expect(await make(place, 'increment')).toMatchObject({ kind: 'full', removed: 0 });

  await cards.updateMany({ _id: { $lt: 100 } }, { $set: { 'days.9.7': 5, more: 1 }, $push: { list: 3 } as never });
  await cards.replaceOne({ _id: 7 }, {
    days: new Map([
      ['5', 1],
      ['4', 2],
    ]),
  } as never);
  await cards.deleteMany({ _id: { $gte: 4_900 } });
  const noon = await nextSecond();
  const atNoon = await hashes(db);
  expect(await make(place, 'increment')).toMatchObject({ kind: 'increment', documents: expect.any(Number) });

  // A transaction that is too large for one entry, one that is rolled back, and collections that come and go.
  const session = client.startSession();
  await session.withTransaction(async () => {
    const large = Array.from({ length: 20 }, (_, at) => ({ _id: at, bytes: randomBytes(1_000_000) }));
    await db.collection<{ _id: number }>('large').insertMany(large, { session });
    await cards.deleteOne({ _id: 1 }, { session });
  });
  await expect(
    session.withTransaction(async () => {
      await cards.deleteMany({ _id: { $lt: 4_000 } }, { session });
      throw new Error('not this');
    }),
  ).rejects.toThrow('not this');
  await session.endSession();
  await db.collection('short').insertOne({ lives: 'shortly' });
  await db.dropCollection('short');
  const before = await nextSecond();
  const atEvening = await hashes(db);
  await cards.deleteMany({});
  await cards.createIndex({ late: 1 }, { name: 'late' });
  await cards.dropIndex('gone');
  await make(place, 'increment');
  const atNight = await hashes(db);

  const last = await restore(place);
  expect(await hashes(last.db)).toEqual(atNight);
  expect(await indexes(last.db)).toEqual(['_id_', 'by_name', 'late']);
  expect((await last.db.listCollections({ name: 'cards' }).toArray())[0]).toMatchObject({
    options: { validator: { _id: { $gte: 0 } } },
  });
  expect(last.told.collections).toContainEqual({ name: 'cards', documents: 0 });

  const evening = await restore(place, before * 1_000 + 999);
  const { clock: _, ...eveningHashes } = await hashes(evening.db);
  const { clock: __, ...wanted } = atEvening;
  expect(eveningHashes).toEqual(wanted);
  expect(evening.told.until.t).toBeLessThanOrEqual(before);

  const untilNoon = await restore(place, noon * 1_000);
  expect(untilNoon.told.collections).toContainEqual({ name: 'cards', documents: 4_900 });
  expect((await hashes(untilNoon.db))['cards']).toEqual(atNoon['cards']);
  expect(await run(place, verifyBackup({ place }))).toMatchObject({ backups: 3 });
  await db.dropCollection('large');

  const log = await run(place, listBackups({ tenant, filters: { state: 'good' } }));
  expect(log.items.map(({ kind, code }) => [kind, code])).toEqual([
    ['increment', null],
    ['increment', null],
    ['full', null],
  ]);
  expect((await refusal(place, Date.UTC(2020, 0, 1))).failure).toMatchObject({ code: 'NoBackup' });
  const full = await restore(place);
  const again = Effect.flip(restoreBackup({ place }));
  expect(await run(place, again, full.db.databaseName)).toMatchObject({ code: 'DatabaseNotEmpty' });
});

it('a part or a manifest that is damaged, short, missing or not ours is refused by its name, before anything is written', async () => {
  const place = placeOf('damaged');
  await make(place, 'full');
  await db.collection('more').insertOne({ of: 'the increment' });
  await make(place, 'increment');
  const at = join(directory, 'damaged');
  const names = await readdir(at);
  const part = names.find((name) => name.endsWith('.00001.documents')) ?? '';
  const oplog = names.find((name) => name.endsWith('.oplog')) ?? '';
  const manifest = names.find((name) => name.endsWith('.json') && name.includes('increment')) ?? '';
  const spare = join(directory, 'spare');
  /** With one file changed. */
  const changed = async (name: string, change: (path: string) => Promise<void>) => {
    await copyFile(join(at, name), spare);
    await change(join(at, name));
    const found = await refusal(place);
    await copyFile(spare, join(at, name));
    return found;
  };
  const flip = async (path: string) => {
    const bytes = await readFile(path);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(path, bytes);
  };
  expect((await changed(part, flip)).failure).toMatchObject({ code: 'BackupPartDamaged', field: part });
  const short = await changed(oplog, (path) => truncate(path, 10));
  expect(short).toMatchObject({ failure: { code: 'BackupPartMissing', field: oplog }, collections: [] });
  expect(await changed(oplog, rm)).toMatchObject({ failure: { code: 'BackupPartMissing', field: oplog } });
  const forge = async (path: string) => {
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"entries":', '"entries":1'));
  };
  const forged = await changed(manifest, forge);
  expect(forged).toMatchObject({ failure: { code: 'BackupManifestDamaged', field: manifest }, collections: [] });
  // Nobody reads a part without the keys, and none lies there in clear.
  expect((await readFile(join(at, part))).includes('王小明')).toBe(false);
  await restore(place);

  // An increment that would go on from what is not whole becomes a full one, and a person is told.
  await rm(join(at, oplog));
  expect(await make(place, 'increment')).toMatchObject({ kind: 'full' });
  const alerts = await run(place, listAlerts({ tenant, filters: { code: 'BackupChainBroken', open: true } }));
  expect(alerts.items).toMatchObject([{ source: 'backup', level: 'problem' }]);
  expect(await hashes((await restore(place)).db)).toEqual(await hashes(db));
});

it('an increment whose way back was overwritten becomes a full one; a place that is full is told', async () => {
  const place = placeOf('overtaken');
  await make(place, 'full');
  const [first] = (await run(place, lookAt(place))).manifests;
  const ancient = { t: 1, i: 1 };
  const startedAtMs = Date.now() + 3_600_000;
  const old = { ...(first as Manifest), id: backupId('full', startedAtMs, '00000000'), from: ancient, until: ancient };
  const { files } = await run(place, lookAt(place));
  for (const one of files.keys()) await run(place, place.remove(one));
  const ring = Effect.map(KeyRing, (found) => found.current('file'));
  const signed = Effect.flatMap(ring, (key) => putManifest(place, key, { ...old, parts: [] }));
  await run(place, signed);
  expect(await make(place, 'increment')).toMatchObject({ kind: 'full' });

  const full: BackupPlace = {
    ...placeOf('full'),
    put: () => Effect.fail({ _tag: 'Fault', service: 'backup', code: 'PlaceFull', message: 'ENOSPC' }),
  };
  expect(await run(full, Effect.flip(backUp({ tenant, kind: 'full' })))).toMatchObject({ code: 'PlaceFull' });
  const [newest] = (await run(full, listBackups({ tenant, limit: 1 }))).items;
  expect(newest).toMatchObject({ state: 'failed', code: 'PlaceFull', kind: 'full' });
  const told = () => run(place, listAlerts({ tenant, filters: { code: 'BackupFailed', open: true } }));
  expect((await told()).items.map(({ subject }) => subject)).toContain('full');
  // The next good one clears it.
  await make(place, 'full');
  expect((await told()).items.map(({ subject }) => subject)).not.toContain('full');
});

it('a collection that is dropped while it is copied makes the copy begin anew, and is never an empty one', async () => {
  const place = placeOf('dropped');
  await db.collection('zz_dropped').insertOne({ was: 'there' });
  await db
    .collection<{ _id: number }>('aa_first')
    .insertMany(Array.from({ length: 20 }, (_, at) => ({ _id: at, bytes: randomBytes(1_000_000) })));
  // After the first part, with the last collection not read yet.
  let dropped = false;
  const dropping: BackupPlace = {
    ...place,
    put: (name, content) =>
      Effect.zipRight(
        Effect.promise(async () => {
          if (!dropped) await db.dropCollection('zz_dropped');
          dropped = true;
        }),
        place.put(name, content),
      ),
  };
  expect(await run(dropping, Effect.flip(backUp({ tenant, kind: 'full' })))).toMatchObject({
    _tag: 'Fault',
    code: 'SnapshotUnavailable',
  });
  expect(await make(place, 'full')).toMatchObject({ kind: 'full' });
  await db.dropCollection('aa_first');
});

it('a backup that is killed in the middle leaves the last good one, and what it left is not restored', async () => {
  const name = join(directory, 'killed');
  const place = directoryPlace(name);
  const env = {
    ...process.env,
    ...{ MONGODB_URI: uri, HUFU_DATABASE: source, HUFU_KEY_DIR: keys, HUFU_STATE_DIR: directory },
    HUFU_BACKUP_URL: `file://${name}`,
  };
  await make(place, 'full');
  const good = await hashes(db);
  const bulk = Array.from({ length: 40 }, (_, at) => ({ _id: at, bytes: randomBytes(1_000_000) }));
  await db.collection<{ _id: number }>('bulk').insertMany(bulk);
  const before = await readdir(name);
  const main = resolve(import.meta.dirname, '../cli/main.ts');
  const child = spawn(process.execPath, [main, 'admin', 'backups', 'make', '--full'], { env, stdio: 'ignore' });
  const gone = once(child, 'exit');
  await vi.waitFor(
    async () => expect((await readdir(name)).filter((one) => !before.includes(one)).length).toBeGreaterThan(1),
    { timeout: 60_000, interval: 5 },
  );
  child.kill('SIGKILL');
  await gone;
  const left = (await readdir(name)).filter((one) => !before.includes(one) && !one.startsWith('.'));
  expect(left.filter((one) => one.endsWith('.json'))).toEqual([]);
  const { bulk: _, ...rest } = await hashes((await restore(place)).db);
  expect(rest).toEqual(good);
  // The next one is whole again, as it is typed.
  for (const [variable, value] of Object.entries(env)) process.env[variable] = value;
  expect(await hufu('backups', 'make')).toMatch(/-increment-[0-9a-f]{8}: \d+ entries/);
  expect(objects(await hufu('backups', 'list', '--json')).map(({ kind }) => kind)).toEqual(['increment', 'full']);
  expect(await hufu('backups', 'verify')).toMatch(/whole: 2 backups/);
  const target = uniqueName('restored');
  restored.push(target);
  process.env['HUFU_DATABASE'] = target;
  expect(await hufu('backups', 'restore')).toMatch(/restored and verified: \d+ collections/);
  expect(await hashes(client.db(target))).toEqual(await hashes(db));
  await db.dropCollection('bulk');
}, 120_000);

it('lies on a file server as well, of which the pinned key is wanted', async () => {
  const [ours, theirs] = [await keyPair(directory, 'client'), await keyPair(directory, 'host')];
  const root = join(directory, 'server');
  await mkdir(join(root, 'backups'), { recursive: true });
  const server = await startSftpServer({
    ...{ root, hostKey: theirs.privateKey, host: '127.0.0.1', port: 0, troubles: { ...NO_TROUBLES } },
    users: [{ username: 'hufu', publicKeys: [ours.publicKey], directories: ['backups'] }],
  });
  const at = {
    ...{ service: 'backup', host: '127.0.0.1', port: server.port, username: 'hufu', basePath: '/backups' },
    ...{ fingerprints: [theirs.fingerprint], privateKey: ours.privateKey },
  };
  const tuning = { ...SFTP_TUNING, attempts: 2, backoffMs: 20, settleMs: 0 };
  const on = <A>(use: (place: BackupPlace) => Promise<A>, fingerprints = at.fingerprints): Promise<A> =>
    Effect.runPromise(
      Effect.scoped(
        Effect.flatMap(sftpPlace({ ...at, fingerprints }, tuning), (place) => Effect.promise(() => use(place))),
      ),
    );
  try {
    await on(async (place) => {
      await make(place, 'full');
      await db.collection('more').insertOne({ from: 'the server' });
      await make(place, 'increment');
      expect(await hashes((await restore(place)).db)).toEqual(await hashes(db));
      const { manifests, files } = await run(place, lookAt(place));
      expect(manifests.length).toBe(2);
      for (const file of files.keys()) await run(place, place.remove(file));
      expect((await refusal(place)).failure).toMatchObject({ code: 'NoBackup' });
    });
    const other = `SHA256:${'A'.repeat(43)}`;
    const refused = on((place) => run(place, Effect.flip(backUp({ tenant, kind: 'full' }))), [other]);
    expect(await refused).toMatchObject({ code: 'HostKeyMismatch' });
  } finally {
    await server.close();
  }
});
