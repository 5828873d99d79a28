import { Effect, Schema, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../domain/kernel/caller.ts';
import { startGateway, type TestGateway } from '../test/support/gateway.ts';
import { requestOf } from '../test/support/route-example.ts';
import { judge, RIGHTS, type RightsTable, tableErrors } from './rights.ts';
import type { AnySampled, Route } from './route.ts';
import { routes } from './routes.ts';

/**
 * Every route with every role and without a token, over real HTTP. Handlers are replaced by ones that answer their own
 * example: what is tested is the way to them, and that the examples in the documents are requests that are taken.
 */

const EXAMPLE_HANDLERS = {
  json: (route: Extract<Route<unknown>, { kind: 'json' | 'upload' }>) => () => {
    const [status, sampled] = Object.entries(route.out)[0] ?? [];
    return Effect.succeed({ status: Number(status), ...decodedExample(sampled) });
  },
  download: () => Effect.succeed({ contentType: 'text/plain', open: () => Stream.make(new Uint8Array([65])) }),
  events: () => Effect.succeed(Stream.empty),
};

const decodedExample = (sampled: AnySampled | undefined) =>
  sampled?.example === undefined ? {} : { body: Schema.decodeUnknownSync(sampled.schema)(sampled.example) };

const withExample = (route: Route<unknown>): Route<never> => {
  const handler =
    route.kind === 'json' || route.kind === 'upload' ? EXAMPLE_HANDLERS.json(route) : EXAMPLE_HANDLERS[route.kind];
  return { ...route, handler } as unknown as Route<never>;
};

const all: ReadonlyArray<Route<unknown>> = routes;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ routes: all.map(withExample), rights: RIGHTS });
});
afterAll(() => gateway.stop());

const statusFor = async (route: Route<unknown>, subject: string | undefined): Promise<number> => {
  const { path, init } = requestOf(route);
  // Forwarded, so that this machine's own address opens nothing.
  const headers = { ...(init.headers as Record<string, string>), 'x-forwarded-for': '203.0.113.9' };
  const signed = subject === undefined ? headers : { ...headers, ...(await gateway.as(subject)) };
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers: signed });
  await response.arrayBuffer();
  return response.status;
};

describe.each(all.map((route) => [route.operationId, route] as const))('%s', (_name, route) => {
  const right = RIGHTS[route.operationId];

  test('without a token', async () => {
    const status = await statusFor(route, undefined);
    if (right?.allow === 'everyone') expect(status).toBeLessThan(400);
    else expect(status).toBe(401);
  });

  test.each(ROLES)('as %s', async (role) => {
    const status = await statusFor(route, `demo-${role}`);
    const allowed = typeof right?.allow === 'string' || right?.allow.includes(role) === true;
    if (allowed) expect(status).toBeLessThan(300);
    else expect(status).toBe(403);
  });
});

test('every route has a row and every row a route', () => {
  expect(tableErrors(all, RIGHTS)).toEqual([]);
});

test('the server does not start when the table does not fit', async () => {
  const table: RightsTable = { ...RIGHTS, 'sim.forgotten.read': { allow: 'signed-in' } };
  await expect(startGateway({ routes: all.map(withExample), rights: table })).rejects.toThrow(/sim\.forgotten\.read/);
  const { 'operations.me.read': _gone, ...less } = RIGHTS;
  await expect(startGateway({ routes: all.map(withExample), rights: less })).rejects.toThrow(/operations\.me\.read/);
});

test('finance reaches of roaming what is settled and what that is checked against, and nothing else', () => {
  const ofFinance = Object.entries(RIGHTS).filter(
    ([name, { allow }]) => name.startsWith('roaming.') && typeof allow !== 'string' && allow.includes('finance'),
  );
  const resources = [...new Set(ofFinance.map(([name]) => name.split('.')[1]))];
  expect(resources.sort()).toEqual(
    [
      ...['day', 'week', 'month', 'settlement', 'clearingFile', 'financeAccount', 'case'],
      // By what it was agreed and with whom: a fee is held against it.
      ...['agreement', 'plan', 'rating', 'rerating', 'partner', 'operator', 'department'],
      'subscriber',
    ].sort(),
  );
  const named = (resource: string) => ofFinance.map(([name]) => name).filter((name) => name.startsWith(resource));
  // What a subscriber pays, with numbers masked: no name, no contact, nothing that changes it.
  expect(named('roaming.subscriber.')).toEqual(
    ['spending', 'rating', 'usage', 'bill', 'exportBill'].map((verb) => `roaming.subscriber.${verb}`),
  );
  // Whom files go to and who we are is for others to say.
  for (const resource of ['partner', 'operator', 'department']) {
    const verbs = named(`roaming.${resource}.`).map((name) => name.split('.')[2]);
    expect(verbs.filter((verb) => !['list', 'read', 'readRevision'].includes(verb ?? ''))).toEqual([]);
  }
});

describe('what is wrong with a table', () => {
  const at = (operationId: string, path: string, method = 'GET') => ({ operationId, path, method });
  const row = { allow: 'signed-in' } as const;

  test.each([
    ['a route without a row', [at('a', '/a')], {}, 'no row of rights for the route a'],
    ['a row without a route', [], { a: row }, 'no route for the row of rights a'],
    ['one name twice', [at('a', '/a'), at('a', '/b')], { a: row }, 'two routes are named a'],
    ['one place twice', [at('a', '/a/{x}'), at('b', '/a/{y}')], { a: row, b: row }, 'two routes at GET /a/{}'],
    ['a row by inheritance is no row', [at('toString', '/a')], {}, 'no row of rights for the route toString'],
  ] as const)('%s', (_name, some, table, error) => {
    expect(tableErrors(some, table)).toContain(error);
  });
});

describe('judging', () => {
  test.each([
    ['everyone without a token', { allow: 'everyone' }, undefined, false, 'allowed'],
    ['signed in without a token', { allow: 'signed-in' }, undefined, false, 'unauthenticated'],
    ['signed in without a role', { allow: 'signed-in' }, [], false, 'allowed'],
    ['a role that is not in the row', { allow: ['auditor'] }, ['operator'], false, 'denied'],
    ['no role at all', { allow: ['auditor'] }, [], false, 'denied'],
    ['one role of several', { allow: ['auditor'] }, ['operator', 'auditor'], false, 'allowed'],
    ['loopback where it opens nothing', { allow: ['auditor'] }, undefined, true, 'unauthenticated'],
    ['loopback where it does', { allow: ['auditor'], loopback: true }, undefined, true, 'allowed'],
    [
      'from elsewhere where loopback opens',
      { allow: ['auditor'], loopback: true },
      undefined,
      false,
      'unauthenticated',
    ],
  ] as const)('%s', (_name, right, roles, loopback, verdict) => {
    expect(judge(right, roles, loopback)).toBe(verdict);
  });
});
