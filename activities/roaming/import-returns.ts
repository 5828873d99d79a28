import { Effect } from 'effect';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import type { Batch, OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../partners/roaming/port.ts';
import { keepReturned, type ReturnedRecord } from '../../store/roaming/returned-records.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { adjustBooks } from './adjust-books.ts';
import { alertOf } from './import-asking.ts';
import { type Handling, NO_SUMS, type Rated, type Step } from './import-handling.ts';
import { type FileTaker, readInto } from './import-reading.ts';

/**
 * What a partner returns: records of ours, or files as a whole, in a RAP file (TD.32) or a return batch of CIBER. Each is kept
 * for a person with what the partner says is wrong, and what it charged is taken off the books until it goes again.
 */

/** A return of something that we have sent. */
export interface Matched {
  readonly record: ReturnedRecord;
  /** What is taken off the books; undefined of a file as a whole, which stays on them. */
  readonly taken?: { readonly one: PricedEvent; readonly batch: Batch };
}

/** What is known of a return before it is known what of ours it is. */
export type AboutReturn = Omit<ReturnedRecord, 'record' | 'currency' | 'decimals' | 'chargeMinor'>;

/** A file of ours that comes back as a whole. */
export const wholeReturned = (about: AboutReturn, ours: OutgoingFile): Matched => {
  const { currency = '', decimals = 0 } = ours.batches[0] ?? {};
  return { record: { ...about, record: 0, currency, decimals, chargeMinor: Number(ours.chargeMinor) } };
};

/** @param record its place in our file, from 0 */
export const recordReturned = (about: AboutReturn, record: number, taken: NonNullable<Matched['taken']>): Matched => {
  const { currency, decimals } = taken.batch;
  const { chargeMinor } = taken.one;
  return { record: { ...about, record: record + 1, currency, decimals, chargeMinor }, taken };
};

export interface Matches {
  /** By row of the file. */
  readonly matched: ReadonlyMap<number, Matched>;
  /** Of rows that bring nothing of ours back: of what we have not sent, or what has come back before. */
  readonly fates: ReadonlyMap<number, number>;
}

/** A file of returns in one format. */
export interface ReturnsFile {
  readonly reading: FileTaker;
  /** Holds the returns, once they are read, against what we have sent. The same in every attempt. */
  readonly match: Step<Matches>;
  /** Whether the partner asks us to stop. */
  readonly stops: () => boolean;
}

const rated = (
  input: ImportInput,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
  { reading: { table }, stops }: ReturnsFile,
  matches: Step<Matches>,
): Rated => ({
  sums: () => NO_SUMS,
  charge: () =>
    Effect.gen(function* () {
      yield* matches;
      if (table.rows > 0) yield* alertOf(input.tenant, input.partner, 'RecordsReturned', 'returns');
      if (stops()) yield* alertOf(input.tenant, input.partner, 'StopReturn', 'returns');
      return new Map();
    }),
  book: () =>
    Effect.gen(function* () {
      const { matched } = yield* matches;
      const adjustments = [...matched.values()].flatMap(({ taken }) => {
        if (taken === undefined) return [];
        const { one, batch } = taken;
        const amountMinor = -BigInt(one.chargeMinor);
        return [{ one, currency: batch.currency, decimals: batch.decimals, amountMinor }];
      });
      yield* adjustBooks(input.tenant, terms, partner, adjustments, `rap.${input.file.sm3}`);
    }),
});

export const returnsHandling = (
  input: ImportInput,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
  file: ReturnsFile,
): Handling => {
  let found: Matches | undefined;
  // While it is the file's turn, so that no other file brings the same record back meanwhile.
  const matches: Step<Matches> = Effect.suspend(() =>
    found === undefined
      ? Effect.gen(function* () {
          const made = yield* file.match;
          const { fates } = file.reading.table;
          for (const [row, fate] of made.fates) if (fates[row] === RATED) fates[row] = fate;
          yield* keepReturned(
            input.tenant,
            [...made.matched.values()].map(({ record }) => record),
          );
          found = made;
          return made;
        })
      : Effect.succeed(found),
  );
  return {
    used: () => undefined,
    returnsFatal: false,
    read: () => readInto(input, file.reading),
    attribute: () => Effect.as(matches, { subscribers: [], owners: new Int32Array() }),
    rate: () => rated(input, terms, partner, file, matches),
  };
};
