import * as Sharding from '@effect/cluster/Sharding';
import { Cause, Effect, Either, Layer } from 'effect';
import type { mongo } from 'mongoose';
import { type ActorId, formatActorId, parseActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { CollectionPlan } from '../../store/migrations.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoTry } from '../../store/mongo.ts';
import type { JournalReminder } from '../../store/runtime/journal.ts';
import { log } from '../../telemetry/log.ts';
import { counter, histogram } from '../../telemetry/metrics.ts';
import { Actors, type Ask } from './actors.ts';
import { type DeadLetter, padRev, REMINDER_DELIVERY, REMINDERS, saveLetter } from './dead-letters.ts';
import type { AnyDefinition } from './definition.ts';
import { Lease } from './lease.ts';
import { OTHER_RELEASE } from './outcome.ts';
import { protocolOf } from './protocol.ts';
import type { Turn } from './subscriptions.ts';
import { inBatches } from './subscriptions-delivery.ts';
import { followSlice, type SliceView } from './subscriptions-slice.ts';

/**
 * Reminders: a command that an actor has asked to get at a later moment. The turn that sets or cancels one says so in
 * its journal record, so neither can be lost; a follower of the journal writes them here, and the node that owns the
 * slice delivers what is due with a command id made from the setting turn: delivered twice, it has its effect once.
 *
 * A reminder is delivered only when every turn written before its moment has been followed. So one that was cancelled
 * or set anew in time is never delivered, however far the follower was behind.
 */
/** Delivered and cancelled ones stay this long (refused ones until their dead letter is settled), so that a turn that comes again does not set them again. */
const KEPT_SECONDS = 86_400;
const SLICES = 4;
const BATCH = 500;
const POLL_MS = 200;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** Actors woken beside each other. */
const WAKING = 16;

export const reminderIndexes: ReadonlyArray<CollectionPlan> = [
  {
    collection: REMINDERS,
    indexes: [
      { name: 'due', key: { slot: 1, tryAt: 1 }, partialFilterExpression: { status: 'set' } },
      { name: 'retention', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ],
  },
];

export type ReminderStatus = 'set' | 'delivered' | 'cancelled' | 'refused';

export interface ReminderDocument {
  /** `kind/tenant/key/name` */
  readonly _id: string;
  readonly kind: string;
  /** `tenant/key` */
  readonly actor: string;
  readonly name: string;
  readonly partition: number;
  /** `partition % SLICES`: who delivers it. */
  readonly slot: number;
  /** Revision of the turn that said this; an older turn does not change it. */
  readonly rev: number;
  /** Of the events of that turn: what a newer program has set, an older one may not be able to read. */
  readonly eventVersion?: number;
  readonly status: ReminderStatus;
  readonly dueAt: Date;
  /** When delivery is tried; `dueAt`, later after a fault. */
  readonly tryAt: Date;
  readonly attempts: number;
  /** Encoded; null: the actor is only woken. */
  readonly command: unknown;
  readonly commandId: string;
  /** Of those that are no longer set. */
  readonly expiresAt?: Date;
}

const delivered = counter({
  name: 'hufu_reminders_total',
  help: 'Reminders by what became of them: delivered, refused, retried',
  labels: ['kind', 'outcome'],
});

const lateness = histogram({
  name: 'hufu_reminder_late_seconds',
  help: 'How long after its moment a reminder was delivered',
  labels: ['kind'],
});

export const reminders = (db: mongo.Db) => db.collection<ReminderDocument>(REMINDERS);

const expiry = (): Date => new Date(Date.now() + KEPT_SECONDS * 1_000);

/** The command id of a reminder set by that turn: the same for every delivery of it, of no other. */
export const reminderCommandId = (name: string, rev: number): string => `reminder:${name}:${rev}`;

const fieldsOf = (turn: Turn, change: JournalReminder): Omit<ReminderDocument, '_id'> => {
  const dueAt = new Date(change._tag === 'Cancel' ? 0 : change.atMs);
  return {
    kind: turn.kind,
    actor: formatActorId(turn.id),
    name: change.name,
    partition: turn.partition,
    slot: turn.partition % SLICES,
    rev: turn.rev,
    eventVersion: turn.eventVersion,
    status: change._tag === 'Cancel' ? 'cancelled' : 'set',
    dueAt,
    tryAt: dueAt,
    attempts: 0,
    command: change._tag === 'Set' ? change.command : null,
    commandId: reminderCommandId(change.name, turn.rev),
    ...(change._tag === 'Cancel' ? { expiresAt: expiry() } : {}),
  };
};

/** What the turns say in the end: one change per reminder, the last. */
const lastChanges = (turns: ReadonlyArray<Turn>): ReadonlyMap<string, Omit<ReminderDocument, '_id'>> => {
  const changes = new Map<string, Omit<ReminderDocument, '_id'>>();
  for (const turn of turns) {
    for (const change of turn.reminders ?? []) {
      const id = `${turn.kind}/${formatActorId(turn.id)}/${change.name}`;
      // An older turn that comes again after a newer one must not win, here as in the collection.
      if ((changes.get(id)?.rev ?? 0) <= turn.rev) changes.set(id, fieldsOf(turn, change));
    }
  }
  return changes;
};

/** A newer one is there: the upsert finds its key taken. Any other error of the batch counts. */
const isOnlyNewer = (error: unknown): boolean => {
  const errors: unknown = (error as { readonly writeErrors?: unknown }).writeErrors;
  const all: ReadonlyArray<unknown> = Array.isArray(errors) ? errors : [errors];
  return isDuplicateKey(error) && all.every((one) => (one as { readonly code?: number }).code === 11_000);
};

/**
 * Written without waiting for the majority: the position that says they are written is saved after them with the
 * majority, and one log orders both.
 */
const writeChanges = (turns: ReadonlyArray<Turn>): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('writing reminders', async () => {
      const writes = [...lastChanges(turns)].map(([_id, fields]) => ({
        updateOne: {
          filter: { _id, rev: { $lt: fields.rev } },
          update: fields.expiresAt === undefined ? { $set: fields, $unset: { expiresAt: '' } } : { $set: fields },
          upsert: true,
        },
      }));
      // In commands of bounded size: a long one would hold up the renewal of this node's leases behind it.
      for (let from = 0; from < writes.length; from += BATCH) {
        await reminders(databaseOf(connection))
          .bulkWrite(writes.slice(from, from + BATCH) as Array<mongo.AnyBulkWriteOperation<ReminderDocument>>, {
            ordered: false,
            writeConcern: { w: 1 },
          })
          .catch((error: unknown) => {
            if (!isOnlyNewer(error)) throw error;
          });
      }
    }),
  );

interface Due {
  readonly document: ReminderDocument;
  readonly id: ActorId;
}

/** `undefined`: done. */
type Result = Refusal | Fault | undefined;

const wake = (definition: AnyDefinition, due: ReadonlyArray<Due>) =>
  Effect.flatMap(Actors, (actors) =>
    Effect.forEach(
      due,
      ({ id }) =>
        actors.read(definition, id).pipe(
          Effect.as(undefined),
          Effect.catchAll((error) => Effect.succeed(isFault(error) ? error : undefined)),
          Effect.catchAllDefect(() => Effect.succeed(refuse('invalid', 'Defect', 'The actor met a bug; see the log.'))),
        ),
      { concurrency: WAKING },
    ),
  );

const askAll = (definition: AnyDefinition, due: ReadonlyArray<Due>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { decodeReminder } = protocolOf(definition);
    const results: Array<Result> = [];
    const asks: Array<Ask<AnyDefinition>> = [];
    const places: Array<number> = [];
    for (const [place, { document, id }] of due.entries()) {
      const caller = { subject: 'service:reminders', tenant: id.tenant, roles: [] };
      try {
        const command = decodeReminder(document.command);
        asks.push({ id, command, envelope: { commandId: document.commandId, caller } });
        places.push(place);
      } catch {
        results[place] =
          (document.eventVersion ?? 0) > definition.eventVersion
            ? OTHER_RELEASE
            : refuse('invalid', 'ReminderUnreadable', 'The stored command no longer fits its schema.');
      }
    }
    const answers = yield* actors.askMany(definition, asks);
    for (const [index, answer] of answers.entries()) {
      const place = places[index];
      if (place !== undefined && Either.isLeft(answer)) results[place] = answer.left;
    }
    return results;
  });

