import * as RunnerStorage from '@effect/cluster/RunnerStorage';
import { Context, Effect } from 'effect';
import { gauge } from '../../telemetry/metrics.ts';

/**
 * How long this node may still believe that it owns its shards. A shard lock in MongoDB ends by the server's clock; a
 * node does not compare clocks with it but counts, on its own monotonic clock, from the moment *before* the request
 * that renewed the lock was sent: what it counts is over before the stored lock is. An owner answers a read from
 * memory only while this holds, and asks the storage first afterwards (a paused process wakes up with it gone).
 */
export class Lease extends Context.Tag('hufu/Lease')<
  Lease,
  {
    /**
     * Until when (`performance.now()` milliseconds) this node's locks are certainly held: of one shard
     * (`shardId.toString()`), or without an argument of all it holds, the earliest. In the past, or
     * `-Infinity`, when not.
     */
    readonly validUntilMs: (shard?: string) => number;
    /** `performance.now() < validUntilMs(shard)`. */
    readonly isValid: (shard?: string) => boolean;
  }
>() {}

interface Confirmed {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface LeaseClock {
  readonly lease: Lease['Type'];
  /** The storage gave us these shards, by a request that was sent at `sentAt`. */
  readonly confirm: (sentAt: Confirmed, shards: Iterable<string>) => void;
  /** The same of shards that we had then. One dropped meanwhile stays dropped: nobody would drop it again. */
  readonly renew: (sentAt: Confirmed, shards: Iterable<string>) => void;
  /** What these shards' entities did has ended; they no longer count. */
  readonly drop: (shards: Iterable<string>) => void;
  readonly dropAll: () => void;
  /** How many shards count. */
  readonly held: () => number;
  readonly now: () => Confirmed;
}

const shardsHeld = gauge({
  name: 'hufu_cluster_shards_held',
  help: 'Shards of the cluster that this node holds: its part of all actors.',
});

/**
 * `durationMs`: how long a confirmation holds, the stored lock's duration less a margin. A shard that a refresh did
 * not confirm keeps its old time until it is dropped: its entities may still be running, so it must go on counting
 * against the node's lease.
 */
export const makeLeaseClock = (
  durationMs: number,
  now: () => Confirmed = () => ({ monotonicMs: performance.now(), wallMs: Date.now() }),
): LeaseClock => {
  const held = new Map<string, Confirmed>();
  let earliest: Confirmed | undefined;

  const recompute = (): void => {
    earliest = undefined;
    for (const at of held.values()) {
      if (earliest === undefined || at.monotonicMs < earliest.monotonicMs) earliest = at;
    }
  };

  const validUntilMs = (shard?: string): number => {
    const at = shard === undefined ? earliest : held.get(shard);
    if (at === undefined) return Number.NEGATIVE_INFINITY;
    // The monotonic clock of Linux stands still while the machine is suspended, the wall clock does not.
    if (now().wallMs - at.wallMs >= durationMs) return Number.NEGATIVE_INFINITY;
    return at.monotonicMs + durationMs;
  };

  const confirm = (sentAt: Confirmed, shards: Iterable<string>): void => {
    for (const shard of shards) {
      const before = held.get(shard);
      if (before === undefined || before.monotonicMs < sentAt.monotonicMs) held.set(shard, sentAt);
    }
    recompute();
  };

  return {
    lease: { validUntilMs, isValid: (shard) => now().monotonicMs < validUntilMs(shard) },
    confirm,
    renew: (sentAt, shards) =>
      confirm(
        sentAt,
        [...shards].filter((shard) => held.has(shard)),
      ),
    drop: (shards) => {
      for (const shard of shards) held.delete(shard);
      recompute();
    },
    dropAll: () => {
      held.clear();
      recompute();
    },
    held: () => held.size,
    now,
  };
};

/** The same storage, with every acquisition, refresh and release also told to the lease clock. */
export const leasedRunnerStorage = (
  storage: RunnerStorage.RunnerStorage['Type'],
  clock: LeaseClock,
): RunnerStorage.RunnerStorage['Type'] => {
  const count = Effect.sync(() => shardsHeld.set(clock.held()));
  const confirming =
    (
      request: RunnerStorage.RunnerStorage['Type']['refresh'],
      confirm: LeaseClock['confirm'],
    ): RunnerStorage.RunnerStorage['Type']['refresh'] =>
    (address, shardIds) =>
      Effect.suspend(() => {
        const sentAt = clock.now();
        return Effect.tap(request(address, shardIds), (confirmed) =>
          Effect.zipRight(
            Effect.sync(() => confirm(sentAt, confirmed.map(String))),
            count,
          ),
        );
      });
  return RunnerStorage.RunnerStorage.of({
    ...storage,
    acquire: confirming(storage.acquire, clock.confirm),
    refresh: confirming(storage.refresh, clock.renew),
    release: (address, shardId) =>
      Effect.zipRight(
        Effect.zipRight(
          Effect.sync(() => clock.drop([shardId.toString()])),
          count,
        ),
        storage.release(address, shardId),
      ),
    releaseAll: (address) =>
      Effect.zipRight(Effect.zipRight(Effect.sync(clock.dropAll), count), storage.releaseAll(address)),
  });
};
