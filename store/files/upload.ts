import { setImmediate } from 'node:timers/promises';
import mongoose from 'mongoose';
import { sm3Stream } from '../../domain/keys/sm3.ts';
import {
  type ChunkDocument,
  collections,
  type FileDocument,
  ObjectId,
  removeChunks,
  SEGMENTS_AT_ONCE,
} from './gridfs-layout.ts';
import { type Segment, Segmenter, type SegmentSeal, segmentSeal } from './segments.ts';

const SIGN_OF_LIFE_MS = 30_000;

/** One file on its way in. */
export class Upload {
  readonly id = new ObjectId();
  private readonly connection: mongoose.Connection;
  private readonly seal: SegmentSeal;
  private readonly segmenter = new Segmenter();
  private readonly hash = sm3Stream();
  private batch: Segment[] = [];
  private signedAtMs = Number.NEGATIVE_INFINITY;

  constructor(connection: mongoose.Connection, key: Buffer | undefined) {
    this.connection = connection;
    this.seal = segmentSeal(key, this.id.toHexString());
  }

  async push(piece: Uint8Array): Promise<void> {
    this.hash.update(piece);
    for (const segment of this.segmenter.push(piece)) {
      this.batch.push(segment);
      if (this.batch.length === SEGMENTS_AT_ONCE) await this.flush(false);
    }
  }

  async end(): Promise<{ readonly bytes: number; readonly sm3: string }> {
    const last = this.segmenter.end();
    if (last !== undefined) this.batch.push(last);
    await this.flush(true);
    return { bytes: this.segmenter.bytes, sm3: this.hash.digest('hex') };
  }

  /** Sealing a segment takes some milliseconds; others get their turn between two. */
  private async flush(ending: boolean): Promise<void> {
    await this.signOfLife();
    if (this.batch.length === 0) return;
    const documents: ChunkDocument[] = [];
    for (const segment of this.batch) {
      const last = ending && documents.length === this.batch.length - 1;
      const data = new mongoose.mongo.Binary(this.seal.seal(segment, last));
      documents.push({ _id: new ObjectId(), files_id: this.id, n: segment.n, data });
      await setImmediate();
    }
    this.batch = [];
    await collections(this.connection).chunks.insertMany(documents);
  }

  private async signOfLife(): Promise<void> {
    if (performance.now() - this.signedAtMs < SIGN_OF_LIFE_MS) return;
    const first = this.signedAtMs === Number.NEGATIVE_INFINITY;
    this.signedAtMs = performance.now();
    await collections(this.connection).uploads.updateOne(
      { _id: this.id },
      { $currentDate: { seenAt: true }, $setOnInsert: { state: 'live' } },
      { upsert: first },
    );
  }

  /** Makes the file appear, unless the sweeper took its writer for dead. */
  async appear(document: FileDocument): Promise<boolean> {
    const { files, uploads } = collections(this.connection);
    return this.connection.getClient().withSession((session) =>
      session.withTransaction(async () => {
        const { deletedCount } = await uploads.deleteOne({ _id: this.id, state: 'live' }, { session });
        if (deletedCount === 1) await files.insertOne(document, { session });
        return deletedCount === 1;
      }),
    );
  }

  async discard(): Promise<void> {
    await removeChunks(this.connection, this.id);
  }
}
