import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { payloadCodec } from '../../temporal/codec.ts';
import { dataConverter } from '../../temporal.config.ts';
import { recordHistory } from '../temporal/histories.ts';
import type { House } from './house.ts';
import { payloadKeysIn } from './payload-keys.ts';

/** A client of the house's Temporal namespace; close its connection. */
export const clientOf = async (house: Pick<House, 'env'>): Promise<Client> => {
  const connection = await Connection.connect({ address: house.env['TEMPORAL_ADDRESS'] ?? '' });
  return new Client({
    connection,
    namespace: house.env['TEMPORAL_NAMESPACE'] ?? '',
    dataConverter: dataConverter(payloadKeysIn(house.env['HUFU_KEY_DIR'] ?? '')),
  });
};

/** The runs of a process, the first one first. */
export const runsOf = async (client: Client, workflowId: string) => {
  const runs = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
  return runs.sort((left, right) => left.startTime.getTime() - right.startTime.getTime());
};

/** With `HUFU_RECORD=1`: keeps a finished run for the replay test. `keys`: where those of its payloads are. */
export const keepRun = async (keys: string, handle: WorkflowHandle, name: string): Promise<void> => {
  if (process.env['HUFU_RECORD'] !== '1') return;
  await recordHistory(handle, payloadCodec(payloadKeysIn(keys)), name);
};

/** With `HUFU_RECORD=1`: keeps a finished process for the replay test, its first and last run when it went on in new ones. */
export const keepRuns = async (
  house: Pick<House, 'env'>,
  client: Client,
  workflowId: string,
  name: string,
): Promise<void> => {
  if (process.env['HUFU_RECORD'] !== '1') return;
  const runs = await runsOf(client, workflowId);
  for (const [index, { runId }] of runs.entries()) {
    if (index > 0 && index < runs.length - 1) continue;
    const part = runs.length === 1 ? '' : index === 0 ? '-first' : '-last';
    await keepRun(house.env['HUFU_KEY_DIR'] ?? '', client.workflow.getHandle(workflowId, runId), `${name}${part}`);
  }
};

/** With `HUFU_RECORD=1`: the same of a process once it has ended, well or not. */
export const keepEnded = async (house: Pick<House, 'env'>, workflowId: string, name: string): Promise<void> => {
  if (process.env['HUFU_RECORD'] !== '1') return;
  const client = await clientOf(house);
  // One that has given up ends as a failure.
  await client.workflow
    .getHandle(workflowId)
    .result()
    .catch(() => undefined);
  await keepRuns(house, client, workflowId, name);
  await client.connection.close();
};
