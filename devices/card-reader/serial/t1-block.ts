/** Blocks of T=1 (ISO 7816-3 §11.3): NAD PCB LEN, up to 254 bytes, and a check of one (LRC) or two (CRC) bytes. */

export type Block =
  | { readonly kind: 'I'; readonly sequence: 0 | 1; readonly more: boolean; readonly data: Uint8Array }
  | { readonly kind: 'R'; readonly sequence: 0 | 1; readonly error: 'none' | 'check' | 'other' }
  | { readonly kind: 'S'; readonly what: Supervision; readonly response: boolean; readonly data: Uint8Array };

export type Supervision = 'resynch' | 'ifs' | 'abort' | 'wtx';

const SUPERVISION: readonly Supervision[] = ['resynch', 'ifs', 'abort', 'wtx'];
const ERRORS = ['none', 'check', 'other'] as const;
const RESPONSE = 0x20;
const MORE = 0x20;
export const PROLOGUE = 3;
export const LONGEST_DATA = 254;

/** CRC-16 of ISO/IEC 13239, as X.25 has it. */
const crc = (bytes: Uint8Array): number => {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 0 ? sum >> 1 : (sum >> 1) ^ 0x8408;
  }
  return sum ^ 0xffff;
};

const check = (bytes: Uint8Array, withCrc: boolean): Uint8Array => {
  if (!withCrc) return Uint8Array.of(bytes.reduce((sum, byte) => sum ^ byte, 0));
  const sum = crc(bytes);
  return Uint8Array.of(sum >> 8, sum & 0xff);
};

export const checkLength = (withCrc: boolean): number => (withCrc ? 2 : 1);

const pcbOf = (block: Block): number => {
  if (block.kind === 'I') return (block.sequence << 6) | (block.more ? MORE : 0);
  if (block.kind === 'R') return 0x80 | (block.sequence << 4) | ERRORS.indexOf(block.error);
  return 0xc0 | (block.response ? RESPONSE : 0) | SUPERVISION.indexOf(block.what);
};

export const encodeBlock = (block: Block, withCrc: boolean): Uint8Array => {
  const data = block.kind === 'R' ? new Uint8Array() : block.data;
  const body = Buffer.concat([Buffer.of(0, pcbOf(block), data.length), data]);
  return Buffer.concat([body, check(body, withCrc)]);
};

const supervisionOf = (pcb: number, data: Uint8Array): Block | undefined => {
  const what = SUPERVISION[pcb & 0x1f];
  if (what === undefined) return undefined;
  const length = what === 'ifs' || what === 'wtx' ? 1 : 0;
  return data.length === length ? { kind: 'S', what, response: (pcb & RESPONSE) !== 0, data } : undefined;
};

const blockOf = (pcb: number, data: Uint8Array): Block | undefined => {
  const bit = (mask: number): 0 | 1 => ((pcb & mask) === 0 ? 0 : 1);
  if ((pcb & 0x80) === 0) {
    return (pcb & 0x1f) === 0 ? { kind: 'I', sequence: bit(0x40), more: (pcb & MORE) !== 0, data } : undefined;
  }
  if ((pcb & 0x40) !== 0) return supervisionOf(pcb, data);
  const error = ERRORS[pcb & 0x0f];
  return error === undefined || (pcb & 0x20) !== 0 || data.length > 0
    ? undefined
    : { kind: 'R', sequence: bit(0x10), error };
};

/** A whole block with its check. Says what is wrong with it, in the words of an R-block. */
export const decodeBlock = (bytes: Uint8Array, withCrc: boolean): Block | 'check' | 'other' => {
  const end = bytes.length - checkLength(withCrc);
  const [nad = 0, pcb = 0, length = 0] = bytes;
  if (end < PROLOGUE || !Buffer.from(check(bytes.subarray(0, end), withCrc)).equals(bytes.subarray(end)))
    return 'check';
  const data = bytes.subarray(PROLOGUE, end);
  if (nad !== 0 || length > LONGEST_DATA || data.length !== length) return 'other';
  return blockOf(pcb, data) ?? 'other';
};
