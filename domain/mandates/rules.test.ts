import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../test/support/facts.ts';
import { CLAIM, POSTPAID, RULES, SUBSCRIBER, TERMS } from '../../test/support/mandates.ts';
import { eligibilityOf } from './eligibility.ts';
import { boundsProblem, proposedTerms, rulesAt, rulesDecider } from './province-rules.ts';
import type { ProvinceRules, Relation, RulesCommand, Subscriber, Terms } from './schema.ts';

/** Who may have a mandate, by the province's rules, and within which bounds. */

const formal: Relation = { ...CLAIM, status: 'formal', sinceMs: 1, expiresAtMs: null, cancelledBy: null };

describe('eligibility', () => {
  it('of a normal primary number comes with terms to propose', () => {
    const found = eligibilityOf(SUBSCRIBER, RULES, null);
    expect(found).toMatchObject({ eligible: true, code: null, terms: TERMS });
    expect(found.checks.every(({ passed, code }) => passed && code === null)).toBe(true);
    expect(eligibilityOf({ ...SUBSCRIBER, userType: 'postpaid' }, RULES, null).terms).toEqual(POSTPAID);
  });

  it.each<readonly [rule: string, code: string, Partial<Subscriber>, Partial<ProvinceRules>, Relation | null]>([
    ['existingRelation', 'AlreadyMandated', {}, {}, formal],
    ['existingRelation', 'AlreadyMandated', {}, {}, { ...formal, status: 'provisional' }],
    ['existingRelation', 'AlreadyMandated', { existing: { channel: 'province', status: 'formal' } }, {}, null],
    ['existingRelation', 'AlreadyMandated', { existing: { channel: 'bank', status: 'provisional' } }, {}, null],
    ['primaryNumber', 'SecondaryNumber', { primary: false }, {}, null],
    ['status', 'NumberNotNormal', { status: 'suspended' }, {}, null],
    ['status', 'NumberNotNormal', { status: 'reserved' }, {}, null],
    ['status', 'NumberNotNormal', { status: 'closed' }, {}, null],
    ['exclusiveServices', 'ExclusiveService', { services: ['5G-PLUS', 'FAMILY-PAY'] }, {}, null],
    ['blacklist', 'Blacklisted', { blacklisted: true }, {}, null],
    ['collection', 'CollectionUser', { collection: true }, {}, null],
    ['collection', 'CollectionUser', { collection: true, userType: 'postpaid' }, { collectionUsers: 'refused' }, null],
    ['userType', 'PrepaidNotOffered', {}, { prepaid: null }, null],
  ])('is refused by the rule %s with %s (%#)', (rule, code, subscriber, rules, ours) => {
    const found = eligibilityOf({ ...SUBSCRIBER, ...subscriber }, { ...RULES, ...rules }, ours);
    expect(found).toMatchObject({ eligible: false, code, terms: null });
    expect(found.checks.filter(({ passed }) => !passed)).toMatchObject([{ rule, code }]);
  });

  it.each<readonly [Partial<Subscriber>, Partial<ProvinceRules>]>([
    [{ primary: false }, { secondaryNumbers: 'admitted' }],
    [{ collection: true }, { collectionUsers: 'admitted' }],
    [{ collection: true, userType: 'postpaid' }, {}],
    [{ userType: 'postpaid' }, { prepaid: null }],
    [{ services: ['FAMILY-PAY'] }, { exclusiveServices: [] }],
  ])('is what the province says: another rule admits it (%#)', (subscriber, rules) =>
    expect(eligibilityOf({ ...SUBSCRIBER, ...subscriber }, { ...RULES, ...rules }, null).eligible).toBe(true),
  );

  it('names every rule that says no; the first of them decides', () => {
    const subscriber = { ...SUBSCRIBER, primary: false, status: 'closed', blacklisted: true } as const;
    const found = eligibilityOf(subscriber, RULES, null);
    expect(found.code).toBe('SecondaryNumber');
    expect(found.checks.flatMap(({ code }) => (code === null ? [] : [code]))).toEqual([
      'SecondaryNumber',
      'NumberNotNormal',
      'Blacklisted',
    ]);
  });
});

