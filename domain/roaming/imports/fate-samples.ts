import { fateRuns } from './fate.ts';

/**
 * What is said in a log of records that are not kept: by code how many, and where the first of them stand. Numbers of records
 * in their file alone: no number of a person, and a line of bounded length however many there are.
 */

const MOST_PLACES = 10;

export interface FateSample {
  readonly result: 'duplicate' | 'rejected' | 'quarantined';
  /** `DuplicateRecord` where the fate of a duplicate has no code of its own. */
  readonly code: string;
  readonly count: number;
  /** The first places, from 1: `3`, `17-240`. */
  readonly records: ReadonlyArray<string>;
}

/** @param before fates that have been told of already; the same ones are left out */
export const fateSamples = (fates: Uint8Array, before?: Uint8Array): ReadonlyArray<FateSample> => {
  const found = new Map<string, { result: FateSample['result']; count: number; records: string[] }>();
  const fresh = before === undefined ? fates : fates.map((fate, at) => (before[at] === fate ? 0 : fate));
  for (const { from, to, result, code } of fateRuns(fresh)) {
    if (result === 'rated') continue;
    const key = code === '' ? 'DuplicateRecord' : code;
    const sample = found.get(key) ?? { result, count: 0, records: [] };
    sample.count += to - from + 1;
    if (sample.records.length < MOST_PLACES) sample.records.push(from === to ? `${from}` : `${from}-${to}`);
    found.set(key, sample);
  }
  return [...found].map(([code, sample]) => ({ code, ...sample }));
};
