import { createHash } from 'node:crypto';
import { Chunk, Effect, Stream } from 'effect';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import type { Checksum } from '../../domain/roaming/partner/schema.ts';
import type { Upload } from '../../partners/transfer.ts';

/** Checksums beside files (seed 002 §3.2.2): `NAME.sm3` or `NAME.sha256`, a line of the hash and the name as `sm3sum` writes it. */

const SUFFIX = /\.(?:sm3|sha256)$/;
const LINE = /^([0-9a-fA-F]{64})(?:\s|$)/;
/** A line, and no file that only has such a name. */
const MOST_BYTES = 4_096;

export const companionName = (name: string, kind: Checksum): string => `${name}.${kind}`;
export const isCompanion = (name: string): boolean => SUFFIX.test(name);

const missing = (name: string): Refusal =>
  refuse('conflict', 'ChecksumMissing', `${name} lies there without its checksum.`, {
    action: 'It is taken when the checksum is there: ask the partner for it.',
  });

const differs = (name: string): Refusal =>
  refuse('conflict', 'ChecksumDiffers', `${name} is not what its checksum says, however often it is taken.`, {
    action: 'It stays where it lies and is taken again at the next look: ask the partner to put it there anew.',
  });

/** What the companion says; a line that says nothing is as good as none. */
export const saidBy = (name: string, content: Stream.Stream<Uint8Array, Refusal | Fault>) =>
  content.pipe(
    Stream.runCollect,
    Effect.flatMap((pieces) => {
      const text = Buffer.concat(Chunk.toReadonlyArray(pieces)).toString('latin1', 0, MOST_BYTES);
      const [, hash] = LINE.exec(text) ?? [];
      return hash === undefined ? Effect.fail(missing(name)) : Effect.succeed(hash.toLowerCase());
    }),
  );

/** Fails at its end when the bytes are others than the hash says: whoever stores them as they come stores nothing then. */
export const verified = (
  name: string,
  content: Stream.Stream<Uint8Array, Refusal | Fault>,
  { kind, hash }: { readonly kind: Checksum; readonly hash: string },
): Stream.Stream<Uint8Array, Refusal | Fault> =>
  Stream.suspend(() => {
    const found = createHash(kind);
    return content.pipe(
      Stream.tap((bytes) => Effect.sync(() => found.update(bytes))),
      Stream.concat(Stream.suspend(() => (found.digest('hex') === hash ? Stream.empty : Stream.fail(differs(name))))),
    );
  });

/** What lies beside a file of ours. */
export const companionOf = (name: string, kind: Checksum, hash: string): Upload => {
  const line = Buffer.from(`${hash}  ${name}\n`);
  return {
    name: companionName(name, kind),
    bytes: line.length,
    sm3: sm3Hex(line),
    open: (offset) => Stream.make(line.subarray(offset)),
  };
};

/** The hash of bytes as they pass. */
export const hashOf = <E, R>(kind: Checksum, content: Stream.Stream<Uint8Array, E, R>): Effect.Effect<string, E, R> =>
  Stream.runFold(content, createHash(kind), (hash, bytes) => hash.update(bytes)).pipe(
    Effect.map((hash) => hash.digest('hex')),
  );

export const checksumMissing = missing;
