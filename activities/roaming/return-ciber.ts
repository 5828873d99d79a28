import { Effect, Stream } from 'effect';
import { type RejectedRecord, returnBatch, returnRecords } from '../../domain/roaming/ciber/returns.ts';
import { reasonOf } from '../../domain/roaming/imports/fate.ts';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import { utcOffsetAt } from '../../domain/roaming/settlement/day.ts';
import { longStamp } from '../../domain/roaming/validation/stamp.ts';
import type { RoamingConfiguration } from '../../partners/roaming/port.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { unwritable } from './build-file.ts';
import { readBatch, storedBatch } from './ciber-reading.ts';
import { numberReturn } from './import-asking.ts';
import { readPlan } from './stored-file.ts';

/**
 * What of a partner's CIBER batch goes back: the records that were rejected when it was imported, or the batch as a whole where it
 * was kept out for what is wrong with all of it. Its number is given once, and only when something goes back.
 */

const DIGITS = 3;

/** As their fates were written down: what is sent is what was counted. */
const rejectedOf = ({ tenant }: ImportInput, { plan }: ImportState) =>
  Effect.gen(function* () {
    if (plan === null) return [];
    const { fates } = yield* readPlan(tenant, plan);
    return [...fates].flatMap((fate, row): ReadonlyArray<RejectedRecord> => {
      const reason = reasonOf(fate);
      return reason?.sort === 'rejected' ? [{ record: row + 2, finding: reason.code }] : [];
    });
  });

export const ciberReturnOf = (
  input: ImportInput,
  state: ImportState,
  { home, zone }: RoamingConfiguration,
  terms: CiberTerms,
) =>
  Effect.gen(function* () {
    const { edition } = terms;
    const rules = edition.returns;
    if (rules === undefined) return undefined;
    const { bytes, records, fatal } = readBatch(terms, yield* storedBatch(input.tenant, input.file));
    const [header] = records;
    const whole = state.status === 'quarantined';
    const rejected = whole ? [] : yield* rejectedOf(input, state);
    if (header === undefined || (whole ? fatal === undefined : rejected.length === 0)) return undefined;
    const number = yield* numberReturn(input, 'ciberReturns');
    if (number === null) return undefined;
    const { sequence, atMs } = number;
    const occasion = { sequence, day: longStamp(atMs, utcOffsetAt(atMs, zone)).localTimeStamp.slice(2, 8) };
    const made =
      fatal === undefined
        ? returnRecords(edition, rules, bytes, rejected, occasion)
        : returnBatch(edition, rules, header, fatal, occasion);
    if (!(made instanceof Uint8Array)) return yield* Effect.fail(unwritable(made));
    const name = `CIBERRET${home}${input.partner}${String(sequence).padStart(DIGITS, '0')}`;
    return { name, content: Stream.succeed(made) };
  });
