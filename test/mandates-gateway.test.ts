import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mandateActors } from '../actors/mandates/actors.ts';
import { numberActor } from '../actors/mandates/number.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { isFault } from '../domain/kernel/refusal.ts';
import { eligibilityRoutes } from '../gateway/mandates/eligibility.ts';
import { rulesRoutes } from '../gateway/mandates/rules.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { numberKey } from '../store/mandates/number-key.ts';
import { mandatePlans } from '../store/mandates/relations.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { NUMBER, RULES, SUBSCRIBER, say } from './support/mandates.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Rules of a province and the test bench of eligibility, over HTTP. */

let directory: string;
const routes = [...rulesRoutes, ...eligibilityRoutes];
let gateway: TestGateway;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo | KeyRing, unknown>;
const tenant = 'demo' as TenantId;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-gateway-'));
  const base = keyRingLayer({ directory, demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('mandates_gateway') })),
  );
  runtime = ManagedRuntime.make(ActorsLocal(mandateActors).pipe(Layer.provideMerge(base)));
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, mandatePlans)));
  const names = new Set(routes.map(({ operationId }) => operationId));
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => names.has(name)));
  const { context } = await runtime.runtime();
  gateway = await startGateway({ routes, rights }, Layer.succeedContext(context));
});
afterAll(async () => {
  await gateway.stop();
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

let keys = 0;
const ask = async (method: string, path: string, body?: unknown, as = 'demo-unit-administrator') => {
  keys += 1;
  const more = {
    'idempotency-key': `mandates-${keys}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(`${gateway.url}/v1/mandates${path}`, {
    method,
    headers: await gateway.as(as, more),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as unknown };
};

const PATH = '/provinces/110000/rules';
const bench = (more: object = {}) =>
  ask('POST', '/eligibility', { province: '110000', subscriber: SUBSCRIBER, ...more });

it('sets and reads the rules of a province; what has been in force is not changed', async () => {
  expect(await ask('GET', PATH)).toMatchObject({ status: 404, json: { code: 'ProvinceWithoutRules' } });
  const version = { fromMs: Date.now() - 1_000, rules: RULES, note: 'circular 7' };
  expect(await ask('POST', PATH, version, 'demo-operator')).toMatchObject({ status: 403 });
  expect(await ask('POST', PATH, version)).toMatchObject({ status: 200, json: { changed: true, versions: 1 } });
  expect(await ask('POST', PATH, version)).toMatchObject({ status: 409, json: { code: 'RulesInThePast' } });
  expect(await ask('GET', PATH, undefined, 'demo-auditor')).toMatchObject({
    status: 200,
    json: { versions: [{ rules: RULES, setBy: 'demo-unit-administrator' }] },
  });
  expect(await ask('GET', PATH, undefined, 'shanghai-operator')).toMatchObject({ status: 403 });
});

it('explains which rule says no, by the rules in force, of another moment, or by given ones', async () => {
  expect(await bench()).toMatchObject({ status: 200, json: { eligible: true, code: null } });
  const secondary = { subscriber: { ...SUBSCRIBER, primary: false } };
  expect(await bench(secondary)).toMatchObject({ status: 200, json: { eligible: false, code: 'SecondaryNumber' } });
  const lenient = { ...RULES, secondaryNumbers: 'admitted' };
  expect(await bench({ ...secondary, rules: lenient })).toMatchObject({ json: { eligible: true } });
  expect(await bench({ atMs: 1 })).toMatchObject({ status: 404, json: { code: 'ProvinceWithoutRules' } });
  expect(await bench({ number: '1380013800' })).toMatchObject({ json: { code: 'InvalidMsisdn' } });
});

it('knows the relation that stands here, and each look is audited without the number', async () => {
  const number = '+86 138 0013 8000';
  expect(await bench({ number })).toMatchObject({ json: { eligible: true } });
  await runtime.runPromise(
    Effect.gen(function* () {
      const key = numberKey(yield* KeyRing, tenant, NUMBER);
      if (isFault(key)) return yield* Effect.fail(key);
      const envelope = { commandId: 'notice-1', caller: { subject: 'service:bank', tenant, roles: [] } };
      return yield* (yield* Actors).ask(numberActor, { id: { tenant, key }, command: say.establish(), envelope });
    }),
  );
  expect(await bench({ number })).toMatchObject({
    json: {
      eligible: false,
      code: 'AlreadyMandated',
      checks: [{ rule: 'existingRelation', passed: false }, {}, {}, {}, {}, {}, {}],
    },
  });
  const looks = gateway.audited.filter(({ action }) => action === 'mandates.eligibility.judge');
  expect(looks.length).toBeGreaterThan(1);
  expect(JSON.stringify(gateway.audited)).not.toContain('13800138000');
});
