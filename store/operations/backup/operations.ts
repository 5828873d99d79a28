import mongoose from 'mongoose';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { Moment } from '../../../domain/operations/backup/schema.ts';
import { arrayBytes, fieldBytes } from './ordered.ts';
import { momentOf } from './server.ts';

/**
 * The log of operations of the database, read as what took effect, entry by entry: a transaction of several entries takes
 * effect with its last. Who makes an increment and who restores one read it by this, so that both count alike.
 */

const { BSON } = mongoose.mongo;

export interface Operation {
  readonly op: 'i' | 'u' | 'd' | 'c';
  /** Name within the database; of a command `$cmd`. */
  readonly collection: string;
  /** The entry or the part of one, with `o` and where there is one `o2`. */
  readonly bytes: Uint8Array;
}

export interface Entry {
  readonly at: Moment;
  /** Of our database; also what only becomes effective with a later entry. */
  readonly ours: boolean;
  readonly effective: ReadonlyArray<Operation>;
}

const TRANSACTIONS = 'admin.$cmd';
/** Indexes and validators are made at the end of a restore, from the manifest. */
const LATER = new Set([
  ...['createIndexes', 'startIndexBuild', 'commitIndexBuild', 'abortIndexBuild', 'dropIndexes', 'deleteIndexes'],
  'collMod',
]);
const REPEATED = new Set(['create', 'drop', 'renameCollection', 'dropDatabase']);

const isOp = (op: unknown): op is Operation['op'] => op === 'i' || op === 'u' || op === 'd' || op === 'c';

/** Without what an entry does: its own fields are few, what it does may have megabytes. */
const headOf = (bytes: Uint8Array): mongoose.mongo.Document =>
  BSON.deserialize(bytes, { fieldsAsRaw: { o: true, o2: true } });

export class OplogReader {
  /** Documents by collection, as they change from those that were given. */
  readonly counts: Map<string, number>;
  readonly #prefix: string;
  /** Parts of transactions that have not taken effect, by session and number. */
  readonly #waiting = new Map<string, Operation[]>();

  constructor(database: string, counts: ReadonlyMap<string, number>) {
    this.#prefix = `${database}.`;
    this.counts = new Map(counts);
  }

  /** True between the first and the last entry of a transaction. */
  get within(): boolean {
    return this.#waiting.size > 0;
  }

  /** @throws Refusal UnknownOperation */
  read(bytes: Uint8Array): Entry {
    const { ts, op, ns, lsid, txnNumber } = headOf(bytes);
    const at = momentOf(ts);
    if (ns === TRANSACTIONS && op === 'c') {
      const session = lsid === undefined ? '' : `${lsid.id}/${txnNumber}`;
      return { at, ...this.#transaction(bytes, session) };
    }
    const operation = this.#operation(op, ns, bytes);
    if (operation === undefined) return { at, ours: false, effective: [] };
    this.#count(operation);
    return { at, ours: true, effective: [operation] };
  }

  #operation(op: unknown, ns: unknown, bytes: Uint8Array): Operation | undefined {
    if (!isOp(op) || typeof ns !== 'string' || !ns.startsWith(this.#prefix)) return undefined;
    return { op, collection: ns.slice(this.#prefix.length), bytes };
  }

  #transaction(bytes: Uint8Array, session: string): Omit<Entry, 'at'> {
    const o = fieldBytes(bytes, 'o') ?? new Uint8Array();
    const inner = arrayBytes(o, 'applyOps');
    const { prepare, partialTxn, commitTransaction } = BSON.deserialize(o, { fieldsAsRaw: { applyOps: true } });
    if (inner === undefined) {
      if (commitTransaction !== undefined) throw backupRefusals.unknownOperation('a prepared transaction');
      return { ours: false, effective: [] };
    }
    const found = inner.flatMap((part) => {
      const { op, ns } = headOf(part);
      return this.#operation(op, ns, part) ?? [];
    });
    const before = this.#waiting.get(session);
    const ours = before !== undefined || found.length > 0;
    if (prepare === true && ours) throw backupRefusals.unknownOperation('a prepared transaction');
    if (partialTxn === true) {
      // Also without a part of ours: a later entry may have some.
      this.#waiting.set(session, [...(before ?? []), ...found]);
      return { ours: true, effective: [] };
    }
    this.#waiting.delete(session);
    const effective = [...(before ?? []), ...found];
    for (const operation of effective) this.#count(operation);
    return { ours, effective };
  }

  #count({ op, collection, bytes }: Operation): void {
    if (op === 'c') this.#countCommand(commandOf(bytes));
    else if (op !== 'u') this.counts.set(collection, (this.counts.get(collection) ?? 0) + (op === 'i' ? 1 : -1));
  }

  #countCommand({ name, collection, to }: Command): void {
    if (name === 'create') this.counts.set(collection, 0);
    if (name === 'drop') this.counts.delete(collection);
    if (name === 'dropDatabase') this.counts.clear();
    if (name === 'renameCollection' && to !== undefined) {
      this.counts.set(to, this.counts.get(collection) ?? 0);
      this.counts.delete(collection);
    }
  }
}

export interface Command {
  readonly name: string;
  readonly collection: string;
  /** New name of one that is renamed. */
  readonly to?: string;
  readonly options: mongoose.mongo.Document;
}

const afterDatabase = (ns: string): string => ns.slice(ns.indexOf('.') + 1);

/** What a command of the log does to a collection. @throws Refusal UnknownOperation */
export const commandOf = (bytes: Uint8Array): Command => {
  const { o } = BSON.deserialize(bytes);
  const [[name, subject] = ['', ''], ...rest] = Object.entries(o ?? {});
  if (LATER.has(name)) return { name, collection: String(subject), options: {} };
  if (!REPEATED.has(name)) throw backupRefusals.unknownOperation(name);
  const { idIndex: _, to, ...options } = Object.fromEntries(rest);
  return name === 'renameCollection'
    ? { name, collection: afterDatabase(String(subject)), to: afterDatabase(String(to)), options: {} }
    : { name, collection: String(subject), options };
};
