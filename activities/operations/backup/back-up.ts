import { randomBytes } from 'node:crypto';
import { Clock, Effect, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import {
  backupId,
  chainTo,
  manifestName,
  orphans,
  outdated,
  startOf,
} from '../../../domain/operations/backup/chain.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { BackupKind, BackupPart, Manifest } from '../../../domain/operations/backup/schema.ts';
import { type BackupSettings, Backups } from '../../../partners/backup/port.ts';
import { KeyRing } from '../../../store/keys/key-ring.ts';
import { databaseOf, Mongo } from '../../../store/mongo.ts';
import { clearAlert, raiseOnce } from '../../../store/operations/alerts.ts';
import { FullCopy } from '../../../store/operations/backup/full.ts';
import { IncrementCopy } from '../../../store/operations/backup/increment.ts';
import {
  figuresOf,
  noteBegun,
  noteFailed,
  noteGood,
  noteLost,
  noteRemoved,
} from '../../../store/operations/backup/log.ts';
import type { SealedPart } from '../../../store/operations/backup/parts.ts';
import { backupFailure, withHistory } from '../../../store/operations/backup/server.ts';
import { counter } from '../../../telemetry/metrics.ts';
import { lookAt, putManifest, wantParts } from './places.ts';

/**
 * One backup, from what lies in the place to its manifest (seed 002 §3.4.2). An increment that has nothing to go on from, or
 * whose way back has been overwritten, becomes a full one. What a dead writer left is removed after a day.
 */

const runs = counter({
  name: 'hufu_backup_runs_total',
  help: 'Backups, by kind and by how they ended',
  labels: ['kind', 'outcome'],
});
const bytesWritten = counter({
  name: 'hufu_backup_bytes_total',
  help: 'Bytes of parts written to the place of backups, by kind',
  labels: ['kind'],
});

/** Longer than any copy: see the time for which the server is asked to keep its history. */
const DEAD_AFTER_MS = 24 * 3_600_000;

export interface BackedUp {
  readonly id: string;
  readonly kind: BackupKind;
  readonly bytes: number;
  readonly documents: number;
  readonly entries: number;
  /** Older ones that the rule does not keep. */
  readonly removed: number;
}

type Copied = Pick<Manifest, 'from' | 'until' | 'collections' | 'entries'>;

/** `progress`: told after each part. */
export interface BackUpWanted {
  readonly tenant: TenantId;
  readonly kind: BackupKind;
  readonly progress?: (parts: number) => Effect.Effect<void>;
}

/** Parts as they become ready, one in memory at a time. */
const putAll = (
  { place }: BackupSettings,
  kind: BackupKind,
  parts: AsyncIterable<SealedPart>,
  progress: BackUpWanted['progress'],
) =>
  Effect.gen(function* () {
    const put: BackupPart[] = [];
    const stream = Stream.fromAsyncIterable(parts, (cause) => cause).pipe(
      Stream.catchAll((cause) => {
        const known = backupFailure('copying the database', cause);
        return known === undefined ? Stream.die(cause) : Stream.fail(known);
      }),
    );
    yield* Stream.runForEach(stream, ({ content, ...part }) =>
      Effect.gen(function* () {
        yield* place.put(part.name, content);
        put.push(part);
        bytesWritten.inc({ kind }, part.bytes);
        if (progress !== undefined) yield* progress(put.length);
      }),
    );
    return put;
  });

const copy = (settings: BackupSettings, id: string, parent: Manifest | undefined, progress: BackUpWanted['progress']) =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const key = (yield* KeyRing).current('file');
    if (parent !== undefined) {
      const increment = new IncrementCopy(connection, parent, id, key);
      const parts = yield* putAll(settings, 'increment', increment.parts(), progress);
      const { until, collections, entries } = increment;
      return { parts, copied: { from: parent.until, until, collections, entries } satisfies Copied };
    }
    const full = new FullCopy(connection, id, key);
    const parts = yield* withHistory(connection, putAll(settings, 'full', full.parts(), progress));
    const { moment, collections } = full;
    return { parts, copied: { from: moment, until: moment, collections, entries: 0 } satisfies Copied };
  });

/** The failure, noted and told; a person is wanted until the next good one. */
const failed =
  (tenant: TenantId, id: string, kind: BackupKind) =>
  (failure: Refusal | Fault): Effect.Effect<never, Refusal | Fault, Mongo> =>
    Effect.gen(function* () {
      const nowMs = yield* Clock.currentTimeMillis;
      runs.inc({ kind, outcome: failure.code });
      yield* Effect.logError('A backup failed.').pipe(Effect.annotateLogs({ backup: id, code: failure.code }));
      yield* Effect.ignore(noteFailed(tenant, id, failure.code, nowMs));
      yield* Effect.ignore(raiseOnce(tenant, alertOf(kind), { rev: nowMs, atMs: nowMs }));
      return yield* Effect.fail(failure);
    });

