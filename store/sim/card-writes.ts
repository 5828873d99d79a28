import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { WriteStatus } from '../../domain/sim/writing/schema.ts';
import { type ListPlan, listIndexes } from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { type Fields, modelOf, planOf, readModel } from '../read-model.ts';
import { itemOf, listOf } from './lists.ts';

/** What can be looked up about writing cards: writes, short-message centres, readers. */

export interface CardWriteItem {
  readonly request: string;
  readonly status: WriteStatus;
  readonly code: string | null;
  readonly reader: string | null;
  readonly iccid: string | null;
  readonly profile: string | null;
  readonly product: string;
  readonly city: string | null;
  readonly proved: boolean;
  readonly closed: boolean;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly endedAtMs: number | null;
}

const writeFields = {
  request: String,
  status: String,
  code: String,
  reader: String,
  iccid: String,
  profile: String,
  product: String,
  city: String,
  proved: Boolean,
  closed: Boolean,
  requestedBy: String,
  requestedAtMs: Number,
  endedAtMs: Number,
} satisfies Fields;

const cardWriteList: ListPlan<CardWriteItem> = {
  collection: 'sim_card_writes',
  fields: Object.keys(writeFields),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    iccid: { field: 'iccid', type: 'text', indexed: true },
    reader: { field: 'reader', type: 'text' },
    product: { field: 'product', type: 'text' },
    city: { field: 'city', type: 'text' },
    requestedFromMs: { field: 'requestedAtMs', type: 'integer', match: 'atLeast' },
    requestedBeforeMs: { field: 'requestedAtMs', type: 'integer', match: 'below' },
  },
  orders: { newest: { field: 'requestedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export interface SmscItem {
  readonly number: string;
  readonly operator: string;
  readonly product: string | null;
  readonly city: string | null;
  readonly retired: boolean;
}

const smscFields = {
  number: String,
  operator: String,
  product: String,
  city: String,
  retired: Boolean,
} satisfies Fields;

const smscList: ListPlan<SmscItem> = {
  collection: 'sim_smscs',
  fields: Object.keys(smscFields),
  filters: { operator: { field: 'operator', type: 'text' }, product: { field: 'product', type: 'text' } },
  orders: { number: { field: 'number', direction: 1 } },
  defaultOrder: 'number',
  item: itemOf,
};

export interface ReaderItem {
  readonly name: string;
  readonly place: string;
  readonly attached: boolean;
  readonly untilMs: number;
  readonly current: string | null;
  readonly waiting: number;
}

const readerFields = {
  name: String,
  place: String,
  attached: Boolean,
  untilMs: Number,
  current: String,
  waiting: Number,
} satisfies Fields;

const readerList: ListPlan<ReaderItem> = {
  collection: 'sim_readers',
  fields: Object.keys(readerFields),
  filters: { attached: { field: 'attached', type: 'flag' } },
  orders: { name: { field: 'name', direction: 1 } },
  defaultOrder: 'name',
  item: itemOf,
};

const cardWriteModel = readModel(cardWriteList.collection, writeFields, listIndexes(cardWriteList));
const smscModel = readModel(smscList.collection, smscFields, [
  ...listIndexes(smscList),
  { name: 'place', key: { tenant: 1, retired: 1, city: 1, product: 1 } },
]);

const readerModel = readModel(readerList.collection, readerFields, listIndexes(readerList));

export const listCardWrites = listOf(cardWriteList, cardWriteModel);
export const listSmscs = listOf(smscList, smscModel);
export const listReaders = listOf(readerList, readerModel);

/** The centre for a product and a city: one of the city before one of any, one of the product before one of any. */
export const smscFor = (
  tenant: TenantId,
  product: string,
  city: string,
): Effect.Effect<string | undefined, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for a short-message centre', async () => {
      const found = await modelOf(connection, smscModel)
        .findOne(
          { tenant, retired: false, product: { $in: [product, null] }, city: { $in: [city, null] } },
          { _id: 0, number: 1 },
          { maxTimeMS: 10_000, sort: { city: -1, product: -1, number: 1 } },
        )
        .lean<{ readonly number: string }>()
        .exec();
      return found?.number;
    }),
  );

export const writingPlans: ReadonlyArray<CollectionPlan> = [
  ...[cardWriteModel, smscModel, readerModel].map(planOf),
  { collection: 'sim_blank_cards', indexes: [{ name: 'status', key: { tenant: 1, status: 1, profile: 1 } }] },
];
