import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { Context, Deferred, Effect, FiberId, Layer, ManagedRuntime } from 'effect';
import { afterAll, expect, test } from 'vitest';
import { parseTenantId, type TenantId } from '../domain/kernel/actor-id.ts';
import { fault, refuse } from '../domain/kernel/refusal.ts';
import { exampleContract } from '../test/temporal/example-contract.ts';
import { faultOf, refusalOf } from '../workflows/refusal-failure.ts';
import { CurrentStep, implement, temporalActivities } from './activity.ts';

const tenant = parseTenantId('acme') as TenantId;
const input = { tenant, parcel: 'P1' };

class Post extends Context.Tag('test/Post')<Post, { readonly send: (parcel: string) => Effect.Effect<string> }>() {}

const runtime = ManagedRuntime.make(Layer.succeed(Post, { send: (parcel) => Effect.succeed(`receipt of ${parcel}`) }));
afterAll(() => runtime.dispose());

const sent = { sendParcel: () => Effect.succeed({ receipt: 'r' }) };
const recorded = { recordParcel: () => Effect.succeed({ commandId: 'c', attempt: 1 }) };

/** Runs one step of the example as a worker would. */
const run = async (
  set: Parameters<typeof temporalActivities<Post>>[0],
  name: string,
  environment = new MockActivityEnvironment(),
): Promise<unknown> => {
  const step = temporalActivities(set, runtime)[name];
  if (step === undefined) throw new Error(`no activity ${name}`);
  return environment.run(step, input);
};

test('a step uses services and knows itself: caller, ids that every attempt repeats', async () => {
  const set = implement(exampleContract)({
    recordParcel: ({ parcel }) =>
      Effect.map(CurrentStep, ({ commandIdFor, attempt, caller }) => ({
        commandId: `${caller.subject}@${caller.tenant} ${commandIdFor('chunk/1', 7)} ${parcel}`,
        attempt,
      })),
    sendParcel: ({ parcel }) =>
      Effect.flatMap(Post, (post) => Effect.map(post.send(parcel), (receipt) => ({ receipt }))),
  });
  const of = (attempt: number) =>
    new MockActivityEnvironment({
      attempt,
      activityId: '3',
      activityType: 'recordParcel',
      workflowExecution: { workflowId: 'operations.parcel/acme/P1', runId: 'run' },
    });
  const commandId = 'service:worker@acme operations.parcel/acme/P1/run/3/recordParcel/chunk%2F1/7 P1';
  expect(await run(set, 'recordParcel', of(1))).toEqual({ commandId, attempt: 1 });
  expect(await run(set, 'recordParcel', of(2))).toEqual({ commandId, attempt: 2 });
  expect(await run(set, 'sendParcel')).toEqual({ receipt: 'receipt of P1' });
});

test('an implementation that misses a step, or has one with another input or result, does not compile', () => {
  // @ts-expect-error sendParcel is missing
  implement(exampleContract)(recorded);
  // @ts-expect-error the result has no receipt
  implement(exampleContract)({ ...recorded, sendParcel: () => Effect.succeed({}) });
  // @ts-expect-error the input has no such field
  implement(exampleContract)({ ...recorded, sendParcel: ({ city }) => Effect.succeed({ receipt: city }) });
  // @ts-expect-error no such step in the contract
  implement(exampleContract)({ ...recorded, ...sent, other: () => Effect.void });
  // @ts-expect-error errors are refusals or faults
  implement(exampleContract)({ ...recorded, sendParcel: () => Effect.fail('no') });
  expect(Object.keys(implement(exampleContract)({ ...recorded, ...sent }).steps)).toEqual([
    'recordParcel',
    'sendParcel',
  ]);
});

test('a refusal is final, a fault is retried when it says, a bug is retried by the profile', async () => {
  const refusal = refuse('exhausted', 'NoStock', 'There is none left.');
  const busy = fault('post', 'Busy', 'Come back.', 1_500);
  const failing = (failure: Effect.Effect<never, typeof refusal | typeof busy>) =>
    run(implement(exampleContract)({ ...recorded, sendParcel: () => failure }), 'sendParcel').catch((error) => error);

  const refused = await failing(Effect.fail(refusal));
  expect(refused).toBeInstanceOf(ApplicationFailure);
  expect(refused).toMatchObject({ type: 'NoStock', nonRetryable: true });
  expect(refusalOf(refused)).toEqual(refusal);

  const faulted = await failing(Effect.fail(busy));
  expect(faulted).toMatchObject({ type: 'Busy', nonRetryable: false, nextRetryDelay: 1_500 });
  expect(faultOf(faulted)).toEqual(busy);

  const late = new MockActivityEnvironment({
    attempt: 5,
    retryPolicy: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 60_000 },
  });
  const again = implement(exampleContract)({ ...recorded, sendParcel: () => Effect.fail(busy) });
  const slower = await run(again, 'sendParcel', late).catch((error) => error);
  expect(slower).toMatchObject({ type: 'Busy', nextRetryDelay: undefined });

  const bug = await failing(Effect.die(new TypeError('x is undefined')));
  expect(bug).toMatchObject({ type: 'Defect', nonRetryable: false, message: 'x is undefined' });
  expect(await failing(Effect.interrupt)).toMatchObject({ type: 'Interrupted', nonRetryable: false });
});

test('cancellation interrupts the step, which may clean up; Temporal hears that it was cancelled', async () => {
  const environment = new MockActivityEnvironment();
  const started = Deferred.unsafeMake<void>(FiberId.none);
  let cleaned = false;
  const set = implement(exampleContract)({
    ...recorded,
    sendParcel: () =>
      Deferred.succeed(started, undefined).pipe(
        Effect.zipRight(Effect.never),
        Effect.onInterrupt(() =>
          Effect.sync(() => {
            cleaned = true;
          }),
        ),
      ),
  });
  const running = run(set, 'sendParcel', environment).catch((error) => error);
  await Effect.runPromise(Deferred.await(started));
  environment.cancel('CANCELLED');
  expect(await running).toBeInstanceOf(CancelledFailure);
  expect(cleaned).toBe(true);
});

test('a step beats by itself and repeats its progress, which the next attempt finds', async () => {
  const beats: Array<unknown> = [];
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 150, heartbeatDetails: { chunk: 4 } });
  const enough = Deferred.unsafeMake<void>(FiberId.none);
  environment.on('heartbeat', (details: unknown) => {
    beats.push(details);
    if (beats.length === 3) Effect.runSync(Deferred.succeed(enough, undefined));
  });
  const set = implement(exampleContract)({
    ...recorded,
    sendParcel: () =>
      Effect.gen(function* () {
        const step = yield* CurrentStep;
        const last = step.lastHeartbeat;
        yield* step.heartbeat({ chunk: 5 });
        yield* Deferred.await(enough);
        return { receipt: JSON.stringify(last) };
      }),
  });
  expect(await run(set, 'sendParcel', environment)).toEqual({ receipt: '{"chunk":4}' });
  expect(beats.slice(0, 3)).toEqual([{ chunk: 5 }, { chunk: 5 }, { chunk: 5 }]);
});
