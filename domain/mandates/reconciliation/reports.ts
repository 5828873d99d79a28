import type { Period } from '../../kernel/period.ts';
import type { Language, Report } from '../../kernel/report.ts';
import { headOf, type ReportScope, sum } from '../reports.ts';
import type { Balance, Counts, DifferenceClass, DifferenceStatus, Party, Stage } from './schema.ts';

/** Reports of reconciliation for people, in Chinese and English: runs with their balances, and what became of differences. */

export interface RunRow {
  readonly party: Party;
  readonly partner: string;
  readonly period: string;
  readonly stage: Stage;
  readonly differences: number | null;
  readonly imbalances: ReadonlyArray<string>;
  readonly balanceHere: Balance | null;
  readonly balanceThere: Balance | null;
  readonly outcomes: Counts;
}

export interface DifferenceRow {
  readonly party: Party;
  readonly partner: string;
  readonly class: DifferenceClass;
  readonly status: DifferenceStatus;
  readonly count: number;
  readonly oldestDays: number;
}

interface Words {
  readonly runs: string;
  readonly differences: string;
  readonly period: string;
  readonly party: Readonly<Record<Party, string>>;
  readonly stage: Readonly<Record<Stage, string>>;
  readonly class: Readonly<Record<DifferenceClass, string>>;
  readonly status: Readonly<Record<DifferenceStatus, string>>;
  readonly runHeadings: ReadonlyArray<string>;
  readonly differenceHeadings: ReadonlyArray<string>;
  readonly total: string;
  readonly unbalanced: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    runs: '签约核对情况表',
    differences: '签约核对差异统计表',
    period: '核对周期',
    party: { bank: '银行', province: '省公司' },
    stage: {
      awaiting: '待收文件',
      missing: '文件未到',
      received: '已收文件',
      compared: '已核对',
      stopped: '差异过多，已停止',
      sent: '差错文件已下发',
      done: '完成',
    },
    class: {
      missingHere: '我方缺失',
      missingThere: '对方缺失',
      state: '状态不一致',
      account: '账户不一致',
      terms: '条件不一致',
      duplicate: '重复',
      late: '临近日切',
      unreadable: '无法读取',
    },
    status: {
      open: '处理中',
      queued: '待人工处理',
      waiting: '结转次日',
      written: '已写入差错文件',
      settled: '已处理',
      dismissed: '已忽略',
    },
    runHeadings: [
      '周期',
      '对方',
      '代码',
      '状态',
      '期初',
      '新签约',
      '解约',
      '期末',
      '对方期末',
      '差异',
      '待人工',
      '不平',
    ],
    differenceHeadings: ['对方', '代码', '差异类型', '处理状态', '数量', '最长天数'],
    total: '差异合计',
    unbalanced: '不平的核对',
  },
  en: {
    runs: 'Reconciliation of mandates',
    differences: 'Differences of reconciliation',
    period: 'Period',
    party: { bank: 'Bank', province: 'Province' },
    stage: {
      awaiting: 'awaits a file',
      missing: 'no file came',
      received: 'file received',
      compared: 'compared',
      stopped: 'stopped: too many differences',
      sent: 'error-handling file sent',
      done: 'done',
    },
    class: {
      missingHere: 'missing here',
      missingThere: 'missing there',
      state: 'state',
      account: 'account',
      terms: 'terms',
      duplicate: 'twice',
      late: 'close to midnight',
      unreadable: 'cannot be read',
    },
    status: {
      open: 'being settled',
      queued: 'for a person',
      waiting: 'carried over',
      written: 'in the error-handling file',
      settled: 'settled',
      dismissed: 'dismissed',
    },
    runHeadings: [
      'Period',
      'Side',
      'Code',
      'Stage',
      'Opening',
      'Opened',
      'Cancelled',
      'Closing',
      'Closing there',
      'Differences',
      'For a person',
      'Does not balance',
    ],
    differenceHeadings: ['Side', 'Code', 'Class', 'State', 'Count', 'Oldest, days'],
    total: 'Differences',
    unbalanced: 'Runs that do not balance',
  },
};

const shown = (count: number | null | undefined): string =>
  count === null || count === undefined ? '-' : String(count);

/** A row for each run: opening + opened − cancelled = closing, on our side and theirs. */
export const runReport = (
  rows: ReadonlyArray<RunRow>,
  scope: ReportScope & { readonly period: Period },
  language: Language,
): Report => {
  const words = WORDS[language];
  return {
    title: words.runs,
    name: `${scope.period.from} ${scope.period.to}`,
    createdAtMs: scope.createdAtMs,
    head: [...headOf(scope, language), [words.period, `${scope.period.from} – ${scope.period.to}`]],
    headings: words.runHeadings,
    rows: rows.map(
      ({ party, partner, period, stage, balanceHere, balanceThere, differences, outcomes, imbalances }) => [
        period,
        words.party[party],
        partner,
        words.stage[stage],
        shown(balanceHere?.opening),
        shown(balanceHere?.opened),
        shown(balanceHere?.cancelled),
        shown(balanceHere?.closing),
        shown(balanceThere?.closing),
        shown(differences),
        shown(outcomes['queued'] ?? 0),
        imbalances.join(', '),
      ],
    ),
    totals: [
      [words.total, String(sum(rows.map(({ differences }) => differences ?? 0)))],
      [words.unbalanced, String(rows.filter(({ imbalances }) => imbalances.length > 0).length)],
    ],
  };
};

/** A row for each partner, class and state. */
export const differenceReport = (
  rows: ReadonlyArray<DifferenceRow>,
  scope: ReportScope & { readonly period: Period },
  language: Language,
): Report => {
  const words = WORDS[language];
  const states = Object.entries(words.status) as ReadonlyArray<[DifferenceStatus, string]>;
  const counted = (some: ReadonlyArray<DifferenceRow>): string => String(sum(some.map(({ count }) => count)));
  return {
    title: words.differences,
    name: `${scope.period.from} ${scope.period.to}`,
    createdAtMs: scope.createdAtMs,
    head: [...headOf(scope, language), [words.period, `${scope.period.from} – ${scope.period.to}`]],
    headings: words.differenceHeadings,
    rows: rows.map((row) => [
      words.party[row.party],
      row.partner,
      words.class[row.class],
      words.status[row.status],
      String(row.count),
      String(row.oldestDays),
    ]),
    totals: [
      ...states.map(([status, word]) => [word, counted(rows.filter((row) => row.status === status))] as const),
      [words.total, counted(rows)],
    ],
  };
};
