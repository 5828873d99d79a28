import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partId } from './application/evolve.ts';
import { partRouter, splitByCity, splitByQuantity } from './split.ts';

const lines = [
  { no: 1, city: 'BJ', rows: 5 },
  { no: 2, city: 'SH', rows: 3 },
  { no: 3, city: 'BJ', rows: 2 },
];

describe('splitting a card-making file', () => {
  it('by city gives each vendor one part with all lines of its cities', () => {
    const vendors = new Map([
      ['BJ', 'V1'],
      ['SH', 'V2'],
    ]);
    expect(splitByCity(lines, vendors, 4)).toEqual([
      {
        part: 4,
        vendor: 'V1',
        lines: [
          { no: 1, quantity: 5 },
          { no: 3, quantity: 2 },
        ],
      },
      { part: 5, vendor: 'V2', lines: [{ no: 2, quantity: 3 }] },
    ]);
    expect(splitByCity(lines, new Map([['BJ', 'V1']]))).toMatchObject({ code: 'CityWithoutVendor', field: 'lines/2' });
  });

  it('by quantity cuts through lines', () => {
    const shares = [
      { vendor: 'V1', quantity: 6 },
      { vendor: 'V2', quantity: 4 },
    ];
    expect(splitByQuantity(lines, shares)).toEqual([
      {
        part: 1,
        vendor: 'V1',
        lines: [
          { no: 1, quantity: 5 },
          { no: 2, quantity: 1 },
        ],
      },
      {
        part: 2,
        vendor: 'V2',
        lines: [
          { no: 2, quantity: 2 },
          { no: 3, quantity: 2 },
        ],
      },
    ]);
    expect(splitByQuantity(lines, shares.slice(1))).toMatchObject({ code: 'SharesDoNotAddUp' });
  });

  it('routes every row of the file to exactly one part', () => {
    const rows = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), (counts, cuts) => {
        const file = counts.map((count, at) => ({ no: at + 1, city: 'C', rows: count }));
        let left = counts.reduce((sum, count) => sum + count, 0);
        const shares = cuts.map((cut) => {
          const quantity = Math.min(cut, left);
          left -= quantity;
          return { vendor: 'V', quantity };
        });
        shares.push({ vendor: 'V', quantity: left });
        const parts = splitByQuantity(
          file,
          shares.filter(({ quantity }) => quantity > 0),
        );
        if ('_tag' in parts) throw new Error(parts.code);
        const route = partRouter(parts.map((part) => ({ id: partId(1, part.part), lines: part.lines })));
        const got = new Map<string, number>();
        for (const { no, rows: count } of file) {
          for (let row = 0; row < count; row += 1) {
            const id = route(no) ?? 'none';
            got.set(id, (got.get(id) ?? 0) + 1);
          }
          expect(route(no)).toBeUndefined();
        }
        for (const part of parts) {
          const wanted = part.lines.reduce((sum, { quantity }) => sum + quantity, 0);
          expect(got.get(partId(1, part.part))).toBe(wanted);
        }
        expect(got.has('none')).toBe(false);
      }),
    );
  });
});
