import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Stream } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { clearingCaseActor } from '../../actors/roaming/clearing-case.ts';
import { financeAccountActor } from '../../actors/roaming/finance-account.ts';
import { settlementPeriodActor } from '../../actors/roaming/settlement-period.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { CaseOrigin } from '../../domain/roaming/cases/schema.ts';
import { daysBetween } from '../../domain/roaming/settlement/day.ts';
import type { PeriodCommand } from '../../domain/roaming/settlement/schema.ts';
import { Files } from '../../store/files/files.ts';
import { keepClearingFile, noteSent } from '../../store/roaming/clearing-files.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';
import { Failure } from '../failure.ts';

/** `hufu admin roaming …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const FROM = '2026-09-01';
const TO = '2026-09-30';
const CASE = 'c0123456789abcdef';
const DIFFERENCE = 'c0123456789abcde0';
const ACCOUNT = 'day:HKGPP:2026-09-05';
let stores: AdminStores;
const run: AdminStores['run'] = (effect) => stores.run(effect);

const none = { absoluteMinor: null, perMille: null };
const commands: ReadonlyArray<PeriodCommand> = [
  {
    _tag: 'Open',
    partner: 'HKGPP',
    agreement: 'HKGPP-2026',
    from: FROM,
    to: TO,
    frequency: 'monthly',
    currency: 'SDR',
    decimals: 2,
    rounding: 'halfEven',
    rates: [],
    tolerance: { line: none, total: none },
    twoPersonsOverMinor: 0n,
    carriedMinor: 250n,
  },
  ...daysBetween(FROM, TO).map((day): PeriodCommand => ({ _tag: 'AddDay', book: 'HKGPP', day, lines: [] })),
  { _tag: 'Draw', books: ['HKGPP'], rules: [], reconciled: none },
];

beforeAll(async () => {
  stores = await startAdminStores('admin_roaming', roamingActors);
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      for (const [at, command] of commands.entries()) {
        const envelope = { commandId: `period-${at}`, caller: { subject: 'ann', tenant, roles: ['finance'] as const } };
        yield* actors.ask(settlementPeriodActor, { id: { tenant, key: `HKGPP-2026:${FROM}` }, command, envelope });
      }
      const name = 'BDCHNCMHKGPP20260905.csv';
      const file = { tenant, area: 'roaming', name, contentType: 'text/csv' };
      const ref = yield* (yield* Files).put(file, Stream.make(Buffer.from('a')));
      const about = { kind: 'dayReport', partner: 'HKGPP', of: '2026-09-05', name, way: 'made' } as const;
      yield* keepClearingFile(tenant, { ...about, ref, atMs: 1_793_500_800_000, result: 'kept', counts: { lines: 7 } });
      yield* noteSent(tenant, about, 'finance', 1_793_500_900_000);
      const answer = { status: 422, text: '{"reason":"BookClosed"}' };
      const origin = { kind: 'fee', day: '2026-09-05', user: 'S1', service: null } as const;
      for (const command of [
        { _tag: 'Open', partner: 'HKGPP', of: '2026-09-05', origin, reason: 'far too much' },
        { _tag: 'Take' },
      ] as const) {
        const envelope = { commandId: command._tag, caller: { subject: 'li', tenant, roles: ['operator'] as const } };
        yield* actors.ask(clearingCaseActor, { id: { tenant, key: CASE }, command, envelope });
      }
      const theirs = { service: 'VOICE', at: '2026-09-05T08:15:30', usage: 75n, currency: 'XDR', amountMinor: 12n };
      const differs: CaseOrigin = {
        ...{ kind: 'difference', agreement: 'HKGPP-2026', from: FROM, file: 'CDHKGPPCHNCM00042', record: 17 },
        ...{ classes: ['missingHere'], ours: null, theirs: { ...theirs, status: 'AGREED' } },
      };
      const opening = {
        _tag: 'Open',
        partner: 'HKGPP',
        of: `HKGPP-2026:${FROM}`,
        origin: differs,
        reason: 'new',
      } as const;
      yield* actors.ask(clearingCaseActor, {
        ...{ id: { tenant, key: DIFFERENCE }, command: opening },
        envelope: { commandId: 'differs', caller: { subject: 'li', tenant, roles: ['operator'] as const } },
      });
      for (const command of [
        { _tag: 'Request', kind: 'day', partner: 'HKGPP' },
        { _tag: 'Refuse', attempt: 1, code: 'FinanceRefused', sm3: null, answer },
      ] as const) {
        const envelope = { commandId: command._tag, caller: { subject: 'ann', tenant, roles: ['finance'] as const } };
        yield* actors.ask(financeAccountActor, { id: { tenant, key: ACCOUNT }, command, envelope });
      }
    }),
  );
});
afterAll(() => stores.stop());

it('periods, days and files of settlement are listed, and a statement is written to a file', async () => {
  const listed = async () =>
    expect(objects(await hufu('roaming', 'settlements', '--stage', 'drawn', '--json'))).toMatchObject([
      { partner: 'HKGPP', agreement: 'HKGPP-2026', from: FROM, stage: 'drawn', mechanism: 'tap', days: 30 },
    ]);
  // State documents are written behind.
  await vi.waitFor(listed, { timeout: 30_000, interval: 200 });
  expect(await hufu('roaming', 'days')).toMatch(/dayReport +HKGPP +2026-09-05 .* finance +kept +lines 7/);
  expect(await hufu('roaming', 'months')).toContain('none');
  expect(await hufu('roaming', 'files', '--kind', 'dayReport', '--of', '2026-09-05')).toContain('BDCHNCMHKGPP20260905');
  const reconciliation = await hufu('roaming', 'reconciliation', 'HKGPP-2026', FROM);
  expect(reconciliation).toContain('is approved by reconciled records alone');
  expect(reconciliation).toContain('no detail of the partner was compared');
  const out = join(stores.directory, 'statement.csv');
  const said = await hufu('roaming', 'statement', 'HKGPP-2026', FROM, '--format', 'csv', '--out', out);
  expect(said).toContain('net 250 SDR');
  expect(await readFile(out, 'utf8')).toContain('Direction,Service');
  await expect(hufu('roaming', 'statement', 'HKGPP-2026', '2026-10-01', '--out', out)).rejects.toThrow(Failure);
});

it('accounts that finance has refused are listed, and shown with what it said', async () => {
  const listed = async () =>
    expect(objects(await hufu('finance', 'list', '--status', 'refused', '--json'))).toMatchObject([
      { key: ACCOUNT, kind: 'day', partner: 'HKGPP', attempt: 1, code: 'FinanceRefused', httpStatus: 422 },
    ]);
  await vi.waitFor(listed, { timeout: 30_000, interval: 200 });
  const shown = await hufu('finance', 'show', ACCOUNT);
  expect(shown).toContain(`${ACCOUNT}: refused`);
  expect(shown).toContain('by ann: FinanceRefused, HTTP 422 {"reason":"BookClosed"}');
  await expect(hufu('finance', 'show', 'day:HKGPP:2026-09-06')).rejects.toThrow(Failure);
});

it('cases are listed, and shown with what they are about and who works on them', async () => {
  const listed = async () =>
    expect(objects(await hufu('clearing-cases', 'list', '--status', 'taken', '--json'))).toMatchObject([
      { key: CASE, kind: 'fee', partner: 'HKGPP', of: '2026-09-05', openedBy: 'li', takenBy: 'li' },
    ]);
  await vi.waitFor(listed, { timeout: 30_000, interval: 200 });
  const shown = await hufu('clearing-cases', 'show', CASE);
  expect(shown).toContain(`${CASE}: taken; fee of user S1 on 2026-09-05, all services`);
  expect(shown).toContain('by li: far too much');
  await expect(hufu('clearing-cases', 'evidence', CASE)).rejects.toThrow(Failure);
  await expect(hufu('clearing-cases', 'show', 'c0123456789abcdee')).rejects.toThrow(Failure);
  const evidence = await hufu('clearing-cases', 'evidence', DIFFERENCE);
  expect(evidence).toContain('theirs: 75 at 2026-09-05T08:15:30');
  expect(evidence).toContain('monitored: none');
  expect(evidence).toContain('MonitorSilent: no monitor has seen anything around then');
  expect(await hufu('roaming', 'weeks')).toContain('none');
});
