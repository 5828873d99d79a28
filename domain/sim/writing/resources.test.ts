import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { iccidOfBody } from '../iccid.ts';
import { imsiDecider } from '../imsi-use.ts';
import type { ImsiCommand } from '../schema.ts';
import { PROFILES } from '../uicc/profiles.ts';
import { parseKeyRow } from './key-file.ts';
import type { SmscCommand } from './schema.ts';
import { smscDecider } from './smsc.ts';

/** What goes onto a card: centre, IMSI, keys; every refusal with what leads to it. */

const ICCID = iccidOfBody('8986012610000000001');
const OTHER = iccidOfBody('8986012610000000002');
const IMSI = '460017000000001';

describe('a short-message centre', () => {
  const register: SmscCommand = { _tag: 'Register', operator: 'unicom', product: null, city: null };
  const retire: SmscCommand = { _tag: 'Retire', reason: 'moved' };
  it.each([
    ['SmscUnknown', [], retire],
    ['SmscDiffers', [register], { ...register, city: '110000' }],
    ['SmscRetired', [register, retire], register],
  ] as ReadonlyArray<readonly [string, readonly SmscCommand[], SmscCommand]>)('%s', (code, commands, command) => {
    const one = running(smscDecider, '8613010112500');
    for (const before of commands) one.must(before);
    expect(one.ask(command)).toBe(code);
  });
  it('InvalidSmsc', () => {
    expect(running(smscDecider, '0123').ask(register)).toBe('InvalidSmsc');
  });
});

describe('an IMSI in doubt', () => {
  const on = (_tag: 'Write' | 'Doubt' | 'Confirm', iccid = ICCID): ImsiCommand => ({ _tag, iccid: iccid as never });
  const start: ImsiCommand = {
    _tag: 'Reserve',
    iccid: ICCID as never,
    application: 'A-1001',
    line: 1,
    product: 'P1',
    city: '110000',
  };
  it('stays with its card until it is written or free', () => {
    const one = running(imsiDecider, IMSI);
    for (const command of [start, on('Doubt'), on('Doubt')]) one.must(command);
    expect(one.must(start)).toMatchObject({ changed: false, status: 'inDoubt' });
    expect(one.ask({ ...start, iccid: OTHER as never } as ImsiCommand)).toBe('ImsiOnOtherCard');
    expect(one.ask(on('Confirm'))).toBe('ImsiNotWritten');
    for (const command of [on('Write'), on('Confirm')]) one.must(command);
    expect(one.state()?.status).toBe('confirmed');
  });
});

describe('a row of a key file', () => {
  const [usim, gsm] = PROFILES as [(typeof PROFILES)[number], (typeof PROFILES)[number]];
  const K = '00112233445566778899aabbccddeeff';
  it.each([
    ['MalformedKeyRow', `${ICCID},${K}`, usim],
    ['InvalidIccid', `123,${K},${K},,12345678`, usim],
    ['MalformedKeyRow', `${ICCID},xyz,${K},,12345678`, usim],
    ['MalformedKeyRow', `${ICCID},${K},${K},${K},12345678`, usim],
    ['KeyMissing', `${ICCID},${K},,,12345678`, usim],
    ['InvalidAdm', `${ICCID},${K},${K},,`, usim],
  ] as const)('%s', (code, line, profile) => {
    const refusal = parseKeyRow(line, profile);
    expect(refusal).toMatchObject({ code });
    expect(JSON.stringify(refusal)).not.toContain(K);
  });
  it('is taken as its profile needs', () => {
    expect(parseKeyRow(`${ICCID},${K},${K},,12345678`, usim)).toMatchObject({ iccid: ICCID, adm: '12345678' });
    expect(parseKeyRow(`${ICCID},,,,31323334`, gsm)).toEqual({ iccid: ICCID, adm: '31323334' });
    expect(JSON.stringify(parseKeyRow(`${ICCID},${K},${K},,12345678`, usim))).not.toContain(K);
  });
});
