import { formatDecimal } from '../../kernel/decimal.ts';
import type { Language, Report } from '../../kernel/report.ts';
import type { EndStep, Statement, StatementLine } from './schema.ts';

/**
 * A statement as people read it (seed 002 §3.2.3, §3.3.1), in Chinese or English: rows of text, which PDF, workbook and
 * CSV are rendered from. Every amount is an exact decimal string.
 */

interface Words {
  readonly title: string;
  readonly partner: string;
  readonly agreement: string;
  readonly period: string;
  readonly currency: string;
  readonly rounding: string;
  readonly revision: string;
  readonly headings: ReadonlyArray<string>;
  readonly inbound: string;
  readonly outbound: string;
  readonly adjustment: string;
  readonly ofPeriod: string;
  readonly step: string;
  /** By which agreement, revision and version. */
  readonly by: (end: NonNullable<StatementLine['end']>) => string;
  readonly steps: Readonly<Record<EndStep['kind'], (step: EndStep) => string>>;
  readonly services: Readonly<Record<StatementLine['service'], string>>;
  readonly roundings: Readonly<Record<Statement['rounding'], string>>;
  readonly totals: readonly [string, string, string, string];
  readonly payer: { readonly us: string; readonly partner: string; readonly nobody: string };
}

const partsText = (parts: EndStep['parts'], of: string): string =>
  parts.map(({ base, percent }) => `${percent} %${of}${base}`).join(' + ');

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    title: '国际漫游结算单',
    partner: '合作运营商',
    agreement: '漫游协议',
    period: '结算周期',
    currency: '结算币种',
    rounding: '舍入规则',
    revision: '版本',
    headings: ['方向', '业务', '类别', '币种', '次数', '使用量', '金额', '汇率', '折算金额', '舍入差'],
    inbound: '来访',
    outbound: '出访',
    adjustment: '调整',
    ofPeriod: '本期',
    step: '计算步骤',
    by: ({ agreement, revision, version }) => `${agreement} 第${revision}稿 版本${version}`,
    steps: {
      discount: ({ name, parts }) => `折扣 ${name}：${partsText(parts, ' × ')}`,
      shortfall: ({ name, committed }) => `未达承诺 ${name}：${committed}`,
      rounding: ({ name }) => `舍入 ${name}`,
    },
    services: {
      voice: '语音（秒）',
      sms: '短信（条）',
      data: '流量（字节）',
      discount: '折扣',
      commitment: '承诺差额',
    },
    roundings: {
      up: '逐行进位',
      down: '逐行舍去',
      halfUp: '逐行四舍五入',
      halfDown: '逐行五舍六入',
      halfEven: '逐行四舍六入五成双',
    },
    totals: ['来访合计', '出访合计', '上期结转', '轧差净额'],
    payer: { us: '我方付款', partner: '对方付款', nobody: '无需付款' },
  },
  en: {
    title: 'International roaming settlement statement',
    partner: 'Partner',
    agreement: 'Agreement',
    period: 'Period',
    currency: 'Currency',
    rounding: 'Rounding',
    revision: 'Revision',
    headings: [
      'Direction',
      'Service',
      'Kind',
      'Currency',
      'Events',
      'Usage',
      'Amount',
      'Rate',
      'Converted',
      'Rounded off',
    ],
    inbound: 'Inbound',
    outbound: 'Outbound',
    adjustment: 'Adjustment',
    ofPeriod: 'Of the period',
    step: 'Step',
    by: ({ agreement, revision, version }) => `${agreement} revision ${revision}, version ${version}`,
    steps: {
      discount: ({ name, parts }) => `discount ${name}: ${partsText(parts, ' of ')}`,
      shortfall: ({ name, committed }) => `missing to ${name}, ${committed}`,
      rounding: ({ name }) => `rounding, ${name}`,
    },
    services: {
      voice: 'Voice (s)',
      sms: 'Messages',
      data: 'Data (bytes)',
      discount: 'Discount',
      commitment: 'Commitment',
    },
    roundings: {
      up: 'each line, up',
      down: 'each line, down',
      halfUp: 'each line, half up',
      halfDown: 'each line, half down',
      halfEven: 'each line, half to even',
    },
    totals: ['Inbound total', 'Outbound total', 'Carried over', 'Net'],
    payer: { us: 'We pay', partner: 'The partner pays', nobody: 'Nothing to pay' },
  },
};

/** The rest of a rounding in units of the currency: its denominator is a power of ten, so it ends. */
const restOf = ({ restNumerator, restDenominator }: StatementLine, decimals: number): string =>
  formatDecimal(restNumerator, decimals + String(restDenominator).length - 1);

const payerOf = ({ payer }: Words, netMinor: bigint): string => {
  if (netMinor === 0n) return payer.nobody;
  return netMinor > 0n ? payer.partner : payer.us;
};

/** A line, and below one of the period's end how it came about; the steps' amounts are part of the line's. */
const rowsOf = (words: Words, line: StatementLine, amount: (minor: bigint) => string, decimals: number) => {
  const { end } = line;
  const row = [
    words[line.direction],
    words.services[line.service],
    line.adjustment ? words.adjustment : words.ofPeriod,
    line.currency,
    String(line.events),
    String(line.usage),
    formatDecimal(line.amountMinor, line.decimals),
    line.rate,
    amount(line.convertedMinor),
    restOf(line, decimals),
  ];
  if (end === undefined) return [row];
  const below = (what: string, kind: string, value: string): ReadonlyArray<string> => [
    '',
    what,
    kind,
    '',
    '',
    '',
    value,
    '',
    '',
    '',
  ];
  const steps = end.steps.map((step) => below(words.steps[step.kind](step), words.step, step.amount));
  return [row, below(words.by(end), words.agreement, ''), ...steps];
};

export const reportOf = (statement: Statement, language: Language): Report => {
  const words = WORDS[language];
  const { decimals, currency, netMinor } = statement;
  const [inbound, outbound, carried, net] = words.totals;
  const amount = (minor: bigint): string => formatDecimal(minor, decimals);
  return {
    title: words.title,
    name: `${statement.partner} ${statement.from}`,
    createdAtMs: statement.drawnAtMs,
    head: [
      [words.partner, statement.partner],
      [words.agreement, statement.agreement],
      [words.period, `${statement.from} – ${statement.to}`],
      [words.currency, currency],
      [words.rounding, words.roundings[statement.rounding]],
      [words.revision, String(statement.revision)],
    ],
    headings: words.headings,
    rows: statement.lines.flatMap((line) => rowsOf(words, line, amount, decimals)),
    totals: [
      [inbound, amount(statement.inboundMinor)],
      [outbound, amount(statement.outboundMinor)],
      [carried, amount(statement.carriedMinor)],
      [`${net} (${payerOf(words, netMinor)})`, amount(netMinor)],
    ],
  };
};
