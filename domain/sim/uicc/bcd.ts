import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { malformedFile } from './codec.ts';
import type { Address, Plmn } from './schema.ts';

/** Digits two in a byte, the first in the low half (TS 51.011 §10, TS 24.008 §10.5.1.13); F fills up. */

const ALPHABET = '0123456789*#abc';

/** Digits up to the first F; undefined when anything but F follows it. */
export const digitsOf = (bytes: Uint8Array): string | undefined => {
  const nibbles = [...bytes].flatMap((byte) => [byte & 0x0f, byte >> 4]);
  const end = nibbles.indexOf(0x0f);
  if (end >= 0 && nibbles.slice(end).some((nibble) => nibble !== 0x0f)) return undefined;
  return nibbles
    .slice(0, end < 0 ? nibbles.length : end)
    .map((nibble) => ALPHABET[nibble])
    .join('');
};

/** The caller has checked the digits. */
export const bytesOfDigits = (digits: string): Buffer => {
  const nibbles = [...digits].map((digit) => ALPHABET.indexOf(digit));
  if (nibbles.length % 2 === 1) nibbles.push(0x0f);
  return Buffer.from(nibbles.flatMap((low, at) => (at % 2 === 0 ? [low | ((nibbles[at + 1] ?? 0x0f) << 4)] : [])));
};

/** MCC and MNC in three bytes (TS 24.008 §10.5.1.13). */
export const plmnOf = (bytes: Buffer, field: string): Plmn | Refusal => {
  const text = bytes.toString('hex');
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = text;
  const mcc = `${b}${a}${d}`;
  const mnc = `${f}${e}${c === 'f' ? '' : c}`;
  return /^[0-9]{3}$/.test(mcc) && /^[0-9]{2,3}$/.test(mnc)
    ? { mcc, mnc }
    : malformedFile(field, 'MCC and MNC are three, and two or three digits.');
};

export const bytesOfPlmn = ({ mcc, mnc }: Plmn): Buffer => {
  const [a = '', b = '', c = ''] = mcc;
  const [d = '', e = '', f = 'f'] = mnc;
  return Buffer.from(`${b}${a}${f}${c}${e}${d}`, 'hex');
};

/**
 * An address: length, type of number, digits, filled up to `size` bytes. The length counts bytes with the type
 * (`bytes`: EF.ADN, service centre, TS 24.011 §8.2.5.2) or digits (`digits`: TP addresses, TS 23.040 §9.1.2.5).
 */
export const addressOf = (bytes: Buffer, counted: 'bytes' | 'digits', field: string): Address | null | Refusal => {
  const [length = 0xff, toa = 0xff] = bytes;
  if (length === 0xff || (length === 0 && counted === 'bytes')) return null;
  const used = counted === 'bytes' ? length - 1 : Math.ceil(length / 2);
  if (used < 0 || 2 + used > bytes.length) return malformedFile(field, 'The length of the number does not fit.');
  const digits = digitsOf(bytes.subarray(2, 2 + used));
  if (digits === undefined || (counted === 'digits' && digits.length !== length)) {
    return malformedFile(field, 'The digits of the number are not in order.');
  }
  return { toa, digits };
};

export const bytesOfAddress = (
  address: Address | null,
  counted: 'bytes' | 'digits',
  size: number,
  field: string,
): Buffer | Refusal => {
  const bytes = Buffer.alloc(size, 0xff);
  if (address === null) return bytes;
  const digits = bytesOfDigits(address.digits);
  if (2 + digits.length > size) return malformedFile(field, `A number has at most ${(size - 2) * 2} digits.`);
  bytes[0] = counted === 'bytes' ? digits.length + 1 : address.digits.length;
  bytes[1] = address.toa;
  digits.copy(bytes, 2);
  return bytes;
};

/** Several parts one after the other, or the first refusal among them. */
export const joined = (parts: readonly (Buffer | Refusal)[]): Buffer | Refusal => {
  const refused = parts.find(isRefusal);
  return refused ?? Buffer.concat(parts.filter((part) => Buffer.isBuffer(part)));
};
