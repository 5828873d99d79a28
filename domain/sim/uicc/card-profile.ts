import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { type Atr, parseAtr } from './atr.ts';
import { type KeyPart, keyFileBytes } from './codec-keys.ts';
import { DIRECTORIES, type Directory, FILES, isFileName } from './file-table.ts';
import type { CardClass } from './status-word.ts';

/**
 * Card profiles: what one vendor's product is like, as data. Found by the ATR; says which files are written in which
 * order, where the keys lie, how the ADM code is encoded, and what the card refuses for ever. Plain JSON, so that a new
 * product needs no code; `profileProblem` checks one before it is used.
 */

export type AdmEncoding =
  /** The code's characters as bytes, filled with FF to 8. */
  | 'ascii'
  /** Hex digits as they are: 16 of them, or fewer, filled with FF. */
  | 'hex'
  /** Digits two in a byte, the first in the high half, filled with F. */
  | 'bcd';

/**
 * A secure channel of GlobalPlatform, opened with keys of the card while the USIM is selected: C-MAC (level 1), and
 * enciphered commands (level 3).
 */
export interface ProfileChannel {
  readonly protocol: 'scp02' | 'scp03';
  /** Of the card's key set, 1–127. */
  readonly keyVersion: number;
  readonly level: 0x01 | 0x03;
  /** Names of the files that are updated inside it only; `keys`: that of the keys. */
  readonly protects: readonly string[];
}

/** A file to write, in this order. `from` names the value in the subscription's data. */
export interface ProfileFile {
  readonly file: string;
  readonly directory: Directory;
  /** Of the file, or of a record. */
  readonly size: number;
  /** 1–254; left out for transparent files. */
  readonly record?: number;
  readonly from:
    | 'iccid'
    | 'imsi'
    | 'accessClasses'
    | 'administrativeData'
    | 'smsParameters'
    | 'providerName'
    | 'msisdn';
}

export interface CardProfile {
  readonly id: string;
  readonly vendor: string;
  readonly cardClass: CardClass;
  /** Hex of the same length; bits that are 0 in the mask do not count. */
  readonly atr: { readonly value: string; readonly mask: string };
  /** The AID of the USIM application, for profiles that write below `ADF.USIM`. */
  readonly usimAid?: string;
  /** Left out: the card takes updates without a code until it is sealed. */
  readonly adm?: { readonly reference: number; readonly encoding: AdmEncoding };
  /** Left out: every update goes to the card as it is. */
  readonly channel?: ProfileChannel;
  readonly files: readonly ProfileFile[];
  /** The proprietary file of the keys. `readable`: it can be read back. */
  readonly keys?: {
    readonly directory: Directory;
    readonly fid: string;
    readonly layout: readonly KeyPart[];
    readonly readable: boolean;
  };
  readonly algorithm: 'milenage' | 'xor' | 'comp128';
  /** Files that a card which has them already refuses to change. */
  readonly immutable: readonly string[];
  /** ACTIVATE FILE of the MF at the end: from then on access conditions are in force. */
  readonly sealed: boolean;
}

const malformed = (field: string, message: string): Refusal =>
  refuse('invalid', 'MalformedProfile', message, { field });
const HEX = /^(?:[0-9a-f]{2})+$/;
const DERIVED = { ascii: /^[\x21-\x7e]{1,8}$/, hex: /^(?:[0-9a-fA-F]{2}){1,8}$/, bcd: /^[0-9]{1,16}$/ };

const fileProblem = (one: ProfileFile, at: number): Refusal | undefined => {
  const field = `files/${at}`;
  if (!isFileName(one.file)) return malformed(`${field}/file`, 'The file is not in the table.');
  const { in: places, size, structure, secrecy } = FILES[one.file];
  if (!(one.directory in DIRECTORIES) || !(places as readonly string[]).includes(one.directory)) {
    return malformed(`${field}/directory`, 'The file does not lie there.');
  }
  if (secrecy === 'key') return malformed(`${field}/file`, 'Keys go into the file of the profile’s keys.');
  if (one.size < size.min || one.size > Math.min(size.max ?? 255, 255))
    return malformed(`${field}/size`, 'No such size.');
  const record =
    one.record === undefined
      ? structure === 'transparent'
      : structure !== 'transparent' && one.record >= 1 && one.record <= 254;
  return record ? undefined : malformed(`${field}/record`, 'A record belongs to a file of records, and to no other.');
};

/** What fits into a command beside a MAC, enciphered: longer contents go in turns, but a record goes whole. */
export const CHANNEL_CHUNK = 224;

const channelProblem = ({ cardClass, usimAid, channel, files, keys }: CardProfile): Refusal | undefined => {
  if (channel === undefined) return undefined;
  const { keyVersion, protects } = channel;
  if (cardClass !== 'uicc' || usimAid === undefined)
    return malformed('channel', 'A secure channel is opened in the USIM.');
  if (!Number.isInteger(keyVersion) || keyVersion < 1 || keyVersion > 0x7f) {
    return malformed('channel/keyVersion', 'A key set has a version from 1 to 127.');
  }
  const names = new Set([...files.map(({ file }) => file), ...(keys === undefined ? [] : ['keys'])]);
  if (protects.length === 0 || !protects.every((name) => names.has(name))) {
    return malformed('channel/protects', 'A protected file is one of those written, and there is one.');
  }
  return files.some(({ file, record, size }) => protects.includes(file) && record !== undefined && size > CHANNEL_CHUNK)
    ? malformed('channel/protects', 'A record goes into one command, with its MAC.')
    : undefined;
};

