import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type Marked, startTimeOf } from './marked.ts';

/**
 * `run.json` of a state directory: who runs there, on which ports, and how far it is. It is the lock between two `up`s
 * and the way in which `down`, a second `up` and the watchdog find the first. It appears whole (link) and changes whole
 * (rename), so a reader never sees half of it.
 */

export interface Address {
  readonly name: string;
  readonly address: string;
  readonly note?: string;
}

export interface RunFile extends Marked {
  readonly pid: number;
  /** Of the supervisor, see `startTimeOf`: a pid alone may be a stranger's. */
  readonly startTime: string;
  readonly status: 'starting' | 'ready' | 'stopping';
  readonly ports: Readonly<Record<string, number>>;
  readonly addresses: readonly Address[];
  /** Environment that reaches what runs. An address may hold a password, hence the file is its owner's alone. */
  readonly env: Readonly<Record<string, string>>;
}

export const runFilePath = (stateDir: string): string => join(stateDir, 'run.json');

export const readRunFile = (stateDir: string): RunFile | undefined => {
  try {
    return JSON.parse(readFileSync(runFilePath(stateDir), 'utf8'));
  } catch {
    return undefined;
  }
};

export const holderIsAlive = (run: RunFile): boolean => isAlive(run.pid, run.startTime);

const writeBeside = (stateDir: string, run: RunFile): string => {
  const path = join(stateDir, `.run-${process.pid}.json`);
  writeFileSync(path, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  return path;
};

export const updateRunFile = (stateDir: string, run: RunFile): void =>
  renameSync(writeBeside(stateDir, run), runFilePath(stateDir));

/** Takes the state directory for this process. @returns the run that holds it already, alive or not. */
export const claim = (
  stateDir: string,
  runId: string,
): { readonly holder: RunFile | undefined; readonly run: RunFile } => {
  mkdirSync(stateDir, { recursive: true });
  const startTime = startTimeOf(process.pid) ?? '';
  const run: RunFile = {
    runId,
    pid: process.pid,
    startTime,
    children: [],
    status: 'starting',
    ports: {},
    addresses: [],
    env: {},
  };
  const beside = writeBeside(stateDir, run);
  try {
    linkSync(beside, runFilePath(stateDir));
    return { holder: undefined, run };
  } catch (cause) {
    const holder = readRunFile(stateDir);
    if (holder === undefined && !(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    return { holder, run };
  } finally {
    rmSync(beside, { force: true });
  }
};

/** Gives the directory free, if `runId` still holds it. */
export const release = (stateDir: string, runId: string): void => {
  if (readRunFile(stateDir)?.runId === runId) rmSync(runFilePath(stateDir), { force: true });
};
