/** The workflows of the example contract, exported by the names that the server knows. */
import { condition, sleep } from '@temporalio/workflow';
import { refuse } from '../../domain/kernel/refusal.ts';
import type { OfTenant } from '../../workflows/contract.ts';
import {
  activitiesOf,
  onQuery,
  onSignal,
  onUpdate,
  refusalOf,
  showStage,
  showSubject,
} from '../../workflows/process.ts';
import { exampleContract, type ParcelInput, type ParcelProgress, type ParcelResult } from './example-contract.ts';

const { parcel: definition } = exampleContract.workflows;
const steps = activitiesOf(exampleContract);

const parcel = async (input: ParcelInput): Promise<ParcelResult> => {
  const notes: Array<string> = [];
  let stage: ParcelProgress['stage'] = 'recorded';
  let approvedBy: string | null = null;
  onSignal(definition, 'note', ({ text }) => {
    notes.push(text);
  });
  onQuery(definition, 'progress', () => ({ stage, notes }));
  onUpdate(definition, 'approve', {
    refuse: ({ by }) =>
      approvedBy === null
        ? undefined
        : refuse('conflict', 'AlreadyApproved', 'The parcel has been approved before.', { field: by }),
    handle: async ({ by }) => {
      await steps.recordParcel({ tenant: input.tenant, parcel: `approval of ${input.parcel}` });
      approvedBy = by;
      stage = 'approved';
      return { stage };
    },
  });
  showSubject({ partner: 'post', cities: ['BJS', 'SHA'] });
  showStage(stage, `Parcel **${input.parcel}** waits for approval.`);
  await steps.recordParcel({ tenant: input.tenant, parcel: input.parcel });
  await condition(() => approvedBy !== null, input.deadlineMs);
  try {
    const { receipt } = await steps.sendParcel({ tenant: input.tenant, parcel: input.parcel });
    stage = 'sent';
    showStage(stage);
    return { approvedBy, receipt };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { approvedBy, receipt: `refused: ${refusal.code}` };
  }
};

const nap = async ({ days }: OfTenant & { readonly days: number }): Promise<number> => {
  const startMs = Date.now();
  await sleep(days * 24 * 60 * 60 * 1_000);
  return Date.now() - startMs;
};

export { nap as 'operations.nap', parcel as 'operations.parcel' };
