import { createCipheriv } from 'node:crypto';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { xor } from '../uicc/milenage.ts';
import type {
  TransportAlgorithm,
  TransportKeyCommand,
  TransportKeyEvent,
  TransportKeyReply,
  TransportKeyState,
} from './schema.ts';

/**
 * The key under which card keys travel to a partner: a vendor's personalisation machine, an HLR/AuC. A value is
 * encrypted block by block (ECB), as is usual in these files: each value is a random key of one block, so that nothing
 * shows by repetition. Shorter values are padded to a block (ISO/IEC 9797-1 method 2).
 */

interface Algorithm {
  readonly keyBytes: readonly [number, ...number[]];
  readonly blockBytes: number;
  readonly cipher: (keyBytes: number) => string;
}

/** 3DES with two keys (16 bytes) or three (24 bytes). */
const ALGORITHMS: Readonly<Record<TransportAlgorithm, Algorithm>> = {
  'AES-128': { keyBytes: [16], blockBytes: 16, cipher: () => 'aes-128-ecb' },
  SM4: { keyBytes: [16], blockBytes: 16, cipher: () => 'sm4-ecb' },
  '3DES': { keyBytes: [16, 24], blockBytes: 8, cipher: (bytes) => (bytes === 16 ? 'des-ede' : 'des-ede3') },
};

export const transportKeyRefusals = {
  invalidKey: (): Refusal =>
    refuse('invalid', 'InvalidTransportKey', 'The components are hex, all of one length that the algorithm takes.', {
      field: 'components',
      action: 'AES-128 and SM4 take 16 bytes, 3DES 16 or 24.',
    }),
  wrongKcv: (): Refusal =>
    refuse('invalid', 'WrongKeyCheckValue', 'The components do not make the key that the check value is of.', {
      field: 'kcv',
      action: 'Have the components read again, each by whom it was given to.',
    }),
  keyMissing: (): Refusal =>
    refuse('missing', 'TransportKeyMissing', 'There is no transport key for this partner.', {
      action: 'Import one: POST /v1/sim/transport-keys.',
    }),
} as const;

const encrypt = (algorithm: TransportAlgorithm, key: SecretBytes, blocks: Uint8Array): Buffer => {
  const cipher = createCipheriv(ALGORITHMS[algorithm].cipher(key.length), key.reveal(), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
};

/** Key check value: the first three bytes of a block of zeros, encrypted. It may be shown. */
export const kcvOf = (algorithm: TransportAlgorithm, key: SecretBytes): string =>
  encrypt(algorithm, key, Buffer.alloc(ALGORITHMS[algorithm].blockBytes)).subarray(0, 3).toString('hex').toUpperCase();

/** A key of components that several people have, each one alone worth nothing: their XOR. */
export const keyOfComponents = (
  algorithm: TransportAlgorithm,
  components: ReadonlyArray<string>,
  kcv: string,
): SecretBytes | Refusal => {
  const parts = components.map((hex) => Buffer.from(hex, 'hex'));
  const bytes = parts[0]?.length ?? 0;
  const whole = parts.every((part, index) => part.length === bytes && components[index]?.length === bytes * 2);
  if (!whole || !ALGORITHMS[algorithm].keyBytes.includes(bytes)) return transportKeyRefusals.invalidKey();
  const key = new SecretBytes(parts.reduce<Uint8Array>((sum, part) => xor(sum, part), Buffer.alloc(bytes)));
  return kcvOf(algorithm, key) === kcv ? key : transportKeyRefusals.wrongKcv();
};

/** In hex capitals. A value that fills no block is padded with 80 00…; one that does goes as it is. */
export const encryptValue = (algorithm: TransportAlgorithm, key: SecretBytes, value: SecretBytes): string => {
  const { blockBytes } = ALGORITHMS[algorithm];
  const bytes = value.reveal();
  const over = bytes.length % blockBytes;
  const padded = over === 0 ? bytes : Buffer.concat([bytes, Buffer.of(0x80), Buffer.alloc(blockBytes - over - 1)]);
  return encrypt(algorithm, key, padded).toString('hex').toUpperCase();
};

const decide = (
  state: TransportKeyState | null,
  command: TransportKeyCommand,
  { actor, nowMs }: Facts,
): Decision<TransportKeyEvent, TransportKeyReply> => {
  const version = state?.version ?? 0;
  if (command._tag === 'Revoke') {
    if (state === null) return transportKeyRefusals.keyMissing();
    return state.active
      ? accept([{ _tag: 'Revoked', atMs: nowMs }], { changed: true, version })
      : accept([], { changed: false, version });
  }
  const { algorithm, kcv, fingerprint, sealed } = command;
  if (state?.active === true && state.fingerprint === fingerprint && state.algorithm === algorithm) {
    return accept([], { changed: false, version });
  }
  const event = { algorithm, kcv, fingerprint, sealed, version: version + 1, partner: actor.key, atMs: nowMs };
  return accept([{ _tag: 'Imported', ...event }], { changed: true, version: version + 1 });
};

export const transportKeyDecider: Decider<
  TransportKeyState | null,
  TransportKeyCommand,
  TransportKeyEvent,
  TransportKeyReply
> = {
  initial: null,
  decide,
  evolve: (state, event) => {
    if (event._tag === 'Revoked') return state === null ? null : { ...state, active: false, atMs: event.atMs };
    const { _tag, ...imported } = event;
    return { ...imported, active: true };
  },
};
