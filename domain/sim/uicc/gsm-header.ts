import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { FileStructure } from './fcp.ts';

/** What a GSM card says of a file when it is selected (TS 51.011 §9.2.1): bytes at fixed places. */

/** `always`, `never`, a CHV, or an administrative level 4–14 (ADM). */
export type GsmAccess = 'always' | 'chv1' | 'chv2' | 'reserved' | 'never' | `adm${number}`;

export interface GsmDirectory {
  readonly kind: 'mf' | 'df';
  readonly fid: string;
  /** Bytes not given to any file yet. */
  readonly freeBytes: number;
  readonly directories: number;
  readonly files: number;
  readonly codes: number;
  readonly chv1Enabled: boolean;
  /** Tries left; left out when the code is not initialised. */
  readonly chv1Tries?: number;
  readonly unblock1Tries?: number;
  readonly chv2Tries?: number;
  readonly unblock2Tries?: number;
}

export interface GsmFile {
  readonly kind: 'ef';
  readonly fid: string;
  readonly fileSize: number;
  readonly structure: FileStructure;
  readonly recordLength?: number;
  readonly increaseAllowed: boolean;
  readonly access: Readonly<Record<'read' | 'update' | 'increase' | 'rehabilitate' | 'invalidate', GsmAccess>>;
  /** False: INVALIDATE was used on it. */
  readonly valid: boolean;
  readonly usableWhenInvalid: boolean;
}

export type GsmHeader = GsmDirectory | GsmFile;

const malformed = (message: string, field: string): Refusal =>
  refuse('invalid', 'MalformedGsmHeader', message, { field });

const accessOf = (nibble: number): GsmAccess => {
  const names = { 0: 'always', 1: 'chv1', 2: 'chv2', 3: 'reserved', 15: 'never' } as const;
  return names[nibble as keyof typeof names] ?? `adm${nibble}`;
};

const nibbleOf = (access: GsmAccess): number => {
  const nibbles: Readonly<Record<string, number>> = { always: 0, chv1: 1, chv2: 2, reserved: 3, never: 15 };
  return nibbles[access] ?? Number(access.slice(3));
};

/** Bit 8: the code is initialised; bits 1–4: tries left. */
const triesOf = (byte: number | undefined): number | undefined =>
  byte === undefined || (byte & 0x80) === 0 ? undefined : byte & 0x0f;

const directoryOf = (bytes: Buffer, kind: 'mf' | 'df'): GsmDirectory | Refusal => {
  if (bytes.length < 22) return malformed('The header of a directory has at least 22 bytes.', 'header');
  const [chv1, unblock1, chv2, unblock2] = bytes.subarray(18, 22);
  const tries = { chv1Tries: chv1, unblock1Tries: unblock1, chv2Tries: chv2, unblock2Tries: unblock2 };
  return {
    kind,
    fid: bytes.toString('hex', 4, 6),
    freeBytes: bytes.readUInt16BE(2),
    directories: bytes.readUInt8(14),
    files: bytes.readUInt8(15),
    codes: bytes.readUInt8(16),
    chv1Enabled: (bytes.readUInt8(13) & 0x80) === 0,
    ...Object.fromEntries(
      Object.entries(tries).flatMap(([name, byte]) => {
        const left = triesOf(byte);
        return left === undefined ? [] : [[name, left]];
      }),
    ),
  };
};

const STRUCTURES: Readonly<Record<number, FileStructure>> = { 0: 'transparent', 1: 'linear-fixed', 3: 'cyclic' };

const fileOf = (bytes: Buffer): GsmFile | Refusal => {
  if (bytes.length < 14) return malformed('The header of a file has at least 14 bytes.', 'header');
  const structure = STRUCTURES[bytes.readUInt8(13)];
  if (structure === undefined) return malformed('The structure is reserved.', 'header/structure');
  const recordLength = bytes[14];
  if (structure !== 'transparent' && !recordLength) return malformed('The record length is missing.', 'header/record');
  const [first, second, third] = [bytes.readUInt8(8), bytes.readUInt8(9), bytes.readUInt8(10)];
  const status = bytes.readUInt8(11);
  return {
    kind: 'ef',
    fid: bytes.toString('hex', 4, 6),
    fileSize: bytes.readUInt16BE(2),
    structure,
    ...(structure === 'transparent' || recordLength === undefined ? {} : { recordLength }),
    increaseAllowed: (bytes.readUInt8(7) & 0x40) > 0,
    access: {
      read: accessOf(first >> 4),
      update: accessOf(first & 15),
      increase: accessOf(second >> 4),
      rehabilitate: accessOf(third >> 4),
      invalidate: accessOf(third & 15),
    },
    valid: (status & 1) === 1,
    usableWhenInvalid: (status & 4) > 0,
  };
};

/** Refused with `MalformedGsmHeader`. */
export const parseGsmHeader = (bytes: Uint8Array): GsmHeader | Refusal => {
  const buffer = Buffer.from(bytes);
  const type = buffer[6];
  if (type === 1 || type === 2) return directoryOf(buffer, type === 1 ? 'mf' : 'df');
  return type === 4 ? fileOf(buffer) : malformed('The type of file is missing or reserved.', 'header/type');
};

/** What a simulated GSM card answers. */
export const encodeGsmHeader = (header: GsmHeader): Buffer => {
  const bytes = Buffer.alloc(header.kind === 'ef' ? 15 : 22);
  bytes.write(header.fid, 4, 'hex');
  if (header.kind === 'ef') {
    const { access, structure } = header;
    bytes.writeUInt16BE(header.fileSize, 2);
    bytes[6] = 4;
    bytes[7] = header.increaseAllowed ? 0x40 : 0;
    bytes[8] = (nibbleOf(access.read) << 4) | nibbleOf(access.update);
    bytes[9] = nibbleOf(access.increase) << 4;
    bytes[10] = (nibbleOf(access.rehabilitate) << 4) | nibbleOf(access.invalidate);
    bytes[11] = (header.valid ? 1 : 0) | (header.usableWhenInvalid ? 4 : 0);
    bytes[12] = 2;
    bytes[13] = Number(Object.entries(STRUCTURES).find(([, name]) => name === structure)?.[0] ?? 0);
    bytes[14] = header.recordLength ?? 0;
    return bytes;
  }
  bytes.writeUInt16BE(header.freeBytes, 2);
  bytes[6] = header.kind === 'mf' ? 1 : 2;
  bytes[12] = 9;
  bytes[13] = header.chv1Enabled ? 0 : 0x80;
  bytes[14] = header.directories;
  bytes[15] = header.files;
  bytes[16] = header.codes;
  const tries = [header.chv1Tries, header.unblock1Tries, header.chv2Tries, header.unblock2Tries];
  for (const [i, left] of tries.entries()) bytes[18 + i] = left === undefined ? 0 : 0x80 | left;
  return bytes;
};