/** A bug that one actor meets must not hold up the others: then each is asked alone, and it gets a dead letter. */
const askAllOrEach = (
  definition: AnyDefinition,
  due: ReadonlyArray<Due>,
): Effect.Effect<ReadonlyArray<Result>, never, Actors> =>
  askAll(definition, due).pipe(
    Effect.catchAllDefect((defect): Effect.Effect<ReadonlyArray<Result>, never, Actors> => {
      if (due.length > 1) {
        const each = Effect.forEach(due, (one) => askAllOrEach(definition, [one]), { concurrency: WAKING });
        return Effect.map(each, (results) => results.flat());
      }
      log.error({ kind: definition.kind, error: defect }, 'a reminder met a defect');
      return Effect.succeed([refuse('invalid', 'Defect', 'The actor met a bug; see the log.')]);
    }),
  );

const letter = ({ document, id }: Due, error: Refusal): DeadLetter => ({
  _id: `${REMINDER_DELIVERY}/${document._id}/${padRev(document.rev)}`,
  follower: REMINDER_DELIVERY,
  partition: document.partition,
  kind: document.kind,
  tenant: id.tenant,
  actor: document.actor,
  rev: document.rev,
  record: document._id,
  commandId: document.commandId,
  status: 'dead',
  code: error.code,
  message: error.message,
  attempts: document.attempts + 1,
  atMs: document.dueAt.getTime(),
  since: new Date(),
});

