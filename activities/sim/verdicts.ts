import { Chunk, Effect, Either, Stream } from 'effect';
import { cardActor } from '../../actors/sim/card.ts';
import { imsiActor } from '../../actors/sim/imsi.ts';
import { handOverKeys, type PartKeys, partKeys } from '../../actors/sim/part-secret.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { partOutstanding } from '../../domain/sim/application/books.ts';
import type { ProgressCount } from '../../domain/sim/application/schema.ts';
import type { CardReply, FileRef } from '../../domain/sim/schema.ts';
import type { PosRow, VopReport, VopSummary } from '../../domain/sim/vop-file.ts';
import type { FileStep, PartRef, RoundStep } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askApplication, askRows, callerOf, type RowAnswer, readApplication } from './asking.ts';
import { quarantineFile, recordProcessed } from './partner-file.ts';
import { CHUNKS_AT_ONCE, checkFile, iccidOf, rowsOf } from './stored-file.ts';

/**
 * Steps on the partner's verdicts: the validation file on the lines applied for (制卡校验文件, step 5), and the POS file
 * together with its validation (POS文件, POS校验文件, steps 7 to 9), after which every card is made or failed.
 */

/** A partner's code or reason fit for our records; partners leave them empty or write novels. */
const codeOf = (code: string): string => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(code) ? code : 'Unspecified');
export const reasonOf = (reason: string): string => (reason === '' ? 'no reason was given' : reason.slice(0, 500));

/** The verdict on each line of the round; a file that rejects everything rejects every line. */
export const applyValidation = (step: FileStep) =>
  Effect.gen(function* () {
    const { tenant, file, round } = step;
    const { summary } = yield* checkFile(tenant, file, { kind: 'validation' });
    const rows = yield* rowsOf(tenant, file, { kind: 'validation' }).pipe(
      Stream.mapConcat((chunk) => chunk),
      Stream.runCollect,
      Effect.map(Chunk.toReadonlyArray),
    );
    const { lines } = yield* readApplication(step);
    // The rejected ones too: another attempt of this step may have got so far.
    const all = lines.filter((line) => line.round === round && ['validation', 'rejected'].includes(line.step));
    const whole = summary?.verdict === 'rejected';
    const accepted = whole ? [] : rows.filter((row) => row.verdict === 'accepted').map((row) => row.line);
    const rejected = whole
      ? all.map(({ no }) => ({ no, code: codeOf(summary.code), reason: reasonOf(summary.reason) }))
      : rows
          .filter((row) => row.verdict === 'rejected')
          .map((row) => ({ no: row.line, code: codeOf(row.code), reason: reasonOf(row.reason) }));
    yield* askApplication(
      step,
      { _tag: 'RecordFile', round, kind: 'validation', status: 'received', file, part: null },
      `received/${file.sm3}`,
    );
    yield* askApplication(step, { _tag: 'RecordValidation', round, file: file.sm3, accepted, rejected });
    yield* recordProcessed(step, file);
    return { accepted, rejected: rejected.map(({ no }) => no) };
  });

/** Exceptions are few; a file with more than this is one to be rejected as a whole. */
const MAX_EXCEPTIONS = 200_000;

interface PosException {
  /** The row of the POS file. */
  readonly row: number;
  readonly code: string;
  readonly reason: string;
}

const exceptionsOf = (step: RoundStep, file: FileRef) =>
  Effect.gen(function* () {
    const exceptions = new Map<string, PosException>();
    yield* rowsOf(step.tenant, file, { kind: 'posValidation' }).pipe(
      Stream.runForEach((chunk) =>
        Effect.suspend(() => {
          for (const { iccid, row, code, reason } of chunk) exceptions.set(iccid, { row, code, reason });
          return exceptions.size > MAX_EXCEPTIONS
            ? Effect.fail(refuse('invalid', 'TooManyExceptions', 'The POS validation file has too many exceptions.'))
            : Effect.void;
        }),
      ),
    );
    return exceptions as ReadonlyMap<string, PosException>;
  });

