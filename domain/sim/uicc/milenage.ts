import { createCipheriv } from 'node:crypto';
import type { SecretBytes } from '../../kernel/secret.ts';

/**
 * The functions that card and network share: Milenage (TS 35.206), and the XOR algorithm of test USIMs (TS 34.108
 * §8.1.2). COMP128 of old GSM SIMs is proprietary and not here. Lengths: RAND 16, SQN 6, AMF 2, MAC 8, AK 6 bytes.
 */
export interface AuthenticationAlgorithm {
  /** MAC-A and MAC-S (f1 and f1*). */
  readonly macs: (
    rand: Uint8Array,
    sqn: Uint8Array,
    amf: Uint8Array,
  ) => { readonly f1: Buffer; readonly f1star: Buffer };
  /** RES (f2), CK (f3), IK (f4), AK (f5), AK for re-synchronisation (f5*). */
  readonly keys: (rand: Uint8Array) => {
    readonly f2: Buffer;
    readonly f3: Buffer;
    readonly f4: Buffer;
    readonly f5: Buffer;
    readonly f5star: Buffer;
  };
}

export const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));

const encryptBlock = (key: Buffer, block: Uint8Array): Buffer =>
  createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block);

/** Left by whole bytes. */
const rotate = (bytes: Buffer, by: number): Buffer => Buffer.concat([bytes.subarray(by), bytes.subarray(0, by)]);

/** OPc from OP (TS 35.206 §4.1): what a card stores instead of the operator's own value. */
export const opcOf = (k: SecretBytes, op: SecretBytes): Buffer =>
  xor(op.reveal(), encryptBlock(k.reveal(), op.reveal()));

const lengths = (...parts: readonly (readonly [Uint8Array, number])[]): void => {
  if (parts.some(([bytes, length]) => bytes.length !== length)) throw new RangeError('an input has another length');
};

/** Throws `RangeError` when K or OPc has not 16 bytes, or an input has another length than it must. */
export const milenage = (k: SecretBytes, opc: SecretBytes): AuthenticationAlgorithm => {
  const [key, op] = [k.reveal(), opc.reveal()];
  lengths([key, 16], [op, 16]);
  const temp = (rand: Uint8Array): Buffer => encryptBlock(key, xor(rand, op));
  const out = (base: Buffer, rotation: number, constant: number): Buffer => {
    const block = rotate(xor(base, op), rotation);
    block[15] = (block[15] ?? 0) ^ constant;
    return xor(encryptBlock(key, block), op);
  };
  return {
    macs: (rand, sqn, amf) => {
      lengths([rand, 16], [sqn, 6], [amf, 2]);
      const input = Buffer.concat([sqn, amf, sqn, amf]);
      const block = xor(temp(rand), rotate(xor(input, op), 8));
      const out1 = xor(encryptBlock(key, block), op);
      return { f1: out1.subarray(0, 8), f1star: out1.subarray(8) };
    },
    keys: (rand) => {
      lengths([rand, 16]);
      const base = temp(rand);
      const out2 = out(base, 0, 1);
      return {
        f2: out2.subarray(8),
        f5: out2.subarray(0, 6),
        f3: out(base, 4, 2),
        f4: out(base, 8, 4),
        f5star: out(base, 12, 8).subarray(0, 6),
      };
    },
  };
};

/** Only for test cards: everything follows from K xor RAND. f1* and f5* are f1 and f5. */
export const xorAlgorithm = (k: SecretBytes): AuthenticationAlgorithm => {
  const key = k.reveal();
  lengths([key, 16]);
  return {
    macs: (rand, sqn, amf) => {
      lengths([rand, 16], [sqn, 6], [amf, 2]);
      const f1 = xor(Buffer.concat([sqn, amf]), xor(key, rand));
      return { f1, f1star: f1 };
    },
    keys: (rand) => {
      lengths([rand, 16]);
      const out = xor(key, rand);
      const ak = out.subarray(3, 9);
      return { f2: out, f3: rotate(out, 1), f4: rotate(out, 2), f5: ak, f5star: ak };
    },
  };
};

/** c2 (TS 33.102 §6.8.1.2): SRES from RES. */
export const sresOf = (res: Uint8Array): Buffer => {
  const padded = Buffer.alloc(16);
  padded.set(res.subarray(0, 16));
  return [4, 8, 12].reduce<Buffer>((sum, at) => xor(sum, padded.subarray(at, at + 4)), padded.subarray(0, 4));
};

/** c3: Kc from CK and IK. */
export const kcOf = (ck: Uint8Array, ik: Uint8Array): Buffer =>
  xor(xor(ck.subarray(0, 8), ck.subarray(8)), xor(ik.subarray(0, 8), ik.subarray(8)));
