import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { planOf, readModel } from '../read-model.ts';

/**
 * Whose a number or an IMSI is: looked up for every record of a file, and written by what follows the subscribers'
 * journal. Ids are pseudonyms, so the collection names nobody's number.
 */

const COLLECTION = 'roaming_identities';
const AT_ONCE = 5_000;

export type IdentityKind = 'msisdn' | 'imsi';

/** Whose a number or an IMSI is said to be. */
export interface Binding {
  readonly tenant: TenantId;
  readonly kind: IdentityKind;
  readonly value: string;
  /** Key of the subscriber's actor. */
  readonly subscriber: string;
}

interface Identity {
  readonly _id: string;
  readonly tenant: TenantId;
  readonly kind: IdentityKind;
  /** Key of the subscriber's actor. */
  readonly subscriber: string;
}

const model = readModel(COLLECTION, { kind: String, subscriber: String }, [
  { name: 'of_subscriber', key: { tenant: 1, subscriber: 1 } },
]);

export const identityPlan = planOf(model);

const idOf = (ring: Ring, { tenant, kind, value }: Omit<Binding, 'subscriber'>): Effect.Effect<string, Fault> => {
  const id = pseudonymOf(ring, 'roaming.identity', tenant, kind, value);
  return isFault(id) ? Effect.fail(id) : Effect.succeed(id);
};

/** Keys of the subscribers whose these numbers or IMSIs are; undefined where nobody's. In the order of the values. */
export const subscribersOf = (
  tenant: TenantId,
  kind: IdentityKind,
  values: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<string | undefined>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const identities = databaseOf(yield* Mongo).collection<Identity>(COLLECTION);
    const ring = yield* KeyRing;
    const all: Array<string | undefined> = [];
    for (let at = 0; at < values.length; at += AT_ONCE) {
      const ids = yield* Effect.forEach(values.slice(at, at + AT_ONCE), (value) => idOf(ring, { tenant, kind, value }));
      const found = yield* mongoTry('looking up whose numbers are', () =>
        identities
          .find({ _id: { $in: ids } }, { projection: { subscriber: 1 } })
          .batchSize(AT_ONCE)
          .toArray(),
      );
      const byId = new Map(found.map(({ _id, subscriber }) => [_id, subscriber]));
      for (const id of ids) all.push(byId.get(id));
    }
    return all;
  });

/**
 * Notes all of them, the earlier first; any number of times. @returns those whose value is another subscriber's, who keeps
 * it.
 */
export const bindIdentities = (
  bindings: ReadonlyArray<Binding>,
): Effect.Effect<ReadonlyArray<Binding>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const identities = databaseOf(yield* Mongo).collection<Identity>(COLLECTION);
    const ring = yield* KeyRing;
    const taken: Array<Binding> = [];
    for (let at = 0; at < bindings.length; at += AT_ONCE) {
      const some = bindings.slice(at, at + AT_ONCE);
      const ids = yield* Effect.forEach(some, (binding) => idOf(ring, binding));
      const first = new Map<string, Binding>();
      for (const [place, id] of ids.entries()) {
        const binding = some[place];
        if (binding !== undefined && !first.has(id)) first.set(id, binding);
      }
      const owners = yield* mongoTry('noting whose numbers are', async () => {
        await identities.bulkWrite(
          Array.from(first, ([_id, { tenant, kind, subscriber }]) => ({
            updateOne: { filter: { _id }, update: { $setOnInsert: { tenant, kind, subscriber } }, upsert: true },
          })),
          { ordered: false },
        );
        const found = identities.find({ _id: { $in: [...first.keys()] } }, { projection: { subscriber: 1 } });
        return new Map((await found.batchSize(AT_ONCE).toArray()).map(({ _id, subscriber }) => [_id, subscriber]));
      });
      for (const [place, binding] of some.entries()) {
        if (owners.get(ids[place] ?? '') !== binding.subscriber) taken.push(binding);
      }
    }
    return taken;
  });
