import { activitiesOf } from '../process.ts';
import { type StrayFilesInput, type StrayFilesResult, simContract } from './contract.ts';

/** One look at the partner's server for files that no application takes; started by a schedule. */
export function strayFiles(input: StrayFilesInput): Promise<StrayFilesResult> {
  return activitiesOf(simContract).takeStrayFiles(input);
}
