/** The server is killed while a process waits, and comes back: the worker and the client go on by themselves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, expect, test } from 'vitest';
import { Workers } from '../../activities/worker.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';
import { Processes } from '../../temporal/client.ts';
import { exampleContract } from './example-contract.ts';
import { clientLayer, eventually, exampleSteps, newPost, ownSettings, tenant, workersOf } from './harness.ts';

const { parcel } = exampleContract.workflows;
const dir = mkdtempSync(join(tmpdir(), 'temporal-'));
let server: ChildProcess | undefined;

const startServer = (port: number): ChildProcess => {
  const args = ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)];
  return spawn('temporal', [...args, '--db-filename', join(dir, 'temporal.db'), '--log-level', 'never'], {
    stdio: 'ignore',
  });
};

const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};

afterAll(async () => {
  if (server !== undefined) await kill(server);
  rmSync(dir, { recursive: true });
});

test('a process survives a server that is killed and started again', async () => {
  const port = await anyPort();
  server = startServer(port);
  const settings = { ...ownSettings(), address: `127.0.0.1:${port}`, connectTimeoutMs: 30_000 };
  const runtime = ManagedRuntime.make(
    workersOf(exampleSteps(newPost())).pipe(Layer.provideMerge(clientLayer(settings))),
  );
  const id = { tenant, key: 'L1' };
  await runtime.runPromise(
    Effect.flatMap(Processes, (all) =>
      all.start(parcel, { key: id.key, input: { tenant, parcel: 'lost', deadlineMs: 3_600_000 } }),
    ),
  );

  await kill(server);
  const away = await runtime.runPromise(Effect.flip(Effect.flatMap(Processes, (all) => all.health)));
  expect(away).toMatchObject({ _tag: 'Fault', service: 'temporal' });

  server = startServer(port);
  const result = await runtime.runPromise(
    Effect.gen(function* () {
      const all = yield* Processes;
      yield* eventually(all.update(parcel, id, 'approve', { by: 'anna' }, 'l-1'), 40_000);
      return yield* eventually(all.result(parcel, id));
    }),
  );
  expect(result).toEqual({ approvedBy: 'anna', receipt: 'receipt of lost' });
  await runtime.runPromise(Effect.flatMap(Workers, ({ health }) => health));
  await runtime.dispose();
}, 90_000);
