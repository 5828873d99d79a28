import { type Refusal, refuse } from '../../kernel/refusal.ts';

/**
 * Commands to a card and its responses (ISO/IEC 7816-4 §5, ETSI TS 102 221 §10.1): bytes to values and back. What a
 * command means is in `commands.ts`, what a status word means in `status-word.ts`; how the bytes travel (T=0, T=1)
 * is the reader's.
 */

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Empty: no data field (cases 1 and 2). */
  readonly data: Uint8Array;
  /** How many bytes are expected back, 1–65,536. Left out: none (cases 1 and 3). 256 is a short Le of `00`. */
  readonly le?: number;
}

export interface ResponseApdu {
  readonly data: Buffer;
  /** SW1 SW2 as one number, e.g. `0x9000`. */
  readonly sw: number;
}

const SHORT_DATA = 255;
const SHORT_LE = 256;
const LONGEST = 65_535;

const byteOk = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xff;

const headerOf = ({ cla, ins, p1, p2, data, le }: CommandApdu): Buffer => {
  if (![cla, ins, p1, p2].every(byteOk)) throw new RangeError('CLA, INS, P1 and P2 are bytes');
  if (data.length > LONGEST) throw new RangeError('an APDU carries at most 65535 bytes');
  if (le !== undefined && !(Number.isInteger(le) && le >= 1 && le <= LONGEST + 1)) {
    throw new RangeError('Le lies between 1 and 65536');
  }
  return Buffer.of(cla, ins, p1, p2);
};

/** 1 nothing either way, 2 an answer, 3 data, 4 data and an answer (ISO/IEC 7816-3 §12.1.2). */
export const caseOf = ({ data, le }: CommandApdu): 1 | 2 | 3 | 4 => {
  if (data.length === 0) return le === undefined ? 1 : 2;
  return le === undefined ? 3 : 4;
};

/** True when Lc or Le takes more than one byte; only cards that say so in their ATR or EF.ATR take it. */
export const isExtended = ({ data, le }: CommandApdu): boolean => data.length > SHORT_DATA || (le ?? 0) > SHORT_LE;

const word = (value: number): Buffer => Buffer.of((value >> 8) & 0xff, value & 0xff);

/** The command as it goes to a T=1 card or through PC/SC. Throws `RangeError` on a field that is no byte. */
export const encodeCommand = (command: CommandApdu): Buffer => {
  const header = headerOf(command);
  const { data, le } = command;
  const parts: Uint8Array[] = [header];
  if (isExtended(command)) {
    parts.push(Buffer.of(0));
    if (data.length > 0) parts.push(word(data.length), data);
    if (le !== undefined) parts.push(word(le));
  } else {
    if (data.length > 0) parts.push(Buffer.of(data.length), data);
    if (le !== undefined) parts.push(Buffer.of(le & 0xff));
  }
  return Buffer.concat(parts);
};

/**
 * The command as it goes to a T=0 card (ISO/IEC 7816-3 §12.2): five bytes of header, always; the answer of a case 4
 * command is fetched by GET RESPONSE after `61xx` or `9Fxx`. Throws `RangeError` for an extended command, which T=0
 * can carry in ENVELOPE only.
 */
export const encodeTpdu = (command: CommandApdu): Buffer => {
  if (isExtended(command)) throw new RangeError('T=0 carries no extended APDU');
  const header = headerOf(command);
  if (command.data.length > 0) return Buffer.concat([header, Buffer.of(command.data.length), command.data]);
  return Buffer.concat([header, Buffer.of((command.le ?? 0) & 0xff)]);
};

const malformed = (message: string): Refusal => refuse('invalid', 'MalformedApdu', message, { field: 'apdu' });

const shortBody = (body: Buffer): { readonly data: Buffer; readonly le?: number } | undefined => {
  const lc = body.readUInt8(0);
  if (body.length === 1) return { data: body.subarray(1), le: lc || SHORT_LE };
  if (lc === 0) return undefined;
  const data = body.subarray(1, 1 + lc);
  if (body.length === 1 + lc) return { data };
  return body.length === 2 + lc ? { data, le: body.readUInt8(1 + lc) || SHORT_LE } : undefined;
};

const extendedBody = (body: Buffer): { readonly data: Buffer; readonly le?: number } | undefined => {
  if (body.length < 3 || body.readUInt8(0) !== 0) return undefined;
  const first = body.readUInt16BE(1);
  if (body.length === 3) return { data: body.subarray(3), le: first || LONGEST + 1 };
  if (first === 0) return undefined;
  const data = body.subarray(3, 3 + first);
  if (body.length === 3 + first) return { data };
  return body.length === 5 + first ? { data, le: body.readUInt16BE(3 + first) || LONGEST + 1 } : undefined;
};

/** Any of the seven forms. Refused with `MalformedApdu` when the lengths do not fit; the bytes are never quoted. */
export const parseCommand = (bytes: Uint8Array): CommandApdu | Refusal => {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 4) return malformed('A command has at least four bytes.');
  const header = {
    cla: buffer[0] as number,
    ins: buffer[1] as number,
    p1: buffer[2] as number,
    p2: buffer[3] as number,
  };
  const body = buffer.subarray(4);
  if (body.length === 0) return { ...header, data: Buffer.alloc(0) };
  const found = shortBody(body) ?? extendedBody(body);
  return found === undefined ? malformed('Lc and Le do not fit the length of the command.') : { ...header, ...found };
};

export const parseResponse = (bytes: Uint8Array): ResponseApdu | Refusal => {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 2) return malformed('A response ends with two bytes of status.');
  return { data: buffer.subarray(0, -2), sw: buffer.readUInt16BE(buffer.length - 2) };
};

export const encodeResponse = ({ data, sw }: { readonly data: Uint8Array; readonly sw: number }): Buffer =>
  Buffer.concat([data, word(sw)]);
