import { formatDecimal } from '../../kernel/decimal.ts';
import type { Language, Report } from '../../kernel/report.ts';
import type { Service } from '../rating/schema.ts';
import type { SubscriberState } from '../subscriber/schema.ts';
import { primaryOf } from '../subscriber/spending.ts';
import { type MonthDiscount, MonthSums } from './month-discounts.ts';
import { correctedBy, type RatedUsage, takenOf, type UsageTerms } from './usage-record.ts';

/**
 * What a subscriber pays for a month (seed 002 §3.2.2, §3.3.1: 费用清单): a sum for each number, visited network and service,
 * and as a report every record with its fee. Exact: no amount is rounded that the records do not have rounded.
 */

/** A record with what its part has in common, as the store gives it. */
export type BilledUsage = RatedUsage & { readonly id: string; readonly terms: UsageTerms };

export interface BillLine {
  readonly number: string;
  readonly network: string;
  readonly service: Service;
  readonly events: number;
  /** Seconds, messages or bytes; of them, off packages, in whole units of each package. */
  readonly quantity: bigint;
  readonly offPackages: bigint;
  readonly currency: string;
  readonly decimals: number;
  readonly amountMinor: bigint;
}

/** A package that was granted in the month, and what it cost; all of it is the primary number's. */
export interface BilledPackage {
  readonly balance: string;
  readonly package: string;
  readonly day: string;
  readonly number: string;
  readonly currency: string;
  readonly decimals: number;
  readonly amountMinor: bigint;
}

/** Of a subscriber's packages those that were paid in the month, by day. */
export const packagesOf = (
  { balances, numbers, currency }: Pick<SubscriberState, 'balances' | 'numbers' | 'currency'>,
  month: string,
): ReadonlyArray<BilledPackage> => {
  const number = primaryOf({ numbers });
  return balances
    .flatMap(({ id, package: name, sold }) =>
      sold?.day.startsWith(month) === true ? [{ balance: id, package: name, number, currency, ...sold }] : [],
    )
    .toSorted((a, b) => (`${a.day} ${a.balance}` < `${b.day} ${b.balance}` ? -1 : 1));
};

type Amount = Pick<BillLine, 'number' | 'currency' | 'decimals' | 'amountMinor'>;

/** Sums of a month: its packages, and its usage record after record. */
export class Bill {
  readonly packages: ReadonlyArray<BilledPackage>;
  records = 0;
  /** By which the plan's discounts of the month are found. */
  readonly month = new MonthSums();
  private readonly sums = new Map<string, BillLine>();

  constructor(packages: ReadonlyArray<BilledPackage>, records: Iterable<BilledUsage> = []) {
    this.packages = packages;
    for (const one of records) this.add(one);
  }

  add(one: BilledUsage): void {
    const { id, number, service, quantity, takes, retailMinor } = one;
    const { network, retail } = one.terms;
    this.month.add(one);
    const { currency, decimals } = retail ?? { currency: '', decimals: 0 };
    const key = [number, network, service, currency, decimals].join('/');
    const sum = this.sums.get(key);
    this.records += 1;
    this.sums.set(key, {
      ...{ number, network, service, currency, decimals },
      // A difference is no event.
      events: (sum?.events ?? 0) + (correctedBy(id) === undefined ? 1 : 0),
      quantity: (sum?.quantity ?? 0n) + BigInt(quantity),
      offPackages: takes.reduce((all, { taken }) => all + BigInt(taken), sum?.offPackages ?? 0n),
      amountMinor: (sum?.amountMinor ?? 0n) + retailMinor,
    });
  }

