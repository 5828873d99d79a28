import { hash } from 'node:crypto';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { parseDay } from '../rating/calendar.ts';
import { reratingRefusals as no } from './refusals.ts';
import {
  RERATING_LIMITS,
  type Rerating,
  type ReratingCommand,
  type ReratingEvent,
  type ReratingReply,
  type ReratingsState,
} from './schema.ts';

/**
 * Re-ratings of a partner's usage: started by one person, shown with what they would come to, approved by another, posted.
 * One at a time, for each is computed from what the ones before have left.
 */

type Of<Tag extends ReratingCommand['_tag']> = Extract<ReratingCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ReratingEvent> | Refusal;

const OPEN: ReadonlySet<Rerating['status']> = new Set(['previewing', 'previewed', 'approved', 'withdrawing']);

export const reratingOf = (state: ReratingsState | null, rerating: string): Rerating | undefined =>
  state?.reratings.find((one) => one.rerating === rerating);

/** As differences are named by which a re-rating that is withdrawn is taken back. */
export const withdrawalOf = (rerating: string): string => `v${hash('sha256', `${rerating}/withdrawn`).slice(0, 16)}`;

/** `2026-10`, `2026-11`: what a period touches, by the visited network's days; of one that is too long, its first months. */
export const monthsOf = ({ from, to }: { readonly from: string; readonly to: string }): ReadonlyArray<string> => {
  const indexOf = (day: string): number => 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7)) - 1;
  const months = Math.min(Math.max(0, indexOf(to) - indexOf(from) + 1), RERATING_LIMITS.days);
  return Array.from({ length: months }, (_, at) => {
    const index = indexOf(from) + at;
    return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
  });
};

const wantedProblem = ({ roaming, from, to, agreement, plan }: Of<'Start'>): Refusal | undefined => {
  const days = (parseDay(to) ?? 0) - (parseDay(from) ?? 0) + 1;
  if (days < 1) return no.emptyPeriod();
  if (days > RERATING_LIMITS.days) return no.periodTooLong();
  if (agreement === null && plan === null) return no.nothingWanted();
  return roaming === 'inbound' && plan !== null ? no.planOfVisitors() : undefined;
};

const start = (state: ReratingsState | null, command: Of<'Start'>, { actor, caller, nowMs }: Facts): Outcome => {
  const { _tag, ...wanted } = command;
  const known = reratingOf(state, command.rerating);
  if (known !== undefined) {
    const same = (['roaming', 'from', 'to', 'agreement', 'plan'] as const).every((one) => known[one] === wanted[one]);
    return same ? [] : no.differs();
  }
  const problem = wantedProblem(command);
  if (problem !== undefined) return problem;
  if (state?.reratings.some(({ status }) => OPEN.has(status)) === true) return no.open();
  return [{ _tag: 'Started', partner: actor.key, ...wanted, by: caller.subject, atMs: nowMs }];
};

const isStalled = ({ stalled }: Rerating): boolean => (stalled ?? null) !== null;

const withdraw = (one: Rerating, { rerating, reason }: Of<'Withdraw'>, { caller, nowMs }: Facts): Outcome => {
  const { status } = one;
  if (status === 'withdrawn' || (status === 'withdrawing' && !isStalled(one))) return [];
  const did = { rerating, by: caller.subject, atMs: nowMs };
  if (status === 'withdrawing') return [{ _tag: 'Resumed', ...did }];
  if (status !== 'approved' || !isStalled(one)) return no.notStalled();
  return [{ _tag: 'Withdrawn', reason, ...did }];
};

/** What its process tells when posting, or taking back, has come to an end; late news of an earlier run changes nothing. */
const ended = (one: Rerating, command: Of<'Stall'> | Of<'TakenBack'>, { nowMs }: Facts): Outcome => {
  if (command._tag === 'Stall') {
    const underWay = one.status === 'approved' || one.status === 'withdrawing';
    return underWay ? [{ ...command, _tag: 'Stalled', atMs: nowMs }] : [];
  }
  if (one.status !== 'withdrawing') return one.status === 'withdrawn' ? [] : no.notStalled();
  const refused = command.refused.slice(0, RERATING_LIMITS.refused);
  return [{ ...command, refused, atMs: nowMs }];
};

