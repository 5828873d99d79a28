import { timingSafeEqual } from 'node:crypto';
import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { type AuthenticationAlgorithm, kcOf, sresOf, xor } from './milenage.ts';
import { acceptSqn, highestSqn, type SequenceWindow } from './sequence-window.ts';

/**
 * An authentication run (TS 33.102 §6.3, TS 31.102 §7.1.2): the network's challenge, what a card makes of it, what its
 * answer says. After a write it proves that the keys on the card are the right ones, though none can be read.
 */

/** What a USIM answers to AUTHENTICATE in the 3G context. */
export type Authentication =
  | {
      readonly _tag: 'Success';
      readonly res: SecretBytes;
      readonly ck: SecretBytes;
      readonly ik: SecretBytes;
      readonly kc?: SecretBytes;
    }
  | { readonly _tag: 'SynchronisationFailure'; readonly auts: Buffer };

const AMF_RESYNC = Buffer.alloc(2);

/** AUTN for a sequence number of 48 bits: SQN xor AK, AMF, MAC (TS 33.102 §6.3.2). */
export const autnOf = (
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  sqn: Uint8Array,
  amf: Uint8Array,
): Buffer => Buffer.concat([xor(sqn, algorithm.keys(rand).f5), amf, algorithm.macs(rand, sqn, amf).f1]);

/**
 * What a card does with a challenge; `window`: the numbers that it has accepted. `MacWrong` is the status `9862`.
 */
export const answerChallenge = (
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  autn: Uint8Array,
  window: SequenceWindow,
): Authentication | 'MacWrong' => {
  const keys = algorithm.keys(rand);
  const [amf, mac] = [autn.subarray(6, 8), autn.subarray(8, 16)];
  const sqn = xor(autn.subarray(0, 6), keys.f5);
  const expected = algorithm.macs(rand, sqn, amf).f1;
  if (mac.length !== 8 || !timingSafeEqual(expected, mac)) return 'MacWrong';
  if (acceptSqn(window, sqn) === undefined) {
    const highest = highestSqn(window);
    const auts = Buffer.concat([xor(highest, keys.f5star), algorithm.macs(rand, highest, AMF_RESYNC).f1star]);
    return { _tag: 'SynchronisationFailure', auts };
  }
  return {
    _tag: 'Success',
    res: new SecretBytes(keys.f2),
    ck: new SecretBytes(keys.f3),
    ik: new SecretBytes(keys.f4),
    kc: new SecretBytes(kcOf(keys.f3, keys.f4)),
  };
};

const field = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.of(bytes.length), bytes]);

/** The bytes of the answer: `DB` RES CK IK Kc, or `DC` AUTS (TS 31.102 §7.1.2.1). */
export const encodeAuthentication = (answer: Authentication): Buffer => {
  if (answer._tag === 'SynchronisationFailure') return Buffer.concat([Buffer.of(0xdc), field(answer.auts)]);
  const { res, ck, ik, kc } = answer;
  const parts = [res, ck, ik, ...(kc === undefined ? [] : [kc])];
  return Buffer.concat([Buffer.of(0xdb), ...parts.map((part) => field(part.reveal()))]);
};

const malformed = (): Refusal =>
  refuse('invalid', 'MalformedAuthentication', 'The answer to AUTHENTICATE has lengths that do not fit.', {
    field: 'answer',
  });

/** Refused with `MalformedAuthentication`, without its bytes: they are keys. */
export const parseAuthentication = (bytes: Uint8Array): Authentication | Refusal => {
  const parts: Buffer[] = [];
  const buffer = Buffer.from(bytes);
  for (let at = 1; at < buffer.length; ) {
    const length = buffer.readUInt8(at);
    if (at + 1 + length > buffer.length) return malformed();
    parts.push(buffer.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const [first, ck, ik, kc] = parts;
  if (buffer[0] === 0xdc && first?.length === 14 && parts.length === 1) {
    return { _tag: 'SynchronisationFailure', auts: first };
  }
  const fits = first !== undefined && first.length >= 4 && first.length <= 16 && ck?.length === 16 && ik?.length === 16;
  if (buffer[0] !== 0xdb || !fits || parts.length > 4 || (kc !== undefined && kc.length !== 8)) return malformed();
  return {
    _tag: 'Success',
    res: new SecretBytes(first),
    ck: new SecretBytes(ck),
    ik: new SecretBytes(ik),
    ...(kc === undefined ? {} : { kc: new SecretBytes(kc) }),
  };
};

/** The card's SQN out of AUTS, when its MAC-S is right; refused with `AuthenticationWrong` (TS 33.102 §6.3.5). */
export const resynchronise = (
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  auts: Uint8Array,
): Buffer | Refusal => {
  const sqn = xor(auts.subarray(0, 6), algorithm.keys(rand).f5star);
  const mac = auts.subarray(6);
  return mac.length === 8 && timingSafeEqual(mac, algorithm.macs(rand, sqn, AMF_RESYNC).f1star) ? sqn : wrong('auts');
};

const wrong = (where: string): Refusal =>
  refuse('conflict', 'AuthenticationWrong', 'The card did not compute what the keys give: other keys are on it.', {
    field: where,
  });

/**
 * Whether the answer shows the right keys. A synchronisation failure with a right MAC-S shows them too, since it needs
 * K and OPc. Undefined: yes; else refused with `AuthenticationWrong`.
 */
export const checkAuthentication = (
  algorithm: AuthenticationAlgorithm,
  rand: Uint8Array,
  answer: Authentication,
): Refusal | undefined => {
  if (answer._tag === 'SynchronisationFailure') {
    const sqn = resynchronise(algorithm, rand, answer.auts);
    return isRefusal(sqn) ? sqn : undefined;
  }
  const keys = algorithm.keys(rand);
  const same = (one: SecretBytes, other: Uint8Array): boolean => one.equals(new SecretBytes(other));
  if (!same(answer.res, keys.f2)) return wrong('res');
  if (!same(answer.ck, keys.f3) || !same(answer.ik, keys.f4)) return wrong('keys');
  return answer.kc !== undefined && !same(answer.kc, kcOf(keys.f3, keys.f4)) ? wrong('kc') : undefined;
};

/** The answer to RUN GSM ALGORITHM of the same card: SRES and Kc (conversion c2 and c3). */
export const gsmAnswer = (algorithm: AuthenticationAlgorithm, rand: Uint8Array): SecretBytes => {
  const { f2, f3, f4 } = algorithm.keys(rand);
  return new SecretBytes(Buffer.concat([sresOf(f2), kcOf(f3, f4)]));
};
