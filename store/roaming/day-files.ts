import { Chunk, Clock, Effect, Schema, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { BookDay } from '../../domain/roaming/settlement/schema.ts';
import { type FileRef, Files } from '../files/files.ts';
import type { Mongo } from '../mongo.ts';
import { type ClearingFile, clearingFilesOf, keepClearingFile } from './clearing-files.ts';

/**
 * Closed days of books, each as a file of its own (decision 0280): what months, periods and reports are made from, so
 * that the books hold only what is open. Sealed, for its lines name numbers.
 */

const Kept = Schema.parseJson(Schema.Struct({ book: Schema.String, ...BookDay.fields }));

export interface DayOfBook extends BookDay {
  /** `FRAF1`, or `FRAF1:07`. */
  readonly book: string;
}

export const dayFileName = (book: string, day: string): string => `${book.replace(':', '-')}-${day}.json`;

/** The day of that book, in its order; kept once. */
export const keepDay = (
  tenant: TenantId,
  partner: string,
  day: DayOfBook,
): Effect.Effect<ClearingFile, Refusal | Fault, Files | Mongo> =>
  Effect.gen(function* () {
    const name = dayFileName(day.book, day.day);
    const file = { tenant, area: 'roaming', name, contentType: 'application/json', sealed: true } as const;
    const bytes = Buffer.from(Schema.encodeSync(Kept)(day));
    const ref =
      day.lines.length === 0
        ? null
        : yield* (yield* Files).put({ ...file, labels: { kind: 'day', partner } }, Stream.make(bytes));
    const events = day.lines.reduce((sum, line) => sum + line.events, 0);
    const late = day.lines.filter(({ belongs }) => belongs !== null).length;
    const counts = { lines: day.lines.length, events, late };
    const about = { kind: 'day', partner, of: day.day, name, way: 'made', result: 'kept', book: day.book } as const;
    return yield* keepClearingFile(tenant, { ...about, ref, counts, atMs: yield* Clock.currentTimeMillis });
  });

const readLines = (tenant: TenantId, { id }: FileRef): Effect.Effect<DayOfBook, Refusal | Fault, Files> =>
  Effect.flatMap(Files, (files) =>
    files.open(tenant, id).pipe(
      Stream.runCollect,
      Effect.map((pieces) => Buffer.concat(Chunk.toReadonlyArray(pieces)).toString('utf8')),
      Effect.map(Schema.decodeSync(Kept)),
    ),
  );

export const readDay = (
  tenant: TenantId,
  { ref, book = '', of }: ClearingFile,
): Effect.Effect<DayOfBook, Refusal | Fault, Files> =>
  ref === null ? Effect.succeed({ book, day: of, lines: [] }) : readLines(tenant, ref);

/** Every closed day of every book of the partner, from one day to another, both counted. */
export const closedDays = (
  tenant: TenantId,
  partner: string,
  from: string,
  to: string,
): Effect.Effect<ReadonlyArray<DayOfBook>, Refusal | Fault, Files | Mongo> =>
  Effect.flatMap(clearingFilesOf(tenant, 'day', partner, from, to), (rows) =>
    Effect.forEach(rows, (row) => readDay(tenant, row), { concurrency: 8 }),
  );

/** The books of a partner together, a day each. */
export const mergedDays = (days: ReadonlyArray<DayOfBook>): ReadonlyArray<BookDay> => {
  const lines = new Map<string, Array<BookDay['lines'][number]>>();
  for (const day of days) {
    const known = lines.get(day.day);
    if (known === undefined) lines.set(day.day, [...day.lines]);
    else known.push(...day.lines);
  }
  return [...lines].map(([day, all]) => ({ day, lines: all })).sort((a, b) => (a.day < b.day ? -1 : 1));
};

const isRight = Schema.is(BookDay);

/** What a closed day must be, whoever posted it: known forms of numbers and times, and only what is late names a day before. */
export const isSound = (day: BookDay): boolean =>
  isRight(day) && day.lines.every(({ belongs, events }) => events > 0 && (belongs === null || belongs < day.day));
