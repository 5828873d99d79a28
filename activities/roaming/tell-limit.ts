import { Clock, Effect } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { activeAt } from '../../domain/roaming/subscriber/subscriber.ts';
import { SubscriberMessages } from '../../partners/subscriber-messages/port.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { LimitInput } from '../../workflows/roaming/contract.ts';

/** The number is read from the subscriber: none goes through a workflow's history. */
export const tellLimit = ({ tenant, ...reached }: LimitInput) =>
  Effect.gen(function* () {
    const { subscriber, period, thresholdMinor } = reached;
    const { state } = yield* (yield* Actors).read(subscriberActor, { tenant, key: subscriber });
    if (state === null) return { told: false };
    const number = activeAt(state, yield* Clock.currentTimeMillis);
    const id = `${subscriber}/${period}/${thresholdMinor}`;
    const message = { id, ...reached, number, currency: state.currency };
    const told = yield* (yield* SubscriberMessages).tell(tenant, message);
    return { told: told === 'told' };
  });

export const alertLimitUntold = ({ tenant, subscriber, period, thresholdMinor, code }: LimitInput & { code: string }) =>
  Effect.gen(function* () {
    const stage = `${period}/${thresholdMinor}`;
    const alert = { source: 'roaming-limits', subject: subscriber, level: 'problem', code, stage } as const;
    yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
    return null;
  });
