import { createRequire } from 'node:module';
import type { mongo } from 'mongoose';
import { DocumentBytes } from './document-bytes.ts';

/**
 * Commands that carry many documents: these travel beside the command, as BSON already, in what the wire protocol calls
 * a document sequence (OP_MSG, section of kind 1). The driver has a class for it, which it uses for its own bulk writes
 * and does not export; it is taken from the very driver that the connection is of, because it is known by its class.
 * Decision 0232 says what this is worth.
 */

interface Sequence {
  /** @param document for whoever watches commands; @param bytes what is sent. */
  readonly push: (document: object, bytes: Uint8Array) => number;
}

const own = createRequire(import.meta.url);
const driver: unknown = createRequire(own.resolve('mongoose'))('mongodb/lib/cmap/commands.js');

const isDriver = (value: unknown): value is { readonly DocumentSequence: new (field: string) => Sequence } =>
  typeof value === 'object' &&
  value !== null &&
  'DocumentSequence' in value &&
  typeof value.DocumentSequence === 'function';

if (!isDriver(driver)) throw new Error('this version of the MongoDB driver has no document sequences where they were');
const { DocumentSequence } = driver;

/** Under way at once there are a few; more than these are left to the collector of garbage, as are large ones. */
const SPARE = 8;
const SPARE_BYTES = 1024 * 1024;
const spare: Array<DocumentBytes> = [];

/** As `db.command({ ...command, [field]: documents })`, of documents that are BSON already, one behind the other. */
export const commandWithBytes = (
  db: mongo.Db,
  command: Readonly<Record<string, unknown>>,
  field: 'documents' | 'updates',
  bytes: Uint8Array,
): Promise<mongo.Document> => {
  const sequence = new DocumentSequence(field);
  sequence.push({}, bytes);
  return db.command({ ...command, [field]: sequence });
};

/**
 * As `db.command({ ...command, [field]: documents })`.
 * @param field ASCII, of those that the server takes as a sequence: `documents` of an insert, `updates` of an update.
 */
export const commandWith = async (
  db: mongo.Db,
  command: Readonly<Record<string, unknown>>,
  field: 'documents' | 'updates',
  documents: ReadonlyArray<object>,
): Promise<mongo.Document> => {
  const bytes = spare.pop() ?? new DocumentBytes();
  bytes.clear();
  for (const document of documents) bytes.add(document);
  try {
    return await commandWithBytes(db, command, field, bytes.bytes);
  } finally {
    // The driver has copied it into its message, once: a bare command is not tried again.
    if (spare.length < SPARE && bytes.bytes.length < SPARE_BYTES) spare.push(bytes);
  }
};