const settle = (db: mongo.Db, due: ReadonlyArray<Due>, results: ReadonlyArray<Result>): Effect.Effect<void, Fault> =>
  mongoTry('settling reminders', async () => {
    const now = Date.now();
    const writes: Array<mongo.AnyBulkWriteOperation<ReminderDocument>> = [];
    for (const [index, one] of due.entries()) {
      const { _id, rev, kind, attempts, dueAt } = one.document;
      const result = results[index];
      const outcome = isFault(result) ? 'retried' : isRefusal(result) ? 'refused' : 'delivered';
      delivered.inc({ kind, outcome });
      if (isRefusal(result)) await saveLetter(db, letter(one, result));
      if (outcome === 'delivered') lateness.observe({ kind }, Math.max(0, now - dueAt.getTime()) / 1_000);
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
      const changed: Partial<ReminderDocument> =
        outcome === 'retried'
          ? { tryAt: new Date(now + pause), attempts: Math.min(attempts + 1, 16) }
          : { status: outcome, ...(outcome === 'delivered' ? { expiresAt: expiry() } : {}) };
      // Only of this setting: the command may have set the same reminder anew.
      writes.push({ updateOne: { filter: { _id, rev }, update: { $set: changed } } });
    }
    await reminders(db).bulkWrite(writes, { ordered: false, writeConcern: { w: 1 } });
  });

const deliverKind = (
  definition: AnyDefinition,
  documents: ReadonlyArray<ReminderDocument>,
): Effect.Effect<void, Fault, Mongo | Actors> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const due = documents.map((document): Due => {
      const slash = document.actor.indexOf('/');
      const id = parseActorId(document.actor.slice(0, slash), document.actor.slice(slash + 1));
      if (isRefusal(id)) throw new Error(`${document._id}: ${id.message}`);
      return { document, id };
    });
    const [waking, commands] = [
      due.filter(({ document }) => document.command === null),
      due.filter(({ document }) => document.command !== null),
    ];
    if (waking.length > 0) yield* settle(db, waking, yield* wake(definition, waking));
    if (commands.length > 0) yield* settle(db, commands, yield* askAllOrEach(definition, commands));
  });

/** One round: the oldest due ones, at most a batch. Gives how many there were. */
const deliverDue = (
  definitions: ReadonlyMap<string, AnyDefinition>,
  slice: SliceView,
): Effect.Effect<number, Fault, Mongo | Actors> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const followed = new Date(slice.followedMs());
    const documents = yield* mongoTry('looking for due reminders', () =>
      reminders(db)
        .find({
          slot: slice.slice,
          status: 'set',
          tryAt: { $lte: new Date() },
          dueAt: { $lt: followed },
          kind: { $in: [...definitions.keys()] },
        })
        .sort({ tryAt: 1 })
        .limit(BATCH)
        .toArray(),
    );
    for (const [kind, ofKind] of Map.groupBy(documents, (document) => document.kind)) {
      const definition = definitions.get(kind);
      if (definition !== undefined) yield* deliverKind(definition, ofKind);
    }
    return documents.length;
  });

const delivering = (
  definitions: ReadonlyMap<string, AnyDefinition>,
  slice: SliceView,
): Effect.Effect<never, never, Mongo | Actors | Lease> =>
  Effect.gen(function* () {
    const lease = yield* Lease;
    const round = Effect.suspend(() =>
      // Before the journal has been followed to the present, what was cancelled is not known.
      lease.isValid() && slice.followedMs() > 0 ? deliverDue(definitions, slice) : Effect.succeed(0),
    ).pipe(
      Effect.catchAllCause((cause) => {
        if (Cause.isInterrupted(cause)) return Effect.interrupt;
        log.warn({ slice: slice.slice, error: String(Cause.squash(cause)) }, 'reminders: trying again');
        return Effect.as(Effect.sleep(FIRST_PAUSE_MS), 0);
      }),
      Effect.tap((count) => (count < BATCH ? Effect.sleep(POLL_MS) : Effect.void)),
    );
    return yield* Effect.forever(round);
  });

/** Sets, cancels and delivers the reminders of these kinds on this node's share of the actors. */
export const RemindersLive = (
  list: ReadonlyArray<AnyDefinition>,
): Layer.Layer<never, never, Sharding.Sharding | Mongo | KeyRing | Lease | Actors> => {
  const definitions = new Map(
    list
      .filter((definition) => definition.reminders !== undefined || definition.devices !== undefined)
      .map((definition) => [definition.kind, definition]),
  );
  if (definitions.size === 0) return Layer.empty;
  return Layer.scopedDiscard(
    Effect.gen(function* () {
      const sharding = yield* Sharding.Sharding;
      for (let slice = 0; slice < SLICES; slice += 1) {
        const following = {
          name: REMINDERS,
          kinds: [...definitions.keys()],
          slice,
          slices: SLICES,
          startAt: 'beginning',
          deliver: inBatches(REMINDERS, writeChanges, (view) => delivering(definitions, view)),
        } as const;
        yield* sharding.registerSingleton(`subscription/${REMINDERS}/${slice}of${SLICES}`, followSlice(following));
      }
    }),
  );
};
