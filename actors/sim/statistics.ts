import { Effect } from 'effect';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import {
  type Counted,
  countCardEvent,
  countRangeEvent,
  type Dimensions,
} from '../../domain/sim/statistics/measures.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalPrefix } from '../../store/runtime/journal.ts';
import { beginRebuild, type CountedTurn, countTurns, endRebuild, type Gap } from '../../store/sim/statistics.ts';
import type { AnyDefinition } from '../runtime/definition.ts';
import { type BatchSubscription, eventsOf, type Turn } from '../runtime/subscriptions.ts';
import { turnsIn } from '../runtime/subscriptions-slice.ts';
import { cardActor } from './card.ts';
import { iccidRangeActor, imsiRangeActor } from './number-range.ts';

/**
 * Statistics and stock levels follow the journal (seed 000 §6). What was counted is known per actor by its revision, so
 * a turn counts once whatever is delivered how often; an actor of which turns are missing is read whole again.
 */

/** Turns in one transaction when much is counted at once. */
const BATCH = 1_000;

type Count<Event> = (before: Dimensions, event: Event) => Counted;

const ofEvents =
  <Event>(events: ReadonlyArray<Event>, count: Count<Event>) =>
  (before: Dimensions): ReadonlyArray<Counted> => {
    let dimensions = before;
    return events.map((event) => {
      const counted = count(dimensions, event);
      ({ dimensions } = counted);
      return counted;
    });
  };

const countOf = (turn: Turn): CountedTurn['count'] => {
  switch (turn.kind) {
    case cardActor.kind:
      return ofEvents(eventsOf(cardActor, turn), countCardEvent);
    case imsiRangeActor.kind:
      return ofEvents(eventsOf(imsiRangeActor, turn), (before, event) => countRangeEvent('imsi', before, event));
    default:
      return ofEvents(eventsOf(iccidRangeActor, turn), (before, event) => countRangeEvent('iccid', before, event));
  }
};

const counted: ReadonlyArray<AnyDefinition> = [cardActor, iccidRangeActor, imsiRangeActor];

/** Turns that changed nothing have no revision of their own. */
const ready = (turns: ReadonlyArray<Turn>): ReadonlyArray<CountedTurn> =>
  turns
    .filter((turn) => turn.events.length > 0)
    .map((turn) => ({
      kind: turn.kind,
      tenant: turn.id.tenant,
      key: turn.id.key,
      rev: turn.rev,
      atMs: turn.atMs,
      count: countOf(turn),
    }));

/** Every turn of the actor, from its first. */
const wholeHistory = ({ kind, tenant, key }: Gap) =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    const prefix = journalPrefix(kind, formatActorId({ tenant, key }));
    const records = yield* mongoTry('reading an actor’s journal', () =>
      db
        .collection<JournalDocument>(JOURNAL)
        // ':' follows '9' in ASCII: past every record of the actor, before any other's.
        .find({ _id: { $gt: prefix, $lt: `${prefix}:` } })
        .sort({ _id: 1 })
        .toArray(),
    );
    return ready(records.flatMap((record) => turnsIn(keys, record)));
  });

/** Counts the turns, and the histories of actors of which something was missing. */
const countAll = (turns: ReadonlyArray<CountedTurn>): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    for (let at = 0; at < turns.length; at += BATCH) {
      const gaps = yield* countTurns(turns.slice(at, at + BATCH));
      for (const gap of gaps) {
        const history = yield* wholeHistory(gap);
        for (let from = 0; from < history.length; from += BATCH) yield* countTurns(history.slice(from, from + BATCH));
      }
    }
  });

export const statisticsSubscription: BatchSubscription<Mongo | KeyRing> = {
  name: 'sim.statistics',
  kinds: counted.map(({ kind }) => kind),
  // Each slice reads everything that MongoDB writes; one keeps up with what a node can decide.
  slices: 1,
  handleAll: (turns) => countAll(ready(turns)),
};

/** Records of the journal that are read together. */
const PAGE = 500;

/** All records of a kind, actor by actor in their order. */
const countKind = (kind: string, tell: (records: number) => void): Effect.Effect<number, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    let after = `${kind}/`;
    let seen = 0;
    for (;;) {
      const from = after;
      const page = yield* mongoTry('reading the journal', () =>
        db
          .collection<JournalDocument>(JOURNAL)
          .find({ _id: { $gt: from, $lt: `${kind}0` } })
          .sort({ _id: 1 })
          .limit(PAGE)
          .toArray(),
      );
      const last = page.at(-1);
      if (last === undefined) return seen;
      yield* countAll(ready(page.flatMap((record) => turnsIn(keys, record))));
      after = last._id;
      seen += page.length;
      tell(seen);
    }
  });

/**
 * Counts everything anew from the journal, also while nodes are at work: they count into the new generation, too, and
 * what comes before its predecessors makes them read the actor whole.
 * @returns records of the journal by kind
 */
export const rebuildStatistics = (
  tell: (kind: string, records: number) => void = () => undefined,
): Effect.Effect<Readonly<Record<string, number>>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const generation = yield* beginRebuild;
    const records: Record<string, number> = {};
    for (const { kind } of counted) records[kind] = yield* countKind(kind, (seen) => tell(kind, seen));
    yield* endRebuild(generation);
    return records;
  });
