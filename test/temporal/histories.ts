/**
 * Recorded runs, replayed against the workflows of today in every test run. A history is kept in clear JSON (its
 * payloads decoded when it is recorded, gzipped): it needs no key, outlives every rotation, and names what it does. Only runs over made-up data are recorded, since they lie in the repository (decision 0062).
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { WorkflowHandle } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { root } from '../../temporal/bundle.ts';

const { History } = proto.temporal.api.history.v1;

export const historiesDir = join(root, 'test/histories');

const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' &&
  value !== null &&
  'metadata' in value &&
  'data' in value &&
  ArrayBuffer.isView(value.data);

/** Stack traces of failures name files; where the repository lay when they were recorded is nobody's business. */
const withoutRoot = (data: Uint8Array | null | undefined): Uint8Array =>
  Buffer.from(
    Buffer.from(data ?? [])
      .toString('latin1')
      .replaceAll(root, '/hufu'),
    'latin1',
  );

/** Replaces what every payload inside a message holds by what it stands for. */
const decodeInside = async (codec: PayloadCodec, message: unknown): Promise<void> => {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return;
  if (isPayload(message)) {
    const [plain] = await codec.decode([message]);
    Object.assign(message, { metadata: plain?.metadata, data: withoutRoot(plain?.data) });
    return;
  }
  for (const value of Object.values(message)) await decodeInside(codec, value);
};

/** The run's whole history as JSON text in clear. */
export const clearHistory = async (handle: WorkflowHandle, codec: PayloadCodec): Promise<string> => {
  const history = await handle.fetchHistory();
  await decodeInside(codec, history);
  return JSON.stringify(History.toObject(History.fromObject(history), { longs: String, enums: String, bytes: String }));
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
  readonly history: proto.temporal.api.history.v1.IHistory;
}

/** The JSON is protobufjs' own: the SDK's proto3 JSON needs one copy of that library, and an install has two. */
export const parseHistory = (workflowId: string, json: string): Recorded => ({
  workflowId,
  history: History.fromObject(JSON.parse(json)),
});

/** Every recorded history as its JSON, by its file's name. */
export const recordedHistories = (): ReadonlyArray<{ readonly name: string; readonly json: string }> =>
  globSync('**/*.{json,json.gz}', { cwd: historiesDir })
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(historiesDir, name));
      const json = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      return { name: basename(name).replace(/\.json(\.gz)?$/, ''), json };
    });
