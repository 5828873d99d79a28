import { Schema } from 'effect';
import {
  SubscriberEvent,
  SubscriberReply,
  SubscriberState,
  subscriberCommands,
} from '../../domain/roaming/subscriber/schema.ts';
import { subscriberDecider } from '../../domain/roaming/subscriber/subscriber.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A subscriber with several numbers; its key is the operator's own number of the subscription. */
export const subscriberActor = defineActor({
  kind: 'roaming.subscriber',
  decider: subscriberDecider,
  commands: answering(subscriberCommands, SubscriberReply),
  event: SubscriberEvent,
  eventVersion: 2,
  // A package may have a price since: what an older program would pass over.
  upcast: { 1: (event) => event },
  state: Schema.NullOr(SubscriberState),
  stateVersion: 4,
  sealed: true,
  collection: 'roaming_subscribers',
});
