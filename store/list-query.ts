/**
 * Lists: one page of a collection after another, by a cursor. A plan says which filters and orders a caller may ask
 * for; everything else is refused, and every query is bound to one tenant. The order is made total by `_id`, so a page
 * starts exactly where the one before it ended, whatever was written in between; it reads what was written behind, so
 * what was decided a moment ago may be missing.
 */
import { Chunk, Effect, Option, Stream } from 'effect';
import type mongoose from 'mongoose';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { canonicalJson } from '../domain/kernel/canonical-json.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { sm3Hex } from '../domain/keys/sm3.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { invalidCursor, readCursor, writeCursor } from './list-cursor.ts';
import type { IndexPlan } from './migrations.ts';
import { databaseOf, mongoTry } from './mongo.ts';
import { modelOf, type ReadModel } from './read-model.ts';

export interface ListFilter {
  /** The document's field; a filter's own name is what callers say. */
  readonly field: string;
  readonly type: 'text' | 'integer' | 'flag';
  /** `equals` (default) also takes a list: any of these. */
  readonly match?: 'equals' | 'atLeast' | 'below';
  /** True when `listIndexes` should make an index that begins with it. */
  readonly indexed?: boolean;
}

export interface ListOrder {
  /** Strings, numbers or dates of one type; documents without the field come where MongoDB sorts null. */
  readonly field: string;
  readonly direction: 1 | -1;
}

/** A document as it was read: `_id` and the plan's fields. */
export interface ListedDocument {
  readonly _id: unknown;
  readonly [field: string]: unknown;
}

export interface ListPlan<Item> {
  readonly collection: string;
  /** What is read of a document, beside `_id`. */
  readonly fields: ReadonlyArray<string>;
  readonly filters: Readonly<Record<string, ListFilter>>;
  readonly orders: Readonly<Record<string, ListOrder>>;
  readonly defaultOrder: string;
  readonly item: (document: ListedDocument) => Item;
}

type FilterValue = string | number | boolean;

export interface ListRequest {
  readonly tenant: TenantId;
  /** By the plan's names; text from a query string is understood for integers and flags. */
  readonly filters?: Readonly<Record<string, FilterValue | ReadonlyArray<FilterValue> | undefined>>;
  readonly order?: string | undefined;
  /** `nextCursor` of the page before, with the same filters and order. */
  readonly cursor?: string | undefined;
  /** 1–200, default 50. */
  readonly limit?: number | undefined;
  /** Conditions of our own (never a caller's), e.g. the units that the caller may see. */
  readonly where?: Readonly<Record<string, unknown>>;
}

