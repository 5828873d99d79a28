import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Every way in which an application says no. Codes are stable: people, steps and the console branch on them. */
export const refusals = {
  applicationUnknown: (): Refusal =>
    refuse('missing', 'ApplicationUnknown', 'There is no application with this number.', { field: 'application' }),
  applicationExists: (): Refusal =>
    refuse('conflict', 'ApplicationExists', 'An application with this number has been drafted before.', {
      field: 'application',
      action: 'Take another number, or edit the lines of the one that is there.',
    }),
  applicationEnded: (): Refusal =>
    refuse('conflict', 'ApplicationEnded', 'The application is completed or cancelled; nothing can be changed.'),
  notDraft: (): Refusal =>
    refuse('conflict', 'NotDraft', 'The application has been submitted.', {
      action: 'Correct single lines once they are rejected, or cancel the application.',
    }),
  notSubmitted: (): Refusal =>
    refuse('conflict', 'NotSubmitted', 'The application is still a draft.', { action: 'Submit it first.' }),
  duplicateLine: (no: number): Refusal =>
    refuse('invalid', 'DuplicateLine', 'A line number occurs twice.', { field: `lines/${no}` }),
  tooManyCards: (): Refusal =>
    refuse('invalid', 'TooManyCards', 'The application asks for more than 10,000,000 cards.', {
      field: 'lines',
      action: 'Make several applications of it.',
    }),
  unknownLine: (no: number): Refusal =>
    refuse('invalid', 'UnknownLine', 'The application has no such line.', { field: `lines/${no}` }),
  roundMismatch: (no: number): Refusal =>
    refuse('conflict', 'RoundMismatch', 'The line is in another round.', { field: `lines/${no}` }),
  lineOutOfStage: (no: number): Refusal =>
    refuse('conflict', 'LineOutOfStage', 'The line is not at the stage where this can happen.', {
      field: `lines/${no}`,
    }),
  checkDoesNotAddUp: (no: number): Refusal =>
    refuse('invalid', 'CheckDoesNotAddUp', 'Numbers found and missing do not add up to the quantity of the line.', {
      field: `lines/${no}`,
    }),
  fileOutOfStage: (): Refusal =>
    refuse('conflict', 'FileOutOfStage', 'No line of this round is at the stage that this file belongs to.', {
      field: 'file',
    }),
  tooManyFiles: (): Refusal =>
    refuse('exhausted', 'TooManyFiles', 'The application has as many files as it can keep.', { field: 'file' }),
  validationContradicts: (no: number): Refusal =>
    refuse('conflict', 'ValidationContradicts', 'The line has been decided otherwise before, or twice in this file.', {
      field: `lines/${no}`,
    }),
  cardFileExceedsLine: (no: number): Refusal =>
    refuse('conflict', 'CardFileExceedsLine', 'The card-making file holds more cards than the line has open.', {
      field: `lines/${no}`,
    }),
  cardFileUnknown: (): Refusal =>
    refuse('missing', 'CardFileUnknown', 'The application has no such card-making file.', { field: 'file' }),
  splitDoesNotCover: (no: number): Refusal =>
    refuse('invalid', 'SplitDoesNotCover', 'The parts do not hold exactly the rows that the file has for the line.', {
      field: `lines/${no}`,
      action: 'Give each row of the card-making file to exactly one part.',
    }),
  duplicatePart: (part: number): Refusal =>
    refuse('invalid', 'DuplicatePart', 'A part number of this round occurs twice.', { field: `parts/${part}` }),
  vendorNotNamed: (part: number): Refusal =>
    refuse('invalid', 'VendorNotNamed', 'The vendor of the part is not among those of the application.', {
      field: `parts/${part}`,
    }),
  tooManyParts: (): Refusal =>
    refuse('exhausted', 'TooManyParts', 'The application would have more parts than it can keep.', { field: 'parts' }),
  splitFixed: (): Refusal =>
    refuse('conflict', 'SplitFixed', 'A part of this card-making file has been sent or cancelled.', {
      action: 'Cancel single parts instead.',
    }),
  partUnknown: (): Refusal => refuse('missing', 'PartUnknown', 'The application has no such part.', { field: 'part' }),
  partCancelled: (): Refusal => refuse('conflict', 'PartCancelled', 'The part has been cancelled.', { field: 'part' }),
  partNotSent: (): Refusal =>
    refuse('conflict', 'PartNotSent', 'The part has not been sent to its vendor.', { field: 'part' }),
  posNotReceived: (): Refusal =>
    refuse('conflict', 'PosNotReceived', 'This POS file is not the one that reports the part.', { field: 'file' }),
  posAlreadyCounted: (): Refusal =>
    refuse('conflict', 'PosAlreadyCounted', 'Cards of this POS file have been counted; it cannot be refused whole.', {
      field: 'file',
    }),
  chunkOutOfOrder: (): Refusal =>
    refuse('conflict', 'ChunkOutOfOrder', 'Chunks of a file are posted one after another.', { field: 'chunk' }),
  chunkAfterLast: (): Refusal =>
    refuse('conflict', 'ChunkAfterLast', 'The last chunk of this file has been posted.', { field: 'chunk' }),
  fileKindChanged: (): Refusal =>
    refuse('conflict', 'FileKindChanged', 'This file has been posted as another kind.', { field: 'kind' }),
  progressExceedsPart: (no: number): Refusal =>
    refuse('conflict', 'ProgressExceedsPart', 'The chunk reports more cards than the part holds for the line.', {
      field: `counts/${no}`,
    }),
  partsAtVendor: (): Refusal =>
    refuse('conflict', 'PartsAtVendor', 'Parts have been sent to vendors.', {
      action: 'Cancel the parts that vendors give back; the rest is reported and completed.',
    }),
  booksOpen: (): Refusal =>
    refuse('conflict', 'BooksOpen', 'Cards are not accounted for yet.', {
      action: 'Wait for the reports, correct or drop rejected lines, cancel parts that will not come.',
    }),
} as const;
