import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Finds and ends the processes of a run. Every process that `hufu` starts carries `HUFU_RUN=<id of the run>` in its
 * environment, and whatever it starts inherits it. A list of pids would miss a process started just before a kill -9;
 * the mark cannot, and it never hits a stranger who got a pid again. A program that writes its title over its
 * environment (Redis does) loses the mark once it is up, so the list is kept as well.
 */

export const MARK = 'HUFU_RUN';

const numericEntries = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const readProc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It ended meanwhile, or it is another user's.
    return undefined;
  }
};

/** Fields of /proc/<pid>/stat after the command's name, which may itself hold spaces and brackets. */
const statFields = (pid: number): string[] | undefined => {
  const stat = readProc(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** When the process started, in clock ticks since boot: with the pid it names one process for good. */
export const startTimeOf = (pid: number): string | undefined => {
  const fields = statFields(pid);
  // A zombie has ended; only its parent has not looked yet.
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19];
};

export const isAlive = (pid: number, startTime: string): boolean => startTimeOf(pid) === startTime;

/** A process, for good: see `startTimeOf`. */
export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

export interface Marked {
  readonly runId: string;
  /** Processes that the supervisor started itself. */
  readonly children: readonly ProcessId[];
}

/** Pids of the processes that carry the run's mark, without this one. */
const withMark = (runId: string): number[] =>
  numericEntries().filter((pid) => {
    if (pid === process.pid || statFields(pid)?.[0] === 'Z') return false;
    return readProc(pid, 'environ')?.split('\0').includes(`${MARK}=${runId}`) === true;
  });

/** Pids of the processes of a run that are alive. */
export const processesOf = ({ runId, children }: Marked): number[] => {
  const listed = children.filter(({ pid, startTime }) => isAlive(pid, startTime)).map(({ pid }) => pid);
  return [...new Set([...withMark(runId), ...listed])];
};

const signal = (pids: readonly number[], name: 'SIGTERM' | 'SIGKILL'): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself.
    }
  }
};

/** Ends every process of the run: asks first, and after `graceMs` no more. Resolves when none is left. */
export const sweep = async (run: Marked, graceMs: number): Promise<number> => {
  const found = processesOf(run);
  signal(found, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  for (;;) {
    const left = processesOf(run);
    if (left.length === 0) return found.length;
    if (Date.now() > deadline) signal(left, 'SIGKILL');
    await sleep(50);
  }
};
