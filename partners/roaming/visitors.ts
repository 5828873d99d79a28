import { Schema } from 'effect';
import type { Edition } from '../../domain/roaming/ciber/schema.ts';
import type { CdrLayout } from '../../domain/roaming/network/schema.ts';
import type { SERVICES } from '../../domain/roaming/rating/services.ts';

/** What is configured for visitors: a partner's subscribers in our network, and the elements that record what they use. */

export interface Visitors {
  /** First digits of the IMSIs of its subscribers; of several that fit the longest counts. */
  readonly imsiPrefixes: ReadonlyArray<string>;
  /** Whether it gets usage in near real time, too. */
  readonly nrtrde: boolean;
  /** The operator's own currency, and how much of it is one unit of the agreement's, as a decimal string. */
  readonly localCurrency: string;
  readonly exchangeRate: string;
  /** First digits of numbers at home, by which a call is national. */
  readonly countryCode: string;
}

/** Of a partner whose files are CIBER batches, both ways. */
export interface CiberTerms {
  readonly edition: Edition;
  /** SID or BID of ours and of the partner's network. */
  readonly ourSid: string;
  readonly sid: string;
  /** `-0500`: of the partner's network, for a record does not say it. */
  readonly utcOffset: string;
}

/** Which element recorded an event, as TD.57 numbers its sort (1 MSC, 2 SMSC, 3 GGSN, 4 SGSN…), and its address. */
export interface RecordingEntity {
  readonly type: number;
  readonly id: string;
}

export interface NetworkElement {
  /** Five capital letters or digits, as a TADIG code has: its files are numbered and kept as a partner's are. */
  readonly code: string;
  /** For people. */
  readonly name: string;
  readonly layout: CdrLayout;
  readonly entities: Readonly<Record<(typeof SERVICES)[number], RecordingEntity>>;
}

export const VisitorsSettings = Schema.Struct({
  agreementFile: Schema.NonEmptyString,
  imsiPrefixes: Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9]{5,15}$/))).pipe(
    Schema.minItems(1),
    Schema.maxItems(1_000),
  ),
  nrtrde: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  localCurrency: Schema.String.pipe(Schema.pattern(/^[A-Z]{3}$/)),
  exchangeRate: Schema.String.pipe(Schema.pattern(/^(?=.*[1-9])[0-9]{1,7}(?:\.[0-9]{1,5})?$/)),
  countryCode: Schema.String.pipe(Schema.pattern(/^[1-9][0-9]{0,3}$/)),
});

const Entity = Schema.Struct({
  type: Schema.Int.pipe(Schema.between(1, 12)),
  id: Schema.String.pipe(Schema.pattern(/^[0-9A-Za-z.:-]{1,60}$/)),
});
export const ElementSettings = Schema.Struct({
  code: Schema.String.pipe(Schema.pattern(/^[A-Z0-9]{5}$/)),
  name: Schema.NonEmptyString,
  layoutFile: Schema.NonEmptyString,
  entities: Schema.Struct({ voice: Entity, sms: Entity, data: Entity }),
  url: Schema.String,
  fingerprint: Schema.String,
  keyFile: Schema.optional(Schema.String),
  passwordFile: Schema.optional(Schema.String),
});

const Sid = Schema.String.pipe(Schema.pattern(/^[0-9]{1,5}$/));
export const CiberSettings = Schema.Struct({
  editionFile: Schema.NonEmptyString,
  ourSid: Sid,
  sid: Sid,
  utcOffset: Schema.String.pipe(Schema.pattern(/^[+-](?:0[0-9]|1[0-4])[0-5][0-9]$/)),
});
