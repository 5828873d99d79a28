import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Exit, Layer, Scope, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadLetters } from '../../actors/runtime/dead-letters.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { AuditLive } from '../../store/operations/audit.ts';
import { processesLayer, temporalLayer } from '../../temporal.config.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { RIGHTS } from '../rights.ts';
import { operationsRoutes } from './routes.ts';

/** The routes of `operations` on the real store: audit, dead letters, files, payloads, documents, metrics. */

const rights = Object.fromEntries(
  operationsRoutes.map(({ operationId }) => [operationId, RIGHTS[operationId]]),
) as typeof RIGHTS;
const demo = 'demo' as TenantId;
const ADMIN = 'demo-system-administrator';

let gateway: TestGateway;
let scope: Scope.CloseableScope;
let keys: string;
let run: <A, E>(effect: Effect.Effect<A, E, Mongo | Files>) => Promise<A>;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  scope = await Effect.runPromise(Scope.make());
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('gateway_operations') });
  const temporal = temporalLayer({
    ...{ address: serverAddress('TEMPORAL_ADDRESS'), namespace: uniqueName('gateway').replaceAll('_', '-') },
    ...{ queuePrefix: 'hufu', tls: false, apiKey: undefined },
  });
  const store = Layer.mergeAll(AuditLive, FilesLive, ActorsLocal([]), Layer.provide(processesLayer, temporal)).pipe(
    Layer.provideMerge(Layer.mergeAll(mongo, keyRingLayer({ directory: keys, demoKeys: true }))),
  );
  const context = await Effect.runPromise(Layer.buildWithScope(store, scope));
  run = (effect) => Effect.runPromise(Effect.provide(effect, context));
  const settings = { origins: { 'temporal-ui': ['http://127.0.0.1:8233'] } };
  gateway = await startGateway({ routes: operationsRoutes, rights, settings }, Layer.succeedContext(context));
});

afterAll(async () => {
  await gateway.stop();
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await Effect.runPromise(Scope.close(scope, Exit.void));
  await rm(keys, { recursive: true, force: true });
});

const call = async (path: string, subject: string, init: RequestInit = {}) => {
  const headers = { ...(await gateway.as(subject)), ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '' && !text.includes('\n');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
};

const post = (path: string, subject: string, body: unknown, key: string, more: Record<string, string> = {}) =>
  call(path, subject, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...more },
  });

const database = Effect.map(Mongo, databaseOf);

test('a backup is not begun where no place is configured, and is listed to those who run the house', async () => {
  const refused = await post('/v1/operations/backups', ADMIN, { kind: 'full' }, 'backup-1');
  expect([refused.status, refused.json]).toMatchObject([404, { code: 'BackupNotConfigured' }]);
  const listed = await call('/v1/operations/backups', ADMIN);
  expect([listed.status, listed.json]).toEqual([200, { items: [], nextCursor: null }]);
  expect((await call('/v1/operations/backups', 'demo-operator')).status).toBe(403);
});

