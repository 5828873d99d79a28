import { inflateSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { Schema } from 'effect';
import exceljs from 'exceljs';
import { describe, expect, it, vi } from 'vitest';
import { LANGUAGES } from '../domain/kernel/report.ts';
import { parsePercent, parsePrice } from '../domain/roaming/rating/decimal.ts';
import { reportOf } from '../domain/roaming/settlement/report.ts';
import { Statement, type SumLine } from '../domain/roaming/settlement/schema.ts';
import { drawnStatement } from '../domain/roaming/settlement/statement.ts';
import { statementReport } from './roaming-statement.ts';

const sum = (more: Partial<SumLine>): SumLine => ({
  direction: 'outbound',
  service: 'voice',
  adjustment: false,
  currency: 'EUR',
  decimals: 3,
  events: 17,
  usage: 5_431n,
  amountMinor: 1_234_567n,
  ...more,
});
const bound = { absoluteMinor: null, perMille: null };
const drawn = drawnStatement(
  {
    partner: 'FRAF1',
    agreement: 'FRAF1-2026',
    from: '2026-01-01',
    to: '2026-03-31',
    frequency: 'quarterly',
    currency: 'SDR',
    decimals: 2,
    rounding: 'halfEven',
    rates: [{ currency: 'EUR', decimals: 3, rate: '0.815' }],
    tolerance: { line: bound, total: bound },
    twoPersonsOverMinor: 0n,
    carriedMinor: -99n,
  },
  [
    sum({}),
    sum({ service: 'data', usage: 98_765_432_109_876n, amountMinor: 10n ** 20n + 1n }),
    sum({ service: 'sms', adjustment: true, amountMinor: -4_321n }),
    sum({ direction: 'inbound', currency: 'SDR', decimals: 2, amountMinor: 777_777n }),
  ],
  [
    {
      direction: 'inbound',
      agreement: 'FRAF1-CHNCM',
      revision: 2,
      terms: {
        version: 4,
        currency: 'XDR',
        decimals: 2,
        rounding: { charge: 'halfUp', discount: 'down', tax: 'halfUp' },
        discounts: [
          {
            name: 'volume',
            services: [],
            subscribers: [],
            basis: 'charge',
            method: 'incremental',
            tiers: [
              { from: 0n, percent: parsePercent('0') },
              { from: parsePrice('1000'), percent: parsePercent('12.5') },
            ],
          },
        ],
        commitments: [{ name: 'send-or-pay', services: ['data'], amount: parsePrice('50') }],
      },
    },
  ],
  Date.UTC(2026, 3, 2),
  3,
);
if ('_tag' in drawn) throw new Error(drawn.code);

/** What is drawn on the pages, glyph by glyph, read through the fonts' own tables of characters (ISO 32000-1, 9.10.3). */
const textOf = (pdf: Buffer): string => {
  const streams: Array<string> = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 1)) {
    if (pdf.toString('latin1', at - 3, at) === 'end') continue;
    const bytes = pdf.subarray(at + 7, pdf.indexOf('\nendstream', at));
    if (bytes[0] === 0x78) streams.push(inflateSync(bytes).toString('latin1'));
  }
  const characters = new Map<number, string>();
  for (const map of streams.filter((one) => one.includes('beginbfrange'))) {
    for (const [, first = '', targets = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
      for (const [index, [, hex = '']] of [...targets.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
        characters.set(
          Number.parseInt(first, 16) + index,
          Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
        );
      }
    }
  }
  return streams
    .flatMap((one) => [...one.matchAll(/\[([^\]]*)\] TJ/g)])
    .map(([, glyphs = '']) => [...glyphs.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => hex).join(''))
    .map((hex) => (hex.match(/.{4}/g) ?? []).map((glyph) => characters.get(Number.parseInt(glyph, 16))).join(''))
    .join('')
    .replaceAll(/\s/g, '');
};

describe.each(LANGUAGES)('the report of a statement (%s)', (language) => {
  const report = reportOf(drawn, language);

  it('has the same bytes for the same statement, in every format', async () => {
    for (const format of ['pdf', 'xlsx', 'csv', 'json'] as const) {
      const first = await statementReport(drawn, format, language);
      // ZIP entries have times of two seconds; the clock is moved, not waited for.
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
      try {
        expect((await statementReport(drawn, format, language)).equals(first)).toBe(true);
      } finally {
        vi.useRealTimers();
      }
    }
  });

  it('as PDF has every figure', async () => {
    const text = textOf(await statementReport(drawn, 'pdf', language));
    const said = [
      report.title,
      ...[...report.head, ...report.totals].flat(),
      ...report.headings,
      ...report.rows.flat(),
    ];
    expect(said.filter((one) => !text.includes(one.replaceAll(/\s/g, '')))).toEqual([]);
  });

  it('as workbook and CSV has every figure as text', async () => {
    const book = new exceljs.Workbook();
    await book.xlsx.load(new Uint8Array(await statementReport(drawn, 'xlsx', language)).buffer);
    const rows = book.worksheets[0]?.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : []));
    expect(rows).toEqual([[report.title], ...report.head, report.headings, ...report.rows, ...report.totals]);
    const csv = await statementReport(drawn, 'csv', language);
    expect(parse(csv, { bom: true })).toEqual([report.headings, ...report.rows]);
  });
});

it('the report as JSON is the statement', async () => {
  const json: unknown = JSON.parse((await statementReport(drawn, 'json', 'en')).toString());
  expect(Schema.decodeUnknownSync(Statement)(json)).toEqual(drawn);
});

it('the report states exact amounts, and what each rounding took', () => {
  const { rows, totals } = reportOf(drawn, 'en');
  expect(rows.map((row) => row.slice(6))).toEqual([
    ['1234.567', '0.815', '1006.17', '0.00210500'],
    ['100000000000000000.001', '0.815', '81500000000000000.00', '0.00081500'],
    ['-4.321', '0.815', '-3.52', '-0.00161500'],
    ['7777.77', '1', '7777.77', '0.0000'],
    ['-847.22', '1', '-847.22', '0.0000'],
    ['', '', '', ''],
    ['-847.22125', '', '', ''],
    ['0.00125', '', '', ''],
    ['50.00', '1', '50.00', '0.0000'],
    ['', '', '', ''],
    ['50', '', '', ''],
  ]);
  expect(rows.slice(5).map((row) => row[1])).toEqual([
    'FRAF1-CHNCM revision 2, version 4',
    'discount volume: 12.5 % of 6777.77',
    'rounding, down',
    'Commitment',
    'FRAF1-CHNCM revision 2, version 4',
    'missing to send-or-pay, 50',
  ]);
  expect(totals.map(([, amount]) => amount)).toEqual([
    '6980.55',
    '81500000000001002.65',
    '-0.99',
    '-81499999999994023.09',
  ]);
});
