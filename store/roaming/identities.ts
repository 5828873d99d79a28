import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoTry } from '../mongo.ts';
import { planOf, readModel } from '../read-model.ts';

/**
 * Whose a number or an IMSI is: looked up for every record of a file, and written by what follows the subscribers'
 * journal. Ids are pseudonyms, so the collection names nobody's number.
 */

const COLLECTION = 'roaming_identities';
const AT_ONCE = 5_000;

export type IdentityKind = 'msisdn' | 'imsi';

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

const idsOf = (tenant: TenantId, kind: IdentityKind, values: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const ids: Array<string> = [];
    for (const value of values) {
      const id = pseudonymOf(ring, 'roaming.identity', tenant, kind, value);
      if (isFault(id)) return yield* Effect.fail(id);
      ids.push(id);
    }
    return ids;
  });

/** Keys of the subscribers whose these numbers or IMSIs are; undefined where nobody's. In the order of the values. */
export const subscribersOf = (
  tenant: TenantId,
  kind: IdentityKind,
  values: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<string | undefined>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const identities = databaseOf(yield* Mongo).collection<Identity>(COLLECTION);
    const all: Array<string | undefined> = [];
    for (let at = 0; at < values.length; at += AT_ONCE) {
      const ids = yield* idsOf(tenant, kind, values.slice(at, at + AT_ONCE));
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

/** @returns false when the value is another subscriber's; who has it keeps it. */
export const bindIdentity = (
  tenant: TenantId,
  kind: IdentityKind,
  value: string,
  subscriber: string,
): Effect.Effect<boolean, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const identities = databaseOf(yield* Mongo).collection<Identity>(COLLECTION);
    const [_id = ''] = yield* idsOf(tenant, kind, [value]);
    return yield* mongoTry('noting whose a number is', async () => {
      try {
        await identities.insertOne({ _id, tenant, kind, subscriber });
        return true;
      } catch (cause) {
        if (!isDuplicateKey(cause)) throw cause;
        return (await identities.findOne({ _id }))?.subscriber === subscriber;
      }
    });
  });
