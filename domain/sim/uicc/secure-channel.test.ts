import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { encodeCommand, parseCommand } from './apdu.ts';
import { cmac } from './cmac.ts';
import {
  type Channel,
  encryptSensitive,
  initializeUpdate,
  openChannel,
  type SecurityLevel,
  unwrapResponse,
  wrapCommand,
} from './secure-channel.ts';

interface Scp03 {
  readonly [name: string]: string | number;
  readonly name: string;
}
const vectors: {
  readonly scp02: Readonly<
    Record<'enc' | 'mac' | 'dek' | 'host_challenge' | 'init_update_resp' | 'init_update_apdu' | 'ext_auth_apdu', string>
  > & { readonly kvn: number };
  readonly scp02_wrapped: ReadonlyArray<{ readonly plain: string; readonly wrapped: string }>;
  readonly scp03: readonly Scp03[];
} = JSON.parse(readFileSync(new URL('../../../test/vectors/gp_scp02_scp03.json', import.meta.url), 'utf8'));

const hex = (text: string | number | undefined): Buffer => Buffer.from(String(text), 'hex');
const keysOf = (set: { readonly [name: string]: string | number }) => ({
  enc: new SecretBytes(hex(set['enc'])),
  mac: new SecretBytes(hex(set['mac'])),
  dek: new SecretBytes(hex(set['dek'])),
});
const wrapHex = (channel: Channel, plain: string): { readonly text: string; readonly channel: Channel } => {
  const command = parseCommand(hex(plain));
  if (isRefusal(command)) throw new Error(command.code);
  const wrapped = wrapCommand(channel, command);
  return { text: encodeCommand(wrapped.command).toString('hex'), channel: wrapped.channel };
};

describe('SCP02', () => {
  const { scp02 } = vectors;
  const open = (level: SecurityLevel, answer: Buffer) =>
    openChannel(keysOf(scp02), level, hex(scp02.host_challenge), answer);

  it('opens and wraps as recorded', () => {
    expect(encodeCommand(initializeUpdate(scp02.kvn, hex(scp02.host_challenge))).toString('hex')).toBe(
      scp02.init_update_apdu,
    );
    const opened = open(0x01, hex(scp02.init_update_resp));
    if (isRefusal(opened)) throw new Error(opened.code);
    expect(encodeCommand(opened.command).toString('hex')).toBe(scp02.ext_auth_apdu);
    expect(opened.channel.keyVersion).toBe(0x70);
    let { channel } = opened;
    for (const { plain, wrapped } of vectors.scp02_wrapped) {
      const next = wrapHex(channel, plain);
      expect(next.text).toBe(wrapped);
      channel = next.channel;
    }
    expect(inspect(channel, { depth: 9 })).not.toMatch(/Uint8Array|Buffer/);
    expect(encryptSensitive(channel, keysOf(scp02).enc)).toHaveLength(16);
    expect(() => encryptSensitive(channel, new SecretBytes(Buffer.alloc(7)))).toThrow(RangeError);
    expect(unwrapResponse(channel, hex('aabb'), 0x9000)).toEqual(hex('aabb'));
  });

  it('refuses a card that has other keys, and what is no answer', () => {
    const answer = hex(scp02.init_update_resp);
    answer[27] = 0xff;
    expect(open(0x01, answer)).toMatchObject({ code: 'CardCryptogramWrong', field: 'answer' });
    expect(open(0x01, answer.subarray(1))).toMatchObject({ code: 'MalformedInitializeUpdate' });
    expect(open(0x13, hex(scp02.init_update_resp))).toMatchObject({ code: 'MalformedInitializeUpdate' });
  });

  it('encrypts data at level 03, after the MAC', () => {
    const opened = open(0x03, hex(scp02.init_update_resp));
    if (isRefusal(opened)) throw new Error(opened.code);
    const { text } = wrapHex(opened.channel, '80f220020a4f0212345c054f9f70c5');
    expect(text).toHaveLength((5 + 16 + 8) * 2);
    expect(text).not.toContain('4f0212345c');
  });
});

describe('SCP03', () => {
  it.each(vectors.scp03)('$name', (set) => {
    const init = parseCommand(hex(set['init_upd_cmd']));
    if (isRefusal(init)) throw new Error(init.code);
    const level = Number.parseInt(String(set['ext_auth_cmd']).slice(4, 6), 16) as SecurityLevel;
    const answer = hex(set['init_upd_rsp']);
    const opened = openChannel(keysOf(set), level, init.data, answer);
    if (isRefusal(opened)) throw new Error(opened.code);
    expect(encodeCommand(opened.command).toString('hex')).toBe(set['ext_auth_cmd']);
    const eid = wrapHex(opened.channel, String(set['get_eid_cmd_plain']));
    expect(eid.text).toBe(set['get_eid_cmd']);
    const response = unwrapResponse(eid.channel, hex(set['get_eid_rsp']), 0x9000);
    expect(isRefusal(response) ? response : response.toString('hex')).toBe(set['get_eid_rsp_plain']);
    if ((level & 0x10) > 0) {
      const spoilt = hex(set['get_eid_rsp']);
      spoilt[0] = (spoilt[0] ?? 0) ^ 1;
      expect(unwrapResponse(eid.channel, spoilt, 0x9000)).toMatchObject({ code: 'ResponseMacWrong' });
      expect(unwrapResponse(eid.channel, hex('00'), 0x9000)).toMatchObject({ code: 'ResponseMacWrong' });
      expect(unwrapResponse(eid.channel, Buffer.alloc(0), 0x6982)).toEqual(Buffer.alloc(0));
    }
    let { channel } = eid;
    for (const number of [1, 2, 3, 4]) {
      const next = wrapHex(channel, String(set[`case_${number}_apdu_plain`]));
      expect(next.text).toBe(set[`case_${number}_apdu`]);
      channel = next.channel;
    }
    answer[28] = (answer[28] ?? 0) ^ 1;
    expect(openChannel(keysOf(set), level, init.data, answer)).toMatchObject({ code: 'CardCryptogramWrong' });
    expect(openChannel(keysOf(set), level, init.data, answer.subarray(1))).toMatchObject({
      code: 'MalformedInitializeUpdate',
    });
    expect(encryptSensitive(channel, new SecretBytes(Buffer.alloc(32)))).toHaveLength(32);
  });
});

describe('AES-CMAC', () => {
  // RFC 4493 §4.
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c');
  it.each([
    ['', 'bb1d6929e95937287fa37d129b756746'],
    ['6bc1bee22e409f96e93d7e117393172a', '070a16b46b4d4144f79bdd9dd04a287c'],
    [
      '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411',
      'dfa66747de9ae63030ca32611497c827',
    ],
  ])('%.16s', (message, mac) => expect(cmac(key, hex(message)).toString('hex')).toBe(mac));
});
