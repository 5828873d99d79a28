import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

/**
 * The Chinese font of printed forms: Noto Sans SC, as npm has it (WOFF 1.0: a font whose tables are deflated one by
 * one). It is unpacked here: the PDF library's own inflate takes five seconds for it, Node's a tenth of one.
 */
const WOFF = new URL(
  import.meta.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff'),
);

const WOFF_HEADER = 44;
const WOFF_ENTRY = 20;
const SFNT_HEADER = 12;
const SFNT_ENTRY = 16;
const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** A WOFF 1.0 file as the TrueType or OpenType file that it packs (W3C WOFF 1.0 §§3–5). @throws when it is none. */
export const sfntOf = (woff: Buffer): Buffer => {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('the font is no WOFF 1.0 file');
  const count = woff.readUInt16BE(12);
  const entries = Array.from({ length: count }, (_, index) => {
    const at = WOFF_HEADER + index * WOFF_ENTRY;
    const [offset, packed] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8)];
    const length = woff.readUInt32BE(at + 12);
    const bytes = woff.subarray(offset, offset + packed);
    const table = packed < length ? inflateSync(bytes) : bytes;
    if (table.length !== length) throw new Error('a table of the font has another length');
    return { tag: woff.subarray(at, at + 4), checksum: woff.readUInt32BE(at + 16), table };
  });
  const size = entries.reduce((sum, { table }) => sum + padded(table.length), SFNT_HEADER + count * SFNT_ENTRY);
  const font = Buffer.alloc(size);
  woff.copy(font, 0, 4, 8);
  font.writeUInt16BE(count, 4);
  const power = 2 ** Math.floor(Math.log2(count));
  font.writeUInt16BE(power * 16, 6);
  font.writeUInt16BE(Math.log2(power), 8);
  font.writeUInt16BE((count - power) * 16, 10);
  let at = SFNT_HEADER + count * SFNT_ENTRY;
  for (const [index, { tag, checksum, table }] of entries.entries()) {
    const entry = SFNT_HEADER + index * SFNT_ENTRY;
    tag.copy(font, entry);
    font.writeUInt32BE(checksum, entry + 4);
    font.writeUInt32BE(at, entry + 8);
    font.writeUInt32BE(table.length, entry + 12);
    table.copy(font, at);
    at += padded(table.length);
  }
  return font;
};

let loaded: Promise<Buffer> | undefined;

/** Read and unpacked once. */
export const chineseFont = (): Promise<Buffer> => {
  loaded ??= readFile(fileURLToPath(WOFF)).then(sfntOf);
  return loaded;
};
