/**
 * Every recorded history still leads the workflows of today through the same steps; a history that was tampered with
 * does not, which shows that the replay looks.
 */

import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { expect, test } from 'vitest';
import { installRuntime } from '../../activities/runtime.ts';
import { allWorkflows, workflowBundle } from '../../temporal/bundle.ts';
import { Processes } from '../../temporal/client.ts';
import { payloadCodec } from '../../temporal/codec.ts';
import { failureConverterPath, Temporal } from '../../temporal.config.ts';
import { testKeys } from '../support/keys.ts';
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
import { clearHistory, parseHistory, type Recorded, recordedHistories, recordHistory } from './histories.ts';

const replay = async (workflowsPath: string, histories: ReadonlyArray<Recorded>) => {
  await installRuntime();
  const { code } = await Effect.runPromise(workflowBundle(workflowsPath, bundleCache));
  const failures = new Map<string, Error>();
  if (histories.length === 0) return failures;
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

/** `HUFU_RECORD=1` keeps this run as the example's history. */
const keep = async (handle: WorkflowHandle, codec: PayloadCodec): Promise<string> => {
  if (process.env['HUFU_RECORD'] === '1') await recordHistory(handle, codec, 'example-parcel-approved');
  return clearHistory(handle, codec);
};

const examples = () => recordedHistories().filter(({ name }) => name.startsWith('example-'));
const ours = () => recordedHistories().filter(({ name }) => !name.startsWith('example-'));
const parsed = ({ name, json }: { readonly name: string; readonly json: string }) => parseHistory(name, json);

test('every recorded history is still followed', async () => {
  expect(examples().length).toBeGreaterThan(0);
  expect(await replay(exampleWorkflows, examples().map(parsed))).toEqual(new Map());
  expect(await replay(allWorkflows, ours().map(parsed))).toEqual(new Map());
});

test('a tampered history fails: another step than the workflow takes', async () => {
  const [example] = examples();
  const json = example?.json.replaceAll('"recordParcel"', '"sendParcel"') ?? '';
  expect(json).not.toBe(example?.json);
  const failures = await replay(exampleWorkflows, [parseHistory('tampered', json)]);
  expect(failures.get('tampered')).toBeInstanceOf(DeterminismViolationError);
});

test('a tampered history of card making fails: it was sent before it was checked', async () => {
  const recorded = ours().find(({ name }) => name === 'sim-card-making-continued-first');
  const json = recorded?.json.replaceAll('"checkResources"', '"uploadApplicationFile"') ?? '';
  expect(json).not.toBe(recorded?.json);
  const failures = await replay(allWorkflows, [parseHistory('tampered', json)]);
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
        keep(client.workflow.getHandle('operations.parcel/acme/R1'), payloadCodec(testKeys())),
      );
    }),
  );
  await runtime.dispose();
  expect(json).not.toContain(Buffer.from('binary/sm4-gcm').toString('base64'));
  expect(await replay(exampleWorkflows, [parseHistory('today', json)])).toEqual(new Map());
});
