import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INS } from './commands.ts';
import { type CardClass, refusalOf, STATUS_WORDS, statusOf } from './status-word.ts';

/** Status, class, instruction → name, outcome, what has changed, count. */
const CASES: readonly (readonly [string, CardClass, number, string, string, string, number | undefined])[] = [
  ['9000', 'uicc', INS.updateBinary, 'Ok', 'done', 'done', undefined],
  ['910b', 'uicc', INS.updateBinary, 'OkProactivePending', 'done', 'done', undefined],
  ['9203', 'gsm', INS.updateBinary, 'OkAfterRetries', 'done', 'done', 3],
  ['9240', 'gsm', INS.updateBinary, 'MemoryProblem', 'refused', 'unknown', undefined],
  ['9240', 'uicc', INS.updateBinary, 'OkTransferOngoing', 'done', 'done', undefined],
  ['9300', 'gsm', INS.select, 'ToolkitBusy', 'refused', 'nothing', undefined],
  ['9f16', 'gsm', INS.select, 'ResponseWaiting', 'more', 'done', 22],
  ['612b', 'uicc', INS.select, 'ResponseWaiting', 'more', 'done', 43],
  ['6100', 'uicc', INS.select, 'ResponseWaiting', 'more', 'done', 256],
  ['6c0a', 'uicc', INS.readBinary, 'WrongLe', 'repeat', 'nothing', 10],
  ['6c00', 'uicc', INS.readBinary, 'WrongLe', 'repeat', 'nothing', 256],
  ['6282', 'uicc', INS.readBinary, 'EndOfFile', 'warning', 'nothing', undefined],
  ['6283', 'uicc', INS.select, 'FileDeactivated', 'warning', 'nothing', undefined],
  ['63c2', 'uicc', INS.verify, 'WrongCode', 'refused', 'counter', 2],
  ['63c0', 'uicc', INS.verify, 'WrongCode', 'refused', 'counter', 0],
  ['63c2', 'uicc', INS.updateBinary, 'OkAfterRetries', 'done', 'done', 2],
  ['6300', 'uicc', INS.externalAuthenticate, 'VerificationFailed', 'refused', 'counter', undefined],
  ['6400', 'uicc', INS.updateBinary, 'FailedUnchanged', 'refused', 'nothing', undefined],
  ['6500', 'uicc', INS.updateBinary, 'FailedChanged', 'refused', 'unknown', undefined],
  ['6581', 'uicc', INS.updateBinary, 'MemoryProblem', 'refused', 'unknown', undefined],
  ['6700', 'uicc', INS.verify, 'WrongLength', 'refused', 'nothing', undefined],
  ['6703', 'gsm', INS.readBinary, 'WrongLength', 'refused', 'nothing', undefined],
  ['6881', 'uicc', INS.select, 'ChannelNotSupported', 'refused', 'nothing', undefined],
  ['6900', 'uicc', INS.updateBinary, 'NotAllowed', 'refused', 'nothing', undefined],
  ['6982', 'uicc', INS.updateBinary, 'SecurityStatusNotSatisfied', 'refused', 'nothing', undefined],
  ['6983', 'uicc', INS.verify, 'Blocked', 'refused', 'nothing', undefined],
  ['6985', 'uicc', INS.authenticate, 'ConditionsNotSatisfied', 'refused', 'nothing', undefined],
  ['6a82', 'uicc', INS.select, 'FileNotFound', 'refused', 'nothing', undefined],
  ['6a83', 'uicc', INS.readRecord, 'RecordNotFound', 'refused', 'nothing', undefined],
  ['6b00', 'gsm', INS.readBinary, 'WrongP1P2', 'refused', 'nothing', undefined],
  ['6d00', 'uicc', 0x99, 'UnknownInstruction', 'refused', 'nothing', undefined],
  ['6e00', 'gsm', INS.select, 'WrongClass', 'refused', 'nothing', undefined],
  ['6f00', 'uicc', INS.updateBinary, 'TechnicalProblem', 'refused', 'unknown', undefined],
  ['9404', 'gsm', INS.select, 'FileNotFound', 'refused', 'nothing', undefined],
  ['9804', 'gsm', INS.updateBinary, 'AccessConditionNotFulfilled', 'refused', 'nothing', undefined],
  ['9804', 'gsm', INS.verify, 'AccessConditionNotFulfilled', 'refused', 'counter', undefined],
  ['9840', 'gsm', INS.verify, 'Blocked', 'refused', 'counter', undefined],
  ['9862', 'uicc', INS.authenticate, 'AuthenticationMacWrong', 'refused', 'nothing', undefined],
  ['9404', 'uicc', INS.select, 'UnknownStatus', 'refused', 'unknown', undefined],
  ['1234', 'uicc', INS.select, 'UnknownStatus', 'refused', 'unknown', undefined],
];

describe('status words', () => {
  it.each(CASES)('%s on a %s card after %i is %s', (sw, cardClass, ins, name, outcome, effect, count) => {
    const found = statusOf(Number.parseInt(sw, 16), cardClass, ins);
    expect([found.name, found.outcome, found.effect, found.count]).toEqual([name, outcome, effect, count]);
  });

  it('has a row for each word once per class', () => {
    for (const on of ['gsm', 'uicc'] as const) {
      const words = STATUS_WORDS.filter((row) => row[1] === 'both' || row[1] === on).map(([word]) => word);
      expect(words.length).toBe(new Set(words).size);
    }
  });

  it('names every word, and never takes an unknown one for success', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.constantFrom('gsm', 'uicc'),
        fc.integer({ min: 0, max: 255 }),
        (sw, on, ins) => {
          const found = statusOf(sw, on as CardClass, ins);
          expect(found.name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
          if (found.name === 'UnknownStatus') expect([found.outcome, found.effect]).toEqual(['refused', 'unknown']);
          if (found.outcome === 'done') expect(found.effect).toBe('done');
        },
      ),
    );
  });

  it('becomes a refusal that says what the card meant', () => {
    expect(refusalOf(statusOf(0x63c2, 'uicc', INS.verify), 'adm')).toEqual({
      _tag: 'Refusal',
      kind: 'denied',
      code: 'CardWrongCode',
      message: 'The card answered 63C2: the code is wrong, tries left: 2.',
      field: 'adm',
    });
    expect(refusalOf(statusOf(0x9404, 'gsm', INS.select))).toMatchObject({ kind: 'missing', code: 'CardFileNotFound' });
    expect(refusalOf(statusOf(0x6a84, 'uicc', INS.select))).toMatchObject({ kind: 'exhausted' });
  });
});
