import { Clock, Effect, Schema } from 'effect';
import { revisionReady } from '../../../actors/roaming/terms-documents.ts';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { ratingRefusals } from '../../../domain/roaming/rating/refusals.ts';
import { priceOfPackage } from '../../../domain/roaming/rating/retail.ts';
import { Day } from '../../../domain/roaming/rating/schema.ts';
import { subscriberRefusals as no } from '../../../domain/roaming/subscriber/refusals.ts';
import {
  Currency,
  Imsi,
  Msisdn,
  Profile,
  SubscriberReply,
  subscriberCommands,
} from '../../../domain/roaming/subscriber/schema.ts';
import { TermsName } from '../../../domain/roaming/terms/schema.ts';
import { Reason } from '../../../domain/sim/schema.ts';
import { answer, route, sampled } from '../../route.ts';
import { planNamed, planNeeded } from '../prices.ts';
import {
  AT_MS,
  askSubscriber,
  Key,
  LOCAL,
  masksOf,
  notYours,
  PRIMARY,
  readSubscriber,
  SHOWN,
  SUBSCRIBER,
  Subscriber,
  shownTo,
  subscriberParams,
} from './subscriber.ts';

/**
 * Subscribers with one card and several numbers (seed 002 §2.1.1): registered, their numbers switched and made active,
 * lists, packages and limits; and whether a call or a message may be. What is switched counts from a moment on; without
 * one, from now.
 */

const { SetLists, Grant, SetLimits } = subscriberCommands;
const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const Moment = Schema.optionalWith(Schema.Int.pipe(Schema.greaterThanOrEqualTo(0)), { exact: true }).annotations({
  description: 'Milliseconds since 1970; events that began by then are not touched. Default: now',
});

const Changed = Schema.Struct({
  changed: Schema.Boolean,
  alarms: SubscriberReply.fields.alarms.annotations({ description: 'Raised by this: limits that are reached already' }),
}).annotations({ identifier: 'RoamingSubscriberChanged' });
const CHANGED = sampled(Changed, { changed: true, alarms: [] }, 'False: it was so already');

const change = (...asked: Parameters<typeof askSubscriber>) =>
  Effect.map(askSubscriber(...asked), ({ reply: { changed, alarms }, rev }) =>
    answer(200, { changed, alarms }, { rev }),
  );

const register = route({
  method: 'POST',
  path: '/v1/roaming/subscribers',
  operationId: 'roaming.subscriber.register',
  summary: 'Register a subscriber with a primary number',
  description: 'The key is the operator’s own number of the subscription. The same again changes nothing.',
  in: {
    body: sampled(
      Schema.Struct({
        subscriber: Key,
        primary: Msisdn,
        currency: Currency,
        profile: Schema.optionalWith(Profile, { exact: true }),
      }),
      {
        subscriber: SUBSCRIBER,
        primary: PRIMARY,
        currency: 'CNY',
        profile: {
          operator: 'CHNCM',
          name: '王小明',
          contact: '13912345678',
          packageType: 'TRAVEL-1G',
          membership: 'gold',
        },
      },
    ),
  },
  out: { 201: sampled(Subscriber, SHOWN, 'The subscriber') },
  refusals: [no.exists()],
  handler: ({ body: { subscriber, primary, currency, profile }, ...request }) =>
    Effect.gen(function* () {
      const asked = { ...request, params: { subscriber } };
      yield* askSubscriber(asked, { _tag: 'Open', primary, currency });
      if (profile !== undefined) {
        const envelope = { ...request.envelope, commandId: `${request.envelope.commandId}/profile` };
        yield* askSubscriber({ ...asked, envelope }, { _tag: 'SetProfile', profile });
      }
      const { state, rev } = yield* readSubscriber(asked);
      const shown = shownTo(request.caller, subscriber, state, yield* Clock.currentTimeMillis);
      return answer(201, shown, { rev, location: `/v1/roaming/subscribers/${subscriber}` });
    }),
});

const read = route({
  method: 'GET',
  path: '/v1/roaming/subscribers/{subscriber}',
  operationId: 'roaming.subscriber.read',
  summary: 'Read a subscriber as it is now',
  personalData: true,
  in: { params: subscriberParams },
  out: { 200: sampled(Subscriber, SHOWN, 'Name, contact and IMSIs masked, to a subscriber its own whole') },
  refusals: [no.unknown(), notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { state, rev } = yield* readSubscriber(request);
      const nowMs = yield* Clock.currentTimeMillis;
      return answer(200, shownTo(request.caller, request.params.subscriber, state, nowMs), { rev });
    }),
});

