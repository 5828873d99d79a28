import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { clusterClientLayer, clusterLayer, SHARDS } from '../../actors/runtime/cluster.ts';
import { ActorsLive, ActorsRemote } from '../../actors/runtime/live.ts';
import { ActorOverview, type AwakePage, type NodeView } from '../../actors/runtime/overview.ts';
import { PARTITIONS } from '../../actors/runtime/partition.ts';
import { testCaller, testId, testTenant } from '../../actors/runtime/test-kit.ts';
import { admin } from '../../cli/admin/index.ts';
import { EXIT } from '../../cli/failure.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { Counter } from '../support/counter.ts';
import { connectForTest } from '../support/mongo.ts';
import { serverAddress } from '../support/names.ts';

/** Two nodes, one of them a process of its own, and a third party that holds nothing: who is awake where? */

type Parts = Actors | ActorOverview | KeyRing;
const KEYS = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, '0')}`);
let connection: mongoose.Connection;
let keyDirectory: string;
let child: ChildProcess;
let here: ManagedRuntime.ManagedRuntime<Parts, unknown>;
let client: ManagedRuntime.ManagedRuntime<Parts, unknown>;
let addresses: { readonly here: string; readonly there: string };

const nodes = Effect.flatMap(ActorOverview, (overview) => overview.nodes);
const settled = (found: ReadonlyArray<NodeView>): boolean =>
  found.length === 2 &&
  found.every(({ contact }) => contact === 'answered') &&
  found.reduce((sum, { partitions }) => sum + partitions, 0) === PARTITIONS;

const until = <A, E>(effect: Effect.Effect<A, E, Parts>, holds: (found: A) => boolean) =>
  effect.pipe(
    Effect.filterOrFail(holds, () => 'not yet' as const),
    Effect.retry(Schedule.spaced(100)),
    Effect.timeout(30_000),
  );

const add = (key: string, commandId: string) =>
  Effect.flatMap(Actors, (actors) =>
    actors.ask(Counter, {
      id: testId(key),
      command: { _tag: 'Add', by: 1 },
      envelope: { commandId, caller: testCaller },
    }),
  ).pipe(Effect.retry({ times: 100, schedule: Schedule.spaced(100) }));

const allPages = (limit: number, more: { readonly node?: string } = {}) =>
  Effect.gen(function* () {
    const overview = yield* ActorOverview;
    const pages: Array<AwakePage> = [];
    let cursor: string | null = null;
    do {
      const from: { readonly cursor?: string } = cursor === null ? {} : { cursor };
      const page: AwakePage = yield* overview.awake({ tenant: testTenant, limit, ...more, ...from });
      pages.push(page);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return pages;
  });

beforeAll(async () => {
  keyDirectory = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  const uri = serverAddress('MONGODB_URI');
  connection = await connectForTest('overview');
  await Effect.runPromise(migrate(connection, [...clusterIndexes]));
  const database = connection.name;
  const base = Layer.merge(mongoLayer({ uri, database }), keyRingLayer({ directory: keyDirectory, demoKeys: true }));
  const [mine, its] = [await anyPort(), await anyPort()];
  addresses = { here: `127.0.0.1:${mine}`, there: `127.0.0.1:${its}` };
  here = ManagedRuntime.make(
    ActorsLive([Counter]).pipe(
      Layer.provide(clusterLayer({ host: '127.0.0.1', port: mine })),
      Layer.provideMerge(base),
    ),
  );
  client = ManagedRuntime.make(
    ActorsRemote([Counter]).pipe(Layer.provide(clusterClientLayer), Layer.provideMerge(base)),
  );
  child = spawn(process.execPath, ['test/overview/node.ts', uri, database, String(its), keyDirectory], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, HUFU_LOG: 'error' },
  });
  await here.runPromise(until(nodes, settled));
  await here.runPromise(Effect.forEach(KEYS, (key) => add(key, `first-${key}`), { concurrency: 8 }));
}, 60_000);

afterAll(async () => {
  await client.dispose();
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await here.dispose();
  await connection.dropDatabase();
  await connection.close();
  await rm(keyDirectory, { recursive: true, force: true });
});

describe.each([
  ['of one of them', () => here],
  ['of one that holds none', () => client],
] as const)('in the eyes %s', (_name, runtime) => {
  test('both nodes are there, with what each of them says', async () => {
    const found = await runtime().runPromise(until(nodes, settled));
    expect(found.map(({ address }) => address).toSorted()).toEqual(Object.values(addresses).toSorted());
    expect(found.reduce((sum, { shards }) => sum + shards, 0)).toBe(SHARDS);
    expect(found.reduce((sum, { own }) => sum + (own?.awake ?? 0), 0)).toBe(KEYS.length);
    for (const { own, healthy } of found) {
      expect(healthy).toBe(true);
      expect(own?.kinds).toEqual({ 'test.counter': own?.awake });
      expect(own?.open).toBeGreaterThan(0);
    }
  });

  test('every actor is awake on one node, page after page, and a node lists its own', async () => {
    const pages = await runtime().runPromise(allPages(7));
    const items = pages.flatMap((page) => page.items);
    expect(pages.length).toBe(Math.ceil(KEYS.length / 7));
    expect(pages.flatMap((page) => page.silent)).toEqual([]);
    expect(items.map(({ key }) => key)).toEqual(KEYS);
    expect(new Set(items.map(({ node }) => node)).size).toBe(2);
    expect(items[0]).toMatchObject({ kind: 'test.counter', phase: 'awake', waiting: 0, rev: 1, seq: 1, receipts: 1 });
    for (const node of Object.values(addresses)) {
      const own = (await runtime().runPromise(allPages(200, { node }))).flatMap((page) => page.items);
      expect(own).toEqual(
        items.filter((item) => item.node === node).map((item) => expect.objectContaining({ key: item.key, node })),
      );
    }
    const strange = await runtime().runPromise(Effect.flip(allPages(10, { node: '127.0.0.1:1' })));
    expect(strange).toMatchObject({ code: 'NoSuchNode' });
    const others = await runtime().runPromise(
      Effect.flatMap(ActorOverview, (overview) => overview.awake({ tenant: 'other' as TenantId })),
    );
    expect(others).toMatchObject({ items: [], silent: [] });
  });

  test('an actor is found where it lives; put to sleep there, it starts anew and has forgotten nothing', async () => {
    const [page] = await runtime().runPromise(allPages(200, { node: addresses.there }));
    const key = page?.items[0]?.key ?? '';
    const place = Effect.flatMap(ActorOverview, (overview) => overview.place('test.counter', testId(key)));
    expect(await runtime().runPromise(place)).toMatchObject({ node: addresses.there, found: { actor: { rev: 1 } } });
    const restart = Effect.flatMap(ActorOverview, (overview) => overview.restart('test.counter', testId(key)));
    expect(await runtime().runPromise(restart)).toBe('restarted');
    expect(await runtime().runPromise(place)).toMatchObject({ node: addresses.there, found: { actor: null } });
    expect(await runtime().runPromise(restart)).toBe('asleep');
    expect(await runtime().runPromise(add(key, `first-${key}`))).toMatchObject({ reply: { value: 1 }, rev: 1 });
    expect(await runtime().runPromise(place)).toMatchObject({ found: { actor: { rev: 1 } } });
  });
});

test('the command reaches the nodes by the storage of the cluster alone', async () => {
  const env = { HUFU_DATABASE: connection.name, HUFU_KEY_DIR: keyDirectory, HUFU_STATE_DIR: keyDirectory };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  let out = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    out += String(piece);
    return true;
  });
  const hufu = async (...words: ReadonlyArray<string>): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
    out = '';
    expect(await admin([...words, '--json'])).toBe(EXIT.ok);
    return out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  };
  try {
    const found = await hufu('nodes');
    expect(found.map(({ address }) => address).toSorted()).toEqual(Object.values(addresses).toSorted());
    expect(found.map(({ contact }) => contact)).toEqual(['answered', 'answered']);
    const list = await hufu('actor', 'list', '--tenant', testTenant, '--kind', 'test.counter', '--limit', '200');
    expect(list.map(({ key }) => key)).toEqual(KEYS);
    expect(new Set(list.map(({ node }) => node))).toEqual(new Set(Object.values(addresses)));
  } finally {
    stdout.mockRestore();
    vi.unstubAllEnvs();
  }
});

test('a paused node is named, and fails nobody’s look; going on, it answers again', async () => {
  const [own] = await here.runPromise(allPages(200, { node: addresses.here }));
  const [its] = await here.runPromise(allPages(200, { node: addresses.there }));
  child.kill('SIGSTOP');
  for (const runtime of [here, client]) {
    const [page] = await runtime.runPromise(allPages(200));
    expect(page?.silent).toEqual([addresses.there]);
    expect(page?.items.map(({ key }) => key)).toEqual(own?.items.map(({ key }) => key));
  }
  const lost = its?.items[0]?.key ?? '';
  const place = Effect.flatMap(ActorOverview, (overview) => overview.place('test.counter', testId(lost)));
  const found = await here.runPromise(place);
  // Until its lease ends it is silent; then nobody, and soon this node, holds the actor, which sleeps there.
  expect(found.found?.actor ?? null).toBeNull();
  child.kill('SIGCONT');
  await here.runPromise(until(nodes, settled));
}, 60_000);
