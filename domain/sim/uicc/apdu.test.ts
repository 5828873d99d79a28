import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import {
  type CommandApdu,
  caseOf,
  encodeCommand,
  encodeResponse,
  encodeTpdu,
  isExtended,
  parseCommand,
  parseResponse,
} from './apdu.ts';
import {
  activateFile,
  askTries,
  authenticate,
  deactivateFile,
  describeCommand,
  getResponse,
  readBinary,
  readRecord,
  runGsmAlgorithm,
  selectAid,
  selectFile,
  selectPath,
  status,
  terminalProfile,
  updateBinary,
  updatePrevious,
  updateRecord,
  verify,
} from './commands.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const session: ReadonlyArray<{
  readonly label: string;
  readonly apdu: string;
  readonly data: string;
  readonly sw: string;
}> = JSON.parse(readFileSync(new URL('../../../test/vectors/softsim_apdu_session.json', import.meta.url), 'utf8')).log;

const byte = fc.integer({ min: 0, max: 255 });
const command: fc.Arbitrary<CommandApdu> = fc
  .record({
    cla: byte,
    ins: byte,
    p1: byte,
    p2: byte,
    data: fc.oneof(fc.uint8Array({ maxLength: 255 }), fc.uint8Array({ minLength: 256, maxLength: 400 })),
    le: fc.option(fc.oneof(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 257, max: 65_536 })), {
      nil: undefined,
    }),
  })
  .map(({ le, data, ...rest }) => ({ ...rest, data: Buffer.from(data), ...(le === undefined ? {} : { le }) }));

describe('APDUs', () => {
  const forms: readonly (readonly [string, number, string, number | undefined, boolean])[] = [
    ['0020000a', 1, '', undefined, false],
    ['00b000000a', 2, '', 10, false],
    ['00b0000000', 2, '', 256, false],
    ['00b000000000ff', 2, '', 255, false],
    ['00b00000000100', 2, '', 256, false],
    ['00b00000000000', 2, '', 65_536, true],
    ['00a40004023f00', 3, '3f00', undefined, false],
    ['00a40004023f0000', 4, '3f00', 256, false],
    ['00d60000000003aabbcc', 3, 'aabbcc', undefined, false],
    ['00d60000000001aa0101', 4, 'aa', 257, true],
  ];

  it.each(forms)('reads %s as case %i', (text, form, data, le, extended) => {
    const parsed = parseCommand(hex(text));
    if (isRefusal(parsed)) throw new Error(parsed.code);
    expect([caseOf(parsed), Buffer.from(parsed.data).toString('hex'), parsed.le]).toEqual([form, data, le]);
    expect(isExtended(parsed)).toBe(extended);
  });

  it.each([
    '',
    '00a400',
    '00a4000405aabb',
    '00a4000402aabb0000',
    '00a400040000',
    '00d60000000000aa',
    '00d6000000000201',
  ])('refuses %j', (text) => expect(parseCommand(hex(text))).toMatchObject({ code: 'MalformedApdu', field: 'apdu' }));

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(command, (one) => {
        expect(parseCommand(encodeCommand(one))).toEqual(one);
        if (isExtended(one)) expect(() => encodeTpdu(one)).toThrow(RangeError);
        else expect(encodeTpdu(one).length).toBe(5 + one.data.length);
      }),
    );
  });

  it('reads any bytes, or refuses them without quoting them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const parsed = parseCommand(bytes);
        if (isRefusal(parsed) && bytes.length > 4)
          expect(JSON.stringify(parsed)).not.toContain(Buffer.from(bytes).toString('hex'));
        const response = parseResponse(bytes);
        if (!isRefusal(response)) expect(encodeResponse(response).equals(Buffer.from(bytes))).toBe(true);
        else expect(bytes.length).toBeLessThan(2);
      }),
    );
  });

  it('throws on fields that are no bytes', () => {
    const base = { cla: 0, ins: 0xa4, p1: 0, p2: 0, data: Buffer.alloc(0) };
    for (const wrong of [
      { cla: 256 },
      { p1: -1 },
      { p2: 1.5 },
      { le: 0 },
      { le: 65_537 },
      { data: Buffer.alloc(65_536) },
    ]) {
      expect(() => encodeCommand({ ...base, ...wrong })).toThrow(RangeError);
    }
  });
});

