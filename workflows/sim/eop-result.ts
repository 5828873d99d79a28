import { activitiesOf } from '../process.ts';
import { simContract, type WriteResultInput, type WriteResultTold } from './contract.ts';
import { toldOrAlerted } from './write-result.ts';

/** Tells EOP what became of the data that it handed out for a write (seed 000 §4.3 step 6), as the CRM is told. */
export function eopResult(input: WriteResultInput): Promise<WriteResultTold> {
  return toldOrAlerted(input, 'eop', activitiesOf(simContract).tellEop);
}
