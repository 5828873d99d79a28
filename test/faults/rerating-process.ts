import { Effect } from 'effect';
import { CurrentStep } from '../../activities/activity.ts';
import { postRerating } from '../../activities/roaming/rerating.ts';
import { roamingTerms } from '../support/roaming-import.ts';
import { importRuntime, importTenant, stepOf } from '../support/roaming-import-run.ts';

/**
 * A process with actors and the step that posts a re-rating, to be killed at any moment. Arguments: the address of MongoDB,
 * the database, the directory of the keys, the partner, the re-rating. It exits with 0 when everything is posted.
 */
const [mongodbUri = '', database = '', directory = '', partner = '', rerating = ''] = process.argv.slice(2);
const runtime = importRuntime({ mongodbUri, database, directory }, roamingTerms(1));
const posting = postRerating({ tenant: importTenant, partner, rerating });
const { status } = await runtime.runPromise(Effect.provideService(posting, CurrentStep, stepOf(rerating)));
process.stdout.write(`${status}\n`);
await runtime.dispose();
