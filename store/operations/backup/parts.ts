import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip as gunzipWith, gzip as gzipWith } from 'node:zlib';
import mongoose from 'mongoose';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { GCM_TAG_BYTES } from '../../../domain/keys/sm4-gcm.ts';
import { backupRefusals } from '../../../domain/operations/backup/refusals.ts';
import type { BackupPart } from '../../../domain/operations/backup/schema.ts';
import { SEGMENT_BYTES, Segmenter, segmentSeal } from '../../files/segments.ts';
import type { RingKey } from '../../keys/key-ring.ts';

/**
 * Parts of a backup: documents as the database has them (BSON, byte for byte), compressed, and sealed as files are, with a
 * key of the part's own. A part is worked on in memory, whole; that, and not the database's size, is what a backup needs.
 */

const { BSON } = mongoose.mongo;
const gzip = promisify(gzipWith);
const gunzip = promisify(gunzipWith);

/** Before compression; a part is closed at the first document past it, so it has at most the largest document more. */
export const PART_BYTES = 16 * 1024 * 1024;
/** What is sealed of the house does not shrink, and what is not, shrinks nearly as well at once. */
const LEVEL = 1;

export interface SealedPart extends BackupPart {
  readonly content: Buffer;
}

export const partName = (id: string, at: number, holds: BackupPart['holds']): string =>
  `${id}.${String(at).padStart(5, '0')}.${holds}`;

export const sealPart = async (
  { id: keyId, key }: RingKey,
  name: string,
  holds: BackupPart['holds'],
  plain: Buffer,
): Promise<SealedPart> => {
  const seal = segmentSeal(key, `backup ${name}`);
  const segmenter = new Segmenter();
  const sealed: Buffer[] = [];
  for (const segment of segmenter.push(await gzip(plain, { level: LEVEL }))) {
    sealed.push(seal.seal(segment, false));
    // Sealing one takes some milliseconds; others get their turn between two.
    await setImmediate();
  }
  const last = segmenter.end();
  if (last !== undefined) sealed.push(seal.seal(last, true));
  const content = Buffer.concat(sealed);
  return { name, holds, bytes: content.length, sm3: sm3Hex(content), keyId, content };
};

/** The documents of a part. @throws Refusal BackupPartMissing (too short), BackupPartDamaged. */
export const openPart = async (key: Buffer, part: BackupPart, content: Buffer): Promise<Buffer> => {
  if (content.length < part.bytes) throw backupRefusals.partMissing(part.name);
  if (content.length !== part.bytes || sm3Hex(content) !== part.sm3) throw backupRefusals.partDamaged(part.name);
  const seal = segmentSeal(key, `backup ${part.name}`);
  const step = SEGMENT_BYTES + GCM_TAG_BYTES;
  const opened: Buffer[] = [];
  for (let at = 0, n = 0; at < content.length; at += step, n += 1) {
    const data = content.subarray(at, at + step);
    const plain = seal.open({ n, data }, at + step >= content.length);
    if (plain === undefined) throw backupRefusals.partDamaged(part.name);
    opened.push(plain);
    await setImmediate();
  }
  return gunzip(Buffer.concat(opened));
};

/** One document after another, as bytes. */
export function* documentsIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at);
    if (length < 5 || at + length > bytes.length) throw new Error('a part ends within a document');
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** Documents of one collection within a part: a head (a document of ours), then the documents themselves. */
export interface Block {
  readonly collection: string;
  readonly documents: number;
  readonly bytes: Buffer;
}

export const blockHead = (collection: string, documents: number, bytes: number): Uint8Array =>
  BSON.serialize({ collection, documents, bytes });

export function* blocksIn(part: Buffer): Generator<Block> {
  for (let at = 0; at < part.length; ) {
    const length = part.readInt32LE(at);
    const { collection, documents, bytes } = BSON.deserialize(part.subarray(at, at + length));
    const from = at + length;
    yield { collection: String(collection), documents: Number(documents), bytes: part.subarray(from, from + bytes) };
    at = from + Number(bytes);
  }
}
