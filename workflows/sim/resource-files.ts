import { activitiesOf, refusalOf } from '../process.ts';
import {
  type ResourceFilesInput,
  type ResourceFilesResult,
  type ResourceImportInput,
  simContract,
} from './contract.ts';

/**
 * One look at the partner's directory of resources, by a schedule or because a person asked: what is new is imported,
 * file after file, and moved into the archive once it has ended. One that cannot be imported stays for the next look.
 */
export async function resourceFiles(input: ResourceFilesInput): Promise<ResourceFilesResult> {
  const steps = activitiesOf(simContract);
  const { seen, files } = await steps.takeResourceFiles(input);
  let imported = 0;
  for (const { remote, file } of files) {
    try {
      await steps.importResourceFile({ tenant: input.tenant, file });
      await steps.archiveResourceFile({ tenant: input.tenant, remote });
      imported += 1;
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
    }
  }
  return { seen, imported };
}

/** One file that a person has handed in, or released from quarantine. */
export async function resourceImport(input: ResourceImportInput): Promise<{ readonly status: string }> {
  return activitiesOf(simContract).importResourceFile(input);
}
