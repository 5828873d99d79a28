import { fileURLToPath } from 'node:url';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { ImportPlace } from '../support/roaming-import-run.ts';
import { killed, undisturbed } from './kills.ts';

/** An import whose process is killed, again and again, until it is let end. */

const PROGRAM = fileURLToPath(new URL('./import-process.ts', import.meta.url));

const argsOf = ({ mongodbUri, database, directory }: ImportPlace, partner: string, file: FileRef) => [
  ...[mongodbUri, database, directory, partner],
  JSON.stringify(file),
];

/** Runs it to its end. @returns how long it took, in milliseconds */
export const importUndisturbed = (place: ImportPlace, partner: string, file: FileRef): Promise<number> =>
  undisturbed(PROGRAM, argsOf(place, partner, file));

/** @returns how many were killed before they had ended by themselves */
export const importKilled = (
  place: ImportPlace,
  partner: string,
  file: FileRef,
  afterMs: ReadonlyArray<number>,
): Promise<number> => killed(PROGRAM, argsOf(place, partner, file), afterMs);
