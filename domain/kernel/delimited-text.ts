import iconv from 'iconv-lite';

/**
 * The text of partners' files of delimited lines: charsets, cells and escapes. A line is cut into cells at `|`; inside a cell `\|` is a
 * bar, `\\` a backslash, `\n` a line feed, `\r` a carriage return, and nothing else is escaped. Lines are cut as bytes
 * (in both charsets 0x0A is only ever a line end), cells as text: in GB18030 the second byte of a character may be 0x7C.
 */

export const CHARSETS = ['UTF-8', 'GB18030'] as const;
export type Charset = (typeof CHARSETS)[number];

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const REPLACEMENT = '\uFFFD';
/** What no cell may hold once it is unescaped: controls (but LF and CR), private use, the replacement character. */
const UNCLEAN = /(?![\n\r])[\p{Cc}\p{Co}\uFFFD]/u;

/** True for text that both charsets carry and give back unchanged. */
export const isCleanText = (text: string): boolean => !UNCLEAN.test(text) && text.isWellFormed();

const isAscii = (bytes: Buffer): boolean => {
  for (let at = 0; at < bytes.length; at += 1) if ((bytes[at] as number) > 0x7f) return false;
  return true;
};

/** The text of the bytes, or undefined when they are not of this charset. Never a replacement character. */
export const decodeStrict = (bytes: Buffer, charset: Charset): string | undefined => {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (charset === 'UTF-8') {
    try {
      const text = UTF8.decode(bytes);
      return text.includes(REPLACEMENT) ? undefined : text;
    } catch {
      return undefined;
    }
  }
  const text = iconv.decode(bytes, 'gb18030');
  return text.includes(REPLACEMENT) ? undefined : text;
};

/** The caller has checked the text with `isCleanText`. */
export const encodeText = (text: string, charset: Charset): Buffer => {
  // As many bytes in UTF-8 as characters: ASCII, which is the same in both.
  if (Buffer.byteLength(text, 'utf8') === text.length) return Buffer.from(text, 'latin1');
  return charset === 'UTF-8' ? Buffer.from(text, 'utf8') : iconv.encode(text, 'gb18030');
};

const ESCAPED = /[\\|\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '|': '\\|', '\n': '\\n', '\r': '\\r' };
const UNESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '|': '|', n: '\n', r: '\r' };

export const escapeCell = (text: string): string =>
  ESCAPED.test(text) ? text.replace(/[\\|\n\r]/g, (found) => ESCAPES[found] ?? found) : text;

/** The cells of a line (without its line end), unescaped; undefined for an escape that does not exist. */
export const splitCells = (line: string): Array<string> | undefined => {
  if (!line.includes('\\')) return line.split('|');
  const cells: Array<string> = [];
  let cell = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (sign === '|') {
      cells.push(cell);
      cell = '';
    } else if (sign === '\\') {
      at += 1;
      const meant = UNESCAPES[line.charAt(at)];
      if (meant === undefined) return undefined;
      cell += meant;
    } else {
      cell += sign;
    }
  }
  cells.push(cell);
  return cells;
};
