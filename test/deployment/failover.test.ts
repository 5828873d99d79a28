import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { JOURNAL, type JournalDocument } from '../../store/runtime/journal.ts';
import { Api, signIn } from '../journeys/api.ts';
import { eventually, rangeBooks, registerRange } from '../journeys/application.ts';
import { prepareSetting, type Setting } from '../journeys/house.ts';
import { foundProgram } from '../support/found-program.ts';
import { serverAddress } from '../support/names.ts';
import { lastingPort, type ServingNode, startNode } from '../support/node-process.ts';
import { Balancer } from './balancer.ts';

/**
 * Three service nodes behind a load balancer, as in `deploy/`: each is killed in turn and one is stopped in order, while
 * clients go on sending commands through the balancer. Every command that was acknowledged is in the journal once.
 */

const ROLES = 'gateway,actors';
const CLIENTS = 12;
const RANGE_SIZE = 1_000_000;
const PAUSE_MS = 20;
/** Longer than the balancer needs to notice: 1.3 s. */
const DRAIN_MS = 4_000;
const PATIENCE_MS = 60_000;

const haproxy = await foundProgram(SERVERS.haproxy);
if ('why' in haproxy) console.log(`no load balancer is tested: ${haproxy.why}`);

let setting: Setting;
let balancer: Balancer | undefined;
const nodes: Array<ServingNode> = [];
const ports: Array<number> = [];

beforeAll(async () => {
  setting = await prepareSetting({ env: { HUFU_DRAIN_MS: String(DRAIN_MS), HUFU_PROXIES: '1' } });
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.process.end('SIGKILL')));
  await balancer?.stop();
  await setting?.clear();
});

/** What a client was told on the way to its acknowledgement. */
interface Notes {
  /** By whom it was told to come again: a node (problem details), the balancer, or nobody. */
  readonly again: { node: number; balancer: number; nobody: number };
  readonly acknowledged: Array<string>;
}

interface Range {
  readonly type: string;
  readonly key: string;
}

/** Sends one command until it is acknowledged, with one key. */
const send = async (url: string, token: string, path: string, body: unknown, notes: Notes): Promise<void> => {
  const key = randomUUID();
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (response === undefined || text === undefined) {
      notes.again.nobody += 1;
    } else if (response.status === 200) {
      notes.acknowledged.push(key);
      return;
    } else if (![502, 503, 504].includes(response.status)) {
      throw new Error(`${response.status}: ${text}`);
    } else {
      const fromNode = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
      notes.again[fromNode ? 'node' : 'balancer'] += 1;
    }
  }
  throw new Error(`not acknowledged within ${PATIENCE_MS} ms`);
};

/** Takes the numbers of a range out of use, one after the other: a number can be taken once only. */
const client = async (url: string, token: string, range: Range, notes: Notes, stopping: () => boolean) => {
  const first = BigInt(range.key.split('-')[0] ?? '');
  for (let at = 0n; !stopping(); at += 1n) {
    const number = String(first + at);
    const body = { first: number, last: number, reason: 'a test of load balancing' };
    await send(url, token, `/v1/sim/ranges/${range.type}/${range.key}/retire`, body, notes);
    await sleep(PAUSE_MS);
  }
};

/** Every command in the journal of these ranges that took a number, as often as it is there. */
const journaled = async (ranges: ReadonlyArray<Range>): Promise<ReadonlyArray<string>> => {
  const name = setting.env['HUFU_DATABASE'] ?? '';
  const connection = await mongoose.createConnection(serverAddress('MONGODB_URI'), { dbName: name }).asPromise();
  try {
    const records = await connection
      .collection<JournalDocument>(JOURNAL)
      .find({ actor: { $in: ranges.map(({ key }) => `demo/${key}`) } })
      .toArray();
    const turns = records.flatMap((record) => record.turns ?? []);
    return turns.filter(({ command }) => command === 'Retire').map(({ commandId }) => commandId);
  } finally {
    await connection.close();
  }
};

