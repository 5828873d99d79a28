import { LEASE_MARGIN_MS, LOCK_EXPIRATION_MS } from '../../actors/runtime/cluster.ts';
import { type LeaseClock, makeLeaseClock } from '../../actors/runtime/lease.ts';
import { within } from '../../store/runtime/clock.ts';
import type { Process } from './process.ts';
import type { SimulatedStorage } from './storage.ts';

/**
 * Who owns which shard, in the way of the cluster's sharding: nodes write heartbeats, each takes the shards that fall
 * to it among those that are alive, refreshes its locks, and gives up what it could not refresh. The rules of the
 * locks are those of `store/runtime/cluster-storage-runners.ts`; the lease clock is the real one.
 */

export const SHARDS = 4;
export const shardOf = (partition: number): number => partition % SHARDS;

const REFRESH_MS = 2_000;
const LOOK_MS = 500;

interface Lock {
  readonly address: string;
  readonly incarnation: string;
  readonly atMs: number;
}

/** The two collections, at the storage. */
export class Locks {
  readonly locks = new Map<number, Lock>();
  /** Address → its last heartbeat. */
  readonly runners = new Map<string, number>();
}

const put = <K, V>(map: Map<K, V>, key: K, value: V | undefined): (() => void) => {
  const before = map.get(key);
  if (value === undefined) map.delete(key);
  else map.set(key, value);
  return () => {
    if (before === undefined) map.delete(key);
    else map.set(key, before);
  };
};

const all = (undos: ReadonlyArray<() => void>) => (): void => {
  for (const undo of undos.toReversed()) undo();
};

export interface MembershipHost {
  readonly process: Process;
  readonly storage: SimulatedStorage;
  readonly locks: Locks;
  /** The machine's name: the same after a restart. */
  readonly address: string;
  /** The partitions of the shard stop being served; resolves when they are closed. */
  readonly close: (shard: number) => Promise<void>;
}

export class Membership {
  readonly lease = makeLeaseClock(LOCK_EXPIRATION_MS - LEASE_MARGIN_MS, () => ({
    monotonicMs: this.host.process.clock.monotonicMs(),
    wallMs: this.host.process.clock.wallMs(),
  }));
  readonly acquired = new Set<number>();
  private readonly host: MembershipHost;
  private readonly releasing = new Set<number>();
  private assigned: ReadonlyArray<string | undefined> = [];
  private healthy = true;
  private leaving = false;

  constructor(host: MembershipHost) {
    this.host = host;
    void this.look();
    void this.refreshing();
  }

  /** The node that the shard falls to, as far as this one knows. */
  holderOf(shard: number): string | undefined {
    return this.assigned[shard];
  }

  /** The orderly end: gives everything away. */
  async leave(): Promise<void> {
    this.leaving = true;
    this.assigned = [];
    const shards = [...this.acquired, ...this.releasing];
    await Promise.all(shards.map((shard) => this.release(shard)));
    const { storage, process, locks, address } = this.host;
    await storage
      .write(process, () => ({ undo: put(locks.runners, address, undefined), value: undefined }))
      .catch(() => undefined);
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.host.process.clock.setTimeout(resolve, ms);
    });
  }

  private nowMs(): number {
    return this.host.storage.replicas.nowMs();
  }

  private async look(): Promise<void> {
    const { process, storage, locks } = this.host;
    for (; !this.leaving; await this.sleep(LOOK_MS)) {
      const alive = await within(
        process.clock,
        storage.read(process, () =>
          [...locks.runners].flatMap(([name, atMs]) => (atMs > this.nowMs() - LOCK_EXPIRATION_MS ? [name] : [])),
        ),
        REFRESH_MS,
      ).catch(() => undefined);
      if (alive === undefined || this.leaving) continue;
      const names = alive.toSorted();
      this.assigned = Array.from({ length: SHARDS }, (_, shard) => names[shard % Math.max(1, names.length)]);
      if (this.healthy) await this.settle();
    }
  }

  private mine(shard: number): boolean {
    return this.assigned[shard] === this.host.address;
  }

  private async settle(): Promise<void> {
    for (const shard of this.acquired) if (!this.mine(shard)) void this.release(shard);
    const wanted = Array.from({ length: SHARDS }, (_, shard) => shard).filter(
      (shard) => this.mine(shard) && !this.acquired.has(shard) && !this.releasing.has(shard),
    );
    if (wanted.length === 0) return;
    const got = await this.confirmed(this.lease.confirm, (nowMs) => this.acquire(wanted, nowMs)).catch(() => []);
    for (const shard of got) {
      if (this.healthy && this.mine(shard) && !this.releasing.has(shard)) this.acquired.add(shard);
      else void this.release(shard);
    }
  }

  /** A request whose confirmation counts from before it was sent. */
  private async confirmed(
    confirm: LeaseClock['confirm'],
    change: (nowMs: number) => { readonly undo: () => void; readonly value: ReadonlyArray<number> },
  ): Promise<ReadonlyArray<number>> {
    const { process, storage } = this.host;
    const sentAt = this.lease.now();
    const got = await within(
      process.clock,
      storage.write(process, () => change(this.nowMs())),
      REFRESH_MS,
    );
    confirm(sentAt, got.map(String));
    return got;
  }

  private acquire(wanted: ReadonlyArray<number>, nowMs: number) {
    const { address, process, locks } = this.host;
    const free = wanted.filter((shard) => {
      const lock = locks.locks.get(shard);
      return lock === undefined || lock.address === address || lock.atMs < nowMs - LOCK_EXPIRATION_MS;
    });
    const lock = { address, incarnation: process.name, atMs: nowMs };
    return { undo: all(free.map((shard) => put(locks.locks, shard, lock))), value: free };
  }

  private holds(shard: number): boolean {
    const lock = this.host.locks.locks.get(shard);
    return lock?.address === this.host.address && lock.incarnation === this.host.process.name;
  }

  private refresh(shards: ReadonlyArray<number>, nowMs: number) {
    const { address, process, locks } = this.host;
    const own = shards.filter((shard) => this.holds(shard));
    const lock = { address, incarnation: process.name, atMs: nowMs };
    const undos = own.map((shard) => put(locks.locks, shard, lock));
    undos.push(put(locks.runners, address, nowMs));
    return { undo: all(undos), value: own };
  }

  private async refreshing(): Promise<void> {
    for (; !this.leaving; await this.sleep(REFRESH_MS)) {
      const shards = this.healthy ? [...this.acquired, ...this.releasing] : [];
      const own = await this.confirmed(this.lease.renew, (nowMs) => this.refresh(shards, nowMs)).catch(() => undefined);
      if (own === undefined) this.giveUp();
      else {
        this.healthy = true;
        for (const shard of shards) if (!own.includes(shard) && this.acquired.has(shard)) void this.release(shard);
      }
    }
  }

  /** The locks could not be refreshed: whatever is held is closed. */
  private giveUp(): void {
    this.healthy = false;
    for (const shard of [...this.acquired]) void this.release(shard);
  }

  private async release(shard: number): Promise<void> {
    this.acquired.delete(shard);
    if (this.releasing.has(shard)) return;
    this.releasing.add(shard);
    const { process, storage, locks } = this.host;
    await this.host.close(shard);
    this.lease.drop([String(shard)]);
    for (;;) {
      const released = await storage
        .write(process, () => ({
          undo: this.holds(shard) ? put(locks.locks, shard, undefined) : () => undefined,
          value: true,
        }))
        .catch(() => false);
      if (released) break;
      await this.sleep(500);
    }
    this.releasing.delete(shard);
  }
}
