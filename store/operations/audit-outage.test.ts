import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Wire } from '../../test/support/wire.ts';
import { keyRingLayer } from '../keys/key-ring.ts';
import { migrate } from '../migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../mongo.ts';
import { Audit, AuditLive, exportAudit, verifyAudit } from './audit.ts';
import { auditPlans } from './audit-chain.ts';

const directory = mkdtempSync(join(tmpdir(), 'hufu-outage-'));
const database = uniqueName('outage');
const wire = await Wire.lay(new URL(serverAddress('MONGODB_URI')));
const keys = keyRingLayer({ directory: join(directory, 'keys'), demoKeys: true });
const direct = ManagedRuntime.make(Layer.merge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database }), keys));

beforeAll(() => direct.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, auditPlans))));
afterAll(async () => {
  await wire.cut();
  await direct.runPromise(Effect.flatMap(Mongo, (c) => Effect.promise(() => databaseOf(c).dropDatabase())));
  await direct.dispose();
  rmSync(directory, { recursive: true });
});

/**
 * Two nodes append while the connections of one are cut again and again, without the driver's own second try: every
 * line that was answered must be there once, and none twice.
 */
it('writes every line once though connections break in the middle of writing', async () => {
  const tenant = 'outage' as TenantId;
  const uri = `mongodb://127.0.0.1:${wire.port}/?directConnection=true&retryWrites=false&retryReads=false`;
  const lossy = Layer.provide(Layer.fresh(AuditLive), Layer.merge(mongoLayer({ uri, database }), keys));
  const steady = Layer.fresh(AuditLive);
  const answered: string[] = [];
  const append = (node: string, count: number) =>
    Effect.gen(function* () {
      const audit = yield* Audit;
      yield* Effect.forEach(
        Array.from({ length: count }, (_, n) => `${node}-${n}`),
        (requestId) =>
          audit
            .append({
              tenant,
              subject: node,
              action: 'test',
              object: 'none',
              outcome: 'accepted',
              from: 'here',
              requestId,
              atMs: 0,
            })
            .pipe(Effect.map(() => answered.push(requestId))),
        { concurrency: 20, discard: true },
      );
    });
  wire.breakEvery = 25;
  await Promise.all([
    direct.runPromise(Effect.provide(append('lossy', 1_000), lossy)),
    direct.runPromise(Effect.provide(append('steady', 300), steady)),
  ]);
  const lines = await direct.runPromise(Stream.runCollect(exportAudit(tenant)));
  const written = [...lines].map((line) => String(JSON.parse(line).requestId));
  expect(wire.breaks).toBeGreaterThan(3);
  expect(answered).toHaveLength(1_300);
  expect(written.toSorted()).toEqual(answered.toSorted());
  expect(await direct.runPromise(verifyAudit(tenant))).toMatchObject({ lines: 1_300, unsealed: 0 });
});