const reveal = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/reveal',
  operationId: 'roaming.subscriber.reveal',
  summary: 'Show name, contact and IMSIs whole; the reason is written to the audit log',
  changesNothing: true,
  personalData: true,
  in: { params: subscriberParams, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'complaint 4711' }) },
  out: {
    200: sampled(
      Schema.Struct({
        name: Profile.fields.name,
        contact: Profile.fields.contact,
        imsis: Schema.Array(Schema.String),
      }),
      { name: '王小明', contact: '13912345678', imsis: ['460010000000001'] },
      'Null: not told',
    ),
  },
  refusals: [no.unknown()],
  handler: (request) =>
    Effect.gen(function* () {
      request.noteForAudit({ reason: request.body.reason });
      const { profile, imsis } = (yield* readSubscriber(request)).state;
      return answer(200, { name: profile?.name ?? null, contact: profile?.contact ?? null, imsis });
    }),
});

const setProfile = route({
  method: 'PUT',
  path: '/v1/roaming/subscribers/{subscriber}/profile',
  operationId: 'roaming.subscriber.setProfile',
  summary: 'Set operator, name, contact, package type and membership level',
  description: 'Discounts of the plan that name the package type or the level count from the next file on.',
  in: {
    params: subscriberParams,
    body: sampled(Profile, {
      operator: 'CHNCM',
      name: '王小明',
      contact: '13912345678',
      packageType: null,
      membership: 'gold',
    }),
  },
  out: { 200: CHANGED },
  refusals: [no.unknown()],
  handler: (request) => change(request, { _tag: 'SetProfile', profile: request.body }),
});

const addNumber = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/numbers',
  operationId: 'roaming.subscriber.addNumber',
  summary: 'Add a secondary number, also one of a visited country',
  in: { params: subscriberParams, body: sampled(Schema.Struct({ number: Msisdn }), { number: LOCAL }) },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.tooManyNumbers()],
  handler: (request) => change(request, { _tag: 'AddNumber', ...request.body }),
});

const addImsi = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/imsis',
  operationId: 'roaming.subscriber.addImsi',
  summary: 'Add the IMSI of a profile of the card; records that name no number are found by it',
  in: { params: subscriberParams, body: sampled(Schema.Struct({ imsi: Imsi }), { imsi: '460010000000001' }) },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.tooManyImsis()],
  handler: (request) => change(request, { _tag: 'AddImsi', ...request.body }),
});

const switchNumber = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/switch',
  operationId: 'roaming.subscriber.switch',
  summary: 'Switch one number on or off from a moment on; the others go on as they are',
  in: {
    params: subscriberParams,
    body: sampled(Schema.Struct({ number: Msisdn, on: Schema.Boolean, fromMs: Moment }), { number: LOCAL, on: false }),
  },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.numberUnknown(), notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { number, on, fromMs = yield* Clock.currentTimeMillis } = request.body;
      return yield* change(request, { _tag: 'Switch', number, on, fromMs });
    }),
});

const activate = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/activate',
  operationId: 'roaming.subscriber.activate',
  summary: 'Make a number the one for calls and messages from a moment on',
  in: {
    params: subscriberParams,
    body: sampled(Schema.Struct({ number: Msisdn, fromMs: Moment }), { number: LOCAL, fromMs: AT_MS }),
  },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.numberUnknown(), no.numberOff(), notYours],
  handler: (request) =>
    Effect.gen(function* () {
      const { number, fromMs = yield* Clock.currentTimeMillis } = request.body;
      return yield* change(request, { _tag: 'Activate', number, fromMs });
    }),
});

const setLists = route({
  method: 'PUT',
  path: '/v1/roaming/subscribers/{subscriber}/lists',
  operationId: 'roaming.subscriber.setLists',
  summary: 'Set with whom calls and messages are let through, and with whom not',
  in: { params: subscriberParams, body: sampled(SetLists, { allow: [], block: ['4915112345678'] }) },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.listsContradict(), notYours],
  handler: (request) => change(request, { _tag: 'SetLists', ...request.body }),
});

const grant = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/packages',
  operationId: 'roaming.subscriber.grant',
  summary: 'Grant a package: usage that is used up before the tariff counts',
  description:
    '`balance.package` is one of the plan; `left` in seconds, messages or bytes. The price that it has in the plan is charged once ' +
    'for each balance, whatever the plan says later, as spent on `day` by the primary number.',
  in: {
    params: subscriberParams,
    body: sampled(
      Schema.Struct({
        balance: Grant.fields.balance,
        plan: optional(TermsName).annotations({ description: 'Default: the only one that is in force' }),
        day: optional(Day).annotations({ description: 'When it was sold. Default: today, by UTC' }),
      }),
      { balance: { id: 'B1', package: 'VOICE-30', left: 1_800, fromMs: AT_MS, untilMs: AT_MS + 2_592_000_000 } },
    ),
  },
  out: { 200: CHANGED },
  refusals: [
    no.unknown(),
    planNeeded,
    ratingRefusals.packageNotInPlan(),
    no.packageExists(),
    no.tooManyPackages(),
    no.currencyDiffers(),
    no.inFuture('day'),
    no.tooLate('day'),
  ],
  handler: (request) =>
    Effect.gen(function* () {
      yield* readSubscriber(request);
      const { tenant, body } = request;
      const { balance, day } = body;
      const plan = { tenant, kind: 'plan', name: yield* planNamed(tenant, body.plan) } as const;
      const price = priceOfPackage((yield* revisionReady(plan)).ready, balance.package);
      if (isRefusal(price)) return yield* Effect.fail(price);
      return yield* change(request, {
        _tag: 'Grant',
        balance,
        ...(price === null || price.amountMinor === 0n ? {} : { price }),
        ...(day === undefined ? {} : { day }),
      });
    }),
});

