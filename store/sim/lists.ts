import { Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { Books, Stage, WaitingFor } from '../../domain/sim/application/schema.ts';
import type { CardStatus, CardType, FileStatus, NumberType, RangeBooks } from '../../domain/sim/schema.ts';
import type { TelecomStage, TelecomWaitingFor } from '../../domain/sim/telecom/application/schema.ts';
import type { FileKind } from '../../domain/sim/vop-file.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import {
  type ListedDocument,
  type ListPlan,
  type ListRequest,
  listIndexes,
  listPage,
  type Page,
} from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { Mongo } from '../mongo.ts';
import { type Fields, planOf, type ReadModel, readModel } from '../read-model.ts';

/**
 * What can be looked up about card making: the state documents of its actors, list by list. They are written behind,
 * so what was decided a moment ago may be missing; one object is read from its actor.
 */

/** Documents are written by our own actors (`document` of their definitions), which fix these shapes. */
export const itemOf = <Item>(document: ListedDocument): Item => {
  const { _id, ...fields } = document;
  return fields as Item;
};

export interface ApplicationItem {
  readonly no: string;
  readonly partner: string;
  readonly stage: Stage;
  readonly waitingFor: WaitingFor;
  readonly paused: boolean;
  readonly round: number;
  readonly cities: ReadonlyArray<string>;
  readonly products: ReadonlyArray<string>;
  readonly cardTypes: ReadonlyArray<CardType>;
  readonly lines: number;
  readonly books: Books;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly endedAtMs: number | null;
}

const applicationFields = {
  no: String,
  partner: String,
  stage: String,
  waitingFor: String,
  paused: Boolean,
  round: Number,
  cities: [String],
  products: [String],
  cardTypes: [String],
  lines: Number,
  books: Object,
  createdAtMs: Number,
  createdBy: String,
  endedAtMs: Number,
} satisfies Fields;

