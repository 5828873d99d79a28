import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { writtenCurrency } from '../../domain/roaming/currency.ts';
import { momentOf } from '../../domain/roaming/network/visitor-record.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import { BOOK_LIMITS, type Entry } from '../../domain/roaming/settlement/schema.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../partners/roaming/port.ts';
import { bookOf, type Keeping, keepBooks } from './import-books.ts';
import type { Step } from './import-handling.ts';

/** What is taken off the books when a record comes back, and added again when it goes once more: no line is ever changed. */

export interface Adjustment {
  readonly one: PricedEvent;
  readonly currency: string;
  readonly decimals: number;
  /** Below zero: taken off. */
  readonly amountMinor: bigint;
}

const entryOf = ({ one, currency, decimals, amountMinor }: Adjustment, network: string): Entry => {
  const [service = 'voice'] = one.event.split('.') as [Entry['service']];
  return {
    atMs: momentOf(one),
    number: one.msisdn === '' ? one.imsi : one.msisdn,
    service,
    direction: 'inbound',
    network,
    currency: writtenCurrency(currency),
    decimals,
    // The event was counted when it was booked, and stays so: it is money alone that moves.
    events: 0,
    usage: 0n,
    amountMinor,
  };
};

const keepingOf = (all: ReadonlyArray<Entry>, partner: ConfiguredPartner): Keeping => {
  const books = new Map<string, Array<Entry>>();
  for (const entry of all) {
    const book = bookOf(partner, entry.number);
    books.set(book, [...(books.get(book) ?? []), entry]);
  }
  const chunksOf = (entries: ReadonlyArray<Entry>): number => Math.ceil(entries.length / BOOK_LIMITS.entriesPerChunk);
  return {
    *chunks() {
      for (const [book, entries] of books) {
        for (let number = 0; number < chunksOf(entries); number += 1) {
          const from = number * BOOK_LIMITS.entriesPerChunk;
          yield { book, number, entries: entries.slice(from, from + BOOK_LIMITS.entriesPerChunk) };
        }
      }
    },
    audits: () =>
      [...books].map(([book, entries]) => ({
        ...{ _tag: 'Balance', book, file: '', in: 0, rated: 0, rejected: 0, duplicate: 0, quarantined: 0 },
        chunks: chunksOf(entries),
      })),
  };
};

/** Once for each `file`, which names the occasion. */
export const adjustEntries = (
  tenant: TenantId,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
  entries: ReadonlyArray<Entry>,
  file: string,
): Step<void> => keepBooks({ tenant, partner: partner.code }, terms, keepingOf(entries, partner), file);

/** Of what was returned or goes again: once for each `file`. */
export const adjustBooks = (
  tenant: TenantId,
  terms: RoamingConfiguration,
  partner: ConfiguredPartner,
  adjustments: ReadonlyArray<Adjustment>,
  file: string,
): Step<void> => {
  const entries = adjustments.map((one) => entryOf(one, terms.home));
  return adjustEntries(tenant, terms, partner, entries, file);
};
