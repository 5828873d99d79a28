/**
 * How often and how long a step of a workflow is tried, by the sort of step: the one place, each number with its
 * reason. A refusal is never retried; a fault is, after its own `retryAfterMs` when it names one. A profile that gives
 * up fails the step, and the workflow decides: it waits for staff, alarms or compensates. In the bundle: no imports by
 * value.
 */
import type { ActivityOptions } from '@temporalio/common';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export type ProfileName =
  | 'quick'
  | 'actorAsk'
  | 'storeWrite'
  | 'longCopy'
  | 'partnerPoll'
  | 'partnerTransfer'
  | 'partnerCall'
  | 'partnerAnswer';

export interface Profile extends Readonly<ActivityOptions> {
  /** One attempt. A worker that dies without a word is noticed after it, or after `heartbeatTimeout`. */
  readonly startToCloseTimeout: number;
  /** All attempts with the waiting between them; then the step has failed. */
  readonly scheduleToCloseTimeout: number;
  /** The worker beats by itself at a third of this, as long as the step runs. */
  readonly heartbeatTimeout: number;
}

export const retryProfiles: Readonly<Record<ProfileName, Profile>> = {
  /** A look-up or a calculation on our own stores. */
  quick: {
    // An indexed query answers in milliseconds; ten seconds only pass when a server is changing its primary.
    startToCloseTimeout: 10 * SECOND,
    // A change of primary takes up to half a minute, a restart of a node two.
    scheduleToCloseTimeout: 5 * MINUTE,
    heartbeatTimeout: 10 * SECOND,
    // Most faults are gone at once; capped so that the step goes on soon after the server is back.
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 5 * SECOND },
  },
  /** One ask of an actor, or a handful: idempotent by command id, so trying again is free of danger. */
  actorAsk: {
    // A turn takes milliseconds; a shard that moves to another node answers again within its lease of some 15 s.
    startToCloseTimeout: MINUTE,
    // Nobody is waiting on the line: outlasts a release of all nodes and a person who restarts a store.
    scheduleToCloseTimeout: 2 * HOUR,
    heartbeatTimeout: 15 * SECOND,
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumInterval: 30 * SECOND },
  },
  /** A step that walks a file: streams it, posts chunk by chunk, resumes from its heartbeat. */
  storeWrite: {
    // A million lines at a few thousand a second are minutes; half an hour leaves room for a busy machine.
    startToCloseTimeout: 30 * MINUTE,
    scheduleToCloseTimeout: 12 * HOUR,
    // A dead worker must not hold such a step for half an hour.
    heartbeatTimeout: 30 * SECOND,
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: MINUTE },
  },
  /** A copy of the whole database, which begins anew when it breaks; looked at again by its schedule. */
  longCopy: {
    // The database keeps its history for twelve hours, and a copy needs it (store/operations/backup).
    startToCloseTimeout: 12 * HOUR,
    // Until the next day's copy begins.
    scheduleToCloseTimeout: 20 * HOUR,
    // A part of 16 MiB is seconds; a minute bears a stalled line to a file server.
    heartbeatTimeout: MINUTE,
    // A place that is full or away is not soon otherwise, and each try reads the database from its start.
    retry: { initialInterval: 30 * SECOND, backoffCoefficient: 2, maximumInterval: HOUR, maximumAttempts: 8 },
  },
  /** Looking whether a partner has put a file there. The workflow looks again on its schedule anyway. */
  partnerPoll: {
    // Connecting, a listing and small files over a slow line.
    startToCloseTimeout: 5 * MINUTE,
    // Shorter than the time between two looks, so that one look does not run into the next.
    scheduleToCloseTimeout: 15 * MINUTE,
    heartbeatTimeout: 30 * SECOND,
    // A server that has just refused a connection is not hammered.
    retry: { initialInterval: 5 * SECOND, backoffCoefficient: 2, maximumInterval: 2 * MINUTE },
  },
  /** Sending a file to a partner or fetching a large one; resumes where it stopped. */
  partnerTransfer: {
    // 100 MB at 1 Mbit/s is a quarter of an hour.
    startToCloseTimeout: HOUR,
    // A partner's night or weekend maintenance passes without a person; after that staff should know.
    scheduleToCloseTimeout: 72 * HOUR,
    // Transfers write progress often; a minute bears a stalled line.
    heartbeatTimeout: MINUTE,
    // From seconds to a quarter of an hour: at most some 300 attempts over a weekend, none of them in a burst.
    retry: { initialInterval: 5 * SECOND, backoffCoefficient: 2, maximumInterval: 15 * MINUTE },
  },
  /** One short call of another organisation's service, which it needs to hear of sooner or later. */
  partnerCall: {
    // The driver gives up after a quarter of this.
    startToCloseTimeout: MINUTE,
    // As for a transfer: a partner's weekend passes without a person.
    scheduleToCloseTimeout: 72 * HOUR,
    heartbeatTimeout: 15 * SECOND,
    // Somebody waits at a counter: soon at first, then not more often than a service that is down can bear.
    retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: 5 * MINUTE },
  },
  /** One short question to another organisation, for a third party that waits on its own line. */
  partnerAnswer: {
    // Two attempts fit into the whole.
    startToCloseTimeout: 3 * SECOND,
    // A bank gives up after 8 s (docs/partners/bank.md); it hears before that when to ask again.
    scheduleToCloseTimeout: 6 * SECOND,
    heartbeatTimeout: 3 * SECOND,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: SECOND },
  },
};
