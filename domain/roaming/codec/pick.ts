import { codec, type Level } from './codec.ts';
import { type FormatName, type LeafKind, type Member, onTheWire, type Shape } from './grammar.ts';
import { type Scheme, type Step, schemeOf } from './scheme.ts';
import { bcdAt, hexAt, type Integer, integerAt, type Source, singleTextAt, sourceOf } from './tape.ts';
import type { Unit } from './unit.ts';

/**
 * A few fields of each unit, for who needs no more: their paths are laid over the grammar once, and the scanner notes in its
 * one pass where each of them stands. A view makes an object for every group on the way and looks for each field anew.
 */

/** What a path leads to; the same in every unit, whichever of its paths it stands at there. */
export interface Picked<A> {
  /** Of the unit that was read last; undefined where it has none. */
  readonly value: () => A | undefined;
}

type Laid = Step & { note: number | undefined; readonly inside: Node };

interface Node {
  readonly steps: Laid[];
}

/** One field: where its paths end. */
interface Field {
  readonly ends: readonly Laid[];
  /** No two of its paths begin with the same element: a unit, which is one element, has one of them at most. */
  readonly apart: boolean;
  /** Where it is to be looked for; known when all fields are. */
  readonly notes: number[];
}

/** The unit at hand, where its fields are read from. */
interface Hand {
  source: Source;
  entry: number;
}

/** Where the first of the notes is that was made; -1 when none was. */
const noted = ({ source: { tape }, entry }: Hand, notes: readonly number[]): number => {
  for (let at = 0; at < notes.length; at += 1) {
    const found = tape[entry - (notes[at] as number)] as number;
    if (found >= 0) return found;
  }
  return -1;
};

/** By kind, a field of its own making: one function for all kinds would call whichever is meant through a table each time. */
const LEAVES = {
  text: (hand: Hand, notes: readonly number[]) => (): string | undefined => {
    const at = noted(hand, notes);
    return at < 0 ? undefined : singleTextAt(hand.source, at);
  },
  hex: (hand: Hand, notes: readonly number[]) => (): string | undefined => {
    const at = noted(hand, notes);
    return at < 0 ? undefined : hexAt(hand.source, at);
  },
  bcd: (hand: Hand, notes: readonly number[]) => (): string | undefined => {
    const at = noted(hand, notes);
    return at < 0 ? undefined : bcdAt(hand.source, at);
  },
  integer: (hand: Hand, notes: readonly number[]) => (): Integer | undefined => {
    const at = noted(hand, notes);
    return at < 0 ? undefined : integerAt(hand.source, at);
  },
} satisfies Readonly<Record<LeafKind, unknown>>;

const NOTHING = sourceOf(Buffer.alloc(0), 0, new Int32Array(0));

export class Picker {
  readonly format: FormatName;
  private readonly level: Level;
  private readonly root: Node = { steps: [] };
  private readonly asked: Field[] = [];
  private laid: Scheme | undefined;
  private readonly hand: Hand = { source: NOTHING, entry: 0 };

  constructor(format: FormatName, level: Level) {
    this.format = format;
    this.level = level;
  }

  /**
   * A text (BCD as digits, other octets in hexadecimal), at whichever of these paths it stands. Names are the standard's,
   * elements of lists are numbered from 0: `gprsCall/gprsServiceUsed/chargeInformationList/0/chargedItem`. Throws for a
   * path that the format does not have, and once a file is read.
   */
  text(...paths: readonly string[]): Picked<string> {
    const { kind, notes } = this.field(paths);
    if (kind === 'integer') throw notOne(paths);
    return { value: LEAVES[kind](this.hand, notes) };
  }

  integer(...paths: readonly string[]): Picked<Integer> {
    const { kind, notes } = this.field(paths);
    if (kind !== 'integer') throw notOne(paths);
    return { value: LEAVES[kind](this.hand, notes) };
  }

  /** The grammar with what is to be noted; nothing more can be asked for from here on. */
  get scheme(): Scheme {
    this.laid ??= schemeOf(codec(this.format).grammar, { [this.level]: this.root }, this.number());
    return this.laid;
  }

