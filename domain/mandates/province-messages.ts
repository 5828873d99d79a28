import type { Charge, Ended, NumberState, Relation } from './schema.ts';

/**
 * What a home province is told of a number (seed 003, part 1 step 6.3, part 2 step 4.3.9): the relation that stands by
 * now, or what the last one has come to. The greatest revision counts, whenever it comes; no account goes out.
 */
export interface RelationNotice {
  readonly number: string;
  /** Grows with whatever is decided about the number. */
  readonly revision: number;
  readonly relation: Omit<Relation, 'account' | 'province' | 'cancelledBy'> | null;
  /** Null while a relation stands, and when there has been none. */
  readonly ended: Pick<Ended, 'bank' | 'agreement' | 'ending'> | null;
}

/** Undefined when no message about the number has come. */
export const relationNotice = (
  { number, relation, ended }: NumberState,
  revision: number,
): RelationNotice | undefined => {
  if (number === null) return undefined;
  const last = ended.at(-1);
  if (relation === null) {
    if (last === undefined) return { number, revision, relation: null, ended: null };
    const { bank, agreement, ending } = last;
    return { number, revision, relation: null, ended: { bank, agreement, ending } };
  }
  const { account: _account, province: _province, cancelledBy: _by, ...told } = relation;
  return { number, revision, relation: told, ended: null };
};

/** What has become of a charge that BOSS had asked for: told once, under an id of its own. */
export interface ChargeNotice extends Pick<Charge, 'kind' | 'attempt' | 'amountMinor'> {
  readonly id: string;
  readonly number: string;
  /** BOSS's own id of the low balance or the bill. */
  readonly trigger: string;
  readonly outcome: 'paid' | 'failed' | 'reversed';
  readonly code: string | null;
}
