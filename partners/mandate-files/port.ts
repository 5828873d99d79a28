import { Context, type Effect, type Stream } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { RemoteFile, Upload, Uploaded } from '../transfer.ts';

/** What a step may ask of the file servers of banks and provinces (docs/partners/mandate-files.md). */

interface FilePartner {
  /** A bank's code, or a province's (six digits). */
  readonly code: string;
  readonly name: string;
}

export class MandateFilesPort extends Context.Tag('hufu/MandateFilesPort')<
  MandateFilesPort,
  {
    readonly partners: ReadonlyArray<FilePartner>;
    /** Complete files that the partner has put out, oldest first. `Refusal UnknownFilePartner`. */
    readonly list: (code: string) => Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
    /** Refusals and faults as those of `VopPort.download`. */
    readonly download: (code: string, file: RemoteFile) => Stream.Stream<Uint8Array, Refusal | Fault>;
    /** Into the partner's archive. One that was moved already is a success. */
    readonly acknowledge: (code: string, file: RemoteFile) => Effect.Effect<void, Refusal | Fault>;
    /** Atomic; the same name with the same bytes is a success, with other bytes `Refusal UploadConflict`. */
    readonly upload: <E>(code: string, upload: Upload<E>) => Effect.Effect<Uploaded, Refusal | Fault | E>;
  }
>() {}
