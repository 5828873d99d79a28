import type { Receipt } from './snapshot.ts';

/**
 * The commands that an actor would answer again instead of deciding them anew. All that were accepted in the last
 * seconds are among them, so that whoever has no answer when an owner dies, and asks the next one, is answered; but no
 * more than are worth it on an actor that takes thousands a second. Two generations: when the younger is full it becomes
 * the older, and what was the older is forgotten together. (To drop the oldest of one map at every turn would be a walk
 * over what was dropped before.)
 */

/** As long as a lost owner's lease, the takeover, and its callers' patience between two attempts. */
const KEPT_MS = 15_000;

export interface ReceiptBounds {
  /** The last so many are remembered in any case. */
  readonly receipts: number;
  /** So many commands at most wait for an answer at once; the last so many are remembered if they are recent. */
  readonly mailbox: number;
}

export class Receipts implements Iterable<readonly [string, Receipt]> {
  private readonly bounds: ReceiptBounds;
  private younger = new Map<string, Receipt>();
  private older: Map<string, Receipt> | undefined;
  private sinceMs = 0;

  /** `stored`: oldest first. */
  constructor(bounds: ReceiptBounds, stored: Iterable<readonly [string, Receipt]> = []) {
    this.bounds = bounds;
    const older = new Map(stored);
    if (older.size > 0) this.older = older;
  }

  get size(): number {
    return this.younger.size + (this.older?.size ?? 0);
  }

  get(commandId: string): Receipt | undefined {
    return this.younger.get(commandId) ?? this.older?.get(commandId);
  }

  /** `atMs`: when its turn was decided. */
  add(commandId: string, receipt: Receipt, atMs: number): void {
    const { younger } = this;
    if (younger.size === 0) this.sinceMs = atMs;
    younger.set(commandId, receipt);
    const { receipts, mailbox } = this.bounds;
    if (younger.size < receipts || (younger.size < mailbox && atMs - this.sinceMs < KEPT_MS)) return;
    this.older = younger;
    this.younger = new Map();
  }

  /** Oldest first. */
  *[Symbol.iterator](): Iterator<readonly [string, Receipt]> {
    if (this.older !== undefined) yield* this.older;
    yield* this.younger;
  }
}
