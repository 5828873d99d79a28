import mongoose from 'mongoose';
import { BSON_TYPES, DEEPEST, NotPlain } from './bson-types.ts';

/**
 * Documents as BSON, one behind the other in one buffer. The driver's own serializer is made for every type there is
 * and takes a sixth of a node's processor time under load; what actors write is JSON, dates and bytes, and those are
 * written here in a quarter of the time, byte for byte as the driver would. A document that holds anything else is
 * left to the driver's serializer.
 */

const { BSON } = mongoose.mongo;

// What is imported is looked up in its module at each use.
const { DOUBLE, STRING, DOCUMENT, ARRAY, BINARY, BOOLEAN, DATE, NULL, INT32 } = BSON_TYPES;

/** Longer ones are encoded by the platform; a call to it costs as much as some dozen characters. */
const SHORT = 48;
const FIRST_BYTES = 64 * 1024;
/** A character is at most three bytes of UTF-8 for each of its UTF-16 units. */
const WIDEST = 3;
/** Type, lengths, end marks, a number: what an element takes besides its name and its text. */
const FRAME = 32;

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

export class DocumentBytes {
  private buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private at = 0;

  /** What was added since the last `clear`; good until then. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  clear(): void {
    this.at = 0;
  }

  add(document: object): void {
    const from = this.at;
    try {
      this.fields(document, 0);
    } catch (cause) {
      if (!(cause instanceof NotPlain)) throw cause;
      this.at = from;
      const serialized = BSON.serialize(document, { ignoreUndefined: false });
      this.room(serialized.length);
      this.buffer.set(serialized, this.at);
      this.at += serialized.length;
    }
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, this.at + bytes));
    larger.set(this.buffer.subarray(0, this.at));
    this.buffer = larger;
  }

  private fields(value: object, depth: number): void {
    // A class of somebody's may say how it is to be written; a plain object has no inherited keys.
    const prototype: unknown = Object.getPrototypeOf(value);
    if (depth > DEEPEST || (prototype !== Object.prototype && prototype !== null)) throw new NotPlain();
    this.room(FRAME);
    const from = this.at;
    this.at += 4;
    const record = value as Readonly<Record<string, unknown>>;
    for (const key in record) {
      if (key === 'toBSON' || key === '_bsontype') throw new NotPlain();
      this.element(key, record[key], depth);
    }
    this.close(from);
  }

  private items(list: ReadonlyArray<unknown>, depth: number): void {
    if (depth > DEEPEST) throw new NotPlain();
    this.room(FRAME);
    const from = this.at;
    this.at += 4;
    for (let index = 0; index < list.length; index += 1) this.element(String(index), list[index], depth);
    this.close(from);
  }

  private close(from: number): void {
    this.room(1);
    this.buffer[this.at] = 0;
    this.at += 1;
    this.int32(from, this.at - from);
  }

  private element(key: string, value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        this.name(STRING, key);
        this.text(value);
        return;
      case 'number':
        this.number(key, value);
        return;
      case 'boolean':
        this.name(BOOLEAN, key);
        this.buffer[this.at] = value ? 1 : 0;
        this.at += 1;
        return;
      case 'undefined':
        // As the driver does where it is not told to leave such fields out.
        this.name(NULL, key);
        return;
      case 'object':
        this.object(key, value, depth);
        return;
      default:
        throw new NotPlain();
    }
  }

  private object(key: string, value: object | null, depth: number): void {
    if (value === null) this.name(NULL, key);
    else if (Array.isArray(value)) {
      this.name(ARRAY, key);
      this.items(value, depth + 1);
    } else if (value instanceof Date) {
      this.name(DATE, key);
      const ms = value.getTime();
      this.int32(this.at, ms);
      this.int32(this.at + 4, Math.floor(ms / 0x1_0000_0000));
      this.at += 8;
    } else if (value instanceof Uint8Array) {
      this.name(BINARY, key);
      this.room(value.length + FRAME);
      this.int32(this.at, value.length);
      this.buffer[this.at + 4] = 0;
      this.buffer.set(value, this.at + 5);
      this.at += 5 + value.length;
    } else {
      this.name(DOCUMENT, key);
      this.fields(value, depth + 1);
    }
  }

  private number(key: string, value: number): void {
    const small = value | 0;
    if (small === value && (small !== 0 || !Object.is(value, -0))) {
      this.name(INT32, key);
      this.int32(this.at, small);
      this.at += 4;
      return;
    }
    this.name(DOUBLE, key);
    float[0] = value;
    this.buffer.set(floatBytes, this.at);
    this.at += 8;
  }

  /** The type and the name of an element, and room for a value of fixed size after it. */
  private name(type: number, key: string): void {
    this.room(WIDEST * key.length + FRAME);
    const { buffer } = this;
    let { at } = this;
    buffer[at] = type;
    at += 1;
    const { length } = key;
    for (let index = 0; index < length; index += 1) {
      const unit = key.charCodeAt(index);
      if (unit === 0 || unit > 0x7f) {
        if (key.includes('\0')) throw new NotPlain();
        at = this.at + 1 + buffer.write(key, this.at + 1);
        break;
      }
      buffer[at] = unit;
      at += 1;
    }
    buffer[at] = 0;
    this.at = at + 1;
  }

  private text(value: string): void {
    const { length } = value;
    this.room(WIDEST * length + FRAME);
    const { buffer } = this;
    const from = this.at + 4;
    let at = from;
    if (length > SHORT) at += buffer.write(value, from);
    else {
      for (let index = 0; index < length; index += 1) {
        const unit = value.charCodeAt(index);
        if (unit > 0x7f) {
          at = from + buffer.write(value, from);
          break;
        }
        buffer[at] = unit;
        at += 1;
      }
    }
    this.int32(this.at, at - from + 1);
    buffer[at] = 0;
    this.at = at + 1;
  }

  private int32(at: number, value: number): void {
    const { buffer } = this;
    const bits = value | 0;
    buffer[at] = bits;
    buffer[at + 1] = bits >>> 8;
    buffer[at + 2] = bits >>> 16;
    buffer[at + 3] = bits >>> 24;
  }
}
