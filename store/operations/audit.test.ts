import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { keyRingLayer, rotate } from '../keys/key-ring.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../mongo.ts';
import { Audit, AuditLive, exportAudit, searchAudit, verifyAudit } from './audit.ts';
import {
  AUDIT_HEADS,
  AUDIT_LINES,
  type AuditDocument,
  type AuditEntry,
  type AuditHead,
  auditId,
  auditPlans,
  hashOfLine,
} from './audit-chain.ts';

const directory = mkdtempSync(join(tmpdir(), 'hufu-audit-'));
const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('audit') });
const outside = Layer.merge(mongo, keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true }));
const runtime = ManagedRuntime.make(outside);

/** Runs as one node: each call has an audit log of its own over the same database. */
const asNode = <A, E>(effect: Effect.Effect<A, E, Audit>): Promise<A> =>
  runtime.runPromise(Effect.provide(effect, Layer.fresh(AuditLive)));

beforeAll(() => runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, auditPlans))));
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (c) => Effect.promise(() => databaseOf(c).dropDatabase())));
  await runtime.dispose();
  rmSync(directory, { recursive: true });
});

const entryOf = (tenant: TenantId, n: number): AuditEntry => ({
  tenant,
  subject: `user-${n % 3}`,
  action: 'sim.applications.submit',
  object: `sim.application/A-${n}`,
  outcome: n % 5 === 0 ? 'refused:QuantityTooLarge' : 'accepted',
  from: '10.0.0.1',
  requestId: `r-${n}`,
  atMs: 1_000 + n,
  ...(n % 2 === 0 ? { detail: { lines: n, nested: { b: [1.5, null], a: 'x' }, gone: undefined } } : {}),
});

let tenants = 0;
const newTenant = (): TenantId => `tenant-${++tenants}` as TenantId;

const appendAll = (tenant: TenantId, from: number, to: number) =>
  Effect.gen(function* () {
    const audit = yield* Audit;
    const numbers = Array.from({ length: to - from }, (_, n) => from + n);
    yield* Effect.forEach(numbers, (n) => audit.append(entryOf(tenant, n)), {
      concurrency: 'unbounded',
      discard: true,
    });
  });

const verify = (tenant: TenantId) => runtime.runPromise(verifyAudit(tenant));
const database = () => runtime.runPromise(Effect.map(Mongo, databaseOf));

describe('the audit log', () => {
  it('chains what several nodes append at once, each entry once and none missing', async () => {
    const tenant = newTenant();
    await Promise.all([0, 1, 2].map((node) => asNode(appendAll(tenant, node * 400, node * 400 + 400))));
    const verdict = await verify(tenant);
    expect(verdict).toMatchObject({ lines: 1_200, unsealed: 0 });
    expect(verdict.broken).toBeUndefined();
    const lines = await runtime.runPromise(Stream.runCollect(exportAudit(tenant)));
    const seen = [...lines].map((line) => JSON.parse(line).requestId);
    expect(new Set(seen).size).toBe(1_200);
  });

  it('keeps tenants apart', async () => {
    const [a, b] = [newTenant(), newTenant()];
    await asNode(Effect.zip(appendAll(a, 0, 3), appendAll(b, 0, 5), { concurrent: true }));
    expect((await verify(a)).lines).toBe(3);
    expect((await verify(b)).lines).toBe(5);
    const page = await runtime.runPromise(searchAudit({ tenant: a }));
    expect(page.items.every((line) => line.tenant === a)).toBe(true);
  });

  it('is empty and whole before the first line', async () => {
    expect(await verify(newTenant())).toMatchObject({ lines: 0, unsealed: 0 });
  });

  it('stays verifiable when its key is rotated', async () => {
    const tenant = newTenant();
    await asNode(appendAll(tenant, 0, 3));
    await Effect.runPromise(rotate(join(directory, 'keys'), 'audit'));
    expect(await verify(tenant)).toMatchObject({ lines: 3 });
    await asNode(appendAll(tenant, 3, 4));
    expect((await verify(tenant)).broken).toBeUndefined();
  });

  it('exports lines that anybody can check without a key', async () => {
    const tenant = newTenant();
    await asNode(appendAll(tenant, 0, 20));
    let prev = '0'.repeat(64);
    await runtime.runPromise(
      Stream.runForEach(exportAudit(tenant), (text) =>
        Effect.sync(() => {
          const { hash, prev: linked, ...line } = JSON.parse(text);
          expect(linked).toBe(prev);
          expect(hash).toBe(sm3Hex(linked + canonicalJson(line)));
          prev = hash;
        }),
      ),
    );
    const tail = await runtime.runPromise(Stream.runCollect(exportAudit(tenant, 18)));
    expect([...tail].map((text) => JSON.parse(text).seq)).toEqual([18, 19, 20]);
  });

  it('finds lines by filter, page by page', async () => {
    const tenant = newTenant();
    await asNode(appendAll(tenant, 0, 30));
    const filters = { subject: 'user-1', sinceMs: '1010', outcome: 'accepted' };
    const first = await runtime.runPromise(searchAudit({ tenant, filters, limit: 3 }));
    const rest = await runtime.runPromise(searchAudit({ tenant, filters, cursor: first.nextCursor ?? '' }));
    const found = [...first.items, ...rest.items].map((line) => line.requestId);
    expect(found).toEqual(['r-28', 'r-22', 'r-19', 'r-16', 'r-13']);
    expect(rest.nextCursor).toBeNull();
  });
});

