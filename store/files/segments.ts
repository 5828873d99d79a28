/**
 * How a file's bytes are cut, sealed and put together again. A segment is one GridFS chunk of a fixed size, so that
 * reading can begin at any offset. A sealed file has a key of its own, derived from a key of the ring and the file's
 * id; the segment's number is the nonce, which is therefore never used twice. The additional data binds a segment to
 * its file, its place and whether it is the last, so none can be swapped, moved or cut off.
 */
import { hmacSm3 } from '../../domain/keys/sm3.ts';
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, open, SM4_KEY_BYTES, seal } from '../../domain/keys/sm4-gcm.ts';

/** GridFS's usual chunk: a document of it stays below a power of two in the storage engine. */
export const SEGMENT_BYTES = 255 * 1024;

export interface Segment {
  readonly n: number;
  readonly data: Buffer;
}

/** Turns pieces of any size into segments; holds at most one that is not full. Copies: the source may reuse its own. */
export class Segmenter {
  private filling = Buffer.allocUnsafe(SEGMENT_BYTES);
  private filled = 0;
  private n = 0;
  bytes = 0;

  /** Yields every segment that has become full and is certainly not the last. */
  *push(piece: Uint8Array): Generator<Segment> {
    let at = 0;
    while (at < piece.length) {
      if (this.filled === SEGMENT_BYTES) yield this.take();
      const copied = Math.min(piece.length - at, SEGMENT_BYTES - this.filled);
      this.filling.set(piece.subarray(at, at + copied), this.filled);
      this.filled += copied;
      this.bytes += copied;
      at += copied;
    }
  }

  /** The last segment; undefined when there was no byte at all. */
  end(): Segment | undefined {
    return this.filled === 0 ? undefined : this.take();
  }

  private take(): Segment {
    const data = this.filling.subarray(0, this.filled);
    this.filling = Buffer.allocUnsafe(SEGMENT_BYTES);
    this.filled = 0;
    return { n: this.n++, data };
  }
}

export const segmentCount = (bytes: number): number => Math.ceil(bytes / SEGMENT_BYTES);

/** The bytes that a file of this length takes in the database. */
export const storedBytes = (bytes: number, sealed: boolean): number =>
  bytes + (sealed ? segmentCount(bytes) * GCM_TAG_BYTES : 0);

export interface SegmentSeal {
  readonly seal: (segment: Segment, last: boolean) => Buffer;
  /** Undefined when the bytes are not what was sealed at this place. */
  readonly open: (segment: Segment, last: boolean) => Buffer | undefined;
}

const PLAIN: SegmentSeal = { seal: ({ data }) => data, open: ({ data }) => data };

const nonceOf = (n: number): Buffer => {
  const nonce = Buffer.alloc(GCM_NONCE_BYTES);
  nonce.writeUInt32BE(n, GCM_NONCE_BYTES - 4);
  return nonce;
};

/** `key`: of the ring, or undefined for a file that is not sealed. */
export const segmentSeal = (key: Buffer | undefined, fileId: string): SegmentSeal => {
  if (key === undefined) return PLAIN;
  const own = hmacSm3(key, `hufu file ${fileId}`).subarray(0, SM4_KEY_BYTES);
  const aad = (n: number, last: boolean): Buffer => Buffer.from(`${fileId}/${n}/${last ? 'last' : 'more'}`);
  return {
    seal: ({ n, data }, last) => seal(own, nonceOf(n), data, aad(n, last)),
    open: ({ n, data }, last) => open(own, nonceOf(n), data, aad(n, last)),
  };
};
