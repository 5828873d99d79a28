import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isFault } from '../../domain/kernel/refusal.ts';
import { boundsOf, isDay, wallTime } from '../../domain/mandates/reconciliation/file.ts';
import type { Balance, FileRow, Scope } from '../../domain/mandates/reconciliation/schema.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { Ring } from '../keys/private-fields.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';
import { COLLECTION, sealedFields } from './relations.ts';

/**
 * Our side of reconciliation, out of the look-ups of relations: of a day what has changed since it began, of a month
 * what stood at its end; and how many stood when. What a file has changed belongs to the day of the file.
 */

interface Extracted {
  readonly _id: string;
  readonly rev: number;
  readonly bank: string;
  readonly agreement: string;
  readonly status: string;
  readonly province: string;
  readonly channel: FileRow['channel'];
  readonly userType: FileRow['userType'];
  readonly terms: Pick<FileRow, 'thresholdMinor' | 'amountMinor' | 'automaticPayment'>;
  readonly accountKind: FileRow['accountKind'];
  readonly formalAtMs?: number;
  readonly movedAtMs: number;
  readonly private: object;
}

const relationsOf = Effect.map(Mongo, (connection) => databaseOf(connection).collection<Extracted>(COLLECTION));

const whose = (tenant: TenantId, { party, partner }: Scope) => ({
  tenant,
  [party === 'bank' ? 'bank' : 'province']: partner,
});
/** One that had expired and became formal after all keeps the time of its expiry: its status says that it stands. */
const STANDING = ['formal', 'cancelling'];
const stoodAt = (atMs: number) => ({
  formalAtMs: { $lt: atMs },
  $or: [{ status: { $in: STANDING } }, { endedAtMs: { $gte: atMs } }],
});

/** @param formalAtMs one that was never formal is no row */
const rowOf = (ring: Ring, tenant: TenantId, found: Extracted, formalAtMs: number): FileRow | Fault => {
  const values = sealedFields(ring).decode({ tenant, id: found._id }, found.private);
  if (isFault(values)) return values;
  const { number, account } = values;
  if (number === undefined || account === undefined) {
    return fault('mongodb', 'Damaged', 'A relation that was formal has no number or no account.');
  }
  const { bank, agreement, accountKind, province, channel, userType, terms } = found;
  return {
    bank,
    agreement,
    // Written by `writeRelation` from the actor's state, which has only such.
    number: number as FileRow['number'],
    accountKind,
    account: account as FileRow['account'],
    province,
    channel,
    userType,
    thresholdMinor: terms.thresholdMinor,
    amountMinor: terms.amountMinor,
    automaticPayment: terms.automaticPayment,
    state: STANDING.includes(found.status) ? 'formal' : 'cancelled',
    begun: wallTime(formalAtMs),
    changed: wallTime(found.movedAtMs),
  };
};

/** Rows in the order of their ids. */
export const extractRelations = (tenant: TenantId, scope: Scope): Stream.Stream<FileRow, Fault, Mongo | KeyRing> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const relations = yield* relationsOf;
      const ring = yield* KeyRing;
      const { fromMs, toMs } = boundsOf(scope.period);
      const which = isDay(scope.period) ? { formalAtMs: { $gt: 0 }, movedAtMs: { $gte: fromMs } } : stoodAt(toMs);
      const cursor = relations.find({ ...whose(tenant, scope), ...which }, { sort: { _id: 1 }, allowDiskUse: true });
      return Stream.fromAsyncIterable(cursor, () => fault('mongodb', 'Unavailable', 'Relations cannot be read.')).pipe(
        Stream.mapEffect((found) => {
          const row = rowOf(ring, tenant, found, found.formalAtMs ?? 0);
          if (isFault(row)) return Effect.fail(row);
          // At the end of the month it stood, whatever has become of it since.
          return Effect.succeed(isDay(scope.period) ? row : { ...row, state: 'formal' as const });
        }),
      );
    }),
  );

/** How many relations stood at the beginning and the end of the period, began and ended in it. */
export const balanceOfRelations = (tenant: TenantId, scope: Scope): Effect.Effect<Balance, Fault, Mongo> =>
  Effect.flatMap(relationsOf, (relations) =>
    mongoTry('counting relations', async () => {
      const { fromMs, toMs } = boundsOf(scope.period);
      const count = (which: object) => relations.countDocuments({ ...whose(tenant, scope), ...which });
      const [opening, opened, cancelled, closing] = await Promise.all([
        count(stoodAt(fromMs)),
        count({ formalAtMs: { $gte: fromMs, $lt: toMs } }),
        count({
          formalAtMs: { $lt: toMs },
          status: { $nin: STANDING },
          endedAtMs: { $gte: fromMs, $lt: toMs },
        }),
        count(stoodAt(toMs)),
      ]);
      return { opening, opened, cancelled, closing };
    }),
  );

/** Relations by their ids (`relationId`), with their revisions; those that were never formal are not among them. */
export const relationsById = (
  tenant: TenantId,
  ids: ReadonlyArray<string>,
): Effect.Effect<ReadonlyMap<string, { readonly rev: number; readonly row: FileRow | null }>, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const relations = yield* relationsOf;
    const ring = yield* KeyRing;
    const found = yield* mongoTry('reading relations', () => relations.find({ _id: { $in: [...ids] } }).toArray());
    const rows = new Map<string, { readonly rev: number; readonly row: FileRow | null }>();
    for (const one of found) {
      const row = one.formalAtMs === undefined ? null : rowOf(ring, tenant, one, one.formalAtMs);
      if (isFault(row)) return yield* Effect.fail(row);
      rows.set(one._id, { rev: one.rev, row });
    }
    return rows;
  });
