import type { Period } from '../kernel/period.ts';
import type { Language, Report } from '../kernel/report.ts';
import type { CaseKind } from './schema.ts';
import { chinaTime, type RelationWord, WORDS } from './words.ts';

/** Reports of mandates for people, in Chinese and English: what was added up, as rows of text. */

export const REPORTS = ['relations', 'movements', 'cases', 'reconciliation', 'differences'] as const;
export type ReportName = (typeof REPORTS)[number];

/** What is added up, and when. */
export interface ReportScope {
  /** Null: of all provinces within reach, of all banks. */
  readonly province: string | null;
  readonly bank: string | null;
  readonly createdAtMs: number;
}

export interface StandingRow {
  readonly province: string | null;
  readonly bank: string;
  readonly status: RelationWord;
  readonly count: number;
}

export interface MovementRow {
  /** `2026-11-26` or `2026-11`, in China. */
  readonly at: string;
  readonly province: string | null;
  readonly bank: string;
  readonly opened: number;
  readonly cancelled: number;
}

export interface CaseRow {
  readonly province: string | null;
  readonly bank: string;
  readonly kind: CaseKind;
  readonly open: number;
  /** Of these: decided by one person, a second one is needed. */
  readonly halfDecided: number;
  readonly oldestMs: number;
}

const HEADS = {
  zh: {
    province: '省份',
    bank: '银行',
    all: '全部',
    unknown: '未知',
    made: '统计时间（北京时间）',
    total: '合计',
    period: '统计周期',
    relations: '签约关系统计表',
    movements: '签约与解约统计表',
    cases: '人工处理统计表',
    moved: ['日期', '省份', '银行', '新签约', '解约', '净增'],
    queued: ['省份', '银行', '原因', '待处理', '待第二人确认', '最早进入时间', '已等待（天）'],
  },
  en: {
    province: 'Province',
    bank: 'Bank',
    all: 'all',
    unknown: 'unknown',
    made: 'As of (China time)',
    total: 'Total',
    period: 'Period',
    relations: 'Mandates by state',
    movements: 'Mandates opened and cancelled',
    cases: 'Cases for a person',
    moved: ['Date', 'Province', 'Bank', 'Opened', 'Cancelled', 'Net'],
    queued: ['Province', 'Bank', 'Reason', 'Open', 'Waiting for a second person', 'Oldest since', 'Days waited'],
  },
} as const;

export const headOf = (
  { province, bank, createdAtMs }: ReportScope,
  language: Language,
): ReadonlyArray<readonly [string, string]> => {
  const words = HEADS[language];
  return [
    [words.province, province ?? words.all],
    [words.bank, bank ?? words.all],
    [words.made, chinaTime(createdAtMs)],
  ];
};

export const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((one, other) => one + other, 0);

const STATUSES: ReadonlyArray<RelationWord> = [
  'formal',
  'provisional',
  'cancelling',
  'manual',
  'cancelled',
  'expired',
  'declined',
  'refused',
];

/** A row for each province and bank, a column for each state. */
export const standingReport = (rows: ReadonlyArray<StandingRow>, scope: ReportScope, language: Language): Report => {
  const words = HEADS[language];
  const { status } = WORDS[language];
  const counted = (some: ReadonlyArray<StandingRow>, wanted: RelationWord): number =>
    sum(some.filter((row) => row.status === wanted).map(({ count }) => count));
  const groups = Map.groupBy(rows, ({ province, bank }) => `${province ?? ''} ${bank}`);
  return {
    title: words.relations,
    name: 'mandates',
    createdAtMs: scope.createdAtMs,
    head: headOf(scope, language),
    headings: [words.province, words.bank, ...STATUSES.map((one) => status[one]), words.total],
    rows: [...groups.values()].map((some) => [
      some[0]?.province ?? words.unknown,
      some[0]?.bank ?? '',
      ...STATUSES.map((one) => String(counted(some, one))),
      String(sum(some.map(({ count }) => count))),
    ]),
    totals: [
      ...STATUSES.map((one) => [status[one], String(counted(rows, one))] as const),
      [words.total, String(sum(rows.map(({ count }) => count)))],
    ],
  };
};

/** A row for each day or month, province and bank in which something happened. */
export const movementReport = (
  rows: ReadonlyArray<MovementRow>,
  scope: ReportScope & { readonly period: Period },
  language: Language,
): Report => {
  const words = HEADS[language];
  const [, , , opened, cancelled, net] = words.moved;
  const [all, gone] = [sum(rows.map((row) => row.opened)), sum(rows.map((row) => row.cancelled))];
  return {
    title: words.movements,
    name: `${scope.period.from} ${scope.period.to}`,
    createdAtMs: scope.createdAtMs,
    head: [...headOf(scope, language), [words.period, `${scope.period.from} – ${scope.period.to}`]],
    headings: words.moved,
    rows: rows.map((row) => [
      row.at,
      row.province ?? words.unknown,
      row.bank,
      String(row.opened),
      String(row.cancelled),
      String(row.opened - row.cancelled),
    ]),
    totals: [
      [opened, String(all)],
      [cancelled, String(gone)],
      [net, String(all - gone)],
    ],
  };
};

const DAY_MS = 86_400_000;

/** A row for each province, bank and reason. */
export const caseReport = (rows: ReadonlyArray<CaseRow>, scope: ReportScope, language: Language): Report => {
  const words = HEADS[language];
  const { caseKind } = WORDS[language];
  const [, , , open, half] = words.queued;
  return {
    title: words.cases,
    name: 'cases',
    createdAtMs: scope.createdAtMs,
    head: headOf(scope, language),
    headings: words.queued,
    rows: rows.map((row) => [
      row.province ?? words.unknown,
      row.bank,
      caseKind[row.kind],
      String(row.open),
      String(row.halfDecided),
      chinaTime(row.oldestMs),
      String(Math.floor((scope.createdAtMs - row.oldestMs) / DAY_MS)),
    ]),
    totals: [
      [open, String(sum(rows.map((row) => row.open)))],
      [half, String(sum(rows.map((row) => row.halfDecided)))],
    ],
  };
};
