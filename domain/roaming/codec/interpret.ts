import { type Fields, type LeafKind, type Member, onTheWire, type Shape } from './grammar.ts';
import type { Integer } from './tape.ts';

/**
 * The grammar, followed plainly: slow, short, and sharing no code with scanner and generated functions, which are tested
 * against it. It also writes what they cannot: records with bytes in them that are in no grammar.
 */
export type Value = Integer | string | readonly Value[] | { readonly [name: string]: Value };
type Values = { readonly [name: string]: Value };

/** Bytes inside a record that have no field: the path of the element that holds them, and how many stand before them. */
export interface Kept {
  readonly path: string;
  readonly position: number;
  readonly bytes: Buffer;
}

interface Element {
  readonly tag: number;
  readonly constructed: boolean;
  readonly content: Buffer;
  /** With header. */
  readonly bytes: Buffer;
}

/** The elements in a row, padding passed over; throws RangeError when they do not fit. `used` is what they took. */
const elementsOf = (bytes: Buffer, open: boolean): { readonly elements: readonly Element[]; readonly used: number } => {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (open && bytes.readUInt8(at) === 0 && bytes.readUInt8(at + 1) === 0) return { elements, used: at + 2 };
    if (bytes[at] === 0x00 || bytes[at] === 0xff) {
      at += 1;
      continue;
    }
    const begun = at;
    const lead = bytes.readUInt8(at++);
    let tag = lead & 0x1f;
    if (tag === 0x1f) {
      tag = 0;
      let byte: number;
      do {
        byte = bytes.readUInt8(at++);
        tag = tag * 0x80 + (byte & 0x7f);
      } while (byte >= 0x80);
    }
    const constructed = (lead & 0x20) !== 0;
    let length = bytes.readUInt8(at++);
    let content: Buffer;
    if (length === 0x80) {
      const { used } = elementsOf(bytes.subarray(at), true);
      content = bytes.subarray(at, at + used - 2);
      at += used;
    } else {
      if (length > 0x80) {
        const more = length & 0x7f;
        length = bytes.subarray(at, at + more).reduce((sum, byte) => sum * 0x100 + byte, 0);
        at += more;
      }
      if (at + length > bytes.length) throw new RangeError(`an element runs past its parent at ${begun}`);
      content = bytes.subarray(at, at + length);
      at += length;
    }
    elements.push({ tag: (lead & 0xc0) === 0x40 ? tag : -1, constructed, content, bytes: bytes.subarray(begun, at) });
  }
  if (open) throw new RangeError('an indefinite length does not end');
  return { elements, used: at };
};

const LEAVES: Readonly<
  Record<LeafKind, { decode: (bytes: Buffer) => Integer | string; encode: (value: Value) => Buffer }>
> = {
  text: { decode: (bytes) => bytes.toString('latin1'), encode: (value) => Buffer.from(String(value), 'latin1') },
  hex: { decode: (bytes) => bytes.toString('hex'), encode: (value) => Buffer.from(String(value), 'hex') },
  bcd: {
    decode: (bytes) => bytes.toString('hex').replace(/f$/, ''),
    encode: (value) => Buffer.from(String(value).length % 2 === 0 ? String(value) : `${value}f`, 'hex'),
  },
  integer: {
    decode: (bytes) => {
      const whole = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
      return BigInt(Number(whole)) === whole && Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
    },
    encode: (value) => {
      const whole = BigInt(value as Integer);
      let size = 1;
      while (BigInt.asIntN(size * 8, whole) !== whole) size += 1;
      return Buffer.from(
        BigInt.asUintN(size * 8, whole)
          .toString(16)
          .padStart(size * 2, '0'),
        'hex',
      );
    },
  },
};

const isLeaf = (shape: Shape): shape is { readonly kind: LeafKind } => shape.kind in LEAVES;

/** Puts a value where the way of members leads; a member that stands already stays. */
const put = (into: Record<string, Value>, way: readonly Member[], value: () => Value): void => {
  const [member, ...rest] = way;
  if (member === undefined) return;
  if (rest.length === 0) into[member.name] ??= value();
  else {
    const inner = { ...((into[member.name] ?? {}) as Values) };
    if (into[member.name] === undefined) put(inner, rest, value);
    into[member.name] = inner;
  }
};

const fits = (shape: Shape, { constructed, content }: Element): boolean =>
  isLeaf(shape)
    ? !constructed && (shape.kind !== 'integer' || (content.length > 0 && content.length <= 16))
    : constructed;

