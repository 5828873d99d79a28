import { Effect, Stream } from 'effect';
import { booksActor } from '../../actors/roaming/books.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { writtenCurrency } from '../../domain/roaming/currency.ts';
import { countFates, RATED } from '../../domain/roaming/imports/fate.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import type { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { clockOf } from '../../domain/roaming/settlement/day.ts';
import { BOOK_LIMITS, type BooksCommand, type Entry } from '../../domain/roaming/settlement/schema.ts';
import type { ConfiguredPartner, RoamingTerms } from '../../partners/roaming/port.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';

/**
 * A file's rated records on their way into the partner's books: sums of a number, service and day, in chunks that are the
 * same whoever makes them, and the audit line of each book's part of the file.
 */

const BOOKS_AT_ONCE = 8;
type Booked = Pick<ConfiguredPartner, 'code' | 'bookDigits'>;

/** `FRAF1`, or `FRAF1:07` for numbers that end so. */
export const bookOf = ({ code, bookDigits }: Booked, number: string): string =>
  bookDigits === 0 ? code : `${code}:${number.slice(-bookDigits).padStart(bookDigits, '0')}`;

/** Every book of the partner. */
export const bookNames = ({ code, bookDigits }: Booked): ReadonlyArray<string> =>
  bookDigits === 0
    ? [code]
    : Array.from({ length: 10 ** bookDigits }, (_, at) => `${code}:${String(at).padStart(bookDigits, '0')}`);

/** On which side of the books a file's records are. */
export interface Side {
  readonly direction: Entry['direction'];
  /** The visited network. */
  readonly network: string;
  /** Whether these books have the record; of a file of several partners each has its own. */
  readonly has: (row: number) => boolean;
  /** Whether the audit line has what was not rated, too. */
  readonly whole: boolean;
}

const visitedSide = ({ code }: Booked): Side => ({
  direction: 'outbound',
  network: code,
  has: () => true,
  whole: true,
});

interface Book {
  readonly entries: Array<Entry>;
  chunks: number;
  rated: number;
}

export interface Chunk {
  readonly book: string;
  readonly number: number;
  readonly entries: ReadonlyArray<Entry>;
}

/** By identity, for the records of one number follow each other so; rows in the order of the file. */
const rowsByIdentity = (
  { fates, identities, rows, msisdns }: UsageTable,
  has: Side['has'],
): ReadonlyArray<ReadonlyArray<number>> => {
  const byIdentity: Array<Array<number>> = msisdns.map(() => []);
  for (let row = 0; row < rows; row += 1) {
    if (fates[row] === RATED && has(row)) byIdentity[identities[row] ?? -1]?.push(row);
  }
  return byIdentity;
};

export type Audit = Extract<BooksCommand, { readonly _tag: 'Balance' }> & { readonly book: string };

/** What goes into books: chunks that are the same whoever makes them, then each book's audit line. */
export interface Keeping {
  readonly chunks: () => Generator<Chunk>;
  readonly audits: () => ReadonlyArray<Audit>;
}

export class BookKeeping implements Keeping {
  readonly books = new Map<string, Book>();
  private readonly table: UsageTable;
  private readonly numbers: Plan['numbers'];
  private readonly partner: Booked;
  private readonly clock: ReturnType<typeof clockOf>;
  private readonly money: { readonly currency: string; readonly decimals: number };
  private readonly side: Side;

  constructor(
    table: UsageTable,
    numbers: Plan['numbers'],
    partner: Booked,
    terms: Pick<RoamingTerms, 'zone'>,
    money: { readonly currency: string; readonly decimals: number },
    side: Side = visitedSide(partner),
  ) {
    this.side = side;
    this.table = table;
    this.numbers = numbers;
    this.partner = partner;
    this.clock = clockOf(terms.zone);
    this.money = { ...money, currency: writtenCurrency(money.currency) };
  }

  private book(name: string): Book {
    const known = this.books.get(name);
    if (known !== undefined) return known;
    const fresh = { entries: [], chunks: 0, rated: 0 };
    this.books.set(name, fresh);
    return fresh;
  }

