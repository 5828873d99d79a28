import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why a case of clearing says no. */

export const caseRefusals = {
  unknown: (): Refusal => refuse('missing', 'CaseUnknown', 'There is no such case.'),
  wrongStatus: (status: string): Refusal =>
    refuse('conflict', 'WrongStatus', `The case is ${status}.`, { action: 'Look at it again.' }),
  notYours: (): Refusal =>
    refuse('denied', 'NotTaken', 'Only who works on a case says how it is settled.', { action: 'Take it first.' }),
  samePerson: (): Refusal => refuse('denied', 'SamePerson', 'Where money moves, a second person approves.'),
  recordMissing: (): Refusal =>
    refuse('conflict', 'RecordMissing', 'We do not have the record: what is not there cannot be adjusted.', {
      field: 'resolution',
      action: 'Have the partner send its file again, and import it.',
    }),
  currencyDiffers: (): Refusal =>
    refuse('conflict', 'CurrencyDiffers', 'The two lines are in different currencies.', {
      field: 'resolution',
      action: 'Have the partner send the record again, or write it off.',
    }),
  amountNeeded: (): Refusal =>
    refuse('invalid', 'AmountNeeded', 'What is wrong is adjusted by an amount, of a record.', { field: 'amountMinor' }),
  recordNeeded: (): Refusal =>
    refuse('invalid', 'RecordNeeded', 'An adjustment is of a record.', {
      field: 'record',
      action: 'Choose one of those that the case is traced to.',
    }),
  amountNotAllowed: (): Refusal =>
    refuse(
      'invalid',
      'AmountNotAllowed',
      'Nothing is adjusted when ours is right; of a difference the amount is known.',
      {
        field: 'amountMinor',
      },
    ),
  noDifference: (): Refusal =>
    refuse('conflict', 'NoDifference', 'The case is not of a record that differs: nothing was measured of it.', {
      action: 'Trace it to its records.',
    }),
  measuredNotAllowed: (): Refusal =>
    refuse('invalid', 'MeasuredNotAllowed', 'What was measured belongs to a difference of a record.', {
      field: 'measured',
    }),
  noSuchDifference: (): Refusal =>
    refuse('missing', 'DifferenceUnknown', 'This record is not among the differences of the period’s newest detail.', {
      field: 'record',
      action: 'Look at the file detailDifferences of the period.',
    }),
} as const;
