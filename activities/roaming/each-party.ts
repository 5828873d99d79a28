import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { alertOf } from './import-asking.ts';

/** A line that is bad keeps the others waiting no longer than so many at once can. */
const AT_ONCE = 4;

/**
 * Does something for partners and elements, each by its code. Where it fails a person is told by an alert of the stage, and no
 * other is kept waiting.
 * @returns what came of those that did not fail, and how many did
 */
export const eachParty = <A, R>(
  tenant: TenantId,
  stage: string,
  works: ReadonlyArray<readonly [code: string, work: Effect.Effect<A, Refusal | Fault, R>]>,
) =>
  Effect.gen(function* () {
    const done: Array<A> = [];
    const one = ([code, work]: (typeof works)[number]) =>
      work.pipe(
        Effect.flatMap((result) => Effect.sync(() => done.push(result))),
        Effect.catchAll((failure) => alertOf(tenant, code, failure.code, stage)),
      );
    yield* Effect.forEach(works, one, { concurrency: AT_ONCE, discard: true });
    return { done, failed: works.length - done.length };
  });
