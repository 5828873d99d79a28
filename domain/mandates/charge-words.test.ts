import { expect, it } from 'vitest';
import { chargeKey, orderId, outcomeOfOrder, outcomeOfQuery, outcomeOfReversal, reversalId } from './charge-words.ts';
import { RESULT_CODES } from './messages/results.ts';

it.each([
  ['Done', 'paid'],
  ['OutcomeUnknown', 'unknown'],
  ['Manual', 'unknown'],
  ['Busy', 'unknown'],
  ['MessageDiffers', 'unknown'],
  ['PaymentUnknown', 'reversed'],
  ['InsufficientFunds', 'failed'],
  ['AccountNotNormal', 'failed'],
  ['LimitExceeded', 'failed'],
  ['RelationUnknown', 'failed'],
] as const)('an order answered %s is %s', (result, outcome) => {
  expect(outcomeOfOrder(result)).toBe(outcome);
});

it('is paid by Done alone, and reversed by no word that leaves it open', () => {
  for (const code of RESULT_CODES) {
    expect(outcomeOfOrder(code) === 'paid').toBe(code === 'Done');
    expect(outcomeOfReversal(code) === 'reversed').toBe(code === 'Done' || code === 'PaymentUnknown');
    expect(outcomeOfQuery({ result: code, state: null })).toBe(code === 'PaymentUnknown' ? 'never' : 'unknown');
  }
  for (const state of ['paid', 'failed', 'reversed', 'unknown'] as const) {
    expect(outcomeOfQuery({ result: 'Done', state })).toBe(state);
  }
});

it('names an attempt for ever, and each attempt otherwise', () => {
  const first = { number: 'a'.repeat(32), charge: 'BILL-2026-11-8613800138000', attempt: 1 };
  expect(orderId(first)).toBe(orderId({ ...first }));
  expect(orderId(first)).toMatch(/^P:[a:0-9a-f]{32}:[0-9a-f]{16}:1$/);
  expect(reversalId(first)).toBe(`V:${chargeKey(first)}`);
  for (const other of [{ attempt: 2 }, { charge: 'x' }, { number: 'b'.repeat(32) }]) {
    expect(orderId({ ...first, ...other })).not.toBe(orderId(first));
  }
  expect(orderId(first)).not.toContain('138');
});
