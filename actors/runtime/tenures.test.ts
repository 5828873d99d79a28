import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Tenures } from './tenures.ts';

/** A node that notes what is opened and closed, and a cluster that gives shards and takes them. */
const house = (takeEpoch?: (partition: number) => Promise<number>) => {
  const held = new Map<number, number>();
  const shards = new Set<number>();
  const closed: Array<number> = [];
  let epoch = 0;
  const tenures = new Tenures({
    node: {
      held,
      holds: (partition) => held.has(partition),
      open: (partition, at) => void held.set(partition, at),
      close: async (partition) => {
        held.delete(partition);
        closed.push(partition);
      },
    },
    has: (partition) => shards.has(partition),
    takeEpoch: takeEpoch ?? (async () => ++epoch),
  });
  return { tenures, held, shards, closed };
};

describe('a partition', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('opens for an ask, once for all that wait, and only where its shard is', async () => {
    const { tenures, held, shards } = house();
    await tenures.reach(1);
    expect(held.size).toBe(0);
    shards.add(1);
    await Promise.all([tenures.reach(1), tenures.reach(1), tenures.reach(1)]);
    await tenures.reach(1);
    expect([...held]).toEqual([[1, 1]]);
    tenures.stop();
  });

  test('does not open when its shard has gone while the epoch was being taken', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { tenures, held, shards } = house(() => promise);
    shards.add(1);
    const reached = tenures.reach(1);
    shards.delete(1);
    resolve(7);
    await reached;
    expect(held.size).toBe(0);
    tenures.stop();
  });

  test('is closed when its shard is here no longer, whoever opened it', async () => {
    const { tenures, held, shards, closed } = house();
    shards.add(1).add(2);
    await Promise.all([tenures.reach(1), tenures.reach(2)]);
    shards.delete(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([closed, [...held.keys()]]).toEqual([[1], [2]]);
    shards.add(1);
    await tenures.reach(1);
    expect(held.get(1)).toBe(3);
    tenures.stop();
  });

  test('opens later when an epoch cannot be taken, and not at all when its shard has gone meanwhile', async () => {
    let attempts = 0;
    const { tenures, held, shards } = house(async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('the storage does not answer');
      return attempts;
    });
    shards.add(1);
    const reached = tenures.reach(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await reached;
    expect([...held]).toEqual([[1, 3]]);
    attempts = 0;
    shards.add(2);
    const given = tenures.reach(2);
    await vi.advanceTimersByTimeAsync(100);
    shards.delete(2);
    await vi.advanceTimersByTimeAsync(1_000);
    await given;
    expect(held.has(2)).toBe(false);
    tenures.stop();
  });
});
