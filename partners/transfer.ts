import type { Stream } from 'effect';

/**
 * The words in which every partner's file server is spoken of: what is sent, what lies there. Shared by the partners'
 * ports; `sftp.ts` is the client that does it.
 */

/** A file to be put on a partner's server. */
export interface Upload<E = never> {
  /** Name on the far side, without a directory. */
  readonly name: string;
  readonly bytes: number;
  /** SM3 of the content, lower-case hex: what is there already is compared with it. */
  readonly sm3: string;
  /** The content from a byte offset on; asked again, from another offset, when a broken upload is resumed. */
  readonly open: (offset: number) => Stream.Stream<Uint8Array, E>;
}

export interface Uploaded {
  /** Path on the far side. */
  readonly path: string;
  readonly bytes: number;
  /** False when the same bytes lay there already under this name. */
  readonly written: boolean;
}

/** A file that lies complete on a partner's server. */
export interface RemoteFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}
