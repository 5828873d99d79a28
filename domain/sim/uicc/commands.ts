import type { SecretBytes } from '../../kernel/secret.ts';
import type { CommandApdu } from './apdu.ts';
import type { CardClass } from './status-word.ts';

/**
 * The commands that this system sends to a card, built from what they mean (TS 102 221 §11, TS 51.011 §8–9, TS 31.102
 * §7). A number out of its range is a defect and throws `RangeError`; what comes from outside was checked before.
 */

export const INS = {
  terminalProfile: 0x10,
  verify: 0x20,
  changePin: 0x24,
  disablePin: 0x26,
  enablePin: 0x28,
  unblockPin: 0x2c,
  deactivateFile: 0x04,
  activateFile: 0x44,
  initializeUpdate: 0x50,
  externalAuthenticate: 0x82,
  authenticate: 0x88,
  select: 0xa4,
  readBinary: 0xb0,
  readRecord: 0xb2,
  getResponse: 0xc0,
  updateBinary: 0xd6,
  updateRecord: 0xdc,
  status: 0xf2,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [INS.terminalProfile]: 'TERMINAL PROFILE',
  [INS.verify]: 'VERIFY',
  [INS.changePin]: 'CHANGE PIN',
  [INS.disablePin]: 'DISABLE PIN',
  [INS.enablePin]: 'ENABLE PIN',
  [INS.unblockPin]: 'UNBLOCK PIN',
  [INS.deactivateFile]: 'DEACTIVATE FILE',
  [INS.activateFile]: 'ACTIVATE FILE',
  [INS.initializeUpdate]: 'INITIALIZE UPDATE',
  [INS.externalAuthenticate]: 'EXTERNAL AUTHENTICATE',
  [INS.authenticate]: 'AUTHENTICATE',
  [INS.select]: 'SELECT',
  [INS.readBinary]: 'READ BINARY',
  [INS.readRecord]: 'READ RECORD',
  [INS.getResponse]: 'GET RESPONSE',
  [INS.updateBinary]: 'UPDATE BINARY',
  [INS.updateRecord]: 'UPDATE RECORD',
  [INS.status]: 'STATUS',
};

/** A line for a log or a trace: which command, its parameters, how many bytes. Never the bytes: they may be a key. */
export const describeCommand = ({ ins, p1, p2, data, le }: CommandApdu): string => {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  const name = NAMES[ins] ?? `INS ${hex(ins)}`;
  const sent = data.length > 0 ? `, ${data.length} bytes` : '';
  return `${name} ${hex(p1)} ${hex(p2)}${sent}${le === undefined ? '' : `, ${le} expected`}`;
};

const NONE = Buffer.alloc(0);
const claOf = (cardClass: CardClass): number => (cardClass === 'gsm' ? 0xa0 : 0x00);

/** A file identifier as two bytes; `fid` is four hex digits. */
const fidBytes = (fid: string): Buffer => {
  if (!/^[0-9a-f]{4}$/.test(fid)) throw new RangeError('a file identifier has four lower-case hex digits');
  return Buffer.from(fid, 'hex');
};

const within = (value: number, min: number, max: number, what: string): number => {
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`${what} is out of range`);
  return value;
};

/** By file identifier. A UICC is asked for the file's FCP (P2 `04`); a GSM card answers with its own header. */
export const selectFile = (cardClass: CardClass, fid: string): CommandApdu => ({
  cla: claOf(cardClass),
  ins: INS.select,
  p1: 0,
  p2: cardClass === 'gsm' ? 0 : 0x04,
  data: fidBytes(fid),
  le: 256,
});

/** By application identifier (UICC), whole or its beginning: 5–16 bytes. */
export const selectAid = (aid: Uint8Array): CommandApdu => {
  within(aid.length, 5, 16, 'the length of an AID');
  return { cla: 0x00, ins: INS.select, p1: 0x04, p2: 0x04, data: aid, le: 256 };
};

/** By path (UICC), without the MF's identifier: from the MF, or from the current application's DF. */
export const selectPath = (from: 'mf' | 'current', fids: readonly string[]): CommandApdu => {
  within(fids.length, 1, 8, 'the length of a path');
  const data = Buffer.concat(fids.map(fidBytes));
  return { cla: 0x00, ins: INS.select, p1: from === 'mf' ? 0x08 : 0x09, p2: 0x04, data, le: 256 };
};

/** Offset 0–32,767, length 1–256. */
export const readBinary = (cardClass: CardClass, offset: number, length: number): CommandApdu => {
  within(offset, 0, 0x7fff, 'an offset');
  const le = within(length, 1, 256, 'a length');
  return { cla: claOf(cardClass), ins: INS.readBinary, p1: offset >> 8, p2: offset & 0xff, data: NONE, le };
};