describe('dead letters', () => {
  const letter = (tenant: string, rev: number) => ({
    _id: `stats/sim.card/${tenant}/c1/${String(rev).padStart(12, '0')}`,
    follower: 'stats',
    partition: 3,
    kind: 'sim.card',
    tenant: tenant as TenantId,
    actor: `${tenant}/c1`,
    rev,
    record: `sim.card/${tenant}/c1/1`,
    commandId: 'c',
    status: 'dead' as const,
    code: 'Unavailable',
    message: 'No answer.',
    attempts: 8,
    atMs: 1,
    since: new Date(1),
  });
  const path = '/v1/operations/dead-letters';

  beforeAll(() =>
    run(
      Effect.flatMap(database, (db) =>
        Effect.promise(() => deadLetters(db).insertMany([letter('demo', 1), letter('demo', 2), letter('rival', 1)])),
      ),
    ),
  );

  test('are listed page by page, each tenant its own', async () => {
    const first = await call(`${path}?limit=1`, ADMIN);
    expect(first.json.items).toMatchObject([{ actor: 'demo/c1', rev: 1, status: 'dead' }]);
    const second = await call(`${path}?limit=1&cursor=${encodeURIComponent(first.json.nextCursor)}`, ADMIN);
    expect(second.json).toMatchObject({ items: [{ rev: 2 }], nextCursor: null });
    const rival = await call(path, ADMIN, { headers: { 'hufu-tenant': 'rival' } });
    expect(rival.json.items).toMatchObject([{ actor: 'rival/c1' }]);
    expect((await call(path, 'demo-unit-administrator', { headers: { 'hufu-tenant': 'rival' } })).status).toBe(403);
  });

  test('of a card say its number to whoever may see it, and only to them', async () => {
    const iccid = '8986011234567890123';
    const of = (kind: string) => ({
      ...letter('demo', 9),
      ...{ _id: `masks/${kind}/demo/${iccid}/000000000009`, follower: 'masks', kind, actor: `demo/${iccid}` },
    });
    const letters = ['sim.card', 'sim.imsi', 'sim.application'].map(of);
    await run(Effect.flatMap(database, (db) => Effect.promise(() => deadLetters(db).insertMany(letters))));
    const seenBy = async (subject: string) =>
      (await call(`${path}?follower=masks`, subject)).json.items.map((one: { actor: string }) => one.actor);
    const [whole, masked] = [`demo/${iccid}`, 'demo/898************0123'];
    expect(await seenBy('demo-auditor')).toEqual([whole, masked, masked]);
    expect(await seenBy('demo-unit-administrator')).toEqual([whole, whole, whole]);
    expect(await seenBy(ADMIN)).toEqual([whole, whole, whole]);
    const pages = await call(`${path}?follower=masks&kind=sim.card&limit=1`, 'demo-auditor');
    expect(pages.json.items[0].id).toBe('masks/sim.card/demo/898************0123/000000000009');
    expect(JSON.stringify(pages.json)).not.toContain(iccid);
    const first = await call(`${path}?follower=masks&limit=1`, 'demo-auditor');
    const rest = await call(`${path}?follower=masks&cursor=${first.json.nextCursor}`, 'demo-auditor');
    expect([first.json.items.length, rest.json.items.length]).toEqual([1, 2]);
    await run(
      Effect.flatMap(database, (db) => Effect.promise(() => deadLetters(db).deleteMany({ follower: 'masks' }))),
    );
  });

  test('are tried again and given up, those of others are not there', async () => {
    const other = await post(`${path}/retry`, ADMIN, { id: letter('rival', 1)._id }, 'd0');
    expect(other).toMatchObject({ status: 404, json: { code: 'NoDeadLetter' } });
    const retried = await post(`${path}/retry`, ADMIN, { id: letter('demo', 1)._id }, 'd1');
    expect(retried).toMatchObject({ status: 202, json: { status: 'retry' } });
    expect((await post(`${path}/discard`, ADMIN, { id: letter('demo', 2)._id }, 'd2')).status).toBe(200);
    expect((await call(path, ADMIN)).json.items).toMatchObject([{ rev: 1, status: 'retry' }]);
  });
});

describe('the audit log', () => {
  const path = '/v1/operations/audit';

  test('is searched page by page, and being looked at is in it', async () => {
    await post('/v1/operations/dead-letters/discard', ADMIN, { id: 'none' }, 'a1', { 'x-request-id': 'audit-test-1' });
    const found = await call(`${path}?requestId=audit-test-1`, 'demo-auditor');
    expect(found.json).toMatchObject({
      items: [{ subject: ADMIN, action: 'operations.deadLetter.discard', outcome: 'refused:NoDeadLetter' }],
      nextCursor: null,
    });
    const first = await call(`${path}?limit=1`, 'demo-auditor');
    expect(first.json.items).toMatchObject([{ subject: 'demo-auditor', action: 'operations.audit.list' }]);
    const next = await call(`${path}?limit=1&cursor=${encodeURIComponent(first.json.nextCursor)}`, 'demo-auditor');
    expect(next.json.items[0].seq).toBe(first.json.items[0].seq - 1);
  });

  test('a cursor that was tampered with is refused', async () => {
    expect(await call(`${path}?cursor=eyJ4Ijox`, 'demo-auditor')).toMatchObject({
      status: 400,
      json: { code: 'InvalidCursor' },
    });
  });

  test('is another one in another tenant', async () => {
    const lines = await call(`${path}?action=operations.audit.list`, ADMIN, { headers: { 'hufu-tenant': 'rival' } });
    expect(lines.json.items).toEqual([]);
  });

  test('is taken away whole, verified whole, and a changed line is found', async () => {
    const taken = await call(`${path}/export`, 'demo-auditor');
    expect(taken.headers.get('content-disposition')).toContain('audit-demo.jsonl');
    const lines = taken.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_line, index) => index + 1));
    const whole = await call(`${path}/verification`, 'demo-auditor');
    expect(whole.json).toMatchObject({ tenant: 'demo', unsealed: 0 });
    expect(whole.json.broken).toBeUndefined();
    await run(
      Effect.flatMap(database, (db) =>
        Effect.promise(() =>
          db.collection('audit_lines').updateOne({ tenant: 'demo', seq: 2 }, { $set: { subject: 'x' } }),
        ),
      ),
    );
    expect((await call(`${path}/verification`, 'demo-auditor')).json.broken).toEqual({ seq: 2, kind: 'changed' });
  });
});

