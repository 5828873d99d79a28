import { type Refusal, refuse } from '../../kernel/refusal.ts';

/**
 * BER-TLV (ISO/IEC 8825-1 as ETSI TS 101 220 §7.1 uses it): tags of one to three bytes, definite lengths of up to
 * three bytes. A constructed object's value is read by reading it again.
 */
export interface Tlv {
  /** The tag's bytes as one number: `0x62`, `0x5f50`. */
  readonly tag: number;
  readonly value: Buffer;
}

interface Piece {
  readonly value: number;
  readonly next: number;
}

const tagAt = (bytes: Buffer, at: number): Piece | undefined => {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if ((first & 0x1f) !== 0x1f) return { value: first, next: at + 1 };
  let value = first;
  for (let next = at + 1; next < at + 3; next += 1) {
    const byte = bytes[next];
    if (byte === undefined) return undefined;
    value = value * 0x100 + byte;
    if ((byte & 0x80) === 0) return { value, next: next + 1 };
  }
  return undefined;
};

const lengthAt = (bytes: Buffer, at: number): Piece | undefined => {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, next: at + 1 };
  const more = first & 0x7f;
  if (more < 1 || more > 3 || at + 1 + more > bytes.length) return undefined;
  return { value: bytes.readUIntBE(at + 1, more), next: at + 1 + more };
};

const malformed = (field: string): Refusal =>
  refuse('invalid', 'MalformedTlv', 'Tags and lengths do not fit the bytes.', { field });

/**
 * The objects in a row. Padding (`00` and `FF` in place of a tag) is passed over when `padded`, and ends nothing.
 * Refused with `MalformedTlv`; `field` says where, never what.
 */
export const parseTlvs = (bytes: Uint8Array, field: string, padded = false): readonly Tlv[] | Refusal => {
  const buffer = Buffer.from(bytes);
  const found: Tlv[] = [];
  for (let at = 0; at < buffer.length; ) {
    if (padded && (buffer[at] === 0x00 || buffer[at] === 0xff)) {
      at += 1;
      continue;
    }
    const tag = tagAt(buffer, at);
    const length = tag && lengthAt(buffer, tag.next);
    if (tag === undefined || length === undefined) return malformed(`${field}/${found.length}`);
    const end = length.next + length.value;
    if (end > buffer.length) return malformed(`${field}/${found.length}`);
    found.push({ tag: tag.value, value: buffer.subarray(length.next, end) });
    at = end;
  }
  return found;
};

const bigEndian = (value: number): Buffer => {
  const size = value > 0xffff ? 3 : value > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};

/** One object. The length takes as few bytes as it can. */
export const encodeTlv = (tag: number, value: Uint8Array): Buffer => {
  const length = value.length;
  if (length > 0xffffff) throw new RangeError('a value has at most 16777215 bytes');
  const size = bigEndian(length);
  return Buffer.concat([
    bigEndian(tag),
    length < 0x80 ? size : Buffer.concat([Buffer.of(0x80 | size.length), size]),
    value,
  ]);
};

export const encodeTlvs = (tlvs: readonly Tlv[]): Buffer =>
  Buffer.concat(tlvs.map(({ tag, value }) => encodeTlv(tag, value)));
