import { activitiesOf } from '../process.ts';
import { type CompactionResult, type HousekeepingInput, operationsContract } from './contract.ts';

/** In one run, the loosest first. */
const MOST_COLLECTIONS = 20;

/** One collection on one member at a time. */
export async function compaction(input: HousekeepingInput): Promise<CompactionResult> {
  const steps = activitiesOf(operationsContract);
  const loose = await steps.looseCollections(input);
  const now = loose.slice(0, MOST_COLLECTIONS);
  let bytes = 0;
  for (const one of now) bytes += (await steps.compact({ ...input, ...one })).bytes;
  return { compacted: now.length, bytes, left: loose.length - now.length };
}
