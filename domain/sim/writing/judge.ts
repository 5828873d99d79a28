import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import type { Iccid } from '../iccid.ts';
import type { CardState } from '../schema.ts';
import { type CardProfile, type CardSeen, judgeCard } from '../uicc/card-profile.ts';
import { blankCardRefusals } from './blank-card.ts';
import type { BlankCardState, WriteWanted } from './schema.ts';

/**
 * Whether the card in the reader may be written (seed 000 §4.2 step 2, before any resource is asked for): it is known
 * from card making as a blank card, made and confirmed, of the product and city that are wanted; its keys are known;
 * and what was read from it fits (`judgeCard`).
 */

export const judgeRefusals = {
  iccidUnknown: (): Refusal =>
    refuse('invalid', 'IccidUnknown', 'The card does not say its ICCID, and the request does not either.', {
      field: 'iccid',
      action: 'Give the ICCID that is printed on the card.',
    }),
  cardUnknown: (): Refusal =>
    refuse('missing', 'CardUnknown', 'No card with this ICCID has been planned.', { field: 'iccid' }),
  finished: (): Refusal =>
    refuse('conflict', 'CardFinished', 'This is a finished card: it was made with its IMSI.', { field: 'iccid' }),
  notInStock: (): Refusal =>
    refuse('conflict', 'CardNotInStock', 'This card has not been made and confirmed.', { field: 'iccid' }),
  otherProduct: (): Refusal =>
    refuse('conflict', 'CardOfAnotherProduct', 'This card is of another product.', { field: 'product' }),
  otherCity: (): Refusal => refuse('conflict', 'CardOfAnotherCity', 'This card is of another city.', { field: 'city' }),
} as const;

/** The ICCID that the registers are asked about: what the card says, else what the request says. */
export const iccidOf = (seen: CardSeen, wanted: WriteWanted): string | Refusal =>
  seen.iccid ?? wanted.iccid ?? judgeRefusals.iccidUnknown();

export interface Registered {
  readonly card: CardState | null;
  readonly blank: BlankCardState | null;
}

export interface Judged {
  readonly iccid: Iccid;
  readonly profile: CardProfile;
  readonly keepsIccid: boolean;
  readonly application: string;
  readonly line: number;
  readonly product: string;
  readonly city: string;
}

/** What the registers say against it; undefined: nothing. */
const registerProblem = ({ card, blank }: Registered, wanted: WriteWanted): Refusal | undefined => {
  if (card === null) return judgeRefusals.cardUnknown();
  if (card.cardType !== 'blank') return judgeRefusals.finished();
  if (card.status !== 'made' || !card.confirmed) return judgeRefusals.notInStock();
  if (card.product !== wanted.product) return judgeRefusals.otherProduct();
  if (wanted.city !== null && card.city !== wanted.city) return judgeRefusals.otherCity();
  return blank === null ? blankCardRefusals.keysMissing() : undefined;
};

/**
 * The decision table, first row that holds: `CardUnknown`, `CardFinished`, `CardNotInStock`, `CardOfAnotherProduct`,
 * `CardOfAnotherCity`, `CardKeysMissing`, then those of `judgeCard`. `imsi`: of this very write, when it is read again
 * after a doubt; the card then counts as blank.
 */
export const judgeBlank = (
  seen: CardSeen,
  registered: Registered,
  wanted: WriteWanted,
  profiles: readonly CardProfile[],
  imsi: string | null = null,
): Judged | Refusal => {
  const { card, blank } = registered;
  const problem = registerProblem(registered, wanted);
  if (problem !== undefined) return problem;
  if (card === null || blank === null) return judgeRefusals.cardUnknown();
  const looksBlank = imsi !== null && seen.imsi === imsi ? { ...seen, imsi: null } : seen;
  const iccid = wanted.iccid ?? card.iccid;
  const legal = judgeCard(looksBlank, { profiles, profile: blank.profile, iccid, planned: iccid === card.iccid });
  if (isRefusal(legal)) return legal;
  const { application, line, product, city } = card;
  return {
    iccid: card.iccid as Iccid,
    profile: legal.profile,
    keepsIccid: legal.keepsIccid,
    application,
    line,
    product,
    city,
  };
};
