import { Schema } from 'effect';
import { blankCardDecider } from '../../domain/sim/writing/blank-card.ts';
import { BlankCardEvent, BlankCardReply, BlankCardState, blankCardCommands } from '../../domain/sim/writing/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A blank card: its sealed keys, what its ADM code did, and which write has it; its key is the ICCID. */
export const blankCardActor = defineActor({
  kind: 'sim.blankCard',
  decider: blankCardDecider,
  commands: answering(blankCardCommands, BlankCardReply),
  event: BlankCardEvent,
  eventVersion: 1,
  state: Schema.NullOr(BlankCardState),
  stateVersion: 1,
  collection: 'sim_blank_cards',
  sealed: true,
  receipts: 32,
  idleAfterMs: 5_000,
  document: (state) =>
    state === null ? {} : { profile: state.profile, status: state.status, adm: state.adm._tag, channel: state.channel },
});
