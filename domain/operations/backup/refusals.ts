import { type Refusal, refuse } from '../../kernel/refusal.ts';

/** Why a backup is not made, or not restored. */
export const backupRefusals = {
  notConfigured: (): Refusal =>
    refuse('missing', 'BackupNotConfigured', 'No place for backups is configured.', {
      action: 'Set HUFU_BACKUP_URL; docs/backups.md says how.',
    }),
  none: (): Refusal =>
    refuse('missing', 'NoBackup', 'There is no full backup that could be restored up to there.', {
      field: 'to',
      action: 'List the backups; choose a later moment, or another place.',
    }),
  chainBroken: (id: string): Refusal =>
    refuse('missing', 'BackupChainBroken', `The backup ${id}, from which another goes on, is not there.`, {
      action: 'Restore up to a moment before it, or bring it back to its place.',
    }),
  partMissing: (name: string): Refusal =>
    refuse('missing', 'BackupPartMissing', `The part ${name} is not there or is too short.`, {
      field: name,
      action: 'Bring it back to its place, or restore up to a moment before its backup.',
    }),
  partDamaged: (name: string): Refusal =>
    refuse('invalid', 'BackupPartDamaged', `The part ${name} is not what was written.`, {
      field: name,
      action: 'Take it from another copy of the place, or restore up to a moment before its backup.',
    }),
  manifestDamaged: (name: string): Refusal =>
    refuse('invalid', 'BackupManifestDamaged', `The manifest ${name} is not what was written, or not with our key.`, {
      field: name,
      action: 'Take it from another copy of the place; the keys of HUFU_KEY_DIR are needed too.',
    }),
  keyMissing: (id: string): Refusal =>
    refuse('missing', 'BackupKeyMissing', `The key ${id} is not in the key ring.`, {
      action: 'Restore the key files first: they are backed up apart from the database.',
    }),
  notEmpty: (database: string): Refusal =>
    refuse('conflict', 'DatabaseNotEmpty', `The database ${database} has collections.`, {
      action: 'Restore into a new database: set HUFU_DATABASE to a name that is free.',
    }),
  differs: (collection: string): Refusal =>
    refuse('invalid', 'RestoreDiffers', `What was restored of ${collection} is not what was backed up.`, {
      field: collection,
      action: 'Drop the database and restore again; if it happens again, tell the developers.',
    }),
  oplogOvertaken: (): Refusal =>
    refuse('missing', 'OplogOvertaken', 'The log of operations does not reach back to the last backup any more.', {
      action: 'Make a full backup, and a larger log or more frequent increments.',
    }),
  snapshotTooOld: (): Refusal =>
    refuse('exhausted', 'SnapshotTooOld', 'The database does not keep its history for as long as the copy takes.', {
      action: 'Let our user set minSnapshotHistoryWindowInSeconds (role hostManager), or set it on the servers.',
    }),
  unknownOperation: (name: string): Refusal =>
    refuse('invalid', 'UnknownOperation', `The log of operations holds ${name}, which cannot be repeated.`, {
      action: 'Make a full backup; what is before it can be restored up to that operation.',
    }),
} as const;
