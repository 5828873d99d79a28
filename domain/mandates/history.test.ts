import { describe, expect, it } from 'vitest';
import { factsFor } from '../../test/support/facts.ts';
import { CLAIM, OTHER, RULES, SUBSCRIBER, say } from '../../test/support/mandates.ts';
import { isRefusal } from '../kernel/refusal.ts';
import { historyOf, type Turn } from './history.ts';
import { numberDecider } from './number.ts';
import type { NumberCommand } from './schema.ts';

/** The turns that a number's actor would have written, one a second. */
const turnsOf = (...commands: ReadonlyArray<NumberCommand>): ReadonlyArray<Turn> => {
  const facts = factsFor('number');
  let state = numberDecider.initial;
  return commands.map((command, at) => {
    const nowMs = facts.nowMs + at * 1_000;
    const decision = numberDecider.decide(state, command, { ...facts, commandId: `c${at}`, nowMs });
    if (isRefusal(decision)) throw new Error(decision.code);
    state = decision.events.reduce(numberDecider.evolve, state);
    return { rev: at + 1, atMs: nowMs, subject: 'service:bank', command: command._tag, events: decision.events };
  });
};

const VERSIONS = {
  versions: [
    { fromMs: 0, rules: RULES, setBy: 'wang', note: 'circular 7' },
    { fromMs: Number.MAX_SAFE_INTEGER, rules: RULES, setBy: 'wang', note: 'not yet' },
  ],
};

describe('the history of an agreement', () => {
  it('says which rule said no, and which version of the rules held then', () => {
    const refused = say.request(CLAIM, { ...SUBSCRIBER, primary: false });
    const [line] = historyOf(turnsOf(refused), CLAIM, VERSIONS, 'en');
    expect(line).toMatchObject({
      command: 'Request',
      message: refused.message,
      answer: 'refused',
      code: 'SecondaryNumber',
      rule: { name: 'primaryNumber', fromMs: 0, note: 'circular 7' },
      text: [],
    });
    const [ruleless] = historyOf(turnsOf(refused), CLAIM, { versions: [] }, 'en');
    expect(ruleless?.rule).toEqual({ name: 'primaryNumber', fromMs: null, note: null });
  });

  const life = turnsOf(
    say.request(),
    say.establish(),
    say.topUp('t1', factsFor('number').nowMs),
    say.recordCharge('t1', 'paid'),
    say.stop(),
    say.resume(),
    say.cancel('crm'),
    say.rejectCancel(),
    say.cancel('bank'),
  );

  it.each([
    [
      'zh',
      [
        /^预签约 → \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: CCB A1, 621\*+\d{4}, 阈值 10\.00 元，充值 50\.00 元$/,
        /^正式签约: CCB A1/,
        /^自动充值 t1 #1: ¥50\.00$/,
        /^t1: 已支付$/,
        /^已暂停扣款$/,
        /^已恢复扣款$/,
        /^解约中 \(省CRM; 理由: the user wishes so\)$/,
        /^正式签约 \(解约被银行拒绝: a charge is open\)$/,
        /^已解约 \(银行/,
      ],
    ],
    [
      'en',
      [
        /^provisional → .*: CCB A1, 621\*+\d{4}, below ¥10\.00 topped up by ¥50\.00$/,
        /^formal: CCB A1/,
        /^top-up t1 #1: ¥50\.00$/,
        /^t1: paid$/,
        /^charges stopped$/,
        /^charges resumed$/,
        /^being cancelled \(the province’s CRM; reason: the user wishes so\)$/,
        /^formal \(the bank does not let it go: a charge is open\)$/,
        /^cancelled \(the bank/,
      ],
    ],
  ] as const)('is told in %s, account masked', (language, expected) => {
    const text = historyOf(life, CLAIM, VERSIONS, language).flatMap((line) => line.text);
    expect(text).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
    expect(text.join()).not.toContain(CLAIM.account.number);
  });

  it('has of another agreement of the number no more than that it met this one', () => {
    const met = turnsOf(say.establish(), say.establish(OTHER));
    const ours = historyOf(met, CLAIM, VERSIONS, 'en').flatMap(({ text }) => text);
    expect(ours).toEqual([
      expect.stringMatching(/^formal/),
      expect.stringMatching(/^a case was opened C-[0-9a-f]{16} \(another relation stands\)$/),
    ]);
    const theirs = historyOf(met, OTHER, VERSIONS, 'en').flatMap(({ text }) => text);
    expect(theirs).toEqual([expect.stringMatching(/^a case was opened C-\S+ \(another relation stands\): ICBC B7/)]);
  });
});
