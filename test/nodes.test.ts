import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LOCK_EXPIRATION_MS, SHARDS } from '../actors/runtime/cluster.ts';
import { USERS_FILE } from '../gateway/issuer/demo-users.ts';
import { Api } from './journeys/api.ts';
import { Application, eventually, registerRange } from './journeys/application.ts';
import { prepareSetting, type Setting } from './journeys/house.ts';

/**
 * Nodes as processes of their own on one database: three equal ones that share the work, and parts that run alone. One
 * is killed, one is stopped, and a card-making cycle goes on through all of it.
 */

const START_MS = 40_000;

let setting: Setting;
const nodes = new Set<Node>();

beforeAll(async () => {
  setting = await prepareSetting();
});
afterEach(async () => {
  await Promise.all([...nodes].map((node) => node.end('SIGKILL')));
  nodes.clear();
});
afterAll(() => setting?.clear());

interface Node {
  readonly url: string;
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Ends it and waits. @returns the exit code, or null after a kill. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** `hufu node --roles …`, as the supervisor starts it: it says over the channel when it is ready. */
const startNode = async (roles: string, env: Readonly<Record<string, string>>): Promise<Node> => {
  const port = String(await freePort());
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../cli/main.ts'), 'node', '--roles', roles], {
    // One of the two is opened, by whether it has a gateway.
    env: {
      PATH: process.env['PATH'],
      ...env,
      HUFU_HTTP_PORT: port,
      HUFU_PROBE_PORT: port,
      HUFU_RUNNER_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const node: Node = {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => output,
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
  nodes.add(node);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the node of ${roles} ended with ${code}:\n${output}`);
  });
  await Promise.race([once(child, 'message', { signal: AbortSignal.timeout(START_MS) }), ended]);
  ended.catch(() => undefined);
  return node;
};

const api = (node: Node): Api => new Api(node.url, setting.env['HUFU_KEY_DIR'] ?? '', 'demo-operator');

/** `Api` asks again by itself; this is for the answer that it would not show. */
const tokenOf = async (node: Node): Promise<string> => {
  const users = JSON.parse(readFileSync(join(setting.env['HUFU_KEY_DIR'] ?? '', USERS_FILE), 'utf8')) as {
    readonly users: ReadonlyArray<{ readonly subject: string; readonly clientSecret: string }>;
  };
  const user = users.users.find(({ subject }) => subject === 'demo-operator');
  const basic = Buffer.from(`${user?.subject}:${user?.clientSecret}`).toString('base64');
  const response = await fetch(`${node.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await response.json()) as { readonly access_token: string }).access_token;
};

/** How many shards of the cluster the node holds, by its own metrics. */
const shardsOf = async (node: Node): Promise<number> => {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  return Number(/^hufu_cluster_shards_held (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
};

const untilAllHeld = (by: ReadonlyArray<Node>, each: (held: number) => boolean = (held) => held > 0) =>
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
const readAll = async (ranges: ReadonlyArray<Range>, through: ReadonlyArray<Node>): Promise<void> => {
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
  const first = await startNode('gateway,actors,worker,devices', setting.env);
  const env = { ...setting.env, HUFU_PUBLIC_URL: first.url };
  const [second, third] = await Promise.all(
    ['gateway,actors,worker,devices', 'gateway,actors,worker,devices'].map((roles) => startNode(roles, env)),
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
  await third.end('SIGKILL');
  await cycle.split(CITIES);
  await readAll(ranges, [first, second]);
  const answeredMs = Date.now() - killedAt;
  await untilAllHeld([first, second]);
  console.log(`killed: every actor answered after ${answeredMs} ms, shards held after ${Date.now() - killedAt} ms`);
  expect(Date.now() - killedAt).toBeLessThan(LOCK_EXPIRATION_MS + 6_000);

  await cycle.ended();
  expect((await cycle.accounted()).books.applied).toBe(42);

  const stoppedAt = Date.now();
  const stopped = second.end('SIGTERM');
  await untilAllHeld([first]);
  console.log(`stopped: shards held by the last after ${Date.now() - stoppedAt} ms`);
  expect(Date.now() - stoppedAt).toBeLessThan(LOCK_EXPIRATION_MS / 2);
  expect(await stopped).toBe(0);
  await readAll(ranges, [first]);
  expect(await first.end('SIGTERM')).toBe(0);
  console.log(`all of it after ${((Date.now() - begunAt) / 1_000).toFixed(1)} s`);
});

test('gateway, worker and actors alone: without actors they wait for some', { timeout: 120_000 }, async () => {
  const [gateway, worker] = await Promise.all([startNode('gateway', setting.env), startNode('worker', setting.env)]);
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

  const actors = await startNode('actors', setting.env);
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
  await actors.end('SIGKILL');
  const splitting = cycle.split(CITIES);
  const others = await startNode('actors', setting.env);
  await splitting;
  await cycle.ended();
  expect((await cycle.accounted()).books.applied).toBe(42);
  for (const node of [gateway, worker, others]) expect(await node.end('SIGTERM')).toBe(0);
});

test('a node for devices alone needs nothing else, says that none is configured, and stops cleanly', async () => {
  const node = await startNode('devices', { HUFU_LOG: 'info' });
  expect((await fetch(`${node.url}/health/ready`)).status).toBe(200);
  expect((await fetch(`${node.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${node.url}/else`)).status).toBe(404);
  expect(await node.end('SIGTERM')).toBe(0);
  expect(node.output()).toContain('no device links are configured');
});
