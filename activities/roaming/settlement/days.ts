import { Clock, Effect } from 'effect';
import { booksActor } from '../../../actors/roaming/books.ts';
import { fileRegisterActor } from '../../../actors/roaming/import-file.ts';
import { ownersWithNames } from '../../../actors/roaming/owners-with-names.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import { accountKey } from '../../../domain/roaming/finance/account-key.ts';
import { dayReport, weekReport } from '../../../domain/roaming/settlement/book-reports.ts';
import {
  dayOfMoment,
  daysBetween,
  isSunday,
  lastDayOver,
  monthBefore,
  nextDay,
  quarterStart,
  weekDays,
  weekOf,
} from '../../../domain/roaming/settlement/day.ts';
import { Roaming } from '../../../partners/roaming/port.ts';
import { printedReport } from '../../../printing/report.ts';
import { type ClearingFile, clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { closedDays, isSound, keepDay, mergedDays } from '../../../store/roaming/day-files.ts';
import { listImportFiles } from '../../../store/roaming/import-files.ts';
import type { OfTenant } from '../../../workflows/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { bookNames } from '../import-books.ts';
import { requestAccount } from './accounts.ts';
import { alertAbout, askBooks, termsOf } from './asking.ts';
import { departmentsOf, keepFile, sendFile } from './sending.ts';

/**
 * The close of days (seed 002 §3.3.1): all books of a partner in the order of the days, each closed day kept as a file of
 * its own and taken out of the books, checked, and reported to the departments.
 */

interface OfPartner extends OfTenant {
  readonly partner: string;
}
interface OfDay extends OfPartner {
  readonly day: string;
}

export const settlementStanding = (_: OfTenant) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    if (terms === undefined) return null;
    const lastDay = lastDayOver(yield* Clock.currentTimeMillis, terms.zone);
    return { lastDay, partners: [...terms.partners.keys()] };
  });

const UNDER_WAY = ['received', 'planned', 'charged'] as const;

export const importsUnderWay = ({ tenant }: OfTenant) =>
  Effect.map(listImportFiles({ tenant, filters: { status: UNDER_WAY }, limit: 200 }), ({ items }) => ({
    count: items.length,
  }));

/** Null of one that has no history. */
const stateOf = <A, R>(reading: Effect.Effect<{ readonly state: A }, Refusal | Fault, R>) =>
  reading.pipe(
    Effect.map(({ state }) => state as A | null),
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

const readBook = (tenant: TenantId, book: string) =>
  stateOf(Effect.flatMap(Actors, (actors) => actors.read(booksActor, { tenant, key: book })));

/** Closes one of the partner's books up to the day; says which days were kept. */
const closeBook = (tenant: TenantId, partner: string, book: string, through: string, zone: string) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    yield* askBooks(tenant, book, { _tag: 'Open', partner, zone }, 'open');
    const before = yield* readBook(tenant, book);
    const first = before?.open[0]?.day ?? through;
    // New books begin with the quarter, so that every period has all days of all books.
    const from =
      before === null || before.closedThrough === null
        ? quarterStart(first < through ? first : through)
        : nextDay(before.closedThrough);
    for (const day of daysBetween(from, through)) {
      yield* askBooks(tenant, book, { _tag: 'Close', day }, `close:${day}`);
      yield* heartbeat({ stage: 'closing', book, day });
    }
    const closed = (yield* readBook(tenant, book))?.closed ?? [];
    for (const day of closed) {
      if (!isSound(day)) yield* alertAbout(tenant, `${book} ${day.day}`, 'DayUnsound', 'closing');
      yield* keepDay(tenant, partner, { book, ...day });
      yield* heartbeat({ stage: 'keeping', book, day: day.day });
    }
    const last = closed.at(-1);
    if (last !== undefined)
      yield* askBooks(tenant, book, { _tag: 'Archive', through: last.day }, `archive:${last.day}`);
    return closed.map(({ day }) => day);
  });

/** Sundays of the weeks that are closed, have brought something, and have no file yet; where a department gets weeks. */
const weeksToReport = (tenant: TenantId, partner: string, kept: ReadonlyArray<ClearingFile>, through: string) =>
  Effect.gen(function* () {
    if ((yield* departmentsOf('weekly')).length === 0) return [];
    const weeks = new Map(kept.filter(({ counts }) => (counts['lines'] ?? 0) > 0).map(({ of }) => [weekOf(of), of]));
    const [first = ''] = [...weeks.keys()].sort();
    const have = new Set(
      (yield* clearingFilesOf(tenant, 'weekReport', partner, first, weekOf(through))).map(({ of }) => of),
    );
    return [...weeks].flatMap(([week, day]) => {
      const { to } = weekDays(day);
      return have.has(week) || to > through ? [] : [to];
    });
  });

/**
 * All books of the partner. Days that were kept and not yet reported are told again, so that a crash between the two leaves
 * none without its report.
 */
