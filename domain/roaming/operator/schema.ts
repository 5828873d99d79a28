import { Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { isProblems, type Problems, problemsOf } from '../rating/refusals.ts';
import { decoding, Tadig } from '../rating/schema.ts';

/**
 * An operator as an entity (seed 002 §3.4.1): whoever runs a network, whether we are connected with it or not, also ourselves. What
 * we are connected by is a partner's document; what was agreed is an agreement.
 */

const text = (pattern: RegExp, description: string) => Schema.String.pipe(Schema.pattern(pattern, { description }));
const Name = Schema.NonEmptyString.pipe(Schema.maxLength(100));
const list = <A, I>(item: Schema.Schema<A, I>, most: number) => Schema.Array(item).pipe(Schema.maxItems(most));

/** A network of the operator, by which its IMSIs begin (ITU-T E.212). */
export const Plmn = Schema.Struct({
  mcc: text(/^[2-79][0-9]{2}$/, 'a mobile country code of three digits'),
  mnc: text(/^[0-9]{2,3}$/, 'a mobile network code of two or three digits'),
});

export const CONTACTS = ['roaming', 'settlement', 'fraud', 'technical'] as const;

export const Operator = Schema.Struct({
  /** By which it is known here (TD.13). */
  code: Tadig,
  /** TADIG codes of its other networks. */
  otherCodes: list(Tadig, 50),
  names: Schema.Struct({ zh: Name, en: Name }),
  /** ISO 3166-1 alpha-3. */
  country: text(/^[A-Z]{3}$/, 'a country of three letters (ISO 3166-1)'),
  networks: list(Plmn, 100).pipe(Schema.minItems(1)),
  /** Whom to ask there, about what. */
  contacts: list(
    Schema.Struct({
      about: Schema.Literal(...CONTACTS),
      name: Name,
      mail: Schema.NullOr(text(/^[^@\s]{1,64}@[^@\s]{1,190}$/, 'a mail address')),
      phone: Schema.NullOr(text(/^\+[1-9][0-9 ]{4,20}$/, 'a number with + and the country’s')),
    }),
    50,
  ),
});
export type Operator = typeof Operator.Type;

const decode = decoding(Operator, 'InvalidOperator');

const twice = (field: string, what: string) =>
  refuse('invalid', 'OperatorTwice', `${what} stands there twice.`, { field });

/** Everything that is wrong with the document, by its place: `networks/1`. */
export const decodeOperator = (json: unknown): Operator | Problems => {
  const operator = decode(json);
  if (isProblems(operator)) return operator;
  const { code, otherCodes, networks } = operator;
  const codes = [code, ...otherCodes];
  const plmns = networks.map(({ mcc, mnc }) => `${mcc}-${mnc}`);
  const problems = [
    ...otherCodes.flatMap((one, at) => (codes.indexOf(one) === at + 1 ? [] : [twice(`otherCodes/${at}`, one)])),
    ...plmns.flatMap((one, at) => (plmns.indexOf(one) === at ? [] : [twice(`networks/${at}`, one)])),
  ];
  return problems.length === 0 ? operator : problemsOf(problems);
};
