import { type Clock, systemClock, type Timer } from '../../store/runtime/clock.ts';
import type { ActorNode } from './node.ts';

/**
 * When a node's partitions are open: only while it has the shard that they lie in. The cluster takes a partition's
 * entity away when its shard goes, but not one that is just being built, nor the work of a message that is under way;
 * so a partition opens for an ask that has come, if the shard is here at that moment, and one whose shard is here no
 * longer is closed, whoever opened it. A node that kept one would send its own callers nowhere, for ever.
 */

export interface TenuresHost {
  readonly node: Pick<ActorNode, 'held' | 'holds' | 'open' | 'close'>;
  /** Whether the shard in which the partition lies is this node's, as the cluster sees it now. */
  readonly has: (partition: number) => boolean;
  /** A later epoch than any that was taken before. */
  readonly takeEpoch: (partition: number) => Promise<number>;
  /** A partition has been opened. */
  readonly opened?: (partition: number, epoch: number) => void;
  readonly clock?: Clock;
}

/** The pause after an epoch could not be taken. Asks wait meanwhile, and give up by themselves. */
const AGAIN_MS = 500;
const SWEEP_EVERY_MS = 500;

export class Tenures {
  private readonly host: TenuresHost;
  private readonly clock: Clock;
  private readonly opening = new Map<number, Promise<void>>();
  private readonly sweeper: Timer;

  constructor(host: TenuresHost) {
    this.host = host;
    this.clock = host.clock ?? systemClock;
    this.sweeper = this.clock.setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    this.sweeper.unref();
  }

  /** Resolves when the partition is open here, or its shard is not. */
  async reach(partition: number): Promise<void> {
    const { node, has } = this.host;
    while (has(partition) && !node.holds(partition)) {
      const opening = this.opening.get(partition) ?? this.open(partition).finally(() => this.opening.delete(partition));
      this.opening.set(partition, opening);
      await opening;
    }
  }

  stop(): void {
    this.clock.clear(this.sweeper);
  }

  private async open(partition: number): Promise<void> {
    const { node, has, takeEpoch, opened } = this.host;
    const epoch = await takeEpoch(partition).catch(() => undefined);
    if (epoch === undefined) {
      await new Promise<void>((resolve) => {
        this.clock.setTimeout(resolve, AGAIN_MS);
      });
    } else if (has(partition)) {
      node.open(partition, epoch);
      opened?.(partition, epoch);
    }
  }

  private sweep(): void {
    const { node, has } = this.host;
    for (const partition of node.held.keys()) if (!has(partition)) void node.close(partition);
  }
}
