import * as Schema from 'effect/Schema';

/**
 * What is known of a backup (seed 002 §3.4.2): a full one is the whole database at one moment, an increment is what was
 * written from the end of another backup on. Each lies in its place as parts, sealed one by one, and a manifest that is
 * written last: a backup without one does not exist.
 */

export const BackupKind = Schema.Literal('full', 'increment');
export type BackupKind = typeof BackupKind.Type;

/** `20261128T201300Z-full-1a2b3c4d`: when it began (UTC), and eight digits of its own. */
export const BackupId = Schema.String.pipe(Schema.pattern(/^\d{8}T\d{6}Z-(full|increment)-[0-9a-f]{8}$/));

const Count = Schema.Int.pipe(Schema.nonNegative());
const Sm3 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/));

/** A place in the log of operations of the database: seconds of its clock, and a number within the second. */
export const Moment = Schema.Struct({ t: Count, i: Count });
export type Moment = typeof Moment.Type;

export const BackupPart = Schema.Struct({
  /** File name in the place. */
  name: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9.-]{1,120}$/)),
  holds: Schema.Literal('documents', 'oplog'),
  /** Of the file as it lies there, sealed. */
  bytes: Count,
  sm3: Sm3,
  /** Of the key ring, purpose `file`. */
  keyId: Schema.String,
});
export type BackupPart = typeof BackupPart.Type;

export const CollectionStand = Schema.Struct({
  name: Schema.NonEmptyString,
  /** As `listCollections` and `listIndexes` say them, in canonical extended JSON. */
  options: Schema.String,
  indexes: Schema.Array(Schema.String),
  /** At the end of this backup. */
  documents: Count,
  /** SM3 over its documents in their order; of a full backup only. */
  sm3: Schema.NullOr(Sm3),
});
export type CollectionStand = typeof CollectionStand.Type;

export const Manifest = Schema.Struct({
  format: Schema.Literal('hufu-backup/1'),
  id: BackupId,
  kind: BackupKind,
  /** What an increment goes on from; null of a full one. */
  after: Schema.NullOr(BackupId),
  database: Schema.NonEmptyString,
  startedAtMs: Count,
  endedAtMs: Count,
  /** An increment holds what was written after `from`; of a full backup both are the moment that it shows. */
  from: Moment,
  until: Moment,
  parts: Schema.Array(BackupPart),
  collections: Schema.Array(CollectionStand),
  /** Entries of the log of operations; 0 of a full one. */
  entries: Count,
});
export type Manifest = typeof Manifest.Type;

/** As it lies in its place: nobody without the key makes another. `mac`: SM3-HMAC over the canonical JSON of the manifest. */
export const SealedManifest = Schema.Struct({ manifest: Manifest, keyId: Schema.String, mac: Sm3 });
export type SealedManifest = typeof SealedManifest.Type;

/** What is kept. */
export interface KeepRule {
  /** Full backups with their increments, counted from the newest of them. */
  readonly days: number;
  /** Of each month the first full backup, for so many months; 0: none. */
  readonly months: number;
}

export const decodeSealedManifest = Schema.decodeUnknownEither(Schema.parseJson(SealedManifest));