describe('terms', () => {
  it.each<readonly [string | undefined, 'prepaid' | 'postpaid', Terms, Partial<ProvinceRules>]>([
    [undefined, 'prepaid', TERMS, {}],
    [undefined, 'prepaid', { ...TERMS, automaticPayment: false }, {}],
    [undefined, 'postpaid', POSTPAID, {}],
    ['ThresholdOutOfBounds', 'prepaid', { ...TERMS, thresholdMinor: 999 }, {}],
    ['ThresholdOutOfBounds', 'prepaid', { ...TERMS, thresholdMinor: 10_001 }, {}],
    ['ThresholdOutOfBounds', 'prepaid', { ...TERMS, thresholdMinor: null }, {}],
    ['AmountOutOfBounds', 'prepaid', { ...TERMS, amountMinor: 2_999 }, {}],
    ['AmountOutOfBounds', 'prepaid', { ...TERMS, amountMinor: 50_001 }, {}],
    ['PrepaidNotOffered', 'prepaid', TERMS, { prepaid: null }],
    ['TermsOfPrepaid', 'postpaid', TERMS, {}],
    ['AutomaticPaymentNotOffered', 'postpaid', POSTPAID, { postpaid: { automaticPayment: false } }],
  ])('are judged by the bounds of the province: %s (%#)', (problem, userType, terms, rules) =>
    expect(boundsProblem(userType, terms, { ...RULES, ...rules })).toBe(problem),
  );

  it('that are proposed lie within the bounds', () => {
    for (const userType of ['prepaid', 'postpaid'] as const) {
      const terms = proposedTerms(userType, RULES);
      if (terms === null) throw new Error('nothing is proposed');
      expect(boundsProblem(userType, terms, RULES)).toBeUndefined();
    }
  });
});

describe('versions of a province’s rules', () => {
  const { nowMs } = factsFor('110000');
  const set = (fromMs: number, rules: ProvinceRules = RULES): RulesCommand => {
    return { _tag: 'Set', fromMs, rules, note: 'circular 7' };
  };
  const lenient = { ...RULES, secondaryNumbers: 'admitted' } as const;

  it('hold from their moment to that of the next', () => {
    const rules = running(rulesDecider, '110000');
    rules.must(set(nowMs - 1_000));
    expect(rules.must(set(nowMs + 1_000, lenient))).toEqual({ changed: true, versions: 2 });
    const at = (ms: number) => rulesAt(rules.state(), ms)?.secondaryNumbers;
    expect([nowMs - 1_001, nowMs - 1_000, nowMs + 999, nowMs + 1_000].map(at)).toEqual([
      undefined,
      'refused',
      'refused',
      'admitted',
    ]);
    expect(rules.must(set(nowMs + 1_000, RULES))).toEqual({ changed: true, versions: 2 });
    expect(at(nowMs + 1_000)).toBe('refused');
  });

  const crossed = { minMinor: 2, maxMinor: 1 };
  it.each<readonly [string, RulesCommand]>([
    ['RulesInThePast', set(nowMs)],
    ['RulesInThePast', set(nowMs + 500)],
    [
      'InvalidBounds',
      set(nowMs + 2_000, { ...RULES, prepaid: RULES.prepaid && { ...RULES.prepaid, amount: crossed } }),
    ],
    [
      'InvalidBounds',
      set(nowMs + 2_000, {
        ...RULES,
        prepaid: RULES.prepaid && { ...RULES.prepaid, proposed: { thresholdMinor: 1, amountMinor: 5_000 } },
      }),
    ],
  ])('are refused: %s (%#)', (code, command) => {
    const rules = running(rulesDecider, '110000');
    rules.must(set(nowMs - 5_000));
    rules.must(set(nowMs + 1_000));
    expect(rules.ask(command)).toBe(code);
  });

  it('are as many as are kept: RulesCrowded', () => {
    const rules = running(rulesDecider, '110000');
    for (let n = 1; n <= 100; n += 1) rules.must(set(nowMs + n));
    expect(rules.ask(set(nowMs + 200))).toBe('RulesCrowded');
    expect(rules.ask(set(nowMs + 100))).not.toBe('RulesCrowded');
  });
});