const alertOf = (kind: BackupKind) =>
  ({ source: 'backup', subject: kind, level: 'problem', code: 'BackupFailed', stage: 'copy' }) as const;

const make = (
  settings: BackupSettings,
  { tenant, progress }: BackUpWanted,
  parent: Manifest | undefined,
): Effect.Effect<Manifest, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const { place } = settings;
    const kind = parent === undefined ? 'full' : 'increment';
    const startedAtMs = yield* Clock.currentTimeMillis;
    const id = backupId(kind, startedAtMs, randomBytes(4).toString('hex'));
    const after = parent?.id ?? null;
    yield* noteBegun(tenant, { id, kind, after, place: place.title, startedAtMs });
    const write = Effect.gen(function* () {
      const { parts, copied } = yield* copy(settings, id, parent, progress);
      // As long as they should be, where they should be: only then it exists.
      const files = new Map((yield* place.list).map(({ name, bytes }) => [name, bytes]));
      yield* wantParts({ files }, [{ parts }]);
      const database = databaseOf(yield* Mongo).databaseName;
      const endedAtMs = yield* Clock.currentTimeMillis;
      const manifest: Manifest = {
        ...{ format: 'hufu-backup/1', id, kind, after, database, startedAtMs, endedAtMs },
        ...{ ...copied, parts },
      };
      yield* putManifest(place, (yield* KeyRing).current('file'), manifest);
      return manifest;
    });
    const manifest = yield* Effect.catchAll(write, failed(tenant, id, kind));
    runs.inc({ kind, outcome: 'good' });
    yield* noteGood(tenant, manifest, place.title);
    yield* clearAlert(tenant, alertOf(kind), { rev: manifest.endedAtMs, atMs: manifest.endedAtMs });
    return manifest;
  });

/** Manifests first: what has none is not restored from, and is removed by the next when this one dies in between. */
const prune = ({ place, keep }: BackupSettings, tenant: TenantId) =>
  Effect.gen(function* () {
    const { manifests, files } = yield* lookAt(place);
    const nowMs = yield* Clock.currentTimeMillis;
    const gone = outdated(manifests, keep, nowMs);
    yield* Effect.forEach(gone, ({ id }) => place.remove(manifestName(id)), { discard: true });
    const parts = gone.flatMap((one) => one.parts.map(({ name }) => name));
    const deadIds = orphans([...files.keys()]).filter((name) => startOf(name) < nowMs - DEAD_AFTER_MS);
    yield* Effect.forEach([...parts, ...deadIds], (name) => place.remove(name), { discard: true });
    const ids = gone.map(({ id }) => id);
    yield* noteRemoved(tenant, ids);
    yield* noteLost(tenant, nowMs - DEAD_AFTER_MS, nowMs);
    return ids.length;
  });

/** The last backup that can be restored, with all before it in its place; undefined with a reason: a full one is needed. */
const parentIn = ({ place }: BackupSettings, tenant: TenantId) =>
  Effect.gen(function* () {
    const placed = yield* lookAt(place);
    const { databaseName } = databaseOf(yield* Mongo);
    const chain = chainTo(placed.manifests.filter(({ database }) => database === databaseName));
    if (isRefusal(chain) && chain.code === 'NoBackup') return undefined;
    const whole = isRefusal(chain) ? chain : yield* Effect.merge(wantParts(placed, chain));
    if (whole === undefined && !isRefusal(chain)) return chain.at(-1);
    const nowMs = yield* Clock.currentTimeMillis;
    yield* Effect.logError('What an increment would go on from is not whole; a full backup is made.');
    yield* raiseOnce(tenant, { ...alertOf('increment'), code: 'BackupChainBroken' }, { rev: nowMs, atMs: nowMs });
    return undefined;
  });

/** Refusals: BackupNotConfigured, SnapshotTooOld, UnknownOperation, BackupPartMissing (a part is short in its place). */
export const backUp = (wanted: BackUpWanted): Effect.Effect<BackedUp, Refusal | Fault, Backups | Mongo | KeyRing> =>
  Effect.gen(function* () {
    const settings = yield* Backups;
    if (settings === undefined) return yield* Effect.fail(backupRefusals.notConfigured());
    const parent = wanted.kind === 'increment' ? yield* parentIn(settings, wanted.tenant) : undefined;
    const manifest = yield* make(settings, wanted, parent).pipe(
      Effect.catchIf(
        ({ code }) => parent !== undefined && code === 'OplogOvertaken',
        () => make(settings, wanted, undefined),
      ),
    );
    const removed = yield* prune(settings, wanted.tenant);
    const { bytes, documents, entries } = figuresOf(manifest);
    return { id: manifest.id, kind: manifest.kind, bytes, documents, entries, removed };
  });