  /** In the order of numbers, networks and services. */
  lines(): ReadonlyArray<BillLine> {
    return [...this.sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  }

  private amounts(): ReadonlyArray<Amount> {
    return [...this.packages, ...this.lines()];
  }

  /** What each number of the card comes to, packages and all networks together. */
  byNumber(): ReadonlyArray<Amount> {
    const sums = new Map<string, Amount>();
    for (const { number, currency, decimals, amountMinor } of this.amounts()) {
      const key = `${number}/${currency}/${decimals}`;
      sums.set(key, { number, currency, decimals, amountMinor: (sums.get(key)?.amountMinor ?? 0n) + amountMinor });
    }
    return [...sums.values()];
  }

  /** By currency: most often there is one. With what discounts of the month take off. */
  totals(discounts: ReadonlyArray<MonthDiscount>): ReadonlyArray<Omit<Amount, 'number'>> {
    const totals = new Map<string, Omit<Amount, 'number'>>();
    for (const { currency, decimals, amountMinor } of [...this.amounts(), ...discounts]) {
      const key = `${currency}/${decimals}`;
      const sum = (totals.get(key)?.amountMinor ?? 0n) + amountMinor;
      totals.set(key, { currency, decimals, amountMinor: sum });
    }
    return [...totals.values()];
  }
}

/** `2026-11-26 17:30:05` by the visited network's clock. */
const clock = ({ atMs, utcOffsetMinutes }: RatedUsage): string =>
  new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');

const WORDS = {
  zh: {
    title: '国际漫游费用清单',
    name: '费用清单',
    month: '账期',
    subscriber: '用户',
    number: '号码',
    headings: [
      '时间（当地）',
      '号码',
      '到访网络',
      '业务',
      '方向',
      '对方号码',
      '使用量',
      '套餐抵扣',
      '币种',
      '费用',
      '记录',
    ],
    services: { voice: '语音（秒）', sms: '短信（条）', data: '流量（字节）' },
    package: '套餐',
    directions: { originating: '主叫', terminating: '被叫' },
    discount: '账期折扣',
    total: '合计',
  },
  en: {
    title: 'International roaming: fees of a month',
    name: 'Fees',
    month: 'Month',
    subscriber: 'Subscriber',
    number: 'Number',
    headings: [
      'Time (local)',
      'Number',
      'Network',
      'Service',
      'Direction',
      'Other party',
      'Usage',
      'Off packages',
      'Currency',
      'Fee',
      'Record',
    ],
    services: { voice: 'Voice (s)', sms: 'Messages', data: 'Data (bytes)' },
    package: 'Package',
    directions: { originating: 'Made', terminating: 'Received' },
    discount: 'Discount of the month',
    total: 'Total',
  },
} as const satisfies Readonly<Record<Language, unknown>>;

/** The packages of a month, its records with their fees in the order of time, and its discounts. `bill`: of these records; `masked`: how numbers are shown. */
export const billReport = (
  of: { readonly subscriber: string; readonly month: string; readonly createdAtMs: number },
  bill: Bill,
  records: ReadonlyArray<BilledUsage>,
  discounts: ReadonlyArray<MonthDiscount>,
  language: Language,
  masked: (number: string) => string,
): Report => {
  const words = WORDS[language];
  return {
    title: words.title,
    name: words.name,
    createdAtMs: of.createdAtMs,
    head: [
      [words.subscriber, of.subscriber],
      [words.month, of.month],
    ],
    headings: words.headings,
    rows: [
      ...bill.packages.map((one) => [
        one.day,
        masked(one.number),
        '',
        `${words.package} ${one.package}`,
        ...['', '', '', ''],
        one.currency,
        formatDecimal(one.amountMinor, one.decimals),
        one.balance,
      ]),
      ...records.map((one) => [
        clock(one),
        masked(one.number),
        one.terms.network,
        words.services[one.service],
        words.directions[one.direction],
        masked(one.destination),
        String(one.quantity),
        String(takenOf(one)),
        one.terms.retail?.currency ?? '',
        formatDecimal(one.retailMinor, one.terms.retail?.decimals ?? 0),
        one.id,
      ]),
      // What a tier has brought to nothing yet is no line.
      ...discounts
        .filter(({ amountMinor }) => amountMinor !== 0n)
        .map(({ plan, networks, currency, decimals, amountMinor }) => [
          ...['', '', networks.join(' '), words.discount, '', '', '', '', currency],
          formatDecimal(amountMinor, decimals),
          plan,
        ]),
    ],
    totals: [
      ...bill
        .byNumber()
        .map(
          ({ number, currency, decimals, amountMinor }) =>
            [`${words.number} ${masked(number)} ${currency}`, formatDecimal(amountMinor, decimals)] as const,
        ),
      ...bill
        .totals(discounts)
        .map(
          ({ currency, decimals, amountMinor }) =>
            [`${words.total} ${currency}`, formatDecimal(amountMinor, decimals)] as const,
        ),
    ],
  };
};
