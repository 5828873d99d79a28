import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Effect } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LOCK_EXPIRATION_MS, SHARDS } from '../../actors/runtime/cluster.ts';
import { deadLetterIndexes } from '../../actors/runtime/dead-letters.ts';
import { subscriptionIndexes } from '../../actors/runtime/subscriptions-position.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf } from '../../store/mongo.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { append, record } from '../support/journal.ts';
import { connectForTest } from '../support/mongo.ts';
import { serverAddress } from '../support/names.ts';
import { NodeProcess } from '../support/node-process.ts';

/** Two nodes as real processes on one database: they share, and take over from each other. */

let connection: mongoose.Connection;
let keyDirectory: string;
const nodes = new Set<NodeProcess>();

beforeAll(async () => {
  connection = await connectForTest('cluster');
  keyDirectory = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  await Effect.runPromise(migrate(connection, [...clusterIndexes, ...deadLetterIndexes, ...subscriptionIndexes]));
});

afterEach(async () => {
  await Promise.all([...nodes].map((node) => node.end('SIGKILL')));
  nodes.clear();
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await rm(keyDirectory, { recursive: true });
});

interface Report {
  readonly shards: ReadonlyArray<number>;
  readonly valid: boolean;
  readonly at: number;
}

const start = (port: number, env: Readonly<Record<string, string>> = {}) => {
  const node = new NodeProcess(
    ['test/cluster/node.ts', serverAddress('MONGODB_URI'), connection.name, String(port), keyDirectory],
    { ...process.env, HUFU_LOG: 'warn', ...env },
  );
  nodes.add(node);
  const reports: Array<Report> = [];
  createInterface({ input: node.stdout }).on('line', (line) => {
    if (line.startsWith('{"shards"')) reports.push(JSON.parse(line) as Report);
  });
  return { node, reports, shards: () => reports.at(-1)?.shards ?? [] };
};

const until = (condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 25_000) =>
  expect.poll(condition, { timeout: timeoutMs, interval: 25, message: what }).toBe(true);

const KINDS = ['test.one', 'test.two', 'test.three', 'test.four'];
const actors = KINDS.flatMap((kind) => Array.from({ length: 12 }, (_, n) => ({ kind, actor: `t1/${kind}-${n}` })));

const write = (rev: number) =>
  append(
    connection,
    actors.map(({ kind, actor }) => record(kind, actor, rev, [{ rev }])),
  );

interface Handled {
  readonly turn: string;
  readonly actor: string;
  readonly rev: number;
  readonly port: number;
}

const handled = () => databaseOf(connection).collection<Handled>('handled').find().sort({ _id: 1 }).toArray();

/** A turn may be handled twice, so actors are counted. */
const allHave = async (rev: number): Promise<boolean> =>
  new Set((await handled()).filter((one) => one.rev === rev).map((one) => one.actor)).size === actors.length;

/** In the order in which they were first handled. */
const firstTimes = async (actor: string): Promise<ReadonlyArray<number>> => [
  ...new Set((await handled()).filter((one) => one.actor === actor).map((one) => one.rev)),
];

it('two nodes share shards and slices; killed, paused or stopped, the other takes over and nothing is left out', async () => {
  const [portA, portB] = [await anyPort(), await anyPort()];
  const a = start(portA);
  const b = start(portB);
  const half = (shards: ReadonlyArray<number>) => shards.length >= SHARDS / 2 - 2 && shards.length <= SHARDS / 2 + 2;
  const all = () => new Set([...a.shards(), ...b.shards()]).size === SHARDS;
  await until(() => half(a.shards()) && half(b.shards()) && all(), 'both hold half');

  await write(1);
  await until(() => allHave(1), 'the first turns');
  expect(new Set((await handled()).map((one) => one.port))).toEqual(new Set([portA, portB]));

  // Killed: its lease runs out, then the other has everything.
  const killedAt = Date.now();
  await b.node.end('SIGKILL');
  await write(2);
  await until(() => a.shards().length === SHARDS, 'the survivor has all shards');
  const tookMs = Date.now() - killedAt;
  await until(() => allHave(2), 'the second turns');
  console.log(`killed node: shards moved after ${tookMs} ms, all its turns handled after ${Date.now() - killedAt} ms`);
  expect(tookMs).toBeGreaterThan(LOCK_EXPIRATION_MS / 2);
  expect(tookMs).toBeLessThan(LOCK_EXPIRATION_MS + 4_000);

  // Started again at the same address, then stopped in order: the hand-over does not wait for a lease.
  const again = start(portB);
  await until(() => half(a.shards()) && half(again.shards()), 'they share again');
  const stoppedAt = Date.now();
  const stopped = again.node.end('SIGTERM');
  await until(() => a.shards().length === SHARDS, 'the one that stays has all shards');
  console.log(`stopped node: shards moved after ${Date.now() - stoppedAt} ms`);
  expect(Date.now() - stoppedAt).toBeLessThan(LOCK_EXPIRATION_MS / 2);
  await stopped;

  for (const { actor } of actors) expect(await firstTimes(actor)).toEqual([1, 2]);
});

it('a node paused past its lease has lost it when it wakes up', async () => {
  await databaseOf(connection).collection('handled').deleteMany({});
  const [portA, portB] = [await anyPort(), await anyPort()];
  const a = start(portA);
  const b = start(portB);
  await until(() => a.shards().length > 0 && b.shards().length > 0, 'both have some');
  await until(() => a.shards().length + b.shards().length === SHARDS, 'all are held');
  const pausedAt = Date.now();
  b.node.pause();
  await until(() => a.shards().length === SHARDS, 'the other has all shards');
  const before = b.reports.length;
  const wokenAt = Date.now();
  b.node.resume();
  await until(() => b.reports.length > before, 'it speaks again');
  // Its timers run at once: the first report is of the state it woke up with.
  const first = b.reports.slice(before).find((report) => report.at >= wokenAt);
  expect(first?.valid).toBe(false);
  expect(wokenAt - pausedAt).toBeGreaterThan(LOCK_EXPIRATION_MS / 2);
  await until(() => b.reports.at(-1)?.valid === true && b.shards().length > 0, 'it takes part again');
  await until(() => a.shards().length + b.shards().length === SHARDS, 'each shard has one owner');
});

it('a turn whose handler ran just before the process died is handled again, and nothing overtook it', async () => {
  await databaseOf(connection).collection('handled').deleteMany({});
  await databaseOf(connection).collection('journal').deleteMany({});
  const [victim] = actors;
  if (victim === undefined) throw new Error('no actor');
  const port = await anyPort();
  const dying = start(port, { DIE_AT: `${victim.actor}/4` });
  await until(() => dying.shards().length === SHARDS, 'it has all shards');
  for (const rev of [1, 2, 3, 4, 5, 6]) await write(rev);
  expect(await dying.node.ended()).toBe('SIGKILL');
  const next = start(port);
  await until(() => allHave(6), 'the last turns');
  const times = (await handled()).filter((one) => one.turn === `${victim.actor}/4`);
  expect(times.length).toBeGreaterThanOrEqual(2);
  for (const { actor } of actors) expect(await firstTimes(actor)).toEqual([1, 2, 3, 4, 5, 6]);
  await next.node.end('SIGTERM');
});
