import { Effect, Schema } from 'effect';
import { cardActor } from '../../actors/sim/card.ts';
import { cardRefusals } from '../../domain/sim/card.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { CardStatus, CardType, Code, Iccid } from '../../domain/sim/schema.ts';
import { listCards } from '../../store/sim/lists.ts';
import { masksFor } from '../masks.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';
import { applicationParams, NO } from './samples.ts';

/**
 * Cards, one by one and in lists. Who works with cards sees their numbers, everybody else sees them masked (first three,
 * last four characters); each look is audited. Lists never show an IMSI.
 */

const ICCID = iccidOfBody('8986012600000000001');

const cardFields = {
  iccid: Schema.String,
  application: Schema.String,
  line: Schema.Int,
  product: Schema.String,
  city: Schema.String,
  cardType: CardType,
  status: CardStatus,
  confirmed: Schema.Boolean,
  vendor: Schema.NullOr(Schema.String),
  part: Schema.NullOr(Schema.String),
  reason: Schema.NullOr(Schema.String),
};
const ITEM = {
  iccid: ICCID,
  application: NO,
  line: 1,
  product: '4G-STD',
  city: '110000',
  cardType: 'finished' as const,
  status: 'made' as const,
  confirmed: true,
  vendor: 'YINLIAN',
  part: '1.1',
  reason: null,
};
const Card = Schema.Struct({
  ...cardFields,
  imsi: Schema.NullOr(Schema.String),
  posFile: Schema.NullOr(Schema.String),
  posValidationFile: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'SimCard' });
const CardItem = Schema.Struct(cardFields).annotations({ identifier: 'SimCardItem' });

const read = route({
  method: 'GET',
  path: '/v1/sim/cards/{iccid}',
  operationId: 'sim.card.read',
  summary: 'Read a card by its ICCID',
  personalData: true,
  in: { params: sampled(Schema.Struct({ iccid: Iccid }), { iccid: ICCID }) },
  out: {
    200: sampled(
      Card,
      { ...ITEM, imsi: '460010000000001', posFile: 'a'.repeat(64), posValidationFile: 'b'.repeat(64) },
      'The card as it is now',
    ),
  },
  refusals: [cardRefusals.cardUnknown()],
  handler: ({ tenant, caller, params: { iccid } }) =>
    Effect.gen(function* () {
      const { state, rev } = yield* readActor(cardActor, { tenant, key: iccid }, cardRefusals.cardUnknown());
      const shown = masksFor(caller);
      const imsi = state.imsi === null ? null : shown(state.imsi);
      return answer(200, { ...state, iccid: shown(state.iccid), imsi }, { rev });
    }),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/applications/{application}/cards',
  operationId: 'sim.card.list',
  summary: 'List the cards of an application',
  personalData: true,
  in: {
    params: applicationParams,
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        line: Schema.optional(Schema.NumberFromString),
        part: Schema.optional(oneOrMore(Code)),
        status: Schema.optional(oneOrMore(CardStatus)),
        vendor: Schema.optional(oneOrMore(Code)),
      }),
      { status: 'failed', part: '1.1' },
    ),
  },
  out: { 200: sampled(pageOf(CardItem), { items: [ITEM], nextCursor: null }, 'In the order of their numbers') },
  handler: ({ tenant, caller, params: { application }, query: { cursor, limit, ...filters } }) =>
    Effect.gen(function* () {
      const page = yield* listCards({ tenant, filters: { application, ...filters }, cursor, limit });
      const shown = masksFor(caller);
      return answer(200, { ...page, items: page.items.map((card) => ({ ...card, iccid: shown(card.iccid) })) });
    }),
});

export const cardRoutes = [read, list];