type PosStep = RoundStep & { readonly part: PartRef; readonly pos: FileRef; readonly posValidation: FileRef };

const cardAsk = (step: PosStep, caller: Effect.Effect.Success<ReturnType<typeof callerOf>>) => ({
  of: (iccid: string, what: string) => ({
    id: { tenant: step.tenant, key: iccid },
    envelope: { commandId: `${what}/${step.pos.sm3}/${iccid}`, caller },
  }),
});

/** What a row came to: counted once, whoever asks how often. */
interface RowOutcome {
  readonly row: PosRow;
  readonly produced: RowAnswer<CardReply>;
  readonly confirmed: RowAnswer<CardReply> | undefined;
}

const askCards = (step: PosStep, rows: ReadonlyArray<PosRow>, exceptions: ReadonlyMap<string, PosException>) =>
  Effect.gen(function* () {
    const { of } = cardAsk(step, yield* callerOf(step));
    const posFile = step.pos.sm3;
    const posValidationFile = step.posValidation.sm3;
    const produced = yield* askRows(
      cardActor,
      rows.map(({ iccid, result, code, reason }) => ({
        ...of(iccid, 'pos'),
        command: {
          _tag: 'Produce' as const,
          vendor: step.part.vendor,
          result,
          reason: result === 'made' ? null : reasonOf(reason === '' ? code : reason),
          posFile,
        },
      })),
    );
    const made = rows.filter((row, index) => {
      const answer = produced[index];
      return row.result === 'made' && answer !== undefined && Either.isRight(answer);
    });
    const verdicts = yield* askRows(
      cardActor,
      made.map(({ iccid }) => {
        const exception = exceptions.get(iccid);
        const result = exception === undefined ? ('accepted' as const) : ('rejected' as const);
        const reason = exception === undefined ? null : reasonOf(exception.reason);
        return { ...of(iccid, 'verdict'), command: { _tag: 'Confirm' as const, result, reason, posValidationFile } };
      }),
    );
    const confirmed = new Map(made.map((row, index) => [row.iccid, verdicts[index]]));
    return rows.flatMap((row, index): ReadonlyArray<RowOutcome> => {
      const answer = produced[index];
      return answer === undefined ? [] : [{ row, produced: answer, confirmed: confirmed.get(row.iccid) }];
    });
  });

const statusOf = ({ produced, confirmed }: RowOutcome): CardReply | undefined => {
  if (confirmed !== undefined && Either.isRight(confirmed)) return confirmed.right;
  return Either.isRight(produced) ? produced.right : undefined;
};

/** An IMSI follows its card: written and confirmed with it, or free again. */
const askImsis = (step: PosStep, outcomes: ReadonlyArray<RowOutcome>) =>
  Effect.gen(function* () {
    const { of } = cardAsk(step, yield* callerOf(step));
    const cards = outcomes.flatMap((outcome) => {
      const card = statusOf(outcome);
      return card === undefined || card.imsi === null ? [] : [{ iccid: outcome.row.iccid, imsi: card.imsi, card }];
    });
    const about = ({ iccid, imsi }: (typeof cards)[number], what: string) => ({
      ...of(iccid, what),
      id: { tenant: step.tenant, key: imsi },
    });
    const good = cards.filter(({ card }) => card.status === 'made');
    const bad = cards.filter(({ card }) => card.status === 'failed');
    const write = (each: (typeof cards)[number]) => ({
      ...about(each, 'write'),
      command: { _tag: 'Write' as const, iccid: iccidOf(each.iccid) },
    });
    const confirm = (each: (typeof cards)[number]) => ({
      ...about(each, 'confirm'),
      command: { _tag: 'Confirm' as const, iccid: iccidOf(each.iccid) },
    });
    const release = (each: (typeof cards)[number]) => ({
      ...about(each, 'release'),
      command: { _tag: 'Release' as const, iccid: iccidOf(each.iccid), reason: 'card failed' },
    });
    const confirmed = good.filter(({ card }) => card.confirmed);
    // What an actor is asked in one breath goes into one record of its journal.
    const answers = yield* askRows(imsiActor, [
      ...good.flatMap((each) => (each.card.confirmed ? [write(each), confirm(each)] : [write(each)])),
      ...bad.map(release),
    ]);
    // Between nodes one message may overtake another: a confirmation that came before the writing is asked for again.
    if (answers.some(Either.isLeft)) yield* askRows(imsiActor, confirmed.map(confirm));
  });

