import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mandateActors } from '../../actors/mandates/actors.ts';
import { numberActor } from '../../actors/mandates/number.ts';
import { differenceActor, reconciliationActor } from '../../actors/mandates/reconciliation.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { differenceKey } from '../../domain/mandates/reconciliation/difference.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { numberKey } from '../../store/mandates/number-key.ts';
import { writeRelation } from '../../store/mandates/relations.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';
import { CLAIM, msisdn, OTHER, say } from '../../test/support/mandates.ts';
import { DAY, foundOf, RUN } from '../../test/support/reconciliation.ts';
import { resolveCase } from './mandates.ts';

/** `hufu admin mandates …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
let stores: AdminStores;
const run: AdminStores['run'] = (effect) => stores.run(effect);

beforeAll(async () => {
  stores = await startAdminStores('admin_mandates', mandateActors);
});
afterAll(() => stores.stop());

it('runs and differences of reconciliation are listed', async () => {
  const found = foundOf({ action: 'queue' });
  const envelope = (commandId: string) => ({ commandId, caller: { subject: 'service:worker', tenant, roles: [] } });
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const open = { id: { tenant, key: RUN }, command: { _tag: 'Open', ...DAY } as const, envelope: envelope('open') };
      yield* actors.ask(reconciliationActor, open);
      const command = { _tag: 'Record', ...found } as const;
      const id = { tenant, key: differenceKey(found) };
      yield* actors.ask(differenceActor, { id, command, envelope: envelope('found') });
    }),
  );
  // State documents are written behind.
  const written = async () => expect(await hufu('mandates', 'differences', '--status', 'queued')).toContain('CCB A1');
  await vi.waitFor(written, { timeout: 30_000, interval: 200 });
  expect(await hufu('mandates', 'runs', '--partner', 'CCB')).toMatch(/2026-11-25 +CCB +awaiting/);
  expect(await hufu('mandates', 'runs', '--partner', 'ICBC')).toContain('none');
});

const NO_CASE = {
  case: null,
  caseKind: null,
  twoPersons: false,
  proposedBy: null,
  proposedAction: null,
  caseSinceMs: null,
};

it('mandates are searched, shown, told and decided, and each look is written down without the number', async () => {
  const number = msisdn('13800138000');
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const ring = yield* KeyRing;
      const key = numberKey(ring, tenant, number);
      if (isFault(key)) return yield* Effect.fail(key);
      const caller = { subject: 'service:bank', tenant, roles: [] };
      for (const command of [say.establish(OTHER), say.establish(CLAIM)]) {
        const envelope = { commandId: command.message, caller };
        const { reply } = yield* actors.ask(numberActor, { id: { tenant, key }, command, envelope });
        const { account, ...claim } = command.claim;
        const ofCase =
          reply.subject === null
            ? NO_CASE
            : { ...NO_CASE, case: reply.subject, caseKind: 'existing' as const, caseSinceMs: 1 };
        const entry = {
          ...claim,
          ...ofCase,
          status: reply.subject === null ? ('formal' as const) : ('manual' as const),
        };
        const written = { number, account: account.number, rev: 1, changedAtMs: 1, movedAtMs: 1 };
        yield* writeRelation({ tenant, key }, { ...entry, ...written });
      }
    }),
  );
  const search = async (...more: readonly string[]) => objects(await hufu('mandates', 'search', '--json', ...more));
  expect(await search('--number', '13800138000')).toHaveLength(2);
  expect(await search('--province', '310000')).toEqual([]);
  expect(await hufu('mandates', 'search', '--status', 'formal')).toMatch(/ICBC +B7 +formal +861\*{6}8000 +621\*{12}/);
  const [open] = objects(await hufu('mandates', 'queue', '--json'));
  expect(open).toMatchObject({ bank: 'CCB', agreement: 'A1', caseKind: 'existing' });
  expect(JSON.parse(await hufu('mandates', 'show', 'CCB', 'A1'))).toMatchObject({
    number: '861******8000',
    relation: null,
    case: { kind: 'existing', theirs: { account: expect.stringMatching(/^621\*{12}/) } },
  });
  const decision = { tenant, case: String(open?.['case']), action: 'takeTheirs', note: 'the user says so' } as const;
  expect(await run(resolveCase('CCB', 'A1', decision))).toMatchObject({
    reply: { word: 'formal', tell: [{ bank: 'ICBC', agreement: 'B7' }] },
  });
  expect(await hufu('mandates', 'history', 'CCB', 'A1', '--language', 'zh')).toMatch(
    /service:bank\tEstablish \S+\t→ manual \(existing\)\n\t转人工处理 .*\n\S+\tadmin:\S+\tResolve\n\tC-\S+ admin:\S+ 决定 采用银行方/,
  );
  const looks = objects(await hufu('audit', 'search', '--object', 'CCB/A1', '--json'));
  expect(looks.map(({ action }) => action)).toEqual([
    'admin.mandates.history',
    'admin.mandates.resolve',
    'admin.mandates.show',
  ]);
});
