import { expect, it } from 'vitest';
import { running } from '../../test/support/facts.ts';
import { CLAIM, OTHER, say } from '../../test/support/mandates.ts';
import { LIMITS } from './limits.ts';
import { numberDecider } from './number.ts';
import { mandateRefusals } from './refusals.ts';
import type { NumberCommand } from './schema.ts';

/** Every refusal of a number, each with what leads to it. */

const request = say.request();
const formal = [say.request(), say.establish()];
const nobodysCase: NumberCommand = { _tag: 'Resolve', case: 'C-0', action: 'keepOurs', note: 'x' };
const bill = (terms = { ...CLAIM.terms, thresholdMinor: null, amountMinor: null }) =>
  say.establish({ ...CLAIM, userType: 'postpaid', terms });

const TABLE: ReadonlyArray<readonly [string, ReadonlyArray<NumberCommand>, NumberCommand]> = [
  ['MandateUnknown', [], say.cancel('hall')],
  ['MandateUnknown', [], say.confirmCancel()],
  ['MandateUnknown', [], say.rejectCancel()],
  ['MandateUnknown', [], say.changeTerms(CLAIM.terms)],
  ['MandateUnknown', formal, say.cancel('staff', OTHER)],
  ['MessageConflict', [request], { ...request, mandate: { ...request.mandate, agreement: 'A2' } }],
  ['MessageConflict', [request], { ...say.establish(), message: request.message }],
  ['NotCancelling', formal, say.confirmCancel()],
  ['NotCancelling', [say.request()], say.rejectCancel()],
  ['CaseUnknown', formal, nobodysCase],
  ['ChargeUnknown', formal, say.recordCharge('t1', 'paid')],
  ['ChargeSettled', [bill(), say.payBill('b1'), say.recordCharge('b1', 'failed')], say.recordCharge('b1', 'paid')],
];

it.each(TABLE)('refuses with %s (%#)', (code, before, command) => {
  const number = running(numberDecider, 'n');
  for (const each of before) number.must(each);
  expect(number.ask(command)).toBe(code);
});

it('refuses with NumberCrowded when as many cases are open as there may be', () => {
  const number = running(numberDecider, 'n');
  number.must(say.establish(OTHER));
  const claim = (n: number) => say.establish({ ...CLAIM, agreement: `A${n}` });
  for (let n = 1; n <= LIMITS.cases; n += 1) number.must(claim(n));
  expect(number.ask(claim(LIMITS.cases + 1))).toBe('NumberCrowded');
});

it('has a test for every refusal', () => {
  const elsewhere = ['NumberCrowded', 'SecondPersonNeeded'];
  const tested = new Set([...TABLE.map(([code]) => code), ...elsewhere]);
  expect(Object.values(mandateRefusals).map((make) => make().code)).toEqual(
    expect.arrayContaining([...tested].map((code) => code)),
  );
  expect(tested.size).toBe(Object.keys(mandateRefusals).length);
});
