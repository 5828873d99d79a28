import { describe, expect, it } from 'vitest';
import { Bill, type BilledUsage, billReport, packagesOf } from './bill.ts';

const usage = (record: number, more: Partial<BilledUsage> = {}): BilledUsage => ({
  id: `f.${record}`,
  record,
  number: '8613800000001',
  imsi: '',
  attributedBy: 'msisdn',
  atMs: Date.UTC(2026, 10, 30, 15, 30, 5),
  utcOffsetMinutes: 480,
  service: 'voice',
  direction: 'originating',
  destination: '85221234567',
  quantity: 61,
  chargedMinor: 1_000n,
  agreedMinor: 1_000n,
  retailMinor: 198n,
  agreementVersion: 2,
  planVersion: 1,
  takes: [],
  terms: {
    roaming: 'outbound',
    partner: 'HKGPP',
    network: 'HKGPP',
    home: 'CHNCM',
    charged: { currency: 'XDR', decimals: 3 },
    retail: { currency: 'CNY', decimals: 2 },
    agreement: 'A',
    plan: 'P',
  },
  ...more,
});
const takes = [{ balance: 'B1', taken: 120 }];
const RECORDS = [
  usage(1),
  usage(2, { retailMinor: 0n, takes }),
  usage(3, { number: '85291234567', service: 'data', direction: 'originating', destination: '', quantity: 2_048 }),
  usage(4, { retailMinor: -8n }),
];

