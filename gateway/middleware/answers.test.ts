import { Chunk, Effect, Schema, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import type { RightsTable } from '../rights.ts';
import { answer, download, nothing, route, sampled, upload } from '../route.ts';

/** What answers look like over real HTTP: headers, origins, bytes in and out. */

const CONTENT = new TextEncoder().encode('0123456789'.repeat(1_000));

const content = download({
  method: 'GET',
  path: '/v1/test/content',
  operationId: 'test.content.download',
  summary: 'Download',
  personalData: true,
  contentTypes: ['text/plain'],
  handler: () =>
    Effect.succeed({
      contentType: 'text/plain',
      name: '名单 1.txt',
      bytes: CONTENT.byteLength,
      hash: 'h1',
      open: (offset) =>
        Stream.fromChunk(Chunk.chunksOf(Chunk.unsafeFromArray([...CONTENT.subarray(offset)]), 77)).pipe(
          Stream.map((part) => Uint8Array.from(part)),
        ),
    }),
});

const take = upload({
  method: 'POST',
  path: '/v1/test/content',
  operationId: 'test.content.upload',
  summary: 'Upload',
  contentTypes: ['text/csv'],
  bodyLimitBytes: 100_000,
  out: { 200: sampled(Schema.Struct({ bytes: Schema.Int }), { bytes: 3 }) },
  handler: ({ content: bytes }) =>
    Stream.runFold(bytes, 0, (sum, chunk) => sum + chunk.byteLength).pipe(
      Effect.map((sum) => answer(200, { bytes: sum })),
    ),
});

const compute = route({
  method: 'POST',
  path: '/v1/test/compute',
  operationId: 'test.compute.run',
  summary: 'Compute',
  changesNothing: true,
  crossOrigin: 'friends',
  tokenCookie: 'test_token',
  out: { 204: nothing('Computed') },
  handler: () => Effect.succeed(answer(204)),
});

const operators = { allow: ['operator'] } as const;
const rights: RightsTable = {
  'test.content.download': operators,
  'test.content.upload': operators,
  'test.compute.run': operators,
};

let gateway: TestGateway;
beforeAll(async () => {
  const settings = { origins: { friends: ['http://friend.test'] } };
  gateway = await startGateway({ routes: [content, take, compute], rights, settings });
});
afterAll(() => gateway.stop());

const call = async (path: string, init: RequestInit = {}, subject = 'demo-operator') => {
  const signed = subject === '' ? {} : await gateway.as(subject);
  const headers = { ...signed, ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const json: Record<string, unknown> = isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, json };
};

describe('headers', () => {
  test('of every answer', async () => {
    for (const got of [await call('/v1/test/content'), await call('/v1/nothing', {}, '')]) {
      expect(got.headers.get('x-content-type-options')).toBe('nosniff');
      expect(got.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(got.headers.get('x-frame-options')).toBe('DENY');
      expect(got.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('rate limit and policy', async () => {
    const got = await call('/v1/test/content');
    expect(got.headers.get('ratelimit')).toMatch(/^"bulk";r=\d+;t=\d+$/);
    expect(got.headers.get('ratelimit-policy')).toBe('"bulk";q=1000000;w=60');
  });

  test.each([
    ['http://friend.test', 'http://friend.test'],
    ['http://stranger.test', null],
  ])('preflight from %s', async (origin, allowed) => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const got = await call('/v1/test/compute', { method: 'OPTIONS', headers }, '');
    expect(got.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(got.headers.get('access-control-allow-methods')).toBe(allowed === null ? null : 'POST');
  });

  test('a cookie carries a token only where a route says so, and only from a friend', async () => {
    const cookie = `test_token=${await gateway.token('demo-operator')}`;
    const from = (origin: string) => ({ method: 'POST', headers: { cookie, origin } });
    const friend = await call('/v1/test/compute', from('http://friend.test'), '');
    expect(friend.status).toBe(204);
    expect(friend.headers.get('access-control-allow-origin')).toBe('http://friend.test');
    expect((await call('/v1/test/compute', from('http://stranger.test'), '')).status).toBe(401);
    expect((await call('/v1/test/content', { headers: { cookie } }, '')).status).toBe(401);
  });
});

describe('bytes', () => {
  test('a download with its name, length and ETag', async () => {
    const got = await call('/v1/test/content');
    expect(got.json['text']).toBe(new TextDecoder().decode(CONTENT));
    expect(got.headers.get('content-length')).toBe('10000');
    expect(got.headers.get('content-disposition')).toBe(
      `attachment; filename="___1.txt"; filename*=UTF-8''${encodeURIComponent('名单 1.txt')}`,
    );
    expect((await call('/v1/test/content', { headers: { 'if-none-match': '"h1"' } })).status).toBe(304);
  });

  test.each([
    ['bytes=0-4', 206, '01234', 'bytes 0-4/10000'],
    ['bytes=9998-', 206, '89', 'bytes 9998-9999/10000'],
    ['bytes=-3', 206, '789', 'bytes 9997-9999/10000'],
    ['bytes=9998-20000', 206, '89', 'bytes 9998-9999/10000'],
    ['bytes=100-253', 206, new TextDecoder().decode(CONTENT.subarray(100, 254)), 'bytes 100-253/10000'],
    ['bytes=10000-', 416, undefined, null],
    ['bytes=-0', 416, undefined, null],
    ['bytes=4-2', 200, undefined, null],
    ['lines=1-2', 200, undefined, null],
    ['bytes=0-1,4-5', 200, undefined, null],
  ] as const)('range %s', async (range, status, text, contentRange) => {
    const got = await call('/v1/test/content', { headers: { range } });
    expect(got.status).toBe(status);
    if (text !== undefined) expect(got.json['text']).toBe(text);
    expect(got.headers.get('content-range')).toBe(contentRange);
  });

  test('a range of another version is the whole', async () => {
    const got = await call('/v1/test/content', { headers: { range: 'bytes=0-1', 'if-range': '"h0"' } });
    expect(got.status).toBe(200);
  });

  test('HEAD has the headers and no body', async () => {
    const got = await call('/v1/test/content', { method: 'HEAD' });
    expect(got.status).toBe(200);
    expect(got.headers.get('content-length')).toBe('10000');
    expect(got.json['text']).toBe('');
  });

  const send = (bytes: number, type = 'text/csv') =>
    call('/v1/test/content', {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { 'content-type': type, 'idempotency-key': 'u1' },
    });

  test('an upload is streamed to its handler', async () => {
    expect(await send(100_000)).toMatchObject({ status: 200, json: { bytes: 100_000 } });
    expect(await send(0)).toMatchObject({ status: 200, json: { bytes: 0 } });
  });

  test('an upload past its limit, or of another type', async () => {
    expect((await send(100_001)).json['code']).toBe('BodyTooLarge');
    expect((await send(1, 'text/html')).json['code']).toBe('UnsupportedMediaType');
  });
});
