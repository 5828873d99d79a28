import mongoose from 'mongoose';
import { BSON_TYPES, DEEPEST, NotPlain } from './bson-types.ts';

/**
 * Documents from BSON, as the server sent them: the counterpart of document-bytes.ts. The driver's own deserializer is made
 * for every type there is, and to load an actor from its journal was mostly that; JSON, dates and bytes are read here in a
 * quarter of the time. A document that holds anything else is left to the driver's deserializer.
 */

const { BSON } = mongoose.mongo;

// What is imported is looked up in its module at each use.
const { DOUBLE, STRING, DOCUMENT, ARRAY, BINARY, BOOLEAN, DATE, NULL, INT32, INT64 } = BSON_TYPES;

const TWO_TO_32 = 0x1_0000_0000;
const DOLLAR = 0x24;
const UNDERSCORE = 0x5f;

/** Names of fields are few and come again with each document: the last one of each slot is kept, and compared. */
const NAMES = 1_024;
const names = new Array<string>(NAMES).fill('');

// `as number`: lengths are the server's, and every value lies within them.

class Reading {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  fields(depth: number): Record<string, unknown> {
    if (depth > DEEPEST) throw new NotPlain();
    this.at += 4;
    const found: Record<string, unknown> = {};
    for (;;) {
      const type = this.bytes[this.at++] as number;
      if (type === 0) return found;
      const name = this.name();
      found[name] = this.value(type, depth);
    }
  }

  private items(depth: number): unknown[] {
    if (depth > DEEPEST) throw new NotPlain();
    const { bytes } = this;
    this.at += 4;
    const found: unknown[] = [];
    for (;;) {
      const type = bytes[this.at++] as number;
      if (type === 0) return found;
      // Its number, which is its place.
      while (bytes[this.at++] !== 0);
      found.push(this.value(type, depth));
    }
  }

  private value(type: number, depth: number): unknown {
    switch (type) {
      case STRING:
        return this.text();
      case INT32:
        return this.int32();
      case DOUBLE: {
        const value = this.bytes.readDoubleLE(this.at);
        this.at += 8;
        return value;
      }
      case INT64: {
        const value = this.int64();
        // The driver has a class of its own for what is no safe integer.
        if (!Number.isSafeInteger(value)) throw new NotPlain();
        return value;
      }
      case DOCUMENT:
        return this.fields(depth + 1);
      case ARRAY:
        return this.items(depth + 1);
      case BOOLEAN:
        return this.bytes[this.at++] === 1;
      case NULL:
        return null;
      case DATE:
        return new Date(this.int64());
      case BINARY:
        return this.binary();
      default:
        throw new NotPlain();
    }
  }

  private name(): string {
    const { bytes } = this;
    const from = this.at;
    let to = from;
    let hash = 0;
    for (let byte = bytes[to] as number; byte !== 0; byte = bytes[to] as number) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      to += 1;
    }
    this.at = to + 1;
    const slot = (hash >>> 0) % NAMES;
    const known = names[slot] as string;
    if (known.length === to - from) {
      let same = 0;
      while (from + same < to && known.charCodeAt(same) === bytes[from + same]) same += 1;
      if (from + same === to) return known;
    }
    // References to other documents, and what an object would inherit from, are the driver's to make.
    if (bytes[from] === DOLLAR || (bytes[from] === UNDERSCORE && bytes[from + 1] === UNDERSCORE)) throw new NotPlain();
    const name = bytes.toString('utf8', from, to);
    names[slot] = name;
    return name;
  }

  private text(): string {
    const { bytes } = this;
    const size = this.int32();
    const from = this.at;
    const to = from + size - 1;
    this.at = to + 1;
    for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 0x7f) return bytes.toString('utf8', from, to);
    return bytes.toString('latin1', from, to);
  }

  private binary(): Uint8Array {
    const size = this.int32();
    const subtype = this.bytes[this.at] as number;
    if (subtype !== 0) throw new NotPlain();
    const from = this.at + 1;
    this.at = from + size;
    return this.bytes.subarray(from, this.at);
  }

  private int32(): number {
    const { bytes, at } = this;
    this.at = at + 4;
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }

  private int64(): number {
    const low = this.int32() >>> 0;
    return this.int32() * TWO_TO_32 + low;
  }
}

/**
 * What one document says. Bytes of no subtype are `Uint8Array`s that share memory with the document's; all else is as the
 * driver gives it.
 */
export const readDocument = (document: Uint8Array): Record<string, unknown> => {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  try {
    return new Reading(bytes).fields(0);
  } catch (cause) {
    if (!(cause instanceof NotPlain)) throw cause;
    return BSON.deserialize(bytes, { promoteBuffers: true });
  }
};
