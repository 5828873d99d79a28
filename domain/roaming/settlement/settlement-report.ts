import { formatDecimal } from '../../kernel/decimal.ts';
import type { Language, Report } from '../../kernel/report.ts';
import { sumOf } from './amount.ts';
import type { PeriodState } from './schema.ts';

/**
 * What was settled with each partner, and when (seed 002 §3.2.3): for the management, in Chinese or English. A period that has no
 * statement yet stands there with its stage.
 */

interface Words {
  readonly title: string;
  readonly from: string;
  readonly periods: string;
  readonly headings: ReadonlyArray<string>;
  readonly stages: Readonly<Record<PeriodState['stage'], string>>;
  readonly payer: { readonly us: string; readonly partner: string; readonly nobody: string };
  readonly total: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    title: '国际漫游结算报表',
    from: '结算周期',
    periods: '周期数',
    headings: [
      '合作运营商',
      '漫游协议',
      '周期',
      '币种',
      '来访合计',
      '出访合计',
      '上期结转',
      '轧差净额',
      '付款方',
      '付款期限',
      '已付金额',
      '结算时间',
      '未付金额',
      '状态',
    ],
    stages: {
      open: '未出账',
      drawn: '已出账',
      rejected: '已退回',
      approving: '审批中',
      approved: '已批准',
      instructed: '待付款',
      paid: '已付清',
      closed: '已关闭',
    },
    payer: { us: '我方', partner: '对方', nobody: '无需付款' },
    total: '净额合计',
  },
  en: {
    title: 'Settlement with roaming partners',
    from: 'Periods',
    periods: 'Number of periods',
    headings: [
      'Partner',
      'Agreement',
      'Period',
      'Currency',
      'Inbound',
      'Outbound',
      'Carried over',
      'Net',
      'Payer',
      'Due',
      'Paid',
      'Settled on',
      'Outstanding',
      'Stage',
    ],
    stages: {
      open: 'Open',
      drawn: 'Drawn',
      rejected: 'Rejected',
      approving: 'Awaits a second approval',
      approved: 'Approved',
      instructed: 'Awaits payment',
      paid: 'Paid',
      closed: 'Closed',
    },
    payer: { us: 'We', partner: 'Partner', nobody: 'Nobody' },
    total: 'Net total',
  },
};

/** The day on which the last of the money moved: of a period that is paid in full, or to be; empty before any has. */
const settledOn = ({ confirmations }: PeriodState): string =>
  confirmations
    .map(({ on }) => on)
    .sort()
    .at(-1) ?? '';

const rowOf = ({ payer, stages }: Words, period: PeriodState, name: string | undefined): ReadonlyArray<string> => {
  const { terms, statement, instruction, confirmations, stage } = period;
  const amount = (minor: bigint | null): string => (minor === null ? '' : formatDecimal(minor, terms.decimals));
  const net = statement?.netMinor ?? null;
  const paid = sumOf(confirmations.map(({ amountMinor }) => amountMinor));
  const who = net === null ? '' : net === 0n ? payer.nobody : net > 0n ? payer.partner : payer.us;
  return [
    name === undefined ? terms.partner : `${terms.partner} ${name}`,
    terms.agreement,
    `${terms.from} – ${terms.to}`,
    terms.currency,
    amount(statement?.inboundMinor ?? null),
    amount(statement?.outboundMinor ?? null),
    amount(statement?.carriedMinor ?? null),
    amount(net),
    who,
    instruction?.due ?? '',
    amount(instruction === null ? null : paid),
    settledOn(period),
    amount(instruction === null ? null : instruction.amountMinor - paid),
    stages[stage],
  ];
};

/** @param periods in the order in which they are to stand; @param names of operators, by code: one that has none stands there as its code */
export const settlementReport = (
  periods: ReadonlyArray<PeriodState>,
  days: { readonly from: string; readonly to: string },
  language: Language,
  createdAtMs: number,
  names: ReadonlyMap<string, string> = new Map(),
): Report => {
  const words = WORDS[language];
  const totals = new Map<string, { minor: bigint; readonly currency: string; readonly decimals: number }>();
  for (const { terms, statement } of periods) {
    const { currency, decimals } = terms;
    const key = `${currency}/${decimals}`;
    const sum = totals.get(key) ?? { minor: 0n, currency, decimals };
    sum.minor += statement?.netMinor ?? 0n;
    totals.set(key, sum);
  }
  return {
    title: words.title,
    name: `${days.from} ${days.to}`,
    createdAtMs,
    head: [
      [words.from, `${days.from} – ${days.to}`],
      [words.periods, String(periods.length)],
    ],
    headings: words.headings,
    rows: periods.map((period) => rowOf(words, period, names.get(period.terms.partner))),
    totals: [...totals.values()].map(({ minor, currency, decimals }) => [
      words.total,
      `${formatDecimal(minor, decimals)} ${currency}`,
    ]),
  };
};
