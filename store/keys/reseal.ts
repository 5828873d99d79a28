/** The job behind a rotation: private fields that an old key sealed are sealed anew, so that the old key can go. */
import { Effect } from 'effect';
import type mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import { databaseOf, mongoTry } from '../mongo.ts';
import type { PrivateFields, SealedField } from './private-fields.ts';

interface PrivateDocument {
  readonly _id: string;
  readonly tenant: TenantId;
  readonly private?: Readonly<Record<string, SealedField>>;
}

export interface ResealReport {
  /** Documents looked at, and those of them that were sealed anew. */
  readonly seen: number;
  readonly resealed: number;
  /** Documents that changed meanwhile; whoever changed them sealed them with the current key. */
  readonly overtaken: number;
  /** Documents with a field that could not be opened; the first hundred of their ids. */
  readonly damaged: ReadonlyArray<string>;
}

const PAGE = 500;
const MAX_DAMAGED = 100;

type Operation = mongoose.mongo.AnyBulkWriteOperation<PrivateDocument>;

type Resealable = Pick<PrivateFields<never>, 'collection' | 'sealAnew'>;

const resealOne = (fields: Resealable, document: PrivateDocument): Operation | Fault | undefined => {
  const old = document.private ?? {};
  const sealed = fields.sealAnew({ tenant: document.tenant, id: document._id }, old);
  if (isFault(sealed)) return sealed;
  const anew = Object.entries(sealed).map(([name, field]) => [`private.${name}`, field] as const);
  if (anew.length === 0) return undefined;
  // Only if nobody wrote the field since it was read.
  const unchanged = Object.keys(sealed).map((name) => [`private.${name}.d`, old[name]?.d] as const);
  return {
    updateOne: {
      filter: { _id: document._id, ...Object.fromEntries(unchanged) },
      update: { $set: Object.fromEntries(anew) },
    },
  };
};

/**
 * Seals every private field of the collection with the current keys. It can be stopped and run again, on one node or
 * several; readers need not wait, because old keys still open what has not been reached.
 */
export const reseal = (connection: mongoose.Connection, fields: Resealable): Effect.Effect<ResealReport, Fault> =>
  Effect.gen(function* () {
    const collection = databaseOf(connection).collection<PrivateDocument>(fields.collection);
    let report: ResealReport = { seen: 0, resealed: 0, overtaken: 0, damaged: [] };
    let after: string | undefined;
    for (;;) {
      const from = after;
      const page = yield* mongoTry('reading documents to seal anew', () =>
        collection
          .find(from === undefined ? {} : { _id: { $gt: from } }, { projection: { tenant: 1, private: 1 } })
          .sort({ _id: 1 })
          .limit(PAGE)
          .toArray(),
      );
      after = page.at(-1)?._id;
      if (after === undefined) return report;
      const outcomes = page.map((document) => ({ id: document._id, outcome: resealOne(fields, document) }));
      const damaged = outcomes.filter((one) => isFault(one.outcome)).map((one) => one.id);
      const operations = outcomes.flatMap(({ outcome }) =>
        outcome === undefined || isFault(outcome) ? [] : [outcome],
      );
      const changed = yield* operations.length === 0
        ? Effect.succeed(0)
        : mongoTry('sealing documents anew', async () => {
            const result = await collection.bulkWrite(operations, { ordered: false });
            return result.modifiedCount;
          });
      report = {
        seen: report.seen + page.length,
        resealed: report.resealed + changed,
        overtaken: report.overtaken + operations.length - changed,
        damaged: [...report.damaged, ...damaged].slice(0, MAX_DAMAGED),
      };
    }
  });
