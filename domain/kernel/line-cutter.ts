/**
 * Cuts bytes into lines at LF, wherever the pieces were cut. CR LF counts as LF. What comes out are whole lines, each
 * with its LF, many in one buffer, so that the reader may hash and decode many at once. A line longer than
 * `MAX_LINE_BYTES` is not kept: it comes out as `undefined`, and memory stays bounded.
 */
export const MAX_LINE_BYTES = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** CR LF → LF. Lines are whole, so a pair is never cut. */
const withoutCr = (lines: Buffer): Buffer => {
  if (!lines.includes(CR)) return lines;
  const kept = Buffer.allocUnsafe(lines.length);
  let length = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const byte = lines[at] as number;
    if (byte === CR && lines[at + 1] === LF) continue;
    kept[length] = byte;
    length += 1;
  }
  return kept.subarray(0, length);
};

export class LineCutter {
  #rest: ReadonlyArray<Buffer> = [];
  #restBytes = 0;
  #skipping = false;

  /** Whole lines in order; `undefined` stands for one line that was too long. */
  feed(chunk: Uint8Array): ReadonlyArray<Buffer | undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = bytes.lastIndexOf(LF);
    if (last < 0) return this.#keep(bytes);
    const first = bytes.indexOf(LF);
    const out: Array<Buffer | undefined> = [];
    if (this.#skipping) {
      this.#skipping = false;
      if (first < last) out.push(...this.#whole(bytes.subarray(first + 1, last + 1)));
    } else {
      const head = this.#rest.length === 0 ? bytes.subarray(0, first + 1) : this.#joined(bytes.subarray(0, first + 1));
      out.push(...this.#whole(head));
      if (first < last) out.push(...this.#whole(bytes.subarray(first + 1, last + 1)));
    }
    this.#rest = [];
    this.#restBytes = 0;
    return [...out, ...this.#keep(bytes.subarray(last + 1))];
  }

  /** What follows the last LF, at the end of the file; undefined when nothing does. */
  rest(): Buffer | undefined {
    return this.#restBytes === 0 ? undefined : this.#joined(Buffer.alloc(0));
  }

  /** True while the bytes since the last LF are being dropped. */
  get skipping(): boolean {
    return this.#skipping;
  }

  #joined(end: Buffer): Buffer {
    return Buffer.concat([...this.#rest, end]);
  }

  #keep(bytes: Buffer): ReadonlyArray<undefined> {
    if (bytes.length === 0 || this.#skipping) return [];
    if (this.#restBytes + bytes.length > MAX_LINE_BYTES) {
      this.#rest = [];
      this.#restBytes = 0;
      this.#skipping = true;
      return [undefined];
    }
    // A copy: the caller may use the chunk's memory again. Joined at once, so that many small pieces stay one.
    this.#rest = [this.#joined(bytes)];
    this.#restBytes += bytes.length;
    return [];
  }

  /** Splits out lines that are too long; nearly always there is none, and the buffer goes on as it is. */
  #whole(lines: Buffer): ReadonlyArray<Buffer | undefined> {
    if (lines.length <= MAX_LINE_BYTES) return [withoutCr(lines)];
    const out: Array<Buffer | undefined> = [];
    let from = 0;
    for (let at = 0; at < lines.length; ) {
      const end = lines.indexOf(LF, at) + 1;
      if (end - at > MAX_LINE_BYTES) {
        if (at > from) out.push(withoutCr(lines.subarray(from, at)));
        out.push(undefined);
        from = end;
      }
      at = end;
    }
    if (from < lines.length) out.push(withoutCr(lines.subarray(from)));
    return out;
  }
}
