import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Context, Deferred, Effect, Layer } from 'effect';
import { afterAll, describe, expect, test } from 'vitest';
import { startGateway } from '../test/support/gateway.ts';
import { healthRoutes } from './operations/health.ts';
import type { RightsTable } from './rights.ts';
import { answer, nothing, route } from './route.ts';

/** Starting, being ready, being limited, stopping. */

class Gate extends Context.Tag('test/Gate')<
  Gate,
  {
    readonly entered: Deferred.Deferred<void>;
    readonly open: Deferred.Deferred<void>;
    readonly left: Deferred.Deferred<void>;
  }
>() {}

const slow = route({
  method: 'GET',
  path: '/v1/test/slow',
  operationId: 'test.slow.read',
  summary: 'Wait for a gate',
  out: { 204: nothing('Through') },
  handler: () =>
    Effect.gen(function* () {
      const { entered, open, left } = yield* Gate;
      yield* Deferred.succeed(entered, undefined);
      yield* Effect.onInterrupt(Deferred.await(open), () => Deferred.succeed(left, undefined));
      return answer(204);
    }),
});

const quick = route({
  method: 'GET',
  path: '/v1/test/quick',
  operationId: 'test.quick.read',
  summary: 'Answer',
  out: { 204: nothing('Here') },
  handler: () => Effect.succeed(answer(204)),
});

const routes = [slow, quick, ...healthRoutes];
const rights: RightsTable = {
  'test.slow.read': { allow: 'everyone' },
  'test.quick.read': { allow: ['operator', 'finance'] },
  'operations.health.live': { allow: 'everyone' },
  'operations.health.ready': { allow: 'everyone' },
};

const newGate = Effect.all({
  entered: Deferred.make<void>(),
  open: Deferred.make<void>(),
  left: Deferred.make<void>(),
});
const anyGate = await Effect.runPromise(newGate);

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  return response.status;
};

test('ready only when every check is, each within its time', async () => {
  let mongodb: Effect.Effect<unknown, unknown> = Effect.void;
  const checks = { mongodb: Effect.suspend(() => mongodb), redis: Effect.succeed('PONG') };
  const gateway = await startGateway({ routes, rights, checks }, Layer.succeed(Gate, anyGate));
  const ready = async () => (await fetch(`${gateway.url}/health/ready`)).json();
  try {
    expect(await ready()).toEqual({ status: 'up', checks: { mongodb: 'up', redis: 'up' } });
    for (const broken of [Effect.fail('down'), Effect.die(new Error('inside')), Effect.never]) {
      mongodb = broken;
      expect(await ready()).toEqual({ status: 'down', checks: { mongodb: 'down', redis: 'up' } });
      expect(await statusOf(`${gateway.url}/health/ready`)).toBe(503);
      expect(await statusOf(`${gateway.url}/health/live`)).toBe(200);
    }
  } finally {
    await gateway.stop();
  }
});

describe('stopping', () => {
  test('what is under way is finished, new connections are refused', async () => {
    const gate = await Effect.runPromise(newGate);
    const gateway = await startGateway(
      { routes, rights, settings: { drainMs: 300, stopMs: 10_000 } },
      Layer.succeed(Gate, gate),
    );
    const underWay = fetch(`${gateway.url}/v1/test/slow`);
    await Effect.runPromise(Deferred.await(gate.entered));
    const stopped = gateway.stop();
    const endMs = performance.now() + 5_000;
    let ready = 200;
    while (ready === 200 && performance.now() < endMs) ready = await statusOf(`${gateway.url}/health/ready`);
    expect(ready).toBe(503);
    let refused = false;
    while (!refused && performance.now() < endMs) {
      refused = await fetch(`${gateway.url}/health/live`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      );
    }
    expect(refused).toBe(true);
    await Effect.runPromise(Deferred.succeed(gate.open, undefined));
    expect((await underWay).status).toBe(204);
    await stopped;
  });

  test('what does not finish is cut at the deadline', async () => {
    const gate = await Effect.runPromise(newGate);
    const gateway = await startGateway({ routes, rights, settings: { stopMs: 100 } }, Layer.succeed(Gate, gate));
    const cut = expect(fetch(`${gateway.url}/v1/test/slow`)).rejects.toThrow();
    await Effect.runPromise(Deferred.await(gate.entered));
    await gateway.stop();
    await cut;
  });
});

test('a read ends when its reader is gone', async () => {
  const gate = await Effect.runPromise(newGate);
  const gateway = await startGateway({ routes, rights }, Layer.succeed(Gate, gate));
  const abort = new AbortController();
  const gone = expect(fetch(`${gateway.url}/v1/test/slow`, { signal: abort.signal })).rejects.toThrow();
  await Effect.runPromise(Deferred.await(gate.entered));
  abort.abort();
  await gone;
  await Effect.runPromise(Effect.timeout(Deferred.await(gate.left), 5_000));
  await gateway.stop();
});

test('a port that is taken says what to do', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    await expect(startGateway({ routes, rights, settings: { port } }, Layer.succeed(Gate, anyGate))).rejects.toThrow(
      /HUFU_HTTP_PORT/,
    );
  } finally {
    holder.close();
  }
});

describe('limits', () => {
  const limits = { read: 3, write: 3, bulk: 3, 'sign-in': 2, probe: 1_000 };
  const started: Array<Awaited<ReturnType<typeof startGateway>>> = [];
  const start = async (more: object = {}, redisUrl?: string) => {
    const parts = { routes, rights, settings: { limits, ...more }, ...(redisUrl === undefined ? {} : { redisUrl }) };
    const gateway = await startGateway(parts, Layer.succeed(Gate, anyGate));
    started.push(gateway);
    return gateway;
  };
  afterAll(() => Promise.all(started.map((gateway) => gateway.stop())));

  test('each caller has its own, and is told when to come back', async () => {
    const gateway = await start();
    const operator = await gateway.as('demo-operator');
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push(await statusOf(`${gateway.url}/v1/test/quick`, operator));
    expect(statuses).toEqual([204, 204, 204, 429]);
    const refused = await fetch(`${gateway.url}/v1/test/quick`, { headers: operator });
    expect(await refused.json()).toMatchObject({ code: 'RateLimited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await statusOf(`${gateway.url}/v1/test/quick`, await gateway.as('demo-finance'))).toBe(204);
    expect(await statusOf(`${gateway.url}/health/live`)).toBe(200);
  });

  test('two nodes count together', async () => {
    const one = await start();
    const two = await start({ redisPrefix: one.settings.redisPrefix, keyDirectory: one.settings.keyDirectory });
    const statuses: number[] = [];
    for (const gateway of [one, two, one, two]) {
      statuses.push(await statusOf(`${gateway.url}/v1/test/quick`, await gateway.as('demo-operator')));
    }
    expect(statuses).toEqual([204, 204, 204, 429]);
  });

  test('tokens that are not accepted have an end', async () => {
    const gateway = await start();
    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      statuses.push(await statusOf(`${gateway.url}/v1/test/quick`, { authorization: 'Bearer guess' }));
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  test('without Redis a node goes on counting for itself', async () => {
    const gateway = await start({}, 'redis://127.0.0.1:1');
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      statuses.push(await statusOf(`${gateway.url}/v1/test/quick`, await gateway.as('demo-operator')));
    }
    expect(statuses).toEqual([204, 204, 204, 429]);
  });
});
