import { Context, Effect, Layer, Schema } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fault, refuse } from '../domain/kernel/refusal.ts';
import { startGateway, type TestGateway } from '../test/support/gateway.ts';
import type { RightsTable } from './rights.ts';
import { answer, nothing, type Route, route, sampled } from './route.ts';

/** The way of a request, over real HTTP: what is refused before the handler, what the handler sees, what goes back. */

const Thing = Schema.Struct({ name: Schema.String.pipe(Schema.maxLength(10)), amountMinor: Schema.BigInt });
const THING = { name: 'a', amountMinor: '5' };
const byId = sampled(Schema.Struct({ id: Schema.String.pipe(Schema.pattern(/^[a-z0-9/-]+$/)) }), { id: 't1' });

const failures = {
  invalid: refuse('invalid', 'BadThing', 'The thing is bad.', { field: 'name', action: 'Mend it.' }),
  missing: refuse('missing', 'NoThing', 'There is no such thing.'),
  conflict: refuse('conflict', 'CommandConflict', 'The same key came with another input.'),
  revision: refuse('conflict', 'RevisionMismatch', 'It changed meanwhile.'),
  denied: refuse('denied', 'NotYours', 'It is not yours.'),
  exhausted: refuse('exhausted', 'RangeExhausted', 'There is none left.'),
  busy: fault('actor', 'Busy', 'secret host name', 1_500),
  down: fault('mongodb', 'Unavailable', 'secret host name'),
} as const;

class Seen extends Context.Tag('test/Seen')<Seen, { readonly requests: unknown[] }>() {}

const read = route({
  method: 'GET',
  path: '/v1/test/things/{id}',
  operationId: 'test.thing.read',
  summary: 'Read',
  in: {
    params: byId,
    query: sampled(
      Schema.Struct({ tag: Schema.optional(Schema.Union(Schema.String, Schema.Array(Schema.String))) }),
      {},
    ),
  },
  out: { 200: sampled(Thing, THING) },
  handler: (request) =>
    Effect.gen(function* () {
      (yield* Seen).requests.push(request);
      return answer(200, { name: 'a', amountMinor: 5n }, { rev: 7 });
    }),
});

const create = route({
  method: 'POST',
  path: '/v1/test/things',
  operationId: 'test.thing.create',
  summary: 'Create',
  bodyLimitBytes: 200,
  in: { body: sampled(Thing, THING) },
  out: { 201: sampled(Thing, THING) },
  handler: (request) =>
    Effect.gen(function* () {
      (yield* Seen).requests.push(request);
      return answer(201, request.body, { rev: 1, location: '/v1/test/things/t1' });
    }),
});

const change = route({
  method: 'DELETE',
  path: '/v1/test/things/{id}',
  operationId: 'test.thing.remove',
  summary: 'Remove',
  ifMatch: 'required',
  in: { params: byId },
  out: { 204: nothing('Gone') },
  handler: ({ ifRev, envelope }) =>
    ifRev === 7 && envelope.ifRev === 7 ? Effect.succeed(answer(204)) : Effect.fail(failures.revision),
});

const fail = route({
  method: 'GET',
  path: '/v1/test/failures/{how}',
  operationId: 'test.failure.read',
  summary: 'Fail',
  timeoutMs: 200,
  in: { params: sampled(Schema.Struct({ how: Schema.String }), { how: 'missing' }) },
  out: { 200: nothing('Never') },
  handler: ({ params: { how } }) => {
    if (how === 'defect') return Effect.die(new Error('secret inner detail'));
    if (how === 'slow') return Effect.never;
    return Effect.fail(failures[how as keyof typeof failures]);
  },
});

const wrongAnswer = route({
  method: 'GET',
  path: '/v1/test/wrong',
  operationId: 'test.wrong.read',
  summary: 'Answer something that the schema does not allow',
  out: { 200: sampled(Thing, THING) },
  handler: () => Effect.succeed(answer(200, { name: 'far too long a name', amountMinor: 1n })),
});

