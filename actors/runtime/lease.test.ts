import { RunnerAddress, RunnerStorage, ShardId } from '@effect/cluster';
import { Effect } from 'effect';
import { describe, expect, it } from 'vitest';
import { leasedRunnerStorage, makeLeaseClock } from './lease.ts';

const fakeTime = () => {
  let monotonicMs = 1_000;
  let wallMs = 1_700_000_000_000;
  return {
    now: () => ({ monotonicMs, wallMs }),
    pass: (ms: number) => {
      monotonicMs += ms;
      wallMs += ms;
    },
    suspend: (ms: number) => {
      wallMs += ms;
    },
  };
};

describe('the lease clock', () => {
  it('holds for its duration after the moment the request was sent', () => {
    const time = fakeTime();
    const { lease, confirm } = makeLeaseClock(4_500, time.now);
    expect(lease.isValid()).toBe(false);
    expect(lease.validUntilMs()).toBe(Number.NEGATIVE_INFINITY);
    const sentAt = time.now();
    time.pass(400);
    confirm(sentAt, ['default:1']);
    expect(lease.validUntilMs()).toBe(1_000 + 4_500);
    time.pass(4_099);
    expect(lease.isValid()).toBe(true);
    time.pass(1);
    expect(lease.isValid()).toBe(false);
    expect(lease.isValid('default:1')).toBe(false);
  });

  it('of the node is that of its oldest shard; an answer that comes late does not shorten it', () => {
    const time = fakeTime();
    const { lease, confirm } = makeLeaseClock(4_500, time.now);
    const early = time.now();
    time.pass(1_000);
    confirm(time.now(), ['a', 'b']);
    confirm(early, ['b', 'c']);
    expect(lease.validUntilMs('b')).toBe(2_000 + 4_500);
    expect(lease.validUntilMs('c')).toBe(1_000 + 4_500);
    expect(lease.validUntilMs()).toBe(1_000 + 4_500);
  });

  it('a shard that was not confirmed counts against the node until it is dropped', () => {
    const time = fakeTime();
    const { lease, confirm, drop } = makeLeaseClock(4_500, time.now);
    confirm(time.now(), ['a', 'b']);
    time.pass(4_600);
    confirm(time.now(), ['a']);
    expect(lease.isValid('a')).toBe(true);
    expect(lease.isValid('b')).toBe(false);
    expect(lease.isValid()).toBe(false);
    drop(['b']);
    expect(lease.isValid()).toBe(true);
    expect(lease.isValid('b')).toBe(false);
  });

  it('is over after the machine was suspended, though the monotonic clock stood still', () => {
    const time = fakeTime();
    const { lease, confirm } = makeLeaseClock(4_500, time.now);
    confirm(time.now(), ['a']);
    time.suspend(60_000);
    expect(lease.isValid()).toBe(false);
  });
});

describe('the storage that feeds it', () => {
  const address = RunnerAddress.make('127.0.0.1', 1);
  const shards = (...ids: ReadonlyArray<number>) => ids.map((id) => ShardId.make('default', id));

  it('counts from before the request, drops at a release, keeps what was lost', async () => {
    const time = fakeTime();
    const clock = makeLeaseClock(4_500, time.now);
    let confirmed = shards(1, 2, 3);
    const late = Effect.sync(() => {
      time.pass(300);
      return confirmed;
    });
    const slow = RunnerStorage.RunnerStorage.of({
      ...(await Effect.runPromise(RunnerStorage.makeMemory)),
      acquire: () => late,
      refresh: () => late,
    });
    const storage = leasedRunnerStorage(slow, clock);
    await Effect.runPromise(storage.acquire(address, confirmed));
    expect(clock.lease.validUntilMs()).toBe(1_000 + 4_500);
    await Effect.runPromise(storage.refresh(address, confirmed));
    expect(clock.lease.validUntilMs()).toBe(1_300 + 4_500);
    confirmed = shards(1, 2);
    await Effect.runPromise(storage.refresh(address, shards(1, 2, 3)));
    expect(clock.lease.validUntilMs('default:3')).toBe(1_300 + 4_500);
    expect(clock.lease.validUntilMs()).toBe(1_300 + 4_500);
    await Effect.runPromise(storage.release(address, ShardId.make('default', 3)));
    expect(clock.lease.validUntilMs()).toBe(1_600 + 4_500);
    await Effect.runPromise(storage.releaseAll(address));
    expect(clock.lease.isValid()).toBe(false);
  });

  it('a shard that is released while a refresh is under way does not come back with its answer', async () => {
    const clock = makeLeaseClock(4_500, fakeTime().now);
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<ReadonlyArray<ShardId.ShardId>>();
    const slow = RunnerStorage.RunnerStorage.of({
      ...(await Effect.runPromise(RunnerStorage.makeMemory)),
      acquire: () => Effect.succeed(shards(1, 2)),
      refresh: () =>
        Effect.promise(() => {
          ask();
          return answered;
        }).pipe(Effect.map((confirmed) => [...confirmed])),
    });
    const storage = leasedRunnerStorage(slow, clock);
    await Effect.runPromise(storage.acquire(address, shards(1, 2)));
    const refreshing = Effect.runPromise(storage.refresh(address, shards(1, 2)));
    await asked;
    await Effect.runPromise(storage.release(address, ShardId.make('default', 2)));
    answer(shards(1, 2));
    await refreshing;
    expect(clock.held()).toBe(1);
    expect(clock.lease.isValid('default:2')).toBe(false);
  });
});
