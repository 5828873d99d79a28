/** Frames on a stream: a length in 2 or 4 bytes, the greater end first, not counting itself; then so many bytes. */

export interface FrameRules {
  readonly headerBytes: 2 | 4;
  /** The longest frame, without its header. */
  readonly longest: number;
}

/** The fields of a message take less. */
export const LONGEST_FRAME = 2_048;

export interface Frames {
  readonly frames: readonly Buffer[];
  /** The beginning of the next one. */
  readonly rest: Buffer;
  /** From here on the stream cannot be understood any more. */
  readonly problem: 'FrameEmpty' | 'FrameTooLong' | undefined;
}

export const framesOf = ({ headerBytes, longest }: FrameRules, held: Buffer, arrived: Uint8Array): Frames => {
  const bytes = held.length === 0 ? Buffer.from(arrived) : Buffer.concat([held, arrived]);
  const frames: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= headerBytes) {
    const length = bytes.readUIntBE(at, headerBytes);
    if (length === 0 || length > longest) {
      return { frames, rest: bytes.subarray(at), problem: length === 0 ? 'FrameEmpty' : 'FrameTooLong' };
    }
    if (bytes.length - at - headerBytes < length) break;
    frames.push(bytes.subarray(at + headerBytes, at + headerBytes + length));
    at += headerBytes + length;
  }
  return { frames, rest: bytes.subarray(at), problem: undefined };
};

export const frameOf = ({ headerBytes }: FrameRules, message: Uint8Array): Buffer => {
  const header = Buffer.alloc(headerBytes);
  header.writeUIntBE(message.length, 0, headerBytes);
  return Buffer.concat([header, message]);
};
