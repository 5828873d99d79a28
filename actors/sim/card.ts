import { Schema } from 'effect';
import { cardDecider } from '../../domain/sim/card.ts';
import { CardEvent, CardReply, CardState, cardCommands } from '../../domain/sim/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** A card; its key is the ICCID. Awake for a short time only: there are very many, and each is asked a few times. */
export const cardActor = defineActor({
  kind: 'sim.card',
  decider: cardDecider,
  commands: answering(cardCommands, CardReply),
  event: CardEvent,
  eventVersion: 1,
  state: Schema.NullOr(CardState),
  stateVersion: 1,
  collection: 'sim_cards',
  sealed: true,
  receipts: 16,
  idleAfterMs: 5_000,
  document: (state) =>
    state === null
      ? {}
      : {
          iccid: state.iccid,
          application: state.application,
          line: state.line,
          product: state.product,
          city: state.city,
          cardType: state.cardType,
          status: state.status,
          confirmed: state.confirmed,
          vendor: state.vendor,
          part: state.part,
          reason: state.reason,
        },
});