/** What is wrong with a profile; undefined when it can be used. Refused with `MalformedProfile`. */
export const profileProblem = (profile: CardProfile): Refusal | undefined => {
  const { atr, files, keys, usimAid, immutable } = profile;
  if (!HEX.test(atr.value) || !HEX.test(atr.mask) || atr.value.length !== atr.mask.length) {
    return malformed('atr', 'ATR and mask are hex of the same length.');
  }
  if (isRefusal(parseAtr(Buffer.from(atr.value, 'hex')))) return malformed('atr/value', 'The ATR is none.');
  for (const [at, one] of files.entries()) {
    const problem = fileProblem(one, at);
    if (problem !== undefined) return problem;
  }
  const places = [...files.map(({ directory }) => directory), ...(keys === undefined ? [] : [keys.directory])];
  if (places.includes('ADF.USIM') && (usimAid === undefined || !/^(?:[0-9a-f]{2}){5,16}$/.test(usimAid))) {
    return malformed('usimAid', 'Files below ADF.USIM need its AID.');
  }
  if (profile.cardClass === 'gsm' && places.includes('ADF.USIM'))
    return malformed('cardClass', 'A GSM card has no USIM.');
  if (
    keys !== undefined &&
    (!/^[0-9a-f]{4}$/.test(keys.fid) || keyFileBytes(keys.layout) > 255 || keys.layout.length === 0)
  ) {
    return malformed('keys', 'The file of the keys has an identifier and 1 to 255 bytes.');
  }
  if (
    profile.algorithm === 'milenage' &&
    keys !== undefined &&
    !keys.layout.some(({ part }) => part === 'opc' || part === 'op')
  ) {
    return malformed('keys/layout', 'Milenage needs OPc or OP.');
  }
  return immutable.every((name) => files.some(({ file }) => file === name))
    ? channelProblem(profile)
    : malformed('immutable', 'An immutable file is not among those written.');
};

/** The eight bytes of VERIFY. Refused with `InvalidAdm`; the code is never quoted. */
export const admBytes = (code: string, encoding: AdmEncoding): SecretBytes | Refusal => {
  if (!DERIVED[encoding].test(code)) {
    return refuse('invalid', 'InvalidAdm', 'The ADM code does not fit the encoding of the profile.', { field: 'adm' });
  }
  const bytes = Buffer.alloc(8, 0xff);
  bytes.write(encoding === 'bcd' ? code.padEnd(16, 'f') : code, encoding === 'ascii' ? 'latin1' : 'hex');
  return new SecretBytes(bytes);
};

const matches = ({ atr }: CardProfile, bytes: Buffer): boolean => {
  const [value, mask] = [Buffer.from(atr.value, 'hex'), Buffer.from(atr.mask, 'hex')];
  return (
    bytes.length === value.length && bytes.every((byte, at) => ((byte ^ (value[at] ?? 0)) & (mask[at] ?? 0xff)) === 0)
  );
};

/** The profile whose mask holds most bits, of those that match. */
export const profileOf = (profiles: readonly CardProfile[], atr: Uint8Array): CardProfile | undefined => {
  const bits = ({ atr: { mask } }: CardProfile): number =>
    Buffer.from(mask, 'hex').reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  return profiles
    .filter((profile) => matches(profile, Buffer.from(atr)))
    .sort((one, other) => bits(other) - bits(one))[0];
};

/** What is known of a card before anything is written. `null`: blank. */
export interface CardSeen {
  readonly atr: Uint8Array;
  readonly iccid: string | null;
  readonly imsi: string | null;
}

/** What the registers say of it. */
export interface CardExpected {
  readonly profiles: readonly CardProfile[];
  /** The profile of the batch that the card shall be of. */
  readonly profile: string;
  /** The ICCID that shall be on it; `planned`: it belongs to the batch. */
  readonly iccid: string;
  readonly planned: boolean;
}

export interface LegalCard {
  readonly profile: CardProfile;
  readonly atr: Atr;
  /** True: the card has its ICCID from the factory, and it is left as it is. */
  readonly keepsIccid: boolean;
}

/**
 * Whether a card may be written (seed 000 §4.2 step 2). The decision table, first row that holds: no ATR →
 * `MalformedAtr`; no profile → `CardProfileUnknown`; profile of another batch → `CardOfAnotherBatch`; an IMSI on it →
 * `CardNotBlank`; another ICCID → `CardIccidDiffers`; the ICCID not in the batch → `IccidNotInBatch`.
 */
export const judgeCard = (seen: CardSeen, expected: CardExpected): LegalCard | Refusal => {
  const atr = parseAtr(seen.atr);
  if (isRefusal(atr)) return atr;
  const profile = profileOf(expected.profiles, seen.atr);
  if (profile === undefined)
    return refuse('missing', 'CardProfileUnknown', 'No profile has the ATR of this card.', { field: 'atr' });
  if (profile.id !== expected.profile) {
    return refuse('conflict', 'CardOfAnotherBatch', 'The card is of another product than the batch.', {
      field: 'profile',
    });
  }
  if (seen.imsi !== null)
    return refuse('conflict', 'CardNotBlank', 'The card carries an IMSI already.', { field: 'imsi' });
  if (seen.iccid !== null && seen.iccid !== expected.iccid) {
    return refuse('conflict', 'CardIccidDiffers', 'The card carries another ICCID.', { field: 'iccid' });
  }
  if (!expected.planned)
    return refuse('denied', 'IccidNotInBatch', 'The ICCID is not of this batch.', { field: 'iccid' });
  return { profile, atr, keepsIccid: seen.iccid !== null && profile.immutable.includes('EF.ICCID') };
};
