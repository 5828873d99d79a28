import { HEADER_BYTES, SEPARATOR, WORD } from './keyed-rows.ts';

/**
 * Two sides of keyed rows held against each other, one partition at a time: all rows of a key lie in the same partition.
 * What is compared, and what a difference is called, is the caller's data.
 */

export interface MatchPlan {
  /** Columns that together name a row; none of free text. */
  readonly key: ReadonlyArray<string>;
  /** Columns that must agree, each with the class of its difference: `state`, `account`, `terms`, `amount`… */
  readonly compare: ReadonlyArray<{ readonly column: string; readonly differs: string }>;
  /** A row without partner, or one that differs, whose `column` is at or after `from` is `late`: the rest may come tomorrow. */
  readonly late?: { readonly column: string; readonly from: string };
}

export type Side = 'here' | 'there';

/**
 * Written as one line `key|class|fields|line here|line there`; line 0: not on that side; below 0: a row carried over, by
 * its place. No compared cell is in it.
 */
export interface Matched {
  readonly differences: ReadonlyArray<string>;
  /** By class; `pairs`, `equal` and `superseded` (rows carried over) beside them. */
  readonly counts: ReadonlyMap<string, number>;
}

const NONE = -1;

/** A partition of one side, as `Records` wrote it; it begins its own memory. A record is named by its first word. */
class Partition {
  readonly bytes: Buffer;
  readonly words: Int32Array;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  }

  word(record: number, word: number): number {
    return this.words[record + word] as number;
  }
  next(record: number): number {
    return record + (this.word(record, WORD.bytes) >> 2);
  }
  count(): number {
    let count = 0;
    for (let at = 0; at < this.words.length; at = this.next(at)) count += 1;
    return count;
  }
  text(record: number, from: number, to: number): string {
    const body = (record << 2) + HEADER_BYTES;
    return this.bytes.toString('utf8', body + from, body + to);
  }
  key(record: number): string {
    return this.text(record, 0, this.word(record, WORD.keyEnd));
  }
  line(record: number): number {
    return this.word(record, WORD.line);
  }
  cells(record: number): ReadonlyArray<string> {
    const from = this.word(record, WORD.keyEnd) + 1;
    return this.text(record, from, this.word(record, WORD.compareEnd)).split(String.fromCharCode(SEPARATOR));
  }
  time(record: number): string {
    return this.text(record, this.word(record, WORD.compareEnd) + 1, this.word(record, WORD.bodyEnd));
  }
}

const sameBytes = (a: Partition, one: number, b: Partition, other: number, from: number, to: number): boolean => {
  const left = (one << 2) + HEADER_BYTES;
  const right = (other << 2) + HEADER_BYTES;
  for (let at = from; at < to; at += 1) if (a.bytes[left + at] !== b.bytes[right + at]) return false;
  return true;
};

const sameKey = (a: Partition, one: number, b: Partition, other: number): boolean =>
  a.word(one, WORD.hash) === b.word(other, WORD.hash) &&
  a.word(one, WORD.keyEnd) === b.word(other, WORD.keyEnd) &&
  sameBytes(a, one, b, other, 0, a.word(one, WORD.keyEnd));

/** The keys are known to be the same. */
const sameRow = (a: Partition, one: number, b: Partition, other: number): boolean => {
  const end = a.word(one, WORD.compareEnd);
  return end === b.word(other, WORD.compareEnd) && sameBytes(a, one, b, other, a.word(one, WORD.keyEnd), end);
};

class Matcher {
  readonly counts = new Map<string, number>();
  readonly differences: Array<string> = [];
  readonly #plan: MatchPlan;
  readonly #here: Partition;
  readonly #there: Partition;
  /** An open table with a slot for each key: its first record here and there. */
  readonly #hereAt: Int32Array;
  readonly #thereAt: Int32Array;

