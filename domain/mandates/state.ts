import type { Facts } from '../kernel/decider.ts';
import type { Refusal } from '../kernel/refusal.ts';
import type { Answer, Case, Claim, Ended, NumberCommand, NumberEvent, NumberState, Relation } from './schema.ts';

/** What the parts of the number's decider have in common. */

export type Of<Tag extends NumberCommand['_tag']> = Extract<NumberCommand, { readonly _tag: Tag }>;
/** Every command that is a message from somebody, and is therefore answered the same whenever it comes again. */
export type Message = Exclude<NumberCommand, { readonly _tag: 'Expire' | 'Resolve' }>;

export interface Outcome {
  readonly events: ReadonlyArray<NumberEvent>;
  readonly word: Answer['word'];
  readonly code?: string | null;
  /** A case or a charge. */
  readonly subject?: string | null;
  readonly tell?: Answer['tell'];
  readonly offer?: Answer['offer'];
}

export type Handled = Outcome | Refusal;

export interface Named {
  readonly bank: string;
  readonly agreement: string;
}

export const nameOf = ({ bank, agreement }: Named): Named => ({ bank, agreement });

export const sameName =
  (one: Named) =>
  (other: Named): boolean =>
    one.bank === other.bank && one.agreement === other.agreement;

/** All that is known of an agreement. */
export interface Known {
  readonly relation: Relation | undefined;
  readonly open: Case | undefined;
  readonly ended: Ended | undefined;
}

export const knownOf = (state: NumberState, name: Named): Known => ({
  relation: state.relation !== null && sameName(name)(state.relation) ? state.relation : undefined,
  open: state.cases.find((each) => sameName(name)(each.theirs)),
  ended: state.ended.find(sameName(name)),
});

/** The word for it; undefined: nothing has been heard of it. */
export const standingOf = ({
  relation,
  open,
  ended,
}: Known): Relation['status'] | Ended['ending'] | 'manual' | undefined =>
  relation?.status ?? (open === undefined ? ended?.ending : 'manual');

/** An agreement that has expired may still be made, declined or cancelled by its bank; the others have had their word. */
export const isOver = (ended: Ended | undefined): ended is Ended => ended !== undefined && ended.ending !== 'expired';

export const withoutEnded = (ended: ReadonlyArray<Ended>, name: Named): ReadonlyArray<Ended> =>
  ended.filter((each) => !sameName(name)(each));

export const nothing = (word: Outcome['word'], code: string | null = null, subject: string | null = null): Outcome => ({
  events: [],
  word,
  code,
  subject,
});

export const claimOf = ({ bank, agreement, account, channel, province, userType, terms }: Claim): Claim => ({
  bank,
  agreement,
  account,
  channel,
  province,
  userType,
  terms,
});

export const endedBy = (
  name: Named,
  ending: Ended['ending'],
  by: Ended['by'],
  reason: string,
  { nowMs }: Facts,
): NumberEvent => ({ _tag: 'Ended', ...nameOf(name), ending, by, reason, atMs: nowMs });

export const withdrawn = (open: Case, by: string, note: string, { nowMs }: Facts): NumberEvent => ({
  _tag: 'CaseClosed',
  case: open.id,
  action: 'withdrawn',
  by,
  note,
  atMs: nowMs,
});
