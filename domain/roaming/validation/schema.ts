import { Either, ParseResult, Schema } from 'effect';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { Facts } from './facts.ts';

/** Facts as a document that a person or a partner's configuration holds. */
const Whole = Schema.Int.pipe(Schema.nonNegative());
const Tadig = Schema.String.pipe(Schema.pattern(/^[A-Z0-9]{5}$/, { description: 'a TADIG code' }));
const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });

const Agreement = Schema.Struct({
  live: maybe(Schema.Boolean),
  imsiPrefixes: maybe(Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9]{3,15}$/)))),
  msisdnRequired: maybe(Schema.Boolean),
  maxAgeDays: maybe(Whole),
  agreedKinds: maybe(Schema.Array(Schema.Literal('serviceCentreUsage', 'valueAddedService', 'contentTransaction'))),
  operatorSpecInformation: maybe(Schema.Boolean),
  exchangeRate: maybe(Schema.Struct({ digits: Whole, decimalPlaces: Whole, toleranceMillionths: Whole })),
  taxRates: maybe(Schema.Array(Whole)),
});

const History = Schema.Struct({
  expected: Schema.Int.pipe(Schema.between(1, 99_999)),
  earlier: maybe(
    Schema.Struct({
      digest: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
      outcome: Schema.Literal('accepted', 'returned'),
    }),
  ),
});

const Document = Schema.Struct({
  fileName: maybe(Schema.String),
  receivedAtMs: maybe(Whole),
  history: maybe(History),
  agreement: maybe(Agreement),
  senders: maybe(Schema.Array(Tadig)),
  recipients: maybe(Schema.Array(Tadig)),
  edition: maybe(
    Schema.Record({
      key: Schema.String,
      value: Schema.Struct({
        code: maybe(Whole),
        severity: maybe(Schema.Literal('off', 'warning', 'severe', 'fatal')),
      }),
    }),
  ),
});

/** Refused with `InvalidFacts` and the field. */
export const decodeFacts = (json: unknown): Facts | Refusal => {
  const decoded = Schema.decodeUnknownEither(Document, { onExcessProperty: 'error' })(json);
  if (Either.isRight(decoded)) return decoded.right;
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(decoded.left);
  const field = first?.path.map(String).join('/') ?? '';
  return refuse('invalid', 'InvalidFacts', 'The field is not as it must be.', { field });
};
