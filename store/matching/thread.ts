import { parentPort, workerData } from 'node:worker_threads';
import { matchPartitions, spread, type Task } from './tasks.ts';

/** A thread that does one task and says what came of it. An error ends it, and is the caller's. */

const task = workerData as Task;
parentPort?.postMessage(
  task.kind === 'spread'
    ? await spread(task.side, task.job, task.directory, task.partitions)
    : await matchPartitions(task.plan, task.directory, task.numbers),
);
