/**
 * Text on a card: the GSM 7-bit default alphabet with its extension (TS 23.038 §6.2), packed in messages and one
 * character a byte in files, and the three UCS2 forms of files (TS 102 221 annex A), told by the first byte.
 */

const DEFAULT =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const ESCAPE = 0x1b;
const EXTENSION: Readonly<Record<number, string>> = {
  10: '\f',
  20: '^',
  40: '{',
  41: '}',
  47: '\\',
  60: '[',
  61: '~',
  62: ']',
  64: '|',
  101: '€',
};

const CODES: ReadonlyMap<string, readonly number[]> = new Map([
  ...[...DEFAULT].flatMap((character, code): [string, number[]][] => (code === ESCAPE ? [] : [[character, [code]]])),
  ...Object.entries(EXTENSION).map(([code, character]): [string, number[]] => [character, [ESCAPE, Number(code)]]),
]);

/** Seven-bit codes of a text; undefined when a character is not in the alphabet. */
const toSeptets = (text: string): readonly number[] | undefined => {
  const septets: number[] = [];
  for (const character of text) {
    const codes = CODES.get(character);
    if (codes === undefined) return undefined;
    septets.push(...codes);
  }
  return septets;
};

/** An unknown code after an escape is shown as the plain one (TS 23.038 §6.2.1.1); a last escape alone is a space. */
const fromSeptets = (septets: readonly number[]): string => {
  let text = '';
  for (let at = 0; at < septets.length; at += 1) {
    const code = septets[at] ?? 0;
    if (code !== ESCAPE) {
      text += DEFAULT[code] ?? '';
      continue;
    }
    at += 1;
    const next = septets[at];
    text += next === undefined ? ' ' : (EXTENSION[next] ?? (next === ESCAPE ? ' ' : (DEFAULT[next] ?? '')));
  }
  return text;
};

/** Packed as in a message (TS 23.038 §6.1.2.1.1), eight characters in seven bytes. */
export const packText = (text: string): { readonly bytes: Buffer; readonly septets: number } | undefined => {
  const septets = toSeptets(text);
  if (septets === undefined) return undefined;
  const bytes = Buffer.alloc(Math.ceil((septets.length * 7) / 8));
  for (const [at, code] of septets.entries()) {
    const bit = at * 7;
    const shifted = code << (bit & 7);
    const byte = bit >> 3;
    bytes[byte] = (bytes[byte] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) bytes[byte + 1] = shifted >> 8;
  }
  return { bytes, septets: septets.length };
};

/** Undefined when there are fewer bytes than so many characters take. */
export const unpackText = (bytes: Uint8Array, septets: number): string | undefined => {
  if (bytes.length * 8 < septets * 7) return undefined;
  const codes = Array.from({ length: septets }, (_, at) => {
    const bit = at * 7;
    const pair = (bytes[bit >> 3] ?? 0) | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    return (pair >> (bit & 7)) & 0x7f;
  });
  return fromSeptets(codes);
};

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Form 81 or 82: characters of one half page of UCS2 beside those of the default alphabet. */
const pagedText = (text: string): Buffer | undefined => {
  const far = [...text].filter((character) => !CODES.has(character)).map((character) => character.codePointAt(0) ?? 0);
  const low = Math.min(...far);
  if (text.length > 255 || Math.max(...far) > 0xffff) return undefined;
  const page = low & 0xff80;
  const onPage = page < 0x8000 && far.every((code) => code - page < 0x80);
  if (!onPage && !far.every((code) => code - low < 0x80)) return undefined;
  const base = onPage ? page : low;
  const codes = [...text].flatMap((character) => {
    const near = CODES.get(character);
    return near ?? [0x80 | ((character.codePointAt(0) ?? 0) - base)];
  });
  if (codes.length > 255) return undefined;
  const head = onPage ? [0x81, codes.length, base >> 7] : [0x82, codes.length, base >> 8, base & 0xff];
  return Buffer.from([...head, ...codes]);
};

/** The shortest form, without padding. */
export const encodeAlpha = (text: string): Buffer => {
  const septets = toSeptets(text);
  if (septets !== undefined) return Buffer.from(septets);
  const full = Buffer.concat([Buffer.of(0x80), ucs2(text)]);
  const paged = pagedText(text);
  return paged !== undefined && paged.length < full.length ? paged : full;
};

const decodeUcs2 = (bytes: Buffer): string | undefined => {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const code = bytes.readUInt16BE(at);
    if (code === 0xffff) break;
    text += String.fromCharCode(code);
  }
  return text;
};

const decodePaged = (codes: Buffer, base: number, length: number): string | undefined => {
  if (codes.length < length) return undefined;
  let text = '';
  let near: number[] = [];
  const flush = (): void => {
    text += fromSeptets(near);
    near = [];
  };
  for (const code of codes.subarray(0, length)) {
    if (code < 0x80) {
      near.push(code);
      continue;
    }
    flush();
    text += String.fromCharCode((base + (code & 0x7f)) & 0xffff);
  }
  flush();
  return text;
};

/** Padding of FF at the end is left out. Undefined when the bytes are no text of any form. */
export const decodeAlpha = (bytes: Uint8Array): string | undefined => {
  const buffer = Buffer.from(bytes);
  const [form, length, high, low] = buffer;
  if (form === 0x80) return decodeUcs2(buffer.subarray(1));
  if (form === 0x81 || form === 0x82) {
    if (length === undefined || high === undefined) return undefined;
    if (form === 0x81) return decodePaged(buffer.subarray(3), high << 7, length);
    return low === undefined ? undefined : decodePaged(buffer.subarray(4), (high << 8) | low, length);
  }
  const end = buffer.indexOf(0xff);
  const text = end < 0 ? buffer : buffer.subarray(0, end);
  const padded = end < 0 || buffer.subarray(end).every((byte) => byte === 0xff);
  return padded && text.every((code) => code < 0x80) ? fromSeptets([...text]) : undefined;
};
