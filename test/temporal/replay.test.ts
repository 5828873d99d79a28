/**
 * Every recorded history still leads the workflows of today through the same steps; a history that was tampered with
 * does not, which shows that the replay looks.
 */
import { existsSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { expect, test } from 'vitest';
import { installRuntime } from '../../activities/runtime.ts';
import { allWorkflows, workflowBundle } from '../../temporal/bundle.ts';
import { Processes } from '../../temporal/client.ts';
import { payloadCodec } from '../../temporal/codec.ts';
import { failureConverterPath, Temporal } from '../../temporal.config.ts';
import { exampleContract } from './example-contract.ts';
import {
  bundleCache,
  clientLayer,
  exampleSteps,
  exampleWorkflows,
  newPost,
  ownSettings,
  tenant,
  workersOf,
} from './harness.ts';
import { clearHistory, parseHistory, type Recorded, recordedHistories } from './histories.ts';
import { testKeys } from './keys.ts';

const replay = async (workflowsPath: string, histories: ReadonlyArray<Recorded>) => {
  await installRuntime();
  const { code } = await Effect.runPromise(workflowBundle(workflowsPath, bundleCache));
  const failures = new Map<string, Error>();
  const results = Worker.runReplayHistories(
    {
      workflowBundle: { code },
      dataConverter: { failureConverterPath },
      sinks: { trace: { ended: { fn: () => undefined } } },
    },
    histories,
  );
  for await (const { workflowId, error } of results) if (error !== undefined) failures.set(workflowId, error);
  return failures;
};

test('every recorded history is still followed', async () => {
  const [examples, ours] = [
    recordedHistories().filter(isExample),
    recordedHistories().filter((one) => !isExample(one)),
  ];
  expect(examples.length).toBeGreaterThan(0);
  expect(await replay(exampleWorkflows, examples)).toEqual(new Map());
  if (existsSync(allWorkflows)) expect(await replay(allWorkflows, ours)).toEqual(new Map());
});

const isExample = ({ workflowId }: Recorded): boolean => workflowId.startsWith('example-');

test('a tampered history fails: another step than the workflow takes', async () => {
  const [example] = recordedHistories().filter(isExample);
  const tampered = parseHistory(
    'tampered',
    JSON.stringify(example?.history).replaceAll('"recordParcel"', '"sendParcel"'),
  );
  const failures = await replay(exampleWorkflows, [tampered]);
  expect(failures.get('tampered')).toBeInstanceOf(DeterminismViolationError);
});

test('a run of today is recorded in clear and replayed without a key', async () => {
  const runtime = ManagedRuntime.make(
    workersOf(exampleSteps(newPost())).pipe(Layer.provideMerge(clientLayer(ownSettings()))),
  );
  const { parcel } = exampleContract.workflows;
  const json = await runtime.runPromise(
    Effect.gen(function* () {
      const all = yield* Processes;
      const { client } = yield* Temporal;
      yield* all.start(parcel, { key: 'R1', input: { tenant, parcel: 'recorded', deadlineMs: 60_000 } });
      yield* all.signal(parcel, { tenant, key: 'R1' }, 'note', { text: 'a note' });
      yield* all.update(parcel, { tenant, key: 'R1' }, 'approve', { by: 'anna' }, 'r-1');
      yield* all.result(parcel, { tenant, key: 'R1' });
      return yield* Effect.promise(() =>
        clearHistory(client.workflow.getHandle('operations.parcel/acme/R1'), payloadCodec(testKeys())),
      );
    }),
  );
  await runtime.dispose();
  expect(json).not.toContain(Buffer.from('binary/sm4-gcm').toString('base64'));
  expect(await replay(exampleWorkflows, [parseHistory('today', json)])).toEqual(new Map());
});
