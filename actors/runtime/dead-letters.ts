import { Effect } from 'effect';
import type { mongo } from 'mongoose';
import { type ActorId, formatActorId, type TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import type { CollectionPlan } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import type { Turn } from './subscriptions.ts';

/**
 * What could not be delivered, kept until a person decides: turns that a subscription's handler did not take, reminders
 * that their actor refused. A letter names the turn in the journal and the error; it holds nothing of its contents.
 *
 * Order per actor is kept: behind a dead turn the later turns of the same actor, for the same subscription, become
 * letters too (`waiting`). Retrying handles them from the oldest on; discarding the oldest lets the next one go.
 */
export const DEAD_LETTERS = 'dead_letters';

export const deadLetterIndexes: ReadonlyArray<CollectionPlan> = [
  {
    collection: DEAD_LETTERS,
    indexes: [
      { name: 'by_follower', key: { follower: 1, kind: 1, actor: 1, rev: 1 } },
      { name: 'by_status', key: { follower: 1, status: 1 } },
      { name: 'by_tenant', key: { tenant: 1, _id: 1 } },
      { name: 'by_actor', key: { kind: 1, actor: 1, _id: 1 } },
    ],
  },
];

/** `dead`: tried and failed; `waiting`: behind a dead one; `retry`: to be tried again, by the node that owns it. */
export type DeadLetterStatus = 'dead' | 'waiting' | 'retry';

export interface DeadLetter {
  /** `<follower>/<kind>/<tenant>/<key>/<rev>`; of a reminder its name comes before the revision. */
  readonly _id: string;
  /** The subscription's name, or `reminders:delivery`. */
  readonly follower: string;
  /** Of the actor; it says which slice the letter belongs to, whatever their number. */
  readonly partition: number;
  readonly kind: string;
  readonly tenant: TenantId;
  /** `tenant/key` */
  readonly actor: string;
  readonly rev: number;
  /** `_id` of the journal record that holds the turn; of a reminder its own `_id`. */
  readonly record: string;
  readonly commandId: string;
  readonly status: DeadLetterStatus;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly atMs: number;
  readonly since: Date;
}

/** The follower's name in letters of reminders that their actor refused; `record` is the reminder's `_id`. */
export const REMINDER_DELIVERY = 'reminders:delivery';
export const REMINDERS = 'reminders';

const REV_DIGITS = 12;
export const padRev = (rev: number): string => String(rev).padStart(REV_DIGITS, '0');

export const letterOf = (
  follower: string,
  turn: Turn,
  why: {
    readonly status: DeadLetterStatus;
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
  },
): DeadLetter => ({
  _id: `${follower}/${turn.kind}/${formatActorId(turn.id)}/${padRev(turn.rev)}`,
  follower,
  partition: turn.partition,
  kind: turn.kind,
  tenant: turn.id.tenant,
  actor: formatActorId(turn.id),
  rev: turn.rev,
  record: turn.record,
  commandId: turn.commandId,
  atMs: turn.atMs,
  since: new Date(),
  ...why,
});

export const deadLetters = (db: mongo.Db): mongo.Collection<DeadLetter> => db.collection<DeadLetter>(DEAD_LETTERS);

/** Writes the letter; one that is there keeps its place and gets the newer error. */
export const saveLetter = async (db: mongo.Db, letter: DeadLetter): Promise<void> => {
  const { _id, since, ...rest } = letter;
  await deadLetters(db).updateOne({ _id }, { $set: rest, $setOnInsert: { since } }, { upsert: true });
};

/** A letter behind another one: what is there already, whatever its status, stays. */
export const saveWaiting = async (db: mongo.Db, letter: DeadLetter): Promise<void> => {
  const { _id, ...rest } = letter;
  await deadLetters(db).updateOne({ _id }, { $setOnInsert: rest }, { upsert: true });
};

export interface DeadLetterQuery {
  /** Left out only by a system administrator: the letters of one tenant. */
  readonly tenant?: TenantId;
  readonly follower?: string;
  readonly kind?: string;
  /** `tenant/key`; with `kind`, the letters of one actor. */
  readonly actor?: string;
  /** `_id` of the last one of the page before. */
  readonly after?: string;
  /** At most 500; default 50. */
  readonly limit?: number;
}

export const listDeadLetters = (query: DeadLetterQuery = {}): Effect.Effect<ReadonlyArray<DeadLetter>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) => {
    const { tenant, follower, kind, actor, after, limit = 50 } = query;
    const filter: mongo.Filter<DeadLetter> = {
      ...(tenant === undefined ? {} : { tenant }),
      ...(follower === undefined ? {} : { follower }),
      ...(kind === undefined ? {} : { kind }),
      ...(actor === undefined ? {} : { actor }),
      ...(after === undefined ? {} : { _id: { $gt: after } }),
    };
    return mongoTry('listing dead letters', () =>
      deadLetters(databaseOf(connection))
        .find(filter)
        .sort({ _id: 1 })
        .limit(Math.min(Math.max(limit, 1), 500))
        .toArray(),
    );
  });