export interface Page<Item> {
  readonly items: ReadonlyArray<Item>;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

const MAX_LIMIT = 200;
const MAX_VALUES = 100;
const MAX_TEXT = 256;
const MAX_TIME_MS = 5_000;

type Conditions = Record<string, unknown>;

const parseValue = (name: string, filter: ListFilter, value: unknown): FilterValue | Refusal => {
  if (filter.type === 'text' && typeof value === 'string' && value.length <= MAX_TEXT) return value;
  if (filter.type === 'integer' && (typeof value === 'number' || typeof value === 'string')) {
    const number = value === '' ? Number.NaN : Number(value);
    if (Number.isSafeInteger(number)) return number;
  }
  if (filter.type === 'flag' && (value === true || value === 'true')) return true;
  if (filter.type === 'flag' && (value === false || value === 'false')) return false;
  return refuse('invalid', 'InvalidFilter', `The filter ${name} takes ${filter.type} values.`, {
    field: `filters/${name}`,
  });
};

const OPERATORS = { equals: '$in', atLeast: '$gte', below: '$lt' } as const;

const parseFilters = (plan: ListPlan<unknown>, request: ListRequest): Conditions | Refusal => {
  const conditions: Record<string, Record<string, unknown>> = {};
  for (const [name, asked] of Object.entries(request.filters ?? {})) {
    if (asked === undefined) continue;
    const filter = Object.hasOwn(plan.filters, name) ? plan.filters[name] : undefined;
    if (filter === undefined) {
      return refuse('invalid', 'UnknownFilter', 'There is no such filter.', {
        field: `filters/${name.slice(0, 64)}`,
        action: `Use one of: ${Object.keys(plan.filters).join(', ')}.`,
      });
    }
    const operator = OPERATORS[filter.match ?? 'equals'];
    const values = (Array.isArray(asked) ? asked : [asked]).map((one) => parseValue(name, filter, one));
    const refused = values.find(isRefusal);
    if (refused !== undefined) return refused;
    if (values.length > (operator === '$in' ? MAX_VALUES : 1)) {
      return refuse('invalid', 'InvalidFilter', `The filter ${name} takes fewer values.`, { field: `filters/${name}` });
    }
    conditions[filter.field] = { ...conditions[filter.field], [operator]: operator === '$in' ? values : values[0] };
  }
  return conditions;
};

type Position = { readonly value: string | number | boolean | Date | null; readonly id: string };

const encodePosition = ({ value, id }: Position): string =>
  JSON.stringify([value instanceof Date ? { ms: value.getTime() } : value, id]);

/** What opened as a cursor of this list was written by `encodePosition`, perhaps of an older release. */
const decodePosition = (text: string): Position | Refusal => {
  const parsed: unknown = JSON.parse(text);
  const [value, id]: ReadonlyArray<unknown> = Array.isArray(parsed) ? parsed : [];
  if (typeof id !== 'string') return invalidCursor();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { value, id };
  if (value === null) return { value, id };
  if (typeof value === 'object' && 'ms' in value && typeof value.ms === 'number') {
    return { value: new Date(value.ms), id };
  }
  return invalidCursor();
};

/** What lies behind the position in the order (field, _id). MongoDB sorts null before every value. */
const behind = (order: ListOrder, { value, id }: Position): Conditions => {
  const { field, direction } = order;
  const further = direction === 1 ? '$gt' : '$lt';
  if (field === '_id') return { _id: { [further]: id } };
  const tie = { [field]: value, _id: { [further]: id } };
  if (value === null) return direction === 1 ? { $or: [{ [field]: { $ne: null } }, tie] } : tie;
  // What a disjunction says bounds no walk over an index: without this one each page would begin at the first.
  const atOrBehind = direction === 1 ? { $gte: value } : { $not: { $gt: value } };
  const strictly = [{ [field]: { [further]: value } }, tie, ...(direction === 1 ? [] : [{ [field]: null }])];
  return { [field]: atOrBehind, $or: strictly };
};

const positionOf = (order: ListOrder, document: ListedDocument): Position => {
  const value = document[order.field] ?? null;
  const id = String(document._id);
  if (value === null || value instanceof Date) return { value, id };
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { value, id };
  throw new TypeError(`a list cannot be ordered by ${order.field}: it is neither text, number nor date`);
};

interface Query {
  readonly order: ListOrder;
  readonly limit: number;
  readonly conditions: ReadonlyArray<Conditions>;
  /** Names the query, so that a cursor of another one is recognised. */
  readonly name: string;
}

const parseRequest = (plan: ListPlan<unknown>, request: ListRequest): Query | Refusal => {
  const orderName = request.order ?? plan.defaultOrder;
  const order = Object.hasOwn(plan.orders, orderName) ? plan.orders[orderName] : undefined;
  if (order === undefined) {
    return refuse('invalid', 'UnknownOrder', 'The list has no such order.', {
      field: 'order',
      action: `Use one of: ${Object.keys(plan.orders).join(', ')}.`,
    });
  }
  const limit = request.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    return refuse('invalid', 'InvalidLimit', `A page has 1–${MAX_LIMIT} items.`, { field: 'limit' });
  }
  const filters = parseFilters(plan, request);
  if (isRefusal(filters)) return filters;
  const name = sm3Hex(canonicalJson([plan.collection, request.tenant, orderName, filters])).slice(0, 16);
  return { order, limit, conditions: [{ tenant: request.tenant }, filters, { ...request.where }], name };
};

