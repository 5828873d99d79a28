import { Effect, Layer, ManagedRuntime } from 'effect';
import { CurrentStep } from '../../activities/activity.ts';
import { cutDay, cutNrtrde, sendFiles } from '../../activities/roaming/send-files.ts';
import { roamingPortAt } from '../../partners/roaming/sftp.ts';
import { SFTP_TUNING, type SftpServer } from '../../partners/sftp-connection.ts';
import { roamingTerms } from '../support/roaming-import.ts';
import { importLayer, stepOf } from '../support/roaming-import-run.ts';

/**
 * A process that numbers and sends a partner's file of a day, or of a quarter of an hour, to be killed at any moment.
 * Arguments: the address of MongoDB, the database, the directory of the keys, the partner's server as JSON, `billing` or
 * `nrtrde`, the days or quarters one after the other. It says `cut` and which when the file has its number, and exits with 0
 * when all is sent.
 */
const [mongodbUri = '', database = '', directory = '', server = '{}', said = '', ...occasions] = process.argv.slice(2);
const PARTNER = 'HKGPP';
// Written by the process that starts this one.
const partner = JSON.parse(server) as SftpServer;
const runtime = ManagedRuntime.make(
  Layer.merge(
    importLayer({ mongodbUri, database, directory }, roamingTerms(1)),
    roamingPortAt(new Map([[PARTNER, partner]]), { ...SFTP_TUNING, settleMs: 20 }),
  ),
);
const tenant = stepOf('').caller.tenant;
const series = said === 'nrtrde' ? 'nrtrde' : 'billing';
for (const occasion of occasions) {
  const step = Effect.provideService(CurrentStep, stepOf(`send-${occasion}`));
  if (series === 'nrtrde') await runtime.runPromise(step(cutNrtrde(tenant, PARTNER, occasion)));
  else await runtime.runPromise(step(cutDay({ tenant, partner: PARTNER, day: occasion })));
  process.stdout.write(`cut ${occasion}\n`);
  await runtime.runPromise(step(sendFiles({ tenant, partner: PARTNER, series })));
}
await runtime.dispose();
