import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { Clock, Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { Audit } from '../../store/operations/audit.ts';

/** Whoever looks at personal data or changes something with an admin command is written down, as over HTTP. */

export interface Recorded {
  readonly tenant: TenantId;
  /** `admin.actor.journal`, … */
  readonly action: string;
  /** E.g. `sim.card/demo/8986…`; no personal data. */
  readonly object: string;
}

const subjectOf = (): string => `admin:${userInfo().username}`;

/** Of a command that is asked in the name of whoever runs the admin command. */
export const envelopeOf = (tenant: TenantId) => ({
  commandId: `admin/${randomUUID()}`,
  caller: { subject: subjectOf(), tenant, roles: ['operator' as const] },
});

/** The line is durable before the command answers; without it there is no answer (decision 0045). */
export const recorded = <A, R>(
  what: Recorded,
  run: Effect.Effect<A, Refusal | Fault, R>,
): Effect.Effect<A, Refusal | Fault, R | Audit> =>
  Effect.gen(function* () {
    const audit = yield* Audit;
    const outcome = yield* Effect.either(run);
    const failure = outcome._tag === 'Left' ? outcome.left : undefined;
    const said = failure === undefined ? 'accepted' : isRefusal(failure) ? `refused:${failure.code}` : 'failed';
    yield* audit.append({
      ...what,
      subject: subjectOf(),
      outcome: said,
      from: hostname(),
      requestId: randomUUID(),
      atMs: yield* Clock.currentTimeMillis,
    });
    return yield* outcome;
  });
