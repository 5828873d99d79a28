import { Schema } from 'effect';
import { stageOf, totalBooks, waitingForOf } from '../../domain/sim/application/books.ts';
import { applicationDecider } from '../../domain/sim/application/decide.ts';
import {
  ApplicationEvent,
  ApplicationReply,
  ApplicationState,
  applicationCommands,
} from '../../domain/sim/application/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)];

/** An application for cards; its key is the application number. */
export const applicationActor = defineActor({
  kind: 'sim.application',
  decider: applicationDecider,
  commands: answering(applicationCommands, ApplicationReply),
  event: ApplicationEvent,
  eventVersion: 1,
  state: Schema.NullOr(ApplicationState),
  stateVersion: 1,
  collection: 'sim_applications',
  receipts: 1_024,
  document: (state) =>
    state === null
      ? {}
      : {
          no: state.no,
          partner: state.partner,
          stage: stageOf(state),
          waitingFor: waitingForOf(state),
          paused: state.paused,
          round: state.round,
          cities: distinct(state.lines.map((line) => line.city)),
          products: distinct(state.lines.map((line) => line.product)),
          cardTypes: distinct(state.lines.map((line) => line.cardType)),
          lines: state.lines.length,
          books: totalBooks(state.lines),
          createdAtMs: state.createdAtMs,
          createdBy: state.createdBy,
          endedAtMs: state.endedAtMs,
        },
});
