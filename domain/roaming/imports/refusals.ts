import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why a partner's file, or the register of its sequence numbers, says no. */

export const importRefusals = {
  fileUnknown: (): Refusal => refuse('missing', 'FileUnknown', 'No file with this content has been received.'),
  contentDiffers: (): Refusal =>
    refuse('invalid', 'ContentDiffers', 'The reference does not belong to the content that the key names.', {
      field: 'ref/sm3',
    }),
  ended: (): Refusal => refuse('conflict', 'FileEnded', 'The file is done, quarantined or discarded.'),
  notPlanned: (): Refusal => refuse('conflict', 'FileNotPlanned', 'Its records have no fates yet.'),
  notCharged: (): Refusal => refuse('conflict', 'FileNotCharged', 'Its subscribers have not been posted to yet.'),
  doesNotAddUp: (expected: number, got: number): Refusal =>
    refuse('conflict', 'DoesNotAddUp', `${got} records have a fate, and ${expected} came in.`, {
      field: 'in',
      action: 'Find the records that are missing or counted twice; nothing was changed.',
    }),
  auditDiffers: (): Refusal =>
    refuse('conflict', 'AuditDiffers', 'The books have another audit line than was planned.', { field: 'rated' }),
  notQuarantined: (): Refusal => refuse('conflict', 'FileNotQuarantined', 'The file is not in quarantine.'),
  notDone: (): Refusal =>
    refuse('conflict', 'FileNotDone', 'The file has not been imported yet.', { action: 'Wait until it is.' }),
  recordNotQuarantined: (): Refusal =>
    refuse('conflict', 'RecordNotQuarantined', 'The record is not in quarantine, or a person has settled it.', {
      field: 'record',
    }),
  recordUnusable: (code: string): Refusal =>
    refuse('invalid', 'RecordUnusable', `The record cannot be rated: ${code}.`, {
      field: 'record',
      action: 'Mend what it needs (an agreement, a tariff), or reject it.',
    }),
  subscriberNeeded: (): Refusal =>
    refuse('invalid', 'SubscriberNeeded', 'A record of a partner is not corrected: it is somebody’s, or goes back.', {
      field: 'subscriber',
      action: 'Name the subscriber, or reject the record.',
    }),
  postingRefused: (): Refusal =>
    refuse('conflict', 'PostingRefused', 'The subscriber’s account does not take the event.', {
      field: 'subscriber',
      action: 'Settle it as an adjustment, and reject the record.',
    }),
  nothingQuarantined: (): Refusal =>
    refuse('conflict', 'NothingQuarantined', 'No record of the file is left in quarantine.'),
} as const;

export const registerRefusals = {
  sequencePast: (newest: number): Refusal =>
    refuse('conflict', 'SequencePast', `The series has come to ${newest}, and no file of this number is missing.`, {
      field: 'fileSequenceNumber',
      action: 'Ask the partner which file it is; discard it, or have it sent under its right number.',
    }),
  sequenceReused: (): Refusal =>
    refuse('conflict', 'SequenceReused', 'Another file of this number has been taken.', {
      field: 'fileSequenceNumber',
      action: 'Ask the partner which of the two counts; discard the other.',
    }),
  turnTaken: (): Refusal =>
    refuse('conflict', 'TurnTaken', 'Another file of the partner is being compared with the records before it.', {
      action: 'Ask again in a moment.',
    }),
} as const;