/** Offset 0–32,767, 1–255 bytes. */
export const updateBinary = (cardClass: CardClass, offset: number, data: Uint8Array): CommandApdu => {
  within(offset, 0, 0x7fff, 'an offset');
  within(data.length, 1, 255, 'a length');
  return { cla: claOf(cardClass), ins: INS.updateBinary, p1: offset >> 8, p2: offset & 0xff, data };
};

/** Record 1–254 in absolute mode, length 1–255. */
export const readRecord = (cardClass: CardClass, record: number, length: number): CommandApdu => {
  const p1 = within(record, 1, 254, 'a record number');
  return {
    cla: claOf(cardClass),
    ins: INS.readRecord,
    p1,
    p2: 0x04,
    data: NONE,
    le: within(length, 1, 255, 'a length'),
  };
};

/** Record 1–254 in absolute mode. The data is the whole record. */
export const updateRecord = (cardClass: CardClass, record: number, data: Uint8Array): CommandApdu => {
  const p1 = within(record, 1, 254, 'a record number');
  within(data.length, 1, 255, 'a length');
  return { cla: claOf(cardClass), ins: INS.updateRecord, p1, p2: 0x04, data };
};

/** The oldest record of a cyclic file is overwritten (mode PREVIOUS, the only one that such a file takes). */
export const updatePrevious = (cardClass: CardClass, data: Uint8Array): CommandApdu => {
  within(data.length, 1, 255, 'a length');
  return { cla: claOf(cardClass), ins: INS.updateRecord, p1: 0, p2: 0x03, data };
};

/** VERIFY PIN or VERIFY CHV: `reference` is the key reference (`0a` ADM1; `01` PIN1), the code 8 bytes, padded. */
export const verify = (cardClass: CardClass, reference: number, code: SecretBytes): CommandApdu => {
  within(code.length, 8, 8, 'the length of a code');
  return {
    cla: claOf(cardClass),
    ins: INS.verify,
    p1: 0,
    p2: within(reference, 0, 0xff, 'a key reference'),
    data: code.reveal(),
  };
};

/** How many tries a code has left, without using one (UICC): the answer is `63Cx`, or `9000` when it is not needed. */
export const askTries = (reference: number): CommandApdu => ({
  cla: 0x00,
  ins: INS.verify,
  p1: 0,
  p2: within(reference, 0, 0xff, 'a key reference'),
  data: NONE,
});

/** ACTIVATE FILE (REHABILITATE on a GSM card); with `fid` that file, else the current one. */
export const activateFile = (cardClass: CardClass, fid?: string): CommandApdu => ({
  cla: claOf(cardClass),
  ins: INS.activateFile,
  p1: 0,
  p2: 0,
  data: fid === undefined ? NONE : fidBytes(fid),
});

/** DEACTIVATE FILE (INVALIDATE on a GSM card). */
export const deactivateFile = (cardClass: CardClass, fid?: string): CommandApdu => ({
  ...activateFile(cardClass, fid),
  ins: INS.deactivateFile,
});

/** RUN GSM ALGORITHM (TS 51.011 §8.16): the answer is SRES (4) and Kc (8). */
export const runGsmAlgorithm = (rand: Uint8Array): CommandApdu => {
  within(rand.length, 16, 16, 'the length of RAND');
  return { cla: 0xa0, ins: INS.authenticate, p1: 0, p2: 0, data: rand, le: 12 };
};

/** AUTHENTICATE in the 3G context (TS 31.102 §7.1.2.1). Its answer is read by `authenticate.ts`. */
export const authenticate = (rand: Uint8Array, autn: Uint8Array): CommandApdu => {
  within(rand.length, 16, 16, 'the length of RAND');
  within(autn.length, 16, 16, 'the length of AUTN');
  const data = Buffer.concat([Buffer.of(16), rand, Buffer.of(16), autn]);
  return { cla: 0x00, ins: INS.authenticate, p1: 0, p2: 0x81, data, le: 256 };
};

/** Fetches what `61xx` or `9Fxx` announced: `length` 1–256. */
export const getResponse = (cardClass: CardClass, length: number): CommandApdu => {
  const le = within(length, 1, 256, 'a length');
  return { cla: claOf(cardClass), ins: INS.getResponse, p1: 0, p2: 0, data: NONE, le };
};

/** STATUS: the FCP (UICC) or the header (GSM) of the current directory. */
export const status = (cardClass: CardClass, length = 256): CommandApdu => {
  const le = within(length, 1, 256, 'a length');
  return { cla: cardClass === 'gsm' ? 0xa0 : 0x80, ins: INS.status, p1: 0, p2: 0, data: NONE, le };
};

/** What the terminal can do (TS 102 223 §5.2). */
export const terminalProfile = (cardClass: CardClass, profile: Uint8Array): CommandApdu => {
  within(profile.length, 1, 255, 'a length');
  return { cla: cardClass === 'gsm' ? 0xa0 : 0x80, ins: INS.terminalProfile, p1: 0, p2: 0, data: profile };
};
