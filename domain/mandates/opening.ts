import type { Facts } from '../kernel/decider.ts';
import { sm3Hex } from '../keys/sm3.ts';
import { eligibilityOf } from './eligibility.ts';
import { LIMITS } from './limits.ts';
import { boundsProblem } from './province-rules.ts';
import { mandateRefusals } from './refusals.ts';
import type { Answer, CaseKind, Claim, NumberState, ProvinceRules, Relation } from './schema.ts';
import { claimOf, endedBy, type Handled, isOver, knownOf, nothing, type Of, withdrawn } from './state.ts';

/** How a relation begins: asked for by a bank, made formal by a bank, declined (seed 003, parts 1 and 2). */

const sameAccount = (one: Claim['account'], other: Claim['account']): boolean =>
  one.kind === other.kind && one.number === other.number;

const sameTerms = (one: Claim['terms'], other: Claim['terms']): boolean =>
  one.thresholdMinor === other.thresholdMinor &&
  one.amountMinor === other.amountMinor &&
  one.automaticPayment === other.automaticPayment;

/** Null once it is no longer provisional. */
const offerOf = ({ userType, terms, expiresAtMs }: Relation): Answer['offer'] =>
  expiresAtMs === null ? null : { userType, terms, expiresAtMs };

export const request = (state: NumberState, { mandate, subscriber, rules }: Of<'Request'>, facts: Facts): Handled => {
  const { relation, open, ended } = knownOf(state, mandate);
  if (relation !== undefined) {
    return sameAccount(relation.account, mandate.account)
      ? { ...nothing(relation.status), offer: offerOf(relation) }
      : nothing('refused', 'AgreementDiffers');
  }
  if (open !== undefined) return nothing('manual', open.kind, open.id);
  if (ended !== undefined) return nothing(ended.ending, 'AgreementEnded');
  const { eligible, code, terms } = eligibilityOf(subscriber, rules, state.relation);
  if (!eligible || terms === null) return nothing(code === 'AlreadyMandated' ? 'already' : 'refused', code);
  const claim = { ...mandate, userType: subscriber.userType, terms };
  const expiresAtMs = facts.nowMs + rules.provisionalMs;
  const offer = { userType: claim.userType, terms, expiresAtMs };
  return { events: [{ _tag: 'Reserved', claim, expiresAtMs, atMs: facts.nowMs }], word: 'provisional', offer };
};

/** What is at stake: the larger of what is charged at a time by either. */
const atStake = (theirs: Claim, ours: Relation | null): number =>
  Math.max(theirs.terms.amountMinor ?? 0, ours?.terms.amountMinor ?? 0);

const toPerson = (
  state: NumberState,
  { kind, claim, rules }: { readonly kind: CaseKind; readonly claim: Claim; readonly rules: ProvinceRules },
  facts: Facts,
): Handled => {
  if (state.cases.length >= LIMITS.cases) return mandateRefusals.crowded();
  // Postpaid bills have no amount agreed upon: what two persons are for cannot be excluded.
  const unlimited = claim.userType === 'postpaid' && claim.terms.automaticPayment;
  const opened = {
    id: `C-${sm3Hex(facts.commandId).slice(0, 16)}`,
    kind,
    theirs: claimOf(claim),
    openedAtMs: facts.nowMs,
    twoPersons: unlimited || atStake(claim, state.relation) > rules.twoPersonsOverMinor,
    proposed: null,
  };
  return { events: [{ _tag: 'CaseOpened', case: opened }], word: 'manual', code: kind, subject: opened.id };
};

/** Undefined: nothing stands in the way of making this claim formal. */
const differenceOf = (state: NumberState, claim: Claim, rules: ProvinceRules): CaseKind | undefined => {
  const { relation, ended } = knownOf(state, claim);
  if (relation !== undefined && !sameAccount(relation.account, claim.account)) return 'account';
  if (relation !== undefined && relation.status !== 'provisional') {
    return sameTerms(relation.terms, claim.terms) ? undefined : 'terms';
  }
  if (relation === undefined && state.relation !== null) return 'existing';
  if (ended?.ending === 'declined') return 'contradiction';
  return boundsProblem(claim.userType, claim.terms, rules) === undefined ? undefined : 'bounds';
};

/**
 * A bank's notice that the relation is formal on its side. The same again, in whatever state the relation is by now, is
 * answered as the first was; one that differs, or meets another relation, is a case for a person. A provisional relation
 * that has expired becomes formal after all when nothing else has come.
 */
