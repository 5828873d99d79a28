import { Schema } from 'effect';
import { refuse } from '../../kernel/refusal.ts';
import { decodeEdition, Edition } from '../ciber/schema.ts';
import { isProblems, type Problems, problemsOf } from '../rating/refusals.ts';
import { Day, decoding, Tadig } from '../rating/schema.ts';

/**
 * What is known of a roaming partner besides its agreements (seed 002 §3.1.1): how its files come and how they are worked on.
 * Its key or password is named, never held.
 */

/** Hashes that may lie beside a file, named as they are. */
export const CHECKSUMS = ['sm3', 'sha256'] as const;
export type Checksum = (typeof CHECKSUMS)[number];

/** Of its subscribers in our network. */
export const Visitors = Schema.Struct({
  /** First digits of the IMSIs of its subscribers; of several that fit the longest counts. */
  imsiPrefixes: Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9]{5,15}$/))).pipe(
    Schema.minItems(1),
    Schema.maxItems(1_000),
  ),
  /** Whether it gets usage in near real time, too. */
  nrtrde: Schema.Boolean,
  /** The operator's own currency, and how much of it is one unit of the agreement's, as a decimal string. */
  localCurrency: Schema.String.pipe(Schema.pattern(/^[A-Z]{3}$/)),
  exchangeRate: Schema.String.pipe(Schema.pattern(/^(?=.*[1-9])[0-9]{1,7}(?:\.[0-9]{1,5})?$/)),
  /** First digits of numbers at home, by which a call is national. */
  countryCode: Schema.String.pipe(Schema.pattern(/^[1-9][0-9]{0,3}$/)),
});
export type Visitors = typeof Visitors.Type;

const Sid = Schema.String.pipe(Schema.pattern(/^[0-9]{1,5}$/));
/** Of a partner whose files are CIBER batches, both ways; without the edition of its layouts. */
export const CiberSides = Schema.Struct({
  /** SID or BID of ours and of the partner's network. */
  ourSid: Sid,
  sid: Sid,
  /** `-0500`: of the partner's network, for a record does not say it. */
  utcOffset: Schema.String.pipe(Schema.pattern(/^[+-](?:0[0-9]|1[0-4])[0-5][0-9]$/)),
});
export const CiberTerms = Schema.Struct({ edition: Edition, ...CiberSides.fields });
export type CiberTerms = typeof CiberTerms.Type;

const Minutes = Schema.NullOr(Schema.Int.pipe(Schema.between(15, 100_000)));
/** How often a partner's files come at the latest; null: nobody is told when they do not. */
export const Intervals = Schema.Struct({
  /** Of TAP or CIBER. */
  usageMinutes: Minutes,
  nrtrdeMinutes: Minutes,
});
export type Intervals = typeof Intervals.Type;

/** By how many last digits of the number its books are divided. */
export const BookDigits = Schema.Int.pipe(Schema.between(0, 2));

export const PartnerServer = Schema.Struct({
  /** `sftp://USER@HOST[:PORT][/DIRECTORY]` */
  url: Schema.String.pipe(Schema.pattern(/^sftp:\/\/[^@/:\s]+@[^/@\s]+(?:\/\S*)?$/), Schema.maxLength(512)),
  /** Of its host key; several while it changes. */
  fingerprints: Schema.Array(Schema.String.pipe(Schema.pattern(/^SHA256:[A-Za-z0-9+/]{43}$/))).pipe(
    Schema.minItems(1),
    Schema.maxItems(4),
  ),
  /** Name of the key or password that the nodes have in files. */
  credential: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/)),
});
export type PartnerServer = typeof PartnerServer.Type;

/** How often billing files go to a department. */
export const CYCLES = ['daily', 'weekly', 'monthly'] as const;
export type Cycle = (typeof CYCLES)[number];

/** `finance`: no partner has such a code. */
export const DEPARTMENT_CODE = /^[a-z][a-z0-9-]{1,30}$/;

/** One of our own departments: it is sent what settlement makes, and nothing is taken from it (seed 002 §3.2.3). */
export const Department = Schema.Struct({
  code: Schema.String.pipe(Schema.pattern(DEPARTMENT_CODE, { description: 'small letters, digits and -' })),
  /** For people. */
  name: Schema.NonEmptyString.pipe(Schema.maxLength(100)),
  server: PartnerServer,
  /** Which billing files it gets; statements and instructions go to each. */
  cycles: Schema.Array(Schema.Literal(...CYCLES)).pipe(Schema.maxItems(CYCLES.length)),
  /** The first day, by our calendar, from which nothing goes to it any more; documents from before this was there do not say it: none. */
  endedFrom: Schema.optionalWith(Schema.NullOr(Day), { default: () => null }),
});
export type Department = typeof Department.Type;

/** Whether it has ended by this day. */
export const hasEnded = ({ endedFrom }: Pick<Department, 'endedFrom'>, day: string): boolean =>
  endedFrom !== null && endedFrom <= day;

export const Partner = Schema.Struct({
  /** TADIG code. */
  code: Tadig,
  /** For people. */
  name: Schema.NonEmptyString.pipe(Schema.maxLength(100)),
  server: PartnerServer,
  bookDigits: BookDigits,
  /** A file with a fatal error of TD.57 goes back by itself; otherwise a person decides. */
  returnFatal: Schema.Boolean,
  /** Whether it gets our detail of each period with the statement; documents from before this was there do not say it: no. */
  statementDetail: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** What lies beside each file, both ways; null: nothing. */
  checksum: Schema.NullOr(Schema.Literal(...CHECKSUMS)),
  awaited: Intervals,
  /** Null where its subscribers are not charged for. */
  visitors: Schema.NullOr(Visitors),
  /** Null: TAP. */
  ciber: Schema.NullOr(CiberTerms),
});
export type Partner = typeof Partner.Type;

const decode = decoding(Partner, 'InvalidPartner');

/** As it is, where its server’s address is one. */
export const withAddress = <A extends { readonly server: PartnerServer }>(document: A): A | Problems =>
  URL.canParse(document.server.url)
    ? document
    : problemsOf([refuse('invalid', 'InvalidAddress', 'This is no address.', { field: 'server/url' })]);

/** Everything that is wrong with the document, by its place: `server/url`. */
export const decodePartner = (json: unknown): Partner | Problems => {
  const partner = decode(json);
  if (isProblems(partner)) return partner;
  const edition = partner.ciber === null ? null : decodeEdition(partner.ciber.edition);
  if (isProblems(edition)) {
    return problemsOf(edition.refusals.map((one) => ({ ...one, field: `ciber/edition/${one.field ?? ''}` })));
  }
  return withAddress(partner);
};

const decodedDepartment = decoding(Department, 'InvalidDepartment');

/** Everything that is wrong with the document, by its place: `cycles/0`. */
export const decodeDepartment = (json: unknown): Department | Problems => {
  const department = decodedDepartment(json);
  return isProblems(department) ? department : withAddress(department);
};
