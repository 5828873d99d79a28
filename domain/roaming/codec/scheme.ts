import { type Fields, type Grammar, type LeafKind, type List, onTheWire, type Shape } from './grammar.ts';

/**
 * A grammar as one array that says, for the shape we are in and the tag that comes, which shape follows: so that one small
 * loop (scan.ts) serves every format, with or without fields that are to be noted on the way.
 */
const TAG_BITS = 10;
const MAX_TAG = (1 << TAG_BITS) - 1;
const LEAF: Readonly<Record<LeafKind, number>> = { text: 1, hex: 2, bcd: 3, integer: 4 };
const FIRST_CONSTRUCTED = 5;
const SHAPE = 0xfff;
const COUNTED = 0x1000;
const PLACE_SHIFT = 13;
const NOTE_SHIFT = 21;
const MAX_NOTES = 0x3ff;
/** A list's elements have no order: past every place, and masked it is before every one. */
const UNORDERED = 0xff;
const COMPARED = 0x7f;

/** How `follows` says in one number what follows: the shape, whether its list counts it, its place, where it is noted. */
export const LAYOUT = {
  TAG_BITS,
  MAX_TAG,
  SHAPE,
  /** Shapes below are leaves, each kind one; constructed ones are numbered from here. */
  FIRST_CONSTRUCTED,
  INTEGER: LEAF.integer,
  COUNTED,
  PLACE_SHIFT,
  PLACE: 0xff,
  COMPARED,
  NOTE_SHIFT,
} as const;

export interface Scheme {
  /** `[shape << 10 | tag]`: what follows; 0 is unknown. */
  readonly follows: Int32Array;
  /** By the shape of a list of which single elements are asked for: what it is after an element. */
  readonly moved: Uint16Array;
  /** How many fields are noted. */
  readonly notes: number;
  readonly file: number;
  readonly part: number;
  readonly record: number;
}

/** Fields of a unit whose places are noted while it is scanned, as a tree of their ways. */
export interface Wanted {
  readonly steps: readonly Step[];
}

export interface Step {
  readonly tag: number;
  /** Which element of a list; undefined: any. */
  readonly index: number | undefined;
  /** Its number among the notes, from 1; undefined: something inside is wanted. */
  readonly note: number | undefined;
  readonly inside: Wanted;
}

const NONE: Wanted = { steps: [] };

/** `wanted`: by level, what is to be noted, of so many fields in all. */
export const schemeOf = (
  grammar: Grammar,
  wanted: { readonly [L in 'file' | 'part' | 'record']?: Wanted } = {},
  notes = 0,
): Scheme => {
  if (notes > MAX_NOTES) throw new Error(`more than ${MAX_NOTES} fields`);
  const numbers = new Map<Shape, Map<Wanted, number[]>>();
  const rows: Int32Array[] = [];
  const moved: number[] = [];
  /** Of a shape with what is wanted in it; of a list, before its element of this index. */
  const numberOf = (shape: Shape, inside: Wanted, index: number): number => {
    if (shape.kind !== 'list' && shape.kind !== 'sequence' && shape.kind !== 'choice') return LEAF[shape.kind];
    const counts =
      shape.kind === 'list' && inside.steps.some((step) => step.index !== undefined && step.index >= index);
    const own = shape.kind === 'list' && !counts ? NONE : inside;
    const byWanted = getOr(numbers, shape, () => new Map<Wanted, number[]>());
    const known = getOr(byWanted, own, () => []);
    const place = counts ? index : 0;
    const number = known[place] ?? FIRST_CONSTRUCTED + rows.length;
    if (known[place] !== undefined) return number;
    known[place] = number;
    const row = new Int32Array(MAX_TAG + 1);
    rows.push(row);
    moved.push(0);
    fill(row, shape, own, counts ? index : undefined);
    if (counts) moved[number - FIRST_CONSTRUCTED] = numberOf(shape, inside, index + 1);
    return number;
  };
  const fill = (row: Int32Array, shape: Fields | List, { steps }: Wanted, index: number | undefined): void => {
    const elements: Fields =
      shape.kind === 'list' ? { kind: 'choice', name: '', module: '', members: [shape.element] } : shape;
    for (const { tag, way } of onTheWire(elements)) {
      const [first] = way;
      const last = way.at(-1);
      if (first === undefined || last === undefined) continue;
      const place =
        shape.kind === 'list' ? UNORDERED : shape.kind === 'choice' ? 1 : 1 + elements.members.indexOf(first);
      if (place > COMPARED && place !== UNORDERED) throw new Error('more members than seven bits can number');
      const step = steps.find((one) => one.tag === tag && one.index === index);
      const inner = numberOf(last.shape, step?.inside ?? NONE, 0);
      const counted = index === undefined ? 0 : COUNTED;
      row[tag] = ((step?.note ?? 0) << NOTE_SHIFT) | (place << PLACE_SHIFT) | counted | inner;
    }
  };
  const [file, part, record] = (['file', 'part', 'record'] as const).map((level) =>
    numberOf(grammar[level], wanted[level] ?? NONE, 0),
  ) as [number, number, number];
  const shapes = FIRST_CONSTRUCTED + rows.length;
  if (shapes > SHAPE) throw new Error('more shapes than twelve bits can number');
  const follows = new Int32Array(shapes << TAG_BITS);
  rows.forEach((row, at) => {
    follows.set(row, (FIRST_CONSTRUCTED + at) << TAG_BITS);
  });
  const next = new Uint16Array(shapes);
  next.set(moved, FIRST_CONSTRUCTED);
  return { follows, moved: next, notes, file, part, record };
};

const getOr = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
};
