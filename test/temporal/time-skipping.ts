/**
 * The test server that jumps over waiting time: months of a process in seconds. `HUFU_TEMPORAL_TEST_SERVER` names a
 * program that starts it on the port given as its argument. It has no visibility and no schedules, so how a process is
 * found is tested on a real server, and only its waiting here.
 */
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { type InjectedSinks, Worker } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import { Effect } from 'effect';
import type { TemporalActivities } from '../../activities/activity.ts';
import { installRuntime } from '../../activities/runtime.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { searchAttributeTypes } from '../../temporal/namespace.ts';
import { dataConverter } from '../../temporal.config.ts';
import { testKeys } from '../support/keys.ts';
import { bundleCache } from './harness.ts';

const testServer = (): string => {
  const path = process.env['HUFU_TEMPORAL_TEST_SERVER'];
  if (path === undefined || path === '') {
    throw new Error('HUFU_TEMPORAL_TEST_SERVER is not set: run the tests with ./hufu test, or name the program');
  }
  return path;
};

const start = async (): Promise<TestWorkflowEnvironment> => {
  await installRuntime();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServer() } },
    client: { dataConverter: dataConverter(testKeys()) },
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: searchAttributeTypes,
  });
  return environment;
};

/** The server takes its time to start, on a busy machine more than the SDK waits at once (5 s). */
const startPatiently = (tries = 12): Promise<TestWorkflowEnvironment> =>
  start().catch((error: unknown) => {
    if (tries === 1) throw error;
    return startPatiently(tries - 1);
  });

/** Runs `use` against a time-skipping server of its own with our data converter; stops the server afterwards. */
export const withServer = async <A>(use: (environment: TestWorkflowEnvironment) => Promise<A>): Promise<A> => {
  const environment = await startPatiently();
  try {
    return await use(environment);
  } finally {
    await environment.teardown();
  }
};

/** Runs `use` while a worker of that queue runs the workflows of the module. */
export const withWorker = async <A>(
  environment: TestWorkflowEnvironment,
  options: { readonly workflowsPath: string; readonly taskQueue: string; readonly activities: TemporalActivities },
  use: (client: Client) => Promise<A>,
): Promise<A> => {
  const { code } = await Effect.runPromise(workflowBundle(options.workflowsPath, bundleCache));
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    ...(environment.namespace === undefined ? {} : { namespace: environment.namespace }),
    taskQueue: options.taskQueue,
    workflowBundle: { code },
    activities: options.activities,
    dataConverter: dataConverter(testKeys()),
    sinks: noTraces,
  });
  return worker.runUntil(use(environment.client));
};

/** The bundle's interceptors expect the sink; these tests look at no traces. */
const noTraces: InjectedSinks<Sinks> = { trace: { ended: { fn: () => undefined } } };