  /** Numbers the notes; one does for all ends of a field that no unit has two of and no other field shares. */
  private number(): number {
    const used = new Map<Laid, number>();
    for (const end of this.asked.flatMap(({ ends }) => ends)) used.set(end, (used.get(end) ?? 0) + 1);
    let notes = 0;
    for (const { ends, apart, notes: own } of this.asked) {
      const together = apart && ends.every((end) => used.get(end) === 1);
      if (together) notes += 1;
      for (const end of ends) {
        if (!together && end.note === undefined) notes += 1;
        end.note ??= notes;
        if (!own.includes(end.note)) own.push(end.note);
      }
    }
    return notes;
  }

  /** The unit whose fields are wanted, of a reader that was given this picker. What they give is good for as long as its views are. */
  read({ source, entry }: Unit): void {
    if (source.scheme !== this.laid) throw new Error('the reader of this unit was not told which fields are wanted');
    this.hand.source = source;
    this.hand.entry = entry;
  }

  private field(paths: readonly string[]): { readonly kind: LeafKind; readonly notes: readonly number[] } {
    if (this.laid !== undefined) throw new Error('a file is being read already');
    const places = paths.map((path) => this.lay(path));
    const [kind] = places.map((place) => place.kind);
    if (kind === undefined || !places.every((place) => place.kind === kind)) throw notOne(paths);
    const apart = new Set(places.map(({ begin }) => begin)).size === places.length;
    const field: Field = { ends: places.map(({ end }) => end), apart, notes: [] };
    this.asked.push(field);
    return { kind, notes: field.notes };
  }

  /** Lays a path over the grammar; gives the kind of what it leads to, its end, and the tag of the element it begins with. */
  private lay(path: string): { readonly kind: LeafKind; readonly end: Laid; readonly begin: number | undefined } {
    let shape: Shape = codec(this.format).grammar[this.level];
    let here = this.root;
    let step: Laid | undefined;
    let begin: number | undefined;
    const names = path.split('/');
    for (let at = 0; at < names.length; ) {
      const index: number | undefined = shape.kind === 'list' ? Number(names[at]) : undefined;
      const found: Found | undefined =
        shape.kind === 'list' ? elementOf(shape.element, names, at) : memberOf(shape, names, at);
      if (found === undefined || Number.isNaN(index)) throw new Error(`there is no ${path}`);
      at = found.next;
      shape = found.shape;
      step = stepOf(here, found.tag, index);
      begin ??= step.tag;
      here = step.inside;
    }
    if (step === undefined || shape.kind === 'list' || 'members' in shape) throw new Error(`${path} is no value`);
    return { kind: shape.kind, end: step, begin };
  }
}

const notOne = (paths: readonly string[]): Error => new Error(`not of one kind: ${paths.join(', ')}`);

interface Found {
  readonly tag: number;
  readonly shape: Shape;
  /** The name after those that lead to it: a choice without a tag has a name and no element. */
  readonly next: number;
}

const memberOf = (shape: Shape, names: readonly string[], at: number): Found | undefined => {
  if (!('members' in shape)) return undefined;
  for (const { tag, way } of onTheWire(shape)) {
    const leads = way.every(({ name }, step) => names[at + step] === name);
    const last = way.at(-1);
    if (leads && last !== undefined) return { tag, shape: last.shape, next: at + way.length };
  }
  return undefined;
};

const elementOf = (element: Member, names: readonly string[], at: number): Found | undefined =>
  element.tag === undefined
    ? memberOf(element.shape, names, at + 1)
    : { tag: element.tag, shape: element.shape, next: at + 1 };

const stepOf = ({ steps }: Node, tag: number, index: number | undefined): Laid => {
  const known = steps.find((step) => step.tag === tag && step.index === index);
  if (known !== undefined) return known;
  const fresh = { tag, index, note: undefined, inside: { steps: [] } };
  steps.push(fresh);
  return fresh;
};
