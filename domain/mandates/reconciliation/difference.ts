import { canonicalJson } from '../../kernel/canonical-json.ts';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { sm3Hex } from '../../keys/sm3.ts';
import type {
  Decision as Decided,
  DifferenceCommand,
  DifferenceEvent,
  DifferenceReply,
  DifferenceState,
  DifferenceStatus,
  Found,
} from './schema.ts';

/**
 * One difference of a run. It is found once, however often the run is repeated, and is then corrected by rule, waits, or
 * is decided by a person. What has been settled stays so.
 */

export const differenceRefusals = {
  unknown: (): Refusal => refuse('missing', 'DifferenceUnknown', 'There is no such difference.'),
  notQueued: (): Refusal =>
    refuse(
      'conflict',
      'DifferenceNotQueued',
      'The difference waits for no person: it is settled, or by rule on its way.',
    ),
  notForBank: (): Refusal =>
    refuse('invalid', 'DecisionNotPossible', 'This cannot be done about such a difference.', {
      field: 'decision',
      action: 'takeTheirs is for a bank’s line that can be read, write for a province’s; both can be dismissed.',
    }),
} as const;

/** `<run>:<16 hex digits>`: of what it is about, so that the same input gives the same key. */
export const differenceKey = (found: Found): string => {
  const { run, lineHere, lineThere, here, there } = found;
  const row = here ?? there;
  const about = row === null ? [lineHere, lineThere] : [row.bank, row.agreement, row.number];
  // A repeated line is told from the first by its place.
  const place = found.class === 'duplicate' ? [lineHere, lineThere] : [];
  return `${run}:${sm3Hex(canonicalJson([found.class, about, place])).slice(0, 16)}`;
};

const FIRST: Readonly<Record<Found['action'], DifferenceStatus>> = {
  takeTheirs: 'open',
  write: 'open',
  queue: 'queued',
  wait: 'waiting',
  keepOurs: 'settled',
};

const maySay = ({ scope, class: name, there, here }: Found, decision: Decided): boolean => {
  if (decision === 'dismiss') return true;
  const party = decision === 'takeTheirs' ? 'bank' : 'province';
  return scope.party === party && (there ?? here) !== null && name !== 'duplicate';
};

type Outcome = ReadonlyArray<DifferenceEvent> | Refusal;

const outcomeOf = (state: DifferenceState | null, command: DifferenceCommand, facts: Facts): Outcome => {
  const atMs = facts.nowMs;
  if (command._tag === 'Record') {
    const { _tag, ...found } = command;
    return state === null ? [{ _tag: 'Found', found, atMs }] : [];
  }
  if (state === null) return differenceRefusals.unknown();
  if (command._tag === 'Settle') {
    const { status, outcome } = command;
    if (state.status === 'settled' || state.status === 'dismissed') return [];
    const same = state.status === status && state.outcome === outcome;
    return same ? [] : [{ _tag: 'Settled', status, outcome, atMs }];
  }
  const { decision, note } = command;
  if (state.status !== 'queued') return differenceRefusals.notQueued();
  if (!maySay(state, decision)) return differenceRefusals.notForBank();
  return [{ _tag: 'Decided', decision, by: facts.caller.subject, note, atMs }];
};

const evolve = (state: DifferenceState | null, event: DifferenceEvent): DifferenceState | null => {
  if (event._tag === 'Found') {
    const status = FIRST[event.found.action];
    return { ...event.found, status, outcome: null, decided: null, foundAtMs: event.atMs, changedAtMs: event.atMs };
  }
  if (state === null) return null;
  const { atMs } = event;
  if (event._tag === 'Settled') return { ...state, status: event.status, outcome: event.outcome, changedAtMs: atMs };
  const { decision, by, note } = event;
  const status = decision === 'dismiss' ? 'dismissed' : 'open';
  return { ...state, status, decided: { decision, by, note, atMs }, changedAtMs: atMs };
};

const decide = (
  state: DifferenceState | null,
  command: DifferenceCommand,
  facts: Facts,
): Decision<DifferenceEvent, DifferenceReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return differenceRefusals.unknown();
  return accept(outcome, { changed: outcome.length > 0, status: after.status });
};

export const differenceDecider: Decider<DifferenceState | null, DifferenceCommand, DifferenceEvent, DifferenceReply> = {
  initial: null,
  decide,
  evolve,
};
