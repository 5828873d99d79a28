import { Chunk, Effect, Stream } from 'effect';
import { differenceActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import type { DifferenceStatus } from '../../../domain/mandates/reconciliation/schema.ts';
import type { KeyRing } from '../../../store/keys/key-ring.ts';
import { everyItem } from '../../../store/list-query.ts';
import { type DifferenceItem, listDifferences } from '../../../store/mandates/reconciliation.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { CurrentStep } from '../../activity.ts';

/** What became of differences, told to them together. */

export interface Settled {
  readonly key: string;
  readonly status: DifferenceStatus;
  readonly outcome: string | null;
}

export const settle = (tenant: TenantId, settled: ReadonlyArray<Settled>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, commandIdFor } = yield* CurrentStep;
    const answers = yield* actors.askMany(
      differenceActor,
      settled.map(({ key, status, outcome }) => ({
        id: { tenant, key },
        command: { _tag: 'Settle' as const, status, outcome },
        envelope: { commandId: commandIdFor('settle', key, status, outcome ?? ''), caller },
      })),
    );
    for (const answer of answers) if (answer._tag === 'Left') return yield* Effect.fail(answer.left);
    return undefined;
  });

const PAGE = 200;

/** All differences of a run that are so, as they can be looked up. */
export const differencesOf = (
  tenant: TenantId,
  filters: Readonly<Record<string, string>>,
): Effect.Effect<ReadonlyArray<DifferenceItem>, Refusal | Fault, Mongo | KeyRing> =>
  everyItem((cursor) => listDifferences({ tenant, filters, order: 'key', limit: PAGE, cursor })).pipe(
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray),
  );
