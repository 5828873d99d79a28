import { Either, ParseResult, Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { type Problems, problemsOf } from '../rating/refusals.ts';
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
});

/** `values` by field, without the record type; amounts are decimal strings, what is blank is empty. */
export const CiberRecord = Schema.Struct({
  type: RecordType,
  values: Schema.Record({ key: Schema.String, value: Schema.String }),
});

export type Field = Schema.Schema.Type<typeof Field>;
export type Edition = Schema.Schema.Type<typeof Edition>;
export type CiberRecord = Schema.Schema.Type<typeof CiberRecord>;

const decoding =
  <A, I>(schema: Schema.Schema<A, I>, code: string) =>
  (json: unknown): A | Problems => {
    const decoded = Schema.decodeUnknownEither(schema, { onExcessProperty: 'error' })(json);
    if (Either.isRight(decoded)) return decoded.right;
    const [first] = ParseResult.ArrayFormatter.formatErrorSync(decoded.left);
    const field = first?.path.map(String).join('/') ?? '';
    return problemsOf([refuse('invalid', code, 'The field is not as it must be.', { field })]);
  };

const editionOf = decoding(Edition, 'InvalidCiberEdition');

/** Also holds the layouts against themselves. */
export const decodeEdition = (json: unknown): Edition | Problems => {
  const edition = editionOf(json);
  if ('_tag' in edition) return edition;
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
