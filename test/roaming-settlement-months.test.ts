import { Effect } from 'effect';
import { expect, it } from 'vitest';
import { implement, temporalActivities } from '../activities/activity.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { fault, refuse } from '../domain/kernel/refusal.ts';
import { allWorkflows } from '../temporal/bundle.ts';
import { queueOf } from '../workflows/contract.ts';
import { type PeriodStage, settlementContract } from '../workflows/roaming/settlement/contract.ts';
import { withServer, withWorker } from './temporal/time-skipping.ts';

/**
 * The waiting of settlement's processes over months, on the time-skipping server. Their steps are played here: what those
 * do is shown by `test/roaming-settlement.test.ts`.
 */

const tenant = 'demo' as TenantId;
const taskQueue = queueOf('roaming');
const runtime = { runPromiseExit: Effect.runPromiseExit };
const DAY_MS = 86_400_000;
const { closeDays, sendAccount, settlePeriod } = settlementContract.workflows;

/** Steps that say what they were asked. `missing`: how often the period looks until all days are closed. */
const played = ({
  imports = 0,
  missing = 0,
  down = 0,
  refuses = false,
}: {
  readonly imports?: number;
  readonly missing?: number;
  /** Posts that finance does not answer. */
  readonly down?: number;
  readonly refuses?: boolean;
}) => {
  const asked: Array<string> = [];
  let underWay = imports;
  let looks = 0;
  let importLooks = 0;
  let posts = 0;
  let stage: PeriodStage = 'open';
  const say = (what: string) =>
    Effect.sync(() => {
      asked.push(what);
      return null;
    });
  const steps = implement(settlementContract)({
    settlementStanding: () => Effect.succeed({ lastDay: '2026-10-31', partners: ['AAAAA', 'BBBBB'] }),
    importsUnderWay: () =>
      Effect.sync(() => {
        importLooks += 1;
        underWay -= 1;
        return { count: Math.max(0, underWay + 1) };
      }),
    closeBooks: ({ partner, through }) =>
      partner === 'AAAAA'
        ? Effect.fail(refuse('conflict', 'DayNotOver', 'The day is not over.'))
        : Effect.as(say(`close ${partner} ${through}`), { days: [through] }),
    checkDay: ({ partner, day }) => say(`check ${partner} ${day}`),
    reportDay: ({ partner, day }) => say(`report ${partner} ${day}`),
    wakePeriods: ({ partner }) => say(`wake ${partner}`),
    reportMonth: () => Effect.succeed({ findings: 0 }),
    settlementFailed: ({ partner, code }) => say(`failed ${partner} ${code}`),
    readPeriod: () => Effect.sync(() => ({ stage })),
    drawPeriod: () =>
      Effect.sync(() => {
        looks += 1;
        if (looks > missing) stage = 'drawn';
        return { stage };
      }),
    sendStatement: () => say('statement'),
    comparePeriod: () => say('compare'),
    decidePeriod: ({ decision }) =>
      Effect.sync(() => {
        const next = { AddRate: 'open', Approve: 'approved', Reject: 'rejected', Reopen: 'open' } as const;
        stage =
          decision._tag === 'Instruct' ? 'instructed' : decision._tag === 'Confirm' ? 'paid' : next[decision._tag];
        return { stage };
      }),
    sendInstruction: () => say('instruction'),
    closePeriod: () =>
      Effect.sync(() => {
        if (stage === 'paid') stage = 'closed';
        return { stage };
      }),
    remindFinance: (about) => say(`remind ${about.stage}`),
    compareDetail: () => Effect.succeed({ differences: 0 }),
    postAccount: () =>
      Effect.gen(function* () {
        posts += 1;
        if (refuses) return yield* Effect.fail(refuse('conflict', 'NotClosed', 'The day is not closed.'));
        if (posts <= down) return yield* Effect.fail(fault('finance', 'Unavailable', 'It is down.'));
        return { status: 'accepted' as const };
      }),
    refuseAccount: ({ account, code }) => Effect.as(say(`refuse ${account} ${code}`), { status: 'refused' as const }),
    postCase: () => Effect.succeed({ status: 'resolved' as const }),
    returnCase: () => Effect.succeed({ status: 'taken' as const }),
    tellAccountLate: ({ account }) => say(`late ${account}`),
  });
  return {
    asked,
    activities: temporalActivities(steps, runtime),
    looks: () => looks,
    posts: () => posts,
    looksAtImports: () => importLooks,
  };
};

