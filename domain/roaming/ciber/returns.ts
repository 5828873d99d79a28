import { formatDecimal, parseDecimal } from '../../kernel/decimal.ts';
import { type CiberProblem, decodeBatch, encodeRecord, isOfRecord, layoutOf } from './batch.ts';
import { composeRecord } from './compose.ts';
import { encodeField } from './field.ts';
import type { CiberRecord, Edition, ReturnRules } from './schema.ts';

/**
 * Return batches of CIBER (seed 002 §2.2.1): records go back as they came, each with its reject reason code, under a header whose
 * indicator says so and whose sender and receiver have changed places; or a batch goes back as a whole, as a header with
 * the reason and a trailer of nothing. The edition says which fields and codes these are.
 */

/** A record that goes back. */
export interface RejectedRecord {
  /** In the batch; the header is 1. */
  readonly record: number;
  /** One of `RECORD_FINDINGS`. */
  readonly finding: string;
}

export interface ReturnOccasion {
  /** Number of the return batch. */
  readonly sequence: number;
  /** YYMMDD */
  readonly day: string;
}

type Reasons = ReturnRules['recordReasons'];

/** The edition has each of our findings once: it was held against itself. */
const codeOf = (reasons: Reasons, finding: string): string =>
  reasons.find(({ findings }) => findings.includes(finding))?.code ?? '';

/** What a partner's code means; empty where the edition has no such code. */
export const titleOf = (reasons: Reasons, code: string): string =>
  reasons.find((one) => Number(one.code) === Number(code))?.title ?? '';

/** The record's columns with other values in some fields; a field that is not there, or that does not fit, is a bug. */
const withValues = (
  edition: Edition,
  line: string,
  values: ReadonlyArray<readonly [name: string | null, value: string]>,
): string => {
  const layout = layoutOf(edition, line.slice(0, 2));
  return values.reduce((text, [name, value]) => {
    if (name === null) return text;
    const field = layout?.fields.find((one) => one.name === name);
    const padded = field?.kind === 'digits' ? value.padStart(field.length, '0') : value;
    const columns = field === undefined ? undefined : encodeField(field, padded);
    if (field === undefined || columns === undefined) throw new Error(`a return does not fit the field ${name}`);
    return text.slice(0, field.start - 1) + columns + text.slice(field.start - 1 + field.length);
  }, line);
};

const around = (
  edition: Edition,
  rules: ReturnRules,
  original: CiberRecord,
  { sequence, day }: ReturnOccasion,
  said: { readonly indicator: string; readonly reason: string; readonly count: number; readonly total: bigint },
): { readonly head: string; readonly tail: string } | ReadonlyArray<CiberProblem> => {
  const { header, trailer, count, total } = edition.batch;
  const { values } = original;
  const sides = {
    batchSequence: String(sequence),
    sendingCarrierSidBid: values['receivingCarrierSidBid'] ?? '',
    receivingCarrierSidBid: values['sendingCarrierSidBid'] ?? '',
  };
  const problems: Array<CiberProblem> = [];
  const top = composeRecord(edition, header, {
    ...values,
    ...sides,
    batchCreationDate: day,
    // Whoever settles between the two says anew of which period it is.
    settlementPeriod: '0',
    [rules.header.indicator]: said.indicator,
    [rules.header.reason]: said.reason,
    [rules.header.reference]: values['batchSequence'] ?? '',
  });
  const bottom = composeRecord(edition, trailer, {
    ...sides,
    [count]: String(said.count),
    [total]: formatDecimal(said.total, 6, true),
  });
  const head = encodeRecord(edition, top, 1, problems);
  const tail = encodeRecord(edition, bottom, said.count + 2, problems);
  return problems.length > 0 ? problems : { head, tail };
};

const isProblem = (
  found: { readonly head: string; readonly tail: string } | ReadonlyArray<CiberProblem>,
): found is ReadonlyArray<CiberProblem> => Array.isArray(found);

