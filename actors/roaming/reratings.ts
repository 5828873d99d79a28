import { Schema } from 'effect';
import { reratingDecider } from '../../domain/roaming/rerating/rerating.ts';
import {
  ReratingEvent,
  ReratingReply,
  ReratingsState,
  reratingCommands,
} from '../../domain/roaming/rerating/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** Re-ratings of a partner's usage, one at a time; its key is the partner's TADIG code. */
export const reratingsActor = defineActor({
  kind: 'roaming.reratings',
  decider: reratingDecider,
  commands: answering(reratingCommands, ReratingReply),
  event: ReratingEvent,
  eventVersion: 1,
  state: Schema.NullOr(ReratingsState),
  stateVersion: 1,
  collection: 'roaming_reratings',
});
