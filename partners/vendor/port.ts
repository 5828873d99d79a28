import { Context, type Effect, type Stream } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { RemoteFile, Upload, Uploaded } from '../transfer.ts';

/**
 * What a step may ask of the card vendors (卡商, seed 000 §5.1 step 6): each has a file server of its own, where its part
 * of the card-making file is put. What a vendor made for VOP comes back through VOP as a POS file (step 7); what it made
 * for Telecom it puts on its own server.
 */

export interface Vendor {
  /** Party code in the files' headers, `[A-Za-z0-9][A-Za-z0-9._-]{0,31}`. */
  readonly code: string;
  /** For people. */
  readonly name: string;
}

export class VendorPort extends Context.Tag('hufu/VendorPort')<
  VendorPort,
  {
    /** The vendors of the configuration, by code. */
    readonly vendors: ReadonlyArray<Vendor>;
    /**
     * Puts a part on the vendor's server; atomic. The same name with the same bytes is a success, with other bytes
     * `Refusal UploadConflict`; an unknown vendor is `Refusal UnknownVendor`.
     */
    readonly uploadPart: <E>(vendor: string, upload: Upload<E>) => Effect.Effect<Uploaded, Refusal | Fault | E>;
    /** Complete files in the vendor's `outbox/`: what it reports about Telecom's cards. `Refusal UnknownVendor`. */
    readonly reports: (vendor: string) => Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
    /** Streams a report's bytes; refusals and faults as those of `VopPort.download`. */
    readonly downloadReport: (vendor: string, file: RemoteFile) => Stream.Stream<Uint8Array, Refusal | Fault>;
  }
>() {}
