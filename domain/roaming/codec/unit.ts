import type { Codec, Level, Types } from './codec.ts';
import { type Fields, type FormatName, type List, onTheWire, type Shape } from './grammar.ts';
import type { Kept } from './interpret.ts';
import { Scanner } from './scan.ts';
import { ENTRY, KEPT, type KeptKind, type Source, sourceOf } from './tape.ts';

/** Something inside a unit that a person should hear of. */
export interface Remark {
  /** What is kept as bytes; or `negative`: an integer below zero, most often a large one without its sign byte. */
  readonly what: KeptKind | 'negative';
  /** In the file. */
  readonly offset: number;
  /** Of the element that holds what is kept; of the integer itself. */
  readonly path: string;
  /** How many elements stand before it in the one that holds it. */
  readonly position: number;
  readonly bytes: Buffer;
}

const KINDS = new Map<number, KeptKind>(Object.entries(KEPT).map(([kind, value]) => [value, kind as KeptKind]));
export const keptKind = (value: number): KeptKind => KINDS.get(value) ?? 'unknown';

interface Place {
  readonly path: string;
  readonly position: number;
}

/** An element on the way to where the walk is, with what was counted around it. */
interface Around {
  readonly shape: Shape | undefined;
  readonly names: number;
  readonly index: number;
  readonly position: number;
  readonly tag: number;
  /** The entry after it; past every entry when it has not ended. */
  readonly next: number;
}

/**
 * The ways from a unit's entry to others inside it, in field names and numbers of a list's elements. Everything is on the
 * tape before what it holds, so an element holds a target when it begins before and does not end before it. Targets are
 * asked for in their order on the tape, and the walk goes on from the last: all of them take one walk.
 */
export class Places {
  private readonly tape: Int32Array;
  private readonly written: number;
  private at: number;
  private shape: Shape | undefined;
  private index = 0;
  private position = 0;
  private readonly names: string[] = [];
  private readonly around: Around[] = [];

  constructor(choice: Fields, { tape }: Source, root: number, written = Number.POSITIVE_INFINITY) {
    this.tape = tape;
    this.written = written;
    this.at = root;
    this.shape = choice;
  }

  /** A target past the tape's end gives the element that was open when a scan broke off. */
  to(target: number): Place {
    while (this.at < this.written) {
      this.leave();
      const { at, names, shape, index, position } = this;
      const tag = this.tape[at] as number;
      const next = this.tape[at + 3] as number;
      if (at !== target && next !== 0 && target >= next) {
        this.pass(tag, next);
        continue;
      }
      const before = names.length;
      const inner = this.enter(tag);
      if (at === target) {
        const place = { path: names.join('/'), position };
        names.length = before;
        this.pass(tag, next);
        return place;
      }
      const until = next === 0 ? Number.POSITIVE_INFINITY : next;
      this.around.push({ shape, names: before, index, position, tag, next: until });
      this.shape = inner;
      this.index = 0;
      this.position = 0;
      this.at = at + ENTRY;
    }
    return { path: this.names.join('/'), position: this.position };
  }

  private pass(tag: number, next: number): void {
    if (tag > 0) this.index += 1;
    this.position += 1;
    this.at = next;
  }

  /** Out of the elements that end before where the walk is. */
  private leave(): void {
    for (let last = this.around.at(-1); last !== undefined && this.at >= last.next; last = this.around.at(-1)) {
      this.around.pop();
      this.names.length = last.names;
      this.shape = last.shape;
      this.index = last.index;
      this.position = last.position;
      this.pass(last.tag, this.at);
    }
  }

  /** Adds the names of the element with this tag; gives its shape, or that around it for what has no field. */
  private enter(tag: number): Shape | undefined {
    const { shape, names } = this;
    if (tag <= 0 || shape === undefined) return shape;
    let fields: Shape = shape;
    if (shape.kind === 'list') {
      names.push(String(this.index));
      const { element }: List = shape;
      if (element.tag !== undefined) return element.shape;
      fields = element.shape;
    }
    if (!('members' in fields)) return undefined;
    const way = onTheWire(fields).find((one) => one.tag === tag)?.way ?? [];
    names.push(...way.map(({ name }) => name));
    return way.at(-1)?.shape;
  }
}