  constructor(plan: MatchPlan, here: Buffer, there: Buffer) {
    this.#plan = plan;
    this.#here = new Partition(here);
    this.#there = new Partition(there);
    const slots = 2 ** Math.ceil(Math.log2(2 * (this.#here.count() + this.#there.count()) + 1));
    this.#hereAt = new Int32Array(slots).fill(NONE);
    this.#thereAt = new Int32Array(slots).fill(NONE);
  }

  run(): void {
    this.#fill(this.#here, this.#hereAt, (record) => this.#twice(this.#here, record, record, NONE));
    this.#fill(this.#there, this.#thereAt, (record) => this.#twice(this.#there, record, NONE, record));
    let pairs = 0;
    let equal = 0;
    for (let slot = 0; slot < this.#hereAt.length; slot += 1) {
      const here = this.#hereAt[slot] as number;
      const there = this.#thereAt[slot] as number;
      if (here === NONE && there === NONE) continue;
      if (here === NONE)
        this.#report(this.#there, there, this.#alone(this.#there, there, 'missingHere'), '', here, there);
      else if (there === NONE) {
        this.#report(this.#here, here, this.#alone(this.#here, here, 'missingThere'), '', here, there);
      } else {
        pairs += 1;
        if (sameRow(this.#here, here, this.#there, there)) equal += 1;
        else this.#classify(here, there);
      }
    }
    this.counts.set('pairs', pairs);
    this.counts.set('equal', equal);
  }

  #fill(side: Partition, places: Int32Array, twice: (record: number) => void): void {
    const mask = places.length - 1;
    for (let record = 0; record < side.words.length; record = side.next(record)) {
      let slot = side.word(record, WORD.hash) & mask;
      while (!this.#isSlotOf(slot, side, record)) slot = (slot + 1) & mask;
      if (places[slot] === NONE) places[slot] = record;
      else twice(record);
    }
  }

  /** The slot is free, or the key's own. */
  #isSlotOf(slot: number, side: Partition, record: number): boolean {
    const here = this.#hereAt[slot] as number;
    if (here !== NONE) return sameKey(side, record, this.#here, here);
    const there = this.#thereAt[slot] as number;
    return there === NONE || sameKey(side, record, this.#there, there);
  }

  /** A row carried over gives way to a newer one of its side. */
  #twice(side: Partition, record: number, here: number, there: number): void {
    if (side.line(record) < 0) this.#count('superseded');
    else this.#report(side, record, 'duplicate', '', here, there);
  }

  #isLate(side: Partition, record: number): boolean {
    return this.#plan.late !== undefined && side.time(record) >= this.#plan.late.from;
  }

  #alone(side: Partition, record: number, name: string): string {
    return this.#isLate(side, record) ? 'late' : name;
  }

  #classify(here: number, there: number): void {
    const ours = this.#here.cells(here);
    const theirs = this.#there.cells(there);
    const late = this.#isLate(this.#here, here) || this.#isLate(this.#there, there);
    const found = new Map<string, Array<string>>();
    this.#plan.compare.forEach(({ column, differs }, at) => {
      const name = late ? 'late' : differs;
      if (ours[at] !== theirs[at]) found.set(name, [...(found.get(name) ?? []), column]);
    });
    for (const [name, fields] of found) this.#report(this.#here, here, name, fields.join(','), here, there);
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  #report(side: Partition, record: number, name: string, fields: string, here: number, there: number): void {
    this.#count(name);
    const lineHere = here === NONE ? 0 : this.#here.line(here);
    const lineThere = there === NONE ? 0 : this.#there.line(there);
    this.differences.push(`${side.key(record)}|${name}|${fields}|${lineHere}|${lineThere}`);
  }
}

/**
 * The first row of a key counts, later ones of its side are duplicates. Differences are sorted: the same in any order of
 * work. Both buffers begin at a whole word of their memory.
 */
export const match = (plan: MatchPlan, here: Buffer, there: Buffer): Matched => {
  const matcher = new Matcher(plan, here, there);
  matcher.run();
  return { differences: matcher.differences.sort(byBytes), counts: matcher.counts };
};

/** Keys, classes and columns are ASCII: the order of strings is that of their bytes, on every machine. */
export const byBytes = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
