import { Schema } from 'effect';
import { SPOILS } from '../simulator/vop-files.ts';

/** How the simulated Telecom behaves, changed over its control port as every simulator's. */

const count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));

/**
 * What becomes of the next letters, one after another. refused: 550 at once; putOff: 451, later it is taken; bounced,
 * delayed: taken, then a notice comes; silent: no answer; automatic: an automatic reply comes first; twice: the same
 * letter again; twiceOtherLetter: the same file with another letter; stranger: from another domain;
 * wrongAttachment: an answer without a result file; others: the result file is spoilt so.
 */
export const LETTER_TROUBLES = [
  'refused',
  'putOff',
  'bounced',
  'delayed',
  'silent',
  'automatic',
  'twice',
  'twiceOtherLetter',
  'stranger',
  'wrongAttachment',
  ...SPOILS,
] as const;

export const TelecomSettings = Schema.Struct({
  /** Between having taken a letter and answering it. */
  delayMs: count,
  troubles: Schema.Array(
    Schema.Struct({
      how: Schema.Literal(...LETTER_TROUBLES),
      times: count,
      /** So much later the right answer follows (null: never). */
      repairMs: Schema.NullOr(count),
    }),
  ).pipe(Schema.maxItems(100)),
  /** Of a line at most so many cards are granted. */
  maxQuantity: count,
});
export type TelecomSettings = Schema.Schema.Type<typeof TelecomSettings>;
export type LetterTrouble = TelecomSettings['troubles'][number];

export const TELECOM_SETTINGS: TelecomSettings = { delayMs: 500, troubles: [], maxQuantity: 10_000_000 };
