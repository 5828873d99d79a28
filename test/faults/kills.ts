import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that is killed with SIGKILL, again and again, until it is let end. */

const start = (program: string, args: ReadonlyArray<string>) =>
  spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Runs it to its end. @returns how long it took, in milliseconds */
export const undisturbed = async (program: string, args: ReadonlyArray<string>): Promise<number> => {
  const begun = performance.now();
  const child = start(program, args);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the program ended with ${code}`);
  return performance.now() - begun;
};

/**
 * When to kill: at random, at first within the first half of an undisturbed run, in the end within all of it. An attempt that
 * goes on repeats some work before it does anything new, so that times over all of it from the beginning would let the program
 * end before most of the kills.
 */
export const killTimes = (random: () => number, kills: number, tookMs: number): ReadonlyArray<number> =>
  Array.from({ length: kills }, (_, at) => Math.ceil(random() * tookMs * (0.5 + (0.5 * (at + 1)) / kills)));

/**
 * Kills the program after each of the times, then lets one run to its end.
 * @returns how many were killed before they had ended by themselves
 */
export const killed = async (
  program: string,
  args: ReadonlyArray<string>,
  afterMs: ReadonlyArray<number>,
): Promise<number> => {
  let count = 0;
  for (const ms of afterMs) {
    const child = start(program, args);
    const gone = once(child, 'exit');
    await Promise.race([gone, sleep(ms)]);
    if (child.exitCode === null && child.kill('SIGKILL')) count += 1;
    await gone;
  }
  await undisturbed(program, args);
  return count;
};
