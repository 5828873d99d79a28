import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { dayOfMoment, endOfDayMs, nextDay } from './day.ts';
import { digestOf } from './digest.ts';
import { booksRefusals } from './refusals.ts';
import {
  BOOK_LIMITS,
  type BookDay,
  type BookLine,
  type BooksCommand,
  type BooksEvent,
  type BooksReply,
  type BooksState,
} from './schema.ts';
import { merged } from './sums.ts';

/**
 * The books of a partner (seed 002 §3.3.1; spec `roaming`, Settlement): sums of a day in the tenant's zone per number,
 * service, direction and network. Chunks of files are posted exactly once. A closed day does not change: what comes
 * late is booked on the next open day and names the day it belongs to. A partner whose day does not fit has several
 * books, by the last digits of the number; each holds the audit line of its part of a file.
 */

type Of<Tag extends BooksCommand['_tag']> = Extract<BooksCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<BooksEvent> | Refusal;
type File = BooksState['files'][number];

const lineKey = ({ belongs, number, service, direction, network, currency, decimals }: BookLine): string =>
  [belongs, number, service, direction, network, currency, decimals].join('|');

const bookedOn = (days: ReadonlyArray<BookDay>, more: ReadonlyArray<BookDay>): ReadonlyArray<BookDay> => {
  const books = new Map(days.map(({ day, lines }) => [day, lines]));
  for (const { day, lines } of more) {
    books.set(day, [...merged([...(books.get(day) ?? []), ...lines], lineKey).values()]);
  }
  return [...books].map(([day, lines]) => ({ day, lines })).sort((a, b) => (a.day < b.day ? -1 : 1));
};

const linesOf = (days: ReadonlyArray<BookDay>): number => days.reduce((sum, { lines }) => sum + lines.length, 0);

const unseen = (file: string): File => ({ file, chunks: {}, posted: 0, rated: 0, audit: null });

const post = (state: BooksState, command: Of<'Post'>, { nowMs }: Facts): Outcome => {
  const { file, chunk, entries } = command;
  const digest = digestOf(entries);
  const known = state.files.find((one) => one.file === file) ?? unseen(file);
  // Of a file with its audit line only the number of chunks is kept.
  if (known.audit !== null) return chunk < known.posted ? [] : booksRefusals.fileBalanced();
  const before = known.chunks[chunk];
  if (before !== undefined) return before === digest ? [] : booksRefusals.chunkDiffers();
  if (known.posted === 0 && state.files.length >= BOOK_LIMITS.files) return booksRefusals.tooManyFiles();
  const today = dayOfMoment(nowMs, state.zone);
  const { closedThrough } = state;
  const days = new Map<string, Array<BookLine>>();
  let records = 0;
  let late = 0;
  for (const [index, { atMs, ...entry }] of entries.entries()) {
    const of = dayOfMoment(atMs, state.zone);
    if (of > today) return booksRefusals.futureRecord(index);
    const isLate = closedThrough !== null && of <= closedThrough;
    const day = isLate ? nextDay(closedThrough) : of;
    const lines = days.get(day) ?? [];
    lines.push({ belongs: isLate ? of : null, ...entry });
    days.set(day, lines);
    records += entry.events;
    if (isLate) late += entry.events;
  }
  const booked = bookedOn(
    [],
    [...days].map(([day, lines]) => ({ day, lines })),
  );
  if (linesOf(bookedOn(state.open, booked)) + linesOf(state.closed) > BOOK_LIMITS.lines)
    return booksRefusals.booksFull();
  return [{ _tag: 'Posted', file, chunk, digest, records, late, days: booked }];
};

