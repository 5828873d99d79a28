import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { ImportPlace } from '../support/roaming-import-run.ts';

/** An import whose process is killed with SIGKILL, again and again, until it is let end. */

const PROGRAM = fileURLToPath(new URL('./import-process.ts', import.meta.url));

const start = ({ mongodbUri, database, directory }: ImportPlace, partner: string, file: FileRef) =>
  spawn(process.execPath, [PROGRAM, mongodbUri, database, directory, partner, JSON.stringify(file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Runs it to its end. @returns how long it took, in milliseconds */
export const importUndisturbed = async (place: ImportPlace, partner: string, file: FileRef): Promise<number> => {
  const begun = performance.now();
  const child = start(place, partner, file);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return performance.now() - begun;
};

/**
 * When to kill: at random, at first within the first half of an undisturbed run, in the end within all of it. An attempt that
 * goes on reads the file again before it does anything new, so that times over all of it from the beginning would let the import
 * end before most of the kills.
 */
export const killTimes = (random: () => number, kills: number, tookMs: number): ReadonlyArray<number> =>
  Array.from({ length: kills }, (_, at) => Math.ceil(random() * tookMs * (0.5 + (0.5 * (at + 1)) / kills)));

/**
 * Kills the process after each of the times, then lets one run to its end.
 * @returns how many were killed before they had ended by themselves
 */
export const importKilled = async (
  place: ImportPlace,
  partner: string,
  file: FileRef,
  afterMs: ReadonlyArray<number>,
): Promise<number> => {
  let killed = 0;
  for (const ms of afterMs) {
    const child = start(place, partner, file);
    const gone = once(child, 'exit');
    await Promise.race([gone, sleep(ms)]);
    if (child.exitCode === null && child.kill('SIGKILL')) killed += 1;
    await gone;
  }
  await importUndisturbed(place, partner, file);
  return killed;
};
