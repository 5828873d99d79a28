import type { World } from './world.ts';

/**
 * What a replica set promises and what it does not: a write is applied at the primary at once and is durable when the
 * majority has it; a failover takes back what the majority had not; for a moment after it, reads by the majority may
 * be older than what was acknowledged before.
 */

interface Waiter {
  readonly index: number;
  readonly durable: () => void;
  readonly failed: (error: Error) => void;
}

export class ReplicaSet {
  /** Of the last write applied at the primary. */
  last = 0;
  /** Of the last write that the majority has. */
  committed = 0;
  /** Up to which write reads by the majority see. */
  visible = 0;
  up = true;
  /** Clocks of members differ. */
  clockMs: number;
  private readonly world: World;
  private readonly behind: number;
  private readonly onCommit: (index: number) => void;
  private undos: Array<() => void> = [];
  private waiters: Array<Waiter> = [];
  private term = 1;
  private stalled = false;

  /** @param behind by how many writes, at most, a new primary may not know how far the majority is */
  constructor(world: World, behind: number, onCommit: (index: number) => void) {
    this.world = world;
    this.behind = behind;
    this.onCommit = onCommit;
    this.clockMs = world.random.between(0, 1_400);
  }

  /** By the clock of the primary. */
  nowMs(): number {
    return this.world.nowMs + this.clockMs;
  }

  /** A write is applied; `undo` takes it back. @returns its index. */
  apply(undo: () => void): number {
    this.last += 1;
    this.undos.push(undo);
    const { last, term, world } = this;
    const lagMs = world.random.chance(0.05) ? world.random.between(5, 400) : world.random.between(0.5, 4);
    world.after(lagMs, () => {
      if (term === this.term && !this.stalled) this.commit(last);
    });
    return last;
  }

  private commit(index: number): void {
    if (index <= this.committed) return;
    this.undos.splice(0, index - this.committed);
    this.committed = index;
    this.visible = index;
    this.onCommit(index);
    const done = this.waiters.filter((waiter) => waiter.index <= index);
    this.waiters = this.waiters.filter((waiter) => waiter.index > index);
    for (const waiter of done) waiter.durable();
  }

  /** Calls one of the two once the write with this index is durable, or nobody knows. */
  whenDurable(index: number, durable: () => void, failed: (error: Error) => void): void {
    if (index <= this.committed) durable();
    else this.waiters.push({ index, durable, failed });
  }

  /** The secondaries stop following, or go on. */
  stall(stalled: boolean): void {
    this.stalled = stalled;
    if (!stalled && this.up) this.commit(this.last);
  }

  /** Gives up waiting: the write may become durable or not. */
  expire(index: number, failed: (error: Error) => void): boolean {
    const waiting = this.waiters.some((waiter) => waiter.index === index && waiter.failed === failed);
    this.waiters = this.waiters.filter((waiter) => waiter.failed !== failed);
    return waiting;
  }

  /** Another member becomes primary, after a while; what only the old one had is gone. */
  failOver(downMs: number): void {
    const { random } = this.world;
    this.term += 1;
    this.up = false;
    this.stalled = false;
    const cut = this.committed + random.below(this.last - this.committed + 1);
    const gone = this.undos.splice(cut - this.committed).toReversed();
    for (const undo of gone) undo();
    this.world.note(`storage fails over: ${gone.length} writes are taken back`);
    this.last = cut;
    const failing = this.waiters;
    this.waiters = [];
    for (const waiter of failing) waiter.failed(new Error('the primary stepped down'));
    this.visible = Math.max(0, this.committed - random.below(this.behind + 1));
    this.clockMs = random.between(0, 1_400);
    this.world.after(downMs, () => {
      this.up = true;
      this.world.note('storage has a primary');
      this.world.after(random.pick([10, 300, 2_000]) * random.next(), () => {
        if (this.last === this.committed) this.visible = this.committed;
        else this.commit(this.last);
      });
    });
  }
}