const balance = (state: BooksState, command: Of<'Balance'>): Outcome => {
  const { _tag, file, chunks, ...audit } = command;
  const sum = audit.rated + audit.rejected + audit.duplicate + audit.quarantined;
  if (sum !== audit.in) return booksRefusals.doesNotAddUp('in', audit.in, sum);
  const known = state.files.find((one) => one.file === file) ?? unseen(file);
  if (known.audit !== null) return digestOf(known.audit) === digestOf(audit) ? [] : booksRefusals.auditDiffers();
  if (known.posted === 0 && state.files.length >= BOOK_LIMITS.files) return booksRefusals.tooManyFiles();
  const posted = Object.keys(known.chunks).filter((chunk) => Number(chunk) < chunks).length;
  if (posted !== chunks || known.posted !== chunks) {
    return booksRefusals.doesNotAddUp('chunks', chunks, known.posted);
  }
  if (known.rated !== audit.rated) return booksRefusals.doesNotAddUp('rated', audit.rated, known.rated);
  return [{ _tag: 'Balanced', file, ...audit }];
};

const close = (state: BooksState, { day }: Of<'Close'>, { nowMs }: Facts): Outcome => {
  if (state.closedThrough !== null && day <= state.closedThrough) return [];
  const first = state.open[0]?.day;
  const next = state.closedThrough === null ? first : nextDay(state.closedThrough);
  if (next !== undefined && (state.closedThrough === null ? day > next : day !== next)) {
    return booksRefusals.dayOutOfOrder(next);
  }
  if (nowMs < endOfDayMs(day, state.zone)) return booksRefusals.dayNotOver();
  const lines = state.open.find((one) => one.day === day)?.lines ?? [];
  const events = lines.reduce((sum, line) => sum + line.events, 0);
  return [{ _tag: 'DayClosed', day, lines: lines.length, events, atMs: nowMs }];
};

const archive = (state: BooksState, { through }: Of<'Archive'>): Outcome => {
  if (state.closedThrough === null || through > state.closedThrough) return booksRefusals.notClosed();
  return state.closed.some(({ day }) => day <= through) ? [{ _tag: 'Archived', through }] : [];
};

const outcomeOf = (state: BooksState | null, command: BooksCommand, facts: Facts): Outcome => {
  if (command._tag === 'Open') {
    const { partner, zone } = command;
    if (state === null) return [{ _tag: 'Opened', partner, zone }];
    return state.partner === partner && state.zone === zone ? [] : booksRefusals.differ();
  }
  if (state === null) return booksRefusals.notOpened();
  switch (command._tag) {
    case 'Post':
      return post(state, command, facts);
    case 'Balance':
      return balance(state, command);
    case 'Close':
      return close(state, command, facts);
    case 'Archive':
      return archive(state, command);
  }
};

const withFile = (state: BooksState, file: string, change: (file: File) => File): BooksState['files'] => {
  const known = state.files.some((one) => one.file === file);
  const files = known ? state.files : [...state.files, unseen(file)];
  return files.map((one) => (one.file === file ? change(one) : one));
};

const evolve = (state: BooksState | null, event: BooksEvent): BooksState | null => {
  if (event._tag === 'Opened') {
    const { partner, zone } = event;
    return { partner, zone, closedThrough: null, open: [], closed: [], files: [] };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'Posted': {
      const { file, chunk, digest, records } = event;
      const files = withFile(state, file, (one) => ({
        ...one,
        chunks: { ...one.chunks, [chunk]: digest },
        posted: one.posted + 1,
        rated: one.rated + records,
      }));
      return { ...state, open: bookedOn(state.open, event.days), files };
    }
    case 'Balanced': {
      const { _tag, file, ...audit } = event;
      return { ...state, files: withFile(state, file, (one) => ({ ...one, chunks: {}, audit })) };
    }
    case 'DayClosed': {
      const { day } = event;
      const lines = state.open.find((one) => one.day === day)?.lines ?? [];
      const open = state.open.filter((one) => one.day !== day);
      return { ...state, closedThrough: day, open, closed: [...state.closed, { day, lines }] };
    }
    case 'Archived':
      return { ...state, closed: state.closed.filter(({ day }) => day > event.through) };
  }
};

export const booksDecider: Decider<BooksState | null, BooksCommand, BooksEvent, BooksReply> = {
  initial: null,
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce(evolve, state);
    const late = outcome.reduce((sum, event) => sum + (event._tag === 'Posted' ? event.late : 0), 0);
    return accept(outcome, { changed: outcome.length > 0, closedThrough: after?.closedThrough ?? null, late });
  },
};
