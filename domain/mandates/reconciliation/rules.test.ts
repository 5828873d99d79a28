import { describe, expect, it, test } from 'vitest';
import { DAY, rowOf } from '../../../test/support/reconciliation.ts';
import { actionOf, DEFAULT_RULES, judge, settledBy, withUnreadable } from './rules.ts';
import { parseRules, type Scope } from './schema.ts';

const province: Scope = { party: 'province', partner: '110000', period: DAY.period };
const month = { ...DAY, period: '2026-11' };
const ours = rowOf(1);
const before = rowOf(1, { begun: '2026-10-01T00:00:00' });
const carried = rowOf(1, { begun: '2026-11-24T23:45:00', changed: '2026-11-24T23:45:00' });
const ended = rowOf(1, { state: 'cancelled' });
const none = new Set<string>();

describe('what becomes of a difference', () => {
  test.each([
    ['a bank has what we have not', DAY, 'missingHere', null, ours, 'takeTheirs', null, 'begun'],
    ['a bank has ended what we may know', DAY, 'missingHere', null, ended, 'takeTheirs', null, 'ended'],
    ['we have begun what the bank has not', DAY, 'missingThere', ours, null, 'takeTheirs', null, 'ended'],
    ['a day later the bank has it still not', DAY, 'missingThere', carried, null, 'takeTheirs', null, 'ended'],
    ['we have changed what the bank has not', DAY, 'missingThere', before, null, 'queue', 'NotInIncrement', null],
    ['we have ended what the bank has not', DAY, 'missingThere', ended, null, 'queue', 'NotInIncrement', null],
    ['of a month, the bank has it not', month, 'missingThere', before, null, 'takeTheirs', null, 'ended'],
    ['the bank has ended it', DAY, 'state', ours, ended, 'takeTheirs', null, 'ended'],
    ['the accounts differ', DAY, 'account', ours, ours, 'takeTheirs', null, null],
    ['a line is there twice', DAY, 'duplicate', null, ours, 'queue', null, null],
    ['a line cannot be read', DAY, 'unreadable', null, null, 'queue', null, null],
    ['it was close to midnight', DAY, 'late', ours, null, 'wait', null, null],
    ['a province has it not', province, 'missingThere', ours, null, 'write', null, 'begun'],
    ['a province has too much', province, 'missingHere', null, ours, 'write', null, 'ended'],
    ['a province has other terms', province, 'terms', ours, ours, 'write', null, null],
  ] as const)('%s', (_name, scope, name, here, there, action, because, text) => {
    const rule = actionOf(DEFAULT_RULES, scope, name);
    expect(judge({ scope, class: name, here, there }, rule, none)).toEqual({ action, because, text });
  });

  it('waits for a person where the bank itself is not balanced', () => {
    const sides = { scope: province, class: 'terms', here: ours, there: ours } as const;
    expect(judge(sides, 'write', new Set(['CCB']))).toEqual({
      action: 'queue',
      because: 'BankNotBalanced',
      text: null,
    });
    expect(judge(sides, 'write', new Set(['ICBC'])).action).toBe('write');
  });

  test.each([
    [DAY, 'write', 'NothingIsWrittenToBanks'],
    [province, 'takeTheirs', 'ProvinceIsNotTheTruth'],
  ] as const)('is for a person when the rule cannot be followed (%#)', (scope, action, because) => {
    const sides = { scope, class: 'state', here: ours, there: ended } as const;
    expect(judge(sides, action, none)).toEqual({ action: 'queue', because, text: null });
  });
});

test('nothing is ended for want of a line while others cannot be read', () => {
  const judged = { action: 'takeTheirs', because: null, text: 'ended' } as const;
  expect(withUnreadable(judged, 'missingThere')).toEqual({ action: 'queue', because: 'UnreadableLines', text: null });
  expect(withUnreadable(judged, 'state')).toEqual(judged);
});

describe('a rule', () => {
  const own = {
    party: 'bank',
    partner: 'CCB',
    class: 'account',
    action: 'queue',
    from: '2026-11-01',
    to: '2026-11-30',
  } as const;
  const rules = { ...DEFAULT_RULES, rules: [...DEFAULT_RULES.rules, own] };
  test.each([
    ['2026-10-31', 'CCB', 'takeTheirs'],
    ['2026-11-01', 'CCB', 'queue'],
    ['2026-11', 'CCB', 'takeTheirs'],
    ['2026-11-30', 'CCB', 'queue'],
    ['2026-12-01', 'CCB', 'takeTheirs'],
    ['2026-11-25', 'ICBC', 'takeTheirs'],
  ])('holds for its days and its partner: %s of %s', (period, partner, action) => {
    expect(actionOf(rules, { party: 'bank', partner, period }, 'account')).toBe(action);
  });

  it('that is not there leaves it to a person', () => {
    expect(actionOf({ ...DEFAULT_RULES, rules: [] }, DAY, 'terms')).toBe('queue');
  });

  it('comes from JSON, or what is wrong with it is said', () => {
    expect(parseRules(JSON.stringify(rules))).toEqual(rules);
    expect(parseRules('{"rules":[{"party":"shop"}]}')).toContain('party');
  });
});

test.each([
  [ours, 'formal', 'settled'],
  [ours, 'unchanged', 'settled'],
  [ours, 'manual', 'queued'],
  [ours, 'cancelled', 'queued'],
  [ended, 'cancelled', 'settled'],
  [null, 'cancelled', 'settled'],
  [null, 'unchanged', 'settled'],
  [null, 'declined', 'settled'],
  [ended, 'manual', 'queued'],
] as const)('the relation’s answer settles it or not (%#)', (there, word, status) => {
  expect(settledBy(there, word)).toBe(status);
});
