import { type Frame, type Header, type HeaderLayout, readHeader, type Total } from '../../matching/frame.ts';
import type { Column } from '../../matching/layout.ts';
import type { MatchPlan } from '../../matching/match.ts';
import type { RowError } from '../../matching/row-reader.ts';
import { isDay } from './day.ts';

/**
 * The detail of a statement (seed 002 §2.2.2: records are checked against the visited operator's data): a row for each
 * usage record of a period, named by the file that it came in and its place there, which both sides know, and naming
 * nobody. The two sides' details are held against each other by `domain/matching`. Layout: docs/roaming-settlement.md.
 */

export interface DetailHeader {
  /** TADIG codes. */
  readonly sender: string;
  readonly receiver: string;
  /** The days of the agreement period, both counted. */
  readonly from: string;
  readonly to: string;
}

export const DETAIL_MAGIC = 'HUFUUSAGE';

const DETAIL_HEADER: HeaderLayout = {
  magic: DETAIL_MAGIC,
  version: '1',
  witness: '结算',
  cells: [
    { name: 'sender', kind: 'code', min: 5, max: 5 },
    { name: 'receiver', kind: 'code', min: 5, max: 5 },
    { name: 'from', kind: 'date' },
    { name: 'to', kind: 'date' },
  ],
};

/** `AGREED` counts in the statement, the others do not. */
const DETAIL_STATUSES = ['AGREED', 'REJECTED', 'DISPUTED'] as const;
const MOST = 999_999_999_999_999;

const DETAIL_COLUMNS: ReadonlyArray<Column> = [
  /** The name of the TAP file, e.g. `CDHKGPPCHNCM00042`. */
  { name: 'file', kind: 'code', min: 1, max: 40 },
  /** In the file, from 1. */
  { name: 'record', kind: 'integer', max: 99_999_999 },
  { name: 'service', kind: 'choice', words: ['VOICE', 'SMS', 'DATA'] },
  /** When the event began, UTC. */
  { name: 'at', kind: 'time' },
  /** Seconds, messages or bytes. */
  { name: 'usage', kind: 'integer', max: MOST },
  { name: 'currency', kind: 'code', min: 3, max: 3 },
  /** Minor units, with the decimals of the file. */
  { name: 'amount', kind: 'integer', max: MOST },
  { name: 'status', kind: 'choice', words: DETAIL_STATUSES },
];

const DETAIL_TOTALS: ReadonlyArray<Total> = [
  { name: 'amount', kind: 'sum', column: 'amount' },
  { name: 'agreed', kind: 'count', column: 'status', begins: 'AGREED' },
];

export const detailFrame = (charset: Header['charset']): Frame => ({
  columns: DETAIL_COLUMNS,
  charset,
  totals: DETAIL_TOTALS,
});

export const detailHeader = (header: DetailHeader): readonly [HeaderLayout, Readonly<Record<string, string>>] => [
  DETAIL_HEADER,
  { ...header },
];

export interface OpenedDetail {
  readonly header: DetailHeader;
  readonly frame: Frame;
}

const wrong = (field: string, code: string, message: string): RowError => ({ line: 1, field, code, message });

/** What the first bytes of a file say that it is. */
export const openDetail = (bytes: Buffer): OpenedDetail | RowError => {
  const read = readHeader(DETAIL_HEADER, bytes);
  if ('code' in read) return read;
  const { sender = '', receiver = '', from = '', to = '' } = read.cells;
  if (!isDay(from) || !isDay(to) || from > to) return wrong('to', 'WrongPeriod', 'must be a day, not before the first');
  return { header: { sender, receiver, from, to }, frame: detailFrame(read.charset) };
};

/** What is wrong with a header that is awaited to be this one. */
export const detailProblem = (header: DetailHeader, awaited: DetailHeader): RowError | undefined => {
  if (header.sender !== awaited.sender) return wrong('sender', 'OtherSender', `${awaited.sender} is awaited`);
  if (header.receiver !== awaited.receiver) return wrong('receiver', 'OtherReceiver', `${awaited.receiver} is awaited`);
  return header.from === awaited.from && header.to === awaited.to
    ? undefined
    : wrong('from', 'WrongPeriod', `${awaited.from} to ${awaited.to} is awaited`);
};

/**
 * A row that only one side has, or that differs, is late when its event began on the last day: partners write their
 * files for days after it.
 */
export const detailPlan = ({ to }: Pick<DetailHeader, 'to'>): MatchPlan => ({
  key: ['file', 'record'],
  compare: [
    { column: 'amount', differs: 'amount' },
    { column: 'currency', differs: 'amount' },
    { column: 'status', differs: 'status' },
    { column: 'service', differs: 'usage' },
    { column: 'at', differs: 'usage' },
    { column: 'usage', differs: 'usage' },
  ],
  late: { column: 'at', from: `${to}T00:00:00` },
});

/** Of what a difference may be, beside lines that cannot be read. */
export const DETAIL_CLASSES = [
  'missingHere',
  'missingThere',
  'amount',
  'status',
  'usage',
  'duplicate',
  'late',
] as const;