const secret = route({
  method: 'GET',
  path: '/v1/test/secret',
  operationId: 'test.secret.read',
  summary: 'Show personal data',
  personalData: true,
  out: { 204: nothing('Shown') },
  handler: () => Effect.succeed(answer(204)),
});

const testRoutes: ReadonlyArray<Route<Seen>> = [read, create, change, fail, wrongAnswer, secret];

const operators = { allow: ['operator', 'system-administrator'] } as const;
const rights: RightsTable = {
  'test.thing.read': { ...operators, otherTenants: true },
  'test.thing.create': operators,
  'test.thing.remove': operators,
  'test.failure.read': { allow: 'everyone' },
  'test.wrong.read': { allow: 'everyone' },
  'test.secret.read': operators,
};

const seen: unknown[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ routes: testRoutes, rights }, Layer.succeed(Seen, { requests: seen }));
});
afterAll(() => gateway.stop());

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

const call = async (
  path: string,
  init: RequestInit = {},
  subject: string | undefined = 'demo-operator',
): Promise<Got> => {
  const signed = subject === '' ? {} : await gateway.as(subject);
  const headers = { ...signed, ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, json };
};

const post = (body: string, headers: Record<string, string> = {}): Promise<Got> =>
  call('/v1/test/things', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1', ...headers },
  });