describe('files', () => {
  test('are described and downloaded, whole or in part, by their tenant alone', async () => {
    const bytes = new TextEncoder().encode('HDR|1\nREC|8986\nTRL|1\n');
    const file = {
      tenant: demo,
      area: 'sim',
      name: 'pos.txt',
      contentType: 'text/plain',
      labels: { kind: 'pos' },
      sealed: true,
    };
    const ref = await run(Effect.flatMap(Files, (files) => files.put(file, Stream.make(bytes))));
    const path = `/v1/operations/files/${ref.id}`;
    expect((await call(`${path}/description`, 'demo-operator')).json).toMatchObject({
      name: 'pos.txt',
      bytes: bytes.length,
    });
    const whole = await call(path, 'demo-operator');
    expect(whole.text).toBe(new TextDecoder().decode(bytes));
    expect(whole.headers.get('etag')).toBe(`"${ref.sm3}"`);
    const part = await call(path, 'demo-operator', { headers: { range: 'bytes=6-8' } });
    expect([part.status, part.text]).toEqual([206, 'REC']);
    expect((await call(path, 'rival-operator')).json).toMatchObject({ status: 404 });
  });
});

describe('payloads', () => {
  const codec = '/v1/operations/codec/hufu';
  const clear = { payloads: [{ metadata: { encoding: btoa('json/plain') }, data: btoa('{"imsi":"460"}') }] };
  const ask = (what: string, body: unknown, headers: Record<string, string> = {}) =>
    call(`${codec}/${what}`, ADMIN, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('are encrypted and decrypted as the Temporal UI asks for it', async () => {
    const sealed = await ask('encode', clear);
    expect(sealed.text).not.toContain(btoa('{"imsi":"460"}'));
    expect((await ask('decode', sealed.json, { 'x-namespace': 'hufu' })).json).toEqual(clear);
  });

  test('that are not ours are refused', async () => {
    const sealed = (await ask('encode', clear)).json;
    const changed = { payloads: [{ ...sealed.payloads[0], data: btoa('changed meanwhile, long enough for a tag') }] };
    expect((await ask('decode', changed)).json).toMatchObject({ status: 422, code: 'UnreadablePayload' });
  });

  test('are shown to a browser that signed in here, when it comes from the UI', async () => {
    const begun = await post('/v1/operations/codec/session', ADMIN, {}, 's1');
    const [cookie = ''] = begun.headers.getSetCookie();
    expect(cookie).toMatch(/; Path=\/v1\/operations\/codec; Max-Age=3600; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0] ?? '', 'content-type': 'application/json' };
    const body = JSON.stringify(clear);
    const from = (origin: string) =>
      fetch(`${gateway.url}${codec}/decode`, { method: 'POST', body, headers: { ...headers, origin } });
    const shown = await from('http://127.0.0.1:8233');
    expect(shown.status).toBe(200);
    expect(shown.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:8233');
    expect((await from('http://127.0.0.1:9999')).status).toBe(401);
  });
});

describe('documents', () => {
  test('the page takes everything from this server', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\//);
      const asset = await fetch(`${gateway.url}${link}`);
      expect(asset.status, link).toBe(200);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect((await fetch(`${gateway.url}/docs/package.json`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/docs/..%2Fpackage.json`)).status).toBe(404);
  });

  test('the description is of this server', async () => {
    const described = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as { readonly paths: object };
    expect(Object.keys(described.paths)).toContain('/v1/operations/audit');
  });
});

describe('metrics', () => {
  test('are read from this machine itself without a token, from elsewhere with the role', async () => {
    const local = await fetch(`${gateway.url}/metrics`);
    expect(await local.text()).toMatch(/hufu_http_requests_total\{method="GET",route="\/docs",status="200"\} \d/);
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(`${gateway.url}/metrics`, { headers: forwarded })).status).toBe(401);
    expect((await call('/metrics', ADMIN, { headers: forwarded })).status).toBe(200);
    expect((await call('/metrics', 'demo-operator', { headers: forwarded })).status).toBe(403);
  });
});
