import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { encodeTlv, encodeTlvs, parseTlvs } from './ber-tlv.ts';
import { encodeFcp, parseFcp, parseFmd } from './fcp.ts';
import { encodeGsmHeader, type GsmHeader, parseGsmHeader } from './gsm-header.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const anyBytes = fc.uint8Array({ maxLength: 80 });
const session: ReadonlyArray<{ readonly label: string; readonly data: string }> = JSON.parse(
  readFileSync(new URL('../../../test/vectors/softsim_apdu_session.json', import.meta.url), 'utf8'),
).log;

describe('BER-TLV', () => {
  it.each([
    ['8a0105', 0x8a, 1],
    ['5f500141', 0x5f50, 1],
    ['bf3e00', 0xbf3e, 0],
    ['7f810102aabb', 0x7f8101, 2],
    [`808180${'00'.repeat(128)}`, 0x80, 128],
    [`80820100${'00'.repeat(256)}`, 0x80, 256],
  ])('%.12s', (text, tag, length) => {
    const tlvs = parseTlvs(hex(text), 'x');
    expect(tlvs).toMatchObject([{ tag }]);
    expect(isRefusal(tlvs) || tlvs[0]?.value.length).toBe(length);
    expect(isRefusal(tlvs) || encodeTlvs(tlvs).toString('hex')).toBe(text);
  });

  it.each(['8a', '8a02ff', '8a80', '8a84000000 01', '1f', '1fff', '1f81818101', '8a82ff'])('refuses %s', (text) =>
    expect(parseTlvs(hex(text), 'here')).toMatchObject({ code: 'MalformedTlv', field: 'here/0' }),
  );

  it('passes padding over where it is told to', () => {
    expect(parseTlvs(hex('00ff8a0105ffff'), 'x', true)).toMatchObject([{ tag: 0x8a }]);
    expect(parseTlvs(hex('8a0105ffff'), 'x')).toMatchObject({ code: 'MalformedTlv' });
  });

  it('reads back what it writes', () => {
    const tag = fc.oneof(
      fc.integer({ min: 1, max: 0xfe }).filter((one) => (one & 0x1f) !== 0x1f),
      fc
        .tuple(fc.constantFrom(0x1f, 0x5f, 0xbf), fc.integer({ min: 0, max: 0x7f }))
        .map(([first, low]) => first * 256 + low),
    );
    const tlv = fc.record({ tag, value: fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)) });
    fc.assert(
      fc.property(fc.array(tlv, { maxLength: 5 }), (tlvs) => {
        expect(parseTlvs(encodeTlvs(tlvs), 'x')).toEqual(tlvs);
      }),
    );
  });
});

describe('FCP', () => {
  const selected = session.filter(({ data }) => data.startsWith('62'));

  it('has recorded answers to walk', () => expect(selected.length).toBeGreaterThan(10));

  it.each(selected)('reads and writes the recorded answer to $label', ({ data }) => {
    const fcp = parseFcp(hex(data));
    if (isRefusal(fcp)) throw new Error(fcp.code);
    expect(encodeFcp(fcp).toString('hex')).toBe(data);
  });

  it('reads what the recorded card says of its files', () => {
    const of = (label: string) => parseFcp(hex(session.find((one) => one.label === label)?.data ?? ''));
    expect(of('SELECT MF')).toEqual({
      kind: 'directory',
      shareable: true,
      fid: '3f00',
      lifeCycle: 'initialisation',
      security: { form: 'referenced', bytes: '2f060f' },
      pins: [
        { reference: 0x01, enabled: false },
        { reference: 0x81, enabled: false },
        { reference: 0x0a, enabled: true },
      ],
      proprietary: { 80: 'f1', 87: '00', 88: '00' },
      other: {},
    });
    expect(of('SELECT MF (LCS now)')).toMatchObject({ lifeCycle: 'activated' });
    expect(of('SELECT ADF.USIM (full AID)')).toMatchObject({ fid: '7ff0', dfName: 'a0000000871002ffffffff8907090000' });
    expect(of('SELECT EF.IMSI')).toMatchObject({ kind: 'working', structure: 'transparent', fileSize: 9, sfi: 7 });
    expect(of('SELECT EF.SMSP')).toMatchObject({ structure: 'linear-fixed', recordLength: 52, records: 2, sfi: null });
  });

  // TS 102 221 §11.1.1.4.3 and §11.1.1.4.9, as osmocom pySim 597f1e0 carries them in its tests.
  it.each([
    ['82027921 8a0105', { kind: 'working', shareable: true, structure: 'ber-tlv' }],
    ['82027821 8a0105', { kind: 'directory', shareable: true }],
    ['82024121 8a0105', { kind: 'working', shareable: true, structure: 'transparent' }],
    ['82054221006e05 8a0105', { structure: 'linear-fixed', recordLength: 110, records: 5 }],
    ['82054621000103 8a0104', { structure: 'cyclic', recordLength: 1, records: 3, lifeCycle: 'deactivated' }],
    ['82024921 8a010c', { kind: 'internal', lifeCycle: 'terminated' }],
    // ISO/IEC 7816-4 §7.4.5, table 12: other lengths, as cards that are no UICC answer.
    ['820138 8a0105', { kind: 'directory', shareable: false }],
    ['820101 8a0105', { structure: 'transparent' }],
    ['8203020128 8a0105 80020050', { structure: 'linear-fixed', recordLength: 40, fileSize: 80 }],
    ['820402010028 8a0105', { structure: 'linear-fixed', recordLength: 40 }],
    ['8206020100280102 8a0105', { structure: 'linear-fixed', recordLength: 40, records: 258 }],
    ['82024121 8a0100 81020100', { lifeCycle: 'none', totalSize: 256 }],
    ['82024121 8a0101 8c0103', { lifeCycle: 'creation', security: { form: 'compact', bytes: '03' } }],
    ['82027821 8a0105 c609 900180 950108 830101', { pins: [{ reference: 1, enabled: true, usage: 8 }] }],
  ])('reads %s', (text, expected) => {
    const fcp = parseFcp(encodeTlv(0x62, hex(text)));
    expect(fcp).toMatchObject(expected);
    expect(isRefusal(fcp) || parseFcp(encodeFcp(fcp))).toEqual(fcp);
  });

  it.each([
    ['', 'fcp'],
    ['6f00', 'fcp'],
    ['6200', 'fcp/82'],
    ['6204 82020021', 'fcp/82'],
    ['6204 82028121', 'fcp/82'],
    ['6204 82024221', 'fcp/82'],
    ['6204 82024121', 'fcp/8a'],
    ['620a 82024121 8a0105 8301 3f', 'fcp/83'],
    ['6209 82024121 8a0105 a5 01', 'fcp/2'],
    ['620a 82024121 8a0105 a50180', 'fcp/a5/0'],
    ['620b 82024121 8a0105 c6028300', 'fcp/c6'],
  ])('refuses %s', (text, field) => {
    const found = parseFcp(hex(text));
    expect(found).toMatchObject({ _tag: 'Refusal', field });
  });

  it('takes any bytes or refuses them', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const fcp = parseFcp(encodeTlv(0x62, Buffer.concat([hex('82024121 8a0105'), bytes])));
        if (!isRefusal(fcp)) expect(parseFcp(encodeFcp(fcp))).toEqual(fcp);
      }),
    );
  });

  it('reads file management data', () => {
    expect(parseFmd(hex('640b 50055553696d31 5f500141'))).toEqual({ label: 'USim1', other: { '5f50': '41' } });
    expect(parseFmd(hex('6200'))).toMatchObject({ field: 'fmd' });
  });
});

