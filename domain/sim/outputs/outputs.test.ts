import { createDecipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { iccidOfBody } from '../iccid.ts';
import { admBytes } from '../uicc/card-profile.ts';
import { opcOf } from '../uicc/milenage.ts';
import { PROFILES } from '../uicc/profiles.ts';
import { blankCardKeys, cardSecrets, isEquippable, partSecretDecider } from './card-secrets.ts';
import { type OutputKey, type OutputKind, OutputWriter, outputName } from './output-file.ts';
import type { TransportAlgorithm } from './schema.ts';
import { encryptValue, kcvOf, keyOfComponents, transportKeyDecider } from './transport-key.ts';

const secretOf = (hex: string): SecretBytes => new SecretBytes(Buffer.from(hex, 'hex'));

describe('transport keys', () => {
  it('have the check values that everybody computes', () => {
    // GB/T 32907-2016 annex A.1 encrypts the key under itself.
    const sm4 = '0123456789abcdeffedcba9876543210';
    expect(encryptValue('SM4', secretOf(sm4), secretOf(sm4))).toBe('681EDF34D206965E86B3E94F536E4246');
    // FIPS 197 appendix C.1.
    const aes = '000102030405060708090a0b0c0d0e0f';
    expect(encryptValue('AES-128', secretOf(aes), secretOf('00112233445566778899aabbccddeeff'))).toBe(
      '69C4E0D86A7B0430D8CDB78070B4C55A',
    );
    // The test key of GlobalPlatform cards.
    const gp = '404142434445464748494a4b4c4d4e4f';
    expect(kcvOf('3DES', secretOf(gp))).toBe('8BAF47');
    expect(kcvOf('3DES', secretOf(gp + gp.slice(0, 16)))).toBe('8BAF47');
  });

  it('are made of components, whose check value must be theirs', () => {
    const components = ['ff'.repeat(16), `${'ff'.repeat(4)}${'00'.repeat(12)}`];
    const kcv = kcvOf('AES-128', secretOf(`${'00'.repeat(4)}${'ff'.repeat(12)}`));
    const key = keyOfComponents('AES-128', components, kcv);
    expect(!isRefusal(key) && key.reveal().toString('hex')).toBe(`${'00'.repeat(4)}${'ff'.repeat(12)}`);
    const code = (algorithm: TransportAlgorithm, some: ReadonlyArray<string>, value = kcv) => {
      const made = keyOfComponents(algorithm, some, value);
      return isRefusal(made) ? made.code : 'made';
    };
    expect(code('AES-128', components, '000000')).toBe('WrongKeyCheckValue');
    expect(code('AES-128', ['ff'.repeat(24)])).toBe('InvalidTransportKey');
    expect(code('3DES', ['ff'.repeat(24), 'ff'.repeat(16)])).toBe('InvalidTransportKey');
    expect(code('SM4', ['zz'.repeat(16)])).toBe('InvalidTransportKey');
    expect(code('SM4', [])).toBe('InvalidTransportKey');
  });

  it('have versions; the same key again is the same version, a revoked one is gone', () => {
    const key = running(transportKeyDecider, 'V1');
    const one = { _tag: 'Import', algorithm: 'SM4', kcv: '000000', fingerprint: 'a'.repeat(32), sealed: 'x' } as const;
    expect(key.ask({ _tag: 'Revoke' })).toBe('TransportKeyMissing');
    expect(key.must(one)).toEqual({ changed: true, version: 1 });
    expect(key.must({ ...one, sealed: 'y' })).toEqual({ changed: false, version: 1 });
    expect(key.must({ ...one, fingerprint: 'b'.repeat(32) })).toEqual({ changed: true, version: 2 });
    expect(key.must({ _tag: 'Revoke' })).toEqual({ changed: true, version: 2 });
    expect(key.must({ _tag: 'Revoke' })).toEqual({ changed: false, version: 2 });
    expect(key.must({ ...one, fingerprint: 'b'.repeat(32) })).toEqual({ changed: true, version: 3 });
  });
});

const secret = secretOf('5a'.repeat(32));
const iccid = (n: number) => iccidOfBody(`89860126${String(n).padStart(11, '0')}`);

describe('the keys of a part’s cards', () => {
  it('are the same for a card always, and others for every other card', () => {
    const [one, again, other] = [
      cardSecrets(secret, iccid(1)),
      cardSecrets(secret, iccid(1)),
      cardSecrets(secret, iccid(2)),
    ];
    for (const name of ['k', 'opc', 'adm1', 'puk1', 'puk2'] as const) {
      expect(one[name].equals(again[name])).toBe(true);
      expect(one[name].equals(other[name])).toBe(false);
    }
    expect([one.k, one.opc, one.adm1, one.puk1].map(({ length }) => length)).toEqual([16, 16, 8, 8]);
    expect(one.puk1.reveal().toString()).toMatch(/^\d{8}$/);
    const op = (card: typeof one) => opcOf(card.k, new SecretBytes(Buffer.alloc(16)));
    // OPc = OP xor E_K(OP): the part's OP is no card's OPc.
    expect(one.opc.reveal().equals(op(one))).toBe(false);
    expect(cardSecrets(secretOf('00'.repeat(32)), iccid(1)).k.equals(one.k)).toBe(false);
  });

  it('come of a secret that is drawn once', () => {
    const part = running(partSecretDecider, 'A-1:1.1');
    const begin = (sealed: string, profile: string | null = null) => ({ _tag: 'Begin', sealed, profile }) as const;
    expect(part.must(begin('first'))).toEqual({ changed: true, sealed: 'first' });
    expect(part.must(begin('second'))).toEqual({ changed: false, sealed: 'first' });
    expect(part.state()).toEqual({ sealed: 'first', profile: null });
    expect(part.must(begin('third', 'usim-key-file'))).toEqual({ changed: true, sealed: 'first' });
    expect(part.must(begin('fourth', 'usim-key-file'))).toEqual({ changed: false, sealed: 'first' });
    expect(part.ask(begin('fifth', 'usim-sealed'))).toBe('PartOfAnotherProfile');
    expect(part.must(begin('sixth'))).toEqual({ changed: false, sealed: 'first' });
    expect(part.state()).toEqual({ sealed: 'first', profile: 'usim-key-file' });
  });

  it.each(PROFILES.map((profile) => [profile.id, profile] as const))('fit the profile %s, or do not', (id, profile) => {
    expect(isEquippable(profile)).toBe(['usim-key-file', 'usim-sealed'].includes(id));
    if (!isEquippable(profile)) return;
    const secrets = cardSecrets(secret, iccid(1));
    const { keys, adm } = blankCardKeys(profile, secrets);
    expect(keys).toEqual({ k: secrets.k, opc: secrets.opc });
    if (profile.adm === undefined) expect(adm).toBeUndefined();
    else {
      // What the card gets in VERIFY is what the machine has put on it.
      const bytes = admBytes(adm ?? '', profile.adm.encoding);
      expect(!isRefusal(bytes) && bytes.equals(secrets.adm1)).toBe(true);
    }
  });

  it('have an ADM code for characters and for bytes', () => {
    const secrets = cardSecrets(secret, iccid(1));
    expect(secrets.adm1.reveal().toString('latin1')).toMatch(/^[A-Za-z0-9+/]{8}$/);
    for (const encoding of ['ascii', 'hex'] as const) {
      const { adm } = blankCardKeys({ algorithm: 'milenage', adm: { reference: 10, encoding } }, secrets);
      const bytes = admBytes(adm ?? '', encoding);
      expect(!isRefusal(bytes) && bytes.equals(secrets.adm1)).toBe(true);
    }
    expect(isEquippable({ algorithm: 'milenage', adm: { reference: 10, encoding: 'bcd' } })).toBe(false);
  });
});

describe('the files of a part', () => {
  const transport = secretOf('000102030405060708090a0b0c0d0e0f');
  const key: OutputKey = { algorithm: 'AES-128', key: transport, kcv: kcvOf('AES-128', transport), version: 2 };
  const rows = [
    { iccid: iccid(1), imsi: '460010000000001', product: 'P1', city: '110000' },
    { iccid: iccid(2), imsi: '', product: 'P1', city: '310000' },
  ];
  const write = (kind: OutputKind) => {
    const writer = new OutputWriter({ kind, application: 'A-1', part: '1.1', partner: 'V1' }, key, (id) =>
      cardSecrets(secret, id),
    );
    return Buffer.concat([writer.begin(), writer.rows(rows), writer.end()]).toString();
  };
  const decrypted = (hex = ''): string => {
    const cipher = createDecipheriv('aes-128-ecb', transport.reveal(), null).setAutoPadding(false);
    return cipher.update(Buffer.from(hex, 'hex')).toString('hex');
  };

  it('give the machine its keys under the transport key, shorter values padded', () => {
    const lines = write('equipment').split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '*EQUIPMENT 1',
      '*Application: A-1',
      '*Part: 1.1',
      '*For: V1',
      '*Transport_key: AES-128 ECB, version 2, KCV C6A13B',
      'ICCID;IMSI;KI;OPC;ADM1;PUK1;PUK2',
    ]);
    const [first, imsi, k, opc, adm, puk] = (lines[6] ?? '').split(';');
    const card = cardSecrets(secret, iccid(1));
    expect([first, imsi]).toEqual([iccid(1), '460010000000001']);
    expect(decrypted(k)).toBe(card.k.reveal().toString('hex'));
    expect(decrypted(opc)).toBe(card.opc.reveal().toString('hex'));
    expect(decrypted(adm)).toBe(`${card.adm1.reveal().toString('hex')}80${'00'.repeat(7)}`);
    expect(decrypted(puk)).toBe(`${card.puk1.reveal().toString('hex')}80${'00'.repeat(7)}`);
    expect(lines[7]?.startsWith(`${iccid(2)};;`)).toBe(true);
  });

  it('end with how many rows there are and a hash of all before, and are the same again', () => {
    const text = write('equipment');
    const body = text.slice(0, text.indexOf('*End'));
    expect(text.slice(body.length)).toBe(`*End: 2 ${createHash('sm3').update(body).digest('hex')}\n`);
    expect(write('equipment')).toBe(text);
  });

  it('tell the HLR of cards that have an IMSI, and the laser nothing secret', () => {
    const hlr = write('hlr').split('\n');
    expect(hlr[5]).toBe('IMSI;ICCID;KI;OPC;ALGORITHM');
    expect(hlr.filter((line) => line.includes('MILENAGE'))).toHaveLength(1);
    expect(hlr.at(-2)).toMatch(/^\*End: 1 /);
    const laser = write('laser').split('\n');
    expect(laser.slice(4, 6)).toEqual([
      'ICCID;PRINT;PRODUCT;CITY',
      `${iccid(1)};${iccid(1).match(/.{5}/g)?.join(' ')};P1;110000`,
    ]);
    expect(outputName({ kind: 'laser', application: 'A-1', part: '1.1', partner: 'V1' })).toBe('LASER_A-1_P1.1_V1.txt');
  });

  it('that carry keys are not written without one', () => {
    const head = { kind: 'hlr', application: 'A-1', part: '1.1', partner: 'V1' } as const;
    expect(() => new OutputWriter(head, undefined, () => cardSecrets(secret, ''))).toThrow(TypeError);
  });
});
