import { Effect, Either, ParseResult, Schema } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { AnySampled } from '../route.ts';
import type { FieldError, InputRefusal } from './problem.ts';

/**
 * Input by its schema, with every error named by its field. What was sent is not repeated in a message: it may be
 * personal data, and messages are written to logs on both sides.
 */

const ERRORS_SHOWN = 20;

/** `Expected number, actual "abc"` → `Expected number`; `Unable to decode "abc" into a bigint` → `… decode it into …`. */
const withoutValue = (message: string): string => {
  const plain = message.replace(/^Unable to (decode|encode) .* into /s, 'Unable to $1 it into ');
  const cut = plain.indexOf(', actual ');
  return cut === -1 ? plain : plain.slice(0, cut);
};

const fieldErrors = (error: ParseResult.ParseError): ReadonlyArray<FieldError> =>
  ParseResult.ArrayFormatter.formatErrorSync(error)
    .slice(0, ERRORS_SHOWN)
    .map(({ path, message }) => ({ field: path.map(String).join('/'), message: withoutValue(message) }));

const inputRefusal = (part: string, error: ParseResult.ParseError): InputRefusal => {
  const errors = fieldErrors(error);
  const first = errors[0];
  const code = part === 'body' ? 'InvalidBody' : 'MalformedRequest';
  const message = `The ${part} is not as declared: ${first?.message ?? 'it does not decode'}.`;
  return {
    ...refuse('invalid', code, message, {
      ...(first === undefined ? {} : { field: first.field }),
      action: 'See the schema of this route at /docs.',
    }),
    errors,
  };
};

/** `part` is `params`, `query`, `headers` or `body`; without a schema the part is ignored. */
export const decodePart = (
  part: string,
  sampled: AnySampled | undefined,
  value: unknown,
): Effect.Effect<unknown, Refusal> => {
  if (sampled === undefined) return Effect.void;
  const decoded = Schema.decodeUnknownEither(sampled.schema, {
    errors: 'all',
    onExcessProperty: part === 'body' ? 'error' : 'ignore',
  })(value);
  return Either.isRight(decoded) ? Effect.succeed(decoded.right) : Effect.fail(inputRefusal(part, decoded.left));
};

/** Our own answer by its schema; what does not encode is a defect of ours. */
export const encodeAnswer = (sampled: AnySampled, value: unknown): unknown =>
  Schema.encodeUnknownSync(sampled.schema)(value);
