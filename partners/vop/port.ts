import { Context, type Effect, type Stream } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { FileKind } from '../../domain/sim/vop-file.ts';
import type { RemoteFile, Upload, Uploaded } from '../transfer.ts';

/**
 * What a step may ask of the base operator's file server (联通VOP, seed 000 §5.1 steps 4, 5, 9). Files are named and
 * laid out as docs/partners/vop.md says. Every call may be repeated: a call that did its work already succeeds again.
 */

/** What to look for. Names only sort out what is worth opening; the header of the file decides what it is. */
export interface OutboxFilter {
  readonly application?: string;
  readonly kinds?: ReadonlyArray<FileKind>;
}

export interface OutboxFile extends RemoteFile {
  /** What the name says the file is; undefined for a name that is none of ours. */
  readonly kind: FileKind | undefined;
  readonly application: string | undefined;
  readonly round: number | undefined;
  readonly part: number | undefined;
  readonly sequence: number | undefined;
}

export interface OutboxPage {
  /** Complete files that are new or changed since the cursor; oldest first, then by name. At most 1,000. */
  readonly files: ReadonlyArray<OutboxFile>;
  /** Give it back at the next poll. JSON-safe, bounded (some KiB). */
  readonly cursor: string;
}

export class VopPort extends Context.Tag('hufu/VopPort')<
  VopPort,
  {
    /**
     * Puts an application file (制卡申请文件) where VOP takes them; atomic. The same name with the same bytes is a
     * success, with other bytes `Refusal UploadConflict`.
     */
    readonly uploadApplication: <E>(upload: Upload<E>) => Effect.Effect<Uploaded, Refusal | Fault | E>;
    /**
     * Looks once for validation, card-making, POS and POS validation files. Without a cursor: everything that lies there.
     * A file comes at least once per cursor, never while it is still being written. After a restart without its cursor a
     * caller sees files again: the content's hash decides what was processed.
     */
    readonly poll: (filter: OutboxFilter, cursor?: string) => Effect.Effect<OutboxPage, Refusal | Fault>;
    /**
     * Looks once for files of resources (IMSI资源文件, seed 000 §6.1) in the directory `resource/`; oldest first, at
     * most 100. None when VOP has no such directory.
     */
    readonly resources: Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
    /**
     * Streams a file's bytes; a broken connection is resumed at the offset reached, after the bytes before it were
     * compared. `Refusal RemoteFileMissing` when it is not there, `Fault RemoteFileChanged` when it changed meanwhile.
     */
    readonly download: (file: RemoteFile) => Stream.Stream<Uint8Array, Refusal | Fault>;
    /** Moves a processed file to VOP's `archive/` (the far side keeps it). One that was moved already is a success. */
    readonly acknowledge: (file: RemoteFile) => Effect.Effect<void, Refusal | Fault>;
  }
>() {}
