import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { KeepRule } from '../../domain/operations/backup/schema.ts';

/** Where backups lie: a directory of another disk, or a file server. Whole files of some megabytes, in one directory. */
export interface BackupPlace {
  /** For people: a path, or `sftp://host/path`; no credential. */
  readonly title: string;
  /** Complete files, by name. */
  readonly list: Effect.Effect<ReadonlyArray<PlacedFile>, Refusal | Fault>;
  /** Appears under its name all at once, and is on disk when it is told. */
  readonly put: (name: string, content: Buffer) => Effect.Effect<void, Refusal | Fault>;
  /** Refusal `BackupPartMissing` when it is not there. */
  readonly get: (name: string) => Effect.Effect<Buffer, Refusal | Fault>;
  /** Not there: success. */
  readonly remove: (name: string) => Effect.Effect<void, Refusal | Fault>;
}

export interface PlacedFile {
  readonly name: string;
  readonly bytes: number;
}

export interface BackupSettings {
  readonly place: BackupPlace;
  readonly keep: KeepRule;
}

/** Undefined where none is configured: then no schedule makes a backup. */
export class Backups extends Context.Tag('hufu/Backups')<Backups, BackupSettings | undefined>() {}
