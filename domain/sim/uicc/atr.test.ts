import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { type Atr, clockOf, parseAtr } from './atr.ts';
import { agreedPps, encodePps, parsePps, ppsLength } from './pps.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** ATRs of real cards, and of none: what is special about each. */
const GOOD: readonly (readonly [string, string, Partial<Atr>])[] = [
  [
    'a USIM, T=0, 512/32',
    '3b9f96801fc78031a073be21136743200718000001a5',
    {
      convention: 'direct',
      protocols: [0],
      clock: { fi: 512, di: 32, maxHz: 5_000_000 },
      clockStop: 'any',
      voltageClasses: ['A', 'B', 'C'],
      historical: '8031a073be21136743200718000001',
    },
  ],
  ['a USIM whose clock stops high only', '3b9f96801f878031e073fe211b674a4c753034054ba9', { clockStop: 'high' }],
  [
    'an old card without interface bytes',
    '3b021450',
    { protocols: [0], clock: { fi: 372, di: 1, maxHz: 5_000_000 }, historical: '1450' },
  ],
  [
    'a GSM SIM of inverse convention',
    '3f2f008069af020401310000000e831e9f16',
    { convention: 'inverse', historical: '8069af020401310000000e831e9f16' },
  ],
  [
    'a T=1 card',
    '3bda18ff81b1fe751f030031c573c001400090000c',
    {
      protocols: [1],
      extraGuardTime: 255,
      t1: { ifsc: 254, cwi: 5, bwi: 7, checksum: 'lrc' },
      voltageClasses: ['A', 'B'],
    },
  ],
  [
    'T=0 and T=1',
    '3b80800101',
    { protocols: [0, 1], t1: { ifsc: 32, cwi: 13, bwi: 4, checksum: 'lrc' }, historical: '' },
  ],
  [
    'specific mode, T=1',
    '3b801001',
    { specificMode: { protocol: 1, canChange: true, implicitClock: false }, protocols: [0] },
  ],
  [
    'specific mode that stays, implicit clock',
    '3b801090',
    { specificMode: { protocol: 0, canChange: false, implicitClock: true } },
  ],
  ['T=0 with TC2', '3b 80 40 20', { protocols: [0], waitingInteger: 32 }],
];

const BAD: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'atr'],
  ['one byte', '3b', 'atr'],
  ['34 bytes', `3b${'00'.repeat(33)}`, 'atr'],
  ['another first byte', '3c00', 'atr/ts'],
  ['historical bytes missing', '3b0214', 'atr/historical'],
  ['interface bytes missing', '3b9f96', 'atr/1'],
  ['interface bytes of the second level missing', '3b8080', 'atr/2'],
  ['TCK missing', '3b9f96801fc78031a073be21136743200718000001', 'atr/tck'],
  ['TCK wrong', '3b9f96801fc78031a073be21136743200718000001a6', 'atr/tck'],
  ['a byte too many', '3b02145000', 'atr/tck'],
  ['reserved Fi', '3b1071', 'atr/1'],
  ['reserved Di', '3b1010', 'atr/1'],
  ['IFSC of 0', '3b8081 1100 10', 'atr/ifsc'],
];

describe('ATR', () => {
  it.each(GOOD)('reads %s', (_, text, expected) => expect(parseAtr(hex(text))).toMatchObject(expected));

  it.each(BAD)('refuses %s', (_, text, field) =>
    expect(parseAtr(hex(text))).toMatchObject({ _tag: 'Refusal', code: 'MalformedAtr', field }),
  );

  it('takes any bytes for an ATR or refuses them; what is taken is consistent', () => {
    const likely = fc
      .tuple(fc.constantFrom(0x3b, 0x3f), fc.uint8Array({ maxLength: 32 }))
      .map(([ts, rest]) => Buffer.of(ts, ...rest));
    fc.assert(
      fc.property(likely, (bytes) => {
        const atr = parseAtr(bytes);
        if (isRefusal(atr)) return;
        expect(atr.historical.length / 2).toBe((bytes[1] ?? 0) & 0x0f);
        expect(atr.protocols.length).toBeGreaterThan(0);
        expect(atr.protocols).not.toContain(15);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('PPS', () => {
  it.each([
    ['ff00ff', { protocol: 0 }],
    ['ff109679', { protocol: 0, clock: 0x96 }],
    ['ff01fe', { protocol: 1 }],
    ['ff11947a', { protocol: 1, clock: 0x94 }],
  ])('is %s for %j', (text, pps) => {
    const bytes = encodePps(pps);
    expect(bytes.toString('hex')).toBe(text);
    expect(parsePps(bytes)).toEqual(pps);
    expect(ppsLength(bytes[1] ?? 0)).toBe(bytes.length);
  });

  it('agrees when the card repeats it, falls back when PPS1 is left out, refuses everything else', () => {
    const asked = { protocol: 0, clock: 0x96 };
    expect(agreedPps(asked, hex('ff109679'))).toEqual(asked);
    expect(agreedPps(asked, hex('ff00ff'))).toEqual({ protocol: 0 });
    expect(agreedPps(asked, encodePps({ protocol: 0, clock: 0x94 }))).toMatchObject({ code: 'PpsRefused' });
    expect(agreedPps(asked, encodePps({ protocol: 1 }))).toMatchObject({ code: 'PpsRefused' });
    for (const text of ['', 'ff', 'ff00', 'ff00fe', 'fe00fe', 'ff10ef', 'ff1071 9e']) {
      expect(agreedPps(asked, hex(text))).toMatchObject({ code: 'MalformedPps', field: 'pps' });
    }
  });

  it('knows every Fi and Di of the tables, and no reserved one', () => {
    expect(clockOf(0x11)).toEqual({ fi: 372, di: 1, maxHz: 5_000_000 });
    expect(clockOf(0x97)).toEqual({ fi: 512, di: 64, maxHz: 5_000_000 });
    const known = Array.from({ length: 256 }, (_, one) => clockOf(one)).filter((one) => one !== undefined);
    expect(known).toHaveLength(12 * 9);
    expect(() => encodePps({ protocol: 0, clock: 0x71 })).toThrow(RangeError);
    expect(() => encodePps({ protocol: 15 })).toThrow(RangeError);
  });
});
