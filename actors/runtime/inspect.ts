import { Effect } from 'effect';
import type { mongo } from 'mongoose';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { readTails, type SealingKeys } from '../../store/runtime/journal.ts';
import type { StateDocument } from '../../store/runtime/state-documents.ts';
import { type DeadLetter, listDeadLetters, type RetriedLetters, retryLettersOf } from './dead-letters.ts';
import type { AnyDefinition } from './definition.ts';
import { type PastTurn, readTurns } from './history.ts';
import type { RestartReply } from './looks.ts';
import { ActorOverview, type Place } from './overview.ts';
import { protocolOf } from './protocol.ts';
import { hurryReminders, type OpenReminder, openReminders } from './reminders-of-actor.ts';
import { type Broken, brokenBy, historyTooLong, MAX_REPLAYED_TURNS, missing, Replaying } from './replay.ts';

/**
 * One actor in full, for an operator: where it lives, what its journal and its state document say, what it would
 * remember if it were started now, and what is stuck about it. Nobody is woken by looking.
 */

export interface RememberedReceipt {
  readonly commandId: string;
  readonly rev: number;
  /** Encoded, in clear; null unless asked for. */
  readonly reply: unknown;
}

export interface Inspection {
  readonly kind: string;
  readonly tenant: string;
  readonly key: string;
  readonly sealed: boolean;
  readonly place: Place;
  /** Of the last record: what is durable. */
  readonly rev: number;
  readonly seq: number;
  readonly epoch: number;
  /** Null: none is written yet. */
  readonly document: {
    readonly rev: number;
    readonly seq: number;
    readonly writtenAtMs: number;
    readonly stateVersion: number;
    /** Revisions that the journal is ahead. */
    readonly behind: number;
    /** False: of another version of the state; the actor starts from its journal instead. */
    readonly usable: boolean;
    /** What lists see of it. */
    readonly listed: Readonly<Record<string, unknown>>;
  } | null;
  /** What whoever starts the actor runs into; null: it starts. */
  readonly broken: Broken | null;
  /** How many it remembers, and the newest of them, oldest first. */
  readonly receipts: { readonly kept: number; readonly newest: ReadonlyArray<RememberedReceipt> };
  readonly deadLetters: ReadonlyArray<DeadLetter>;
  readonly reminders: ReadonlyArray<OpenReminder>;
  /** The newest first. */
  readonly lastTurns: ReadonlyArray<PastTurn>;
}

const LAST_TURNS = 10;
const LETTERS = 50;
const REMINDERS = 50;
const RECEIPTS = 256;

interface Start {
  readonly replaying: Replaying;
  readonly document: StateDocument | null;
  readonly broken: Broken | null;
}

/** As the node does that starts it: from its state document, and the records after it. */
const start = async (db: mongo.Db, keys: SealingKeys, definition: AnyDefinition, name: string): Promise<Start> => {
  const replaying = new Replaying(protocolOf(definition), name);
  let broken: Broken | null = null;
  const goesWell = (seq: number, step: () => void): boolean => {
    try {
      step();
    } catch (cause) {
      broken = brokenBy(seq, cause);
    }
    return broken === null;
  };
  const documents = db.collection<StateDocument>(definition.collection);
  const document = await documents.findOne({ _id: name }, { readPreference: 'primary' });
  const begun = document === null || goesWell(document.actor.seq, () => replaying.startFrom(document, keys));
  if (!begun) return { replaying, document, broken };
  const tail = { actor: name, afterSeq: Math.max(0, replaying.seq - 1) };
  for await (const record of readTails(db, definition.kind, [tail])) {
    const whole = goesWell(record.seq, () => replaying.apply(record, keys));
    if (!whole || replaying.turns > MAX_REPLAYED_TURNS) return { replaying, document, broken };
  }
  goesWell(replaying.seq, () => replaying.check());
  return { replaying, document, broken };
};

/** Refusals: `missing` when there is nothing of the actor at all, HistoryTooLong. */
export const inspectActor = (
  definition: AnyDefinition,
  id: ActorId,
  options: { readonly replies?: boolean } = {},
): Effect.Effect<Inspection, Refusal | Fault, Mongo | KeyRing | ActorOverview> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    const overview = yield* ActorOverview;
    const { kind } = definition;
    const name = formatActorId(id);
    const found = yield* mongoTry('reading an actor', () => start(db, keys, definition, name));
    const { replaying, document, broken } = found;
    if (replaying.turns > MAX_REPLAYED_TURNS) return yield* Effect.fail(historyTooLong());
    const last = yield* readTurns(definition, id, { order: 'newest', limit: LAST_TURNS });
    const newest = last.items[0];
    const place = yield* overview.place(kind, id);
    if (newest === undefined && document === null && broken === null && (place.found?.actor ?? null) === null)
      return yield* Effect.fail(missing(kind));
    const rev = Math.max(newest?.rev ?? 0, replaying.rev);
    return {
      kind,
      ...id,
      sealed: definition.sealed === true,
      place,
      rev,
      seq: Math.max(newest?.seq ?? 0, last.broken[0]?.seq ?? 0, replaying.seq),
      epoch: newest?.epoch ?? replaying.epoch,
      document: document === null ? null : documentPart(definition, document, rev),
      broken,
      receipts: receiptsOf(replaying, options.replies === true),
      deadLetters: yield* listDeadLetters({ tenant: id.tenant, kind, actor: name, limit: LETTERS }),
      reminders: yield* openReminders(kind, id, REMINDERS),
      lastTurns: last.items,
    };
  });

const documentPart = (
  definition: AnyDefinition,
  { rev, actor, _id, tenant, key, ...listed }: StateDocument,
  journalRev: number,
) => ({
  rev,
  seq: actor.seq,
  writtenAtMs: actor.at.getTime(),
  stateVersion: actor.stateVersion,
  behind: Math.max(0, journalRev - rev),
  usable: actor.stateVersion === definition.stateVersion,
  listed,
});

const receiptsOf = ({ receipts }: Replaying, replies: boolean): Inspection['receipts'] => ({
  kept: receipts.size,
  newest: [...receipts]
    .slice(-RECEIPTS)
    .map(([commandId, { rev, reply }]) => ({ commandId, rev, reply: replies ? reply : null })),
});

export interface Retried extends RetriedLetters {
  /** What became of the actor: `restarted` (put to sleep, the next ask loads it), `talking` (left alone: a device). */
  readonly actor: RestartReply['outcome'] | 'unreachable';
  /** Reminders that rested after a fault and are tried at once. */
  readonly hurried: number;
}

/**
 * Has everything tried again that is stuck about an actor: it is started anew, its dead letters begin again, reminders
 * that gave up or rest come again. May be repeated. Refusal: `missing` when there is nothing of the actor.
 */
export const retryActor = (
  definition: AnyDefinition,
  id: ActorId,
): Effect.Effect<Retried, Refusal | Fault, Mongo | KeyRing | ActorOverview> =>
  Effect.gen(function* () {
    const overview = yield* ActorOverview;
    const { kind } = definition;
    const actor = (yield* overview.restart(kind, id)) ?? 'unreachable';
    const history = yield* readTurns(definition, id, { limit: 1 });
    const known = history.items.length + history.broken.length > 0;
    if (!known && actor !== 'restarted' && actor !== 'talking') return yield* Effect.fail(missing(kind));
    const letters = yield* retryLettersOf(kind, id);
    return { actor, ...letters, hurried: yield* hurryReminders(kind, id) };
  });
