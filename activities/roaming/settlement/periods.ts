import { Chunk, Effect, Stream } from 'effect';
import { revisionReady } from '../../../actors/roaming/terms-documents.ts';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import type { Language } from '../../../domain/kernel/report.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { accountKey } from '../../../domain/roaming/finance/account-key.ts';
import { parseDay } from '../../../domain/roaming/rating/calendar.ts';
import { termsOn } from '../../../domain/roaming/rating/rate.ts';
import type { Bound } from '../../../domain/roaming/rating/schema.ts';
import { sumsOf } from '../../../domain/roaming/settlement/month.ts';
import { parsePartnerStatement } from '../../../domain/roaming/settlement/partner-statement.ts';
import type { EndRules, PeriodCommand, PeriodTerms } from '../../../domain/roaming/settlement/schema.ts';
import { parseUsageReport, statementFrom, usageDiffers } from '../../../domain/roaming/settlement/usage-report.ts';
import { agreementName } from '../../../domain/roaming/terms/terms.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import { RoamingPort } from '../../../partners/roaming/port.ts';
import { statementReport } from '../../../printing/roaming-statement.ts';
import { Files } from '../../../store/files/files.ts';
import { type ClearingFile, clearingFilesOf, noteResult } from '../../../store/roaming/clearing-files.ts';
import { dayFileName, readDay } from '../../../store/roaming/day-files.ts';
import { listPeriods } from '../../../store/roaming/settlement.ts';
import { Processes } from '../../../temporal/client.ts';
import type { OfTenant } from '../../../workflows/contract.ts';
import {
  type Decided,
  type Decision,
  type PeriodStep,
  type StageResult,
  settlementContract,
} from '../../../workflows/roaming/settlement/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { bookNames } from '../import-books.ts';
import { whenLoaded } from '../terms.ts';
import { requestAccount } from './accounts.ts';
import { alertAbout, askPeriod, periodKey, periodOf, termsOf } from './asking.ts';
import { ourDetail } from './details.ts';
import { keepFile, sendFile } from './sending.ts';
import { ourUsage, ourUsageReport } from './usage-report.ts';

/** The steps of an agreement period (seed 002 §3.2.3): each may be done again, and changes nothing then. */

export const readPeriod = (step: PeriodStep) => Effect.map(periodOf(step), ({ stage }) => ({ stage }));

/** What a day that has not come yet, or a rate that finance has still to give, is called. */
const WAITS: ReadonlySet<string> = new Set(['DayMissing', 'RateMissing']);

/**
 * What both agreements say of the period's end: the version of its last day, of the revisions in force (decision 0340); and whether
 * records must be reconciled, which the one about our subscribers says, for theirs are the details.
 */
const endRules = (step: PeriodStep, frequency: PeriodTerms['frequency']) =>
  Effect.gen(function* () {
    const { tenant, partner: code, to } = step;
    const { terms: settings, partner } = yield* termsOf(code);
    const sides = [
      { direction: 'outbound', name: agreementName(settings.home, code), has: true },
      { direction: 'inbound', name: agreementName(code, settings.home), has: partner.visitors !== null },
    ] as const;
    const rules: Array<EndRules> = [];
    let reconciled: Bound | undefined;
    for (const { direction, name: agreement, has } of sides) {
      if (!has) continue;
      const found = revisionReady({ tenant, kind: 'agreement', name: agreement });
      const { revision, ready } = yield* found.pipe(whenLoaded(tenant));
      const settled = ready.agreement.settlement;
      const agreed = settled?.period;
      if (direction === 'outbound') reconciled = settled?.reconciled ?? undefined;
      if (agreed !== undefined && agreed !== frequency) {
        yield* alertAbout(tenant, periodKey(step), 'FrequencyDiffers', direction);
      }
      const terms = termsOn(ready.terms, parseDay(to) ?? 0)?.terms;
      if (terms !== undefined) rules.push({ direction, agreement, revision, terms });
    }
    return { rules, ...(reconciled === undefined ? {} : { reconciled }) };
  });

