import { Effect } from 'effect';
import type { mongo } from 'mongoose';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { type ReminderDocument, type ReminderStatus, reminders } from './reminders.ts';

/** The reminders of one actor, as an operator sees them. */

export interface OpenReminder {
  readonly name: string;
  /** `refused`: the actor did not take it; a dead letter says why. */
  readonly status: 'set' | 'refused';
  readonly dueAtMs: number;
  readonly nextTryAtMs: number;
  readonly attempts: number;
  /** Null: the actor is only woken. */
  readonly command: string | null;
}

/** '0' follows '/' in ASCII: every name of the actor's reminders, and none of another. */
const ofActor = (kind: string, id: ActorId): mongo.Filter<ReminderDocument> => {
  const prefix = `${kind}/${formatActorId(id)}`;
  return { _id: { $gt: `${prefix}/`, $lt: `${prefix}0` }, expiresAt: { $exists: false } };
};

/** What the actor is still to be reminded of, by name, at most `limit`. */
export const openReminders = (
  kind: string,
  id: ActorId,
  limit: number,
): Effect.Effect<ReadonlyArray<OpenReminder>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('reading reminders', async () => {
      const filter = { ...ofActor(kind, id), status: { $in: ['set', 'refused'] satisfies Array<ReminderStatus> } };
      const found = await reminders(databaseOf(connection)).find(filter).sort({ _id: 1 }).limit(limit).toArray();
      return found.map(({ name, status, dueAt, tryAt, attempts, command }) => ({
        name,
        status: status === 'refused' ? 'refused' : 'set',
        dueAtMs: dueAt.getTime(),
        nextTryAtMs: tryAt.getTime(),
        attempts,
        command: command === null ? null : (command as { readonly _tag: string })._tag,
      }));
    }),
  );

/** Those that rest after a fault are tried at once. @returns how many */
export const hurryReminders = (kind: string, id: ActorId): Effect.Effect<number, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('hurrying reminders', async () => {
      const filter = { ...ofActor(kind, id), status: 'set' as const, attempts: { $gt: 0 } };
      const update = { $set: { tryAt: new Date(), attempts: 0 } };
      return (await reminders(databaseOf(connection)).updateMany(filter, update)).modifiedCount;
    }),
  );
