import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Mongo } from '../mongo.ts';
import { subscribersOf } from './identities.ts';

/** Whose the numbers of these lines are, by number; one that is nobody's is left out. */
export const ownersOfNumbers = (
  tenant: TenantId,
  lines: ReadonlyArray<{ readonly number: string }>,
): Effect.Effect<ReadonlyMap<string, string>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const numbers = [...new Set(lines.map(({ number }) => number))];
    const owners = yield* subscribersOf(tenant, 'msisdn', numbers);
    return new Map(numbers.flatMap((number, at) => (owners[at] === undefined ? [] : [[number, owners[at]] as const])));
  });
