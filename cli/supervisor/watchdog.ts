import { rmSync } from 'node:fs';
import { isAlive, sweep } from './marked.ts';
import { readRunFile, runFilePath } from './run-file.ts';

/**
 * `node cli/supervisor/watchdog.ts RUN STATE_DIR SUPERVISOR_PID START_TIME SCRATCH`: holds the other end of a pipe of the
 * supervisor. The pipe closes when the supervisor ends, also by kill -9; then what it started is ended and what it left
 * is tidied up. SCRATCH `1` removes the whole state directory (the servers of a test run). It ignores Ctrl-C and
 * carries no mark, or it would end itself.
 */
const GRACE_MS = 4_000;

const [runId = '', stateDir = '', pid = '', startTime = '', scratch = '0'] = process.argv.slice(2);

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

const tidy = async (): Promise<void> => {
  if (isAlive(Number(pid), startTime)) return;
  const run = readRunFile(stateDir);
  const ours = run?.runId === runId;
  await sweep(ours ? run : { runId, children: [] }, GRACE_MS);
  if (ours) rmSync(runFilePath(stateDir), { force: true });
  if (scratch === '1') rmSync(stateDir, { recursive: true, force: true });
};

process.stdin.on('data', () => undefined);
process.stdin.on('close', () => {
  tidy().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
