import { Schema } from 'effect';
import { SmscEvent, SmscReply, SmscState, smscCommands } from '../../domain/sim/writing/schema.ts';
import { smscDecider } from '../../domain/sim/writing/smsc.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A short-message centre; its key is its number, international and without `+`. */
export const smscActor = defineActor({
  kind: 'sim.smsc',
  decider: smscDecider,
  commands: answering(smscCommands, SmscReply),
  event: SmscEvent,
  eventVersion: 1,
  state: Schema.NullOr(SmscState),
  stateVersion: 1,
  collection: 'sim_smscs',
  document: (state) =>
    state === null
      ? {}
      : {
          number: state.number,
          operator: state.operator,
          product: state.product,
          city: state.city,
          retired: state.retired,
        },
});
