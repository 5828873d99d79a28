import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { boundsProblem, rangeKey } from '../../domain/sim/number-range.ts';
import type { NumberType, RangeReply } from '../../domain/sim/schema.ts';
import { Actors, type Answer, type Envelope } from '../runtime/actors.ts';
import { iccidRangeActor, imsiRangeActor, rangeRegistryActor } from './number-range.ts';

export interface NewRange {
  readonly type: NumberType;
  /** ICCID bodies (no check digit) or IMSIs. */
  readonly first: string;
  readonly last: string;
  readonly product: string;
  /** Null: for any city. */
  readonly city: string | null;
}

export const rangeActorOf = (type: NumberType) => (type === 'iccid' ? iccidRangeActor : imsiRangeActor);

/**
 * Registers a range: its numbers are claimed in the registry, so that no other range has them, then the range begins.
 * A crash between the two leaves a claim that the same call, repeated, completes.
 * Refusals: InvalidBounds, RangeTooLarge, RangeOverlaps, TooManyRanges, RangeDiffers.
 */
export const registerRange = (
  tenant: TenantId,
  range: NewRange,
  envelope: Envelope,
): Effect.Effect<Answer<RangeReply>, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const { type, first, last, product, city } = range;
    const problem = boundsProblem(type, range);
    if (problem !== undefined) return yield* Effect.fail(problem);
    const actors = yield* Actors;
    const key = rangeKey(range);
    yield* actors.ask(rangeRegistryActor, {
      id: { tenant, key: type },
      command: { _tag: 'Claim', key, first, last },
      envelope: { ...envelope, commandId: `${envelope.commandId}:claim` },
    });
    return yield* actors.ask(rangeActorOf(type), {
      id: { tenant, key },
      command: { _tag: 'Register', first, last, product, city },
      envelope,
    });
  });
