import { hash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import type { Finding } from '../settlement/month.ts';
import { countedMinor } from '../settlement/reconciled.ts';
import { caseRefusals as no } from './refusals.ts';
import type { CaseCommand, CaseEvent, CaseOrigin, CaseReply, CaseState, SettledBefore } from './schema.ts';

/**
 * A case of clearing (seed 002 §2.2.2, §3.2.3, §3.3.1): opened, taken by a person, settled. Where money moves a second person
 * approves, and what the books are adjusted by is booked on an open day: nothing that is closed changes.
 */

type Of<Tag extends CaseCommand['_tag']> = Extract<CaseCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<CaseEvent> | Refusal;
type State = CaseState | null;

/** What names a case for ever: the same record, fee or finding is one case. */
export const caseId = (partner: string, origin: CaseOrigin): string => {
  const about =
    origin.kind === 'difference'
      ? [origin.agreement, origin.from, origin.file, origin.record]
      : origin.kind === 'fee'
        ? [origin.day, origin.user, origin.service]
        : [origin.month, origin.finding, origin.day, origin.booked, origin.number, origin.service, origin.currency];
  return `c${hash('sha256', canonicalJson([partner, origin.kind, ...about])).slice(0, 16)}`;
};

/** A day by which the case counts in a period. */
export const caseDay = (origin: CaseOrigin): string => (origin.kind === 'difference' ? origin.from : origin.day);

/** What a month's check has found, as a case is opened with it: the analysis that there is. */
export const findingOrigin = (month: string, finding: Finding): CaseOrigin => {
  const unknown = { booked: null, number: null, service: null, currency: null, amountMinor: null, medianMinor: null };
  const about = { kind: 'finding', month, finding: finding._tag, day: finding.day, ...unknown } as const;
  switch (finding._tag) {
    case 'MissingDay':
    case 'DayOutside':
    case 'DayTwice':
      return about;
    case 'OutOfRange': {
      const { currency, amountMinor, medianMinor } = finding;
      return { ...about, currency, amountMinor, medianMinor };
    }
    case 'DoubleCharged': {
      const { number, service, currency, amountMinor } = finding.line;
      return { ...about, booked: finding.booked, number, service, currency, amountMinor };
    }
  }
};

type Difference = Extract<CaseOrigin, { kind: 'difference' }>;

/** What the partner’s line comes to more than ours. */
const differenceOf = (origin: Difference): bigint => countedMinor(origin.theirs) - countedMinor(origin.ours);

/** By how much the books were moved when it was settled before. */
const bookedBefore = ({ earlier = [] }: CaseState): bigint =>
  earlier.reduce((sum, { proposal: { record, amountMinor } }) => sum + (record === null ? 0n : amountMinor), 0n);

const settledNow = ({ origin, proposal, approved, resolvedAtMs }: CaseState): ReadonlyArray<SettledBefore> =>
  proposal === null ? [] : [{ origin, proposal, approved, resolvedAtMs }];

const withSettled = (state: CaseState): ReadonlyArray<SettledBefore> => [
  ...(state.earlier ?? []),
  ...settledNow(state),
];

/** Nothing is left between both lines and what was booked. */
const isEven = (origin: Difference, bookedMinor: bigint): boolean =>
  (origin.ours === null || origin.theirs === null || origin.ours.currency === origin.theirs.currency) &&
  differenceOf(origin) === bookedMinor;

const sameLines = (one: Difference, other: Difference): boolean =>
  lineText(one.ours) === lineText(other.ours) && lineText(one.theirs) === lineText(other.theirs);

const lineText = (line: Difference['ours']): string =>
  line === null
    ? ''
    : Object.entries(line)
        .sort()
        .map(([name, value]) => `${name}=${value}`)
        .join('|');

/** What a newer detail says: nothing new, or other lines, by which what was settled is not settled any more. */
const renew = (state: CaseState, origin: CaseOrigin, { caller, nowMs }: Facts): Outcome => {
  if (state.origin.kind !== 'difference' || origin.kind !== 'difference') return [];
  if (sameLines(state.origin, origin)) return [];
  if (state.status === 'posting') return no.wrongStatus(state.status);
  const reopened = state.status === 'resolved';
  if (reopened && isEven(origin, bookedBefore({ ...state, earlier: withSettled(state) }))) return [];
  return [{ _tag: 'CaseRenewed', origin, reopened, by: caller.subject, atMs: nowMs }];
};

/** By how much the books move, or what is lost; refused when that cannot be. */
const amountOf = (state: CaseState, { resolution, amountMinor, record }: Of<'Propose'>): bigint | Refusal => {
  const { origin } = state;
  if (origin.kind === 'difference') {
    if (amountMinor !== null) return no.amountNotAllowed();
    const { ours, theirs } = origin;
    // What an earlier settlement has booked is booked: it counts, or goes back.
    const booked = bookedBefore(state);
    if (resolution === 'ours') return booked !== 0n && record === null ? no.recordNeeded() : -booked;
    const left = differenceOf(origin) - booked;
    if (resolution === 'writtenOff') return left;
    if (ours === null) return no.recordMissing();
    if (theirs !== null && theirs.currency !== ours.currency) return no.currencyDiffers();
    return left !== 0n && record === null ? no.recordNeeded() : left;
  }
  if (resolution === 'ours') return amountMinor === null ? 0n : no.amountNotAllowed();
  if (resolution === 'writtenOff') return amountMinor ?? 0n;
  if (amountMinor === null || amountMinor === 0n) return no.amountNeeded();
  return record === null ? no.recordNeeded() : amountMinor;
};

const propose = (state: CaseState, command: Of<'Propose'>, { caller, nowMs }: Facts): Outcome => {
  if (state.status !== 'taken') return no.wrongStatus(state.status);
  if (state.taken?.by !== caller.subject) return no.notYours();
  const amountMinor = amountOf(state, command);
  if (isRefusal(amountMinor)) return amountMinor;
  const { resolution, reason } = command;
  if (command.measured !== undefined && state.origin.kind !== 'difference') return no.measuredNotAllowed();
  const measured = command.measured === undefined ? {} : { measured: command.measured };
  const record = amountMinor === 0n || resolution === 'writtenOff' ? null : command.record;
  const final = amountMinor === 0n;
  return [
    {
      ...{ _tag: 'ResolutionProposed', resolution, reason, amountMinor, record, ...measured },
      ...{ by: caller.subject, atMs: nowMs, final },
    },
  ];
};

const decideOn = (state: CaseState, command: Of<'Approve'> | Of<'Return'>, { caller, nowMs }: Facts): Outcome => {
  const { status, proposal } = state;
  if (status !== 'proposed' || proposal === null) return no.wrongStatus(status);
  const did = { by: caller.subject, atMs: nowMs };
  if (command._tag === 'Return') return [{ _tag: 'CaseReturned', reason: command.reason, ...did }];
  if (proposal.by === caller.subject) return no.samePerson();
  return [{ _tag: 'ResolutionApproved', posts: proposal.record !== null, ...did }];
};

const open = (state: State, { _tag, ...about }: Of<'Open'>, facts: Facts): Outcome => {
  if (state === null) return [{ _tag: 'CaseOpened', ...about, by: facts.caller.subject, atMs: facts.nowMs }];
  return state.status === 'posting' ? [] : renew(state, about.origin, facts);
};

const outcomeOf = (state: State, command: CaseCommand, facts: Facts): Outcome => {
  if (command._tag === 'Open') return open(state, command, facts);
  if (state === null) return no.unknown();
  const { caller, nowMs } = facts;
  switch (command._tag) {
    case 'Renew':
      return renew(state, command.origin, facts);
    case 'Take':
      if (state.status === 'taken' && state.taken?.by === caller.subject) return [];
      if (state.status !== 'open' && state.status !== 'taken') return no.wrongStatus(state.status);
      return [{ _tag: 'CaseTaken', by: caller.subject, atMs: nowMs }];
    case 'Propose':
      return propose(state, command, facts);
    case 'Approve':
    case 'Return':
      return decideOn(state, command, facts);
    case 'Posted':
      return state.status === 'posting' ? [{ _tag: 'AdjustmentPosted', atMs: nowMs }] : [];
    case 'Unposted':
      if (state.status !== 'posting') return [];
      return [{ _tag: 'CaseReturned', reason: command.code, by: caller.subject, atMs: nowMs }];
  }
};

/** Why a case came back: a newer detail has other lines. */
const DETAIL_CHANGED = 'DetailChanged';

const evolve = (state: State, event: CaseEvent): State => {
  if (event._tag === 'CaseOpened') {
    const { partner, of, origin, reason, by, atMs } = event;
    const undecided = { taken: null, proposal: null, approved: null, returned: null, resolvedAtMs: null };
    return { partner, of, origin, reason, status: 'open', opened: { by, atMs }, ...undecided };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'CaseRenewed': {
      const { origin, reopened } = event;
      const fresh = { ...state, origin, proposal: null, approved: null, resolvedAtMs: null };
      if (reopened)
        return { ...fresh, earlier: withSettled(state), status: 'open', taken: null, returned: DETAIL_CHANGED };
      return state.status === 'proposed'
        ? { ...fresh, status: 'taken', returned: DETAIL_CHANGED }
        : { ...state, origin };
    }
    case 'CaseTaken':
      return { ...state, status: 'taken', taken: { by: event.by, atMs: event.atMs } };
    case 'ResolutionProposed': {
      const { _tag, final, ...proposal } = event;
      const resolved = final
        ? ({ status: 'resolved', resolvedAtMs: event.atMs } as const)
        : { status: 'proposed' as const };
      return { ...state, ...resolved, proposal, returned: null };
    }
    case 'ResolutionApproved': {
      const { by, atMs, posts } = event;
      const after = posts ? { status: 'posting' as const } : ({ status: 'resolved', resolvedAtMs: atMs } as const);
      return { ...state, ...after, approved: { by, atMs } };
    }
    case 'CaseReturned':
      return { ...state, status: 'taken', proposal: null, approved: null, returned: event.reason };
    case 'AdjustmentPosted':
      return { ...state, status: 'resolved', resolvedAtMs: event.atMs };
  }
};

export const caseDecider: Decider<State, CaseCommand, CaseEvent, CaseReply> = {
  initial: null,
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce(evolve, state);
    return after === null ? no.unknown() : accept(outcome, { changed: outcome.length > 0, status: after.status });
  },
};
