import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { FileRef } from '../../sim/schema.ts';
import { termsRefusals } from './refusals.ts';
import {
  type Revision,
  TERMS_LIMITS,
  type TermsCommand,
  type TermsEvent,
  TermsKind,
  type TermsReply,
  type TermsState,
} from './schema.ts';

/**
 * A document of terms: proposed by one person, approved by another (seed 002 §3.1.1). An approved revision is in force for
 * whatever is priced from then on; what was priced before keeps its own, and is re-rated by whoever wants that.
 */

type Of<Tag extends TermsCommand['_tag']> = Extract<TermsCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<TermsEvent> | Refusal;

/** The actor's key: `agreement:CHNCM-HKGPP`, `plan:TRAVEL`, `partner:HKGPP`. */
export const termsKey = (kind: TermsKind, name: string): string => `${kind}:${name}`;

/** Whose subscribers (TADIG), and in which network. */
export const agreementName = (home: string, visited: string): string => `${home}-${visited}`;

export const revisionOf = ({ revisions }: TermsState, revision: number): Revision | undefined =>
  revisions[revision - 1];

/** The last that was approved by then, else the first that ever was: what a month that has ended was billed by. */
export const revisionBy = ({ revisions }: TermsState, atMs: number): number | undefined => {
  const approved = revisions.filter(({ status }) => status === 'approved');
  const found = approved.findLast(({ decided }) => decided !== null && decided.atMs <= atMs) ?? approved[0];
  return found?.revision;
};

/** Undefined before one is approved. */
export const revisionInForce = (state: TermsState): Revision | undefined =>
  state.inForce === null ? undefined : revisionOf(state, state.inForce);

const named = (key: string): { readonly kind: TermsKind; readonly name: string } => {
  const [kind, name = ''] = key.split(':');
  return { kind: TermsKind.literals.find((one) => one === kind) ?? 'agreement', name };
};

const proposal = (document: FileRef, note: string, { actor, caller, nowMs }: Facts): TermsEvent => ({
  _tag: 'Proposed',
  ...named(actor.key),
  document,
  note,
  by: caller.subject,
  atMs: nowMs,
});

const load = (state: TermsState | null, { document }: Of<'Load'>, facts: Facts): Outcome => {
  if (state !== null) return [];
  const { caller, nowMs } = facts;
  const approved = { _tag: 'Approved', revision: 1, by: caller.subject, atMs: nowMs } as const;
  return [proposal(document, 'as the settings of the node have it', facts), approved];
};

const propose = (state: TermsState | null, { document, note }: Of<'Propose'>, facts: Facts): Outcome => {
  const last = state?.revisions.at(-1);
  if (state !== null && last?.status === 'proposed') {
    const again = last.document.sm3 === document.sm3 && last.proposed.by === facts.caller.subject;
    return again ? [] : termsRefusals.proposalOpen();
  }
  if (state !== null && revisionInForce(state)?.document.sm3 === document.sm3) return termsRefusals.sameAsInForce();
  if ((state?.revisions.length ?? 0) >= TERMS_LIMITS.revisions) return termsRefusals.tooManyRevisions();
  return [proposal(document, note, facts)];
};

const decideOn = (state: TermsState, command: Of<'Approve'> | Of<'Reject'>, { caller, nowMs }: Facts): Outcome => {
  const found = revisionOf(state, command.revision);
  if (found === undefined) return termsRefusals.revisionUnknown();
  const { revision, status, proposed } = found;
  const wanted = command._tag === 'Approve' ? 'approved' : 'rejected';
  if (status !== 'proposed') return status === wanted ? [] : termsRefusals.alreadyDecided();
  const decided = { revision, by: caller.subject, atMs: nowMs };
  if (command._tag === 'Reject') return [{ _tag: 'Rejected', reason: command.reason, ...decided }];
  return proposed.by === caller.subject ? termsRefusals.secondPersonNeeded() : [{ _tag: 'Approved', ...decided }];
};

const outcomeOf = (state: TermsState | null, command: TermsCommand, facts: Facts): Outcome => {
  if (command._tag === 'Load') return load(state, command, facts);
  if (command._tag === 'Propose') return propose(state, command, facts);
  return state === null ? termsRefusals.unknown() : decideOn(state, command, facts);
};

const evolve = (state: TermsState | null, event: TermsEvent): TermsState | null => {
  if (event._tag === 'Proposed') {
    const { kind, name, document, note, by, atMs } = event;
    const before = state ?? { kind, name, inForce: null, revisions: [] };
    const revision = before.revisions.length + 1;
    const fresh = { revision, status: 'proposed', document, note, proposed: { by, atMs } } as const;
    return { ...before, revisions: [...before.revisions, { ...fresh, decided: null, reason: null }] };
  }
  if (state === null) return null;
  const { revision, by, atMs } = event;
  const approved = event._tag === 'Approved';
  const revisions = state.revisions.map((one) =>
    one.revision === revision
      ? {
          ...one,
          status: approved ? ('approved' as const) : ('rejected' as const),
          decided: { by, atMs },
          reason: approved ? null : event.reason,
        }
      : one,
  );
  return { ...state, revisions, inForce: approved ? revision : state.inForce };
};

const decide = (state: TermsState | null, command: TermsCommand, facts: Facts): Decision<TermsEvent, TermsReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  const revision = 'revision' in command ? command.revision : (after?.revisions.length ?? 1);
  return accept(outcome, { changed: outcome.length > 0, revision });
};

export const termsDecider: Decider<TermsState | null, TermsCommand, TermsEvent, TermsReply> = {
  initial: null,
  decide,
  evolve,
};