const fieldsOf = (shape: Fields, elements: readonly Element[]): Values => {
  const into: Record<string, Value> = {};
  const wire = onTheWire(shape);
  for (const element of elements) {
    const way = wire.find(({ tag }) => tag === element.tag)?.way;
    const last = way?.at(-1);
    if (way === undefined || last === undefined || !fits(last.shape, element)) continue;
    if (shape.kind === 'choice' && Object.keys(into).length > 0) continue;
    put(into, way, () => decoded(last.shape, element.content));
  }
  return into;
};

const decoded = (shape: Shape, content: Buffer): Value => {
  if (isLeaf(shape)) return LEAVES[shape.kind].decode(content);
  const { elements } = elementsOf(content, false);
  if (shape.kind !== 'list') return fieldsOf(shape, elements);
  const { element } = shape;
  return elements.flatMap((one) => {
    if (element.tag === undefined) {
      const fields = fieldsOf(element.shape as Fields, [one]);
      return Object.keys(fields).length === 0 ? [] : [fields];
    }
    return one.tag === element.tag && fits(element.shape, one) ? [decoded(element.shape, one.content)] : [];
  });
};

/** The first element in `bytes`, as the alternative of a choice that it is. */
export const interpret = (choice: Fields, bytes: Buffer): Value => fieldsOf(choice, elementsOf(bytes, false).elements);

const tagBytes = (tag: number, constructed: boolean): Buffer => {
  const lead = constructed ? 0x60 : 0x40;
  if (tag < 0x1f) return Buffer.of(lead | tag);
  return tag < 0x80 ? Buffer.of(lead | 0x1f, tag) : Buffer.of(lead | 0x1f, 0x80 | (tag >> 7), tag & 0x7f);
};

const lengthBytes = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length);
  const bytes = Buffer.from(length.toString(16).padStart(length < 0x100 ? 2 : length < 0x10000 ? 4 : 8, '0'), 'hex');
  const first = bytes.findIndex((byte) => byte > 0);
  return Buffer.concat([Buffer.of(0x80 | (bytes.length - first)), bytes.subarray(first)]);
};

/** What is written for a value, in the grammar's order, with the bytes that are kept put back where they stood. */
export const composeWith = (choice: Fields, value: Value, kept: readonly Kept[]): Buffer => {
  const left = new Map<string, Kept[]>();
  for (const one of kept) {
    const same = left.get(one.path);
    if (same === undefined) left.set(one.path, [one]);
    else same.push(one);
  }

  const assembled = (pieces: readonly Buffer[], path: string): Buffer => {
    const here = left.get(path);
    if (here === undefined) return Buffer.concat(pieces);
    left.delete(path);
    // One pass, for there may be a million.
    const all: Buffer[] = [];
    let written = 0;
    for (const { position, bytes } of here.sort((one, other) => one.position - other.position)) {
      while (all.length < position && written < pieces.length) all.push(pieces[written++] as Buffer);
      all.push(bytes);
    }
    return Buffer.concat([...all, ...pieces.slice(written)]);
  };
  const member = ({ name, tag, shape }: Member, inner: Value, path: string): readonly Buffer[] => {
    const here = path === '' ? name : `${path}/${name}`;
    return tag === undefined ? fields(shape as Fields, inner as Values, here) : [element(tag, shape, inner, here)];
  };
  const element = (tag: number, shape: Shape, inner: Value, path: string): Buffer => {
    const content = isLeaf(shape) ? LEAVES[shape.kind].encode(inner) : assembled(pieces(shape, inner, path), path);
    return Buffer.concat([tagBytes(tag, !isLeaf(shape)), lengthBytes(content.length), content]);
  };
  const fields = (shape: Fields, inner: Values, path: string): readonly Buffer[] =>
    shape.members.flatMap((one) => {
      const field = inner[one.name];
      return field === undefined ? [] : member(one, field, path);
    });
  const pieces = (
    shape: Exclude<Shape, { readonly kind: LeafKind }>,
    inner: Value,
    path: string,
  ): readonly Buffer[] => {
    if (shape.kind !== 'list') return fields(shape, inner as Values, path);
    const { tag, shape: of } = shape.element;
    return (inner as readonly Value[]).flatMap((one, at) =>
      tag === undefined
        ? fields(of as Fields, one as Values, `${path}/${at}`)
        : [element(tag, of, one, `${path}/${at}`)],
    );
  };
  const bytes = Buffer.concat(fields(choice, value as Values, ''));
  const [homeless] = left.keys();
  if (homeless !== undefined)
    throw new RangeError(`nothing stands at ${homeless} to hold the bytes that are kept there`);
  return bytes;
};
