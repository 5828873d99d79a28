import { Effect, Schema } from 'effect';
import { subscriberActor } from '../../../actors/roaming/subscriber.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { maskId } from '../../../domain/kernel/mask.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { subscriberRefusals } from '../../../domain/roaming/subscriber/refusals.ts';
import {
  Currency,
  Profile,
  SubscriberState as State,
  type SubscriberCommand,
  type SubscriberState,
} from '../../../domain/roaming/subscriber/schema.ts';
import { activeAt, isOn } from '../../../domain/roaming/subscriber/subscriber.ts';
import { masksFor } from '../../masks.ts';
import { readActor } from '../../read.ts';
import { type RouteRequest, sampled } from '../../route.ts';

/**
 * One subscriber, as routes name it, read it and change it. Staff of the unit see numbers whole; an auditor sees them
 * masked; a subscriber (role `subscriber`, its key is the token's `sub`) reaches itself alone and sees all of itself.
 */

export const SUBSCRIBER = 'S1001';
export const PRIMARY = '8613912345678';
export const LOCAL = '85291234567';
export const AT_MS = 1_795_416_000_000;

export const Key = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, { description: 'a key of 1–80 letters, digits, . _ -' }),
);
export const subscriberParams = sampled(Schema.Struct({ subscriber: Key }), { subscriber: SUBSCRIBER });

export const notYours = refuse('denied', 'OtherSubscriber', 'A subscriber reaches its own data alone.', {
  action: 'Name yourself: GET /v1/operations/me says who you are.',
});

type Asked = Pick<RouteRequest, 'tenant' | 'caller' | 'envelope'> & {
  readonly params: { readonly subscriber: string };
};

const STAFF: ReadonlySet<string> = new Set(['operator', 'unit-administrator', 'auditor', 'finance', 'partner']);
export const isItself = (caller: Caller, subscriber: string): boolean =>
  caller.roles.includes('subscriber') && caller.subject === subscriber;

/** Refusal OtherSubscriber: to a caller who is nothing but another subscriber. */
export const within = ({ caller, params: { subscriber } }: Pick<Asked, 'caller' | 'params'>) =>
  isItself(caller, subscriber) || caller.roles.some((role) => STAFF.has(role)) ? Effect.void : Effect.fail(notYours);

/** How the caller sees numbers of this subscriber. */
export const masksOf = (caller: Caller, subscriber: string): ((id: string) => string) =>
  isItself(caller, subscriber) ? (id) => id : masksFor(caller);

export const readSubscriber = (asked: Pick<Asked, 'tenant' | 'caller' | 'params'>) =>
  Effect.zipRight(
    within(asked),
    readActor(subscriberActor, { tenant: asked.tenant, key: asked.params.subscriber }, subscriberRefusals.unknown()),
  );

/** Asks the subscriber's actor, in the caller's name. */
export const askSubscriber = (asked: Asked, command: SubscriberCommand) =>
  Effect.zipRight(
    within(asked),
    Effect.flatMap(Actors, (actors) =>
      actors.ask(subscriberActor, {
        id: { tenant: asked.tenant, key: asked.params.subscriber },
        command,
        envelope: asked.envelope,
      }),
    ),
  );

const Amount = Schema.BigInt;
export const Subscriber = Schema.Struct({
  subscriber: Key,
  currency: Currency,
  profile: Schema.NullOr(
    Schema.Struct({ ...Profile.fields, name: Schema.NullOr(Schema.String), contact: Schema.NullOr(Schema.String) }),
  ).annotations({ description: 'Name and contact masked' }),
  numbers: Schema.Array(
    Schema.Struct({
      number: Schema.String,
      role: Schema.Literal('primary', 'secondary'),
      on: Schema.Boolean,
      active: Schema.Boolean,
      switches: Schema.Array(Schema.Struct({ fromMs: Schema.Int, on: Schema.Boolean })),
    }),
  ).annotations({ description: '`on` and `active`: at this moment' }),
  imsis: Schema.Array(Schema.String).annotations({ description: 'Masked' }),
  activations: Schema.Array(Schema.Struct({ fromMs: Schema.Int, number: Schema.String })),
  allow: Schema.Array(Schema.String),
  block: Schema.Array(Schema.String),
  limits: Schema.Struct({ day: Schema.Array(Amount), month: Schema.Array(Amount) }),
  balances: State.fields.balances,
  alarms: State.fields.alarms,
}).annotations({ identifier: 'RoamingSubscriber' });

export const SHOWN: typeof Subscriber.Encoded = {
  subscriber: SUBSCRIBER,
  currency: 'CNY',
  profile: { operator: 'CHNCM', name: '***', contact: '139****5678', packageType: 'TRAVEL-1G', membership: 'gold' },
  numbers: [
    { number: PRIMARY, role: 'primary', on: true, active: false, switches: [{ fromMs: 0, on: true }] },
    { number: LOCAL, role: 'secondary', on: true, active: true, switches: [{ fromMs: 0, on: true }] },
  ],
  imsis: ['460********0001'],
  activations: [
    { fromMs: 0, number: PRIMARY },
    { fromMs: AT_MS, number: LOCAL },
  ],
  allow: [],
  block: ['4915112345678'],
  limits: { day: ['5000'], month: ['50000'] },
  balances: [{ id: 'B1', package: 'VOICE-30', left: 1_740, fromMs: AT_MS, untilMs: AT_MS + 2_592_000_000 }],
  alarms: [{ scope: 'day', period: '2026-11-26', thresholdMinor: '5000' }],
};

/** A subscriber as the caller may see it at a moment. */
export const shownTo = (
  caller: Caller,
  subscriber: string,
  state: SubscriberState,
  nowMs: number,
): typeof Subscriber.Type => {
  const shown = masksOf(caller, subscriber);
  const personal = isItself(caller, subscriber) ? (text: string) => text : maskId;
  const { profile, numbers, imsis, active, allow, block, currency, limits, balances, alarms } = state;
  return {
    subscriber,
    ...{ currency, limits, balances, alarms },
    profile:
      profile === null
        ? null
        : {
            ...profile,
            name: profile.name === null ? null : personal(profile.name),
            contact: profile.contact === null ? null : personal(profile.contact),
          },
    numbers: numbers.map(({ number, role, on }) => ({
      number: shown(number),
      role,
      on: isOn(state, number, nowMs),
      active: activeAt(state, nowMs) === number,
      switches: on,
    })),
    imsis: imsis.map(maskId),
    activations: active.map(({ fromMs, number }) => ({ fromMs, number: shown(number) })),
    allow: allow.map(shown),
    block: block.map(shown),
  };
};
