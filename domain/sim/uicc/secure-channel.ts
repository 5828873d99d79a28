import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import type { CommandApdu } from './apdu.ts';
import { aesCbc, aesEcb, cmac, desCbc, desEcb, padIso, retailMac, unpadIso } from './cmac.ts';
import { INS } from './commands.ts';

/**
 * GlobalPlatform secure channels: SCP02 (card specification 2.2 annex E, i = 15 and 55) and SCP03 (amendment D, AES of
 * 128, 192 and 256 bits). Pure: the host's challenge comes from outside, and a channel that has wrapped a command is a
 * new value. Sent once and in order; after a fault the channel is given up.
 */

export interface StaticKeys {
  readonly enc: SecretBytes;
  readonly mac: SecretBytes;
  readonly dek: SecretBytes;
}

/** Bits of the security level: C-MAC 01, C-ENC 02, R-MAC 10, R-ENC 20. */
export type SecurityLevel = 0x01 | 0x03 | 0x11 | 0x13 | 0x33;

export interface Channel {
  readonly protocol: 'scp02' | 'scp03';
  readonly level: SecurityLevel;
  readonly keyVersion: number;
  readonly enc: SecretBytes;
  readonly mac: SecretBytes;
  readonly rmac: SecretBytes;
  /** The session's DEK of SCP02, the static one of SCP03. */
  readonly dek: SecretBytes;
  /** MAC chaining value: 8 bytes (SCP02), 16 (SCP03). */
  readonly chaining: SecretBytes;
  /** Commands wrapped since EXTERNAL AUTHENTICATE (SCP03). */
  readonly counter: number;
}

export interface Opened {
  readonly channel: Channel;
  /** EXTERNAL AUTHENTICATE, wrapped: the next command to send. */
  readonly command: CommandApdu;
}

const refusals = {
  malformed: (): Refusal =>
    refuse('invalid', 'MalformedInitializeUpdate', 'The answer to INITIALIZE UPDATE is not of this protocol.', {
      field: 'answer',
    }),
  cryptogram: (): Refusal =>
    refuse('denied', 'CardCryptogramWrong', 'The card did not prove that it has these keys.', {
      field: 'answer',
      action: 'Do not try again: each try may use up a counter of the card.',
    }),
  response: (): Refusal =>
    refuse('denied', 'ResponseMacWrong', 'The MAC or the padding of the response is wrong.', { field: 'response' }),
};

/** INITIALIZE UPDATE: the challenge has 8 bytes; version 0 takes the card's first key set. */
export const initializeUpdate = (keyVersion: number, hostChallenge: Uint8Array): CommandApdu => ({
  cla: 0x80,
  ins: INS.initializeUpdate,
  p1: keyVersion,
  p2: 0,
  data: hostChallenge,
  le: 256,
});

const ZERO8 = Buffer.alloc(8);

const scp02Key = (key: SecretBytes, constant: number, sequence: Buffer): Buffer => {
  const data = Buffer.alloc(16);
  data.writeUInt16BE(constant, 0);
  sequence.copy(data, 2);
  return desCbc(key.reveal(), data);
};

/** NIST SP 800-108 in counter mode (amendment D §4.1.5). */
const scp03Derive = (key: Buffer, constant: number, bits: number, context: Buffer): Buffer => {
  const blocks = Array.from({ length: Math.ceil(bits / 128) }, (_, at) =>
    cmac(key, Buffer.concat([Buffer.alloc(11), Buffer.of(constant, 0, bits >> 8, bits & 0xff, at + 1), context])),
  );
  return Buffer.concat(blocks).subarray(0, bits / 8);
};

const authenticateCommand = (level: SecurityLevel, cryptogram: Buffer): CommandApdu => ({
  cla: 0x80,
  ins: INS.externalAuthenticate,
  p1: level,
  p2: 0,
  data: cryptogram,
});

/** What both sides compute from the answer to INITIALIZE UPDATE, whatever cryptogram is in it. */
interface Session {
  /** As it is before EXTERNAL AUTHENTICATE, which carries a MAC and is not enciphered. */
  readonly channel: Channel;
  readonly cardCryptogram: Buffer;
  readonly hostCryptogram: Buffer;
}

