import { Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { layoutProblems } from '../network/layout.ts';
import { CdrLayout } from '../network/schema.ts';
import { PartnerServer, withAddress } from '../partner/schema.ts';
import { isProblems, type Problems, problemsOf } from '../rating/refusals.ts';
import { Day, decoding, Tadig } from '../rating/schema.ts';

/** What is known of an element of our own network, which records what visitors use (seed 002 §3.2.1, §3.4.1): where its files lie, how they are laid out, as what it recorded. */

/** Which element recorded an event, as TD.57 numbers its sort (1 MSC, 2 SMSC, 3 GGSN, 4 SGSN…), and its address. */
export const RecordingEntity = Schema.Struct({
  type: Schema.Int.pipe(Schema.between(1, 12)),
  id: Schema.String.pipe(Schema.pattern(/^[0-9A-Za-z.:-]{1,60}$/)),
});
export type RecordingEntity = typeof RecordingEntity.Type;

export const Entities = Schema.Struct({ voice: RecordingEntity, sms: RecordingEntity, data: RecordingEntity });

export const NetworkElementDocument = Schema.Struct({
  /** Five capital letters or digits, as a TADIG code has, and no partner’s: its files are numbered and kept as a partner’s are. */
  code: Tadig,
  /** For people. */
  name: Schema.NonEmptyString.pipe(Schema.maxLength(100)),
  server: PartnerServer,
  layout: CdrLayout,
  entities: Entities,
  /** The first day, by our calendar, from which nothing is fetched from it any more; null: none. */
  endedFrom: Schema.optionalWith(Schema.NullOr(Day), { default: () => null }),
});
export type NetworkElementDocument = typeof NetworkElementDocument.Type;

const decode = decoding(NetworkElementDocument, 'InvalidElement');

/** Everything that is wrong with the document, by its place: `layout/record/fields/3`. */
export const decodeElement = (json: unknown): NetworkElementDocument | Problems => {
  const element = decode(json);
  if (isProblems(element)) return element;
  const problems = layoutProblems(element.layout);
  if (problems.length === 0) return withAddress(element);
  return problemsOf(
    problems.map(({ code, message, place }) => refuse('invalid', code, message, { field: `layout/${place}` })),
  );
};