export const closeBooks = ({ tenant, partner: code, through }: OfPartner & { readonly through: string }) =>
  Effect.gen(function* () {
    const { terms, partner } = yield* termsOf(code);
    yield* Effect.forEach(bookNames(partner), (book) => closeBook(tenant, code, book, through, terms.zone), {
      concurrency: 4,
      discard: true,
    });
    const from = quarterStart(`${monthBefore(through.slice(0, 7))}-01`);
    const kept = yield* clearingFilesOf(tenant, 'day', code, from, through);
    const reported = new Set((yield* clearingFilesOf(tenant, 'dayReport', code, from, through)).map(({ of }) => of));
    const days = new Set(
      kept.filter(({ of, counts }) => !reported.has(of) && (counts['lines'] ?? 0) > 0).map(({ of }) => of),
    );
    // The last day is told about also when it brought nothing: then a file is missing.
    if (!reported.has(through)) days.add(through);
    for (const sunday of yield* weeksToReport(tenant, code, kept, through)) days.add(sunday);
    return { days: [...days].sort() };
  });

/** Received since the day began: what came after its end and before its close is in it as well. */
const filesSince = (tenant: TenantId, partner: string, day: string, zone: string) =>
  Effect.map(listImportFiles({ tenant, filters: { partner }, limit: 200 }), ({ items }) =>
    items.filter(({ receivedAtMs }) => dayOfMoment(receivedAtMs, zone) >= day),
  );

/** Tells operations what is missing and what came twice (seed 002 §3.2.1). */
export const checkDay = ({ tenant, partner, day }: OfDay) =>
  Effect.gen(function* () {
    const { terms } = yield* termsOf(partner);
    const subject = `${partner} ${day}`;
    const files = yield* filesSince(tenant, partner, day, terms.zone);
    const duplicates = files.reduce((sum, { audit, deliveries }) => sum + (audit?.duplicate ?? 0) + deliveries - 1, 0);
    if (duplicates > 0) yield* alertAbout(tenant, subject, 'DuplicateRecords', 'day', 'alarm');
    const actors = yield* Actors;
    const register = yield* stateOf(actors.read(fileRegisterActor, { tenant, key: partner }));
    if ((register?.missing.length ?? 0) > 0) yield* alertAbout(tenant, subject, 'FilesMissing', 'day', 'alarm');
    const days = mergedDays(yield* closedDays(tenant, partner, day, day));
    if (days.every(({ lines }) => lines.length === 0)) {
      yield* alertAbout(tenant, subject, 'NoRecords', 'day', 'alarm');
    }
    return null;
  });

const compact = (day: string): string => day.replaceAll('-', '');

/** The billing file of a day (seed 002 §3.2.3, §3.3.1): kept, and sent to every department. */
export const reportDay = ({ tenant, partner, day }: OfDay) =>
  Effect.gen(function* () {
    const { terms } = yield* termsOf(partner);
    const departments = yield* departmentsOf('daily');
    const [merged = { day, lines: [] }] = mergedDays(yield* closedDays(tenant, partner, day, day));
    const owners = yield* ownersWithNames(tenant, merged.lines);
    const report = dayReport(partner, merged, owners, 'zh', yield* Clock.currentTimeMillis);
    const bytes = yield* Effect.promise(() => printedReport(report, 'csv'));
    const about = {
      kind: 'dayReport',
      partner,
      of: day,
      name: `BD${terms.home}${partner}${compact(day)}.csv`,
      way: 'made',
      counts: { lines: merged.lines.length },
    } as const;
    const file = yield* keepFile(tenant, about, bytes);
    yield* requestAccount(tenant, accountKey({ kind: 'day', partner, of: day }), partner);
    yield* sendFile(tenant, file, departments);
    if (isSunday(day)) yield* reportWeek({ tenant, partner, day });
    return null;
  });

/** The billing file of the calendar week that the day ends (seed 002 §3.2.3), for the departments that get weeks. */
const reportWeek = ({ tenant, partner, day }: OfDay) =>
  Effect.gen(function* () {
    const departments = yield* departmentsOf('weekly');
    const { terms } = yield* termsOf(partner);
    const { from, to } = weekDays(day);
    const days = mergedDays(yield* closedDays(tenant, partner, from, to));
    const lines = days.flatMap((one) => one.lines);
    if (departments.length === 0 || lines.length === 0) return;
    const week = weekOf(day);
    const owners = yield* ownersWithNames(tenant, lines);
    const report = weekReport(partner, week, days, owners, 'zh', yield* Clock.currentTimeMillis);
    const bytes = yield* Effect.promise(() => printedReport(report, 'csv'));
    const name = `BW${terms.home}${partner}${week.replace('-', '')}.csv`;
    const about = {
      kind: 'weekReport',
      partner,
      of: week,
      name,
      way: 'made',
      counts: { lines: lines.length },
    } as const;
    yield* sendFile(tenant, yield* keepFile(tenant, about, bytes), departments);
  });