interface ChunkCount {
  readonly counts: ReadonlyArray<ProgressCount>;
  readonly unknown: number;
  readonly duplicate: number;
}

/** A fact counts when the card says that it changed, which it says once per file. */
const countOf = (part: string, outcomes: ReadonlyArray<RowOutcome>): ChunkCount => {
  const counts = new Map<number, { made: number; failed: number; confirmed: number; reversed: number }>();
  let unknown = 0;
  let duplicate = 0;
  for (const { row, produced, confirmed } of outcomes) {
    if (Either.isLeft(produced)) {
      unknown += 1;
      continue;
    }
    const count = counts.get(row.line) ?? { made: 0, failed: 0, confirmed: 0, reversed: 0 };
    counts.set(row.line, count);
    if (!produced.right.changed) duplicate += 1;
    else if (row.result === 'made') count.made += 1;
    else count.failed += 1;
    if (confirmed !== undefined && Either.isRight(confirmed) && confirmed.right.changed) {
      if (confirmed.right.status === 'failed') count.reversed += 1;
      else count.confirmed += 1;
    }
  }
  return { counts: [...counts].map(([no, count]) => ({ part, no, ...count })), unknown, duplicate };
};

/** Blank cards that come into stock get the keys that they were made with, when these are ours. */
const handOver = (step: PosStep, keys: PartKeys | undefined, outcomes: ReadonlyArray<RowOutcome>) =>
  Effect.gen(function* () {
    if (keys === undefined) return;
    const blank = outcomes.filter((outcome) => {
      const card = statusOf(outcome);
      return card?.status === 'made' && card.confirmed && card.imsi === null;
    });
    const iccids = blank.map(({ row }) => row.iccid);
    yield* handOverKeys(keys, iccids, yield* callerOf(step));
  });

const applyChunk = (
  step: PosStep,
  keys: PartKeys | undefined,
  rows: ReadonlyArray<PosRow>,
  exceptions: ReadonlyMap<string, PosException>,
) =>
  Effect.gen(function* () {
    const outcomes = yield* askCards(step, rows, exceptions);
    yield* askImsis(step, outcomes);
    yield* handOver(step, keys, outcomes);
    return countOf(step.part.id, outcomes);
  });

/** Every exception must be about a row of the POS file; one that is not shows that the verdict is about another. */
const strayException = (step: PosStep, exceptions: ReadonlyMap<string, PosException>) =>
  Effect.gen(function* () {
    const left = new Map(exceptions);
    if (left.size === 0) return undefined;
    yield* rowsOf(step.tenant, step.pos, { kind: 'pos' }).pipe(
      Stream.runForEach((chunk) =>
        Effect.sync(() => {
          for (const { iccid, seq } of chunk) if (left.get(iccid)?.row === seq) left.delete(iccid);
        }),
      ),
    );
    const [stray] = left.values();
    return stray === undefined
      ? undefined
      : { line: 0, field: 'row', code: 'UnknownLine', message: `no row ${stray.row} with this card in the POS file` };
  });

/**
 * Walks the POS file; chunks that the application has counted already are passed over. Several are with the cards at
 * the same time, and are counted one after the other in the order of the file.
 */
