import { Clock, Effect } from 'effect';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CiberReading } from './ciber-reading.ts';
import { BookKeeping, keepBooks } from './import-books.ts';
import { Charging, chargeAll, partsOf } from './import-charging.ts';
import type { Handling, Owned, Rated, Step, Work } from './import-handling.ts';
import { markUnknown, ownersOf, RatedFile } from './import-rating.ts';
import { type FileTaker, factsOf, ImportReading, type Reading, readInto } from './import-reading.ts';
import { keepFileStatistics } from './import-statistics.ts';
import type { PricedBy } from './terms.ts';

const charged = (input: ImportInput, { terms, partner }: PricedBy, { table, control }: Reading): Rated => {
  const file = new RatedFile(table, terms, partner, control.decimals);
  return {
    sums: () => file.sums(),
    charge: (plan) =>
      Effect.gen(function* () {
        const { sm3 } = input.file;
        const charging = new Charging({ table, rated: file, terms, partner, money: control, sm3 });
        const parts = partsOf(table, plan, sm3);
        yield* chargeAll(input, charging, parts);
        yield* keepFileStatistics(input, sm3, charging, parts);
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

/** In the format that is the partner's. */
export const partnerReading = (name: string, { terms, partner }: PricedBy, receivedAtMs: number): FileTaker =>
  partner.ciber === null
    ? new ImportReading(terms, partner, factsOf(name, receivedAtMs))
    : new CiberReading(partner.ciber, partner.agreement.terms.at(-1)?.terms.currency ?? '');

export const readPartnerFile = (input: ImportInput, priced: PricedBy, receivedAtMs: number) =>
  Effect.suspend(() => readInto(input, partnerReading(input.file.name, priced, receivedAtMs)));

/** Whose each record is, by MSISDN, else by IMSI; marks what is nobody's or has not happened yet. */
export const attributeToSubscribers = ({ input, reading: { table } }: Work): Step<Owned> =>
  Effect.gen(function* () {
    const owned = yield* ownersOf(input.tenant, table);
    markUnknown(table, owned.owners, yield* Clock.currentTimeMillis);
    return owned;
  });

/** A partner's file: its records are our subscribers', who pay for them by their plan, as we do by the agreement. */
export const partnerHandling = (input: ImportInput, priced: PricedBy): Handling => ({
  used: () => priced.used,
  returnsFatal: priced.partner.returnFatal,
  read: (receivedAtMs) => readPartnerFile(input, priced, receivedAtMs),
  attribute: attributeToSubscribers,
  rate: ({ reading }) => charged(input, priced, reading),
});