/** Adds the days that are closed, and draws the statement when none is missing. */
export const drawPeriod = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { tenant, partner: code, from, to } = step;
    const { partner } = yield* termsOf(code);
    const { heartbeat, commandIdFor } = yield* CurrentStep;
    const { stage, days, revision, terms } = yield* periodOf(step);
    if (stage !== 'open') return { stage };
    const known = new Set(days.map(({ book, day }) => dayFileName(book, day)));
    // One after the other: a quarter of a large partner is thousands of files.
    for (const row of yield* clearingFilesOf(tenant, 'day', code, from, to)) {
      if (known.has(row.name)) continue;
      const { book, day, lines } = yield* readDay(tenant, row);
      yield* askPeriod(step, { _tag: 'AddDay', book, day, lines: sumsOf(lines) }, { commandId: `day:${book}:${day}` });
      yield* heartbeat({ stage: 'adding', book, day });
    }
    const agreed = yield* endRules(step, terms.frequency);
    const drawn = yield* Effect.either(
      askPeriod(
        step,
        { _tag: 'Draw', books: bookNames(partner), ...agreed },
        { commandId: commandIdFor('draw', revision) },
      ),
    );
    if (drawn._tag === 'Right') return { stage: drawn.right.stage };
    const { left } = drawn;
    if (!isRefusal(left) || !WAITS.has(left.code)) return yield* Effect.fail(left);
    if (left.code === 'RateMissing') yield* alertAbout(tenant, periodKey(step), left.code, 'open');
    return { stage: 'open' as const };
  });

export const wakePeriods = ({ tenant, partner }: OfTenant & { readonly partner: string }) =>
  Effect.gen(function* () {
    const processes = yield* Processes;
    const { items } = yield* listPeriods({ tenant, filters: { partner, stage: 'open' }, limit: 200 });
    yield* Effect.forEach(
      items,
      (period) =>
        processes
          .signal(settlementContract.workflows.settlePeriod, { tenant, key: periodKey(period) }, 'look', undefined)
          // It has ended, or has not begun yet: then it looks by itself.
          .pipe(Effect.catchIf(isRefusal, () => Effect.void)),
      { discard: true },
    );
    return null;
  });

const FORMATS = ['pdf', 'xlsx', 'csv'] as const;

const named = ({ partner, from }: PeriodStep, home: string, revision: number): string =>
  `ST${home}${partner}${from.replaceAll('-', '')}R${revision}`;

/**
 * Our detail of the period to the partner, and a list of all that goes with the statement, each file with its SM3, so that
 * the partner knows what it has to hold against its own.
 */
const sendDetail = (step: PeriodStep, statement: string, revision: number, sent: ReadonlyArray<ClearingFile>) =>
  Effect.gen(function* () {
    const { tenant, partner, agreement, from, to } = step;
    const detail = yield* ourDetail(step, revision);
    yield* sendFile(tenant, detail, [partner]);
    const files = [...sent, detail].flatMap(({ kind, name, ref, counts }) =>
      ref === null ? [] : [{ kind, name, bytes: ref.bytes, sm3: ref.sm3, ...counts }],
    );
    const bytes = Buffer.from(JSON.stringify({ partner, agreement, from, to, revision, files }, null, 2));
    const name = `${statement}.files.json`;
    const about = { kind: 'statement', partner, of: periodKey(step), name, way: 'made', counts: {} } as const;
    yield* sendFile(tenant, yield* keepFile(tenant, about, bytes), [partner]);
  });

/** To the partner in English and as JSON, to the departments in Chinese. */
export const sendStatement = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { tenant, partner } = step;
    const { terms, partner: settings } = yield* termsOf(partner);
    const departments = yield* (yield* RoamingPort).departments;
    const { statement, terms: agreed } = yield* periodOf(step);
    if (statement === null) return null;
    const { mechanism = 'tap' } = agreed;
    const name = named(step, terms.home, statement.revision);
    const enclosed: Array<ClearingFile> = [];
    if (mechanism === 'bce') {
      const report = yield* ourUsageReport(step, statement.revision);
      yield* sendFile(tenant, report, [partner, ...departments]);
      enclosed.push(report);
    }
    const send = (format: (typeof FORMATS)[number] | 'json', language: Language, to: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const bytes = yield* Effect.promise(() => statementReport(statement, format, language));
        const file = `${name}.${format === 'json' ? '' : `${language}.`}${format}`;
        const counts = { lines: statement.lines.length };
        const about = { kind: 'statement', partner, of: periodKey(step), name: file, way: 'made', counts } as const;
        const kept = yield* keepFile(tenant, about, bytes);
        yield* sendFile(tenant, kept, to);
        if (to.includes(partner)) enclosed.push(kept);
      });
    yield* send('json', 'en', [partner, ...departments]);
    for (const format of FORMATS) {
      yield* send(format, 'en', [partner]);
      yield* send(format, 'zh', departments);
    }
    if (settings.statementDetail) yield* sendDetail(step, name, statement.revision, enclosed);
    return null;
  });

const contentOf = ({ tenant }: PeriodStep, file: FileRef) =>
  Effect.flatMap(Files, (files) => Stream.runCollect(files.open(tenant, file.id))).pipe(
    Effect.map((pieces) => Buffer.concat(Chunk.toReadonlyArray(pieces))),
  );

