import type { mongo } from 'mongoose';
import { journalKey, lastWriterAfter, laterRecords } from './journal.ts';

/**
 * Looks whether what owners hold is current, many together: a linearizable read makes the server write and wait for the
 * disk, so one for each actor would let a node answer a few hundred first reads a second. A look that is asked for while
 * others are under way goes with the next.
 */

interface Waiting {
  readonly kind: string;
  readonly actor: string;
  readonly afterSeq: number;
  readonly resolve: (writer: string | undefined | Promise<string | undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const TOGETHER = 1_000;
/** Looks under way at the same time. */
const UNDER_WAY = 2;

export class LatestWriters {
  private readonly db: mongo.Db;
  private waiting: Array<Waiting> = [];
  private underWay = 0;
  private scheduled = false;

  constructor(db: mongo.Db) {
    this.db = db;
  }

  /** As `lastWriterAfter`, by a look that begins after this call. */
  after(kind: string, actor: string, afterSeq: number): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ kind, actor, afterSeq, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        this.pump();
      });
    });
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.underWay < UNDER_WAY) {
      this.underWay += 1;
      void this.look(this.waiting.splice(0, TOGETHER)).finally(() => {
        this.underWay -= 1;
        this.pump();
      });
    }
  }

  private async look(batch: ReadonlyArray<Waiting>): Promise<void> {
    const next = ({ kind, actor, afterSeq }: Waiting): string => journalKey(kind, actor, afterSeq + 1);
    try {
      const there = await laterRecords(this.db, batch.map(next));
      for (const one of batch) {
        const { kind, actor, afterSeq } = one;
        one.resolve(there.has(next(one)) ? lastWriterAfter(this.db, kind, { actor, afterSeq }) : undefined);
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }
}
