import { Schema } from 'effect';
import type { CommandsOf } from '../../kernel/decider.ts';
import { Code, Count } from '../schema.ts';
import { ProfileId } from '../writing/schema.ts';

/** The words of transport keys and of the secrets of parts. Sealed values are opened only where a file is written. */

export const TransportAlgorithm = Schema.Literal('AES-128', '3DES', 'SM4');
export const KeyCheckValue = Schema.String.pipe(Schema.pattern(/^[0-9A-F]{6}$/));
/** Text that `store/keys/sealed-secret.ts` has sealed. */
const Sealed = Schema.String.pipe(Schema.maxLength(1_024));
/** Tells whether two keys are the same without saying anything of them. */
const Fingerprint = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/));

const keyFields = {
  algorithm: TransportAlgorithm,
  kcv: KeyCheckValue,
  fingerprint: Fingerprint,
  sealed: Sealed,
};

export const transportKeyCommands = {
  /** The partner's key; another one than before is the next version. */
  Import: Schema.Struct(keyFields),
  /** No file is written under it any more. */
  Revoke: Schema.Struct({}),
};
export const TransportKeyState = Schema.Struct({
  partner: Code,
  ...keyFields,
  version: Count,
  active: Schema.Boolean,
  atMs: Count,
});
export const TransportKeyReply = Schema.Struct({ changed: Schema.Boolean, version: Count });
export const TransportKeyEvent = Schema.Union(
  Schema.TaggedStruct('Imported', { partner: Code, ...keyFields, version: Count, atMs: Count }),
  Schema.TaggedStruct('Revoked', { atMs: Count }),
);

export const partSecretCommands = {
  /**
   * The secret from which the keys of the part's cards are derived: the first one stays. `profile`: the product whose
   * machine gets these keys; null when they are not said to go on any card.
   */
  Begin: Schema.Struct({ sealed: Sealed, profile: Schema.NullOr(ProfileId) }),
};
export const PartSecretState = Schema.Struct({
  sealed: Schema.NullOr(Sealed),
  profile: Schema.optionalWith(Schema.NullOr(ProfileId), { default: () => null }),
});
export const PartSecretReply = Schema.Struct({ changed: Schema.Boolean, sealed: Sealed });
export const PartSecretEvent = Schema.Union(
  Schema.TaggedStruct('Begun', { sealed: Sealed }),
  Schema.TaggedStruct('Equipped', { profile: ProfileId }),
);

export type TransportAlgorithm = Schema.Schema.Type<typeof TransportAlgorithm>;
export type TransportKeyCommand = CommandsOf<typeof transportKeyCommands>;
export type TransportKeyState = Schema.Schema.Type<typeof TransportKeyState>;
export type TransportKeyReply = Schema.Schema.Type<typeof TransportKeyReply>;
export type TransportKeyEvent = Schema.Schema.Type<typeof TransportKeyEvent>;
export type PartSecretCommand = CommandsOf<typeof partSecretCommands>;
export type PartSecretState = Schema.Schema.Type<typeof PartSecretState>;
export type PartSecretReply = Schema.Schema.Type<typeof PartSecretReply>;
export type PartSecretEvent = Schema.Schema.Type<typeof PartSecretEvent>;
