import { Effect, Layer, ManagedRuntime } from 'effect';
import { CurrentStep } from '../../activities/activity.ts';
import { numberReturn } from '../../activities/roaming/import-asking.ts';
import { returnRecords } from '../../activities/roaming/return-records.ts';
import { cutDay, cutNrtrde, sendFiles } from '../../activities/roaming/send-files.ts';
import { roamingPortAt } from '../../partners/roaming/sftp.ts';
import { SFTP_TUNING, type SftpServer } from '../../partners/sftp-connection.ts';
import type { FileRef } from '../../store/files/files.ts';
import { ciberTerms, roamingTerms } from '../support/roaming-import.ts';
import { importLayer, stepOf } from '../support/roaming-import-run.ts';

/**
 * A process that numbers and sends a partner's file of a day, or of a quarter of an hour, or returns of its CIBER batch, to be
 * killed at any moment. Arguments: the address of MongoDB, the database, the directory of the keys, the partner's server as
 * JSON, `billing`, `nrtrde` or `ciberReturns`, the days, quarters or batches (as JSON) one after the other. It says `cut` and which
 * when the file has its number, and exits with 0 when all is sent.
 */
const [mongodbUri = '', database = '', directory = '', server = '{}', said = '', ...occasions] = process.argv.slice(2);
const PARTNER = 'HKGPP';
// Written by the process that starts this one.
const partner = JSON.parse(server) as SftpServer;
const runtime = ManagedRuntime.make(
  Layer.merge(
    importLayer(
      { mongodbUri, database, directory },
      roamingTerms(1, [PARTNER], said === 'ciberReturns' ? { ciber: ciberTerms() } : {}),
    ),
    roamingPortAt(new Map([[PARTNER, partner]]), { ...SFTP_TUNING, settleMs: 20 }),
  ),
);
const tenant = stepOf('').caller.tenant;

/** The file of a day, or of a quarter of an hour. */
const sendOccasion = async (series: 'billing' | 'nrtrde', occasion: string): Promise<void> => {
  const step = Effect.provideService(CurrentStep, stepOf(`send-${occasion}`));
  if (series === 'nrtrde') await runtime.runPromise(step(cutNrtrde(tenant, PARTNER, occasion)));
  else await runtime.runPromise(step(cutDay({ tenant, partner: PARTNER, day: occasion })));
  process.stdout.write(`cut ${occasion}\n`);
  await runtime.runPromise(step(sendFiles({ tenant, partner: PARTNER, series })));
};

/** What goes back of a batch; one that is right has nothing, and gets no number. */
const sendReturn = async (occasion: string): Promise<void> => {
  // Written by the process that starts this one.
  const { file, goesBack } = JSON.parse(occasion) as { readonly file: FileRef; readonly goesBack: boolean };
  const input = { tenant, partner: PARTNER, file };
  const step = Effect.provideService(CurrentStep, stepOf(`return-${file.sm3}`));
  if (goesBack) await runtime.runPromise(step(numberReturn(input, 'ciberReturns')));
  process.stdout.write(`cut ${file.name}\n`);
  await runtime.runPromise(step(returnRecords(input)));
};

for (const occasion of occasions) {
  if (said === 'ciberReturns') await sendReturn(occasion);
  else await sendOccasion(said === 'nrtrde' ? 'nrtrde' : 'billing', occasion);
}
await runtime.dispose();
