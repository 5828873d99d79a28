import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { parseIccid } from '../iccid.ts';
import { parseImsi } from '../imsi.ts';
import { decodeAlpha, encodeAlpha } from './alphabet.ts';
import { addressOf, bytesOfAddress, bytesOfDigits, digitsOf, joined } from './bcd.ts';
import { encodeTlv, encodeTlvs, parseTlvs } from './ber-tlv.ts';
import { type FileCodec, isBlank, listCodec, malformedFile, padTo } from './codec.ts';
import type { FileValue } from './schema.ts';

/** Who the card is, whose it is, and what it says in words: numbers, names, languages. */

/** TS 102 221 §13.2: 19 or 20 digits, checked as `iccid.ts` has it. Blank is `null`. */
export const iccid: FileCodec<FileValue['EF.ICCID']> = {
  decode: (bytes) => {
    if (isBlank(bytes)) return null;
    const digits = digitsOf(bytes);
    return digits === undefined ? malformedFile('iccid', 'The digits are not in order.') : parseIccid(digits);
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    const checked = parseIccid(value);
    return isRefusal(checked) ? checked : padTo(bytesOfDigits(checked), size, 'iccid');
  },
};

/** TS 31.102 §4.2.2: length, then the digits behind a nibble that says whether their number is odd (9) or even (1). */
export const imsi: FileCodec<FileValue['EF.IMSI']> = {
  decode: (bytes) => {
    if (isBlank(bytes)) return null;
    const length = bytes[0] ?? 0;
    const first = (bytes[1] ?? 0) & 0x0f;
    const digits = digitsOf(bytes.subarray(1, 1 + length))?.slice(1);
    if (
      length > 8 ||
      (first !== 1 && first !== 9) ||
      digits === undefined ||
      digits.length % 2 !== (first === 9 ? 1 : 0)
    ) {
      return malformedFile('imsi', 'Length and parity do not fit the digits.');
    }
    return parseImsi(digits);
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    const checked = parseImsi(value);
    if (isRefusal(checked)) return checked;
    const digits = bytesOfDigits(`${checked.length % 2 === 1 ? 9 : 1}${checked}`);
    return padTo(Buffer.concat([Buffer.of(digits.length), digits]), size, 'imsi');
  },
};

/** TS 102 221 §13.3, TS 31.102 §4.2.1: ISO 639 codes in the order of preference. */
export const languages: FileCodec<FileValue['EF.PL']> = listCodec<string>(2, 'languages', {
  decode: (bytes, field) => {
    const code = bytes.toString('latin1');
    return /^[a-z]{2}$/.test(code) ? code : malformedFile(field, 'A language has two letters.');
  },
  encode: (code) => Buffer.from(code, 'latin1'),
  blank: Buffer.of(0xff, 0xff),
  isBlank,
});

/** TS 51.011 §10.3.1. */
export const languageCodes: FileCodec<FileValue['EF.LP']> = {
  decode: (bytes) => [...bytes.subarray(0, lastUsed(bytes))],
  encode: (codes, size) => padTo(Buffer.from(codes), size, 'languages'),
};

/** TS 31.102 §4.2.10: any bytes, FF at the end left out. */
export const groupId: FileCodec<string> = {
  decode: (bytes) => bytes.toString('hex', 0, lastUsed(bytes)),
  encode: (value, size) => padTo(Buffer.from(value, 'hex'), size, 'groupId'),
};

/** The bytes before the padding. */
function lastUsed(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0xff) end -= 1;
  return end;
}

/** TS 31.102 §4.2.12. */
export const providerName: FileCodec<FileValue['EF.SPN']> = {
  decode: (bytes) => {
    if (isBlank(bytes)) return null;
    const name = decodeAlpha(bytes.subarray(1));
    const flags = bytes[0] ?? 0;
    if (name === undefined) return malformedFile('name', 'The name is no text.');
    return { name, showPlmn: (flags & 1) > 0, hideInOtherPlmn: (flags & 2) > 0 };
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    const flags = (value.showPlmn ? 1 : 0) | (value.hideInOtherPlmn ? 2 : 0);
    return joined([Buffer.of(flags), padTo(encodeAlpha(value.name), size - 1, 'name')]);
  },
};

const AFTER_ALPHA = 14;

/** TS 51.011 §10.5.1: a name of any length, then fourteen bytes of number. */
export const dialling: FileCodec<FileValue['EF.ADN']> = {
  decode: (bytes) => {
    if (isBlank(bytes)) return null;
    const at = bytes.length - AFTER_ALPHA;
    const alpha = decodeAlpha(bytes.subarray(0, at));
    if (alpha === undefined) return malformedFile('alpha', 'The name is no text.');
    const number = addressOf(bytes.subarray(at, at + 12), 'bytes', 'number');
    if (isRefusal(number)) return number;
    const [capability, extension] = [bytes[at + 12] ?? 0xff, bytes[at + 13] ?? 0xff];
    // An entry that says nothing is an empty one, whatever its bytes are.
    if (alpha === '' && number === null && capability === 0xff && extension === 0xff) return null;
    return { alpha, number, capability, extension };
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    return joined([
      padTo(encodeAlpha(value.alpha), size - AFTER_ALPHA, 'alpha'),
      bytesOfAddress(value.number, 'bytes', 12, 'number'),
      Buffer.of(value.capability, value.extension),
    ]);
  },
};

