import { Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { isProblems, type Problems, problemsOf } from '../rating/refusals.ts';
import { decoding } from '../rating/schema.ts';
import { editionProblems } from './edition.ts';

/** An edition of CIBER as data: which records there are, what stands in which columns, and what a batch must add up to. */

const Name = Schema.String.pipe(Schema.pattern(/^[a-z][A-Za-z0-9]{0,63}$/, { description: 'a name in camel case' }));
const RecordType = Schema.String.pipe(Schema.pattern(/^[0-9]{2}$/, { description: 'two digits' }));
const Columns = Schema.Int.pipe(Schema.between(1, 10_000));

const Field = Schema.Struct({
  name: Name,
  /** The first column is 1. */
  start: Columns,
  length: Columns,
  /** `digits`, `amount`, `date` (YYMMDD) and `time` (HHMMSS) may be blank; `filler` is kept as it stands. */
  kind: Schema.Literal('digits', 'text', 'amount', 'date', 'time', 'filler'),
  /** Of an amount; whose digits have no point. */
  decimals: Schema.optionalWith(Schema.Int.pipe(Schema.between(0, 6)), { default: () => 0 }),
});

/** As it stands in its columns: `0`, `07`, `A`. */
const Mark = Schema.String.pipe(Schema.pattern(/^[0-9A-Z]{1,3}$/, { description: '1–3 digits or capital letters' }));
const ReasonCode = Schema.String.pipe(Schema.pattern(/^[0-9]{1,3}$/, { description: '1–3 digits' }));
/** A reason for which records, or a batch as a whole, go back. */
const ReturnReason = Schema.Struct({
  code: ReasonCode,
  /** For people, of codes that a partner sends. */
  title: Schema.NonEmptyString.pipe(Schema.maxLength(200)),
  /** What of our own findings it is said for (`ciber/returns.ts`); none of a code that only partners send. */
  findings: Schema.Array(Schema.String.pipe(Schema.maxLength(32))).pipe(Schema.maxItems(32)),
});

/** How records go back, and come again: which fields say it, with which marks, and the table of reject reason codes. */
export const ReturnRules = Schema.Struct({
  /**
   * Fields of the header: what sort of batch it is, why a batch goes back as a whole, and the number of the batch that goes
   * back so, or of the return batch by which one goes again.
   */
  header: Schema.Struct({ indicator: Name, reason: Name, reference: Name }),
  /**
   * Fields of each record: whether it goes back or goes again, why, which of its fields is wrong (by its place in the layout,
   * the first is 1), and the number of the batch that it came with, or of the return batch by which it goes again. Without
   * `reference` a record that comes back is looked for in every batch that has gone out.
   */
  record: Schema.Struct({ code: Name, reason: Name, field: Name, reference: Schema.NullOr(Name) }),
  /** Of the header's indicator: a batch, one of records that go back, one that goes again as a whole, one that goes back so. */
  indicators: Schema.Struct({ original: Mark, records: Mark, resubmitted: Mark, batch: Mark }),
  /** Of a record's code. */
  codes: Schema.Struct({ original: Mark, returned: Mark, resubmitted: Mark }),
  recordReasons: Schema.Array(ReturnReason).pipe(Schema.maxItems(1_000)),
  batchReasons: Schema.Array(ReturnReason).pipe(Schema.maxItems(1_000)),
});

export const Edition = Schema.Struct({
  name: Schema.String,
  /** False as long as nobody has held it against the partner's edition of the standard. */
  confirmed: Schema.Boolean,
  recordLength: Columns,
  /** After each record. */
  separator: Schema.Literal('', '\n', '\r\n'),
  batch: Schema.Struct({
    header: RecordType,
    trailer: RecordType,
    /** Fields of the trailer: how many records lie between header and trailer, and the sum of their charges. */
    count: Name,
    total: Name,
    /** The field of each record that is summed. */
    charge: Name,
  }),
  layouts: Schema.Array(Schema.Struct({ type: RecordType, title: Schema.String, fields: Schema.Array(Field) })),
  /** Without it no record goes back: a batch with one that is wrong is kept out as a whole. */
  returns: Schema.optional(ReturnRules),
});

/** `values` by field, without the record type; amounts are decimal strings, what is blank is empty. */
export const CiberRecord = Schema.Struct({
  type: RecordType,
  values: Schema.Record({ key: Schema.String, value: Schema.String }),
});

export type Field = Schema.Schema.Type<typeof Field>;
export type ReturnRules = Schema.Schema.Type<typeof ReturnRules>;
export type Edition = Schema.Schema.Type<typeof Edition>;
export type CiberRecord = Schema.Schema.Type<typeof CiberRecord>;

const editionOf = decoding(Edition, 'InvalidCiberEdition');

/** Also holds the layouts against themselves. */
export const decodeEdition = (json: unknown): Edition | Problems => {
  const edition = editionOf(json);
  if (isProblems(edition)) return edition;
  const problems = editionProblems(edition);
  return problems.length === 0
    ? edition
    : problemsOf(
        problems.map(({ code, place }) =>
          refuse('invalid', code, 'The layout does not fit its record or the batch.', { field: place }),
        ),
      );
};

export const decodeCiberRecords = decoding(Schema.Array(CiberRecord), 'InvalidCiberRecord');
