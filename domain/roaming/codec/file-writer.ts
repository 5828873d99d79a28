import { BackWriter } from './back-writer.ts';
import { type Codec, codec, type Level } from './codec.ts';
import type { FormatName } from './grammar.ts';
import { composeWith, type Kept, type Value } from './interpret.ts';

/**
 * Writes files with definite lengths. An element's length stands before it, so the pieces of a batch are held until it
 * is closed.
 */
interface Frame {
  readonly tag: number;
  readonly lengthBytes: number;
  readonly pieces: Buffer[];
  size: number;
}

/** Pieces are gathered to about this size before they get a buffer of their own. */
const GATHERED = 256 * 1024;

export class FileWriter {
  private readonly codec: Codec;
  private readonly frames: Frame[] = [{ tag: 0, lengthBytes: 0, pieces: [], size: 0 }];
  private readonly writer = new BackWriter();
  private gathered: Buffer = Buffer.allocUnsafe(GATHERED);
  private used = 0;

  constructor(format: FormatName) {
    this.codec = codec(format);
  }

  /** Opens the batch, and in it the list of records. `lengthBytes`: at least so many, as the file that is copied had. */
  open(lengthBytes = 0): void {
    const { batch, list } = this.codec.grammar;
    const tag = (this.frames.length === 1 ? batch.tag : list.tag) ?? 0;
    this.flush();
    this.frames.push({ tag, lengthBytes, pieces: [], size: 0 });
  }

  close(): void {
    const { tag, lengthBytes, pieces, size } = this.take();
    this.append(headerOf(tag, size, lengthBytes));
    this.flush();
    const top = this.top;
    top.pieces.push(...pieces);
    top.size += size;
  }

  /** A group, a record or a notification, with what it holds that has no field. Throws `UnwritableValue`. */
  unit(level: Level, value: Value, kept: readonly Kept[] = []): void {
    if (kept.length > 0) {
      this.append(composeWith(this.codec.grammar[level], value, kept));
      return;
    }
    this.codec.of[level].encode(this.writer, value);
    this.room(this.writer.size);
    this.used += this.writer.move(this.gathered, this.used);
  }

  /** Bytes as they are: padding, a kind of record that is not known, a record that is not to change. */
  raw(bytes: Buffer): void {
    this.append(bytes);
  }

  /** The file, in pieces. */
  end(): readonly Buffer[] {
    return this.take().pieces;
  }

  private get top(): Frame {
    return this.frames.at(-1) as Frame;
  }

  private take(): Frame {
    this.flush();
    return this.frames.pop() as Frame;
  }

  private append(bytes: Buffer): void {
    this.room(bytes.length);
    bytes.copy(this.gathered, this.used);
    this.used += bytes.length;
  }

  private room(size: number): void {
    if (this.used + size <= this.gathered.length) return;
    this.flush();
    if (size > this.gathered.length) this.gathered = Buffer.allocUnsafe(size);
  }

  private flush(): void {
    if (this.used === 0) return;
    this.top.pieces.push(this.gathered.subarray(0, this.used));
    this.top.size += this.used;
    const rest = this.gathered.subarray(this.used);
    this.gathered = rest.length > 1024 ? rest : Buffer.allocUnsafe(GATHERED);
    this.used = 0;
  }
}

/** The header of a constructed element of the application class, with at least so many bytes of length. */
export const headerOf = (tag: number, length: number, lengthBytes = 0): Buffer => {
  const tags = tag < 0x1f ? [0x60 | tag] : tag < 0x80 ? [0x7f, tag] : [0x7f, 0x80 | (tag >> 7), tag & 0x7f];
  const lengths: number[] = [];
  for (let left = length; left > 0 || lengths.length < lengthBytes - 1; left = Math.floor(left / 0x100)) {
    lengths.unshift(left % 0x100);
  }
  const short = length < 0x80 && lengthBytes <= 1;
  return Buffer.from([...tags, ...(short ? [length] : [0x80 | lengths.length, ...lengths])]);
};

/** One unit alone, as it is written into a file. Throws `UnwritableValue`. */
export const unitBytes = (rules: Codec, level: Level, value: Value, kept: readonly Kept[]): Buffer => {
  if (kept.length > 0) return composeWith(rules.grammar[level], value, kept);
  const writer = new BackWriter();
  rules.of[level].encode(writer, value);
  const bytes = Buffer.alloc(writer.size);
  writer.move(bytes, 0);
  return bytes;
};