/** All of a unit on a tape. */
interface Whole {
  readonly source: Source;
  readonly entry: number;
}

/** A group, a record, a notification: what has been read as a whole. Its fields are read from its bytes on demand. */
export class Unit<F extends FormatName = FormatName, L extends Level = Level> {
  readonly kind: L;
  /** The field that it is: `batchControlInfo`, `gprsCall`. */
  readonly name: string;
  /** Its own place on the tape of `source`. */
  readonly entry: number;
  private readonly codec: Codec;
  private readonly held: Source;
  private readonly from: number;
  private readonly to: number;
  private readonly odd: readonly number[];
  /** Only the fields asked for are on the tape: whoever wants others has the unit scanned again, once. */
  private readonly glanced: boolean;
  private again: Whole | undefined;

  constructor(
    kind: L,
    name: string,
    codec: Codec,
    source: Source,
    entry: number,
    from: number,
    to: number,
    odd: readonly number[],
    glanced: boolean,
  ) {
    this.kind = kind;
    this.name = name;
    this.codec = codec;
    this.held = source;
    this.entry = entry;
    this.from = from;
    this.to = to;
    this.odd = odd;
    this.glanced = glanced;
  }

  get format(): F {
    return this.codec.format as F;
  }
  /** Of its first byte in the file. */
  get offset(): number {
    return this.held.base + this.from;
  }
  /** As they stand in the file, header and all; they share memory with their neighbours. */
  get bytes(): Buffer {
    return this.held.bytes.subarray(this.from, this.to);
  }
  /** The bytes and tape that it is read from, with what was noted alone when its reader was given a picker; throws when the reader has gone on and uses them again. */
  get source(): Source {
    if (this.held.over) throw new Error('the reader has gone on, and this unit was not to be kept');
    return this.held;
  }
  private get whole(): Whole {
    if (!this.glanced) return this;
    this.again ??= this.scanned();
    return this.again;
  }
  private scanned(): Whole {
    const { bytes, base } = this.source;
    const scanner = new Scanner(this.codec.scheme);
    const source = sourceOf(bytes, base, new Int32Array(this.to - this.from));
    scanner.begin(source);
    return { source, entry: scanner.element(scanner.scheme[this.kind], this.from, this.to, false) };
  }
  /** Fields are read when they are asked for, each time anew. */
  get view(): Types[F][L] {
    const { source, entry } = this.whole;
    return this.codec.of[this.kind].view(source, entry) as unknown as Types[F][L];
  }
  /** All fields, in an object of its own that holds nothing of the file in memory. */
  plain(): Types[F][L] {
    const { source, entry } = this.whole;
    return this.codec.of[this.kind].plain(source, entry) as unknown as Types[F][L];
  }
  /** Whether there is anything that `remarks` would tell. */
  get remarkable(): boolean {
    return this.odd.length > 0;
  }
  get remarks(): readonly Remark[] {
    if (this.odd.length === 0) return [];
    const places = new Places(this.codec.grammar[this.kind], this.held, this.entry);
    return this.odd.map((entry) => {
      const { tape, bytes, base } = this.source;
      const value = tape[entry] as number;
      const [from, to] = [tape[entry + 1] as number, tape[entry + 2] as number];
      const place = places.to(entry);
      const what = value < 0 ? keptKind(value) : 'negative';
      return { what, offset: base + from, ...place, bytes: bytes.subarray(from, to) };
    });
  }
  /** What has no field and is written back by `composeWith`. */
  get kept(): readonly Kept[] {
    return this.odd.length === 0 ? [] : this.remarks.filter(({ what }) => what !== 'negative');
  }
}
