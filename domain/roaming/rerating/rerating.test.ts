import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { example, exampleAgreement, right } from '../../../test/support/rating.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { compileAgreement } from '../rating/compile.ts';
import { rateEvent } from '../rating/rate.ts';
import { compilePlan, rateForSubscriber } from '../rating/retail.ts';
import { decodeRetailPlan } from '../rating/schema.ts';
import type { RatedUsage, UsageTerms } from '../usage/usage-record.ts';
import { addTotals, type By, correctPart, NO_TOTALS_YET } from './correct.ts';
import { monthsOf, reratingDecider, reratingOf } from './rerating.ts';
import type { ReratingCommand } from './schema.ts';

const [ID, OTHER] = ['v0123456789abcdef', 'vfedcba9876543210'] as const;
const totals = NO_TOTALS_YET;
type Start = Extract<ReratingCommand, { readonly _tag: 'Start' }>;
const start = (more: Partial<Start> = {}): Start => ({
  ...{ _tag: 'Start', rerating: ID, roaming: 'outbound', from: '2026-11-01', to: '2026-11-30' },
  ...{ agreement: 2, plan: null, reason: 'amendment 3', ...more },
});
const preview: ReratingCommand = { _tag: 'Preview', rerating: ID, totals };
const approve: ReratingCommand = { _tag: 'Approve', rerating: ID };
const reject: ReratingCommand = { _tag: 'Reject', rerating: ID, reason: 'too much' };
const finish: ReratingCommand = { _tag: 'Finish', rerating: ID, totals, refused: [], refusedCount: 0 };
const stall: ReratingCommand = { _tag: 'Stall', rerating: ID, code: 'FileBalanced', message: 'no' };
const withdraw: ReratingCommand = { _tag: 'Withdraw', rerating: ID, reason: 'cannot be posted' };
const takenBack: ReratingCommand = { _tag: 'TakenBack', rerating: ID, refused: [], refusedCount: 0 };
const fail: ReratingCommand = { _tag: 'Fail', rerating: ID, code: 'X', message: 'no' };

type Said = readonly [who: string, command: ReratingCommand];
const [LI, WANG] = ['li', 'wang'] as const;
const told = (said: ReadonlyArray<Said>) => {
  const actor = running(reratingDecider, 'HKGPP');
  const answers = said.map(([who, command]) => {
    const answer = actor.ask(command, who);
    return typeof answer === 'string' ? answer : answer.status;
  });
  return { answers, state: actor.state() };
};

