import { Clock, Effect } from 'effect';
import type { RoamingPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { BookKeeping, keepBooks } from './import-books.ts';
import { Charging, chargeAll, partsOf } from './import-charging.ts';
import type { Handling, Rated } from './import-handling.ts';
import { markUnknown, ownersOf, RatedFile } from './import-rating.ts';
import { type Reading, readImportFile } from './import-reading.ts';

const charged = (
  input: ImportInput,
  terms: RoamingTerms,
  partner: RoamingPartner,
  { table, control }: Reading,
): Rated => {
  const file = new RatedFile(table, terms, partner, control.decimals);
  return {
    sums: () => file.sums(),
    charge: (plan) =>
      Effect.gen(function* () {
        const charging = new Charging(table, terms, partner);
        yield* chargeAll(input, charging, partsOf(table, plan, input.file.sm3));
        return charging.numbers;
      }),
    book: (numbers) => {
      const { currency, decimals } = control;
      if (currency === null) return Effect.void;
      const keeping = new BookKeeping(table, numbers, partner, terms, { currency, decimals });
      return keepBooks(input, terms, keeping, input.file.sm3);
    },
  };
};

/** A partner's file: its records are our subscribers', who pay for them by their plan, as we do by the agreement. */
export const partnerHandling = (input: ImportInput, terms: RoamingTerms, partner: RoamingPartner): Handling => ({
  read: (receivedAtMs) => readImportFile(input, terms, partner, receivedAtMs),
  attribute: ({ reading: { table } }) =>
    Effect.gen(function* () {
      const owned = yield* ownersOf(input.tenant, table);
      markUnknown(table, owned.owners, yield* Clock.currentTimeMillis);
      return owned;
    }),
  rate: ({ reading }) => charged(input, terms, partner, reading),
});
