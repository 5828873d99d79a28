import { type Refusal, refuse } from '../kernel/refusal.ts';

/**
 * What a number's actor refuses: messages that can have no effect as they are. A "no" that a partner is to be told is no
 * refusal but an answer, since it must be the same when the message comes again.
 */
export const mandateRefusals = {
  unknown: (): Refusal => refuse('missing', 'MandateUnknown', 'There is no such mandate of this number.'),
  messageConflict: (): Refusal =>
    refuse('conflict', 'MessageConflict', 'Another message has come under this id.', {
      field: 'message',
      action: 'Give a message that differs an id of its own.',
    }),
  crowded: (): Refusal =>
    refuse('exhausted', 'NumberCrowded', 'As many cases of this number are open as it can have.', {
      action: 'Have them resolved first.',
    }),
  notCancelling: (): Refusal => refuse('conflict', 'NotCancelling', 'The relation is not being cancelled.'),
  caseUnknown: (): Refusal => refuse('missing', 'CaseUnknown', 'There is no such open case.'),
  secondPersonNeeded: (): Refusal =>
    refuse('conflict', 'SecondPersonNeeded', 'Another person than the one who proposed it decides this case.'),
  chargeUnknown: (): Refusal => refuse('missing', 'ChargeUnknown', 'There is no such charge, or not in this attempt.'),
  chargeSettled: (): Refusal =>
    refuse('conflict', 'ChargeSettled', 'The charge has been settled otherwise before.', {
      action: 'Reverse what the bank has done, or ask a person.',
    }),
} as const;
