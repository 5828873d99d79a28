import { Schema } from 'effect';
import { totalBooks } from '../../domain/sim/application/books.ts';
import { telecomDecider } from '../../domain/sim/telecom/application/decide.ts';
import {
  TelecomEvent,
  TelecomReply,
  TelecomState,
  telecomCommands,
} from '../../domain/sim/telecom/application/schema.ts';
import { telecomStage, telecomWaitingFor } from '../../domain/sim/telecom/application/stage.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** An application for Telecom's blank cards; its key is the application number. */
export const telecomApplicationActor = defineActor({
  kind: 'sim.telecomApplication',
  decider: telecomDecider,
  commands: answering(telecomCommands, TelecomReply),
  event: TelecomEvent,
  eventVersion: 1,
  state: Schema.NullOr(TelecomState),
  stateVersion: 1,
  collection: 'sim_telecom_applications',
  receipts: 1_024,
  document: (state) =>
    state === null
      ? {}
      : {
          no: state.no,
          vendor: state.vendor,
          stage: telecomStage(state),
          waitingFor: telecomWaitingFor(state),
          paused: state.paused,
          cities: [...new Set(state.lines.map(({ city }) => city))],
          products: [...new Set(state.lines.map(({ product }) => product))],
          lines: state.lines.length,
          letters: state.sent.length,
          books: totalBooks(state.lines),
          createdAtMs: state.createdAtMs,
          createdBy: state.createdBy,
          endedAtMs: state.endedAtMs,
        },
});
