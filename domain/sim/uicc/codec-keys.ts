import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { type FileCodec, malformedFile } from './codec.ts';

/** Files that hold keys. What is a key comes out as a `SecretBytes`, and none of it has a JSON form. */

/** TS 51.011 §10.3.3. `sequence` 7: no key. */
export interface CipherKey {
  readonly kc: SecretBytes;
  readonly sequence: number;
}

export const cipherKey: FileCodec<CipherKey> = {
  decode: (bytes) =>
    bytes.length === 9
      ? { kc: new SecretBytes(bytes.subarray(0, 8)), sequence: bytes.readUInt8(8) & 7 }
      : malformedFile('kc', 'Kc and its sequence number take nine bytes.'),
  encode: ({ kc, sequence }, size) =>
    kc.length === 8 && size === 9
      ? Buffer.concat([kc.reveal(), Buffer.of(sequence & 7)])
      : malformedFile('kc', 'Kc and its sequence number take nine bytes.'),
};

/** TS 31.102 §4.2.3 and §4.2.4. `identifier` 7: no keys. */
export interface SessionKeys {
  readonly identifier: number;
  readonly ck: SecretBytes;
  readonly ik: SecretBytes;
}

export const sessionKeys: FileCodec<SessionKeys> = {
  decode: (bytes) =>
    bytes.length === 33
      ? {
          identifier: bytes.readUInt8(0) & 7,
          ck: new SecretBytes(bytes.subarray(1, 17)),
          ik: new SecretBytes(bytes.subarray(17)),
        }
      : malformedFile('keys', 'KSI, CK and IK take 33 bytes.'),
  encode: ({ identifier, ck, ik }, size) =>
    ck.length === 16 && ik.length === 16 && size === 33
      ? Buffer.concat([Buffer.of(identifier & 7), ck.reveal(), ik.reveal()])
      : malformedFile('keys', 'KSI, CK and IK take 33 bytes.'),
};

/**
 * A vendor's file of the subscriber's keys: parts one after the other, as the card's profile lists them. `algorithm`
 * and `flag` are one byte with the value that the profile gives.
 */
export type KeyPart = { readonly part: 'k' | 'op' | 'opc' } | { readonly part: 'flag'; readonly value: number };

export interface SubscriberKeys {
  readonly k: SecretBytes;
  /** OPc, or OP where the card derives OPc itself; neither for algorithms without one. */
  readonly opc?: SecretBytes;
  readonly op?: SecretBytes;
}

const KEY_BYTES = 16;

/** The bytes of the vendor's file. Refused with `KeyMissing` when the profile wants a key that is not given. */
export const encodeKeyParts = (layout: readonly KeyPart[], keys: SubscriberKeys): SecretBytes | Refusal => {
  const parts: Buffer[] = [];
  for (const one of layout) {
    if (one.part === 'flag') {
      parts.push(Buffer.of(one.value));
      continue;
    }
    const key = keys[one.part];
    if (key === undefined || key.length !== KEY_BYTES) {
      return refuse('invalid', 'KeyMissing', 'The card wants a key of 16 bytes that was not given.', {
        field: one.part,
      });
    }
    parts.push(key.reveal());
  }
  return new SecretBytes(Buffer.concat(parts));
};

/** How many bytes the vendor's file has. */
export const keyFileBytes = (layout: readonly KeyPart[]): number =>
  layout.reduce((sum, { part }) => sum + (part === 'flag' ? 1 : KEY_BYTES), 0);

/** What a file that can be read back holds. Refused with `MalformedFile` when length or flags differ. */
export const decodeKeyParts = (layout: readonly KeyPart[], bytes: Uint8Array): Partial<SubscriberKeys> | Refusal => {
  if (bytes.length !== keyFileBytes(layout)) return malformedFile('keys', 'The length is not that of the profile.');
  const keys: Partial<Record<'k' | 'op' | 'opc', SecretBytes>> = {};
  let at = 0;
  for (const one of layout) {
    if (one.part === 'flag') {
      if (bytes[at] !== one.value) return malformedFile('flag', 'A flag has another value.');
      at += 1;
      continue;
    }
    keys[one.part] = new SecretBytes(bytes.subarray(at, at + KEY_BYTES));
    at += KEY_BYTES;
  }
  return keys;
};
