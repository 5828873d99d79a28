/** Contract, client, worker, codec and traces together, on the real server. */
import proto from '@temporalio/proto';
import { Deferred, Effect, FiberId, Layer, ManagedRuntime, Scope } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workers } from '../../activities/worker.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { exposition } from '../../telemetry/metrics.ts';
import { Processes, type ProcessId } from '../../temporal/client.ts';
import { Temporal } from '../../temporal.config.ts';
import { exampleContract } from './example-contract.ts';
import { clientLayer, eventually, exampleSteps, newPost, ownSettings, tenant, tracing, workersOf } from './harness.ts';

const { parcel } = exampleContract.workflows;
const settings = ownSettings();
const post = newPost();
const client = clientLayer(settings);
const runtime = ManagedRuntime.make(workersOf(exampleSteps(post)).pipe(Layer.provideMerge(client)));
const run = <A, E>(effect: Effect.Effect<A, E, Processes | Temporal | Workers>): Promise<A> =>
  runtime.runPromise(effect);

beforeAll(() => run(Effect.flatMap(Workers, ({ health }) => health)));
afterAll(() => runtime.dispose());

const input = (name: string, deadlineMs = 60_000) => ({ tenant, parcel: name, deadlineMs });
const id = (key: string): ProcessId => ({ tenant, key });

