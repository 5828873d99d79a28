import type { NumberBlock } from '../number-block.ts';
import type { ResourceRow, RowCode } from './resource-row.ts';
import type { ResourceRange } from './schema.ts';

/**
 * The lines of a resource file while it is read, and what they make. A million single numbers must become a few
 * ranges: lines that follow one another with numbers that do are one run (28 bytes in typed arrays, however the file is
 * ordered), and at the end the runs are sorted by their numbers, those that overlap are refused, and neighbours of one
 * product and city are joined.
 */

/** What became of lines `fromLine` to `toLine` (both included). */
export interface LineFate {
  readonly fromLine: number;
  readonly toLine: number;
  readonly first: string;
  readonly last: string;
  /** Undefined: accepted. */
  readonly code: RowCode | undefined;
}

/** `ranges` in the order of their numbers; `fates` in the order of the lines. */
export interface ResourcePlan {
  readonly ranges: ReadonlyArray<ResourceRange>;
  readonly accepted: number;
  readonly refused: number;
  readonly numbers: number;
  readonly fates: () => Generator<LineFate>;
}

interface Segment {
  readonly product: string;
  readonly city: string;
  readonly digits: number;
}

interface Known {
  readonly first: bigint;
  readonly last: bigint;
}

const grown = <A extends BigUint64Array | Uint32Array>(old: A, made: A): A => {
  // Both are of one kind: the caller makes the second like the first.
  (made as Uint32Array).set(old as Uint32Array);
  return made;
};

/** Piece of a run: lines and numbers with what becomes of them. */
interface Piece {
  readonly line: number;
  readonly lines: number;
  readonly first: bigint;
  readonly last: bigint;
  readonly segment: number;
  readonly code: RowCode | undefined;
}

// `Math.min` takes no bigint; written as an `if`, so that nothing mistakes it for one.
const lower = (a: bigint, b: bigint): bigint => {
  if (a < b) return a;
  return b;
};
const higher = (a: bigint, b: bigint): bigint => (lower(a, b) === a ? b : a);

export class LineRuns {
  #first = new BigUint64Array(1_024);
  #last = new BigUint64Array(1_024);
  #line = new Uint32Array(1_024);
  /** Lines of the run; a line that is a range of its own has 1. */
  #lines = new Uint32Array(1_024);
  #segment = new Uint32Array(1_024);
  #runs = 0;
  readonly #segments: Array<Segment> = [];
  readonly #segmentIds = new Map<string, number>();
  readonly #refused: Array<{ readonly line: number; readonly code: RowCode }> = [];

  /** Lines refused by themselves; adjacent ones with one code are kept as they come. */
  refuse(line: number, code: RowCode): void {
    this.#refused.push({ line, code });
  }