const PARAMETERS = 28;
type SmsParameters = NonNullable<FileValue['EF.SMSP']>;

/** TS 31.102 §4.2.27: a bit of the indicators that is 0 says that the parameter is there. */
export const smsParameters: FileCodec<FileValue['EF.SMSP']> = {
  decode: (bytes): FileValue['EF.SMSP'] | Refusal => {
    if (isBlank(bytes)) return null;
    const at = bytes.length - PARAMETERS;
    const alpha = decodeAlpha(bytes.subarray(0, at));
    if (alpha === undefined) return malformedFile('alpha', 'The name is no text.');
    const indicators = bytes[at] ?? 0xff;
    const has = (bit: number): boolean => ((indicators >> bit) & 1) === 0;
    // A record that says nothing is an empty one, whatever its bytes are.
    if (alpha === '' && (indicators & 0x1f) === 0x1f) return null;
    const destination = has(0) ? addressOf(bytes.subarray(at + 1, at + 13), 'digits', 'destination') : null;
    if (isRefusal(destination)) return destination;
    const serviceCentre = has(1) ? addressOf(bytes.subarray(at + 13, at + 25), 'bytes', 'serviceCentre') : null;
    if (isRefusal(serviceCentre)) return serviceCentre;
    const byte = (index: number): number => bytes[at + index] ?? 0xff;
    return {
      alpha,
      ...(has(0) ? { destination } : {}),
      ...(has(1) ? { serviceCentre } : {}),
      ...(has(2) ? { protocol: byte(25) } : {}),
      ...(has(3) ? { coding: byte(26) } : {}),
      ...(has(4) ? { validity: byte(27) } : {}),
    };
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    const order = [
      'destination',
      'serviceCentre',
      'protocol',
      'coding',
      'validity',
    ] as const satisfies (keyof SmsParameters)[];
    const indicators = order.reduce((bits, name, bit) => (value[name] === undefined ? bits : bits & ~(1 << bit)), 0xff);
    return joined([
      padTo(encodeAlpha(value.alpha), size - PARAMETERS, 'alpha'),
      Buffer.of(indicators),
      bytesOfAddress(value.destination ?? null, 'digits', 12, 'destination'),
      bytesOfAddress(value.serviceCentre ?? null, 'bytes', 12, 'serviceCentre'),
      Buffer.of(value.protocol ?? 0xff, value.coding ?? 0xff, value.validity ?? 0xff),
    ]);
  },
};

/** TS 102 221 §13.1: an application's identifier and name; what else is in its template stays as it is. */
export const directoryEntry: FileCodec<FileValue['EF.DIR']> = {
  decode: (bytes) => {
    if (isBlank(bytes)) return null;
    const outer = parseTlvs(bytes, 'application', true);
    if (isRefusal(outer)) return outer;
    const [template] = outer;
    if (template?.tag !== 0x61 || outer.length !== 1) return malformedFile('application', 'The template is missing.');
    const inner = parseTlvs(template.value, 'application');
    if (isRefusal(inner)) return inner;
    const aid = inner.find(({ tag }) => tag === 0x4f)?.value;
    if (aid === undefined || aid.length < 1 || aid.length > 16)
      return malformedFile('aid', 'An AID has 1 to 16 bytes.');
    const label = decodeAlpha(inner.find(({ tag }) => tag === 0x50)?.value ?? Buffer.alloc(0));
    if (label === undefined) return malformedFile('label', 'The name is no text.');
    const other = encodeTlvs(inner.filter(({ tag }) => tag !== 0x4f && tag !== 0x50));
    return { aid: aid.toString('hex'), label, other: other.toString('hex') };
  },
  encode: (value, size) => {
    if (value === null) return Buffer.alloc(size, 0xff);
    const other = parseTlvs(Buffer.from(value.other, 'hex'), 'other');
    if (isRefusal(other)) return other;
    if (other.some(({ tag }) => tag === 0x4f || tag === 0x50))
      return malformedFile('other', 'AID and label are given twice.');
    const label = encodeAlpha(value.label);
    const inner = Buffer.concat([
      encodeTlv(0x4f, Buffer.from(value.aid, 'hex')),
      label.length === 0 ? label : encodeTlv(0x50, label),
      encodeTlvs(other),
    ]);
    return padTo(encodeTlv(0x61, inner), size, 'application');
  },
};