const session02 = (keys: StaticKeys, challenge: Uint8Array, answer: Buffer): Session => {
  const [sequence, random] = [answer.subarray(12, 14), answer.subarray(14, 20)];
  const enc = scp02Key(keys.enc, 0x0182, sequence);
  const cryptogram = (...parts: Uint8Array[]): Buffer => desCbc(enc, padIso(Buffer.concat(parts), 8)).subarray(-8);
  const channel: Channel = {
    protocol: 'scp02',
    level: 0x01,
    keyVersion: answer.readUInt8(10),
    enc: new SecretBytes(enc),
    mac: new SecretBytes(scp02Key(keys.mac, 0x0101, sequence)),
    rmac: new SecretBytes(scp02Key(keys.mac, 0x0102, sequence)),
    dek: new SecretBytes(scp02Key(keys.dek, 0x0181, sequence)),
    chaining: new SecretBytes(ZERO8),
    counter: 0,
  };
  return {
    channel,
    cardCryptogram: cryptogram(challenge, sequence, random),
    hostCryptogram: cryptogram(sequence, random, challenge),
  };
};

const session03 = (keys: StaticKeys, challenge: Uint8Array, answer: Buffer): Session => {
  const context = Buffer.concat([challenge, answer.subarray(13, 21)]);
  const bits = keys.mac.length * 8;
  const mac = scp03Derive(keys.mac.reveal(), 0x06, bits, context);
  const channel: Channel = {
    protocol: 'scp03',
    level: 0x01,
    keyVersion: answer.readUInt8(10),
    enc: new SecretBytes(scp03Derive(keys.enc.reveal(), 0x04, bits, context)),
    mac: new SecretBytes(mac),
    rmac: new SecretBytes(scp03Derive(keys.mac.reveal(), 0x07, bits, context)),
    dek: keys.dek,
    chaining: new SecretBytes(Buffer.alloc(16)),
    counter: 0,
  };
  return {
    channel,
    cardCryptogram: scp03Derive(mac, 0x00, 64, context),
    hostCryptogram: scp03Derive(mac, 0x01, 64, context),
  };
};

/** `answer` is the data of INITIALIZE UPDATE's response, or its beginning up to the cryptogram. Length is checked before. */
export const sessionOf = (keys: StaticKeys, challenge: Uint8Array, answer: Buffer): Session =>
  answer[11] === 2 ? session02(keys, challenge, answer) : session03(keys, challenge, answer);

const CRYPTOGRAM_AT = { scp02: 20, scp03: 21 } as const;
const CRYPTOGRAM_BYTES = 8;

/** Which protocol an answer to INITIALIZE UPDATE is of; undefined when it is of none. */
const protocolOf = (answer: Buffer): Channel['protocol'] | undefined => {
  if (answer[11] === 2) return answer.length === 28 ? 'scp02' : undefined;
  return answer[11] === 3 && (answer.length === 29 || answer.length === 32) ? 'scp03' : undefined;
};

/**
 * Checks the card's cryptogram and opens the channel. `answer` is the data of INITIALIZE UPDATE's response. Refused
 * with `MalformedInitializeUpdate` or `CardCryptogramWrong`.
 */
export const openChannel = (
  keys: StaticKeys,
  level: SecurityLevel,
  hostChallenge: Uint8Array,
  answer: Uint8Array,
): Opened | Refusal => {
  const buffer = Buffer.from(answer);
  const protocol = protocolOf(buffer);
  if (protocol === undefined || (protocol === 'scp02' && level > 0x03)) return refusals.malformed();
  const { channel, cardCryptogram, hostCryptogram } = sessionOf(keys, hostChallenge, buffer);
  const at = CRYPTOGRAM_AT[protocol];
  if (!timingSafeEqual(cardCryptogram, buffer.subarray(at, at + CRYPTOGRAM_BYTES))) return refusals.cryptogram();
  const wrapped = wrapCommand(channel, authenticateCommand(level, hostCryptogram));
  return { channel: { ...wrapped.channel, level, counter: 0 }, command: wrapped.command };
};

export interface Wrapped {
  readonly channel: Channel;
  readonly command: CommandApdu;
}

const CLA_MAC = 0x04;
const MAC_BYTES = 8;
const headOf = ({ cla, ins, p1, p2 }: CommandApdu, dataLength: number): Buffer =>
  Buffer.of(cla | CLA_MAC, ins, p1, p2, dataLength + MAC_BYTES);