  add(line: number, row: ResourceRow): void {
    const first = BigInt(row.first);
    const segment = this.#segmentOf(row);
    const single = row.first === row.last;
    const at = this.#runs - 1;
    if (single && at >= 0 && this.#follows(at, line, first, segment)) {
      this.#last[at] = first;
      this.#lines[at] = (this.#lines[at] ?? 0) + 1;
      return;
    }
    if (this.#runs === this.#line.length) this.#grow();
    this.#first[this.#runs] = first;
    this.#last[this.#runs] = single ? first : BigInt(row.last);
    this.#line[this.#runs] = line;
    this.#lines[this.#runs] = 1;
    this.#segment[this.#runs] = segment;
    this.#runs += 1;
  }

  /**
   * What is to be registered, beside what is registered already. Of lines that overlap, the one that begins lower (the
   * earlier of two that begin alike) is accepted.
   */
  plan(registered: ReadonlyArray<NumberBlock>): ResourcePlan {
    const pieces: Array<Piece> = [];
    const ranges: Array<Piece> = [];
    let accepted = 0;
    let numbers = 0;
    for (const [digits, runs] of this.#byDigits()) {
      const known = registered
        .filter(({ first }) => first.length === digits)
        .map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }))
        .sort((a, b) => (a.first < b.first ? -1 : 1));
      for (const piece of this.#sweep(runs, known)) {
        pieces.push(piece);
        if (piece.code !== undefined) continue;
        accepted += piece.lines;
        numbers += Number(piece.last - piece.first) + 1;
        const before = ranges.at(-1);
        if (before !== undefined && before.segment === piece.segment && before.last + 1n === piece.first) {
          ranges[ranges.length - 1] = { ...before, last: piece.last };
        } else ranges.push(piece);
      }
    }
    const overlapping = pieces.reduce((sum, { code, lines }) => (code === undefined ? sum : sum + lines), 0);
    return {
      ranges: ranges.map((piece) => this.#rangeOf(piece)),
      accepted,
      refused: overlapping + this.#refused.length,
      numbers,
      fates: () => this.#fates(pieces),
    };
  }

  #follows(at: number, line: number, first: bigint, segment: number): boolean {
    const lines = this.#lines[at] ?? 0;
    const last = this.#last[at] ?? 0n;
    return (
      this.#segment[at] === segment &&
      (this.#line[at] ?? 0) + lines === line &&
      last + 1n === first &&
      // A run of single numbers has as many lines as numbers; a range of its own does not go on.
      Number(last - (this.#first[at] ?? 0n)) + 1 === lines
    );
  }

  #segmentOf({ first, product, city }: ResourceRow): number {
    const key = `${first.length}|${product}|${city}`;
    const known = this.#segmentIds.get(key);
    if (known !== undefined) return known;
    this.#segments.push({ product, city, digits: first.length });
    this.#segmentIds.set(key, this.#segments.length - 1);
    return this.#segments.length - 1;
  }

  #grow(): void {
    const size = this.#line.length * 2;
    this.#first = grown(this.#first, new BigUint64Array(size));
    this.#last = grown(this.#last, new BigUint64Array(size));
    this.#line = grown(this.#line, new Uint32Array(size));
    this.#lines = grown(this.#lines, new Uint32Array(size));
    this.#segment = grown(this.#segment, new Uint32Array(size));
  }

  /** Runs of one length of number, by first number and then by line; numbers of another length never overlap. */
  #byDigits(): ReadonlyMap<number, Uint32Array> {
    const groups = new Map<number, Array<number>>();
    for (let at = 0; at < this.#runs; at += 1) {
      const digits = this.#segments[this.#segment[at] ?? 0]?.digits ?? 0;
      const group = groups.get(digits);
      if (group === undefined) groups.set(digits, [at]);
      else group.push(at);
    }
    const sorted = new Map<number, Uint32Array>();
    for (const [digits, runs] of [...groups].sort(([a], [b]) => a - b)) {
      const order = Uint32Array.from(runs);
      order.sort((a, b) => {
        const [left = 0n, right = 0n] = [this.#first[a], this.#first[b]];
        if (left !== right) return left < right ? -1 : 1;
        return (this.#line[a] ?? 0) - (this.#line[b] ?? 0);
      });
      sorted.set(digits, order);
    }
    return sorted;
  }

  *#sweep(runs: Uint32Array, known: ReadonlyArray<Known>): Generator<Piece> {
    let taken = -1n;
    let at = 0;
    for (const run of runs) {
      const first = this.#first[run] ?? 0n;
      while (at < known.length && (known[at]?.last ?? 0n) < first) at += 1;
      for (const piece of this.#cut(run, known, at, taken)) {
        yield piece;
        if (piece.code === undefined && piece.last > taken) taken = piece.last;
      }
    }
  }

  /** The run in pieces: what other lines hold, what is registered, and what is left. A range line is never cut. */
  *#cut(run: number, known: ReadonlyArray<Known>, from: number, taken: bigint): Generator<Piece> {
    const [first = 0n, last = 0n, line = 0] = [this.#first[run], this.#last[run], this.#line[run]];
    const lines = this.#lines[run] ?? 0;
    const segment = this.#segment[run] ?? 0;
    if (lines === 1) {
      const next = known[from];
      const registered = next !== undefined && next.first <= last;
      const code = registered ? 'NumbersRegistered' : first <= taken ? 'NumbersRepeated' : undefined;
      yield { line, lines, first, last, segment, code };
      return;
    }
    const pieceOf = (begin: bigint, end: bigint, code: RowCode | undefined): Piece => {
      const offset = Number(begin - first);
      return { line: line + offset, lines: Number(end - begin) + 1, first: begin, last: end, segment, code };
    };
    let begin = first;
    if (taken >= begin) {
      const end = lower(taken, last);
      yield pieceOf(begin, end, 'NumbersRepeated');
      begin = end + 1n;
    }
    for (let at = from; at < known.length && begin <= last; at += 1) {
      const block = known[at];
      if (block === undefined || block.first > last) break;
      if (block.last < begin) continue;
      if (block.first > begin) yield pieceOf(begin, block.first - 1n, undefined);
      const end = lower(block.last, last);
      yield pieceOf(higher(block.first, begin), end, 'NumbersRegistered');
      begin = end + 1n;
    }
    if (begin <= last) yield pieceOf(begin, last, undefined);
  }

  #text(number: bigint, segment: number): string {
    return number.toString().padStart(this.#segments[segment]?.digits ?? 0, '0');
  }

  #rangeOf({ first, last, segment }: Piece): ResourceRange {
    const { product = '', city = '' } = this.#segments[segment] ?? {};
    return {
      first: this.#text(first, segment),
      last: this.#text(last, segment),
      product,
      city: city === '' ? null : city,
    };
  }

  *#fates(pieces: Array<Piece>): Generator<LineFate> {
    const sorted = pieces.sort((a, b) => a.line - b.line);
    let at = 0;
    const own = function* (refused: ReadonlyArray<{ readonly line: number; readonly code: RowCode }>, before: number) {
      for (; at < refused.length; at += 1) {
        const next = refused[at];
        if (next === undefined || next.line >= before) return;
        yield { fromLine: next.line, toLine: next.line, first: '', last: '', code: next.code };
      }
    };
    for (const { line, lines, first, last, segment, code } of sorted) {
      yield* own(this.#refused, line);
      const toLine = line + lines - 1;
      yield { fromLine: line, toLine, first: this.#text(first, segment), last: this.#text(last, segment), code };
    }
    yield* own(this.#refused, Number.POSITIVE_INFINITY);
  }
}