  private entriesOf(rows: ReadonlyArray<number>): ReadonlyArray<Entry> {
    const { table, money } = this;
    const { direction, network } = this.side;
    const sums = new Map<string, Entry>();
    for (const row of rows) {
      const atMs = table.atMs(row);
      const service = table.service(row);
      const known = this.numbers.get(row);
      const number = known === undefined ? this.numberOf(row) : String(known);
      const key = `${number}/${service}/${this.clock(atMs).day}`;
      const sum = sums.get(key);
      sums.set(key, {
        ...money,
        atMs: sum?.atMs ?? atMs,
        number,
        service,
        direction,
        network,
        events: (sum?.events ?? 0) + 1,
        usage: (sum?.usage ?? 0n) + BigInt(table.quantity(row)),
        amountMinor: (sum?.amountMinor ?? 0n) + BigInt(table.charge(row)),
      });
    }
    return [...sums.values()];
  }

  /** The IMSI where a network does not say the number. */
  private numberOf(row: number): string {
    const identity = this.table.identities[row] ?? -1;
    const number = this.table.msisdns[identity] ?? '';
    return number === '' ? (this.table.imsis[identity] ?? '') : number;
  }

  private take(name: string, book: Book): Chunk {
    const entries = book.entries.splice(0, BOOK_LIMITS.entriesPerChunk);
    book.chunks += 1;
    return { book: name, number: book.chunks - 1, entries };
  }

  /** Chunk after chunk, as soon as each is full. */
  *chunks(): Generator<Chunk> {
    for (const rows of rowsByIdentity(this.table, this.side.has)) {
      for (const entry of this.entriesOf(rows)) {
        const name = bookOf(this.partner, entry.number);
        const book = this.book(name);
        book.entries.push(entry);
        book.rated += entry.events;
        if (book.entries.length >= BOOK_LIMITS.entriesPerChunk) yield this.take(name, book);
      }
    }
    for (const [name, book] of this.books) if (book.entries.length > 0) yield this.take(name, book);
  }

  /** Each book's part of the file; the first has what was not rated, for it is in no book. */
  audits(): ReadonlyArray<Audit> {
    const { rejected, duplicate, quarantined } = countFates(this.table.fates);
    const first = this.side.whole ? bookOf(this.partner, '') : undefined;
    if (first !== undefined) this.book(first);
    return [...this.books].map(([book, { rated, chunks }]) => {
      const rest =
        book === first ? { rejected, duplicate, quarantined } : { rejected: 0, duplicate: 0, quarantined: 0 };
      const all = rated + rest.rejected + rest.duplicate + rest.quarantined;
      return { _tag: 'Balance', book, file: '', in: all, rated, ...rest, chunks };
    });
  }
}

/** Chunks of a file as they come, then each book's audit line. The same again changes nothing. */
export const postBooks = <E, R>(
  of: { readonly tenant: TenantId; readonly partner: string; readonly zone: string; readonly file: string },
  chunks: Stream.Stream<Chunk, E, R>,
  audits: () => ReadonlyArray<Audit>,
) =>
  Effect.gen(function* () {
    const { tenant, partner, zone, file } = of;
    const actors = yield* Actors;
    const { caller, heartbeat } = yield* CurrentStep;
    const opened = new Set<string>();
    const tell = (book: string, command: BooksCommand, fact: string) =>
      actors.ask(booksActor, {
        id: { tenant, key: book },
        command,
        envelope: { commandId: `${file}:${fact}`, caller },
      });
    const open = (book: string) =>
      opened.has(book)
        ? Effect.void
        : tell(book, { _tag: 'Open', partner, zone }, 'open').pipe(
            Effect.tap(() => Effect.sync(() => opened.add(book))),
          );
    let posted = 0;
    yield* chunks.pipe(
      Stream.mapEffect(
        ({ book, number, entries }) =>
          open(book).pipe(
            Effect.zipRight(tell(book, { _tag: 'Post', file, chunk: number, entries }, `${number}`)),
            Effect.zipRight(
              Effect.suspend(() => {
                posted += 1;
                return heartbeat({ stage: 'booking', chunks: posted });
              }),
            ),
          ),
        { concurrency: BOOKS_AT_ONCE },
      ),
      Stream.runDrain,
    );
    yield* Effect.forEach(
      audits(),
      ({ book, ...audit }) => open(book).pipe(Effect.zipRight(tell(book, { ...audit, file }, 'balance'))),
      { concurrency: BOOKS_AT_ONCE, discard: true },
    );
  });

/** Books everything; the same again changes nothing. `file`: under which name. */
export const keepBooks = (
  { tenant, partner }: Pick<ImportInput, 'tenant' | 'partner'>,
  { zone }: Pick<RoamingTerms, 'zone'>,
  keeping: Keeping,
  file: string,
) =>
  postBooks({ tenant, partner, zone, file }, Stream.fromIterable({ [Symbol.iterator]: () => keeping.chunks() }), () =>
    keeping.audits(),
  );
