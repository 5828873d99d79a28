import { type Frame, type Header, type HeaderLayout, readHeader, type Total } from '../../matching/frame.ts';
import type { Column } from '../../matching/layout.ts';
import type { MatchPlan } from '../../matching/match.ts';
import type { RowError } from '../../matching/row-reader.ts';
import type { Balance, FileRow, Scope } from './schema.ts';

/**
 * The files of reconciliation (seed 003 part 3 gives no layout; ours is written down in docs/partners/mandate-files.md,
 * which a test holds against these tables): rows of a bank or a province, of a day or a month, the error-handling file
 * (差错处理文件) to a province, and its answer.
 */

/** Ours in headers and names. */
export const OUR_CODE = 'HUFU';

export const FILE_KINDS = ['BDAY', 'BFULL', 'PDAY', 'PFULL', 'ERR', 'ANS'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export interface FileHeader {
  readonly kind: FileKind;
  readonly sender: string;
  readonly receiver: string;
  readonly period: string;
  /** 1–99: one more for each file that takes the place of an earlier one. */
  readonly sequence: number;
}

export const HEADER: HeaderLayout = {
  magic: 'RPSMAND',
  version: '1',
  witness: '签约',
  cells: [
    { name: 'kind', kind: 'choice', words: FILE_KINDS },
    { name: 'sender', kind: 'code', min: 2, max: 16 },
    { name: 'receiver', kind: 'code', min: 2, max: 16 },
    { name: 'period', kind: 'code', min: 7, max: 10 },
    { name: 'sequence', kind: 'integer', max: 99 },
  ],
};

const PERIOD = /^\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$/;
export const isDay = (period: string): boolean => period.length === 10;

/** The kind of a partner's rows. */
export const kindOf = ({ party, period }: Pick<Scope, 'party' | 'period'>): FileKind => {
  if (party === 'bank') return isDay(period) ? 'BDAY' : 'BFULL';
  return isDay(period) ? 'PDAY' : 'PFULL';
};

const NAME =
  /^(BDAY|BFULL|PDAY|PFULL|ERR|ANS)_([A-Za-z0-9]{2,16})_([A-Za-z0-9]{2,16})_(\d{6}(?:\d{2})?)_S(\d{2})\.txt$/;

/** `BDAY_CCB_HUFU_20261125_S01.txt`. */
export const fileName = ({ kind, sender, receiver, period, sequence }: FileHeader): string =>
  `${kind}_${sender}_${receiver}_${period.replaceAll('-', '')}_S${`${sequence}`.padStart(2, '0')}.txt`;

/** What a name says; undefined for one of another form. */
export const parseFileName = (name: string): FileHeader | undefined => {
  const [, kind, sender = '', receiver = '', digits = '', sequence] = NAME.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const period = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].filter((part) => part !== '').join('-');
  return { kind: kind as FileKind, sender, receiver, period, sequence: Number(sequence) };
};

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const ACCOUNT_WORDS = { CREDIT: 'credit', DEBIT: 'debit', ACCOUNT: 'account' } as const;
const CHANNEL_WORDS = { HALL: 'hall', BRANCH: 'branch', ONLINE: 'onlineBanking', SELF: 'selfService' } as const;
const TYPE_WORDS = { PREPAID: 'prepaid', POSTPAID: 'postpaid' } as const;
const STATE_WORDS = { FORMAL: 'formal', CANCELLED: 'cancelled' } as const;

const oneOf = (name: string, words: object): Column => ({ name, kind: 'choice', words: Object.keys(words) });
const fen = (name: string): Column => ({ name, kind: 'integer', max: 1_000_000_000_000, optional: true });

/** Rows of a relation. `begins`: when theirs must have changed. */
const rowColumns = (bank: Column, province: Column, states: object, begins?: string): ReadonlyArray<Column> => [
  bank,
  { name: 'agreement', kind: 'code', min: 1, max: 64 },
  { name: 'number', kind: 'digits', min: 13, max: 13 },
  oneOf('accountKind', ACCOUNT_WORDS),
  { name: 'account', kind: 'digits', min: 6, max: 32 },
  province,
  oneOf('channel', CHANNEL_WORDS),
  oneOf('userType', TYPE_WORDS),
  fen('threshold'),
  fen('amount'),
  { name: 'automatic', kind: 'choice', words: ['Y', 'N'] },
  oneOf('state', states),
  { name: 'begun', kind: 'time' },
  begins === undefined
    ? { name: 'changed', kind: 'time' }
    : { name: 'changed', kind: 'time', begins, wrong: 'OtherDay' },
];

const anyBank: Column = { name: 'bank', kind: 'code', min: 2, max: 16 };
const anyProvince: Column = { name: 'province', kind: 'digits', min: 6, max: 6 };
export const ROW_COLUMNS = rowColumns(anyBank, anyProvince, STATE_WORDS);