describe('a tampered audit log', () => {
  type Tamper = (lines: ReturnType<typeof collectionsOf>['lines'], tenant: TenantId, db: Db) => Promise<unknown>;
  type Db = Awaited<ReturnType<typeof database>>;
  const collectionsOf = (db: Db) => ({
    lines: db.collection<AuditDocument>(AUDIT_LINES),
    heads: db.collection<AuditHead>(AUDIT_HEADS),
  });
  const rewriteFrom: Tamper = async (lines, tenant) => {
    const all = await lines.find({ tenant }).sort({ seq: 1 }).toArray();
    let prev = '0'.repeat(64);
    for (const { _id, hash: _old, ...line } of all) {
      const changed = { ...line, subject: 'nobody', prev };
      const hash = hashOfLine(changed);
      await lines.replaceOne({ _id }, { ...changed, hash });
      prev = hash;
    }
  };
  const forgedHash = (line: AuditDocument): AuditDocument => {
    const { _id, hash: _old, ...content } = line;
    return { _id, ...content, hash: hashOfLine(content) };
  };

  it.each<[string, { seq: number; kind: string }, Tamper]>([
    [
      'a changed field',
      { seq: 4, kind: 'changed' },
      (lines, t) => lines.updateOne({ _id: auditId(t, 4) }, { $set: { outcome: 'accepted!' } }),
    ],
    [
      'a changed detail',
      { seq: 3, kind: 'changed' },
      (lines, t) => lines.updateOne({ _id: auditId(t, 3) }, { $set: { 'detail.lines': 7 } }),
    ],
    [
      'an added field',
      { seq: 2, kind: 'changed' },
      (lines, t) => lines.updateOne({ _id: auditId(t, 2) }, { $set: { note: 'x' } }),
    ],
    [
      'a changed line with a fitting hash',
      { seq: 5, kind: 'relinked' },
      async (lines, t) => {
        const line = await lines.findOne({ _id: auditId(t, 4) });
        if (line !== null) await lines.replaceOne({ _id: line._id }, forgedHash({ ...line, subject: 'other' }));
      },
    ],
    ['a removed line', { seq: 4, kind: 'removed' }, (lines, t) => lines.deleteOne({ _id: auditId(t, 4) })],
    ['a removed first line', { seq: 1, kind: 'removed' }, (lines, t) => lines.deleteOne({ _id: auditId(t, 1) })],
    [
      'an inserted line',
      { seq: 4, kind: 'inserted' },
      async (lines, t) => {
        const line = await lines.findOne({ _id: auditId(t, 4) });
        if (line !== null) await lines.insertOne({ ...line, _id: `${auditId(t, 4)}x` });
      },
    ],
    ['a cut tail', { seq: 9, kind: 'cut' }, (lines, t) => lines.deleteMany({ tenant: t, seq: { $gte: 9 } })],
    ['no line left', { seq: 1, kind: 'cut' }, (lines, t) => lines.deleteMany({ tenant: t })],
    ['a chain written anew', { seq: 10, kind: 'rewritten' }, rewriteFrom],
    [
      'a cut tail with a head to fit',
      { seq: 8, kind: 'head' },
      async (lines, t, db) => {
        await lines.deleteMany({ tenant: t, seq: { $gte: 9 } });
        const last = await lines.findOne({ _id: auditId(t, 8) });
        await collectionsOf(db).heads.updateOne({ _id: t }, { $set: { seq: 8, hash: last?.hash ?? '' } });
      },
    ],
    ['a removed head', { seq: 10, kind: 'head' }, (_lines, t, db) => collectionsOf(db).heads.deleteOne({ _id: t })],
    [
      'a head of an unknown key',
      { seq: 10, kind: 'head' },
      (_lines, t, db) => collectionsOf(db).heads.updateOne({ _id: t }, { $set: { keyId: 'audit-99' } }),
    ],
  ])('shows %s', async (_what, broken, tamper) => {
    const tenant = newTenant();
    await asNode(appendAll(tenant, 0, 10));
    expect((await verify(tenant)).broken).toBeUndefined();
    const db = await database();
    await tamper(collectionsOf(db).lines, tenant, db);
    expect((await verify(tenant)).broken).toEqual(broken);
  });

  it('counts lines of a node that died before it sealed them, and goes on behind them', async () => {
    const tenant = newTenant();
    const db = await database();
    await asNode(appendAll(tenant, 0, 5));
    const head = await collectionsOf(db).heads.findOne({ _id: tenant });
    await asNode(appendAll(tenant, 5, 8));
    if (head !== null) await collectionsOf(db).heads.replaceOne({ _id: tenant }, head);
    expect(await verify(tenant)).toMatchObject({ lines: 8, unsealed: 3 });
    await asNode(appendAll(tenant, 8, 9));
    expect(await verify(tenant)).toMatchObject({ lines: 9, unsealed: 0 });
  });
});
