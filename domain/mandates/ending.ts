import type { Decision, Facts } from '../kernel/decider.ts';
import { mandateRefusals } from './refusals.ts';
import type { Answer, Case, CaseAction, NumberEvent, NumberState } from './schema.ts';
import { endedBy, type Handled, isOver, knownOf, nameOf, nothing, type Of, withdrawn } from './state.ts';

/** How a relation ends: by the clock, from either side, or by a person who decides a case. */

/** Undefined: there is nothing to expire, or not yet. */
export const expiry = (state: NumberState, command: Of<'Expire'>, facts: Facts): NumberEvent | undefined => {
  const { relation } = knownOf(state, command);
  const due = relation?.status === 'provisional' && (relation.expiresAtMs ?? 0) <= facts.nowMs;
  return due ? endedBy(command, 'expired', 'timer', 'The bank did not make it formal in time.', facts) : undefined;
};

/**
 * Cancelling, from either side. The carrier's side asks the bank first; a bank that cancels has ended it already, so its
 * word ends it here in the same turn. About an agreement that we have never heard of it is remembered: the notice that it was
 * made may come later, and must not begin it.
 */
export const cancel = (state: NumberState, { by, reason, ...name }: Of<'Cancel'>, facts: Facts): Handled => {
  const { relation, open, ended } = knownOf(state, name);
  const closed = open === undefined ? [] : [withdrawn(open, by, reason, facts)];
  if (relation?.status === 'formal' && by !== 'bank') {
    const begun: NumberEvent = { _tag: 'CancelBegun', ...nameOf(name), by, reason, atMs: facts.nowMs };
    return { events: [...closed, begun], word: 'cancelling' };
  }
  if (relation?.status === 'cancelling' && by !== 'bank') return nothing('cancelling');
  if (open === undefined && isOver(ended)) return nothing(ended.ending);
  if (relation === undefined && open === undefined && ended === undefined && by !== 'bank')
    return mandateRefusals.unknown();
  const tell = by === 'bank' ? [] : [nameOf(name)];
  const who = relation?.cancelledBy ?? by;
  return { events: [...closed, endedBy(name, 'cancelled', who, reason, facts)], word: 'cancelled', tell };
};

export const confirmCancel = (state: NumberState, command: Of<'ConfirmCancel'>, facts: Facts): Handled => {
  const { relation, ended } = knownOf(state, command);
  if (relation === undefined) return ended === undefined ? mandateRefusals.unknown() : nothing(ended.ending);
  if (relation.status !== 'cancelling') return mandateRefusals.notCancelling();
  const by = relation.cancelledBy ?? 'bank';
  return { events: [endedBy(command, 'cancelled', by, 'All sides have cancelled.', facts)], word: 'cancelled' };
};

export const rejectCancel = (state: NumberState, { reason, ...name }: Of<'RejectCancel'>, facts: Facts): Handled => {
  const { relation, ended } = knownOf(state, name);
  if (relation === undefined) return ended === undefined ? mandateRefusals.unknown() : nothing(ended.ending);
  if (relation.status === 'formal') return nothing('formal');
  if (relation.status !== 'cancelling') return mandateRefusals.notCancelling();
  return { events: [{ _tag: 'CancelRejected', ...nameOf(name), reason, atMs: facts.nowMs }], word: 'formal' };
};

interface Resolution {
  readonly events: ReadonlyArray<NumberEvent>;
  readonly word: Answer['word'];
  readonly tell: Answer['tell'];
}

/** What the action does to both; a claim about our own agreement has one agreement only. */
const resolutionOf = (state: NumberState, open: Case, action: CaseAction, note: string, facts: Facts): Resolution => {
  const ours = state.relation;
  const own = knownOf(state, open.theirs).relation !== undefined;
  const end = (name: Parameters<typeof nameOf>[0], ending: 'refused' | 'cancelled') =>
    endedBy(name, ending, 'staff', note, facts);
  const theirs = nameOf(open.theirs);
  if (action === 'keepOurs') {
    // Their terms of our own agreement are put right by the bank; another agreement is taken back there.
    return own
      ? { events: [], word: 'unchanged', tell: [] }
      : { events: [end(theirs, 'refused')], word: 'refused', tell: [theirs] };
  }
  if (action === 'cancelBoth') {
    const both = ours === null || own ? [theirs] : [nameOf(ours), theirs];
    return { events: both.map((name) => end(name, 'cancelled')), word: 'cancelled', tell: both };
  }
  const claim = open.theirs;
  if (own && ours?.status !== 'provisional') {
    return { events: [{ _tag: 'Changed', claim, atMs: facts.nowMs }], word: 'formal', tell: [] };
  }
  const replaced = ours === null || own ? [] : [nameOf(ours)];
  const events: ReadonlyArray<NumberEvent> = [
    ...replaced.map((name) => end(name, 'cancelled')),
    { _tag: 'Formalised', claim, atMs: facts.nowMs },
  ];
  return { events, word: 'formal', tell: replaced };
};

/**
 * A person decides a case (seed 003: 人工错误处理流程). Over the province's amount two do: the first proposes, another one
 * gives the same action; a different action is a new proposal.
 */
export const resolve = (
  state: NumberState,
  { case: id, action, note }: Of<'Resolve'>,
  facts: Facts,
): Decision<NumberEvent, Omit<Answer, 'message' | 'digest'>> => {
  const open = state.cases.find((each) => each.id === id);
  if (open === undefined) return mandateRefusals.caseUnknown();
  const by = facts.caller.subject;
  const answer = { code: null, subject: id, tell: [], offer: null };
  if (open.twoPersons && open.proposed?.action !== action) {
    const events: ReadonlyArray<NumberEvent> = [{ _tag: 'CaseProposed', case: id, action, by, note }];
    return { _tag: 'Accepted', events, reply: { ...answer, word: 'manual', code: 'SecondPersonNeeded' } };
  }
  if (open.twoPersons && open.proposed?.by === by) return mandateRefusals.secondPersonNeeded();
  const { events, word, tell } = resolutionOf(state, open, action, note, facts);
  const closed: NumberEvent = { _tag: 'CaseClosed', case: id, action, by, note, atMs: facts.nowMs };
  return { _tag: 'Accepted', events: [closed, ...events], reply: { ...answer, word, tell } };
};