describe('a re-rating', () => {
  const begun: ReadonlyArray<Said> = [
    [LI, start()],
    [LI, preview],
  ];
  const stuck: ReadonlyArray<Said> = [...begun, [WANG, approve], [LI, stall]];
  test.each<[string, ReadonlyArray<Said>, string]>([
    ['begins with a preview', [[LI, start()]], 'previewing'],
    [
      'is started once',
      [
        [LI, start()],
        [WANG, start()],
      ],
      'previewing',
    ],
    [
      'has one id',
      [
        [LI, start()],
        [LI, start({ to: '2026-11-02' })],
      ],
      'ReratingDiffers',
    ],
    [
      'is one at a time',
      [
        [LI, start()],
        [LI, start({ rerating: OTHER })],
      ],
      'ReratingOpen',
    ],
    ['has a day', [[LI, start({ to: '2026-10-31' })]], 'EmptyPeriod'],
    ['is no longer than accounts take', [[LI, start({ from: '2026-08-01' })]], 'PeriodTooLong'],
    ['is by some revision', [[LI, start({ agreement: null })]], 'NothingWanted'],
    ['has no plan for visitors', [[LI, start({ roaming: 'inbound', plan: 1 })]], 'PlanOfVisitors'],
    ['is known', [[LI, approve]], 'ReratingUnknown'],
    [
      'is not approved unseen',
      [
        [LI, start()],
        [WANG, approve],
      ],
      'NotPreviewed',
    ],
    ['is not approved by who started it', [...begun, [LI, approve]], 'SecondPersonNeeded'],
    ['is approved by another', [...begun, [WANG, approve]], 'approved'],
    ['is not posted unapproved', [...begun, [LI, finish]], 'ReratingNotApproved'],
    ['is rejected by anybody', [...begun, [LI, reject]], 'rejected'],
    [
      'is rejected before it is seen',
      [
        [LI, start()],
        [WANG, reject],
      ],
      'rejected',
    ],
    ['is not rejected once it is approved', [...begun, [WANG, approve], [WANG, reject]], 'NotPreviewed'],
    ['is not approved once it is rejected', [...begun, [WANG, reject], [WANG, approve]], 'NotPreviewed'],
    ['is previewed once', [...begun, [WANG, approve], [LI, preview]], 'approved'],
    [
      'may fail before it is seen',
      [
        [LI, start()],
        [LI, fail],
      ],
      'failed',
    ],
    ['does not fail afterwards', [...begun, [LI, fail]], 'previewed'],
    ['ends once', [...begun, [WANG, approve], [LI, finish], [LI, finish]], 'done'],
    ['is not withdrawn while it is posted', [...begun, [WANG, approve], [LI, withdraw]], 'ReratingNotStalled'],
    ['is not withdrawn before it is approved', [...begun, [LI, withdraw]], 'ReratingNotStalled'],
    ['is not withdrawn once it is posted', [...stuck, [LI, finish], [LI, withdraw]], 'ReratingNotStalled'],
    ['that is stalled keeps others out', [...stuck, [LI, start({ rerating: OTHER })]], 'ReratingOpen'],
    [
      'that is stalled goes on when it is approved again',
      [...stuck, [LI, approve], [LI, withdraw]],
      'ReratingNotStalled',
    ],
    ['that is stalled is posted after all', [...stuck, [LI, approve], [LI, finish]], 'done'],
    ['that is stalled is withdrawn', [...stuck, [LI, withdraw]], 'withdrawing'],
    ['that is withdrawn is not posted', [...stuck, [LI, withdraw], [WANG, finish]], 'ReratingNotApproved'],
    ['that is withdrawn is not approved', [...stuck, [LI, withdraw], [WANG, approve]], 'NotPreviewed'],
    [
      'keeps others out until it is taken back',
      [...stuck, [LI, withdraw], [LI, start({ rerating: OTHER })]],
      'ReratingOpen',
    ],
    ['is taken back', [...stuck, [LI, withdraw], [LI, takenBack], [LI, takenBack], [LI, withdraw]], 'withdrawn'],
    ['is not taken back unasked', [...stuck, [LI, takenBack]], 'ReratingNotStalled'],
    ['hears nothing late once it is withdrawn', [...stuck, [LI, withdraw], [LI, takenBack], [LI, stall]], 'withdrawn'],
    [
      'lets the next in when it is taken back',
      [...stuck, [LI, withdraw], [LI, takenBack], [LI, start({ rerating: OTHER })]],
      'previewing',
    ],
    ['lets the next in when it has ended', [...begun, [WANG, reject], [LI, start({ rerating: OTHER })]], 'previewing'],
  ])('%s', (_, said, last) => {
    expect(told(said).answers.at(-1)).toBe(last);
  });

  it('keeps what it would come to, what was posted, and who decided', () => {
    const { state } = told([...begun, [WANG, approve], [LI, finish]]);
    expect(reratingOf(state, ID)).toMatchObject({
      ...{ preview: totals, posted: totals, started: { by: LI }, decided: { by: WANG }, reason: 'amendment 3' },
    });
  });
});