const ERROR_COLUMNS: ReadonlyArray<Column> = [
  { name: 'difference', kind: 'code', min: 16, max: 16 },
  { name: 'verb', kind: 'choice', words: ['SET', 'END'] },
  { name: 'text', kind: 'choice', words: ['BEGUN', 'ENDED', 'NONE'] },
  { name: 'class', kind: 'code', min: 1, max: 20 },
  ...ROW_COLUMNS,
];
const ANSWER_COLUMNS: ReadonlyArray<Column> = [
  { name: 'difference', kind: 'code', min: 16, max: 16 },
  { name: 'result', kind: 'choice', words: ['DONE', 'REFUSED'] },
  { name: 'boss', kind: 'choice', words: ['DONE', 'REFUSED', 'NONE'] },
  { name: 'text', kind: 'choice', words: ['SENT', 'FAILED', 'NONE'] },
  { name: 'reason', kind: 'text', max: 200 },
];

const count = (name: string, column: string, begins: string): Total => ({ name, kind: 'count', column, begins });
const declared = (name: string): Total => ({ name, kind: 'declared' });

const totalsOf = ({ kind, sender, period }: FileHeader): ReadonlyArray<Total> => {
  if (kind === 'ERR') return [count('set', 'verb', 'SET'), count('end', 'verb', 'END')];
  if (kind === 'ANS') return [count('done', 'result', 'DONE')];
  const amount: Total = { name: 'amount', kind: 'sum', column: 'amount' };
  const all = ['opening', 'opened', 'cancelled', 'closing'];
  // Our own holds what has happened since, too: a difference is looked at in the light of it.
  if (sender === OUR_CODE) return [amount, ...all.map(declared)];
  return isDay(period)
    ? [
        amount,
        declared('opening'),
        count('opened', 'begun', period),
        count('cancelled', 'state', 'CANCELLED'),
        declared('closing'),
      ]
    : [amount, declared('opening'), declared('opened'), declared('cancelled'), count('closing', 'state', 'FORMAL')];
};

const columnsOf = ({ kind, sender, period }: FileHeader): ReadonlyArray<Column> => {
  if (kind === 'ERR') return ERROR_COLUMNS;
  if (kind === 'ANS') return ANSWER_COLUMNS;
  if (sender === OUR_CODE) return ROW_COLUMNS;
  const bank: Column =
    kind === 'BDAY' || kind === 'BFULL'
      ? { name: 'bank', kind: 'choice', words: [sender], wrong: 'OtherBank' }
      : anyBank;
  const province: Column =
    kind === 'PDAY' || kind === 'PFULL'
      ? { name: 'province', kind: 'choice', words: [sender], wrong: 'OtherProvince' }
      : anyProvince;
  return isDay(period)
    ? rowColumns(bank, province, STATE_WORDS, period)
    : rowColumns(bank, province, { FORMAL: STATE_WORDS.FORMAL });
};

export const frameOf = (header: FileHeader, charset: Header['charset']): Frame => ({
  columns: columnsOf(header),
  charset,
  totals: totalsOf(header),
});

export interface OpenedFile {
  readonly header: FileHeader;
  readonly frame: Frame;
}

/** What the first bytes of a file say that it is. */
export const openFile = (bytes: Buffer): OpenedFile | RowError => {
  const read = readHeader(HEADER, bytes);
  if ('code' in read) return read;
  const { kind = '', sender = '', receiver = '', period = '', sequence } = read.cells;
  if (!PERIOD.test(period)) {
    return { line: 1, field: 'period', code: 'InvalidField', message: 'must be a day YYYY-MM-DD or a month YYYY-MM' };
  }
  const header: FileHeader = { kind: kind as FileKind, sender, receiver, period, sequence: Number(sequence) };
  return { header, frame: frameOf(header, read.charset) };
};

/** What is wrong with a header that is awaited to be this one, under this name. */
export const headerProblem = (
  header: FileHeader,
  awaited: Omit<FileHeader, 'sequence'>,
  name?: string,
): RowError | undefined => {
  const wrong = (field: string, code: string, message: string): RowError => ({ line: 1, field, code, message });
  if (header.kind !== awaited.kind) return wrong('kind', 'UnexpectedKind', `a file of kind ${awaited.kind} is awaited`);
  if (header.sender !== awaited.sender) return wrong('sender', 'OtherSender', `${awaited.sender} is awaited`);
  if (header.receiver !== awaited.receiver) return wrong('receiver', 'OtherReceiver', `${awaited.receiver} is awaited`);
  if (header.period !== awaited.period) return wrong('period', 'WrongPeriod', `${awaited.period} is awaited`);
  if (name !== undefined && name !== fileName(header)) {
    return wrong('', 'NameMismatch', 'the name of the file says another thing than its header');
  }
  return undefined;
};

const wordOf = (words: Readonly<Record<string, string>>, value: string): string =>
  Object.keys(words).find((word) => words[word] === value) ?? '';
const fenOf = (cell: string): number | null => (cell === '' ? null : Number(cell));

