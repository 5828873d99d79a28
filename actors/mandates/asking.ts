import { randomUUID } from 'node:crypto';
import { Clock, Effect } from 'effect';
import type { ActorId, TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import { rulesAt, rulesRefusals } from '../../domain/mandates/province-rules.ts';
import type { NumberReply, NumberState, ProvinceRules } from '../../domain/mandates/schema.ts';
import type { Message } from '../../domain/mandates/state.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { numberKey } from '../../store/mandates/number-key.ts';
import { Actors } from '../runtime/actors.ts';
import { numberActor } from './number.ts';
import { provinceRulesActor } from './province-rules.ts';

/** How the actors of mandates are asked, by whoever has heard something about a number. */

export const numberIdOf = (tenant: TenantId, number: Msisdn): Effect.Effect<ActorId, Fault, KeyRing> =>
  Effect.flatMap(KeyRing, (ring) => {
    const key = numberKey(ring, tenant, number);
    return isFault(key) ? Effect.fail(key) : Effect.succeed({ tenant, key });
  });

/** Null of a number that nothing has been heard of. */
export const readNumber = (
  id: ActorId,
): Effect.Effect<{ readonly state: NumberState; readonly rev: number } | null, Refusal | Fault, Actors> =>
  Effect.flatMap(Actors, (actors) => actors.read(numberActor, id)).pipe(
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

/**
 * Tells the number's actor what somebody has said. The message's own id makes it one effect: rules and the CRM's answer
 * are found out anew when it comes again, so the command cannot be the same.
 */
export const tellNumber = (
  command: Message,
  { tenant, subject }: Pick<Caller, 'tenant' | 'subject'>,
): Effect.Effect<{ readonly reply: NumberReply; readonly rev: number }, Refusal | Fault, Actors | KeyRing> =>
  Effect.gen(function* () {
    const id = yield* numberIdOf(tenant, command.number);
    const envelope = { commandId: randomUUID(), caller: { tenant, subject, roles: [] } };
    return yield* (yield* Actors).ask(numberActor, { id, command, envelope });
  });

/** Of a province at a moment; refused with `ProvinceWithoutRules` when there are none. */
export const rulesInForce = (
  tenant: TenantId,
  province: string,
  atMs?: number,
): Effect.Effect<ProvinceRules, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const unknown = rulesRefusals.provinceUnknown();
    const { state } = yield* (yield* Actors)
      .read(provinceRulesActor, { tenant, key: province })
      .pipe(Effect.mapError((failure) => (isRefusal(failure) && failure.kind === 'missing' ? unknown : failure)));
    return rulesAt(state, atMs ?? (yield* Clock.currentTimeMillis)) ?? (yield* Effect.fail(unknown));
  });