export const applicationList: ListPlan<ApplicationItem> = {
  collection: 'sim_applications',
  fields: Object.keys(applicationFields),
  filters: {
    stage: { field: 'stage', type: 'text', indexed: true },
    waitingFor: { field: 'waitingFor', type: 'text', indexed: true },
    city: { field: 'cities', type: 'text', indexed: true },
    product: { field: 'products', type: 'text', indexed: true },
    partner: { field: 'partner', type: 'text' },
    createdFromMs: { field: 'createdAtMs', type: 'integer', match: 'atLeast' },
    createdBeforeMs: { field: 'createdAtMs', type: 'integer', match: 'below' },
  },
  orders: { newest: { field: 'createdAtMs', direction: -1 }, number: { field: 'no', direction: 1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export interface TelecomItem {
  readonly no: string;
  readonly vendor: string;
  readonly stage: TelecomStage;
  readonly waitingFor: TelecomWaitingFor;
  readonly paused: boolean;
  readonly cities: ReadonlyArray<string>;
  readonly products: ReadonlyArray<string>;
  readonly lines: number;
  readonly letters: number;
  readonly books: Books;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly endedAtMs: number | null;
}

const { partner: _partner, round: _round, cardTypes: _cardTypes, ...telecomShared } = applicationFields;
const telecomFields = { ...telecomShared, vendor: String, letters: Number } satisfies Fields;

export const telecomList: ListPlan<TelecomItem> = {
  collection: 'sim_telecom_applications',
  fields: Object.keys(telecomFields),
  filters: {
    stage: { field: 'stage', type: 'text', indexed: true },
    waitingFor: { field: 'waitingFor', type: 'text', indexed: true },
    city: { field: 'cities', type: 'text' },
    product: { field: 'products', type: 'text' },
    vendor: { field: 'vendor', type: 'text' },
  },
  orders: { newest: { field: 'createdAtMs', direction: -1 }, number: { field: 'no', direction: 1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export interface CardItem {
  readonly iccid: string;
  readonly application: string;
  readonly line: number;
  readonly product: string;
  readonly city: string;
  readonly cardType: CardType;
  readonly status: CardStatus;
  readonly confirmed: boolean;
  readonly vendor: string | null;
  readonly part: string | null;
  readonly reason: string | null;
}

const cardFields = {
  iccid: String,
  application: String,
  line: Number,
  product: String,
  city: String,
  cardType: String,
  status: String,
  confirmed: Boolean,
  vendor: String,
  part: String,
  reason: String,
} satisfies Fields;

export const cardList: ListPlan<CardItem> = {
  collection: 'sim_cards',
  fields: Object.keys(cardFields),
  filters: {
    application: { field: 'application', type: 'text', indexed: true },
    line: { field: 'line', type: 'integer' },
    part: { field: 'part', type: 'text' },
    status: { field: 'status', type: 'text' },
    vendor: { field: 'vendor', type: 'text' },
    city: { field: 'city', type: 'text' },
    product: { field: 'product', type: 'text' },
  },
  orders: { number: { field: '_id', direction: 1 } },
  defaultOrder: 'number',
  item: itemOf,
};

export interface RangeItem {
  readonly key: string;
  readonly type: NumberType;
  readonly first: string;
  readonly last: string;
  readonly product: string;
  readonly city: string | null;
  readonly books: RangeBooks;
  readonly fragments: number;
}

const rangeFields = {
  key: String,
  type: String,
  first: String,
  last: String,
  product: String,
  city: String,
  books: {
    size: Number,
    free: Number,
    allocated: Number,
    used: Number,
    recycled: Number,
    retired: Number,
    quarantined: Number,
  },
  fragments: Number,
} satisfies Fields;

export const rangeList: ListPlan<RangeItem> = {
  collection: 'sim_number_ranges',
  fields: Object.keys(rangeFields),
  filters: {
    type: { field: 'type', type: 'text', indexed: true },
    product: { field: 'product', type: 'text' },
    city: { field: 'city', type: 'text' },
  },
  orders: { first: { field: 'first', direction: 1 } },
  defaultOrder: 'first',
  item: (document) => {
    const range = itemOf<RangeItem>(document);
    // Documents that were written before there was a quarantine do not say so.
    return { ...range, books: { ...range.books, quarantined: range.books.quarantined ?? 0 } };
  },
};

export interface PartnerFileItem {
  readonly partner: string;
  readonly name: string;
  readonly sm3: string;
  readonly fileId: string;
  readonly bytes: number;
  readonly kind: FileKind | null;
  readonly application: string | null;
  readonly source: 'poll' | 'hand';
  readonly status: FileStatus;
  readonly attempt: number;
  readonly deliveries: number;
  readonly rows: number | null;
  readonly problemCount: number;
  readonly receivedAtMs: number;
}

const partnerFileFields = {
  partner: String,
  name: String,
  sm3: String,
  fileId: String,
  bytes: Number,
  kind: String,
  application: String,
  source: String,
  status: String,
  attempt: Number,
  deliveries: Number,
  rows: Number,
  problemCount: Number,
  receivedAtMs: Number,
} satisfies Fields;

export const partnerFileList: ListPlan<PartnerFileItem> = {
  collection: 'sim_partner_files',
  fields: Object.keys(partnerFileFields),
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    application: { field: 'application', type: 'text', indexed: true },
    kind: { field: 'kind', type: 'text' },
    partner: { field: 'partner', type: 'text' },
  },
  orders: { newest: { field: 'receivedAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export const applicationModel = readModel(applicationList.collection, applicationFields, [
  ...listIndexes(applicationList),
  // Whose a file is that names an application, whatever its tenant (`openApplications`).
  { name: 'open', key: { no: 1, endedAtMs: 1 } },
]);

export const telecomModel = readModel(telecomList.collection, telecomFields, listIndexes(telecomList));

export const cardModel = readModel(cardList.collection, cardFields, [
  ...listIndexes(cardList),
  { name: 'parts', key: { tenant: 1, application: 1, part: 1, status: 1, _id: 1 } },
  // Finished and blank cards in stock by product and city (seed 000 §6.2).
  { name: 'stock', key: { tenant: 1, status: 1, cardType: 1, product: 1, city: 1 } },
]);

export const rangeModel = readModel(rangeList.collection, rangeFields, [
  ...listIndexes(rangeList),
  { name: 'stock', key: { tenant: 1, type: 1, product: 1, city: 1, first: 1 } },
  // Which range a number belongs to (`rangeOfNumber`).
  { name: 'numbers', key: { tenant: 1, type: 1, first: -1, last: 1 } },
]);

export const partnerFileModel = readModel(partnerFileList.collection, { ...partnerFileFields, names: [String] }, [
  ...listIndexes(partnerFileList),
  // Has a file that lies on the partner's server come before (`knownFiles`)?
  { name: 'names', key: { names: 1, bytes: 1 } },
]);

/** Pages of the tenant's documents; refusals and faults as `listPage` says. */
export const listOf =
  <Item>(plan: ListPlan<Item>, model: ReadModel) =>
  (request: ListRequest): Effect.Effect<Page<Item>, Refusal | Fault, Mongo | KeyRing> =>
    Effect.flatMap(Mongo, (connection) => listPage(connection, plan, request, model));

export const listApplications = listOf(applicationList, applicationModel);
export const listTelecomApplications = listOf(telecomList, telecomModel);
export const listCards = listOf(cardList, cardModel);
export const listRanges = listOf(rangeList, rangeModel);
export const listPartnerFiles = listOf(partnerFileList, partnerFileModel);

/** What the migration command makes for card making. */
export const simPlans: ReadonlyArray<CollectionPlan> = [
  ...[applicationModel, telecomModel, cardModel, rangeModel, partnerFileModel].map(planOf),
  { collection: 'sim_imsis', indexes: [{ name: 'stock', key: { tenant: 1, status: 1, product: 1, city: 1 } }] },
  { collection: 'sim_range_registries', indexes: [] },
  { collection: 'sim_file_names', indexes: [] },
];
