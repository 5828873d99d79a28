import { Effect } from 'effect';
import { type Fault, fault, isRefusal } from '../../domain/kernel/refusal.ts';
import { periodOfMessage } from '../../domain/mandates/reconciliation/correction.ts';
import { boundsOf } from '../../domain/mandates/reconciliation/file.ts';
import type { NumberEvent, NumberState } from '../../domain/mandates/schema.ts';
import { knownOf, type Named, nameOf, standingOf } from '../../domain/mandates/state.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import {
  markRelation,
  type RelationEntry,
  type RelationMoments,
  writeRelation,
} from '../../store/mandates/relations.ts';
import type { Mongo } from '../../store/mongo.ts';
import { Actors } from '../runtime/actors.ts';
import { eventsOf, type Subscription, SubscriptionsLive, type Turn } from '../runtime/subscriptions.ts';
import { numberActor } from './number.ts';

/**
 * The read side: a document per agreement in `mandates_relations`, with number and account sealed and found by blind
 * indexes. What is written is what the number's actor says by now, so a turn that comes again changes nothing.
 */

const touched = (event: NumberEvent, state: NumberState): ReadonlyArray<Named> => {
  switch (event._tag) {
    case 'Reserved':
    case 'Formalised':
    case 'Changed':
      return [nameOf(event.claim)];
    case 'Ended':
    case 'CancelBegun':
    case 'CancelRejected':
      return [nameOf(event)];
    case 'CaseOpened':
      return [nameOf(event.case.theirs)];
    case 'CaseProposed':
    case 'CaseClosed':
      // A closed one is gone from the state; what became of it is among the turn's other events, or is the relation's.
      return [
        ...state.cases.filter(({ id }) => id === event.case).map(({ theirs }) => nameOf(theirs)),
        ...(state.relation === null ? [] : [nameOf(state.relation)]),
      ];
    default:
      return [];
  }
};

const entryOf = (state: NumberState, name: Named): Omit<RelationEntry, 'movedAtMs'> | undefined => {
  const known = knownOf(state, name);
  const { relation, open } = known;
  const claim = relation ?? open?.theirs;
  const status = standingOf(known);
  if (status === undefined) return undefined;
  return {
    ...nameOf(name),
    status,
    number: state.number,
    account: claim?.account.number ?? null,
    ...(claim === undefined
      ? {}
      : {
          province: claim.province,
          channel: claim.channel,
          userType: claim.userType,
          terms: claim.terms,
          accountKind: claim.account.kind,
        }),
    case: open?.id ?? null,
    caseKind: open?.kind ?? null,
    twoPersons: open?.twoPersons ?? false,
    proposedBy: open?.proposed?.by ?? null,
    proposedAction: open?.proposed?.action ?? null,
    caseSinceMs: open?.openedAtMs ?? null,
  };
};

const HALF_DAY_MS = 12 * 3_600_000;

/** What a file has told belongs to the file's period, whenever that came to be; it is news in no later one. */
const movedAt = (events: ReadonlyArray<NumberEvent>, atMs: number): number => {
  const answered = events.find((event) => event._tag === 'Answered');
  const period = answered?._tag === 'Answered' ? periodOfMessage(answered.answer.message) : undefined;
  return period === undefined ? atMs : boundsOf(period).toMs - HALF_DAY_MS;
};

/** Reports count these: they are taken from the turn itself, since the actor may know better by now. */
const momentOf = (event: NumberEvent): readonly [Named, Partial<RelationMoments>] | undefined => {
  if (event._tag === 'Formalised') return [event.claim, { formalAtMs: event.atMs }];
  return event._tag === 'Ended' ? [event, { endedAtMs: event.atMs }] : undefined;
};

const write = (turn: Turn): Effect.Effect<void, Fault, Actors | Mongo | KeyRing> =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { state, rev } = yield* actors.read(numberActor, turn.id).pipe(Effect.catchIf(isRefusal, Effect.die));
    // The journal may be followed before the owner has heard that its record is durable.
    if (rev < turn.rev) return yield* Effect.fail(fault('actors', 'Behind', 'The actor does not know this turn yet.'));
    const events = eventsOf(numberActor, turn);
    const names = new Map(
      events.flatMap((event) => touched(event, state)).map((name) => [`${name.bank}/${name.agreement}`, name] as const),
    );
    for (const name of names.values()) {
      const entry = entryOf(state, name);
      if (entry === undefined) continue;
      const movedAtMs = movedAt(events, turn.atMs);
      yield* writeRelation(turn.id, { ...entry, movedAtMs, rev, changedAtMs: turn.atMs });
    }
    for (const event of events) {
      const moment = momentOf(event);
      if (moment !== undefined) yield* markRelation(turn.id, ...moment);
    }
  });

const directory: Subscription<Actors | Mongo | KeyRing> = {
  name: 'mandates.directory',
  kinds: [numberActor.kind],
  handle: write,
};

/** What follows the journal of the area, on nodes that hold actors. */
export const MandateSubscriptionsLive = SubscriptionsLive([directory]);
