import { Effect, Either, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardActor } from '../../actors/sim/card.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import { cardRefusals } from '../../domain/sim/card.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { CardStatus, Iccid, Reason } from '../../domain/sim/schema.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * What becomes of cards in stock, as staff say it: issued, come back, found broken (seed 000 §6.2). Numbers of cards
 * that are lost go into quarantine by themselves (`actors/sim/recycling.ts`).
 */

const ICCID = iccidOfBody('8986012600000000001');
const OUTCOMES = { used: 'Use', returned: 'Return', defective: 'Spoil' } as const;

const record = route({
  method: 'POST',
  path: '/v1/sim/cards/outcomes',
  operationId: 'sim.card.recordOutcome',
  summary: 'Say that cards have been used (issued), have come back, or are broken',
  description:
    'Each card is answered for itself: one that cannot be does not keep the others. Numbers of cards that came back or ' +
    'are broken are kept in quarantine; then their IMSIs are free again, their ICCIDs never.',
  personalData: true,
  in: {
    body: sampled(
      Schema.Struct({
        outcome: Schema.Literal('used', 'returned', 'defective'),
        reason: Reason,
        iccids: Schema.Array(Iccid).pipe(Schema.minItems(1), Schema.maxItems(1_000)),
      }),
      { outcome: 'returned', reason: 'the customer has left', iccids: [ICCID] },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({
        changed: Schema.Int,
        cards: Schema.Array(
          Schema.Struct({
            iccid: Schema.String,
            status: Schema.NullOr(CardStatus),
            refused: Schema.NullOr(Schema.String).annotations({ description: 'Code of the refusal' }),
          }),
        ),
      }),
      { changed: 1, cards: [{ iccid: ICCID, status: 'returned', refused: null }] },
      'Card by card, in the order given',
    ),
  },
  refusals: [cardRefusals.notInStock()],
  handler: ({ tenant, envelope, body: { outcome, reason, iccids } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: OUTCOMES[outcome], reason };
      const answers = yield* actors.askMany(
        cardActor,
        iccids.map((key) => ({ id: { tenant, key }, command, envelope })),
      );
      let changed = 0;
      const cards: Array<{ iccid: string; status: CardStatus | null; refused: string | null }> = [];
      for (const [index, one] of answers.entries()) {
        const iccid = iccids[index] ?? '';
        if (Either.isRight(one)) {
          if (one.right.reply.changed) changed += 1;
          cards.push({ iccid, status: one.right.reply.status, refused: null });
        } else if (isFault(one.left)) return yield* Effect.fail(one.left);
        else cards.push({ iccid, status: null, refused: one.left.code });
      }
      return answer(200, { changed, cards });
    }),
});

export const cardStockRoutes = [record];
