import { formatDecimal } from '../../kernel/decimal.ts';
import { maskId } from '../../kernel/mask.ts';
import type { Language, Report } from '../../kernel/report.ts';
import { type Change, type Finding, type Month, sumsOf } from './month.ts';
import type { BookDay, BookLine, SumLine } from './schema.ts';

/** Whose a number is. */
export interface Owner {
  /** Our id of the user. */
  readonly user: string;
  readonly name: string | null;
}

/**
 * The day, the week and the month of a partner as people read them (seed 002 §3.3.1), in Chinese or English: usage and fee of each
 * number per service with what its user comes to on the day, and the totals; the month with its comparison, its split by visited network, and what its checks
 * found. `owners`: whose a number is; names are masked.
 */

interface Words {
  readonly day: string;
  readonly week: string;
  readonly month: string;
  readonly partner: string;
  readonly on: string;
  readonly records: string;
  readonly of: Readonly<Record<'number' | 'network' | 'total' | 'change' | 'finding', string>>;
  readonly headings: ReadonlyArray<string>;
  readonly monthHeadings: ReadonlyArray<string>;
  readonly inbound: string;
  readonly outbound: string;
  readonly services: Readonly<Record<BookLine['service'], string>>;
  readonly findings: Readonly<Record<Finding['_tag'], string>>;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    day: '国际漫游日结算报表',
    week: '国际漫游周结算报表',
    month: '国际漫游月结算报表',
    partner: '合作运营商',
    on: '结算日期',
    records: '话单数',
    of: { number: '号码', network: '拜访网络', total: '合计', change: '与上月比较', finding: '异常' },
    headings: [
      '号码',
      '用户标识',
      '方向',
      '业务',
      '拜访网络',
      '所属日期',
      '次数',
      '使用量',
      '费用',
      '币种',
      '姓名',
      '用户当日合计',
    ],
    monthHeadings: ['类别', '对象', '方向', '业务', '次数', '使用量', '费用', '币种', '说明'],
    inbound: '来访',
    outbound: '出访',
    services: { voice: '语音（秒）', sms: '短信（条）', data: '流量（字节）' },
    findings: {
      MissingDay: '缺少日结',
      DayOutside: '不属于本月',
      DayTwice: '日结重复',
      OutOfRange: '费用明显超出范围',
      DoubleCharged: '疑似重复计费',
    },
  },
  en: {
    day: 'Daily report of international roaming',
    week: 'Weekly report of international roaming',
    month: 'Monthly report of international roaming',
    partner: 'Partner',
    on: 'Settled for',
    records: 'Records',
    of: { number: 'Number', network: 'Visited network', total: 'Total', change: 'Month before', finding: 'Finding' },
    headings: [
      'Number',
      'User id',
      'Direction',
      'Service',
      'Visited network',
      'Belongs to',
      'Events',
      'Usage',
      'Fee',
      'Currency',
      'Name',
      'User’s total of the day',
    ],
    monthHeadings: ['Kind', 'Of', 'Direction', 'Service', 'Events', 'Usage', 'Fee', 'Currency', 'Remark'],
    inbound: 'Inbound',
    outbound: 'Outbound',
    services: { voice: 'Voice (s)', sms: 'Messages', data: 'Data (bytes)' },
    findings: {
      MissingDay: 'Day is missing',
      DayOutside: 'Day of another month',
      DayTwice: 'Day is there twice',
      OutOfRange: 'Fee is out of range',
      DoubleCharged: 'Charged twice',
    },
  },
};

const totalOf = (words: Words, { direction, service, currency, decimals, amountMinor, adjustment }: SumLine) =>
  [
    `${words[direction]} ${words.services[service]}${adjustment ? ' *' : ''}`,
    `${formatDecimal(amountMinor, decimals)} ${currency}`,
  ] as const;

/** A user’s lines of the day add up whatever their numbers; of a number that is nobody’s, its own. */
const userKey = ({ number, direction, currency, decimals }: BookLine, owners: ReadonlyMap<string, Owner>): string =>
  [owners.get(number)?.user ?? `+${number}`, direction, currency, decimals].join('|');

const dayRows = (words: Words, { day, lines }: BookDay, owners: ReadonlyMap<string, Owner>) => {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const key = userKey(line, owners);
    sums.set(key, (sums.get(key) ?? 0n) + line.amountMinor);
  }
  return lines.map((line) => [
    line.number,
    owners.get(line.number)?.user ?? '',
    words[line.direction],
    words.services[line.service],
    line.network,
    line.belongs ?? day,
    String(line.events),
    String(line.usage),
    formatDecimal(line.amountMinor, line.decimals),
    line.currency,
    maskId(owners.get(line.number)?.name ?? ''),
    formatDecimal(sums.get(userKey(line, owners)) ?? 0n, line.decimals),
  ]);
};

