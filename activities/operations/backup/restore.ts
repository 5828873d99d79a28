import { Effect } from 'effect';
import { type Fault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import { chainTo } from '../../../domain/operations/backup/chain.ts';
import type { Manifest } from '../../../domain/operations/backup/schema.ts';
import type { BackupPlace } from '../../../partners/backup/port.ts';
import type { KeyRing } from '../../../store/keys/key-ring.ts';
import { databaseOf, Mongo } from '../../../store/mongo.ts';
import { type Restored, restoreInto } from '../../../store/operations/backup/restore.ts';
import { attempt } from '../../../store/operations/backup/server.ts';
import { lookAt, readPart, wantParts } from './places.ts';

/** From a place into an empty database, or only looked through. */

/** What has to be there, whole, before anything is written. */
const wantedFrom = (
  place: BackupPlace,
  toMs: number | undefined,
): Effect.Effect<ReadonlyArray<Manifest>, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const placed = yield* lookAt(place);
    const chain = chainTo(placed.manifests, toMs);
    if (isRefusal(chain)) {
      // A manifest that cannot be read is the nearer reason.
      return yield* Effect.fail(placed.unreadable[0]?.refusal ?? chain);
    }
    const last = chain.at(-1)?.id ?? '';
    const newer = placed.unreadable.find(({ name }) => toMs === undefined && name > last);
    if (newer !== undefined) return yield* Effect.fail(newer.refusal);
    yield* wantParts(placed, chain);
    return chain;
  });

export interface RestoreWanted {
  readonly place: BackupPlace;
  /** Up to the end of this second; without it up to the end of the newest backup. */
  readonly toMs?: number | undefined;
  readonly tell?: (line: string) => void;
}

/** Into the database of `Mongo`. Refusals of `restoreInto`, and BackupManifestDamaged, BackupKeyMissing. */
export const restoreBackup = ({
  place,
  toMs,
  tell = () => undefined,
}: RestoreWanted): Effect.Effect<Restored, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const chain = yield* wantedFrom(place, toMs);
    const db = databaseOf(yield* Mongo);
    const runtime = yield* Effect.runtime<KeyRing>();
    const open = (part: Manifest['parts'][number]): Promise<Buffer> =>
      // A promise is wanted there; its failures come back as they are.
      Effect.runPromise(Effect.provide(Effect.either(readPart(place, part)), runtime)).then((read) => {
        if (read._tag === 'Right') return read.right;
        throw read.left;
      });
    return yield* attempt('restoring a backup', () => restoreInto(db, { chain, open, toMs, tell }));
  });

export interface Verified {
  readonly backups: number;
  readonly parts: number;
  readonly bytes: number;
}

/** Reads every part that a restore would read, and writes nothing. */
export const verifyBackup = ({
  place,
  toMs,
  tell = () => undefined,
}: RestoreWanted): Effect.Effect<Verified, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const chain = yield* wantedFrom(place, toMs);
    let bytes = 0;
    let parts = 0;
    for (const manifest of chain) {
      for (const part of manifest.parts) {
        yield* readPart(place, part);
        bytes += part.bytes;
        parts += 1;
      }
      tell(`${manifest.id}: ${manifest.parts.length} parts`);
    }
    return { backups: chain.length, parts, bytes };
  });