it('a re-rating that is stalled says why until it is tried again, and who withdrew it', () => {
  const said: ReadonlyArray<Said> = [
    [LI, start()],
    [LI, preview],
    [WANG, approve],
    [LI, stall],
  ];
  const after = (more: ReadonlyArray<Said>) => reratingOf(told([...said, ...more]).state, ID);
  expect(after([])).toMatchObject({ status: 'approved', stalled: { code: 'FileBalanced' } });
  expect(after([[LI, approve]])).not.toHaveProperty('stalled');
  const back = after([
    [LI, withdraw],
    [LI, stall],
  ]);
  expect(back).toMatchObject({ status: 'withdrawing', stalled: { code: 'FileBalanced' }, note: 'cannot be posted' });
  const again = after([
    [LI, withdraw],
    [LI, stall],
    [WANG, withdraw],
  ]);
  expect(again).toMatchObject({ status: 'withdrawing', withdrawn: { by: LI } });
  expect(again).not.toHaveProperty('stalled');
});

const agreement = right(compileAgreement(exampleAgreement));
const planJson = example('plan') as { readonly tariffs: ReadonlyArray<{ readonly terms: ReadonlyArray<object> }> };
const plan = right(compilePlan(right(decodeRetailPlan(planJson))));
const TERMS: UsageTerms = {
  ...{ roaming: 'outbound', partner: 'HKGPP', network: 'HKGPP', home: 'CHNCM', agreement: 'A', plan: 'TRAVEL' },
  charged: { currency: 'XDR', decimals: 3 },
  retail: { currency: 'CNY', decimals: 2 },
};
const AT_MS = Date.parse('2026-11-26T09:30:00+08:00');

/** As it was rated. */
const usage = (record: number, more: Partial<RatedUsage> = {}): RatedUsage => {
  const what = { service: 'sms', direction: 'originating', destination: '86139', quantity: 1, ...more } as const;
  const event = { home: 'CHNCM', visited: 'HKGPP', atMs: AT_MS, utcOffsetMinutes: 480, ...what };
  const [between, retail] = [rateEvent(agreement, event), rateForSubscriber(plan, event, [])];
  if (isRefusal(between) || isRefusal(retail)) throw new Error('no price');
  return {
    ...{ record, number: '8613800000001', imsi: '', attributedBy: 'msisdn', atMs: AT_MS, utcOffsetMinutes: 480 },
    chargedMinor: between.chargeMinor,
    agreedMinor: between.chargeMinor,
    retailMinor: retail.totalMinor,
    ...{ agreementVersion: 2, planVersion: 1, takes: [], ...what },
  };
};

const dearerBy = (times: bigint) => {
  const terms = exampleAgreement.terms.map((one) => ({
    ...one,
    rates: one.rates.map((rate) => ({ ...rate, first: { ...rate.first, price: rate.first.price * times } })),
  }));
  return right(compileAgreement({ ...exampleAgreement, terms }));
};
const by = (more: Partial<By> = {}): By => ({
  agreement: null,
  plan: null,
  from: '2026-11-01',
  to: '2026-11-30',
  ...more,
});

describe('the months of a period', () => {
  it.each([
    ['2026-11-01', '2026-11-30', ['2026-11']],
    ['2026-11-30', '2027-01-01', ['2026-11', '2026-12', '2027-01']],
    ['2026-11-30', '2026-11-01', ['2026-11']],
    ['2026-11-30', '2026-10-01', []],
  ])('from %s to %s are %s', (from, to, months) => expect(monthsOf({ from, to })).toEqual(months));
});

