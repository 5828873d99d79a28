import fc from 'fast-check';
import type { Fields, LeafKind, Member, Shape } from '../../domain/roaming/codec/grammar.ts';
import { childrenOf, type Header, headerAt } from '../../domain/roaming/codec/header.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';

/** Values of any shape of a grammar, and the ways in which an encoder that is not ours may write them. */

const LEAVES: Readonly<Record<LeafKind, fc.Arbitrary<Value>>> = {
  text: fc.string({ unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
  hex: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  // A digit f at the end of whole bytes is the filler and is read as none.
  bcd: fc
    .stringMatching(/^[0-9a-f]{0,20}$/)
    .map((digits) => (digits.length % 2 === 0 ? digits.replace(/f$/, '') : digits)),
  integer: fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc
      .bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n })
      .map((whole) => (whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole)),
  ),
};

const shapeValues = (shape: Shape): fc.Arbitrary<Value> => {
  if (shape.kind === 'list') return fc.array(shapeValues(shape.element.shape), { maxLength: 3 });
  return 'members' in shape ? fieldValues(shape) : LEAVES[shape.kind];
};

export const fieldValues = (fields: Fields): fc.Arbitrary<Value> => {
  const one = ({ name, shape }: Member) => shapeValues(shape).map((value) => ({ [name]: value }));
  if (fields.kind === 'choice') return fc.oneof(...fields.members.map(one));
  const pairs = fields.members.map((member) => fc.option(one(member), { nil: {}, freq: 2 }));
  return fc.tuple(...pairs).map((parts) => Object.assign({}, ...parts) as Value);
};

/** How an element may be written otherwise, taken from a stream of choices so that a failure can be shrunk. */
export interface Forms {
  readonly indefinite: boolean;
  readonly longLengths: boolean;
  readonly padding: boolean;
  readonly unknown: boolean;
}

const lengthOf = (length: number, more: number): Buffer => {
  if (more === 0 && length < 0x80) return Buffer.of(length);
  const bytes = Buffer.alloc(Math.max(more, 4));
  bytes.writeUInt32BE(length, bytes.length - 4);
  const used = bytes.subarray(
    Math.max(
      0,
      Math.min(
        bytes.length - more,
        bytes.findIndex((byte) => byte > 0),
      ),
    ),
  );
  return Buffer.concat([Buffer.of(0x80 | used.length), used]);
};

/** Elements that no grammar holds: of the private class, with a tag of five bytes, and one of indefinite length. */
const FOREIGN = [
  Buffer.from('df8a2b03010203', 'hex'),
  Buffer.from('7f8182810404c0020000', 'hex'),
  Buffer.from('7fff0380c101000000', 'hex'),
];

/** The same element in another form; `pick` gives numbers from 0 to below its argument. */
export const reform = (bytes: Buffer, forms: Forms, pick: (below: number) => number): Buffer => {
  const again = (header: Header): Buffer => {
    const tag = bytes.subarray(header.at, header.content - header.lengthBytes);
    if (!header.constructed) {
      const content = bytes.subarray(header.content, header.content + header.length);
      return Buffer.concat([tag, lengthOf(content.length, forms.longLengths ? pick(4) : 0), content]);
    }
    const inner: Buffer[] = [];
    const between = (): void => {
      if (forms.padding && pick(8) === 0) inner.push(Buffer.alloc(1 + pick(3), 0xff));
      if (forms.unknown && pick(8) === 0)
        inner.push(FOREIGN[pick(forms.indefinite ? FOREIGN.length : FOREIGN.length - 1)] ?? Buffer.alloc(0));
    };
    for (const child of childrenOf(bytes, header)) {
      between();
      inner.push(again(child));
    }
    between();
    const content = Buffer.concat(inner);
    return forms.indefinite && pick(2) === 0
      ? Buffer.concat([tag, Buffer.of(0x80), content, Buffer.alloc(2)])
      : Buffer.concat([tag, lengthOf(content.length, forms.longLengths ? pick(4) : 0), content]);
  };
  const header = headerAt(bytes, 0);
  if (header === undefined || header === 'malformed') throw new Error('not an element');
  return again(header);
};
