import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why a document of terms says no; what is wrong inside one is told by `domain/roaming/rating/refusals.ts`. */
export const termsRefusals = {
  unknown: (): Refusal =>
    refuse('missing', 'TermsUnknown', 'There are no such terms.', { action: 'Look at the list, or propose them.' }),
  revisionUnknown: (): Refusal =>
    refuse('missing', 'RevisionUnknown', 'The terms have no such revision.', { field: 'revision' }),
  nothingInForce: (): Refusal =>
    refuse('missing', 'NothingInForce', 'No revision of the terms is approved.', {
      action: 'Have the proposed one approved by another person.',
    }),
  notApproved: (): Refusal =>
    refuse('conflict', 'RevisionNotApproved', 'The revision is not approved.', { field: 'revision' }),
  proposalOpen: (): Refusal =>
    refuse('conflict', 'ProposalOpen', 'Another revision is proposed and not decided.', {
      action: 'Approve or reject it first.',
    }),
  sameAsInForce: (): Refusal =>
    refuse('conflict', 'SameAsInForce', 'The document is the one that is in force.', { field: 'document' }),
  alreadyDecided: (): Refusal =>
    refuse('conflict', 'AlreadyDecided', 'The revision was decided otherwise before.', { field: 'revision' }),
  secondPersonNeeded: (): Refusal =>
    refuse('denied', 'SecondPersonNeeded', 'Another person than the one who proposed a revision approves it.'),
  tooManyRevisions: (): Refusal =>
    refuse('exhausted', 'TooManyRevisions', 'The terms have as many revisions as are kept.', {
      action: 'Go on under another name.',
    }),
  otherName: (field: string): Refusal =>
    refuse('invalid', 'OtherName', 'The document is of other terms than those it is proposed for.', { field }),
  codeTaken: (): Refusal =>
    refuse('conflict', 'CodeTaken', 'A partner and an element of our network cannot have the same code.', {
      field: 'document/code',
      action: 'Give it a code of its own: files of both are numbered and kept by it.',
    }),
  bookDigitsFixed: (): Refusal =>
    refuse('invalid', 'BookDigitsFixed', 'The books of a partner stay divided as they are.', {
      field: 'bookDigits',
      action: 'Leave it as it is in force: what is booked lies in books of that many digits.',
    }),
  discountTiered: (field: string): Refusal =>
    refuse('invalid', 'DiscountTiered', 'A discount of the month is everybody’s, and of all numbers.', {
      field,
      action: 'Name no subscribers and no local numbers, or give it one tier, event by event.',
    }),
} as const;