/** The partner's usage report: the statement that it comes to, and how many sorts of usage it counts otherwise than we. */
const reportedUsage = (step: PeriodStep, text: string) =>
  Effect.gen(function* () {
    const { terms, statement, revision } = yield* periodOf(step);
    const rows = parseUsageReport(text, terms);
    if (isRefusal(rows)) return { statement: rows, differing: 0 };
    const { rules } = yield* endRules(step, terms.frequency);
    const drawn = { drawnAtMs: statement?.drawnAtMs ?? 0, revision };
    const differing = usageDiffers(yield* ourUsage(step), rows);
    return { statement: statementFrom(rows, terms, rules, drawn), differing };
  });

/** The partner's own statement, or usage report, against ours. One that cannot be read stays in the log with the reason. */
export const comparePeriod = (step: PeriodStep & { readonly file: FileRef }) =>
  Effect.gen(function* () {
    const { tenant, partner, file } = step;
    const key = periodKey(step);
    const { terms } = yield* periodOf(step);
    const about = { kind: 'partnerStatement', partner, of: key, name: file.name } as const;
    const text = (yield* contentOf(step, file)).toString('utf8');
    const { mechanism = 'tap' } = terms;
    const usage = mechanism === 'bce' ? yield* reportedUsage(step, text) : undefined;
    const theirs = usage === undefined ? parsePartnerStatement(text, terms) : usage.statement;
    if (isRefusal(theirs)) {
      yield* noteResult(tenant, about, theirs.code, {});
      yield* alertAbout(tenant, key, theirs.code, 'partnerStatement');
      return null;
    }
    const { commandIdFor } = yield* CurrentStep;
    const { tolerated } = yield* askPeriod(
      step,
      { _tag: 'Compare', ...theirs },
      { commandId: commandIdFor('compare', file.sm3) },
    );
    yield* noteResult(tenant, about, tolerated === true ? 'tolerated' : 'differs', {
      lines: theirs.lines.length,
      ...(usage === undefined ? {} : { usageDiffers: usage.differing }),
    });
    if (tolerated !== true) yield* alertAbout(tenant, key, 'NotTolerated', 'drawn');
    return null;
  });

const commandOf = (decision: Decision): PeriodCommand =>
  decision._tag === 'Confirm' ? { ...decision, amountMinor: BigInt(decision.amountMinor) } : decision;

/** A person's word, as that person. */
export const decidePeriod = (step: PeriodStep & Decided) =>
  Effect.map(
    askPeriod(step, commandOf(step.decision), { commandId: `decision:${step.id}`, caller: step.by }),
    ({ stage }) => ({ stage }),
  );

/** An invoice to the partner, or a payment that finance makes. */
export const sendInstruction = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { tenant, partner } = step;
    const departments = yield* (yield* RoamingPort).departments;
    const { instruction, statement, terms } = yield* periodOf(step);
    if (instruction === null || statement === null) return null;
    const bytes = Buffer.from(
      JSON.stringify(
        {
          ...instruction,
          amountMinor: String(instruction.amountMinor),
          decimals: terms.decimals,
          partner,
          agreement: terms.agreement,
          from: terms.from,
          to: terms.to,
          statement: sm3Hex(yield* Effect.promise(() => statementReport(statement, 'json', 'en'))),
        },
        null,
        2,
      ),
    );
    const kind = instruction.kind === 'invoice' ? 'IN' : 'PA';
    const about = {
      kind: 'instruction',
      partner,
      of: periodKey(step),
      name: `${kind}${partner}${terms.from.replaceAll('-', '')}.json`,
      way: 'made',
      counts: {},
    } as const;
    const receivers = instruction.kind === 'invoice' ? [partner, ...departments] : departments;
    yield* sendFile(tenant, yield* keepFile(tenant, about, bytes), receivers);
    return null;
  });

/** When all is paid, or nothing is to be; else nothing happens. */
export const closePeriod = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { stage, statement } = yield* periodOf(step);
    const even = stage === 'approved' && statement?.netMinor === 0n;
    // Also of one that an earlier attempt has closed.
    if (stage !== 'paid' && stage !== 'closed' && !even) return { stage };
    const { commandIdFor } = yield* CurrentStep;
    const closed = yield* askPeriod(step, { _tag: 'Close' }, { commandId: commandIdFor('close') });
    const { tenant, partner, agreement, from: of } = step;
    yield* requestAccount(tenant, accountKey({ kind: 'period', agreement, of }), partner);
    return { stage: closed.stage };
  });

export const remindFinance = (step: PeriodStep & StageResult) =>
  Effect.as(alertAbout(step.tenant, periodKey(step), 'DecisionAwaited', step.stage, 'reminder'), null);