describe('the header of a GSM card', () => {
  /** TS 51.011 §9.2.1, bytes at the places named there. */
  const VECTORS: readonly (readonly [string, GsmHeader])[] = [
    [
      '0000 01f4 3f00 01 0000000000 09 80 02 08 04 00 83 8a 82 8a',
      {
        kind: 'mf',
        fid: '3f00',
        freeBytes: 500,
        directories: 2,
        files: 8,
        codes: 4,
        chv1Enabled: false,
        chv1Tries: 3,
        unblock1Tries: 10,
        chv2Tries: 2,
        unblock2Tries: 10,
      },
    ],
    [
      '0000 0000 7f20 02 0000000000 09 00 00 10 03 00 00 8a 00 00',
      {
        kind: 'df',
        fid: '7f20',
        freeBytes: 0,
        directories: 0,
        files: 16,
        codes: 3,
        chv1Enabled: true,
        unblock1Tries: 10,
      },
    ],
    [
      '0000 0009 6f07 04 00 14 f0 44 01 02 00 00',
      {
        kind: 'ef',
        fid: '6f07',
        fileSize: 9,
        structure: 'transparent',
        increaseAllowed: false,
        access: { read: 'chv1', update: 'adm4', increase: 'never', rehabilitate: 'adm4', invalidate: 'adm4' },
        valid: true,
        usableWhenInvalid: false,
      },
    ],
    [
      '0000 0038 6f42 04 00 11 f0 ff 05 02 01 1c',
      {
        kind: 'ef',
        fid: '6f42',
        fileSize: 56,
        structure: 'linear-fixed',
        recordLength: 28,
        increaseAllowed: false,
        access: { read: 'chv1', update: 'chv1', increase: 'never', rehabilitate: 'never', invalidate: 'never' },
        valid: true,
        usableWhenInvalid: true,
      },
    ],
    [
      '0000 0009 6f39 04 40 02 23 44 00 02 03 03',
      {
        kind: 'ef',
        fid: '6f39',
        fileSize: 9,
        structure: 'cyclic',
        recordLength: 3,
        increaseAllowed: true,
        access: { read: 'always', update: 'chv2', increase: 'chv2', rehabilitate: 'adm4', invalidate: 'adm4' },
        valid: false,
        usableWhenInvalid: false,
      },
    ],
  ];

  it.each(VECTORS)('%s', (text, header) => {
    expect(parseGsmHeader(hex(text))).toEqual(header);
    const again = encodeGsmHeader(header);
    expect(parseGsmHeader(again)).toEqual(header);
  });

  it.each([
    ['', 'header/type'],
    ['0000 0009 6f07 05 00 14', 'header/type'],
    ['0000 0009 6f07 04 00 14', 'header'],
    ['0000 01f4 3f00 01 0000000000 09', 'header'],
    ['0000 0009 6f07 04 00 14 f0 44 01 02 02 00', 'header/structure'],
    ['0000 0009 6f07 04 00 14 f0 44 01 02 01 00', 'header/record'],
  ])('refuses %s', (text, field) =>
    expect(parseGsmHeader(hex(text))).toMatchObject({ code: 'MalformedGsmHeader', field }),
  );

  it('takes any bytes or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 15, maxLength: 23 }), fc.constantFrom(1, 2, 4), (bytes, type) => {
        bytes[6] = type;
        const header = parseGsmHeader(bytes);
        if (!isRefusal(header)) expect(parseGsmHeader(encodeGsmHeader(header))).toEqual(header);
      }),
    );
  });
});
