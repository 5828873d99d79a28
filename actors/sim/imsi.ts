import { Schema } from 'effect';
import { imsiDecider } from '../../domain/sim/imsi-use.ts';
import { ImsiEvent, ImsiReply, ImsiState, imsiCommands } from '../../domain/sim/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** On which card an IMSI is; its key is the IMSI. The link to the card is sealed, here and in the card. */
export const imsiActor = defineActor({
  kind: 'sim.imsi',
  decider: imsiDecider,
  commands: answering(imsiCommands, ImsiReply),
  event: ImsiEvent,
  eventVersion: 1,
  state: Schema.NullOr(ImsiState),
  stateVersion: 1,
  collection: 'sim_imsis',
  sealed: true,
  receipts: 16,
  idleAfterMs: 5_000,
  document: (state) => (state === null ? {} : { status: state.status, product: state.product, city: state.city }),
});