const noLetter = (): Refusal =>
  refuse('missing', 'NoDeadLetter', 'There is no such dead letter; it may have been settled.');

const find = (db: mongo.Db, id: string, tenant: TenantId | undefined): Effect.Effect<DeadLetter, Refusal | Fault> =>
  mongoTry('reading a dead letter', () =>
    deadLetters(db).findOne({ _id: id, ...(tenant === undefined ? {} : { tenant }) }),
  ).pipe(Effect.flatMap((letter) => (letter === null ? Effect.fail(noLetter()) : Effect.succeed(letter))));

/** The oldest letter of the same actor and follower is to be tried again; success takes the later ones with it. */
const markOldest = (
  db: mongo.Db,
  { follower, kind, actor }: Pick<DeadLetter, 'follower' | 'kind' | 'actor'>,
): Effect.Effect<void, Fault> =>
  Effect.asVoid(
    mongoTry('marking a dead letter', () =>
      deadLetters(db).findOneAndUpdate({ follower, kind, actor }, { $set: { status: 'retry' } }, { sort: { rev: 1 } }),
    ),
  );

/** The reminder that was refused, as its setting left it: delivered again at once, or forgotten. */
const settleReminder = (db: mongo.Db, letter: DeadLetter, again: boolean): Effect.Effect<void, Fault> =>
  mongoTry('settling a dead reminder', async () => {
    const now = new Date();
    const update = again ? { status: 'set', tryAt: now, attempts: 0 } : { expiresAt: now };
    await db
      .collection<{ _id: string; rev: number; status: string }>(REMINDERS)
      .updateOne({ _id: letter.record, rev: letter.rev, status: 'refused' }, { $set: update });
    await deadLetters(db).deleteOne({ _id: letter._id });
  });

/**
 * Tries a letter again, and the later ones of the same actor after it. Returns when that is noted; the node that owns
 * the slice does it within a second. With `tenant`, letters of others are `NoDeadLetter`.
 */
export const retryDeadLetter = (id: string, tenant?: TenantId): Effect.Effect<DeadLetter, Refusal | Fault, Mongo> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const letter = yield* find(db, id, tenant);
    yield* letter.follower === REMINDER_DELIVERY ? settleReminder(db, letter, true) : markOldest(db, letter);
    return letter;
  });

export interface RetriedLetters {
  /** Followers that begin again with the oldest letter of the actor. */
  readonly followers: ReadonlyArray<string>;
  /** Reminders that were refused and come again. */
  readonly reminders: number;
}

/** Reminders of one actor that are brought back at once. */
const REMINDERS_AT_ONCE = 500;

/** As `retryDeadLetter`, of everything that one actor has: every follower begins again with its oldest letter. */
export const retryLettersOf = (kind: string, id: ActorId): Effect.Effect<RetriedLetters, Fault, Mongo> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const of = { kind, actor: formatActorId(id) };
    const all = yield* mongoTry('listing dead letters', () => deadLetters(db).distinct('follower', of));
    const followers = all.filter((follower) => follower !== REMINDER_DELIVERY);
    for (const follower of followers) yield* markOldest(db, { ...of, follower });
    const refused = yield* mongoTry('listing dead letters', () =>
      deadLetters(db)
        .find({ ...of, follower: REMINDER_DELIVERY })
        .limit(REMINDERS_AT_ONCE)
        .toArray(),
    );
    for (const letter of refused) yield* settleReminder(db, letter, true);
    return { followers, reminders: refused.length };
  });

/** Gives a letter up for good: the turn is never handled by this follower. What waited behind it goes on. */
export const discardDeadLetter = (id: string, tenant?: TenantId): Effect.Effect<DeadLetter, Refusal | Fault, Mongo> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const letter = yield* find(db, id, tenant);
    if (letter.follower === REMINDER_DELIVERY) yield* settleReminder(db, letter, false);
    else {
      yield* mongoTry('discarding a dead letter', () => deadLetters(db).deleteOne({ _id: id }));
      if (letter.status !== 'waiting') yield* markOldest(db, letter);
    }
    return letter;
  });