const decideOn = (one: Rerating, command: Of<'Approve'> | Of<'Reject'>, { caller, nowMs }: Facts): Outcome => {
  const { rerating, status, started } = one;
  const decided = { rerating, by: caller.subject, atMs: nowMs };
  if (command._tag === 'Reject') {
    if (status === 'rejected') return [];
    // Also before it is previewed: whatever keeps that from ending must not keep others out.
    if (status !== 'previewing' && status !== 'previewed') return no.notPreviewed();
    return [{ _tag: 'Rejected', reason: command.reason, ...decided }];
  }
  if (status === 'approved' && isStalled(one)) return [{ _tag: 'Resumed', ...decided }];
  if (status === 'approved' || status === 'done') return [];
  if (status !== 'previewed') return no.notPreviewed();
  return started.by === caller.subject ? no.secondPersonNeeded() : [{ _tag: 'Approved', ...decided }];
};

const outcomeOf = (state: ReratingsState | null, command: ReratingCommand, facts: Facts): Outcome => {
  if (command._tag === 'Start') return start(state, command, facts);
  const one = reratingOf(state, command.rerating);
  if (one === undefined) return no.unknown();
  switch (command._tag) {
    case 'Preview':
      // Late news of a re-rating that was rejected meanwhile.
      if (one.status !== 'previewing') return [];
      return [{ _tag: 'Previewed', rerating: one.rerating, totals: command.totals }];
    case 'Approve':
    case 'Reject':
      return decideOn(one, command, facts);
    case 'Finish': {
      if (one.status === 'done') return [];
      if (one.status !== 'approved') return no.notApproved();
      const { refused, ...rest } = command;
      const first = refused.slice(0, RERATING_LIMITS.refused);
      return [{ ...rest, _tag: 'Finished', refused: first, atMs: facts.nowMs }];
    }
    case 'Withdraw':
      return withdraw(one, command, facts);
    case 'Stall':
    case 'TakenBack':
      return ended(one, command, facts);
    case 'Fail':
      if (one.status !== 'previewing') return [];
      return [{ ...command, _tag: 'Failed', atMs: facts.nowMs }];
  }
};

const running = ({ stalled: _, ...one }: Rerating): Rerating => one;

const changed = (one: Rerating, event: Exclude<ReratingEvent, { readonly _tag: 'Started' }>): Rerating => {
  switch (event._tag) {
    case 'Previewed':
      return { ...one, status: 'previewed', preview: event.totals };
    case 'Approved':
      return { ...one, status: 'approved', decided: { by: event.by, atMs: event.atMs } };
    case 'Rejected': {
      const { by, atMs, reason } = event;
      return { ...one, status: 'rejected', decided: { by, atMs }, note: reason, endedAtMs: atMs };
    }
    case 'Finished': {
      const { totals, refused, refusedCount, atMs } = event;
      return { ...running(one), status: 'done', posted: totals, refused, refusedCount, endedAtMs: atMs };
    }
    case 'Stalled': {
      const { code, message, atMs } = event;
      return { ...one, stalled: { code, message, atMs } };
    }
    case 'Resumed':
      return running(one);
    case 'Withdrawn': {
      const { by, atMs, reason } = event;
      return { ...running(one), status: 'withdrawing', withdrawn: { by, atMs }, note: reason };
    }
    case 'TakenBack': {
      const { refused, refusedCount, atMs } = event;
      return { ...running(one), status: 'withdrawn', refused, refusedCount, endedAtMs: atMs };
    }
    case 'Failed':
      return { ...one, status: 'failed', note: `${event.code}: ${event.message}`, endedAtMs: event.atMs };
  }
};

const evolve = (state: ReratingsState | null, event: ReratingEvent): ReratingsState | null => {
  if (event._tag !== 'Started') {
    if (state === null) return null;
    const reratings = state.reratings.map((one) => (one.rerating === event.rerating ? changed(one, event) : one));
    return { ...state, reratings };
  }
  const { _tag, partner, by, atMs, ...wanted } = event;
  const fresh: Rerating = {
    ...wanted,
    status: 'previewing',
    started: { by, atMs },
    preview: null,
    decided: null,
    posted: null,
    refused: [],
    refusedCount: 0,
    note: null,
    endedAtMs: null,
  };
  return { partner, reratings: [...(state?.reratings ?? []), fresh].slice(-RERATING_LIMITS.remembered) };
};

const decide = (
  state: ReratingsState | null,
  command: ReratingCommand,
  facts: Facts,
): Decision<ReratingEvent, ReratingReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = reratingOf(outcome.reduce(evolve, state), command.rerating);
  if (after === undefined) return no.unknown();
  return accept(outcome, { changed: outcome.length > 0, status: after.status });
};

export const reratingDecider: Decider<ReratingsState | null, ReratingCommand, ReratingEvent, ReratingReply> = {
  initial: null,
  decide,
  evolve,
};