/**
 * One page of the tenant's documents.
 * Refusals (all `invalid`): UnknownFilter, InvalidFilter, UnknownOrder, InvalidLimit, InvalidCursor. Fault: Timeout
 * when the query takes more than 5 s (an index is missing), Unavailable.
 * @param model reads through the collection's read model; without one through the driver (the audit log)
 */
export const listPage = <Item>(
  connection: mongoose.Connection,
  plan: ListPlan<Item>,
  request: ListRequest,
  model?: ReadModel,
): Effect.Effect<Page<Item>, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const query = parseRequest(plan, request);
    if (isRefusal(query)) return yield* Effect.fail(query);
    const cursor = yield* readCursor(query.name, request.cursor);
    const from = cursor === undefined ? undefined : decodePosition(cursor);
    if (isRefusal(from)) return yield* Effect.fail(from);
    const conditions = { $and: [...query.conditions, ...(from === undefined ? [] : [behind(query.order, from)])] };
    const { field, direction } = query.order;
    const options = {
      projection: Object.fromEntries([...plan.fields, field, '_id'].map((one) => [one, 1] as const)),
      maxTimeMS: MAX_TIME_MS,
      sort: field === '_id' ? { _id: direction } : { [field]: direction, _id: direction },
      // One more than asked for tells whether there is another page.
      limit: query.limit + 1,
    };
    const documents = yield* mongoTry<ReadonlyArray<ListedDocument>>(`listing ${plan.collection}`, () =>
      model === undefined
        ? databaseOf(connection).collection(plan.collection).find(conditions, options).toArray()
        : modelOf(connection, model).find(conditions, null, options).lean<Array<ListedDocument>>().exec(),
    );
    const shown = documents.slice(0, query.limit);
    const last = shown.at(-1);
    const items = shown.map((document) => plan.item(document));
    if (last === undefined || documents.length <= query.limit) return { items, nextCursor: null };
    return { items, nextCursor: yield* writeCursor(query.name, encodePosition(positionOf(query.order, last))) };
  });

const indexOf = (name: string, fields: ReadonlyArray<readonly [string, 1 | -1]>): IndexPlan => ({
  name,
  key: Object.fromEntries(fields),
});

/** The indexes that the plan's orders need, and one for each filter that is marked `indexed`. */
export const listIndexes = (plan: ListPlan<unknown>): ReadonlyArray<IndexPlan> => {
  const tail = (order: ListOrder) =>
    order.field === '_id'
      ? [['_id', order.direction] as const]
      : [[order.field, order.direction] as const, ['_id', order.direction] as const];
  const orders = Object.entries(plan.orders).map(([name, order]) =>
    indexOf(`list_${name}`, [['tenant', 1], ...tail(order)]),
  );
  const usual = plan.orders[plan.defaultOrder];
  const filters = Object.entries(plan.filters)
    .filter(([, filter]) => filter.indexed === true)
    .map(([name, filter]) =>
      indexOf(`list_by_${name}`, [['tenant', 1], [filter.field, 1], ...(usual === undefined ? [] : tail(usual))]),
    );
  return [...orders, ...filters];
};

/** All items of a list, page after page, in its order. @param page the one behind the cursor, or the first */
export const everyItem = <Item, E, R>(
  page: (cursor: string | undefined) => Effect.Effect<Page<Item>, E, R>,
): Stream.Stream<Item, E, R> =>
  Stream.paginateChunkEffect<string | undefined, Item, E, R>(undefined, (cursor) =>
    Effect.map(page(cursor), ({ items, nextCursor }) => [
      Chunk.fromIterable(items),
      nextCursor === null ? Option.none() : Option.some(nextCursor),
    ]),
  );
