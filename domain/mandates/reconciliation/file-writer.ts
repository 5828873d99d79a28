import type { Header } from '../../matching/frame.ts';
import { FrameWriter } from '../../matching/frame.ts';
import { type FileHeader, fileName, frameOf, HEADER } from './file.ts';

/** Writes files of mandates; the same header, rows and declared totals give the same bytes. */

/** Totals that only the writer knows, by name: those of a balance. */
type Declared = Readonly<Record<string, number>>;

export class MandateFileWriter {
  readonly #writer: FrameWriter;
  readonly #header: FileHeader;

  constructor(header: FileHeader, charset: Header['charset']) {
    this.#header = header;
    this.#writer = new FrameWriter(frameOf(header, charset));
  }

  head(): Buffer {
    return this.#writer.header(HEADER, { ...this.#header, sequence: String(this.#header.sequence) });
  }
  rows(cells: ReadonlyArray<ReadonlyArray<string>>): Buffer {
    return this.#writer.rows(cells);
  }
  tail(declared: Declared = {}): Buffer {
    return this.#writer.trailer(
      Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, String(value)])),
    );
  }
}

export interface WholeFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export const wholeFile = (
  header: FileHeader,
  charset: Header['charset'],
  rows: ReadonlyArray<ReadonlyArray<string>>,
  declared: Declared = {},
): WholeFile => {
  const writer = new MandateFileWriter(header, charset);
  return { name: fileName(header), bytes: Buffer.concat([writer.head(), writer.rows(rows), writer.tail(declared)]) };
};