export const establish = (state: NumberState, { claim, rules }: Of<'Establish'>, facts: Facts): Handled => {
  const { relation, open, ended } = knownOf(state, claim);
  if (open !== undefined) return nothing('manual', open.kind, open.id);
  if (ended?.ending === 'cancelled' || ended?.ending === 'refused') return nothing(ended.ending, 'AgreementEnded');
  const kind = differenceOf(state, claim, rules);
  if (kind !== undefined) return toPerson(state, { kind, claim, rules }, facts);
  if (relation !== undefined && relation.status !== 'provisional') return nothing('formal');
  return { events: [{ _tag: 'Formalised', claim: claimOf(claim), atMs: facts.nowMs }], word: 'formal' };
};

export const decline = (state: NumberState, { reason, ...name }: Of<'Decline'>, facts: Facts): Handled => {
  const { relation, open, ended } = knownOf(state, name);
  if (relation !== undefined && relation.status !== 'provisional') return nothing(relation.status, 'AlreadyFormal');
  if (open === undefined && isOver(ended)) return nothing(ended.ending);
  const closed = open === undefined ? [] : [withdrawn(open, 'bank', reason, facts)];
  return { events: [...closed, endedBy(name, 'declined', 'bank', reason, facts)], word: 'declined' };
};

const tellBank = ({ bank, agreement }: Answer['tell'][number]): Answer['tell'] => [{ bank, agreement }];

/** The bank's file has it; what we know is brought to it, or a person must say. */
const bankHas = (state: NumberState, theirs: Claim, rules: ProvinceRules, facts: Facts): Handled => {
  const { relation, open, ended } = knownOf(state, theirs);
  if (open !== undefined) return nothing('manual', open.kind, open.id);
  if (ended?.ending === 'cancelled' || ended?.ending === 'refused') {
    // What the bank itself has ended stands in a file that is older than its word.
    return { ...nothing(ended.ending), tell: ended.by === 'bank' ? [] : tellBank(theirs) };
  }
  if (relation?.status === 'cancelling') return { ...nothing('cancelling'), tell: tellBank(theirs) };
  if (relation === undefined && state.relation !== null) {
    return toPerson(state, { kind: 'existing', claim: theirs, rules }, facts);
  }
  if (boundsProblem(theirs.userType, theirs.terms, rules) !== undefined) {
    return toPerson(state, { kind: 'bounds', claim: theirs, rules }, facts);
  }
  if (relation?.status !== 'formal') {
    return { events: [{ _tag: 'Formalised', claim: claimOf(theirs), atMs: facts.nowMs }], word: 'formal' };
  }
  const same = sameAccount(relation.account, theirs.account) && sameTerms(relation.terms, theirs.terms);
  if (same) return nothing('unchanged');
  return { events: [{ _tag: 'Changed', claim: claimOf(theirs), atMs: facts.nowMs }], word: 'formal' };
};

/**
 * Reconciliation with the bank, whose data are the truth (part 3 §1): missing here → formal; missing there → ended; other
 * account or terms → the bank's. A provisional relation that the bank does not have is still on its way.
 */
export const reconcile = (state: NumberState, command: Of<'Reconcile'>, facts: Facts): Handled => {
  const { theirs, rules, bank, agreement } = command;
  if (theirs !== null) return bankHas(state, { ...theirs, bank, agreement }, rules, facts);
  const { relation, open, ended } = knownOf(state, command);
  const why = 'The bank does not have it.';
  const closed = open === undefined ? [] : [withdrawn(open, 'bank', why, facts)];
  if (relation !== undefined && relation.status !== 'provisional') {
    return { events: [...closed, endedBy(command, 'cancelled', 'bank', why, facts)], word: 'cancelled' };
  }
  if (relation !== undefined || open === undefined) return { events: closed, word: ended?.ending ?? 'unchanged' };
  return { events: [...closed, endedBy(command, 'declined', 'bank', why, facts)], word: 'declined' };
};

export const changeTerms = (state: NumberState, command: Of<'ChangeTerms'>, facts: Facts): Handled => {
  const { relation } = knownOf(state, command);
  if (relation === undefined) return mandateRefusals.unknown();
  if (relation.status !== 'formal') return nothing('refused', 'NotFormal');
  if (sameTerms(relation.terms, command.terms)) return nothing('unchanged');
  const problem = boundsProblem(relation.userType, command.terms, command.rules);
  if (problem !== undefined) return nothing('refused', problem);
  const claim = { ...claimOf(relation), terms: command.terms };
  return { events: [{ _tag: 'Changed', claim, atMs: facts.nowMs }], word: 'formal' };
};
