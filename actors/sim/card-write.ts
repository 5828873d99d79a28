import { Schema } from 'effect';
import { cardWriteDecider, REQUEST_LIFE_MS } from '../../domain/sim/writing/card-write.ts';
import {
  type CardWriteCommand,
  CardWriteEvent,
  CardWriteReply,
  CardWriteState,
  cardWriteCommands,
} from '../../domain/sim/writing/schema.ts';
import { defineActor, type ReminderChange } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

const LAPSE = 'lapse';

/** Nothing stays half done for ever: a write that nobody goes on with ends, or comes to be in doubt. */
const reminders = (
  event: CardWriteEvent,
  state: CardWriteState | null,
): ReadonlyArray<ReminderChange<CardWriteCommand>> => {
  if (state === null) return [];
  switch (event._tag) {
    case 'Requested': {
      const atMs = state.requestedAtMs + REQUEST_LIFE_MS;
      return [{ _tag: 'Set', name: LAPSE, atMs, command: { _tag: 'Lapse', attempt: null } }];
    }
    case 'Began':
      return [{ _tag: 'Set', name: LAPSE, atMs: event.deadlineMs, command: { _tag: 'Lapse', attempt: event.attempt } }];
    case 'Written':
    case 'Failed':
    case 'Doubted':
    case 'Settled':
      return [{ _tag: 'Cancel', name: LAPSE }];
    default:
      return [];
  }
};

/** One write of a blank card; its key is the CRM's request id. */
export const cardWriteActor = defineActor({
  kind: 'sim.cardWrite',
  decider: cardWriteDecider,
  commands: answering(cardWriteCommands, CardWriteReply),
  event: CardWriteEvent,
  eventVersion: 1,
  state: Schema.NullOr(CardWriteState),
  stateVersion: 1,
  collection: 'sim_card_writes',
  sealed: true,
  receipts: 32,
  idleAfterMs: 5_000,
  reminders,
  document: (state) =>
    state === null
      ? {}
      : {
          request: state.request,
          status: state.status,
          code: state.code,
          reader: state.reader,
          iccid: state.iccid,
          profile: state.profile,
          product: state.product,
          city: state.city,
          proved: state.proved,
          closed: state.closed,
          requestedBy: state.requestedBy,
          requestedAtMs: state.requestedAtMs,
          endedAtMs: state.endedAtMs,
        },
});
