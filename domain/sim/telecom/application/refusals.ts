import { type Refusal, refuse } from '../../../kernel/refusal.ts';

/** Every way in which a Telecom application says no; what it shares with Unicom's has Unicom's codes. */
export const telecomRefusals = {
  exportedDifferently: (): Refusal =>
    refuse('conflict', 'ExportedDifferently', 'The application has been exported with other files.'),
  notExported: (): Refusal =>
    refuse('conflict', 'NotExported', 'The application is still a draft.', { action: 'Export it first.' }),
  scanMissing: (): Refusal =>
    refuse('conflict', 'ScanMissing', 'The stamped scan of the application is missing.', {
      action: 'Print the PDF form, have it stamped, scan it and hand in the scan.',
    }),
  alreadyMailed: (): Refusal =>
    refuse('conflict', 'AlreadyMailed', 'The letter with the scan is with Telecom.', {
      action: 'Ask for it to be sent once more, then hand in another scan before it goes.',
    }),
  scanReplaced: (): Refusal =>
    refuse('conflict', 'ScanReplaced', 'Another scan has taken the place of the one in this letter.'),
  nothingToSend: (): Refusal => refuse('conflict', 'NothingToSend', 'No letter is waiting to be sent.'),
  tooManyLetters: (): Refusal =>
    refuse('exhausted', 'TooManyLetters', 'The application keeps as many letters as it can.'),
  letterUnknown: (): Refusal =>
    refuse('missing', 'LetterUnknown', 'No letter of the application has this Message-ID.', { field: 'about' }),
  letterDiffers: (): Refusal =>
    refuse('conflict', 'LetterDiffers', 'Another letter with this Message-ID has been taken into account.', {
      field: 'messageId',
    }),
  resultKnown: (): Refusal =>
    refuse('conflict', 'ResultKnown', 'Another result file has been taken into account.', { field: 'file' }),
  resultExceedsLine: (no: number): Refusal =>
    refuse('conflict', 'ResultExceedsLine', 'The result file holds more cards than the line applied for.', {
      field: `lines/${no}`,
    }),
  noResult: (): Refusal => refuse('conflict', 'NoResult', 'Telecom’s result file has not been taken into account.'),
  handedOver: (): Refusal => refuse('conflict', 'HandedOver', 'The result file is with the vendor.'),
  otherVendor: (): Refusal =>
    refuse('conflict', 'OtherVendor', 'Another vendor has been chosen for the application.', { field: 'vendor' }),
  notHandedOver: (): Refusal => refuse('conflict', 'NotHandedOver', 'The vendor does not have the result file yet.'),
} as const;
