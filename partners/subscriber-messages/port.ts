import { Context, type Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';

/** What a subscriber is told of its spending abroad: whoever sends short messages makes the words of it. */
export interface LimitMessage {
  /** Names the fact for ever: the same message again has the same. */
  readonly id: string;
  readonly subscriber: string;
  /** To which it goes: the active one at this moment. */
  readonly number: string;
  readonly scope: 'day' | 'month';
  /** `2026-11-26`, `2026-11`: by the visited network's clock. */
  readonly period: string;
  readonly currency: string;
  /** Minor units as text. */
  readonly thresholdMinor: string;
  readonly usedMinor: string;
}

/** A tenant's own system that sends messages to its subscribers. Every call may be repeated. */
export class SubscriberMessages extends Context.Tag('hufu/SubscriberMessages')<
  SubscriberMessages,
  {
    /**
     * `nobody`: this tenant has no such system. Refused with `MessageRefused` when it does not take the message and never
     * will; everything else that is not a success is a fault.
     */
    readonly tell: (tenant: TenantId, message: LimitMessage) => Effect.Effect<'told' | 'nobody', Refusal | Fault>;
  }
>() {}
