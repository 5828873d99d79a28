import { Context, type Effect, type Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';

/**
 * The file store: raw bytes of what partners sent and what we sent them, kept as they were. Large things go by
 * reference; a step streams them in chunks. A file is immutable and named by its content within its tenant and area.
 */
export interface FileRef {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** SM3 of the content, lower-case hex. */
  readonly sm3: string;
}

export interface NewFile {
  readonly tenant: TenantId;
  /** `sim`, `roaming`…; with the tenant it scopes the content hash. */
  readonly area: string;
  readonly name: string;
  readonly contentType: string;
  /** Non-private labels to find it by: `{ application: 'A-1', kind: 'pos' }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** True when the content holds personal data (numbers, names): it is encrypted at rest. Name and labels are not. */
  readonly sealed?: boolean;
}

export class Files extends Context.Tag('hufu/Files')<
  Files,
  {
    /** Stores the stream. The same content under the same name, tenant and area gives the reference that is there. */
    readonly put: <E>(file: NewFile, content: Stream.Stream<Uint8Array, E>) => Effect.Effect<FileRef, Fault | E>;
    /**
     * Streams the content, from `offset` (bytes) on. Refusals: FileNotFound, InvalidOffset. Fault `Damaged` when what
     * is stored is not what was put; read from the start, the SM3 is checked at the end.
     */
    readonly open: (tenant: TenantId, id: string, offset?: number) => Stream.Stream<Uint8Array, Refusal | Fault>;
    readonly stat: (
      tenant: TenantId,
      id: string,
    ) => Effect.Effect<FileRef & { readonly labels: Readonly<Record<string, string>> }, Refusal | Fault>;
    /** Those that carry all the labels, newest first, at most 1,000. */
    readonly find: (
      tenant: TenantId,
      area: string,
      labels: Readonly<Record<string, string>>,
    ) => Effect.Effect<ReadonlyArray<FileRef>, Fault>;
  }
>() {}
