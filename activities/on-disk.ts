import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Stream } from 'effect';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { type Fault, fault, type Refusal } from '../domain/kernel/refusal.ts';
import { type FileRef, Files, type NewFile } from '../store/files/files.ts';

/** Stored files on this machine's disk, for what reads them by their paths; for their owner only, removed at the end. */

const disk =
  (doing: string) =>
  (cause: unknown): Fault =>
    fault(
      'disk',
      'Unavailable',
      `${doing}: ${cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed'}`,
    );

export const onDisk = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Fault> =>
  Effect.tryPromise({ try: run, catch: disk(doing) });

/** A stored file as one at the path. */
export const toDisk = (tenant: TenantId, file: FileRef, path: string): Effect.Effect<string, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const files = yield* Files;
    yield* Effect.acquireUseRelease(
      onDisk('opening a file', () => open(path, 'w', 0o600)),
      (target) =>
        files
          .open(tenant, file.id)
          .pipe(Stream.runForEach((chunk) => onDisk('writing a file', () => target.appendFile(chunk)))),
      (target) => Effect.promise(() => target.close()),
    );
    return path;
  });

/** The file at the path, stored. */
export const fromDisk = (file: NewFile, path: string): Effect.Effect<FileRef, Fault, Files> =>
  Effect.flatMap(Files, (files) =>
    files.put(
      file,
      Stream.fromAsyncIterable(createReadStream(path) as AsyncIterable<Uint8Array>, disk('reading a file')),
    ),
  );

/** A directory of its own. */
export const scratch = (prefix: string) =>
  Effect.acquireRelease(
    onDisk('making a directory', () => mkdtemp(join(tmpdir(), prefix))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true })),
  );