describe('commands', () => {
  const log = (label: string): string => session.find((one) => one.label === label)?.apdu ?? '';
  const adm = (text: string): SecretBytes => new SecretBytes(hex(text));
  const authenticated = hex(log('AUTHENTICATE SQN=0x21'));

  it('of the recorded session all read and write back', () => {
    expect(session.length).toBeGreaterThan(25);
    for (const { apdu } of session) {
      const parsed = parseCommand(hex(apdu));
      if (isRefusal(parsed)) throw new Error(parsed.code);
      expect(encodeCommand(parsed).toString('hex')).toBe(apdu);
    }
  });

  const built: readonly (readonly [string, CommandApdu])[] = [
    ['SELECT MF', selectFile('uicc', '3f00')],
    ['SELECT ADF.USIM (12-byte AID)', selectAid(hex('a0000000871002ffffffff89'))],
    ['READ ICCID (blank)', readBinary('uicc', 0, 10)],
    ['UPDATE ICCID 8988211000000467343', updateBinary('uicc', 0, hex('988812010000407643f3'))],
    ['UPDATE SMSP rec 1', updateRecord('uicc', 1, hex(log('UPDATE SMSP rec 1')).subarray(5))],
    ['READ SMSP rec 1', readRecord('uicc', 1, 0x34)],
    ['VERIFY ADM1 wrong', verify('uicc', 0x0a, adm('3939393939393939'))],
    ['AUTHENTICATE SQN=0x21', authenticate(authenticated.subarray(6, 22), authenticated.subarray(23, 39))],
  ];
  it.each(built)('are built as recorded: %s', (label, one) => expect(encodeTpdu(one).toString('hex')).toBe(log(label)));

  // TS 51.011 §9.2, TS 102 221 §11: header bytes as printed there.
  const others: readonly (readonly [string, CommandApdu])[] = [
    ['0020000a', askTries(0x0a)],
    ['00440000023f00', activateFile('uicc', '3f00')],
    ['00440000', activateFile('uicc')],
    ['a0040000', deactivateFile('gsm')],
    ['a0a40000026f0700', selectFile('gsm', '6f07')],
    ['00a4080404 7f206f07 00', selectPath('mf', ['7f20', '6f07'])],
    ['00a4090402 6f07 00', selectPath('current', ['6f07'])],
    ['a0b001ff10', readBinary('gsm', 0x1ff, 16)],
    ['00b0000000', readBinary('uicc', 0, 256)],
    ['00dc000303 aabbcc', updatePrevious('uicc', hex('aabbcc'))],
    ['a020000008 31323334ffffffff', verify('gsm', 0, adm('31323334ffffffff'))],
    ['a088000010 000102030405060708090a0b0c0d0e0f 0c', runGsmAlgorithm(hex('000102030405060708090a0b0c0d0e0f'))],
    ['a0c0000016', getResponse('gsm', 22)],
    ['80f2000000', status('uicc')],
    ['a0f2000016', status('gsm', 22)],
    ['8010000002 ffff', terminalProfile('uicc', hex('ffff'))],
    ['a010000001 01', terminalProfile('gsm', hex('01'))],
  ];
  it.each(others)('%s', (text, one) => expect(encodeCommand(one).toString('hex')).toBe(text.replaceAll(' ', '')));

  it('are described without their bytes', () => {
    expect(describeCommand(verify('uicc', 0x0a, adm('3132333435363738')))).toBe('VERIFY 00 0a, 8 bytes');
    expect(describeCommand(readBinary('uicc', 0, 10))).toBe('READ BINARY 00 00, 10 expected');
    expect(describeCommand({ cla: 0, ins: 0x99, p1: 0, p2: 0, data: Buffer.alloc(0) })).toBe('INS 99 00 00');
  });

  it('throw on what no card takes', () => {
    expect(() => selectFile('uicc', '3F0')).toThrow(RangeError);
    expect(() => selectAid(Buffer.alloc(4))).toThrow(RangeError);
    expect(() => selectPath('mf', [])).toThrow(RangeError);
    expect(() => readBinary('uicc', 0x8000, 1)).toThrow(RangeError);
    expect(() => updateBinary('uicc', 0, Buffer.alloc(256))).toThrow(RangeError);
    expect(() => readRecord('uicc', 0, 1)).toThrow(RangeError);
    expect(() => verify('uicc', 10, adm('31'))).toThrow(RangeError);
    expect(() => authenticate(Buffer.alloc(16), Buffer.alloc(15))).toThrow(RangeError);
  });
});