describe('what a handler sees', () => {
  test('caller, tenant, key, trace and revision', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await post(JSON.stringify(THING), { traceparent, 'x-request-id': 'my-request-1' });
    const request = seen.at(-1) as Record<string, never>;
    expect(request).toMatchObject({
      body: { name: 'a', amountMinor: 5n },
      caller: { subject: 'demo-operator', tenant: 'demo', roles: ['operator'] },
      tenant: 'demo',
      commandId: 'key-1',
      requestId: 'my-request-1',
      envelope: { commandId: 'key-1', caller: { subject: 'demo-operator' } },
    });
    expect(request['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
  });

  test('parameters are decoded, also a slash in one, and repeated query names', async () => {
    const got = await call('/v1/test/things/a%2Fb?tag=x&tag=y');
    expect(got.status).toBe(200);
    expect(seen.at(-1)).toMatchObject({ params: { id: 'a/b' }, query: { tag: ['x', 'y'] } });
  });

  test('a request id that is none is replaced', async () => {
    const got = await call('/v1/test/things/t1', { headers: { 'x-request-id': 'a b' } });
    expect(got.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('failures become problems', () => {
  test.each([
    ['invalid', 422, 'BadThing'],
    ['missing', 404, 'NoThing'],
    ['conflict', 409, 'CommandConflict'],
    ['revision', 412, 'RevisionMismatch'],
    ['denied', 403, 'NotYours'],
    ['exhausted', 429, 'RangeExhausted'],
    ['busy', 503, 'Busy'],
    ['down', 503, 'Unavailable'],
    ['slow', 503, 'Timeout'],
    ['defect', 500, 'Defect'],
  ] as const)('%s → %i', async (how, status, code) => {
    const { json, ...got } = await call(`/v1/test/failures/${how}`, {}, '');
    expect(got.status).toBe(status);
    expect(got.headers.get('content-type')).toBe('application/problem+json');
    expect(json).toMatchObject({
      status,
      code,
      instance: `/v1/test/failures/${how}`,
      type: `urn:hufu:problem:${code}`,
    });
    expect(json['requestId']).toBe(got.headers.get('x-request-id'));
    expect(JSON.stringify(json)).not.toContain('secret');
    expect(got.headers.has('retry-after')).toBe(status === 503);
  });

  test('field and action are told', async () => {
    const { json } = await call('/v1/test/failures/invalid', {}, '');
    expect(json).toMatchObject({ field: 'name', action: 'Mend it.', detail: 'The thing is bad.' });
  });

  test('Retry-After is in whole seconds, rounded up', async () => {
    expect((await call('/v1/test/failures/busy', {}, '')).headers.get('retry-after')).toBe('2');
  });

  test('an answer that its schema does not allow is a defect, not an answer', async () => {
    expect((await call('/v1/test/wrong', {}, '')).json['code']).toBe('Defect');
  });

  test('no such path, and a path without this method', async () => {
    expect((await call('/v1/nothing')).json).toMatchObject({ status: 404, code: 'NoSuchRoute' });
    const got = await call('/v1/test/things/t1', { method: 'PUT' });
    expect(got.json).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(got.headers.get('allow')).toBe('GET, DELETE');
  });
});

describe('input', () => {
  test.each([
    ['no JSON', '{"name":', {}, 400, 'MalformedBody', ''],
    ['not UTF-8 JSON', '', {}, 422, 'InvalidBody', ''],
    ['a wrong type', '{"name":1,"amountMinor":"5"}', {}, 422, 'InvalidBody', 'name'],
    ['a field too many', '{"name":"a","amountMinor":"5","x":1}', {}, 422, 'InvalidBody', 'x'],
    ['another media type', 'a=b', { 'content-type': 'text/plain' }, 415, 'UnsupportedMediaType', 'Content-Type'],
    ['too long', JSON.stringify({ name: 'a'.repeat(300) }), {}, 413, 'BodyTooLarge', undefined],
    ['no key', '{}', { 'idempotency-key': '' }, 400, 'IdempotencyKeyInvalid', 'Idempotency-Key'],
    ['a key of 129', '{}', { 'idempotency-key': 'k'.repeat(129) }, 400, 'IdempotencyKeyInvalid', 'Idempotency-Key'],
    ['a key with a space', '{}', { 'idempotency-key': 'a b' }, 400, 'IdempotencyKeyInvalid', 'Idempotency-Key'],
  ] as const)('%s', async (_name, body, headers, status, code, field) => {
    const { json } = await post(body, headers);
    expect(json).toMatchObject({ status, code, ...(field === undefined ? {} : { field }) });
  });

  test('every wrong field is named, and what was sent is not repeated', async () => {
    const { json } = await post('{"name":"a name that is too long","amountMinor":"13 secret"}');
    expect(json['errors']).toEqual([
      { field: 'name', message: expect.any(String) },
      { field: 'amountMinor', message: expect.any(String) },
    ]);
    expect(JSON.stringify(json)).not.toContain('secret');
    expect(JSON.stringify(json)).not.toContain('too long');
  });

  test('a POST without a key', async () => {
    const headers = { 'content-type': 'application/json' };
    const { json } = await call('/v1/test/things', { method: 'POST', body: '{}', headers });
    expect(json).toMatchObject({ status: 400, code: 'IdempotencyKeyMissing' });
  });

  test('a body of unknown length is counted as it comes', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64).fill(0x20)),
    });
    const { json } = await call('/v1/test/things', {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    } as RequestInit);
    expect(json).toMatchObject({ status: 413, code: 'BodyTooLarge' });
  });

  test('a path parameter that is none', async () => {
    expect((await call('/v1/test/things/A')).json).toMatchObject({
      status: 400,
      code: 'MalformedRequest',
      field: 'id',
    });
  });
});

describe('revisions', () => {
  test('ETag, and 304 for who has it', async () => {
    const got = await call('/v1/test/things/t1');
    expect(got.headers.get('etag')).toBe('"7"');
    const again = await call('/v1/test/things/t1', { headers: { 'if-none-match': '"6", W/"7"' } });
    expect(again.status).toBe(304);
    expect((await call('/v1/test/things/t1', { headers: { 'if-none-match': '"6"' } })).status).toBe(200);
  });

  test.each([
    [undefined, 428, 'PreconditionRequired'],
    ['*', 428, 'PreconditionRequired'],
    ['W/"7"', 400, 'MalformedRequest'],
    ['7', 400, 'MalformedRequest'],
    ['"6"', 412, 'RevisionMismatch'],
    ['"7"', 204, undefined],
  ] as const)('If-Match %s → %i', async (ifMatch, status, code) => {
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    const got = await call('/v1/test/things/t1', { method: 'DELETE', headers });
    expect(got.status).toBe(status);
    if (code !== undefined) expect(got.json['code']).toBe(code);
  });

  test('what was made has a Location and an ETag', async () => {
    const got = await post(JSON.stringify(THING));
    expect(got.status).toBe(201);
    expect(got.headers.get('location')).toBe('/v1/test/things/t1');
    expect(got.headers.get('etag')).toBe('"1"');
    expect(got.json).toEqual(THING);
  });
});

describe('tenants', () => {
  test('the own one may be named', async () => {
    expect((await call('/v1/test/things/t1', { headers: { 'hufu-tenant': 'demo' } })).status).toBe(200);
  });

  test('another one is for a system administrator, and only where the table says so', async () => {
    const headers = { 'hufu-tenant': 'rival' };
    expect((await call('/v1/test/things/t1', { headers })).json['code']).toBe('OtherTenant');
    expect((await call('/v1/test/things/t1', { headers }, 'demo-system-administrator')).status).toBe(200);
    expect(seen.at(-1)).toMatchObject({ tenant: 'rival', caller: { tenant: 'demo' } });
    const elsewhere = await call('/v1/test/secret', { headers }, 'demo-system-administrator');
    expect(elsewhere.json['code']).toBe('OtherTenant');
  });

  test('a name that is none', async () => {
    const got = await call('/v1/test/things/t1', { headers: { 'hufu-tenant': '../x' } }, 'demo-system-administrator');
    expect(got.json).toMatchObject({ status: 422, code: 'InvalidTenantId', field: 'Hufu-Tenant' });
  });
});

describe('audit', () => {
  const last = (requestId: string) => gateway.audited.filter((entry) => entry.requestId === requestId);

  test.each([
    ['accepted', { 'x-request-id': 'audit-accepted' }, JSON.stringify(THING), 'accepted'],
    ['refused', { 'x-request-id': 'audit-refused-1' }, '{}', 'refused:InvalidBody'],
  ] as const)('a change that is %s', async (_name, headers, body, outcome) => {
    await post(body, headers);
    expect(last(headers['x-request-id'])).toEqual([
      expect.objectContaining({
        tenant: 'demo',
        subject: 'demo-operator',
        action: 'test.thing.create',
        object: '/v1/test/things',
        outcome,
      }),
    ]);
  });

  test('a change that is denied, and the reading of personal data', async () => {
    const denied = { 'x-request-id': 'audit-denied-1', 'idempotency-key': 'k' };
    await call('/v1/test/things', { method: 'POST', body: '{}', headers: denied }, 'demo-auditor');
    expect(last('audit-denied-1')[0]?.outcome).toBe('refused:NotAllowed');
    await call('/v1/test/secret', { headers: { 'x-request-id': 'audit-read-1' } });
    expect(last('audit-read-1')[0]?.action).toBe('test.secret.read');
  });

  test('other reads, and who has no token, are not', async () => {
    await call('/v1/test/things/t1', { headers: { 'x-request-id': 'audit-none-1' } });
    await call('/v1/test/things', { method: 'POST', headers: { 'x-request-id': 'audit-none-2' } }, '');
    expect([...last('audit-none-1'), ...last('audit-none-2')]).toEqual([]);
  });

  test('a change whose entry cannot be written is not answered as done', async () => {
    gateway.auditDown = true;
    try {
      const got = await post(JSON.stringify(THING));
      expect(got).toMatchObject({ status: 503, json: { code: 'Unavailable' } });
    } finally {
      gateway.auditDown = false;
    }
  });
});
