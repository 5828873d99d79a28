import { activitiesOf, refusalOf } from '../process.ts';
import { simContract, type WriteResultInput, type WriteResultTold } from './contract.ts';

/**
 * Tells a party what became of a write, for as long as it takes. When it is given up, or the party does not want to
 * know, a person learns of it: the result itself is with the write.
 */
export const toldOrAlerted = async (
  input: WriteResultInput,
  party: 'crm' | 'eop',
  tell: (input: WriteResultInput) => Promise<WriteResultTold>,
): Promise<WriteResultTold> => {
  const { alertUntold, recordUntold } = activitiesOf(simContract);
  try {
    return await tell(input);
  } catch (error) {
    const code = refusalOf(error)?.code ?? (party === 'crm' ? 'CrmUnreachable' : 'EopUnreachable');
    await alertUntold({ ...input, code });
    await recordUntold({ ...input, party, code });
    throw error;
  }
};

/** Tells the CRM (seed 000 §4.2 step 5). */
export function writeResult(input: WriteResultInput): Promise<WriteResultTold> {
  return toldOrAlerted(input, 'crm', activitiesOf(simContract).tellCrm);
}
