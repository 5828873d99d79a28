import { Chunk, Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { TermsKind } from '../../domain/roaming/terms/schema.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { everyItem, type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import type { Mongo } from '../mongo.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from '../sim/lists.ts';

/** Agreements, retail plans and partners as they can be looked up; written behind by their actors. */
export interface TermsItem {
  readonly kind: TermsKind;
  readonly name: string;
  /** Number of the revision; null before one is approved. */
  readonly inForce: number | null;
  readonly inForceSinceMs: number | null;
  readonly revisions: number;
  /** Who has proposed the revision that waits for another person; null when none waits. */
  readonly proposedBy: string | null;
}

const fields = {
  kind: String,
  name: String,
  inForce: Number,
  inForceSinceMs: Number,
  revisions: Number,
  proposedBy: String,
} satisfies Fields;

export const termsList: ListPlan<TermsItem> = {
  collection: 'roaming_terms',
  fields: Object.keys(fields),
  filters: { kind: { field: 'kind', type: 'text', indexed: true } },
  orders: { name: { field: 'name', direction: 1 } },
  defaultOrder: 'name',
  item: itemOf,
};

const model = readModel(termsList.collection, fields, listIndexes(termsList));

export const termsPlan = planOf(model);

/** Pages of the tenant's documents; refusals and faults as `listPage` says. */
export const listTerms = listOf(termsList, model);

/** Names of all of a kind, also of those that are only proposed. */
export const termsNames = (
  tenant: TenantId,
  kind: TermsKind,
): Effect.Effect<ReadonlyArray<string>, Refusal | Fault, Mongo | KeyRing> =>
  everyItem((cursor) => listTerms({ tenant, filters: { kind }, limit: 200, cursor })).pipe(
    Stream.map(({ name }) => name),
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray),
  );

/** Read from their actors, partner by partner. */
export const reratingsPlan: CollectionPlan = { collection: 'roaming_reratings', indexes: [] };