/** The return batch of these records of a batch, or everything that does not fit the edition. */
export const returnRecords = (
  edition: Edition,
  rules: ReturnRules,
  original: Uint8Array,
  rejected: ReadonlyArray<RejectedRecord>,
  occasion: ReturnOccasion,
): Uint8Array | ReadonlyArray<CiberProblem> => {
  const text = Buffer.from(original).toString('latin1');
  const step = edition.recordLength + edition.separator.length;
  const { records, problems } = decodeBatch(edition, original);
  const [header] = records;
  if (header === undefined) throw new Error('records of a batch without a header go back');
  const { code, reason, field, reference } = rules.record;
  const lines = rejected.map(({ record, finding }) => {
    const line = text.slice((record - 1) * step, record * step);
    const wrong = problems.find((one) => one.record === record && isOfRecord(edition, records, one));
    const place = layoutOf(edition, line.slice(0, 2))?.fields.findIndex(({ name }) => name === wrong?.field) ?? -1;
    return withValues(edition, line, [
      [code, rules.codes.returned],
      [reason, codeOf(rules.recordReasons, finding)],
      [field, String(place + 1)],
      [reference, header.values['batchSequence'] ?? ''],
    ]);
  });
  const total = rejected.reduce((sum, { record }) => {
    const charge = records[record - 1]?.values[edition.batch.charge] ?? '';
    return sum + parseDecimal(charge === '' ? '0' : charge, 6);
  }, 0n);
  const said = { indicator: rules.indicators.records, reason: '0', count: lines.length, total };
  const found = around(edition, rules, header, occasion, said);
  return isProblem(found) ? found : Buffer.from(found.head + lines.join('') + found.tail, 'latin1');
};

/** The return of a batch as a whole, whose header this is. `finding`: one of `BATCH_FINDINGS`. */
export const returnBatch = (
  edition: Edition,
  rules: ReturnRules,
  header: CiberRecord,
  finding: string,
  occasion: ReturnOccasion,
): Uint8Array | ReadonlyArray<CiberProblem> => {
  const reason = codeOf(rules.batchReasons, finding);
  const said = { indicator: rules.indicators.batch, reason, count: 0, total: 0n };
  const found = around(edition, rules, header, occasion, said);
  return isProblem(found) ? found : Buffer.from(found.head + found.tail, 'latin1');
};

/** What a return batch brings back of ours. */
export type CiberReturn =
  | {
      readonly kind: 'record';
      /** Number of our batch; undefined where the edition does not say it. */
      readonly sequence: number | undefined;
      /** The record by what we said in it. */
      readonly content: string;
      /** Name of the field that is wrong; empty: none is named. */
      readonly field: string;
      readonly reason: string;
    }
  | { readonly kind: 'batch'; readonly sequence: number; readonly reason: string };

/** Whether records, or a batch, of ours come back with a batch that has this header. */
export const isReturn = ({ returns }: Edition, header: CiberRecord | undefined): boolean => {
  if (returns === undefined) return false;
  const indicator = header?.values[returns.header.indicator];
  return indicator === returns.indicators.records || indicator === returns.indicators.batch;
};

/** A record by all that it says but for what returning it changes. */
export const contentOf = (edition: Edition, { record: said }: ReturnRules, { type, values }: CiberRecord): string => {
  const changed = new Set([said.code, said.reason, said.field, said.reference]);
  const fields = layoutOf(edition, type)?.fields.slice(1) ?? [];
  return JSON.stringify([type, ...fields.flatMap(({ name }) => (changed.has(name) ? [] : [values[name] ?? '']))]);
};

const referenceIn = (value: string | undefined): number => Number(value === undefined || value === '' ? 0 : value);

/** Of a return batch that was read without a problem. */
export const readReturns = (
  edition: Edition,
  rules: ReturnRules,
  records: ReadonlyArray<CiberRecord>,
): ReadonlyArray<CiberReturn> => {
  const [header, ...rest] = records;
  if (header === undefined) return [];
  if (header.values[rules.header.indicator] === rules.indicators.batch) {
    const reason = header.values[rules.header.reason] ?? '';
    return [{ kind: 'batch', sequence: referenceIn(header.values[rules.header.reference]), reason }];
  }
  const { reason, field, reference } = rules.record;
  return rest.slice(0, -1).map((record) => {
    const place = referenceIn(record.values[field]);
    return {
      kind: 'record',
      sequence: reference === null ? undefined : referenceIn(record.values[reference]),
      content: contentOf(edition, rules, record),
      field: place === 0 ? '' : (layoutOf(edition, record.type)?.fields[place - 1]?.name ?? ''),
      reason: record.values[reason] ?? '',
    };
  });
};
