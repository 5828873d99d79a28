import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { loadTerms } from '../../actors/roaming/terms-documents.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Files } from '../../store/files/files.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { type Audit, AuditLive } from '../../store/operations/audit.ts';
import { hufu, objects } from '../../test/support/admin.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { example } from '../../test/support/rating.ts';
import { collectionPlans } from './plans.ts';
import { decide, propose } from './terms.ts';

/** `hufu admin terms …` as it is typed, against real stores. */

type Services = Actors | Audit | Files | KeyRing | Mongo;
const tenant = 'demo' as TenantId;
const database = uniqueName('admin_terms');
const TERMS = { tenant, kind: 'agreement', name: 'CHNCM-HKGPP' } as const;
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Services, unknown>;
const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-admin-terms-'));
  const keys = join(directory, 'keys');
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
  );
  runtime = ManagedRuntime.make(
    Layer.mergeAll(ActorsLocal(roamingActors), AuditLive, FilesLive).pipe(Layer.provideMerge(stores)),
  );
  process.env['HUFU_DATABASE'] = database;
  process.env['HUFU_KEY_DIR'] = keys;
  process.env['HUFU_STATE_DIR'] = directory;
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
});
afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => databaseOf(connection).dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true, force: true });
});

it('terms are loaded once, proposed, refused to who proposed them, and shown', async () => {
  const agreement = example('agreement') as Readonly<Record<string, unknown>>;
  const service = { subject: 'service:node', tenant, roles: [] };
  expect(await run(loadTerms(TERMS, agreement, service))).toBe(true);
  expect(await run(loadTerms(TERMS, { ...agreement, id: 'other' }, service))).toBe(false);
  expect(await run(propose(TERMS, { ...agreement, terms: [] }, 'amendment'))).toMatchObject({
    refusals: [{ field: 'terms', code: 'InvalidAgreement' }],
  });
  expect(await run(propose(TERMS, { ...agreement, id: 'A-2' }, 'amendment'))).toEqual({ changed: true, revision: 2 });
  // One person at one machine is one person.
  const approving = run(Effect.flip(decide(TERMS, 2)));
  expect(await approving).toMatchObject({ code: 'SecondPersonNeeded' });
  // State documents are written behind.
  const written = async () => expect(await hufu('terms', 'list')).toMatch(/agreement +CHNCM-HKGPP +1 .* 2 +admin:/);
  await vi.waitFor(written, { timeout: 60_000, interval: 200 });
  expect(await run(decide(TERMS, 2, 'not signed'))).toMatchObject({ reply: { changed: true } });
  expect(JSON.parse(await hufu('terms', 'show', 'agreement', 'CHNCM-HKGPP'))).toMatchObject({
    inForce: 1,
    revisions: [{ proposed: { by: 'service:node' } }, { status: 'rejected', reason: 'not signed' }],
  });
  expect(JSON.parse(await hufu('terms', 'show', 'agreement', 'CHNCM-HKGPP', '--revision', '2'))).toMatchObject({
    document: { id: 'A-2', visited: 'HKGPP' },
  });
  const looks = objects(await hufu('audit', 'search', '--object', 'agreement:CHNCM-HKGPP', '--json'));
  expect(looks.map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)).toContain(
    'admin.terms.approve refused:SecondPersonNeeded',
  );
});

it('a file that cannot be used is told by place', async () => {
  const path = join(directory, 'plan.json');
  await writeFile(path, JSON.stringify({ id: 'TRAVEL', tariffs: [] }));
  await expect(
    hufu('terms', 'propose', 'plan', 'TRAVEL', join(directory, 'none.json'), '--note', 'x'),
  ).rejects.toThrow();
  expect(
    await run(propose({ tenant, kind: 'plan', name: 'TRAVEL' }, { id: 'TRAVEL', tariffs: [] }, 'x')),
  ).toMatchObject({
    refusals: [{ field: 'tariffs' }],
  });
});

it('re-ratings are listed, and shown with what they would come to', async () => {
  const rerating = 'v0123456789abcdef';
  const line = { side: 'wholesale', service: 'sms', currency: 'XDR', decimals: 3, records: 2, changed: 2 } as const;
  const lines = [{ ...line, beforeMinor: 120n, afterMinor: 160n }];
  const period = { roaming: 'outbound', from: '2026-11-01', to: '2026-11-30' } as const;
  const commands = [
    { _tag: 'Start', rerating, ...period, agreement: 2, plan: null, reason: 'amendment 3' },
    { _tag: 'Preview', rerating, totals: { records: 2, lines, disputed: 0, unpriced: 0 } },
  ] as const;
  for (const command of commands) {
    const envelope = { commandId: command._tag, caller: { subject: 'li', tenant, roles: [] } };
    const asking = { id: { tenant, key: 'HKGPP' }, command, envelope };
    await run(Effect.flatMap(Actors, (actors) => actors.ask(reratingsActor, asking)));
  }
  expect(await hufu('reratings', 'list', 'HKGPP')).toMatch(/v0123456789abcdef +previewed +2026-11-01–2026-11-30 +2 +-/);
  const shown = await hufu('reratings', 'show', 'HKGPP', rerating);
  expect(shown).toContain('2 records; left alone: 0 disputed, 0 without a price');
  expect(shown).toMatch(/wholesale +sms +2 +2 +0\.120 +0\.160 +0\.040 +XDR/);
});
