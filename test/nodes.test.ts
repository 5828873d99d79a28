import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LOCK_EXPIRATION_MS, SHARDS } from '../actors/runtime/cluster.ts';
import { Api, signIn } from './journeys/api.ts';
import { Application, eventually, registerRange } from './journeys/application.ts';
import { prepareSetting, type Setting } from './journeys/house.ts';
import { type ServingNode, startNode } from './support/node-process.ts';

/**
 * Nodes as processes of their own on one database: three equal ones that share the work, and parts that run alone. One
 * is killed, one is stopped, and a card-making cycle goes on through all of it.
 */

let setting: Setting;
const nodes = new Set<ServingNode>();

beforeAll(async () => {
  setting = await prepareSetting();
});
afterEach(async () => {
  await Promise.all([...nodes].map((node) => node.process.end('SIGKILL')));
  nodes.clear();
});
afterAll(() => setting?.clear());

const start = async (roles: string, env: Readonly<Record<string, string>>): Promise<ServingNode> => {
  const node = await startNode(roles, env);
  nodes.add(node);
  return node;
};

const api = (node: ServingNode): Api => new Api(node.url, setting.env['HUFU_KEY_DIR'] ?? '', 'demo-operator');

/** `Api` asks again by itself; this is for the answer that it would not show. */
const tokenOf = (node: ServingNode): Promise<string> =>
  signIn(node.url, setting.env['HUFU_KEY_DIR'] ?? '', 'demo-operator');

/** How many shards of the cluster the node holds, by its own metrics. */
const shardsOf = async (node: ServingNode): Promise<number> => {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  return Number(/^hufu_cluster_shards_held (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
};

const untilAllHeld = (by: ReadonlyArray<ServingNode>, each: (held: number) => boolean = (held) => held > 0) =>
  eventually(
    'all shards are held, each once',
    () => Promise.all(by.map(shardsOf)),
    (held) => held.every(each) && held.reduce((sum, one) => sum + one, 0) === SHARDS,
    LOCK_EXPIRATION_MS + 10_000,
  );

const LINES = [
  { no: 1, cardType: 'finished', city: '110000', quantity: 30 },
  { no: 2, cardType: 'blank', city: '310000', quantity: 12 },
] as const;
const CITIES = { '110000': 'V-EAST', '310000': 'V-NORTH' } as const;

interface Range {
  readonly type: string;
  readonly key: string;
}

/** Every range is asked of its actor through every node. */
const readAll = async (ranges: ReadonlyArray<Range>, through: ReadonlyArray<ServingNode>): Promise<void> => {
  const clients = through.map(api);
  await Promise.all(
    clients.flatMap((client) =>
      ranges.map(async ({ type, key }) => {
        const answer = await client.get<{ key: string }>(`/v1/sim/ranges/${type}/${key}`);
        expect([answer.status, answer.body.key]).toEqual([200, key]);
      }),
    ),
  );
};

test('three nodes share the work; one is killed, one is stopped, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const first = await start('gateway,actors,worker,devices', setting.env);
  const env = { ...setting.env, HUFU_PUBLIC_URL: first.url };
  const [second, third] = await Promise.all(
    ['gateway,actors,worker,devices', 'gateway,actors,worker,devices'].map((roles) => start(roles, env)),
  );
  if (second === undefined || third === undefined) throw new Error('three were started');
  const all = [first, second, third];
  const begunAt = Date.now();
  console.log(`shards held: ${(await untilAllHeld(all, (held) => held > SHARDS / 6)).join(', ')}`);
  const ready = await fetch(`${second.url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { checks: { actors: 'up', worker: 'up' } }]);

  // Actors of all partitions, asked through whichever node.
  const clients = all.map(api);
  const ranges: Range[] = [];
  for (let n = 0; n < 24; n += 1) {
    const client = clients[n % clients.length];
    if (client !== undefined) ranges.push(await registerRange(client, 'iccid', `P-MANY-${n}`, 10));
  }
  await readAll(ranges, all);

  const cycle = new Application(api(first), 'nodes');
  await cycle.begin(LINES);
  await cycle.untilRound(1, 'can be split', ({ stage, waitingFor }) => stage === 'splitting' && waitingFor === 'staff');

  const killedAt = Date.now();
  await third.process.end('SIGKILL');
  await cycle.split(CITIES);
  await readAll(ranges, [first, second]);
  const answeredMs = Date.now() - killedAt;
  await untilAllHeld([first, second]);
  console.log(`killed: every actor answered after ${answeredMs} ms, shards held after ${Date.now() - killedAt} ms`);
  expect(Date.now() - killedAt).toBeLessThan(LOCK_EXPIRATION_MS + 6_000);

  await cycle.ended();
  expect((await cycle.accounted()).books.applied).toBe(42);

  const stoppedAt = Date.now();
  const stopped = second.process.end('SIGTERM');
  await untilAllHeld([first]);
  console.log(`stopped: shards held by the last after ${Date.now() - stoppedAt} ms`);
  expect(Date.now() - stoppedAt).toBeLessThan(LOCK_EXPIRATION_MS / 2);
  expect(await stopped).toBe(0);
  await readAll(ranges, [first]);
  expect(await first.process.end('SIGTERM')).toBe(0);
  console.log(`all of it after ${((Date.now() - begunAt) / 1_000).toFixed(1)} s`);
});

test('gateway, worker and actors alone: without actors they wait for some', { timeout: 120_000 }, async () => {
  const [gateway, worker] = await Promise.all([start('gateway', setting.env), start('worker', setting.env)]);
  const client = api(gateway);
  const notReady = await fetch(`${gateway.url}/health/ready`);
  expect([notReady.status, await notReady.json()]).toMatchObject([503, { checks: { mongodb: 'up', actors: 'down' } }]);
  const refused = await fetch(`${gateway.url}/v1/sim/applications/A-1`, {
    headers: { authorization: `Bearer ${await tokenOf(gateway)}` },
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await refused.json()).toMatchObject({ code: 'NoNode' });

  const starved = await fetch(`${worker.url}/health/ready`);
  expect([starved.status, await starved.json()]).toMatchObject([503, { checks: { worker: 'up', actors: 'down' } }]);

  const actors = await start('actors', setting.env);
  await untilAllHeld([actors]);
  await eventually(
    'the gateway is ready',
    async () => (await fetch(`${gateway.url}/health/ready`)).status,
    (status) => status === 200,
  );
  const cycle = new Application(client, 'parts');
  await cycle.begin(LINES);
  await cycle.untilStage('splitting');

  // In the middle there are no actors for a while: steps are tried again, callers are told to come again.
  await actors.process.end('SIGKILL');
  const splitting = cycle.split(CITIES);
  const others = await start('actors', setting.env);
  await splitting;
  await cycle.ended();
  expect((await cycle.accounted()).books.applied).toBe(42);
  for (const node of [gateway, worker, others]) expect(await node.process.end('SIGTERM')).toBe(0);
});

test('a node for devices alone says that none is configured and that it waits for actors, and stops cleanly', async () => {
  const node = await start('devices', { ...setting.env, HUFU_LOG: 'info' });
  const notReady = await fetch(`${node.url}/health/ready`);
  expect([notReady.status, await notReady.json()]).toMatchObject([503, { checks: { actors: 'down' } }]);
  expect((await fetch(`${node.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${node.url}/else`)).status).toBe(404);
  expect(await node.process.end('SIGTERM')).toBe(0);
  expect(node.process.output).toContain('no card readers are configured');
});
