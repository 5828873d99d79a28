import { Effect } from 'effect';
import { type FateSample, fateSamples } from '../../domain/roaming/imports/fate-samples.ts';
import { counter } from '../../telemetry/metrics.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';

/**
 * What a file's import leaves in the log (seed 002 §4.2.1): records that have come before as warnings, all others that are not
 * kept as errors; a line for each code, with the places of the first. The records themselves stay out of it: `roaming-files`
 * and the lists of records show them to whoever may see them.
 */

const notKept = counter({
  name: 'hufu_roaming_records_not_kept_total',
  help: 'Records of imported files that were not rated, by what became of them and why',
  labels: ['result', 'code'],
});

const lineOf = ({ result, count, records, code }: FateSample, { tenant, partner, file }: ImportInput) => {
  const about = { tenant, partner, file: file.sm3.slice(0, 12), code, result, count, records: records.join(' ') };
  const line =
    result === 'duplicate'
      ? Effect.logWarning('Records that have come before are not kept again.')
      : Effect.logError('Records cannot be kept as they are.');
  return Effect.annotateLogs(line, about);
};

/** Once what became of them is written down. @param before fates that have been told of already */
export const tellFates = (input: ImportInput, fates: Uint8Array, before?: Uint8Array): Effect.Effect<void> =>
  Effect.forEach(
    fateSamples(fates, before),
    (sample) => {
      notKept.inc({ result: sample.result, code: sample.code }, sample.count);
      return lineOf(sample, input);
    },
    { discard: true },
  );

/** A file that is kept out as a whole, or whose import cannot go on. */
export const tellFile = ({ tenant, partner, file }: ImportInput, code: string, stage: string): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logError('A file cannot be imported as it is.'), {
    ...{ tenant, partner, file: file.sm3.slice(0, 12), code, stage },
  });
