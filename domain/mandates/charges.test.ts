import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor } from '../../test/support/facts.ts';
import { CLAIM, NUMBER, OTHER, POSTPAID, RULES, say } from '../../test/support/mandates.ts';
import { numberDecider } from './number.ts';
import type { NumberCommand, NumberReply } from './schema.ts';

/** Money by a formal relation: once per trigger, within the limits, and what is not known is asked for. */

/** 2025-11-23 16:00 in China. */
const START = Date.UTC(2025, 10, 23, 8);
const DAY = 86_400_000;

const having = (...commands: ReadonlyArray<NumberCommand>) => {
  let state = numberDecider.initial;
  let nowMs = START;
  const ask = (command: NumberCommand): NumberReply | string => {
    const decision = numberDecider.decide(state, command, { ...factsFor('n'), nowMs });
    if (decision._tag === 'Refusal') return decision.code;
    state = decision.events.reduce(numberDecider.evolve, state);
    return decision.reply as NumberReply;
  };
  for (const command of commands) ask(command);
  return {
    ask,
    state: () => state,
    later: (ms: number) => {
      nowMs += ms;
      return nowMs;
    },
  };
};
const prepaid = () => having(say.establish());
const postpaid = () => having(say.establish({ ...CLAIM, userType: 'postpaid', terms: POSTPAID }));
const wordOf = (reply: NumberReply | string) =>
  typeof reply === 'string' ? reply : `${reply.word}/${reply.charge?.status ?? reply.code}`;

describe('a balance under the threshold', () => {
  it('tops up once per trigger, however often and in whatever words it is told', () => {
    const number = prepaid();
    const trigger = say.topUp('t1', START);
    expect(number.ask(trigger)).toMatchObject({ changed: true, charge: { amountMinor: 5_000, status: 'asked' } });
    expect(number.ask(trigger)).toMatchObject({ changed: false });
    expect(wordOf(number.ask(say.topUp('t1', START)))).toBe('charge/asked');
    number.ask(say.recordCharge('t1', 'paid'));
    expect(wordOf(number.ask(say.topUp('t1', START)))).toBe('charge/paid');
    expect(number.state().charges).toHaveLength(1);
  });

  it.each<readonly [string, () => ReturnType<typeof having>, NumberCommand]>([
    ['NotFormal', () => having(), say.topUp('t1', START)],
    ['NotFormal', () => having(say.request()), say.topUp('t1', START)],
    ['NotFormal', () => having(say.establish(), say.cancel()), say.topUp('t1', START)],
    ['NotPrepaid', postpaid, say.topUp('t1', START)],
    ['NotPostpaid', prepaid, say.payBill('b1')],
    ['Stopped', () => having(say.establish(), say.stop()), say.topUp('t1', START)],
    [
      'NotAutomatic',
      () => having(say.establish({ ...CLAIM, terms: { ...CLAIM.terms, automaticPayment: false } })),
      say.topUp('t1', START),
    ],
    ['AboveThreshold', prepaid, say.topUp('t1', START, 1_000)],
    ['TooLate', prepaid, say.topUp('t1', START - DAY - 1)],
    ['NothingToPay', postpaid, say.payBill('b1', 0)],
    ['DayLimit', postpaid, say.payBill('b1', 20_001)],
    ['ChargeOpen', () => having(say.establish(), say.topUp('t0', START)), say.topUp('t1', START)],
    [
      'ChargeOpen',
      () => having(say.establish(), say.topUp('t0', START), say.recordCharge('t0', 'unknown')),
      say.topUp('t1', START),
    ],
  ])('or a bill is not charged: %s (%#)', (code, make, command) =>
    expect(make().ask(command)).toMatchObject({ word: 'notCharged', code, charge: null }),
  );

  it('stays within the limits of the day and of the month, in China’s time', () => {
    const number = prepaid();
    let at = START;
    const pay = (trigger: string) => {
      const word = wordOf(number.ask(say.topUp(trigger, at)));
      number.ask(say.recordCharge(trigger, 'paid'));
      return word;
    };
    expect(['a', 'b', 'c', 'd', 'e'].map(pay)).toEqual([...Array(4).fill('charge/asked'), 'notCharged/DayLimit']);
    // 23:59:59 in China, then midnight there, while it is 16:00 in UTC.
    at = number.later(8 * 3_600_000 - 1_000);
    expect(pay('f')).toBe('notCharged/DayLimit');
    at = number.later(1_000);
    expect(['g', 'h', 'i', 'j'].map(pay)).toEqual(Array(4).fill('charge/asked'));
    at = number.later(DAY);
    expect(['k', 'l', 'm', 'n'].map(pay)).toEqual(Array(4).fill('charge/asked'));
    at = number.later(DAY);
    expect(pay('o')).toBe('notCharged/MonthLimit');
    at = number.later(6 * DAY);
    expect(pay('p')).toBe('charge/asked');
  });

  it('does not count what has failed or was reversed', () => {
    const number = prepaid();
    for (const [trigger, outcome] of [
      ['a', 'failed'],
      ['b', 'reversed'],
      ['c', 'failed'],
      ['d', 'failed'],
      ['e', 'paid'],
    ] as const) {
      expect(wordOf(number.ask(say.topUp(trigger, START)))).toBe('charge/asked');
      number.ask(say.recordCharge(trigger, outcome));
    }
  });
});

