import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why account data is not sent to finance. */

export const financeRefusals = {
  unknown: (): Refusal =>
    refuse('missing', 'AccountUnknown', 'This has never been sent to finance.', { action: 'Send it.' }),
  differs: (): Refusal =>
    refuse('conflict', 'AccountDiffers', 'The account is of another kind or partner.', { field: 'account' }),
  notClosed: (): Refusal =>
    refuse('conflict', 'NotClosed', 'Only a day or month that is closed, or a settled period, goes to finance.', {
      field: 'account',
      action: 'Wait until it is closed.',
    }),
} as const;
