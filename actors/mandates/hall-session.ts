import {
  type SessionCommand,
  SessionEvent,
  SessionReply,
  SessionState,
  sessionCommands,
} from '../../domain/mandates/hall/schema.ts';
import { sessionDecider, waitsUntilMs } from '../../domain/mandates/hall/session.ts';
import { defineActor, type ReminderChange } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

const waiting = (event: SessionEvent, state: SessionState): ReadonlyArray<ReminderChange<SessionCommand>> => {
  if (event._tag === 'Misused') return [];
  const atMs = waitsUntilMs(state);
  return [
    atMs === null
      ? { _tag: 'Cancel', name: 'expiry' }
      : { _tag: 'Set', name: 'expiry', atMs, command: { _tag: 'Expire' } },
  ];
};

/** A session of the web hall with its one ticket; the key is the session's id. */
export const hallSessionActor = defineActor({
  kind: 'mandates.hallSession',
  decider: sessionDecider,
  commands: answering(sessionCommands, SessionReply),
  event: SessionEvent,
  eventVersion: 1,
  state: SessionState,
  stateVersion: 1,
  collection: 'mandates_hall_sessions',
  // The number is personal data.
  sealed: true,
  receipts: 32,
  idleAfterMs: 5_000,
  reminders: waiting,
});