describe('a bill', () => {
  it('pays once; one that the bank refused may be tried again, five times in all', () => {
    const number = postpaid();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(number.ask(say.payBill('202511'))).toMatchObject({ charge: { attempt, status: 'asked' } });
      number.ask(say.recordCharge('202511', 'failed', attempt));
    }
    expect(wordOf(number.ask(say.payBill('202511')))).toBe('notCharged/TooManyAttempts');
    number.ask(say.payBill('202512'));
    number.ask(say.recordCharge('202512', 'paid'));
    expect(number.ask(say.payBill('202512'))).toMatchObject({ changed: false, charge: { status: 'paid', attempt: 1 } });
  });

  it.each<readonly [string, ReadonlyArray<NumberCommand>, NumberCommand]>([
    ['ChargeUnknown', [], say.recordCharge('b1', 'paid')],
    ['ChargeUnknown', [say.payBill('b1')], say.recordCharge('b1', 'paid', 2)],
    ['ChargeSettled', [say.payBill('b1'), say.recordCharge('b1', 'paid')], say.recordCharge('b1', 'failed')],
    ['ChargeSettled', [say.payBill('b1'), say.recordCharge('b1', 'reversed')], say.recordCharge('b1', 'paid')],
    ['charge/unknown', [say.payBill('b1')], say.recordCharge('b1', 'unknown')],
    ['charge/paid', [say.payBill('b1'), say.recordCharge('b1', 'unknown')], say.recordCharge('b1', 'paid')],
    ['charge/reversed', [say.payBill('b1'), say.recordCharge('b1', 'unknown')], say.recordCharge('b1', 'reversed')],
    ['charge/paid', [say.payBill('b1'), say.recordCharge('b1', 'paid')], say.recordCharge('b1', 'unknown')],
  ])('is settled by the bank’s word: %s (%#)', (word, before, command) => {
    const number = postpaid();
    for (const each of before) number.ask(each);
    expect(wordOf(number.ask(command))).toBe(word);
  });

  it('is settled also when the relation has ended meanwhile, and nothing new is charged', () => {
    const number = postpaid();
    number.ask(say.payBill('b1'));
    number.ask(say.cancel());
    expect(wordOf(number.ask(say.recordCharge('b1', 'paid')))).toBe('charge/paid');
    expect(wordOf(number.ask(say.payBill('b2')))).toBe('notCharged/NotFormal');
  });

  it('is not paid while the user has stopped charges, and is when they are wanted again', () => {
    const number = postpaid();
    expect(wordOf(number.ask(say.stop()))).toBe('stopped/null');
    expect(number.ask(say.stop())).toMatchObject({ changed: false });
    expect(wordOf(number.ask(say.payBill('b1')))).toBe('notCharged/Stopped');
    expect(wordOf(number.ask(say.resume()))).toBe('resumed/null');
    expect(wordOf(number.ask(say.payBill('b1')))).toBe('charge/asked');
  });
});

describe('whatever comes in whatever order', () => {
  const trigger = fc.constantFrom('t1', 't2', 't3', 't4');
  const step = fc.oneof(
    fc.record({ what: fc.constant('trigger' as const), trigger }),
    fc.record({ what: fc.constantFrom('paid', 'failed', 'unknown', 'reversed'), trigger }),
    fc.record({ what: fc.constantFrom('stop', 'resume', 'cancel', 'establish'), trigger }),
    fc.record({ what: fc.constant('wait' as const), trigger }),
  );

  it('a trigger is charged once and the sum of a day stays within its limit', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (all) => {
        const number = prepaid();
        let at = START;
        const begun = new Map<string, number>();
        for (const { what, trigger: id } of all) {
          if (what === 'wait') at = number.later(3_600_000);
          else if (what === 'trigger') {
            const reply = number.ask(say.topUp(id, at));
            if (typeof reply !== 'string' && reply.changed) begun.set(id, (begun.get(id) ?? 0) + 1);
          } else if (what === 'stop' || what === 'resume') number.ask(say[what]());
          else if (what === 'cancel') number.ask(say.cancel('hall'));
          else if (what === 'establish') number.ask(say.establish(OTHER));
          else number.ask(say.recordCharge(id, what));
          const kept = number.state().charges.filter(({ status }) => status !== 'failed' && status !== 'reversed');
          expect(kept.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBeLessThanOrEqual(
            RULES.charges.dayMinor * (1 + Math.ceil((at - START) / DAY)),
          );
          expect(
            number.state().charges.filter(({ status }) => status === 'asked' || status === 'unknown').length,
          ).toBeLessThan(2);
        }
        expect([...begun.values()].every((times) => times === 1)).toBe(true);
        expect(number.state().number).toBe(NUMBER);
      }),
    ));
});

it('keeps bills for ever, and top-ups for as long as a message could mean them', () => {
  const number = prepaid();
  let at = START;
  for (let day = 0; day < 120; day += 1) {
    number.ask(say.topUp(`d${day}`, at));
    number.ask(say.recordCharge(`d${day}`, 'failed'));
    at = number.later(DAY);
  }
  const kept = number.state().charges;
  expect(kept.length).toBeLessThan(64);
  expect(kept.at(-1)?.id).toBe('d119');
});