test.skipIf('why' in haproxy)(
  'three nodes behind a load balancer: each is killed, one is stopped, and no acknowledged command is lost',
  { timeout: 300_000 },
  async () => {
    if ('why' in haproxy) return;
    const publicPort = await lastingPort();
    const env = { ...setting.env, HUFU_PUBLIC_URL: `http://127.0.0.1:${publicPort}` };
    for (let n = 0; n < 3; n += 1) ports.push(await lastingPort());
    const begin = async (n: number): Promise<void> => {
      nodes[n] = await startNode(ROLES, env, ports[n]);
    };
    // The first makes the keys of a demo, the others find them.
    await begin(0);
    await Promise.all([begin(1), begin(2)]);
    balancer = await Balancer.start(
      haproxy.program,
      ports.map((port) => `127.0.0.1:${port}`),
      publicPort,
    );
    const { url } = balancer;
    const seen = balancer;
    const inBalance = (names: ReadonlyArray<string>) =>
      eventually(
        `the balancer sees ${names.join()}`,
        () => seen.ready(),
        (up) => up.join() === names.join(),
      );
    const all = ['node1', 'node2', 'node3'];
    await inBalance(all);
    expect(await balancer.fit()).toBe(200);

    const keys = setting.env['HUFU_KEY_DIR'] ?? '';
    const api = new Api(url, keys, 'demo-unit-administrator');
    const ranges: Array<Range> = [];
    for (let n = 0; n < CLIENTS; n += 1) ranges.push(await registerRange(api, 'iccid', `P-BALANCE-${n}`, RANGE_SIZE));
    const token = await signIn(url, keys, 'demo-unit-administrator');
    const notes: Notes = { again: { node: 0, balancer: 0, nobody: 0 }, acknowledged: [] };
    let stopping = false;
    const perClient = ranges.map((range) => ({ range, notes: { again: notes.again, acknowledged: [] as string[] } }));
    const running = Promise.all(perClient.map((one) => client(url, token, one.range, one.notes, () => stopping)));
    running.catch(() => undefined);
    /** Every client has been acknowledged a few more commands than now. */
    const everyClientGoesOn = async (): Promise<void> => {
      const before = perClient.map((one) => one.notes.acknowledged.length);
      const look = async () => perClient.map((one, n) => one.notes.acknowledged.length - (before[n] ?? 0));
      await Promise.race([
        eventually('every client goes on', look, (more) => more.every((count) => count >= 3)),
        running,
      ]);
    };
    await everyClientGoesOn();

    const killed: Array<number> = [];
    for (const n of nodes.keys()) {
      const at = Date.now();
      await nodes[n]?.process.end('SIGKILL');
      const goesOn = everyClientGoesOn().then(() => killed.push(Date.now() - at));
      await Promise.all([goesOn, begin(n)]);
      await inBalance(all);
    }
    const duringKills = { ...notes.again };

    const stopped = nodes[1]?.process.end('SIGTERM');
    await inBalance(['node1', 'node3']);
    expect(await stopped).toBe(0);
    await everyClientGoesOn();
    stopping = true;
    await running;
    const acknowledged = perClient.flatMap((one) => one.notes.acknowledged);
    console.log(
      `${acknowledged.length} commands; all went on after ${killed.join(', ')} ms; told to come again: ${JSON.stringify(duringKills)} in kills, ${JSON.stringify(notes.again)} in all`,
    );
    // Whoever was under way was let through, and nobody was sent to a closed door.
    expect([notes.again.balancer, notes.again.nobody]).toEqual([duringKills.balancer, duringKills.nobody]);
    expect((await journaled(ranges)).toSorted()).toEqual(acknowledged.toSorted());
    const books = await Promise.all(ranges.map((range) => rangeBooks(api, range)));
    expect(books.reduce((sum, { retired }) => sum + retired, 0)).toBe(acknowledged.length);
  },
);
