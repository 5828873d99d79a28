import { Effect } from 'effect';
import { FATES, RATED } from '../../domain/roaming/imports/fate.ts';
import { explain } from '../../domain/roaming/outgoing/explain.ts';
import type { OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import type { Returned } from '../../domain/roaming/rap/read.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../partners/roaming/port.ts';
import { keepReturned, type ReturnedRecord } from '../../store/roaming/returned-records.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { adjustBooks } from './adjust-books.ts';
import { alertOf } from './import-asking.ts';
import type { Handling, Rated, Step, Work } from './import-handling.ts';
import { readInto } from './import-reading.ts';
import { readOutgoing } from './outgoing-asking.ts';
import { ReturnsReading } from './returns-reading.ts';
import { type Found, findSent } from './sent-records.ts';

/**
 * A partner's RAP file (TD.32): records of ours, or files as a whole, that come back. Each is kept for a person with what the
 * partner says is wrong, and what it charged is taken off the books until it goes again.
 */

type Severe = Extract<Returned, { readonly kind: 'severe' }>;

/** By row of the RAP file. */
interface Matches {
  readonly severe: ReadonlyMap<number, Found>;
  readonly fatal: ReadonlyMap<number, OutgoingFile>;
}

const billingFile = (files: ReadonlyArray<OutgoingFile>, sequence: number): OutgoingFile | undefined =>
  files.findLast((one) => one.series === 'billing' && one.format === 'tap' && one.sequence === sequence);

/** What the returns name of ours; those that are duplicates are not looked for. */
const match = (input: ImportInput, { returned, table }: ReturnsReading): Step<Matches> =>
  Effect.gen(function* () {
    const { files } = yield* readOutgoing(input);
    const severe = new Map<number, Found>();
    const fatal = new Map<number, OutgoingFile>();
    const byFile = new Map<number, Array<Severe>>();
    const rows = new Map<Returned, number>();
    for (const [row, one] of returned.entries()) {
      if (table.fates[row] !== RATED) continue;
      rows.set(one, row);
      if (one.kind === 'severe') byFile.set(one.tapSequence, [...(byFile.get(one.tapSequence) ?? []), one]);
      const file = one.kind === 'fatal' ? billingFile(files, one.tapSequence) : undefined;
      if (file !== undefined) fatal.set(row, file);
    }
    for (const [sequence, ours] of byFile) {
      const file = billingFile(files, sequence);
      const found = file === undefined ? [] : yield* findSent(input.tenant, file, ours);
      for (const one of found) {
        const row = rows.get(one.returned);
        if (row !== undefined) severe.set(row, one);
      }
    }
    return { severe, fatal };
  });

const findingsOf = (one: Returned): ReturnedRecord['findings'] => {
  if (one.kind === 'severe') return one.errors.map(explain);
  return one.kind === 'fatal' ? Object.values(one.groups).flatMap((errors) => errors.map(explain)) : [];
};

const recordsOf = (input: ImportInput, reading: ReturnsReading, { severe, fatal }: Matches) =>
  reading.returned.flatMap((one, row): ReadonlyArray<ReturnedRecord> => {
    const found = severe.get(row);
    const file = fatal.get(row);
    const about = {
      ...{ partner: input.partner, file: input.file.sm3, place: row + 1, rap: reading.identity?.sequence ?? 0 },
      ...{ findings: findingsOf(one), status: 'open' as const, note: null },
    };
    if (one.kind === 'severe' && found !== undefined) {
      const { currency, decimals } = found.batch;
      const { chargeMinor } = found.one;
      return [{ ...about, sequence: one.tapSequence, record: found.record + 1, currency, decimals, chargeMinor }];
    }
    if (one.kind !== 'fatal' || file === undefined) return [];
    const { currency = '', decimals = 0 } = file.batches[0] ?? {};
    return [
      { ...about, sequence: one.tapSequence, record: 0, currency, decimals, chargeMinor: Number(file.chargeMinor) },
    ];
  });

const rated = (
  input: ImportInput,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
  reading: ReturnsReading,
): Rated => {
  let matched: Matches | undefined;
  const matches: Step<Matches> = Effect.suspend(() =>
    matched === undefined
      ? Effect.tap(match(input, reading), (found) => Effect.sync(() => (matched = found)))
      : Effect.succeed(matched),
  );
  return {
    sums: () => ({ chargedMinor: 0n, agreedMinor: 0n, priceDiffers: 0 }),
    charge: () =>
      Effect.gen(function* () {
        const found = yield* matches;
        const { fates } = reading.table;
        for (const [row, one] of reading.returned.entries()) {
          const known = found.severe.has(row) || found.fatal.has(row) || one.kind === 'missing' || one.kind === 'stop';
          if (fates[row] === RATED && !known) fates[row] = FATES.ReturnUnknown;
        }
        yield* keepReturned(input.tenant, recordsOf(input, reading, found));
        if (reading.returned.length > 0) yield* alertOf(input.tenant, input.partner, 'RecordsReturned', 'returns');
        for (const { kind } of reading.returned) {
          if (kind === 'stop') yield* alertOf(input.tenant, input.partner, 'StopReturn', 'returns');
        }
        return new Map();
      }),
    book: () =>
      Effect.gen(function* () {
        const { severe } = yield* matches;
        const adjustments = [...severe.values()].map(({ one, batch }) => ({
          ...{ one, currency: batch.currency, decimals: batch.decimals },
          amountMinor: -BigInt(one.chargeMinor),
        }));
        yield* adjustBooks(input.tenant, terms, partner, adjustments, `rap.${input.file.sm3}`);
      }),
  };
};

/** Reads the file anew: that it is RAP was found by reading it as TAP. */
export const returnsHandling = (
  input: ImportInput,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
): Handling => {
  const reading = new ReturnsReading({ partner: partner.code, home: terms.home });
  return {
    used: () => undefined,
    returnsFatal: false,
    read: () => readInto(input, reading),
    attribute: (_: Work) => Effect.succeed({ subscribers: [], owners: new Int32Array() }),
    rate: () => rated(input, terms, partner, reading),
  };
};