const applyRows = (step: PosStep, report: VopReport<'pos'>, exceptions: ReadonlyMap<string, PosException>) =>
  Effect.gen(function* () {
    const current = yield* CurrentStep;
    const before = (yield* readApplication(step)).progress.find((file) => file.sm3 === step.pos.sm3);
    const done = before?.nextChunk ?? 0;
    const keys = yield* partKeys({ tenant: step.tenant, application: step.application, part: step.part.id });
    yield* rowsOf(step.tenant, step.pos, { kind: 'pos' }).pipe(
      Stream.map(Chunk.toReadonlyArray),
      Stream.mapAccum(0, (seen, rows) => [seen + rows.length, { rows, until: seen + rows.length }] as const),
      Stream.zipWithIndex,
      Stream.filter(([, chunk]) => chunk >= done),
      Stream.mapEffect(
        ([{ rows, until }, chunk]) =>
          Effect.map(applyChunk(step, keys, rows, exceptions), (counted) => ({ counted, chunk, until })),
        { concurrency: CHUNKS_AT_ONCE },
      ),
      Stream.runForEach(({ counted, chunk, until }) =>
        Effect.zipRight(
          askApplication(
            step,
            { _tag: 'PostProgress', file: step.pos.sm3, kind: 'pos', chunk, last: until === report.rows, ...counted },
            `progress/${step.pos.sm3}/${chunk}`,
          ),
          current.heartbeat({ rows: until }),
        ),
      ),
    );
  });

const recordReceived = (step: PosStep) =>
  Effect.gen(function* () {
    const part = step.part.id;
    const received = { _tag: 'RecordFile', round: step.round, status: 'received', part } as const;
    yield* askApplication(step, { ...received, kind: 'pos', file: step.pos }, `received/${step.pos.sm3}`);
    yield* askApplication(
      step,
      { ...received, kind: 'posValidation', file: step.posValidation },
      `received/${step.posValidation.sm3}`,
    );
  });

const WITHOUT_SUMMARY: Refusal = refuse('invalid', 'MissingSummary', 'The POS validation file has no verdict.');

/** Cards of the part that are neither failed nor made and confirmed. */
const outstandingOf = (step: PosStep) =>
  Effect.map(readApplication(step), ({ parts }) => {
    const part = parts.find(({ id }) => id === step.part.id);
    const unconfirmed = part?.lines.reduce((sum, { made, confirmed }) => sum + made - confirmed, 0) ?? 0;
    return unconfirmed + (part === undefined ? 0 : partOutstanding(part));
  });

const rejectPos = (step: PosStep, summary: VopSummary) =>
  Effect.gen(function* () {
    const code = codeOf(summary.code);
    const reason = reasonOf(summary.reason);
    const rejection = { _tag: 'RejectPos', part: step.part.id, file: step.pos.sm3, code, reason } as const;
    yield* askApplication(step, rejection, `rejected/${step.posValidation.sm3}`);
    return reason;
  });

export const applyPos = (step: PosStep) =>
  Effect.gen(function* () {
    const { summary } = yield* checkFile(step.tenant, step.posValidation, { kind: 'posValidation' });
    if (summary === undefined) return yield* Effect.fail(WITHOUT_SUMMARY);
    const { verdict } = summary;
    const exceptions = yield* exceptionsOf(step, step.posValidation);
    const stray = yield* strayException(step, exceptions);
    if (stray !== undefined) {
      const quarantined = yield* quarantineFile(step, step.posValidation, 'posValidation', [stray], 1);
      return { verdict, reason: '', outstanding: yield* outstandingOf(step), quarantined };
    }
    yield* recordReceived(step);
    let reason = '';
    if (verdict === 'rejected') reason = yield* rejectPos(step, summary);
    else yield* applyRows(step, yield* checkFile(step.tenant, step.pos, { kind: 'pos' }), exceptions);
    yield* recordProcessed(step, step.pos);
    yield* recordProcessed(step, step.posValidation);
    return { verdict, reason, outstanding: yield* outstandingOf(step), quarantined: null };
  });
