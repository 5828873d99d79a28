import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why the books of a partner, or the period of an agreement, say no. */

export const booksRefusals = {
  notOpened: (): Refusal =>
    refuse('missing', 'BooksUnknown', 'There are no books of this partner.', { action: 'Open them with their zone.' }),
  differ: (): Refusal =>
    refuse('conflict', 'BooksDiffer', 'The books are open for another partner or in another zone.', { field: 'zone' }),
  chunkDiffers: (): Refusal =>
    refuse('conflict', 'ChunkDiffers', 'This chunk of the file was posted with other content.', { field: 'chunk' }),
  fileBalanced: (): Refusal =>
    refuse('conflict', 'FileBalanced', 'The file has its audit line: nothing can be added to it.', { field: 'file' }),
  tooManyFiles: (): Refusal =>
    refuse('exhausted', 'TooManyFiles', 'The books remember as many files as they can.', {
      action: 'Split the partner’s books by the number’s last digits.',
    }),
  booksFull: (): Refusal =>
    refuse('exhausted', 'BooksFull', 'The days that are kept have as many lines as they can.', {
      action: 'Archive days that are in a statement, or split the partner’s books by the number’s last digits.',
    }),
  futureRecord: (index: number): Refusal =>
    refuse('invalid', 'FutureRecord', 'A record is of a day that has not begun in the tenant’s zone.', {
      field: `entries/${index}/atMs`,
    }),
  doesNotAddUp: (what: string, expected: number, got: number): Refusal =>
    refuse('conflict', 'DoesNotAddUp', `${what}: ${got} instead of ${expected}.`, {
      field: what,
      action: 'Find the records that are missing or counted twice; nothing was changed.',
    }),
  auditDiffers: (): Refusal =>
    refuse('conflict', 'AuditDiffers', 'The file has another audit line.', { field: 'file' }),
  dayNotOver: (): Refusal =>
    refuse('conflict', 'DayNotOver', 'The day is not over in the tenant’s zone.', { field: 'day' }),
  dayOutOfOrder: (next: string): Refusal =>
    refuse('conflict', 'DayOutOfOrder', `Days close in order: ${next} is next.`, { field: 'day' }),
  notClosed: (): Refusal =>
    refuse('conflict', 'DayNotClosed', 'Days that are not closed cannot be archived.', { field: 'through' }),
} as const;

export const periodRefusals = {
  unknown: (): Refusal => refuse('missing', 'PeriodUnknown', 'There is no such period.', { action: 'Open it.' }),
  invalidPeriod: (): Refusal =>
    refuse('invalid', 'InvalidPeriod', 'A period is a whole calendar month, or a whole quarter.', { field: 'from' }),
  notMonthly: (): Refusal =>
    refuse('invalid', 'UsageReportsMonthly', 'Usage reports are of a month: such a period is a calendar month.', {
      field: 'frequency',
    }),
  rateTwice: (currency: string): Refusal =>
    refuse('invalid', 'RateTwice', `There are two rates for ${currency}.`, { field: 'rates' }),
  rateOfOwn: (currency: string): Refusal =>
    refuse('invalid', 'RateOfOwnCurrency', `${currency} is the agreement’s own currency: it has no rate.`, {
      field: 'rates',
    }),
  tooMany: (what: string, most: number): Refusal =>
    refuse('exhausted', 'TooMany', `A period has at most ${most} ${what}.`),
  termsDiffer: (): Refusal => refuse('conflict', 'TermsDiffer', 'The period was opened with other terms.'),
  wrongStage: (stage: string): Refusal =>
    refuse('conflict', 'WrongStage', `The period is ${stage}.`, { action: 'Look at its stage first.' }),
  dayOutside: (): Refusal => refuse('invalid', 'DayOutside', 'The day is not one of the period.', { field: 'day' }),
  dayDiffers: (): Refusal =>
    refuse('conflict', 'DayDiffers', 'This day was added with other sums: a closed day does not change.', {
      field: 'day',
    }),
  rateMissing: (currency: string, decimals: number): Refusal =>
    refuse('invalid', 'RateMissing', `The period has no rate for ${currency} with ${decimals} decimals.`, {
      field: 'rates',
    }),
  dayMissing: (book: string, day: string): Refusal =>
    refuse('conflict', 'DayMissing', `Book ${book} has not closed ${day}.`, { field: 'books' }),
  notFinance: (): Refusal => refuse('denied', 'NotFinance', 'Finance approves, rejects and reopens a statement.'),
  notTolerated: (): Refusal =>
    refuse('conflict', 'NotTolerated', 'There is no comparison with the partner’s statement within tolerance.', {
      field: 'despite',
      action: 'Compare it, reject it, or say why it is approved despite that.',
    }),
  notReconciled: (open: number, first: string | null): Refusal =>
    refuse(
      'conflict',
      'NotReconciled',
      first === null
        ? 'Fees of this agreement are settled by reconciled records alone, and no detail of the partner was compared.'
        : `Fees of this agreement are settled by reconciled records alone: ${open} differ and no case has settled them, first ${first}.`,
      {
        field: 'despite',
        action:
          'Hand in the partner’s detail and settle each difference by a case, or have two persons of finance say why it is approved despite that.',
      },
    ),
  casesOpen: (cases: ReadonlyArray<string>): Refusal =>
    refuse('conflict', 'CasesOpen', `Cases of the period are open: ${cases.slice(0, 10).join(', ')}.`, {
      field: 'despite',
      action: 'Have them settled, or say why it is approved despite that.',
    }),
  samePerson: (): Refusal => refuse('denied', 'SamePerson', 'An amount of this size is approved by a second person.'),
  instructionDiffers: (): Refusal =>
    refuse('conflict', 'InstructionDiffers', 'The period has another instruction.', { field: 'id' }),
  nothingToPay: (): Refusal => refuse('conflict', 'NothingToPay', 'Both directions are even: close the period.'),
  wrongCurrency: (expected: string): Refusal =>
    refuse('invalid', 'WrongCurrency', `The instruction is in ${expected}.`, { field: 'currency' }),
  confirmationDiffers: (): Refusal =>
    refuse('conflict', 'ConfirmationDiffers', 'This confirmation was recorded with another amount or day.', {
      field: 'id',
    }),
  notPaid: (): Refusal => refuse('conflict', 'NotPaid', 'The amount is not confirmed in full.'),
} as const;
