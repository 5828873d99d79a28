/**
 * Recorded runs, replayed against the workflows of today in every test run. A history is kept in clear JSON (its
 * payloads decoded when it is recorded, gzipped): it needs no key, outlives every rotation, and can be read in a
 * review. Only runs over made-up data are recorded, since they lie in the repository (decision 0062).
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { WorkflowHandle } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { temporal } from '@temporalio/proto';
import { root } from '../../temporal/bundle.ts';

export const historiesDir = join(root, 'test/histories');

const { Payload: PayloadMessage } = temporal.api.common.v1;

/** Replaces every payload inside a message by what it holds. */
const decodeInside = async (codec: PayloadCodec, message: unknown): Promise<void> => {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return;
  for (const [name, value] of Object.entries(message)) {
    if (value instanceof PayloadMessage) {
      const [plain] = await codec.decode([value as Payload]);
      (message as Record<string, unknown>)[name] = PayloadMessage.create(plain as never);
    } else {
      await decodeInside(codec, value);
    }
  }
};

/** The run's whole history as JSON text in clear. */
export const clearHistory = async (handle: WorkflowHandle, codec: PayloadCodec): Promise<string> => {
  const history = await handle.fetchHistory();
  await decodeInside(codec, history);
  return historyToJSON(history);
};

/** Keeps a finished run for the replay test: `name` says what is special about it, e.g. `sim-card-making-cancelled`. */
export const recordHistory = async (handle: WorkflowHandle, codec: PayloadCodec, name: string): Promise<string> => {
  const path = join(historiesDir, `${name}.json.gz`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(await clearHistory(handle, codec)));
  return path;
};

/** A history as `Worker.runReplayHistories` takes it. */
export interface Recorded {
  readonly workflowId: string;
  readonly history: unknown;
}

export const parseHistory = (workflowId: string, json: string): Recorded => ({ workflowId, history: JSON.parse(json) });

/** Every recorded history, by its file's name. */
export const recordedHistories = (): ReadonlyArray<Recorded> =>
  globSync('**/*.{json,json.gz}', { cwd: historiesDir })
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(historiesDir, name));
      const json = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      return parseHistory(basename(name).replace(/\.json(\.gz)?$/, ''), json);
    });
