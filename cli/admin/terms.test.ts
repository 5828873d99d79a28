import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { loadTerms } from '../../actors/roaming/terms-documents.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';
import { example } from '../../test/support/rating.ts';
import { decide, propose } from './terms.ts';

/** `hufu admin terms …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const TERMS = { tenant, kind: 'agreement', name: 'CHNCM-HKGPP' } as const;
let stores: AdminStores;
const run: AdminStores['run'] = (effect) => stores.run(effect);

beforeAll(async () => {
  stores = await startAdminStores('admin_terms', roamingActors);
});
afterAll(() => stores.stop());

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
  const path = join(stores.directory, 'plan.json');
  await writeFile(path, JSON.stringify({ id: 'TRAVEL', tariffs: [] }));
  await expect(
    hufu('terms', 'propose', 'plan', 'TRAVEL', join(stores.directory, 'none.json'), '--note', 'x'),
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