const setLimits = route({
  method: 'PUT',
  path: '/v1/roaming/subscribers/{subscriber}/limits',
  operationId: 'roaming.subscriber.setLimits',
  summary: 'Set amounts of a day and a month at which an alarm is raised, once each',
  in: { params: subscriberParams, body: sampled(SetLimits, { day: ['5000'], month: ['20000', '50000'] }) },
  out: { 200: CHANGED },
  refusals: [no.unknown(), no.limitTwice(), notYours],
  handler: (request) => change(request, { _tag: 'SetLimits', ...request.body }),
});

const Verdict = Schema.Struct({
  verdict: SubscriberReply.fields.verdict,
  number: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'RoamingVerdict' });

const check = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/check',
  operationId: 'roaming.subscriber.check',
  summary: 'Say whether a call or message may be, and of which number it is',
  description:
    'For a network element before it routes: `off` when the number is switched off, `blocked` by the lists. `number` is what ' +
    'the other party is shown; without one in the question it is the active one. Without `party` it is a session of data, or a ' +
    'call whose caller is withheld: lists say nothing of it.',
  changesNothing: true,
  in: {
    params: subscriberParams,
    body: sampled(
      Schema.Struct({
        direction: subscriberCommands.Check.fields.direction,
        party: Schema.optionalWith(
          Schema.String.pipe(Schema.pattern(/^[0-9]{1,20}$/, { description: '1–20 digits' })),
          { exact: true },
        ),
        number: Schema.optionalWith(Msisdn, { exact: true }),
        atMs: Moment,
      }),
      { direction: 'originating', party: '4915112345678' },
    ),
  },
  out: { 200: sampled(Verdict, { verdict: 'blocked', number: LOCAL }, 'The verdict') },
  refusals: [no.unknown(), no.numberUnknown()],
  handler: (request) =>
    Effect.gen(function* () {
      const { direction, party = '', number = null, atMs = yield* Clock.currentTimeMillis } = request.body;
      const { reply } = yield* askSubscriber(request, { _tag: 'Check', atMs, direction, party, number });
      // A network element has to show it; an auditor has not.
      const shown = request.caller.roles.includes('partner')
        ? (one: string) => one
        : masksOf(request.caller, request.params.subscriber);
      return answer(200, { verdict: reply.verdict, number: reply.number === null ? null : shown(reply.number) });
    }),
});

const { currency, observations } = subscriberCommands.Observe.fields;

const observe = route({
  method: 'POST',
  path: '/v1/roaming/subscribers/{subscriber}/observations',
  operationId: 'roaming.subscriber.observe',
  summary: 'Tell what usage is likely to cost, before its records come; an id counts once',
  description:
    'For a network element or a charging system that knows of usage as it happens. Alarms go by it; nothing is charged, for the ' +
    'same usage comes as TAP. Days are those of the visited network’s clock.',
  in: {
    params: subscriberParams,
    body: sampled(
      Schema.Struct({
        id: Schema.String.pipe(
          Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, { description: 'of 1–100 letters, digits, . _ : -' }),
        ),
        currency,
        observations,
      }),
      { id: 'session-4711', currency: 'CNY', observations: [{ day: '2026-11-26', estimatedMinor: '240' }] },
    ),
  },
  out: { 200: CHANGED },
  refusals: [
    no.unknown(),
    no.currencyDiffers(),
    no.inFuture('observations/0/day'),
    no.tooLate('observations/0/day'),
    no.chunkDiffers(),
  ],
  handler: (request) => {
    const { id, ...rest } = request.body;
    // Parts of partners' files are named by the file's hash.
    return change(request, { _tag: 'Observe', chunk: `told.${id}`, ...rest });
  },
});

export const subscriberRoutes = [
  register,
  read,
  reveal,
  setProfile,
  addNumber,
  addImsi,
  switchNumber,
  activate,
  setLists,
  grant,
  setLimits,
  check,
  observe,
];
