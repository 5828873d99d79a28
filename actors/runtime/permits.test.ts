import { Effect, Fiber, Scheduler } from 'effect';
import { describe, expect, it } from 'vitest';
import { makePermits } from './permits.ts';

/** Counts what it is given to do. */
class Counting implements Scheduler.Scheduler {
  tasks = 0;
  readonly shouldYield = Scheduler.defaultScheduler.shouldYield;

  scheduleTask: Scheduler.Scheduler['scheduleTask'] = (task, priority, fiber) => {
    this.tasks += 1;
    Scheduler.defaultScheduler.scheduleTask(task, priority, fiber);
  };
}

describe('permits', () => {
  it('are never more than there are, and come to who waits longest', async () => {
    const order: Array<number> = [];
    let open = 0;
    let most = 0;
    const one = (id: number) =>
      Effect.gen(function* () {
        open += 1;
        most = Math.max(most, open);
        order.push(id);
        yield* Effect.yieldNow();
        open -= 1;
      });
    const ids = Array.from({ length: 50 }, (_, id) => id);
    await Effect.runPromise(
      Effect.flatMap(makePermits(3), ({ withPermit }) =>
        Effect.forEach(ids, (id) => withPermit(one(id)), { concurrency: 'unbounded' }),
      ),
    );
    expect(most).toBe(3);
    expect(order).toEqual(ids);
  });

  it('come back when one fails, dies or is interrupted', async () => {
    const left = await Effect.runPromise(
      Effect.gen(function* () {
        const { withPermit } = yield* makePermits(1);
        yield* Effect.exit(withPermit(Effect.fail('no')));
        yield* Effect.exit(withPermit(Effect.die('never')));
        const held = yield* Effect.fork(withPermit(Effect.never));
        yield* Effect.yieldNow();
        const waiting = yield* Effect.fork(withPermit(Effect.succeed('waited')));
        yield* Effect.yieldNow();
        yield* Fiber.interrupt(waiting);
        yield* Fiber.interrupt(held);
        return yield* withPermit(Effect.succeed('again'));
      }),
    );
    expect(left).toBe('again');
  });

  it('cost the same however many wait', async () => {
    const tasksFor = async (fibers: number): Promise<number> => {
      const counting = new Counting();
      const work = Effect.flatMap(makePermits(1), ({ withPermit }) =>
        Effect.forEach(Array.from({ length: fibers }), () => withPermit(Effect.yieldNow()), {
          concurrency: 'unbounded',
          discard: true,
        }),
      );
      await Effect.runPromise(Effect.withScheduler(work, counting));
      return counting.tasks / fibers;
    };
    const few = await tasksFor(10);
    expect(await tasksFor(2_000)).toBeLessThan(few * 2);
  });
});
