import { setTimeout as sleep } from 'node:timers/promises';
import { Context, Effect, Layer, Queue, Schema, Stream } from 'effect';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fault, refuse } from '../../domain/kernel/refusal.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import type { RightsTable } from '../rights.ts';
import { events, type Route, sampled } from '../route.ts';
import { formatEvent, OpenStreams } from './events.ts';

/** Server-sent events over real HTTP, read as a browser would. */

class Feed extends Context.Tag('test/Feed')<
  Feed,
  { readonly queue: Queue.Queue<number>; readonly log: { lastEventId: string | undefined; ended: number } }
>() {}

const Tick = Schema.Struct({ amountMinor: Schema.BigInt });

const feed = events({
  method: 'GET',
  path: '/v1/test/feed/{how}',
  operationId: 'test.feed.follow',
  summary: 'Follow',
  in: { params: sampled(Schema.Struct({ how: Schema.String }), { how: 'live' }) },
  events: { tick: sampled(Tick, { amountMinor: '1' }) },
  handler: ({ params: { how }, lastEventId }) =>
    Effect.gen(function* () {
      const { queue, log } = yield* Feed;
      log.lastEventId = lastEventId;
      if (how === 'refused') return yield* Effect.fail(refuse('missing', 'NoFeed', 'There is no such feed.'));
      if (how === 'breaking')
        return Stream.concat(Stream.make(tick(1)), Stream.fail(fault('store', 'Unavailable', 'secret')));
      if (how === 'short') return Stream.make(tick(1), tick(2));
      return Stream.fromQueue(queue).pipe(
        Stream.map(tick),
        Stream.ensuring(
          Effect.sync(() => {
            log.ended += 1;
          }),
        ),
      );
    }),
});

const tick = (n: number) => ({ event: 'tick' as const, id: `n-${n}`, data: { amountMinor: BigInt(n) } });

const routes: ReadonlyArray<Route<Feed>> = [feed];
const rights: RightsTable = { 'test.feed.follow': { allow: ['operator'] } };
const log = { lastEventId: undefined as string | undefined, ended: 0 };
let queue: Queue.Queue<number>;
let gateway: TestGateway;

const start = (settings: object = {}): Promise<TestGateway> =>
  startGateway({ routes, rights, settings: { heartbeatMs: 50, ...settings } }, Layer.succeed(Feed, { queue, log }));

beforeAll(async () => {
  queue = await Effect.runPromise(Queue.unbounded<number>());
  gateway = await start();
});
afterAll(() => gateway.stop());

const open = async (from: TestGateway, how: string, headers: Record<string, string> = {}) => {
  const abort = new AbortController();
  const signed = await from.as('demo-operator', headers);
  const response = await fetch(`${from.url}/v1/test/feed/${how}`, { headers: signed, signal: abort.signal });
  return { response, abort };
};

/** Reads until the text holds what is wanted, or the stream ends. */
const readUntil = async (response: Response, wanted: RegExp): Promise<string> => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!wanted.test(text)) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  reader?.releaseLock();
  return text;
};

const until = async (condition: () => boolean): Promise<void> => {
  const endMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('it did not become true in time');
    await sleep(5);
  }
};

describe('a stream of events', () => {
  test('carries encoded data with ids, and a heartbeat while nothing happens', async () => {
    const { response, abort } = await open(gateway, 'live', { 'last-event-id': 'n-41' });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await Effect.runPromise(queue.offer(42));
    const text = await readUntil(response, /: still here\n\n$/);
    expect(text).toContain('retry: 2000\n\n');
    expect(text).toContain('id: n-42\nevent: tick\ndata: {"amountMinor":"42"}\n\n');
    expect(log.lastEventId).toBe('n-41');
    abort.abort();
  });

  test('ends on our side when the client is gone', async () => {
    const before = log.ended;
    const { response, abort } = await open(gateway, 'live');
    await readUntil(response, /retry/);
    abort.abort();
    await until(() => log.ended > before);
  });

  test('closes after its last event', async () => {
    const { response } = await open(gateway, 'short');
    const text = await response.text();
    expect(text.match(/event: tick/g)).toHaveLength(2);
  });

  test('tells of a failure in an event, without its inside', async () => {
    const { response } = await open(gateway, 'breaking');
    const text = await response.text();
    expect(text).toMatch(/event: problem\ndata: \{.*"code":"Unavailable"/);
    expect(text).not.toContain('secret');
  });

  test('a refusal before the first event is a problem', async () => {
    const { response } = await open(gateway, 'refused');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'NoFeed' });
  });
});

test('a caller may open only so many, and a place is given back', async () => {
  const own = await start({ eventStreamsPerCaller: 2 });
  try {
    const first = await open(own, 'live');
    const second = await open(own, 'live');
    expect((await open(own, 'live')).response.status).toBe(429);
    first.abort.abort();
    await until(() => log.ended > 0);
    let again = await open(own, 'live');
    const endMs = performance.now() + 5_000;
    while (again.response.status === 429 && performance.now() < endMs) again = await open(own, 'live');
    expect(again.response.status).toBe(200);
    again.abort.abort();
    second.abort.abort();
  } finally {
    await own.stop();
  }
});

test('a server that stops closes its streams so that clients go elsewhere, without waiting for its deadline', async () => {
  const own = await start({ stopMs: 20_000 });
  const { response } = await open(own, 'live');
  const closed = response.text();
  const startedMs = performance.now();
  await own.stop();
  expect(await closed).toContain('retry: 2000');
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

describe('the format', () => {
  test('no id, name or data can begin another field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.jsonValue(), (id, event, data) => {
        const lines = formatEvent({ id, event, data }).split(/\r\n|[\r\n]/);
        expect(lines).toHaveLength(5);
        expect(lines.slice(3)).toEqual(['', '']);
        expect(lines[2]).toBe(`data: ${JSON.stringify(data)}`);
      }),
      { numRuns: 50 },
    );
  });
});

describe('places for streams', () => {
  test('are bounded in all and per caller, and given back once', () => {
    const places = new OpenStreams(3, 2);
    const leaveA = places.enter('a');
    expect([leaveA, places.enter('a'), places.enter('a')].map(Boolean)).toEqual([true, true, false]);
    expect([places.enter('b'), places.enter('b')].map(Boolean)).toEqual([true, false]);
    leaveA?.();
    leaveA?.();
    expect(places.count).toBe(2);
    expect(Boolean(places.enter('b'))).toBe(true);
  });
});
