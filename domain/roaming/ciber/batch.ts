import { parseDecimal } from '../../kernel/decimal.ts';
import { decodeField, encodeField } from './field.ts';
import type { CiberRecord, Edition, Field } from './schema.ts';

/**
 * A CIBER batch (seed 002 §2.2.1): a header, records of fixed length, a trailer that counts and sums them. What is wrong is
 * told by record, field and column, all of it; what is decoded without a problem is encoded to the same bytes.
 */

export interface CiberProblem {
  readonly code:
    | 'RecordLengthWrong'
    | 'SeparatorWrong'
    | 'RecordTypeUnknown'
    | 'FieldInvalid'
    | 'FieldUnknown'
    | 'HeaderMisplaced'
    | 'TrailerMisplaced'
    | 'CountWrong'
    | 'TotalWrong';
  /** The first record is 1. */
  readonly record: number;
  readonly field: string;
  /** In the record; the first is 1. */
  readonly column: number;
  /** What was found and what was expected, of counts and totals alone: other fields may be personal. */
  readonly message: string;
}

const MESSAGES = {
  RecordLengthWrong: 'The record is cut short.',
  SeparatorWrong: 'The record does not end where it must.',
  RecordTypeUnknown: 'The edition has no record of this type.',
  FieldInvalid: 'The field is not of its kind, or does not fit.',
  FieldUnknown: 'The record has no such field, or lacks this one.',
  HeaderMisplaced: 'A batch begins with its header and has no other.',
  TrailerMisplaced: 'A batch ends with its trailer and has no other.',
} as const;

const problem = (code: keyof typeof MESSAGES, record: number, field?: Pick<Field, 'name' | 'start'>): CiberProblem => ({
  code,
  record,
  field: field?.name ?? '',
  column: field?.start ?? 1,
  message: MESSAGES[code],
});

export const layoutOf = ({ layouts }: Edition, type: string) => layouts.find((one) => one.type === type);

/** Counts, totals, and that header and trailer stand where they must. */
const batchProblems = (edition: Edition, records: ReadonlyArray<CiberRecord>): ReadonlyArray<CiberProblem> => {
  const { header, trailer, count, total, charge } = edition.batch;
  const problems: CiberProblem[] = [];
  const last = records.length;
  for (const [at, { type }] of records.entries()) {
    if ((type === header) !== (at === 0)) problems.push(problem('HeaderMisplaced', at + 1));
    if ((type === trailer) !== (at === last - 1)) problems.push(problem('TrailerMisplaced', at + 1));
  }
  if (last === 0) problems.push(problem('HeaderMisplaced', 1));
  const end = records.at(-1);
  if (end?.type !== trailer || problems.length > 0) return problems;
  const fieldOf = (type: string, name: string) => layoutOf(edition, type)?.fields.find((one) => one.name === name);
  const between = records.slice(1, -1);
  const told = (code: 'CountWrong' | 'TotalWrong', name: string, found: string, expected: string): void => {
    const column = fieldOf(trailer, name)?.start ?? 1;
    problems.push({ code, record: last, field: name, column, message: `It says ${found}; ${expected} was found.` });
  };
  if (Number(end.values[count]) !== between.length)
    told('CountWrong', count, end.values[count] ?? '', `${between.length}`);
  const millionths = (value: string | undefined): bigint =>
    parseDecimal(value === undefined || value === '' ? '0' : value, 6);
  const sum = between.reduce((all, { values }) => all + millionths(values[charge]), 0n);
  if (millionths(end.values[total]) !== sum) {
    told(
      'TotalWrong',
      total,
      end.values[total] ?? '',
      `${sum / 1_000_000n}.${String(sum % 1_000_000n).padStart(6, '0')}`,
    );
  }
  return problems;
};

const decodeRecord = (edition: Edition, text: string, record: number, problems: CiberProblem[]): CiberRecord => {
  const type = text.slice(0, 2);
  const values: Record<string, string> = {};
  const layout = layoutOf(edition, type);
  if (layout === undefined) problems.push(problem('RecordTypeUnknown', record));
  for (const field of layout?.fields.slice(1) ?? []) {
    const value = decodeField(field, text.slice(field.start - 1, field.start - 1 + field.length));
    if (value === undefined) problems.push(problem('FieldInvalid', record, field));
    else values[field.name] = value;
  }
  return { type, values };
};

export interface CiberBatch {
  readonly records: ReadonlyArray<CiberRecord>;
  readonly problems: ReadonlyArray<CiberProblem>;
}

/** Whether it is of one record alone, of which type and charge are known: the others can be counted and summed as they stand. */
export const isOfRecord = (
  { batch }: Edition,
  records: ReadonlyArray<CiberRecord>,
  { code, record, field }: CiberProblem,
): boolean =>
  code === 'FieldInvalid' &&
  record > 1 &&
  record < records.length &&
  field !== batch.charge &&
  ![batch.header, batch.trailer].includes(records[record - 1]?.type ?? batch.trailer);

/** A whole batch, in memory. Counts and totals are held against the records when type and charge of all could be read. */
export const decodeBatch = (edition: Edition, bytes: Uint8Array): CiberBatch => {
  const text = Buffer.from(bytes).toString('latin1');
  const { recordLength, separator } = edition;
  const records: CiberRecord[] = [];
  const problems: CiberProblem[] = [];
  for (let at = 0; at < text.length; at += recordLength + separator.length) {
    const record = records.length + 1;
    const whole = text.slice(at, at + recordLength);
    if (whole.length < recordLength) {
      problems.push({ ...problem('RecordLengthWrong', record), column: whole.length + 1 });
      break;
    }
    if (text.slice(at + recordLength, at + recordLength + separator.length) !== separator) {
      problems.push({ ...problem('SeparatorWrong', record), column: recordLength + 1 });
      break;
    }
    records.push(decodeRecord(edition, whole, record, problems));
  }
  const canBeSummed = problems.every((one) => isOfRecord(edition, records, one));
  return { records, problems: canBeSummed ? [...problems, ...batchProblems(edition, records)] : problems };
};

/** Its columns and what ends it. */
export const encodeRecord = (
  edition: Edition,
  { type, values }: CiberRecord,
  record: number,
  problems: CiberProblem[],
): string => {
  const layout = layoutOf(edition, type);
  if (layout === undefined) problems.push(problem('RecordTypeUnknown', record));
  const fields = layout?.fields.slice(1) ?? [];
  for (const name of Object.keys(values)) {
    if (!fields.some((one) => one.name === name)) problems.push(problem('FieldUnknown', record, { name, start: 1 }));
  }
  const columns = fields.map((field) => {
    const value = values[field.name];
    if (value === undefined) problems.push(problem('FieldUnknown', record, field));
    const encoded = value === undefined ? '' : encodeField(field, value);
    if (encoded === undefined) problems.push(problem('FieldInvalid', record, field));
    return encoded ?? '';
  });
  return type + columns.join('') + edition.separator;
};

/** @returns the bytes, or everything that is wrong; counts and totals included. */
export const encodeBatch = (
  edition: Edition,
  records: ReadonlyArray<CiberRecord>,
): Uint8Array | ReadonlyArray<CiberProblem> => {
  const problems: CiberProblem[] = [];
  const text = records.map((one, at) => encodeRecord(edition, one, at + 1, problems)).join('');
  const all = problems.length > 0 ? problems : batchProblems(edition, records);
  return all.length > 0 ? all : Buffer.from(text, 'latin1');
};
