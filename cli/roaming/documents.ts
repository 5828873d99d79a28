import { readFileSync } from 'node:fs';
import type { Refusal } from '../../domain/kernel/refusal.ts';
import { isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { Failure } from '../failure.ts';

/** JSON documents that a person names on the command line. */

export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Failure(`${path} cannot be read as JSON.`);
  }
};

export const told = ({ code, message, field, action }: Refusal): string =>
  [field === undefined ? code : `${field}: ${code}`, message, action ?? ''].join(' ').trim();

export const orFail = <A>(path: string, result: A | Problems): A => {
  if (isProblems(result)) throw new Failure(`${path} cannot be used.`, ...result.refusals.map(told));
  return result;
};
