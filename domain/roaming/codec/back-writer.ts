import type { Integer } from './tape.ts';

/**
 * Writes from the last byte to the first: when an element's header comes to be written its length is known, so nothing
 * is measured beforehand and nothing is moved. Lengths and integers take as few bytes as they can.
 */
const FIRST_SIZE = 64 * 1024;

/** A value that has no form on the wire: a character past ISO 8859-1, a digit that is none. */
export class UnwritableValue extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'UnwritableValue';
  }
}

/** The value of a hexadecimal digit by its character code, 0xff for everything else. */
const DIGIT = new Uint8Array(0x100).fill(0xff);
for (let digit = 0; digit < 16; digit += 1) {
  DIGIT[digit.toString(16).charCodeAt(0)] = digit;
  DIGIT[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
const FILLER = 0x0f;

export class BackWriter {
  private buffer = Buffer.allocUnsafe(FIRST_SIZE);
  private at = FIRST_SIZE;

  /** Bytes written so far. An element's content is what has been written since. */
  get size(): number {
    return this.buffer.length - this.at;
  }

  /** Moves what has been written to where it belongs; gives how much it was. */
  move(into: Buffer, at: number): number {
    const { size } = this;
    this.buffer.copy(into, at, this.at);
    this.at = this.buffer.length;
    return size;
  }

  private room(bytes: number): void {
    if (this.at >= bytes) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.size + bytes + FIRST_SIZE));
    const at = larger.length - this.size;
    this.buffer.copy(larger, at, this.at);
    this.buffer = larger;
    this.at = at;
  }

  /** The header of what was written since `size` was `from`; `tag` is its one to three bytes as a number. */
  header(from: number, tag: number): void {
    const length = this.size - from;
    this.room(8);
    const { buffer } = this;
    let at = this.at;
    if (length < 0x80) buffer[--at] = length;
    else {
      let more = 0;
      for (let left = length; left > 0; left >>>= 8) {
        buffer[--at] = left & 0xff;
        more += 1;
      }
      buffer[--at] = 0x80 | more;
    }
    buffer[--at] = tag & 0xff;
    if (tag > 0xff) buffer[--at] = (tag >> 8) & 0xff;
    if (tag > 0xffff) buffer[--at] = tag >> 16;
    this.at = at;
  }

  /** An element of text, or nothing when there is no value; so do the three below. */
  text(tag: number, value: string | undefined): void {
    if (value === undefined) return;
    const from = this.size;
    const size = value.length;
    this.room(size);
    const at = this.at - size;
    for (let index = 0; index < size; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0xff) throw new UnwritableValue('a character that is not in ISO 8859-1');
      this.buffer[at + index] = code;
    }
    this.at = at;
    this.header(from, tag);
  }

  /** An even number of hexadecimal digits. */
  hex(tag: number, value: string | undefined): void {
    if (value !== undefined && value.length % 2 !== 0) {
      throw new UnwritableValue('an odd number of hexadecimal digits');
    }
    this.bcd(tag, value);
  }

  bcd(tag: number, value: string | undefined): void {
    if (value === undefined) return;
    const from = this.size;
    const digits = value.length;
    this.room((digits + 1) >> 1);
    let at = this.at;
    let index = digits;
    let bad = 0;
    if ((digits & 1) !== 0) {
      const high = DIGIT[value.charCodeAt(--index)] ?? 0xff;
      bad |= high;
      this.buffer[--at] = (high << 4) | FILLER;
    }
    while (index > 0) {
      const low = DIGIT[value.charCodeAt(--index)] ?? 0xff;
      const high = DIGIT[value.charCodeAt(--index)] ?? 0xff;
      bad |= low | high;
      this.buffer[--at] = (high << 4) | low;
    }
    if (bad > FILLER) throw new UnwritableValue('a character that is no hexadecimal digit');
    this.at = at;
    this.header(from, tag);
  }

  integer(tag: number, value: Integer | undefined): void {
    if (value === undefined) return;
    const from = this.size;
    if (typeof value === 'number' && (value | 0) === value) {
      this.room(8);
      let left = value;
      do {
        this.buffer[--this.at] = left & 0xff;
        left >>= 8;
      } while (left !== 0 && left !== -1);
      this.sign(left);
    } else this.large(value);
    this.header(from, tag);
  }

  private large(value: Integer): void {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new UnwritableValue('no whole number');
    let left = BigInt(value);
    do {
      this.room(8);
      this.buffer[--this.at] = Number(left & 0xffn);
      left >>= 8n;
    } while (left !== 0n && left !== -1n);
    this.sign(left === 0n ? 0 : -1);
  }

  /** The byte that says which sign it is, when the first one does not. */
  private sign(left: number): void {
    if (((this.buffer[this.at] as number) & 0x80) !== (left & 0x80)) {
      this.buffer[--this.at] = left & 0xff;
    }
  }
}
