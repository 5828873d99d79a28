/**
 * One header at a time, for the outer levels of a file, where each is met once. The scanner has a loop of its own.
 */
export interface Header {
  /** Application tag, or -1 when the element is of another class. */
  readonly tag: number;
  readonly constructed: boolean;
  readonly at: number;
  readonly content: number;
  /** -1 when it is indefinite. */
  readonly length: number;
  /** Bytes that the length takes. */
  readonly lengthBytes: number;
}

/** A header that begins at `at`; undefined when the bytes end inside it, `malformed` when no header begins so. */
export const headerAt = (bytes: Buffer, at: number): Header | 'malformed' | undefined => {
  const lead = bytes[at];
  let next = at + 1;
  if (lead === undefined) return undefined;
  let tag = lead & 0x1f;
  if (tag === 0x1f) {
    tag = 0;
    for (let more = true; more; ) {
      const byte = bytes[next++];
      if (byte === undefined) return undefined;
      if (tag > 0xff_ffff) return 'malformed';
      tag = tag * 0x80 + (byte & 0x7f);
      more = byte >= 0x80;
    }
  }
  const first = bytes[next++];
  if (first === undefined) return undefined;
  const constructed = (lead & 0x20) !== 0;
  const more = first > 0x80 ? first & 0x7f : 0;
  // Lengths past 2^48 are of no file.
  if ((first === 0x80 && !constructed) || more > 8) return 'malformed';
  if (next + more > bytes.length) return undefined;
  let length = first < 0x80 ? first : first === 0x80 ? -1 : 0;
  for (let left = more; left > 0; left -= 1) length = length * 0x100 + bytes.readUInt8(next++);
  return { tag: (lead & 0xc0) === 0x40 ? tag : -1, constructed, at, content: next, length, lengthBytes: 1 + more };
};

const DEPTH = 64;

/** Where the element ends, end-of-contents octets included; undefined when the bytes do not reach so far. */
export const endOf = (bytes: Buffer, { content, length }: Header, depth = 0): number | undefined => {
  if (length >= 0) return content + length <= bytes.length ? content + length : undefined;
  for (let at = content; depth < DEPTH; ) {
    if (at + 1 >= bytes.length) return undefined;
    if (bytes[at] === 0 && bytes[at + 1] === 0) return at + 2;
    if (bytes[at] === 0x00 || bytes[at] === 0xff) {
      at += 1;
      continue;
    }
    const inner = headerAt(bytes, at);
    const end = inner === undefined || inner === 'malformed' ? undefined : endOf(bytes, inner, depth + 1);
    if (end === undefined) return undefined;
    at = end;
  }
  return undefined;
};

/** The elements inside one, as far as the bytes reach; padding is passed over. */
export function* childrenOf(bytes: Buffer, parent: Header): Generator<Header> {
  const end = parent.length < 0 ? bytes.length : Math.min(bytes.length, parent.content + parent.length);
  for (let at = parent.content; at < end; ) {
    if (parent.length < 0 && bytes[at] === 0 && bytes[at + 1] === 0) return;
    if (bytes[at] === 0x00 || bytes[at] === 0xff) {
      at += 1;
      continue;
    }
    const child = headerAt(bytes, at);
    if (child === undefined || child === 'malformed') return;
    yield child;
    const next = endOf(bytes, child);
    if (next === undefined) return;
    at = next;
  }
}
