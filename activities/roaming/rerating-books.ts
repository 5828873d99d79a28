import { Chunk as Pieces, Stream } from 'effect';
import { writtenCurrency } from '../../domain/roaming/currency.ts';
import type { Service } from '../../domain/roaming/rating/schema.ts';
import { clockOf } from '../../domain/roaming/settlement/day.ts';
import { BOOK_LIMITS, type Entry } from '../../domain/roaming/settlement/schema.ts';
import type { ConfiguredPartner } from '../../partners/roaming/port.ts';
import type { KeptPart } from '../../store/roaming/usage.ts';
import { bookOf, type Chunk } from './import-books.ts';

/**
 * Differences between operators on their way into the partner's books: no events and no usage, an amount that may be below
 * zero, on the day of the event where that is open, else as an adjustment on the next open one. Chunks are the same whoever
 * makes them, for parts come in an order of their own.
 */

interface Book {
  readonly entries: Array<Entry>;
  chunks: number;
}

interface Sum {
  readonly number: string;
  readonly service: Service;
  readonly atMs: number;
  readonly amountMinor: bigint;
}

export class AdjustmentBooks {
  private readonly books = new Map<string, Book>();
  private readonly partner: ConfiguredPartner;
  private readonly dayOf: (atMs: number) => string;

  constructor(partner: ConfiguredPartner, zone: string) {
    this.partner = partner;
    const clock = clockOf(zone);
    this.dayOf = (atMs) => clock(atMs).day;
  }

  private entriesOf({ records, terms }: KeptPart): ReadonlyArray<Entry> {
    const sums = new Map<string, Sum>();
    for (const { number, service, atMs, agreedMinor } of records) {
      const key = `${number}/${service}/${this.dayOf(atMs)}`;
      const sum = sums.get(key);
      sums.set(key, { number, service, atMs: sum?.atMs ?? atMs, amountMinor: (sum?.amountMinor ?? 0n) + agreedMinor });
    }
    const { currency, decimals } = terms.charged;
    return [...sums.values()]
      .filter(({ amountMinor }) => amountMinor !== 0n)
      .map((sum) => ({
        ...sum,
        direction: terms.roaming,
        network: terms.network,
        currency: writtenCurrency(currency),
        decimals,
        events: 0,
        usage: 0n,
      }));
  }

  private take(name: string, book: Book): Chunk {
    book.chunks += 1;
    return { book: name, number: book.chunks - 1, entries: book.entries.splice(0, BOOK_LIMITS.entriesPerChunk) };
  }

  private add(part: KeptPart): ReadonlyArray<Chunk> {
    const full: Array<Chunk> = [];
    for (const entry of this.entriesOf(part)) {
      const name = bookOf(this.partner, entry.number);
      const book = this.books.get(name) ?? { entries: [], chunks: 0 };
      this.books.set(name, book);
      book.entries.push(entry);
      if (book.entries.length >= BOOK_LIMITS.entriesPerChunk) full.push(this.take(name, book));
    }
    return full;
  }

  private rest(): ReadonlyArray<Chunk> {
    return [...this.books].flatMap(([name, book]) => (book.entries.length === 0 ? [] : [this.take(name, book)]));
  }

  /** Chunk after chunk, as soon as each is full. */
  chunks<E, R>(parts: Stream.Stream<KeptPart, E, R>): Stream.Stream<Chunk, E, R> {
    const full = Stream.mapConcat(parts, (part) => this.add(part));
    return Stream.concat(
      full,
      Stream.suspend(() => Stream.fromChunk(Pieces.fromIterable(this.rest()))),
    );
  }

  /** What was booked is no record of a file. */
  audits() {
    return [...this.books].map(([book, { chunks }]) => ({
      ...({ _tag: 'Balance', book, file: '', chunks } as const),
      ...{ in: 0, rated: 0, rejected: 0, duplicate: 0, quarantined: 0 },
    }));
  }
}
