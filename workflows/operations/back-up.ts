import { activitiesOf } from '../process.ts';
import { type BackUpInput, type BackUpResult, operationsContract } from './contract.ts';

/** One backup: all of it is one step, because a copy that breaks shows no moment and begins anew. */
export async function backUp(input: BackUpInput): Promise<BackUpResult> {
  return activitiesOf(operationsContract).backUp(input);
}
