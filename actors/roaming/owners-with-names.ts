import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { Owner } from '../../domain/roaming/settlement/book-reports.ts';
import { ownersOfNumbers } from '../../store/roaming/owners-of-numbers.ts';
import { Actors } from '../runtime/actors.ts';
import { subscriberActor } from './subscriber.ts';

const READS_AT_ONCE = 100;

/** Whose the numbers of these lines are, with the names that are known; one that is nobody's is left out. */
export const ownersWithNames = (tenant: TenantId, lines: ReadonlyArray<{ readonly number: string }>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const owners = yield* ownersOfNumbers(tenant, lines);
    const users = [...new Set(owners.values())];
    const named = yield* Effect.forEach(
      users,
      (user) =>
        actors.read(subscriberActor, { tenant, key: user }).pipe(
          Effect.map(({ state }): Owner => ({ user, name: state?.profile?.name ?? null })),
          Effect.catchIf(isRefusal, () => Effect.succeed<Owner>({ user, name: null })),
        ),
      { concurrency: READS_AT_ONCE },
    );
    const byUser = new Map(named.map((owner) => [owner.user, owner] as const));
    return new Map(
      [...owners].flatMap(([number, user]) => {
        const owner = byUser.get(user);
        return owner === undefined ? [] : [[number, owner] as const];
      }),
    );
  });