test('a process runs by its contract: started once, asked, signalled, updated once, refused with the reason', async () => {
  const key = 'P1';
  const first = await run(Effect.flatMap(Processes, (all) => all.start(parcel, { key, input: input('one') })));
  expect(first).toMatchObject({ workflowId: 'operations.parcel/acme/P1', started: true });
  const again = await run(Effect.flatMap(Processes, (all) => all.start(parcel, { key, input: input('one') })));
  expect(again).toEqual({ ...first, started: false });
  const other = await run(
    Effect.flip(Effect.flatMap(Processes, (all) => all.start(parcel, { key, input: input('two') }))),
  );
  expect(other).toMatchObject({ _tag: 'Refusal', kind: 'conflict', code: 'CommandConflict' });

  // The last step waits until everything has been said: a process that has ended refuses otherwise.
  const said = await run(
    Effect.gen(function* () {
      const all = yield* Processes;
      const heard = yield* Deferred.make<void>();
      post.send = (name) => Effect.as(Deferred.await(heard), `receipt of ${name}`);
      yield* all.signal(parcel, id(key), 'note', { text: 'fragile' });
      const [one, two] = [
        yield* all.update(parcel, id(key), 'approve', { by: 'anna' }, 'u-1'),
        yield* all.update(parcel, id(key), 'approve', { by: 'anna' }, 'u-1'),
      ];
      const refused = yield* Effect.flip(all.update(parcel, id(key), 'approve', { by: 'ben' }, 'u-2'));
      yield* Deferred.succeed(heard, undefined);
      const result = yield* all.result(parcel, id(key));
      const progress = yield* all.query(parcel, id(key), 'progress');
      return { one, two, refused, result, progress };
    }),
  );
  expect(said.one).toEqual({ stage: 'approved' });
  expect(said.two).toEqual(said.one);
  expect(said.refused).toMatchObject({ _tag: 'Refusal', kind: 'conflict', code: 'AlreadyApproved', field: 'ben' });
  expect(said.result).toEqual({ approvedBy: 'anna', receipt: 'receipt of one' });
  expect(said.progress).toEqual({ stage: 'sent', notes: ['fragile'] });

  // Two steps, each in two attempts under one command id.
  const ids = Map.groupBy(post.recorded, ({ commandId }) => commandId);
  expect([...ids.values()].map((attempts) => attempts.map(({ attempt }) => attempt))).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('what cannot be asked is a refusal or a fault with a name', async () => {
  const failure = await run(
    Effect.flip(Effect.flatMap(Processes, (all) => all.signal(parcel, id('nobody'), 'note', { text: 'x' }))),
  );
  expect(failure).toMatchObject({ _tag: 'Refusal', kind: 'missing', code: 'ProcessNotFound' });
});

test('a refusal in a step reaches the workflow as what it was', async () => {
  post.send = () => Effect.fail(refuse('invalid', 'UnknownAddress', 'There is no such address.'));
  const result = await run(
    Effect.gen(function* () {
      const all = yield* Processes;
      yield* all.start(parcel, { key: 'P2', input: input('three', 1) });
      return yield* all.result(parcel, id('P2'));
    }),
  );
  expect(result).toEqual({ approvedBy: null, receipt: 'refused: UnknownAddress' });
});

test('nothing of a payload, a failure or a memo is readable on the server, and the stage is searchable', async () => {
  const secret = 'SECRET-4711';
  post.send = () => Effect.fail(refuse('invalid', 'Told', `not to ${secret}`));
  const history = await run(
    Effect.gen(function* () {
      const all = yield* Processes;
      const { client: sdk } = yield* Temporal;
      yield* all.start(parcel, { key: 'P3', input: input(secret, 1), summary: secret });
      yield* all.result(parcel, id('P3'));
      const raw = yield* Effect.promise(() => sdk.workflow.getHandle('operations.parcel/acme/P3').fetchHistory());
      const found = yield* eventually(
        Effect.promise(async () => {
          const { count } = await sdk.workflow.count(
            `HufuStage = 'recorded' AND HufuCity = 'BJS' AND HufuTenant = 'acme' AND WorkflowId = 'operations.parcel/acme/P3'`,
          );
          return count;
        }).pipe(Effect.filterOrFail((count) => count === 1)),
      );
      return { raw, found };
    }),
  );
  const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode(history.raw).finish());
  expect(bytes.includes(secret)).toBe(false);
  expect(bytes.includes('binary/sm4-gcm')).toBe(true);
  expect(bytes.includes('Encoded failure')).toBe(true);
  expect(history.found).toBe(1);
});

test('one trace leads from the caller through workflow and activity to what the step asked', async () => {
  post.send = () => Effect.succeed('done').pipe(Effect.withSpan('partner post.send'));
  const traceId = await run(
    Effect.gen(function* () {
      const span = yield* Effect.currentSpan;
      const all = yield* Processes;
      yield* all.start(parcel, { key: 'P4', input: input('four', 1) });
      yield* all.result(parcel, id('P4'));
      return span.traceId;
    }).pipe(Effect.withSpan('POST /parcels', { kind: 'server' }), Effect.orDie),
  );
  const spans = await run(
    eventually(
      Effect.sync(() => tracing.finished(traceId)).pipe(
        Effect.filterOrFail((found) => found.some(({ name }) => name === 'workflow operations.parcel')),
      ),
    ),
  );
  const byName = new Map(spans.map((span) => [span.name, span]));
  const path = ['partner post.send', 'activity operations.sendParcel', 'workflow operations.parcel'];
  const chain = [...path, 'process start operations.parcel', 'POST /parcels'];
  for (const [index, name] of chain.entries()) {
    const above = chain[index + 1];
    if (above !== undefined) expect(byName.get(name)?.parentSpanId, name).toBe(byName.get(above)?.spanId);
  }
  expect(spans.some(({ name, error }) => name === 'activity operations.recordParcel' && error === 'Unavailable')).toBe(
    true,
  );
});

test('a process that is cancelled interrupts the step that it waits for', async () => {
  const started = Deferred.unsafeMake<void>(FiberId.none);
  const cleaned = Deferred.unsafeMake<void>(FiberId.none);
  post.send = () =>
    Deferred.succeed(started, undefined).pipe(
      Effect.zipRight(Effect.never),
      Effect.onInterrupt(() => Deferred.succeed(cleaned, undefined)),
    );
  const ended = await run(
    Effect.gen(function* () {
      const all = yield* Processes;
      yield* all.start(parcel, { key: 'P6', input: input('six', 1) });
      yield* Deferred.await(started);
      yield* all.cancel(parcel, id('P6'));
      const refusal = yield* Effect.flip(all.result(parcel, id('P6')));
      yield* Deferred.await(cleaned);
      return refusal;
    }),
  );
  expect(ended).toMatchObject({ _tag: 'Refusal', kind: 'conflict', code: 'ProcessCancelled' });
});

test('a worker that is told to stop lets a step finish; one that dies is followed by another', async () => {
  const started = Deferred.unsafeMake<void>(FiberId.none);
  const finish = Deferred.unsafeMake<void>(FiberId.none);
  const slow = newPost();
  slow.send = () =>
    Deferred.succeed(started, undefined).pipe(Effect.zipRight(Deferred.await(finish)), Effect.as('finished in time'));
  const own = { ...settings, queuePrefix: 'drained' };
  const result = await Effect.runPromise(
    Effect.gen(function* () {
      const all = yield* Processes;
      yield* all.start(parcel, { key: 'P5', input: input('five', 1) });
      const scope = yield* Scope.make();
      yield* Layer.buildWithScope(workersOf(exampleSteps(slow), 10_000), scope);
      yield* Deferred.await(started);
      const closing = yield* Effect.fork(Scope.close(scope, yield* Effect.exit(Effect.void)));
      yield* Deferred.succeed(finish, undefined);
      yield* closing.await;
      yield* Effect.forkScoped(Effect.scoped(Layer.launch(workersOf(exampleSteps(newPost())))));
      return yield* all.result(parcel, id('P5'));
    }).pipe(Effect.scoped, Effect.provide(clientLayer(own))),
  );
  expect(result.receipt).toBe('finished in time');
});

test('the metrics of steps, of calls and of the worker itself are exported together', async () => {
  const text = await exposition();
  expect(text).toContain('hufu_activity_attempts_total{area="operations",activity="recordParcel",outcome="fault"}');
  expect(text).toContain('hufu_process_calls_total{type="operations.parcel",call="update",outcome="refused"} 1');
  expect(text).toMatch(/temporal_workflow_completed\S*operations\.parcel/);
  expect(text).toContain('hufu_worker_running{area="operations"}');
});