const wrap02 = (channel: Channel, command: CommandApdu): Wrapped => {
  const key = channel.mac.reveal();
  const last = channel.chaining.reveal();
  const iv = last.equals(ZERO8) ? last : desEcb(key.subarray(0, 8), last);
  const mac = retailMac(key, padIso(Buffer.concat([headOf(command, command.data.length), command.data]), 8), iv);
  const encrypt = (channel.level & 0x02) > 0 && command.data.length > 0;
  const data = encrypt ? desCbc(channel.enc.reveal(), padIso(command.data, 8)) : command.data;
  return {
    channel: { ...channel, chaining: new SecretBytes(mac) },
    command: { ...command, cla: command.cla | CLA_MAC, data: Buffer.concat([data, mac]) },
  };
};

/** What is enciphered for the IV of a command or of its response (amendment D §6.2.6, §6.2.7). */
export const counterBlock = (counter: number, response: boolean): Buffer => {
  const block = Buffer.alloc(16);
  block.writeUInt32BE(counter, 12);
  if (response) block[0] = 0x80;
  return block;
};

const wrap03 = (channel: Channel, command: CommandApdu): Wrapped => {
  const counter = channel.counter + 1;
  const enc = channel.enc.reveal();
  const encrypt = (channel.level & 0x02) > 0 && command.data.length > 0;
  const data = encrypt
    ? aesCbc(enc, padIso(command.data, 16), aesEcb(enc, counterBlock(counter, false)))
    : Buffer.from(command.data);
  const full = cmac(
    channel.mac.reveal(),
    Buffer.concat([channel.chaining.reveal(), headOf(command, data.length), data]),
  );
  return {
    channel: { ...channel, counter, chaining: new SecretBytes(full) },
    command: { ...command, cla: command.cla | CLA_MAC, data: Buffer.concat([data, full.subarray(0, MAC_BYTES)]) },
  };
};

/** The command as it goes to the card, and the channel after it. Short commands only; C-MAC takes eight bytes. */
export const wrapCommand = (channel: Channel, command: CommandApdu): Wrapped =>
  channel.protocol === 'scp02' ? wrap02(channel, command) : wrap03(channel, command);

/**
 * The data of a response, checked and deciphered as the level says; `channel` is the one after its command. A response
 * with an error status carries no MAC and is given back as it is. Refused with `ResponseMacWrong`.
 */
export const unwrapResponse = (channel: Channel, data: Uint8Array, sw: number): Buffer | Refusal => {
  const buffer = Buffer.from(data);
  const good = sw === 0x9000 || sw >> 8 === 0x62 || sw >> 8 === 0x63;
  if (channel.protocol === 'scp02' || (channel.level & 0x10) === 0 || !good) return buffer;
  if (buffer.length < MAC_BYTES) return refusals.response();
  const content = buffer.subarray(0, -MAC_BYTES);
  const word = Buffer.of(sw >> 8, sw & 0xff);
  const mac = cmac(channel.rmac.reveal(), Buffer.concat([channel.chaining.reveal(), content, word])).subarray(
    0,
    MAC_BYTES,
  );
  if (!timingSafeEqual(mac, buffer.subarray(-MAC_BYTES))) return refusals.response();
  if ((channel.level & 0x20) === 0 || content.length === 0) return content;
  if (content.length % 16 !== 0) return refusals.response();
  const enc = channel.enc.reveal();
  const iv = aesEcb(enc, counterBlock(channel.counter, true));
  const decipher = createDecipheriv(`aes-${enc.length * 8}-cbc`, enc, iv).setAutoPadding(false);
  return unpadIso(decipher.update(content)) ?? refusals.response();
};

/** Sensitive data (a key for PUT KEY) under the DEK: whole blocks of 8 (SCP02) or 16 bytes (SCP03). */
export const encryptSensitive = (channel: Channel, secret: SecretBytes): Buffer => {
  const block = channel.protocol === 'scp02' ? 8 : 16;
  if (secret.length % block !== 0) throw new RangeError('sensitive data is whole blocks');
  const [key, data] = [channel.dek.reveal(), secret.reveal()];
  return channel.protocol === 'scp02' ? desEcb(key, data) : aesCbc(key, data, Buffer.alloc(16));
};
