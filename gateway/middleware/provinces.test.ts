import { Effect, Schema } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { oneOrMore } from '../page.ts';
import type { RightsTable } from '../rights.ts';
import { answer, route, sampled } from '../route.ts';

/** Rights by province, over HTTP: on routes that are bound to provinces, and on one that is not. */

const Code = Schema.String;
const Seen = Schema.Struct({ provinces: Schema.Union(Schema.Literal('all'), Schema.Array(Code)) });
const out = { 200: sampled(Seen, { provinces: ['110000'] }) };
const province = Schema.optionalWith(oneOrMore(Code), { exact: true });

const bound = route({
  method: 'POST',
  path: '/v1/test/provinces/{province}',
  operationId: 'test.bound.write',
  summary: 'Bound',
  in: {
    params: sampled(Schema.Struct({ province: Code }), { province: '110000' }),
    query: sampled(Schema.Struct({ province }), {}),
    body: sampled(Schema.Struct({ province, reason: Code }), { reason: 'x' }),
  },
  out,
  handler: ({ reach, noteForAudit, body }) => {
    noteForAudit({ reason: body.reason });
    return Effect.succeed(answer(200, { provinces: reach.provinces }));
  },
});
const free = route({
  method: 'GET',
  path: '/v1/test/free',
  operationId: 'test.free.read',
  summary: 'Not bound',
  in: { query: sampled(Schema.Struct({ province }), {}) },
  out,
  handler: ({ reach }) => Effect.succeed(answer(200, { provinces: reach.provinces })),
});
const rights: RightsTable = {
  'test.bound.write': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'test.free.read': { allow: ['operator'] },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ routes: [bound, free], rights });
});
afterAll(() => gateway.stop());

const ask = async (subject: string, path: string, body?: object) => {
  const headers = await gateway.as(subject, { 'content-type': 'application/json', 'idempotency-key': 'k' });
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${gateway.url}/v1/test/${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};
const BODY = { reason: 'r' };

test.each([
  ['its own in the path', 'demo-operator', 'provinces/110000', BODY, 200, undefined],
  ['another in the path', 'shanghai-operator', 'provinces/110000', BODY, 403, 'OtherProvince'],
  ['another in the query', 'demo-operator', 'provinces/110000?province=310000', BODY, 403, 'OtherProvince'],
  [
    'another among several',
    'demo-operator',
    'provinces/110000?province=110000&province=310000',
    BODY,
    403,
    'OtherProvince',
  ],
  ['another in the body', 'demo-operator', 'provinces/110000', { ...BODY, province: '310000' }, 403, 'OtherProvince'],
  ['none at all', 'rival-operator', 'provinces/110000', BODY, 403, 'NoProvince'],
  ['any, by the unit’s administrator', 'demo-unit-administrator', 'provinces/310000', BODY, 200, undefined],
] as const)('on a bound route: %s', async (_, subject, path, body, status, code) => {
  const got = await ask(subject, path, body);
  expect(got.status).toBe(status);
  expect(got.json['code']).toBe(code);
});

test('a handler is given what its caller reaches, and nothing where the route is not bound', async () => {
  expect((await ask('demo-operator', 'provinces/110000', BODY)).json).toEqual({ provinces: ['110000'] });
  expect((await ask('demo-unit-administrator', 'provinces/110000', BODY)).json).toEqual({ provinces: 'all' });
  expect(await ask('demo-operator', 'free?province=310000')).toEqual({ status: 200, json: { provinces: [] } });
});

test('what a handler notes stands in the audit log', () => {
  expect(gateway.audited.find(({ outcome }) => outcome === 'accepted')?.detail).toEqual({ reason: 'r' });
});
