import { Schema } from 'effect';
import type { CdrLayout } from '../../domain/roaming/network/schema.ts';
import { CiberSides, Visitors } from '../../domain/roaming/partner/schema.ts';
import type { SERVICES } from '../../domain/roaming/rating/services.ts';

/** What the settings have of visitors, who are a partner's subscribers in our network, and of the elements that record what they use. */

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

/** What watches our subscribers abroad: probes at the signalling and data lines. Its files are laid out, numbered and kept as an element's. */
export type NetworkMonitor = Pick<NetworkElement, 'code' | 'name' | 'layout'>;

export const VisitorsSettings = Schema.Struct({
  agreementFile: Schema.NonEmptyString,
  ...Visitors.fields,
  nrtrde: Schema.optionalWith(Schema.Boolean, { default: () => false }),
});

const Entity = Schema.Struct({
  type: Schema.Int.pipe(Schema.between(1, 12)),
  id: Schema.String.pipe(Schema.pattern(/^[0-9A-Za-z.:-]{1,60}$/)),
});
export const MonitorSettings = Schema.Struct({
  code: Schema.String.pipe(Schema.pattern(/^[A-Z0-9]{5}$/)),
  name: Schema.NonEmptyString,
  layoutFile: Schema.NonEmptyString,
  url: Schema.String,
  fingerprint: Schema.String,
  keyFile: Schema.optional(Schema.String),
  passwordFile: Schema.optional(Schema.String),
});
export const ElementSettings = Schema.Struct({
  ...MonitorSettings.fields,
  entities: Schema.Struct({ voice: Entity, sms: Entity, data: Entity }),
});

export const CiberSettings = Schema.Struct({ editionFile: Schema.NonEmptyString, ...CiberSides.fields });
