import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why files for a partner are not made, or not sent. */
export const outgoingRefusals = {
  tooManyWaiting: (): Refusal =>
    refuse('conflict', 'TooManyWaiting', 'More batches wait for the partner than can be kept.', {
      action: 'See why its files do not go out: GET /v1/roaming/outgoing-files/{partner}.',
    }),
  batchDiffers: (): Refusal =>
    refuse('conflict', 'BatchDiffers', 'A batch of this id waits with other content.', { field: 'ref/sm3' }),
  fileUnknown: (): Refusal =>
    refuse('missing', 'OutgoingFileUnknown', 'No file of this number has been made for the partner.', {
      field: 'sequence',
    }),
  notCut: (): Refusal => refuse('conflict', 'FileNotOpen', 'The file is built, held or sent.', { field: 'sequence' }),
  notBuilt: (): Refusal =>
    refuse('conflict', 'FileNotBuilt', 'The file has no bytes yet, or is held.', { field: 'sequence' }),
  notHeld: (): Refusal =>
    refuse('conflict', 'FileNotHeld', 'Neither was the file held by our own check, nor returned as a whole.', {
      field: 'sequence',
    }),
  outOfOrder: (sequence: number): Refusal =>
    refuse('conflict', 'OutOfOrder', `The file ${sequence} has not been sent yet.`, {
      field: 'sequence',
      action: 'Send the files in the order of their numbers.',
    }),
} as const;
