import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, say } from './failure.ts';
import { sweep } from './supervisor/marked.ts';
import { stateDirOf } from './supervisor/run.ts';
import { holderIsAlive, readRunFile, release } from './supervisor/run-file.ts';

/** `hufu down`: stops the run of this checkout from another shell, and whatever a killed one left behind. */

const STOP_MS = 60_000;
const GRACE_MS = 5_000;

export const down = async (): Promise<number> => {
  const stateDir = stateDirOf(process.env);
  const run = readRunFile(stateDir);
  if (run === undefined) {
    say('nothing is running');
    return EXIT.ok;
  }
  if (holderIsAlive(run)) {
    process.kill(run.pid, 'SIGTERM');
    const deadline = Date.now() + STOP_MS;
    while (holderIsAlive(run) && Date.now() < deadline) await sleep(50);
    if (holderIsAlive(run)) {
      say('it does not stop by itself; killing it');
      process.kill(run.pid, 'SIGKILL');
    }
  }
  await sweep(run, GRACE_MS);
  release(stateDir, run.runId);
  say('stopped');
  return EXIT.ok;
};