const eventsOf = (lines: ReadonlyArray<BookLine>): string => String(lines.reduce((sum, { events }) => sum + events, 0));

/** The days of a calendar week (ISO 8601), each with its lines. @param week `2026-W36` */
export const weekReport = (
  partner: string,
  week: string,
  days: ReadonlyArray<BookDay>,
  owners: ReadonlyMap<string, Owner>,
  language: Language,
  createdAtMs: number,
): Report => {
  const words = WORDS[language];
  const lines = days.flatMap((day) => day.lines);
  return {
    title: words.week,
    name: `${partner} ${week}`,
    createdAtMs,
    head: [
      [words.partner, partner],
      [words.on, `${week}, ${days[0]?.day ?? ''} – ${days.at(-1)?.day ?? ''}`],
      [words.records, eventsOf(lines)],
    ],
    headings: words.headings,
    rows: days.flatMap((day) => dayRows(words, day, owners)),
    totals: sumsOf(lines).map((sum) => totalOf(words, sum)),
  };
};

export const dayReport = (
  partner: string,
  { day, lines }: BookDay,
  owners: ReadonlyMap<string, Owner>,
  language: Language,
  createdAtMs: number,
): Report => {
  const words = WORDS[language];
  return {
    title: words.day,
    name: `${partner} ${day}`,
    createdAtMs,
    head: [
      [words.partner, partner],
      [words.on, day],
      [words.records, eventsOf(lines)],
    ],
    headings: words.headings,
    rows: dayRows(words, { day, lines }, owners),
    totals: sumsOf(lines).map((sum) => totalOf(words, sum)),
  };
};

const findingRow = (words: Words, finding: Finding): ReadonlyArray<string> => {
  const row = (more: Partial<Record<'direction' | 'service' | 'amount' | 'currency' | 'remark', string>>) => [
    words.of.finding,
    finding.day,
    more.direction ?? '',
    more.service ?? '',
    '',
    '',
    more.amount ?? '',
    more.currency ?? '',
    [words.findings[finding._tag], more.remark ?? ''].filter((one) => one !== '').join(' '),
  ];
  switch (finding._tag) {
    case 'MissingDay':
    case 'DayOutside':
    case 'DayTwice':
      return row({});
    case 'OutOfRange': {
      const { direction, currency, decimals, amountMinor, medianMinor } = finding;
      const [amount, remark] = [formatDecimal(amountMinor, decimals), formatDecimal(medianMinor, decimals)];
      return row({ direction: words[direction], currency, amount, remark });
    }
    case 'DoubleCharged': {
      const { direction, service, currency, amountMinor, decimals, number } = finding.line;
      const amount = formatDecimal(amountMinor, decimals);
      const remark = `${number} ${finding.booked}`;
      return row({ direction: words[direction], service: words.services[service], currency, amount, remark });
    }
  }
};

const changeRow = (words: Words, change: Change): ReadonlyArray<string> => [
  words.of.change,
  '',
  words[change.direction],
  words.services[change.service],
  '',
  '',
  formatDecimal(change.changeMinor, change.decimals),
  change.currency,
  `${formatDecimal(change.beforeMinor, change.decimals)} → ${formatDecimal(change.nowMinor, change.decimals)}${
    change.changePerMille === null ? '' : ` (${formatDecimal(change.changePerMille, 1)} %)`
  }`,
];

export const monthReport = (
  partner: string,
  month: Month,
  changes: ReadonlyArray<Change>,
  language: Language,
  createdAtMs: number,
): Report => {
  const words = WORDS[language];
  const row = (kind: string, of: string, sum: SumLine): ReadonlyArray<string> => [
    kind,
    of,
    words[sum.direction],
    words.services[sum.service],
    String(sum.events),
    String(sum.usage),
    formatDecimal(sum.amountMinor, sum.decimals),
    sum.currency,
    sum.adjustment ? '*' : '',
  ];
  return {
    title: words.month,
    name: `${partner} ${month.month}`,
    createdAtMs,
    head: [
      [words.partner, partner],
      [words.on, month.month],
      [words.records, String(month.sums.reduce((sum, { events }) => sum + events, 0))],
    ],
    headings: words.monthHeadings,
    rows: [
      ...month.sums.map((sum) => row(words.of.total, '', sum)),
      ...month.byNetwork.map((sum) => row(words.of.network, sum.network, sum)),
      ...changes.map((change) => changeRow(words, change)),
      ...month.findings.map((finding) => findingRow(words, finding)),
      ...month.byNumber.map((sum) => row(words.of.number, sum.number, sum)),
    ],
    totals: month.sums.map((sum) => totalOf(words, sum)),
  };
};
