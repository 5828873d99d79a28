import { type Column, columnIndex } from './layout.ts';
import type { MatchPlan } from './match.ts';

/**
 * What of a row goes into its partition, as bytes: six 32-bit words (`WORD`), then the body: cells of the key joined by
 * `|`, then each compared cell and the time, each after a separator; filled up to whole words. Records lie one behind
 * the other and are matched as they lie: making strings and objects of them took most of the time.
 */
export const WORD = { bytes: 0, line: 1, hash: 2, keyEnd: 3, compareEnd: 4, bodyEnd: 5 } as const;
export const HEADER_BYTES = 24;
/** No cell holds a control. */
export const SEPARATOR = 0x1f;
const BAR = 0x7c;

/** Records on their way to a partition. Grows as it must; the owner empties it by `used = 0` once they are written. */
export class Records {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  words = new Int32Array(this.bytes.buffer);
  used = 0;

  reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.ceil((this.bytes.length + more) / 65_536) * 2 * 65_536);
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
    this.words = new Int32Array(larger.buffer);
  }
}

export class KeyedRows {
  readonly #key: Int32Array;
  /** Compared columns, then the one of the time. */
  readonly #others: Int32Array;
  readonly #compared: number;
  readonly #out: ReadonlyArray<Records>;

  /** Spreads rows over `out`. */
  constructor(plan: MatchPlan, columns: ReadonlyArray<Column>, out: ReadonlyArray<Records>) {
    const places = (names: ReadonlyArray<string>) => Int32Array.from(names, (name) => columnIndex(columns, name));
    this.#key = places(plan.key);
    this.#others = places([
      ...plan.compare.map(({ column }) => column),
      ...(plan.late === undefined ? [] : [plan.late.column]),
    ]);
    this.#compared = plan.compare.length;
    this.#out = out;
    for (const at of this.#key) {
      if (columns[at]?.kind === 'text') throw new Error(`${columns[at].name}: a key may not be free text`);
    }
  }

  add(row: Buffer, starts: Int32Array, ends: Int32Array, line: number): void {
    const hash = this.#hash(row, starts, ends);
    // Mixed again: within a partition the bits of the hash must still differ, the table of keys takes them.
    const out = this.#out[(Math.imul(hash, 0x9e3779b1) >>> 16) % this.#out.length] as Records;
    out.reserve(HEADER_BYTES + row.length + this.#others.length + 4);
    const { bytes, words, used } = out;
    const body = used + HEADER_BYTES;
    let to = body;
    for (let n = 0; n < this.#key.length; n += 1) {
      if (n > 0) bytes[to++] = BAR;
      to = copy(row, starts, ends, this.#key[n] as number, bytes, to);
    }
    const keyEnd = to - body;
    let compareEnd = keyEnd;
    for (let n = 0; n < this.#others.length; n += 1) {
      bytes[to++] = SEPARATOR;
      to = copy(row, starts, ends, this.#others[n] as number, bytes, to);
      if (n < this.#compared) compareEnd = to - body;
    }
    const length = (to - used + 3) & ~3;
    const word = used >> 2;
    words[word + WORD.bytes] = length;
    words[word + WORD.line] = line;
    words[word + WORD.hash] = hash;
    words[word + WORD.keyEnd] = keyEnd;
    words[word + WORD.compareEnd] = compareEnd;
    words[word + WORD.bodyEnd] = to - body;
    out.used += length;
  }

  /** FNV-1a, mixed once more: it spreads keys and decides nothing. */
  #hash(row: Buffer, starts: Int32Array, ends: Int32Array): number {
    let hash = 0x811c9dc5;
    for (let n = 0; n < this.#key.length; n += 1) {
      const end = ends[this.#key[n] as number] as number;
      for (let at = starts[this.#key[n] as number] as number; at < end; at += 1) {
        hash = Math.imul(hash ^ (row[at] as number), 0x01000193);
      }
      hash = Math.imul(hash ^ BAR, 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }
}

const copy = (row: Buffer, starts: Int32Array, ends: Int32Array, cell: number, bytes: Buffer, to: number): number => {
  const end = ends[cell] as number;
  let place = to;
  for (let at = starts[cell] as number; at < end; at += 1) bytes[place++] = row[at] as number;
  return place;
};
