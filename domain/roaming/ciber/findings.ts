/** Why records of a partner, or a batch as a whole, go back: an edition has a reject reason code for each of these. */

/** Fates of records that are rejected (`imports/fate.ts`). */
export const RECORD_FINDINGS = ['FieldInvalid', 'TimestampMissing', 'ChargeMissing', 'SubscriberMissing'] as const;

/** Problems of a batch whose header can be read (`ciber/batch.ts`). */
export const BATCH_FINDINGS = [
  'RecordLengthWrong',
  'SeparatorWrong',
  'RecordTypeUnknown',
  'FieldInvalid',
  'HeaderMisplaced',
  'TrailerMisplaced',
  'CountWrong',
  'TotalWrong',
] as const;
