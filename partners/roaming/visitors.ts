import { Schema } from 'effect';
import { Entities, type RecordingEntity } from '../../domain/roaming/element/schema.ts';
import type { CdrLayout } from '../../domain/roaming/network/schema.ts';
import { CiberSides, Visitors } from '../../domain/roaming/partner/schema.ts';
import type { SERVICES } from '../../domain/roaming/rating/services.ts';

/** What the settings have of visitors, who are a partner's subscribers in our network, and of the elements that record what they use. */

export interface NetworkElement {
  /** Five capital letters or digits, as a TADIG code has: its files are numbered and kept as a partner's are. */
  readonly code: string;
  /** For people. */
  readonly name: string;
  readonly layout: CdrLayout;
  readonly entities: Readonly<Record<(typeof SERVICES)[number], RecordingEntity>>;
  /** Nothing is fetched from it any more; what it has brought is worked on as ever. */
  readonly ended?: boolean;
}

/** What watches our subscribers abroad: probes at the signalling and data lines. Its files are laid out, numbered and kept as an element's. */
export type NetworkMonitor = Pick<NetworkElement, 'code' | 'name' | 'layout'>;

export const VisitorsSettings = Schema.Struct({
  agreementFile: Schema.NonEmptyString,
  ...Visitors.fields,
  nrtrde: Schema.optionalWith(Schema.Boolean, { default: () => false }),
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
  entities: Entities,
});

export const CiberSettings = Schema.Struct({ editionFile: Schema.NonEmptyString, ...CiberSides.fields });