const input = { tenant, partner: 'BBBBB', agreement: 'B-2026', from: '2026-10-01', to: '2026-10-31' };
const finance = { subject: 'ann', tenant, roles: ['finance'] as const };

it('days are closed when imports are over, or after the longest wait, and one partner’s trouble is told', async () => {
  await withServer(async (environment) => {
    for (const [imports, slept] of [
      [3, 3],
      [1_000, 40],
    ] as const) {
      const { asked, activities, looksAtImports } = played({ imports });
      await withWorker(environment, { workflowsPath: allWorkflows, taskQueue, activities }, async (client) => {
        const beganMs = await environment.currentTimeMs();
        const args = [{ tenant, waitMs: 40 * 60_000, pollEveryMs: 60_000 }];
        const workflowId = `days-${imports}`;
        const result = await client.workflow.execute(closeDays.type, { taskQueue, workflowId, args });
        expect(result).toEqual({ closed: { BBBBB: 1 }, failed: ['AAAAA'] });
        // The server may also skip over the time that a step could have taken.
        expect((await environment.currentTimeMs()) - beganMs).toBeGreaterThanOrEqual(slept * 60_000);
        expect(looksAtImports()).toBeLessThanOrEqual(slept + 1);
      });
      const day = '2026-10-31';
      const ofB = [`close BBBBB ${day}`, `check BBBBB ${day}`, `report BBBBB ${day}`, 'wake BBBBB'];
      expect(asked).toEqual(['failed AAAAA DayNotOver', ...ofB]);
    }
  });
}, 240_000);

it('a period waits for its days for a month, reminds finance every three days, and takes what it says', async () => {
  const { asked, activities, looks } = played({ missing: 30 });
  await withServer((environment) =>
    withWorker(environment, { workflowsPath: allWorkflows, taskQueue, activities }, async (client) => {
      const args = [{ ...input, pollEveryMs: DAY_MS, remindEveryMs: 3 * DAY_MS }];
      const handle = await client.workflow.start(settlePeriod.type, { taskQueue, workflowId: 'period', args });
      const decide = (decision: object, by: object = finance) =>
        handle.executeUpdate('decide', { args: [{ decision, by, id: JSON.stringify(decision) }] });
      const approve = { _tag: 'Approve', despite: null };
      await expect(decide(approve)).rejects.toThrow();
      await environment.sleep(31 * DAY_MS);
      expect(looks()).toBe(31);
      expect(asked).toEqual(['statement']);
      await environment.sleep(7 * DAY_MS);
      expect(asked.filter((one) => one === 'remind drawn').length).toBeGreaterThanOrEqual(2);
      await expect(decide(approve, { ...finance, roles: ['operator'] })).rejects.toThrow();
      expect(await decide(approve)).toEqual({ stage: 'approved' });
      await expect(decide({ _tag: 'Reject', reason: 'too late' })).rejects.toThrow();
      expect(await decide({ _tag: 'Instruct', id: 'P-1', due: '2026-11-30' })).toEqual({ stage: 'instructed' });
      await decide({ _tag: 'Confirm', id: 'B-1', currency: 'SDR', amountMinor: '1', on: '2026-11-20' });
      expect(await handle.result()).toEqual({ stage: 'closed' });
    }),
  );
  expect(asked).toContain('instruction');
}, 240_000);

it('an account is sent until finance answers, over more than one run; after an hour a person is told, once a run', async () => {
  const account = 'day:HKGPP:2026-10-01';
  const args = [{ tenant, account, attempt: 1 }];
  await withServer(async (environment) => {
    const silent = played({ down: 400 });
    await withWorker(environment, { workflowsPath: allWorkflows, taskQueue, ...silent }, async (client) => {
      const workflowId = 'account-silent';
      const result = await client.workflow.execute(sendAccount.type, { taskQueue, workflowId, args });
      expect(result).toEqual({ status: 'accepted' });
    });
    expect(silent.posts()).toBe(401);
    // Three days are one run; four hundred attempts are more than that.
    expect(silent.asked).toEqual([`late ${account}`, `late ${account}`]);
    const refused = played({ refuses: true });
    await withWorker(environment, { workflowsPath: allWorkflows, taskQueue, ...refused }, async (client) => {
      const workflowId = 'account-refused';
      const result = await client.workflow.execute(sendAccount.type, { taskQueue, workflowId, args });
      expect(result).toEqual({ status: 'refused' });
    });
    expect(refused.asked).toEqual([`refuse ${account} NotClosed`]);
  });
}, 240_000);
