import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../kernel/secret.ts';
import { decodeOtaResponse, encodeOtaCommand, type OtaKeys, type OtaSettings } from './ota.ts';

interface Vector {
  readonly name: string;
  readonly tar: string;
  readonly kic: string;
  readonly kid: string;
  readonly kic_idx: number;
  readonly algo_crypt: string;
  readonly spi: {
    readonly ciphering: boolean;
    readonly por_in_submit: boolean;
    readonly por_shall_be_ciphered: boolean;
    readonly por_rc_cc_ds: string;
  };
  readonly apdu: string;
  readonly encoded_cmd: string;
  readonly response: { readonly encoded_resp: string; readonly last_status_word: string };
}
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../../test/vectors/ota_scp80.json', import.meta.url), 'utf8'),
).scp80;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const keysOf = (one: Vector): OtaKeys => ({
  kic: new SecretBytes(hex(one.kic)),
  kid: new SecretBytes(hex(one.kid)),
  index: one.kic_idx,
  algorithm: one.algo_crypt === 'aes_cbc' ? 'aes' : '3des',
});
const settingsOf = ({ spi }: Vector): OtaSettings => ({
  counter: 'none',
  ciphered: spi.ciphering,
  integrity: 'cc',
  por: 'always',
  porCiphered: spi.por_shall_be_ciphered,
  porIntegrity: spi.por_rc_cc_ds === 'cc' ? 'cc' : 'none',
  porInSubmit: spi.por_in_submit,
});

describe('SCP80', () => {
  it.each(vectors)('$name', (one) => {
    const [keys, settings] = [keysOf(one), settingsOf(one)];
    const command = encodeOtaCommand(keys, settings, hex(one.tar), 0, hex(one.apdu));
    expect(command.toString('hex')).toBe(one.encoded_cmd);
    const packet = hex(one.response.encoded_resp);
    const response = decodeOtaResponse(keys, settings, packet);
    expect(response).toEqual({ counter: 0, status: 'ok', data: hex(`01${one.response.last_status_word}`) });
    if (settings.porIntegrity === 'cc') {
      packet[packet.length - 1] = (packet.at(-1) ?? 0) ^ 1;
      expect(decodeOtaResponse(keys, settings, packet)).toMatchObject({ _tag: 'Refusal' });
    }
    for (const length of [0, 3, 9, 15, packet.length - 1]) {
      expect(decodeOtaResponse(keys, settings, packet.subarray(0, length))).toMatchObject({
        code: 'MalformedOtaResponse',
      });
    }
  });

  it('counts in five bytes, in the clear when nothing is ciphered', () => {
    const [one] = vectors;
    if (one === undefined) throw new Error('no vectors');
    const settings: OtaSettings = {
      ...settingsOf(one),
      counter: 'higher',
      ciphered: false,
      integrity: 'none',
      por: 'no',
    };
    const send = (counter: number) => encodeOtaCommand(keysOf(one), settings, hex(one.tar), counter, hex(one.apdu));
    expect(send(0x0102030405).toString('hex')).toBe(`00150d10183535b00011010203040500${one.apdu}`);
    expect(() => send(2 ** 40)).toThrow(RangeError);
    expect(() => encodeOtaCommand(keysOf(one), settings, hex('b000'), 0, hex(''))).toThrow(RangeError);
    expect(() => encodeOtaCommand({ ...keysOf(one), index: 0 }, settings, hex(one.tar), 0, hex(''))).toThrow(
      RangeError,
    );
  });
});
