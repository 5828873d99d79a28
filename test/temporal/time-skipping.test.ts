import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { temporalActivities } from '../../activities/activity.ts';
import { queueOf } from '../../workflows/contract.ts';
import { exampleContract } from './example-contract.ts';
import { exampleSteps, exampleWorkflows, newPost, tenant } from './harness.ts';
import { withServer, withWorker } from './time-skipping.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const runtime = { runPromiseExit: Effect.runPromiseExit };

test('a sleep of 90 days and a deadline of a month pass in seconds', async () => {
  const beganMs = Date.now();
  const taskQueue = queueOf('operations');
  const activities = temporalActivities(exampleSteps(newPost()), runtime);
  const { slept, sent } = await withServer((environment) =>
    withWorker(environment, { workflowsPath: exampleWorkflows, taskQueue, activities }, async (client) => {
      const nap = exampleContract.workflows.nap.type;
      const parcel = exampleContract.workflows.parcel.type;
      return {
        slept: await client.workflow.execute(nap, { taskQueue, workflowId: 'nap', args: [{ tenant, days: 90 }] }),
        sent: await client.workflow.execute(parcel, {
          taskQueue,
          workflowId: 'parcel',
          args: [{ tenant, parcel: 'late', deadlineMs: 30 * DAY_MS }],
        }),
      };
    }),
  );
  expect(slept).toBeGreaterThanOrEqual(90 * DAY_MS);
  expect(sent).toEqual({ approvedBy: null, receipt: 'receipt of late' });
  expect(Date.now() - beganMs).toBeLessThan(120_000);
});
