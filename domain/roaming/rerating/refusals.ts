import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { RERATING_LIMITS } from './schema.ts';

/** Why a re-rating says no. */
export const reratingRefusals = {
  unknown: (): Refusal => refuse('missing', 'ReratingUnknown', 'There is no such re-rating of this partner.'),
  open: (): Refusal =>
    refuse('conflict', 'ReratingOpen', 'Another re-rating of this partner is not ended.', {
      action:
        'Approve or reject it first, or wait until it is posted; one that is stalled: try it again, or withdraw it.',
    }),
  differs: (): Refusal => refuse('conflict', 'ReratingDiffers', 'The id is that of another re-rating.'),
  emptyPeriod: (): Refusal => refuse('invalid', 'EmptyPeriod', 'The period ends before it begins.', { field: 'to' }),
  periodTooLong: (): Refusal =>
    refuse('invalid', 'PeriodTooLong', `A period has at most ${RERATING_LIMITS.days} days.`, {
      field: 'to',
      action: 'Re-rate part after part.',
    }),
  usageRemoved: (months: ReadonlyArray<string>): Refusal =>
    refuse('conflict', 'UsageRemoved', `Usage records of ${months.join(', ')} are not kept any more.`, {
      field: 'from',
      action: 'Re-rate months whose records are kept (HUFU_ROAMING_USAGE_MONTHS), or restore them from a backup.',
    }),
  nothingWanted: (): Refusal =>
    refuse('invalid', 'NothingWanted', 'Neither a revision of the agreement nor one of the plan is named.', {
      field: 'agreement',
    }),
  planOfVisitors: (): Refusal =>
    refuse('invalid', 'PlanOfVisitors', 'What visitors pay is their own operator’s business.', { field: 'plan' }),
  notPreviewed: (): Refusal =>
    refuse('conflict', 'NotPreviewed', 'What it would come to is not known yet, or it was decided before.'),
  notApproved: (): Refusal => refuse('conflict', 'ReratingNotApproved', 'It is not approved.'),
  notStalled: (): Refusal =>
    refuse('conflict', 'ReratingNotStalled', 'Only a re-rating that was approved and cannot be posted is withdrawn.', {
      action: 'Reject it before it is approved; once it is posted, re-rate by the revision of before.',
    }),
  secondPersonNeeded: (): Refusal =>
    refuse('denied', 'SecondPersonNeeded', 'Another person than the one who started a re-rating approves it.'),
} as const;