describe('usage priced anew', () => {
  it('comes out as differences, with what it was and what it will be', () => {
    const found = correctPart([usage(1), usage(2)], [], TERMS, by({ agreement: dearerBy(2n) }));
    expect(found.differences).toEqual(
      [1, 2].map((record) => ({ ...usage(record), quantity: 0, chargedMinor: 0n, agreedMinor: 60n, retailMinor: 0n })),
    );
    const line = { side: 'wholesale', service: 'sms', currency: 'XDR', decimals: 3, records: 2, changed: 2 };
    expect(found.totals).toEqual({
      ...{ records: 2, disputed: 0, unpriced: 0 },
      lines: [{ ...line, beforeMinor: 120n, afterMinor: 240n }],
    });
  });

  it('by the same revision comes to nothing, whatever was corrected before', () => {
    const once = by({ agreement: dearerBy(2n), plan });
    const first = correctPart([usage(1)], [], TERMS, once).differences;
    expect(first).toHaveLength(1);
    expect(correctPart([usage(1)], first, TERMS, once)).toMatchObject({
      differences: [],
      totals: {
        lines: [
          { beforeMinor: 120n, afterMinor: 120n },
          { side: 'retail', changed: 0 },
        ],
      },
    });
    const back = correctPart([usage(1)], first, TERMS, by({ agreement }));
    expect(back.differences).toMatchObject([{ agreedMinor: -60n }]);
  });

  it.each<[string, Partial<RatedUsage>, Partial<By>, object]>([
    ['is left alone outside the period', {}, { agreement: dearerBy(2n), to: '2026-11-25' }, { records: 0, lines: [] }],
    [
      'is left alone when the partner charged otherwise than was agreed',
      { chargedMinor: 61n },
      { agreement: dearerBy(2n) },
      { records: 1, disputed: 1, lines: [] },
    ],
    [
      'is left alone when the other revision has no price for it',
      {},
      { plan: { ...plan, byNetwork: new Map(), elsewhere: undefined } },
      { records: 1, unpriced: 1, lines: [] },
    ],
  ])('%s', (_, more, wanted, found) => {
    const record = { ...usage(1), ...more };
    expect(correctPart([record], [], TERMS, by(wanted))).toMatchObject({ differences: [], totals: found });
  });

  it('counts by the calendar of the visited network', () => {
    const west = { ...usage(1), utcOffsetMinutes: -720 };
    const wanted = by({ agreement: dearerBy(2n), to: '2026-11-25' });
    expect(correctPart([west], [], TERMS, wanted).totals.records).toBe(1);
  });

  it('leaves to packages what they have covered', () => {
    const call = { service: 'voice', quantity: 125 } as const;
    const covered = { ...usage(1, call), retailMinor: 0n, takes: [{ balance: 'B1', taken: 180 }] };
    const partly = { ...usage(2, call), retailMinor: 178n, takes: [{ balance: 'B1', taken: 60 }] };
    expect(correctPart([covered, partly], [], TERMS, by({ plan }))).toMatchObject({
      differences: [],
      totals: { lines: [{ side: 'retail', records: 2, changed: 0, beforeMinor: 178n, afterMinor: 178n }] },
    });
  });

  it('adds up: before, and the differences, are after; in any parts', () => {
    const records = fc.array(fc.record({ record: fc.nat(9), quantity: fc.integer({ min: 1, max: 900 }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(records, fc.nat(20), fc.bigInt({ min: 0n, max: 5n }), (list, cut, times) => {
        const all = list.map(({ quantity }, at) => usage(at + 1, { service: 'voice', quantity }));
        const wanted = by({ agreement: dearerBy(times), plan });
        const whole = correctPart(all, [], TERMS, wanted);
        const [one, two] = [all.slice(0, cut), all.slice(cut)].map((some) => correctPart(some, [], TERMS, wanted));
        expect(addTotals(one?.totals ?? NO_TOTALS_YET, two?.totals ?? NO_TOTALS_YET)).toEqual(whole.totals);
        for (const side of ['wholesale', 'retail'] as const) {
          const lines = whole.totals.lines.filter((line) => line.side === side);
          const moved = lines.reduce((sum, { beforeMinor, afterMinor }) => sum + afterMinor - beforeMinor, 0n);
          const minor = side === 'wholesale' ? 'agreedMinor' : 'retailMinor';
          expect(whole.differences.reduce((sum, record) => sum + record[minor], 0n)).toBe(moved);
        }
      }),
    );
  });
});
