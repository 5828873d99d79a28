import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { type CommandApdu, encodeCommand } from './apdu.ts';
import { aesEcb, tripleKey, unpadIso } from './cmac.ts';
import {
  type Channel,
  counterBlock,
  type SecurityLevel,
  type StaticKeys,
  sessionOf,
  type Wrapped,
  wrapCommand,
} from './secure-channel.ts';

/**
 * The card's side of a secure channel: what it answers to INITIALIZE UPDATE, whether it believes EXTERNAL AUTHENTICATE,
 * and what a wrapped command says. For simulated cards; the host's side is `secure-channel.ts`.
 */

/** A key set of a card: SCP02 with i = 15, SCP03 with i = 00 (the card's challenge is random). */
export interface KeySet {
  readonly protocol: Channel['protocol'];
  /** 1–127. */
  readonly keyVersion: number;
  readonly keys: StaticKeys;
}

const DIVERSIFICATION = Buffer.alloc(10);

/** The data of the answer. `sequence`: sessions opened so far; `random`: 8 bytes, of which SCP02 takes the first 6. */
export const initializeAnswer = (
  { protocol, keyVersion, keys }: KeySet,
  hostChallenge: Uint8Array,
  sequence: number,
  random: Uint8Array,
): Buffer => {
  const counter = Buffer.of((sequence >> 8) & 0xff, sequence & 0xff);
  const own =
    protocol === 'scp02'
      ? Buffer.concat([Buffer.of(keyVersion, 2), counter, random.subarray(0, 6)])
      : Buffer.concat([Buffer.of(keyVersion, 3, 0), random.subarray(0, 8)]);
  const head = Buffer.concat([DIVERSIFICATION, own]);
  return Buffer.concat([head, sessionOf(keys, hostChallenge, head).cardCryptogram]);
};

/** Deciphered, without its MAC, which is the caller's to check; undefined when the padding is none. */
const deciphered = (channel: Channel, data: Buffer): Buffer | undefined => {
  if ((channel.level & 0x02) === 0 || data.length === 0) return data;
  const block = channel.protocol === 'scp02' ? 8 : 16;
  if (data.length % block !== 0) return undefined;
  const enc = channel.enc.reveal();
  const decipher =
    channel.protocol === 'scp02'
      ? createDecipheriv('des-ede3-cbc', tripleKey(enc), Buffer.alloc(8))
      : createDecipheriv(`aes-${enc.length * 8}-cbc`, enc, aesEcb(enc, counterBlock(channel.counter + 1, false)));
  return unpadIso(decipher.setAutoPadding(false).update(data));
};

const MAC_BYTES = 8;
const CLA_MAC = 0x04;

/**
 * The command that was wrapped, and the channel after it. Wrapped again it must be what came: that checks MAC, chaining
 * and counter at once. Undefined: it is not what the host of this channel would have sent.
 */
export const unwrapCommand = (channel: Channel, command: CommandApdu): Wrapped | undefined => {
  const data = Buffer.from(command.data);
  if (data.length < MAC_BYTES) return undefined;
  const plain = deciphered(channel, data.subarray(0, -MAC_BYTES));
  if (plain === undefined) return undefined;
  const bare = { ...command, cla: command.cla & ~CLA_MAC, data: plain };
  const wrapped = wrapCommand(channel, bare);
  const [came, expected] = [encodeCommand(command), encodeCommand(wrapped.command)];
  return came.length === expected.length && timingSafeEqual(came, expected)
    ? { channel: wrapped.channel, command: bare }
    : undefined;
};

/** The channel that EXTERNAL AUTHENTICATE opens after this answer to INITIALIZE UPDATE, or why it does not. */
export const acceptAuthenticate = (
  { keys }: KeySet,
  hostChallenge: Uint8Array,
  answer: Buffer,
  command: CommandApdu,
): Channel | 'WrongMac' | 'WrongCryptogram' => {
  const { channel, hostCryptogram } = sessionOf(keys, hostChallenge, answer);
  const unwrapped = unwrapCommand(channel, command);
  if (unwrapped === undefined) return 'WrongMac';
  const given = Buffer.from(unwrapped.command.data);
  if (given.length !== hostCryptogram.length || !timingSafeEqual(given, hostCryptogram)) return 'WrongCryptogram';
  return { ...unwrapped.channel, level: command.p1 as SecurityLevel, counter: 0 };
};
