import { rmSync } from 'node:fs';
import { sweep } from './marked.ts';
import { readRunFile, runFilePath } from './run-file.ts';

/**
 * `node cli/supervisor/watchdog.ts RUN STATE_DIR SCRATCH`: holds the other end of a pipe of the supervisor. A pipe that
 * closes without a word before means that the supervisor has ended, also by kill -9 (its process may still be seen for a
 * moment: an ending process closes its files first); then what it started is ended and what it left is tidied up.
 * SCRATCH `1` removes the whole state directory (the servers of a test run). It ignores Ctrl-C and carries no mark, or
 * it would end itself.
 */
const GRACE_MS = 4_000;

const [runId = '', stateDir = '', scratch = '0'] = process.argv.slice(2);

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

const tidy = async (): Promise<void> => {
  const run = readRunFile(stateDir);
  const ours = run?.runId === runId;
  await sweep(ours ? run : { runId, children: [] }, GRACE_MS);
  if (ours) rmSync(runFilePath(stateDir), { force: true });
  if (scratch === '1') rmSync(stateDir, { recursive: true, force: true });
};

let dismissed = false;
process.stdin.on('data', () => {
  dismissed = true;
});
process.stdin.on('close', () => {
  const done = dismissed ? Promise.resolve() : tidy();
  done.then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
