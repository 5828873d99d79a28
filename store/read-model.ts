/**
 * Read models: a mongoose schema for each collection that people look things up in, with its indexes declared on it.
 * The documents themselves are written by actors and by our own stores; a model only reads, as plain objects (`lean`).
 * mongoose never makes an index by itself: `planOf` turns those of the schema into a plan for `store/migrations.ts`.
 */
import mongoose from 'mongoose';
import type { CollectionPlan, IndexPlan } from './migrations.ts';

export interface ReadModel {
  readonly collection: string;
  readonly schema: mongoose.Schema;
}

/** Fields by name, as mongoose writes them; a flat object or one level of it. */
export type Fields = Readonly<Record<string, mongoose.SchemaDefinitionProperty>>;

/**
 * @param fields all that queries may name, beside `_id`, `tenant` and `key`; a condition on another field is a bug and throws
 * @param indexes in the order of their fields, each with a name of its own
 */
export const readModel = (collection: string, fields: Fields, indexes: ReadonlyArray<IndexPlan>): ReadModel => {
  const schema = new mongoose.Schema(
    { _id: String, tenant: String, key: String, ...fields },
    { collection, autoIndex: false, autoCreate: false, versionKey: false, strictQuery: 'throw', bufferCommands: false },
  );
  for (const { key, ...options } of indexes) schema.index({ ...key }, options as mongoose.IndexOptions);
  return { collection, schema };
};

/** The model on this connection; made at its first use. */
export const modelOf = (connection: mongoose.Connection, { collection, schema }: ReadModel): mongoose.Model<unknown> =>
  // Queries say what they read (`lean<…>`); the model itself knows no type of the documents.
  (connection.models[collection] ??
    connection.model(collection, schema, collection)) as unknown as mongoose.Model<unknown>;

/** What the migration command makes for the model: exactly the indexes of its schema. */
export const planOf = ({ collection, schema }: ReadModel): CollectionPlan => ({
  collection,
  indexes: schema.indexes().map(([key, { name, unique, sparse, expireAfterSeconds, partialFilterExpression }]) => {
    if (name === undefined) throw new Error(`an index of ${collection} has no name`);
    return {
      name,
      // mongoose types directions more widely than `readModel` lets in.
      key: key as IndexPlan['key'],
      ...(unique === undefined ? {} : { unique: unique === true }),
      ...(sparse === undefined ? {} : { sparse }),
      ...(typeof expireAfterSeconds === 'number' ? { expireAfterSeconds } : {}),
      ...(partialFilterExpression === undefined ? {} : { partialFilterExpression }),
    };
  }),
});