describe('the bill of a month', () => {
  it('adds up by number, network and service, with what packages covered', () => {
    const bill = new Bill([]);
    for (const one of RECORDS) bill.add(one);
    expect(bill.lines()).toMatchObject([
      { number: '85291234567', service: 'data', events: 1, quantity: 2_048n, offPackages: 0n, amountMinor: 198n },
      { number: '8613800000001', service: 'voice', events: 3, quantity: 183n, offPackages: 120n, amountMinor: 190n },
    ]);
    expect(bill.totals([])).toEqual([{ currency: 'CNY', decimals: 2, amountMinor: 388n }]);
    expect(bill.records).toBe(4);
  });

  it('of one card has what each of its numbers comes to, with several partners, and all of it together', () => {
    const bill = new Bill([]);
    const abroad = { ...usage(5).terms, partner: 'JPNDO', network: 'JPNDO' };
    for (const one of [...RECORDS, usage(5, { terms: abroad, retailMinor: 300n })]) bill.add(one);
    expect(bill.lines().map(({ number, network, amountMinor }) => [number, network, amountMinor])).toEqual([
      ['85291234567', 'HKGPP', 198n],
      ['8613800000001', 'HKGPP', 190n],
      ['8613800000001', 'JPNDO', 300n],
    ]);
    expect(bill.byNumber()).toEqual([
      { number: '85291234567', currency: 'CNY', decimals: 2, amountMinor: 198n },
      { number: '8613800000001', currency: 'CNY', decimals: 2, amountMinor: 490n },
    ]);
    expect(bill.totals([])).toMatchObject([{ amountMinor: 688n }]);
    const of = { subscriber: 'S1', month: '2026-11', createdAtMs: 0 };
    expect(billReport(of, new Bill([], RECORDS), RECORDS, [], 'en', (number) => number).totals).toEqual([
      ['Number 85291234567 CNY', '1.98'],
      ['Number 8613800000001 CNY', '1.90'],
      ['Total CNY', '3.88'],
    ]);
  });

  it('has the packages that were granted with a price in the month, as the primary number’s', () => {
    const sold = { day: '2026-11-02', decimals: 2, amountMinor: 2_800n };
    const balance = { package: 'VOICE-30', left: 0, fromMs: 0, untilMs: 1 };
    const subscriber = {
      currency: 'CNY',
      numbers: [
        { number: '8613800000001', role: 'primary', on: [] },
        { number: '85291234567', role: 'secondary', on: [] },
      ],
      balances: [
        { ...balance, id: 'B2', sold: { ...sold, day: '2026-11-30' } },
        { ...balance, id: 'B1', sold },
        { ...balance, id: 'FREE' },
        { ...balance, id: 'BEFORE', sold: { ...sold, day: '2026-10-31' } },
      ],
    } as const;
    const packages = packagesOf(subscriber, '2026-11');
    expect(packages.map(({ balance: id, number, amountMinor }) => [id, number, amountMinor])).toEqual([
      ['B1', '8613800000001', 2_800n],
      ['B2', '8613800000001', 2_800n],
    ]);
    const bill = new Bill(packages);
    for (const one of RECORDS) bill.add(one);
    expect(bill.byNumber()).toMatchObject([
      { number: '8613800000001', amountMinor: 5_790n },
      { number: '85291234567', amountMinor: 198n },
    ]);
    expect(bill.totals([])).toEqual([{ currency: 'CNY', decimals: 2, amountMinor: 5_988n }]);
    const of = { subscriber: 'S1', month: '2026-11', createdAtMs: 0 };
    const report = billReport(of, bill, RECORDS, [], 'zh', (number) => number.slice(-4));
    expect(report.rows[0]).toEqual(['2026-11-02', '0001', '', '套餐 VOICE-30', '', '', '', '', 'CNY', '28.00', 'B1']);
    expect(report.rows).toHaveLength(2 + RECORDS.length);
    expect(report.totals.at(-1)).toEqual(['合计 CNY', '59.88']);
  });

  it('has the discounts of the month, a line each, taken off the total and not off the numbers', () => {
    const discount = {
      ...{ plan: 'P', version: 1, networks: ['HKGPP', 'JPNDO'], currency: 'CNY', decimals: 2, amountMinor: -88n },
      ...{ steps: [], tiers: [] },
    };
    const of = { subscriber: 'S1', month: '2026-11', createdAtMs: 0 };
    const discounts = [discount, { ...discount, networks: ['DEUD1'], amountMinor: 0n }];
    const report = billReport(of, new Bill([], RECORDS), RECORDS, discounts, 'en', (number) => number);
    expect(report.rows.slice(RECORDS.length)).toEqual([
      ['', '', 'HKGPP JPNDO', 'Discount of the month', '', '', '', '', 'CNY', '-0.88', 'P'],
    ]);
    expect(report.totals).toEqual([
      ['Number 85291234567 CNY', '1.98'],
      ['Number 8613800000001 CNY', '1.90'],
      ['Total CNY', '3.00'],
    ]);
  });

  it('adds what a re-rating has changed, which is no event', () => {
    const bill = new Bill([]);
    bill.add(usage(1));
    bill.add(usage(1, { id: 'f.1.v0123456789abcdef', quantity: 0, chargedMinor: 0n, retailMinor: -20n }));
    expect(bill.lines()).toMatchObject([{ events: 1, quantity: 61n, amountMinor: 178n }]);
  });

  it('lists each record with its fee, by the clock of the visited network', () => {
    const of = { subscriber: 'S1', month: '2026-11', createdAtMs: 0 };
    const report = billReport(of, new Bill([], RECORDS), RECORDS, [], 'en', (number) =>
      number.replace(/\d{4}$/, '****'),
    );
    expect(report.rows[0]).toEqual([
      '2026-11-30 23:30:05',
      '861380000****',
      'HKGPP',
      'Voice (s)',
      'Made',
      '8522123****',
      '61',
      '0',
      'CNY',
      '1.98',
      'f.1',
    ]);
    expect(report.totals).toEqual([
      ['Number 8529123**** CNY', '1.98'],
      ['Number 861380000**** CNY', '1.90'],
      ['Total CNY', '3.88'],
    ]);
    expect(billReport(of, new Bill([]), [], [], 'zh', (number) => number).headings).toHaveLength(
      report.headings.length,
    );
  });
});
