import { Either, ParseResult, Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { type Problems, problemsOf } from '../rating/refusals.ts';
import { layoutProblems } from './layout.ts';

/**
 * A layout of a network's own call records (seed 002 §3.2.1) as data: lines of text, each a header, a record or a trailer
 * by how it begins, whose fields stand in columns (CSV) or at characters (fixed width). Another element of the network is
 * another layout, and no program. docs/roaming-inbound.md shows both forms.
 */

/** Of events; whose digits in the network's own words a layout translates. */
export const EVENTS = ['voice.originating', 'voice.terminating', 'sms.originating', 'sms.terminating', 'data'] as const;
export const KINDS = ['text', 'digits', 'integer', 'timestamp', 'isoTimestamp', 'offset', 'event'] as const;

const Whole = Schema.Int.pipe(Schema.between(1, 4_000));
const Mark = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9]{1,8}$/, { description: '1–8 letters or digits' }));
const Name = Schema.String.pipe(Schema.pattern(/^[a-z][A-Za-z]{0,31}$/, { description: 'a name in camel case' }));

const Field = Schema.Struct({
  name: Name,
  /** CSV: number of the column, of fixed width: of the first character; the mark of the line is at 1. */
  start: Whole,
  /** Characters; of CSV the most that there may be. */
  length: Whole,
  kind: Schema.Literal(...KINDS),
  /** Of an `event`: what the network writes, and what it is. */
  events: Schema.optionalWith(
    Schema.Record({ key: Schema.String.pipe(Schema.maxLength(20)), value: Schema.Literal(...EVENTS) }),
    { default: () => ({}) },
  ),
});
const Line = Schema.Struct({
  /** CSV: what stands in the first column; fixed width: how the line begins. */
  mark: Mark,
  fields: Schema.Array(Field).pipe(Schema.maxItems(100)),
});

export const CdrLayout = Schema.Struct({
  name: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/)),
  /** Raised whenever a field moves: a file is read by the version that is configured. */
  version: Schema.Int.pipe(Schema.between(1, 10_000)),
  form: Schema.Literal('csv', 'fixed'),
  /** How an element names its files: `{element}` is its code, the number signs are the sequence number, noughts in front. */
  fileName: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9._{}-]*#{1,9}[A-Za-z0-9._-]*$/)),
  /** Of CSV. A value holds none, and no quotation marks are known. */
  separator: Schema.optionalWith(Schema.Literal(',', ';', '|', '\t'), { default: () => ',' as const }),
  header: Line,
  record: Line,
  trailer: Line,
});

export type CdrField = Schema.Schema.Type<typeof Field>;
export type CdrLayout = Schema.Schema.Type<typeof CdrLayout>;
export type CdrEvent = (typeof EVENTS)[number];

/** Also held against itself: the fields that a record cannot be without, each once and of its kind. */
export const decodeCdrLayout = (json: unknown): CdrLayout | Problems => {
  const decoded = Schema.decodeUnknownEither(CdrLayout, { onExcessProperty: 'error' })(json);
  if (Either.isLeft(decoded)) {
    const [first] = ParseResult.ArrayFormatter.formatErrorSync(decoded.left);
    const field = first?.path.map(String).join('/') ?? '';
    return problemsOf([refuse('invalid', 'InvalidCdrLayout', first?.message ?? 'The layout is not one.', { field })]);
  }
  const problems = layoutProblems(decoded.right);
  return problems.length === 0
    ? decoded.right
    : problemsOf(problems.map(({ code, message, place }) => refuse('invalid', code, message, { field: place })));
};

/** `MSC01-00042.csv` */
export const cdrFileName = ({ fileName }: CdrLayout, element: string, sequence: number): string =>
  fileName.replace('{element}', element).replace(/#+/, (signs) => String(sequence).padStart(signs.length, '0'));
