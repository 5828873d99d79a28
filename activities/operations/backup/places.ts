import { Effect, Either } from 'effect';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import { hmacSm3 } from '../../../domain/keys/sm3.ts';
import { manifestName } from '../../../domain/operations/backup/chain.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import { type BackupPart, decodeSealedManifest, type Manifest } from '../../../domain/operations/backup/schema.ts';
import type { BackupPlace } from '../../../partners/backup/port.ts';
import { KeyRing, type RingKey } from '../../../store/keys/key-ring.ts';
import { openPart } from '../../../store/operations/backup/parts.ts';
import { attempt } from '../../../store/operations/backup/server.ts';

/** Manifests and parts in their place: written with our key, believed only with it. */

const macOf = ({ key }: Pick<RingKey, 'key'>, manifest: Manifest): string =>
  hmacSm3(key, `hufu backup manifest ${canonicalJson(manifest)}`).toString('hex');

export const putManifest = (place: BackupPlace, key: RingKey, manifest: Manifest) => {
  const sealed = { manifest, keyId: key.id, mac: macOf(key, manifest) };
  return place.put(manifestName(manifest.id), Buffer.from(JSON.stringify(sealed)));
};

const MANIFEST = /-(?:full|increment)-[0-9a-f]{8}\.json$/;

/** Refusals: BackupManifestDamaged, BackupKeyMissing. */
const readManifest = (place: BackupPlace, name: string): Effect.Effect<Manifest, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const found = decodeSealedManifest((yield* place.get(name)).toString('utf8'));
    if (Either.isLeft(found)) return yield* Effect.fail(backupRefusals.manifestDamaged(name));
    const { manifest, keyId, mac } = found.right;
    const key = ring.byId('file', keyId);
    if (key === undefined) return yield* Effect.fail(backupRefusals.keyMissing(keyId));
    if (macOf(key, manifest) === mac && manifestName(manifest.id) === name) return manifest;
    return yield* Effect.fail(backupRefusals.manifestDamaged(name));
  });

export interface Placed {
  readonly manifests: ReadonlyArray<Manifest>;
  /** Manifests that cannot be believed, with the reason. */
  readonly unreadable: ReadonlyArray<{ readonly name: string; readonly refusal: Refusal }>;
  readonly files: ReadonlyMap<string, number>;
}

/** What lies in the place. One manifest that is damaged keeps none of the others from being read. */
export const lookAt = (place: BackupPlace): Effect.Effect<Placed, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const files = new Map((yield* place.list).map(({ name, bytes }) => [name, bytes]));
    const manifests: Manifest[] = [];
    const unreadable: Array<Placed['unreadable'][number]> = [];
    for (const name of [...files.keys()].filter((one) => MANIFEST.test(one))) {
      const read = yield* Effect.either(readManifest(place, name));
      if (Either.isRight(read)) manifests.push(read.right);
      else if (read.left._tag === 'Refusal') unreadable.push({ name, refusal: read.left });
      else return yield* Effect.fail(read.left);
    }
    return { manifests, unreadable, files };
  });

/** Documents or entries of a part. Refusals: BackupPartMissing, BackupPartDamaged, BackupKeyMissing. */
export const readPart = (place: BackupPlace, part: BackupPart): Effect.Effect<Buffer, Refusal | Fault, KeyRing> =>
  Effect.gen(function* () {
    const key = (yield* KeyRing).byId('file', part.keyId);
    if (key === undefined) return yield* Effect.fail(backupRefusals.keyMissing(part.keyId));
    const content = yield* place.get(part.name);
    return yield* attempt('opening a part', () => openPart(key.key, part, content));
  });

/** Refusal BackupPartMissing, with its name, for the first part that is not there as long as it should be. */
export const wantParts = (
  { files }: Pick<Placed, 'files'>,
  manifests: ReadonlyArray<Pick<Manifest, 'parts'>>,
): Effect.Effect<void, Refusal> => {
  const short = manifests.flatMap(({ parts }) => parts).find(({ name, bytes }) => files.get(name) !== bytes);
  return short === undefined ? Effect.void : Effect.fail(backupRefusals.partMissing(short.name));
};