/** Of cells that have been checked by the columns; what a number or an account is is not checked here. */
export const rowOfCells = (cells: ReadonlyArray<string>): FileRow => {
  const [bank = '', agreement = '', number = '', accountKind = '', account = '', province = '', ...rest] = cells;
  const [
    channel = '',
    userType = '',
    threshold = '',
    amount = '',
    automatic = '',
    state = '',
    begun = '',
    changed = '',
  ] = rest;
  return {
    bank,
    agreement,
    number: number as FileRow['number'],
    accountKind: ACCOUNT_WORDS[accountKind as keyof typeof ACCOUNT_WORDS],
    account: account as FileRow['account'],
    province,
    channel: CHANNEL_WORDS[channel as keyof typeof CHANNEL_WORDS],
    userType: TYPE_WORDS[userType as keyof typeof TYPE_WORDS],
    thresholdMinor: fenOf(threshold),
    amountMinor: fenOf(amount),
    automaticPayment: automatic === 'Y',
    state: STATE_WORDS[state as keyof typeof STATE_WORDS],
    begun,
    changed,
  };
};

export const cellsOfRow = (row: FileRow): ReadonlyArray<string> => [
  row.bank,
  row.agreement,
  row.number,
  wordOf(ACCOUNT_WORDS, row.accountKind),
  row.account,
  row.province,
  wordOf(CHANNEL_WORDS, row.channel),
  wordOf(TYPE_WORDS, row.userType),
  row.thresholdMinor === null ? '' : String(row.thresholdMinor),
  row.amountMinor === null ? '' : String(row.amountMinor),
  row.automaticPayment ? 'Y' : 'N',
  wordOf(STATE_WORDS, row.state),
  row.begun,
  row.changed,
];

// ── what is held against what ────────────────────────────────────────────────────────────────────────────────────

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** `YYYY-MM-DDTHH:MM:SS` in China. */
export const wallTime = (atMs: number): string => new Date(atMs + CHINA_MS).toISOString().slice(0, 19);

/** The first moment of a period and the first after it, in China, in milliseconds since the epoch. */
export const boundsOf = (period: string): { readonly fromMs: number; readonly toMs: number } => {
  const [year = 0, month = 1, day] = period.split('-').map(Number);
  const fromMs = Date.UTC(year, month - 1, day ?? 1) - CHINA_MS;
  return { fromMs, toMs: day === undefined ? Date.UTC(year, month, 1) - CHINA_MS : fromMs + DAY_MS };
};

export const matchPlan = (period: string, lateMinutes: number): MatchPlan => ({
  key: ['bank', 'agreement', 'number'],
  compare: [
    { column: 'state', differs: 'state' },
    { column: 'accountKind', differs: 'account' },
    { column: 'account', differs: 'account' },
    { column: 'userType', differs: 'terms' },
    { column: 'threshold', differs: 'terms' },
    { column: 'amount', differs: 'terms' },
    { column: 'automatic', differs: 'terms' },
  ],
  late: { column: 'changed', from: wallTime(boundsOf(period).toMs - lateMinutes * 60_000) },
});

/** Totals have been checked as numbers. */
export const balanceOf = (totals: Readonly<Record<string, string>>): Balance => {
  const of = (name: string): number => Number(totals[name] ?? 0);
  return { opening: of('opening'), opened: of('opened'), cancelled: of('cancelled'), closing: of('closing') };
};

/** What does not add up; `closedBefore`: of the period before, when it is known. */
export const imbalancesOf = (
  side: 'Ours' | 'Theirs',
  { opening, opened, cancelled, closing }: Balance,
  closedBefore: number | undefined,
): ReadonlyArray<string> => [
  ...(opening + opened - cancelled === closing ? [] : [`${side}DoesNotAddUp`]),
  ...(closedBefore === undefined || closedBefore === opening ? [] : [`${side}OpeningDiffers`]),
];

/** A line of a report of differences (`domain/matching/match.ts`), in words. */
export interface ReportLine {
  readonly class: string;
  readonly columns: ReadonlyArray<string>;
  readonly lineHere: number;
  readonly lineThere: number;
  /** Of an unreadable line. */
  readonly code: string | null;
}

export const parseReportLine = (line: string): ReportLine => {
  const cells = line.split('|');
  if (cells[0] === 'unreadable') {
    const [, side, at, column = '', code = ''] = cells;
    const number = Number(at);
    const columns = column === '' ? [] : [column];
    return {
      class: 'unreadable',
      columns,
      lineHere: side === 'here' ? number : 0,
      lineThere: side === 'there' ? number : 0,
      code,
    };
  }
  const [here, there] = [Number(cells.at(-2)), Number(cells.at(-1))];
  const columns = (cells.at(-3) ?? '').split(',').filter((name) => name !== '');
  return { class: cells.at(-4) ?? '', columns, lineHere: here, lineThere: there, code: null };
};
