import { Schema } from 'effect';

/**
 * Lists page by page: what every list takes and gives. The cursor is opaque; it belongs to one tenant, filters and
 * order, which the query of the store checks (`InvalidCursor` when it does not fit).
 */

/** Query fields of a list; spread them into a route's query beside its filters. */
export const pageQuery = {
  cursor: Schema.optional(Schema.String.pipe(Schema.maxLength(2_048))).annotations({
    description: '`nextCursor` of the page before, with the same filters and order',
  }),
  limit: Schema.optional(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 200))).annotations({
    description: 'Items in a page, 1–200; default 50',
  }),
};

/** A page of items as it goes over the wire; `nextCursor` is null on the last one. */
export const pageOf = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.Struct({ items: Schema.Array(item), nextCursor: Schema.NullOr(Schema.String) });

/** A filter that may be repeated: `?stage=checking&stage=uploading`. */
export const oneOrMore = <A, I>(value: Schema.Schema<A, I>) =>
  Schema.Union(
    Schema.Array(value),
    Schema.transform(value, Schema.Tuple(Schema.typeSchema(value)), {
      strict: true,
      decode: (one) => [one] as const,
      encode: ([one]) => one,
    }),
  );
