import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../../../domain/kernel/secret.ts';
import { type CommandApdu, encodeCommand, parseResponse } from '../../../../domain/sim/uicc/apdu.ts';
import { selectAid, selectFile, updateBinary, verify } from '../../../../domain/sim/uicc/commands.ts';
import { PROFILES } from '../../../../domain/sim/uicc/profiles.ts';
import {
  type Channel,
  initializeUpdate,
  openChannel,
  type SecurityLevel,
  type StaticKeys,
  wrapCommand,
} from '../../../../domain/sim/uicc/secure-channel.ts';
import { made } from './personality.ts';
import { productOf } from './product.ts';
import { SimCard } from './sim-card.ts';

/** What a card with a secure channel refuses, word for word. */

const key = (byte: number, length = 16): SecretBytes => new SecretBytes(Buffer.alloc(length, byte));
const KEYS: StaticKeys = { enc: key(1), mac: key(2), dek: key(3) };
const CHALLENGE = Buffer.from('0102030405060708', 'hex');
const ADM = new SecretBytes(Buffer.from('12345678'));
const USIM = Buffer.from('a0000000871002', 'hex');
const IMSI = Buffer.from('080910101032547698', 'hex');

const protocols = PROFILES.flatMap((profile) =>
  profile.channel === undefined ? [] : [[profile.channel.protocol, profile, profile.channel.level] as const],
);

const cardOf = (profile: (typeof PROFILES)[number], keys: StaticKeys = KEYS): SimCard => {
  const product = productOf(profile, keys);
  if (product === undefined) throw new Error('no channel');
  const card = new SimCard(made({ iccid: Buffer.alloc(10, 0x11), adm: '12345678', product }));
  card.reset();
  return card;
};

const send = (card: SimCard, command: CommandApdu) => {
  const response = parseResponse(card.process(encodeCommand(command), 'apdu'));
  if (isRefusal(response)) throw new Error(response.code);
  return response;
};
const swOf = (card: SimCard, command: CommandApdu): string => send(card, command).sw.toString(16);

const begin = (card: SimCard, level: SecurityLevel, keys: StaticKeys = KEYS) => {
  const { data, sw } = send(card, initializeUpdate(0, CHALLENGE));
  expect(sw).toBe(0x9000);
  const opened = openChannel(keys, level, CHALLENGE, data);
  if (isRefusal(opened)) throw new Error(opened.code);
  return opened;
};

/** The host of a channel that is open on the card. */
const host = (card: SimCard, level: SecurityLevel) => {
  const { channel: first, command } = begin(card, level);
  expect(swOf(card, command)).toBe('9000');
  let channel: Channel = first;
  return (plain: CommandApdu): string => {
    const wrapped = wrapCommand(channel, plain);
    channel = wrapped.channel;
    return swOf(card, wrapped.command);
  };
};

describe.each(protocols)('a card with %s', (_protocol, profile, level) => {
  it('takes its protected files inside the channel only', () => {
    const card = cardOf(profile);
    for (const command of [selectAid(USIM), verify('uicc', 0x0a, ADM), selectFile('uicc', '6f07')]) {
      expect(swOf(card, command)).toBe('9000');
    }
    expect(swOf(card, updateBinary('uicc', 0, IMSI))).toBe('6982');
    const through = host(card, level);
    expect(through(updateBinary('uicc', 0, IMSI))).toBe('9000');
    // Without a MAC: refused, and the session is over.
    expect(swOf(card, updateBinary('uicc', 0, IMSI))).toBe('6982');
    expect(through(updateBinary('uicc', 0, IMSI))).toBe('6982');
  });

  it('ends the channel on reset, and when an application is selected', () => {
    for (const ends of [(card: SimCard) => card.reset(), (card: SimCard) => send(card, selectAid(USIM))]) {
      const card = cardOf(profile);
      send(card, selectAid(USIM));
      const through = host(card, level);
      expect(through(selectFile('uicc', '6f07'))).toBe('9000');
      ends(card);
      expect(through(selectFile('uicc', '6f07'))).toBe('6982');
    }
  });

  it('refuses a wrong MAC and a command out of its order, and the session is over', () => {
    const card = cardOf(profile);
    const { channel, command } = begin(card, level);
    expect(swOf(card, command)).toBe('9000');
    const first = wrapCommand(channel, selectFile('uicc', '3f00'));
    const second = wrapCommand(first.channel, selectFile('uicc', 'a001'));
    expect(swOf(card, second.command)).toBe('6982');
    expect(swOf(card, first.command)).toBe('6982');

    const through = begin(card, level);
    send(card, through.command);
    const spoilt = wrapCommand(through.channel, selectFile('uicc', '3f00')).command;
    const data = Buffer.from(spoilt.data);
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    expect(swOf(card, { ...spoilt, data })).toBe('6982');
    expect(card.domain?.isOpen).toBe(false);
  });

  it('refuses the authentication of an older session, and a wrong cryptogram in a right MAC', () => {
    const card = cardOf(profile);
    const old = begin(card, level);
    begin(card, level);
    // Of SCP02 the cryptogram alone depends on the challenge, of SCP03 the key of the MAC as well.
    expect(swOf(card, old.command)).toBe(old.channel.protocol === 'scp02' ? '6300' : '6982');
    expect(swOf(card, old.command)).toBe('6985');
    const { channel, command } = begin(card, level);
    const first: Channel = {
      ...channel,
      level: 0x01,
      counter: 0,
      chaining: new SecretBytes(Buffer.alloc(channel.chaining.length)),
    };
    const bare = { ...command, cla: 0x80, data: Buffer.alloc(8, 5) };
    expect(swOf(card, wrapCommand(first, bare).command)).toBe('6300');
    expect(card.domain?.isOpen).toBe(false);
    expect(swOf(card, { ...begin(card, level).command, p1: 0x33 })).toBe('6a86');
  });

  it('counts what was not authenticated, and is blocked after ten', () => {
    const card = cardOf(profile);
    for (let tries = 10; tries > 0; tries -= 1) {
      expect(card.domain?.left).toBe(tries);
      const { data } = send(card, initializeUpdate(0, CHALLENGE));
      expect(openChannel({ ...KEYS, enc: key(9), mac: key(9) }, level, CHALLENGE, data)).toMatchObject({
        code: 'CardCryptogramWrong',
      });
      if (tries > 6) continue;
      host(card, level);
      break;
    }
    expect(card.domain?.left).toBe(10);
    for (let tries = 10; tries > 0; tries -= 1) send(card, initializeUpdate(0, CHALLENGE));
    expect(swOf(card, initializeUpdate(0, CHALLENGE))).toBe('6983');
    card.reset();
    expect(swOf(card, initializeUpdate(0, CHALLENGE))).toBe('6983');
    expect(swOf(card, initializeUpdate(0x7f, CHALLENGE))).toBe('6a88');
  });
});
