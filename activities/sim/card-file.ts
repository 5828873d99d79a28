import { Chunk, Effect, Either, Option, Stream } from 'effect';
import { cardActor } from '../../actors/sim/card.ts';
import { imsiActor } from '../../actors/sim/imsi.ts';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { refusals } from '../../domain/sim/application/refusals.ts';
import type { ApplicationState, Part } from '../../domain/sim/application/schema.ts';
import type { CardReply, FileRef } from '../../domain/sim/schema.ts';
import { partRouter, splitByCity, splitByQuantity } from '../../domain/sim/split.ts';
import type { CardRow } from '../../domain/sim/vop-file.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import { VendorPort } from '../../partners/vendor/port.ts';
import { Files } from '../../store/files/files.ts';
import type { FileError, FileStep, PartRef, Reasoned, SplitRule, Step } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askApplication, askRows, callerOf, type RowAnswer, readApplication } from './asking.ts';
import { OUR_CODE, quarantineFile, recordProcessed } from './partner-file.ts';
import { CHUNK_ROWS, CHUNKS_AT_ONCE, checkFile, iccidOf, imsiOf, rowsOf, simFile, writeFile } from './stored-file.ts';

/**
 * Steps on the card-making file (制卡文件, seed 000 §5.1 steps 5 and 6): every row becomes a card with its IMSI, the
 * file is split into parts, each part is written for its vendor and sent. Rows go through in chunks; each row's
 * command id comes from the file's hash, so reading the file again asks nothing new.
 */

/** The first row that was refused, with its line of the file. */
const firstRefused = (rows: ReadonlyArray<CardRow>, answers: ReadonlyArray<RowAnswer<unknown>>) => {
  for (const [index, answer] of answers.entries()) {
    // A card-making file has no summary: row n is line n + 1.
    if (Either.isLeft(answer)) return { line: (rows[index]?.seq ?? 0) + 1, refusal: answer.left };
  }
  return undefined;
};

/** Cards of a chunk: the IMSI first, so that a number that is on another card stops the row before the card exists. */
const planRows = (step: Step & { readonly file: FileRef }, rows: ReadonlyArray<CardRow>) =>
  Effect.gen(function* () {
    const caller = yield* callerOf(step);
    const { tenant, application, file } = step;
    const envelope = (iccid: string) => ({ commandId: `plan/${file.sm3}/${iccid}`, caller });
    const withImsi = rows.filter((row) => row.imsi !== '');
    const reserved = yield* askRows(
      imsiActor,
      withImsi.map(({ imsi, iccid, line, product, city }) => ({
        id: { tenant, key: imsi },
        command: { _tag: 'Reserve' as const, iccid: iccidOf(iccid), application, line, product, city },
        envelope: envelope(iccid),
      })),
    );
    const taken = firstRefused(withImsi, reserved);
    if (taken !== undefined) return taken;
    const planned = yield* askRows(
      cardActor,
      rows.map(({ iccid, imsi, line, product, city, cardType }) => ({
        id: { tenant, key: iccid },
        command: {
          _tag: 'Plan' as const,
          application,
          line,
          imsi: imsi === '' ? null : imsiOf(imsi),
          product,
          city,
          cardType,
        },
        envelope: envelope(iccid),
      })),
    );
    return firstRefused(rows, planned);
  });

/** How far the attempt before came that told it: its rows up to there need not be asked for again. */
const rowsDone = (heartbeat: unknown): number =>
  typeof heartbeat === 'object' && heartbeat !== null && 'rows' in heartbeat && typeof heartbeat.rows === 'number'
    ? heartbeat.rows
    : 0;

/** The last row's number in its file. */
export const lastOf = (rows: ReadonlyArray<CardRow>): number => rows.at(-1)?.seq ?? 0;

/** Lines of the round that VOP accepted, with what is still to come for them. */
const acceptedLines = (state: ApplicationState, round: number): ReadonlyMap<number, number> =>
  new Map(
    state.lines
      .filter((line) => line.round === round && line.step === 'accepted')
      .map((line) => [line.no, line.books.applied - line.books.rejected - line.books.cancelled]),
  );

/** Plans all cards of a file, chunk by chunk. @returns rows per line, and what the first refused row says of the file. */
export const planCards = <E, R>(
  step: Step & { readonly file: FileRef },
  chunks: Stream.Stream<Chunk.Chunk<CardRow>, E, R>,
) =>
  Effect.gen(function* () {
    const counts = new Map<number, number>();
    const current = yield* CurrentStep;
    const done = rowsDone(current.lastHeartbeat);
    const refused = yield* chunks.pipe(
      Stream.map(Chunk.toReadonlyArray),
      Stream.tap((rows) =>
        Effect.sync(() => {
          for (const { line } of rows) counts.set(line, (counts.get(line) ?? 0) + 1);
        }),
      ),
      Stream.filter((rows) => lastOf(rows) > done),
      Stream.mapEffect((rows) => Effect.map(planRows(step, rows), (problem) => ({ problem, rows: lastOf(rows) })), {
        concurrency: CHUNKS_AT_ONCE,
      }),
      // In the order of the file, whichever was through first: what is told as done must be done.
      Stream.tap(({ problem, rows }) => (problem === undefined ? current.heartbeat({ rows }) : Effect.void)),
      Stream.filterMap(({ problem }) => Option.fromNullable(problem)),
      Stream.runHead,
    );
    const lines = [...counts].map(([no, rows]) => ({ no, rows }));
    const problem = Option.map(refused, ({ line, refusal }) => {
      return { line, field: 'iccid', code: refusal.code, message: refusal.message };
    });
    return { lines, problem: Option.getOrUndefined(problem) };
  });

const isInBlocks = (state: ApplicationState): ((row: CardRow) => boolean) => {
  const lines = new Map(state.lines.map((line) => [line.no, line]));
  return (row) => {
    const line = lines.get(row.line);
    if (line === undefined) return false;
    const body = row.iccid.slice(0, -1);
    const inside = (blocks: (typeof line)['iccid'], number: string): boolean =>
      blocks.some((block) => number.length === block.first.length && block.first <= number && number <= block.last);
    return (
      inside(line.iccid, body) &&
      row.cardType === line.cardType &&
      row.product === line.product &&
      row.city === line.city &&
      (line.cardType === 'blank' ? row.imsi === '' : inside(line.imsi, row.imsi))
    );
  };
};

const notAllocated = ({ seq }: CardRow) => ({
  line: seq + 1,
  field: 'iccid',
  code: 'NumberNotAllocated' as const,
  message: 'the card has a number, product, city or type that the line was not given',
});

const PLANNED: { readonly quarantined: FileError | null } = { quarantined: null };

/**
 * Plans all cards of a card-making file. What the file says otherwise than the application quarantines it: numbers that
 * were not allocated to the line, rows too many or too few. Nothing is planned before the whole file has been checked.
 */
export const applyCardFile = (step: FileStep) =>
  Effect.gen(function* () {
    const state = yield* readApplication(step);
    if (state.cardFiles.some((known) => known.sm3 === step.file.sm3)) {
      yield* recordProcessed(step, step.file);
      return PLANNED;
    }
    const expected = { kind: 'cardMaking', lines: acceptedLines(state, step.round), round: step.round } as const;
    const fits = isInBlocks(state);
    let foreign: CardRow | undefined;
    const report = yield* checkFile(step.tenant, step.file, expected, (rows) => {
      foreign ??= rows.find((row) => !fits(row));
    });
    const problems = [...report.errors, ...(foreign === undefined ? [] : [notAllocated(foreign)])];
    if (problems.length > 0) {
      return { quarantined: yield* quarantineFile(step, step.file, 'cardMaking', problems, report.errorCount) };
    }
    yield* askApplication(
      step,
      { _tag: 'RecordFile', round: step.round, kind: 'cardMaking', status: 'received', file: step.file, part: null },
      `received/${step.file.sm3}`,
    );
    const { lines, problem } = yield* planCards(step, rowsOf(step.tenant, step.file, expected));
    if (problem !== undefined) {
      return { quarantined: yield* quarantineFile(step, step.file, 'cardMaking', [problem], 1) };
    }
    yield* askApplication(step, { _tag: 'RecordCardFile', round: step.round, file: step.file.sm3, lines });
    yield* recordProcessed(step, step.file);
    return PLANNED;
  });

const partsOf = (state: ApplicationState, file: FileRef, rule: SplitRule): ReturnType<typeof splitByCity> => {
  const cardFile = state.cardFiles.find((each) => each.sm3 === file.sm3);
  if (cardFile === undefined) return refuse('conflict', 'NothingToSplit', 'The card-making file is not applied yet.');
  const cities = new Map(state.lines.map((line) => [line.no, line.city]));
  const lines = cardFile.lines.map(({ no, rows }) => ({ no, rows, city: cities.get(no) ?? '' }));
  switch (rule.by) {
    case 'city':
      return splitByCity(lines, new Map(Object.entries(rule.vendors)));
    case 'quantity':
      return splitByQuantity(lines, rule.shares);
    case 'hand':
      return rule.parts.map(({ vendor, lines: partLines }, index) => ({
        part: index + 1,
        vendor,
        lines: [...partLines],
      }));
  }
};

const refOf = ({ id, part, vendor, lines }: Part): PartRef => ({
  id,
  part,
  vendor,
  quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
});

/** Step 6: the parts are decided; each is written and sent by itself. */
export const splitCardFile = (step: FileStep & { readonly rule: SplitRule }) =>
  Effect.gen(function* () {
    const parts = partsOf(yield* readApplication(step), step.file, step.rule);
    if (isRefusal(parts)) return yield* Effect.fail(parts);
    const known = new Set((yield* VendorPort).vendors.map(({ code }) => code));
    const unknown = parts.find(({ vendor }) => !known.has(vendor));
    if (unknown !== undefined) {
      return yield* Effect.fail(
        refuse('invalid', 'UnknownVendor', `No vendor has the code ${unknown.vendor}.`, {
          action: `Name one of ${[...known].join(', ')}.`,
        }),
      );
    }
    const file = step.file.sm3;
    yield* askApplication(step, { _tag: 'RecordSplit', file, criterion: step.rule.by, parts: [...parts] });
    const after = yield* readApplication(step);
    return { parts: after.parts.filter((part) => part.cardFile === file).map(refOf) };
  });

/** The rows of one part, in the file's order; nothing is read beyond the last of them. */
const partRows = (step: FileStep, parts: ReadonlyArray<Part>, { id, quantity }: PartRef) => {
  const route = partRouter(parts);
  return rowsOf(step.tenant, step.file, { kind: 'cardMaking' }).pipe(
    Stream.mapConcat((chunk) => chunk),
    Stream.filter((row) => route(row.line) === id),
    Stream.take(quantity),
  );
};

type PartStep = FileStep & { readonly part: PartRef };

export const assignRows = (
  step: Step & { readonly file: FileRef; readonly part: Pick<PartRef, 'id' | 'vendor'> },
  rows: ReadonlyArray<CardRow>,
) =>
  Effect.gen(function* () {
    const caller = yield* callerOf(step);
    const { vendor, id } = step.part;
    const answers = yield* askRows(
      cardActor,
      rows.map(({ iccid }) => ({
        id: { tenant: step.tenant, key: iccid },
        command: { _tag: 'Assign' as const, vendor, part: id },
        envelope: { commandId: `assign/${step.file.sm3}/${id}/${iccid}`, caller },
      })),
    );
    const refused = answers.find((answer) => answer._tag === 'Left');
    if (refused?._tag === 'Left') return yield* Effect.fail(refused.left);
  });

/** The application, as long as its part is not given up: nothing is written for a vendor, or sent to it, after that. */
const readWithPart = (step: PartStep) =>
  Effect.flatMap(readApplication(step), (state) =>
    state.parts.some(({ id, status }) => id === step.part.id && status === 'cancelled')
      ? Effect.fail(refusals.partCancelled())
      : Effect.succeed(state),
  );

/** Gives the part's cards to the vendor and writes the part's file, in one walk through the card-making file. */
export const assignPart = (step: PartStep) =>
  Effect.gen(function* () {
    const state = yield* readWithPart(step);
    const current = yield* CurrentStep;
    const parts = state.parts.filter((part) => part.cardFile === step.file.sm3);
    const done = rowsDone(current.lastHeartbeat);
    const assigned = partRows(step, parts, step.part).pipe(
      Stream.grouped(CHUNK_ROWS),
      Stream.map(Chunk.toReadonlyArray),
      Stream.mapEffect(
        (rows) => (lastOf(rows) <= done ? Effect.succeed(rows) : Effect.as(assignRows(step, rows), rows)),
        { concurrency: CHUNKS_AT_ONCE },
      ),
      Stream.tap((rows) => current.heartbeat({ rows: Math.max(done, lastOf(rows)) })),
    );
    const header = {
      kind: 'vendorPart',
      version: 1,
      sender: OUR_CODE,
      receiver: step.part.vendor,
      application: step.application,
      round: step.round,
      part: step.part.part,
      sequence: 1,
      created: new Date(state.createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      charset: 'UTF-8',
    } as const;
    const labels = { application: step.application, kind: 'vendorPart', part: step.part.id };
    const name = vopFileName(header);
    const rows = Stream.mapConcat(assigned, (chunk) => chunk);
    const file = yield* writeFile(simFile(step.tenant, name, labels), header, rows);
    const fact = { _tag: 'RecordFile', round: step.round, kind: 'vendorPart', file, part: step.part.id } as const;
    yield* askApplication(step, { ...fact, status: 'generated' });
    return { file };
  });

export const sendPart = (step: PartStep) =>
  Effect.gen(function* () {
    yield* readWithPart(step);
    const files = yield* Files;
    const vendors = yield* VendorPort;
    const { file, part, tenant, round } = step;
    const open = (offset: number) => files.open(tenant, file.id, offset);
    const { path } = yield* vendors.uploadPart(part.vendor, { ...file, open });
    const current = yield* CurrentStep;
    yield* askApplication(
      step,
      { _tag: 'RecordFile', round, kind: 'vendorPart', status: 'uploaded', file, part: part.id },
      current.commandIdFor('uploaded'),
    );
    yield* askApplication(step, { _tag: 'RecordPartSent', part: part.id });
    return { path };
  });

/** Cancels cards, and frees the IMSIs of those for which `frees` says so of the card's answer. */
export const cancelRows = (
  step: Reasoned,
  rows: ReadonlyArray<CardRow>,
  fact: string,
  frees: (answer: RowAnswer<CardReply> | undefined) => boolean,
) =>
  Effect.gen(function* () {
    const { tenant, reason } = step;
    const caller = yield* callerOf(step);
    const of = (iccid: string) => ({ commandId: `cancel/${fact}/${iccid}`, caller });
    const answers = yield* askRows(
      cardActor,
      rows.map(({ iccid }) => ({
        id: { tenant, key: iccid },
        command: { _tag: 'Cancel' as const, reason },
        envelope: of(iccid),
      })),
    );
    yield* askRows(
      imsiActor,
      rows
        .filter((row, index) => row.imsi !== '' && frees(answers[index]))
        .map(({ iccid, imsi }) => ({
          id: { tenant, key: imsi },
          command: { _tag: 'Release' as const, iccid: iccidOf(iccid), reason },
          envelope: of(iccid),
        })),
    );
  });

/** Cancels the planned cards of an application that is cancelled, and frees their IMSIs. */
export const cancelCards = (step: Reasoned, state: ApplicationState) =>
  Effect.gen(function* () {
    // Also a file that could only be planned in part: what is not known of it refuses, which is as good.
    const cardFiles = state.files.filter(({ kind }) => kind === 'cardMaking');
    for (const { file } of cardFiles) {
      yield* rowsOf(step.tenant, file, { kind: 'cardMaking' }).pipe(
        Stream.mapEffect((chunk) => cancelRows(step, Chunk.toReadonlyArray(chunk), file.sm3, () => true)),
        Stream.runDrain,
      );
    }
  });

/**
 * Gives up what of a part is not reported: the application decides first, then its cards are cancelled that are neither
 * made nor failed. Said again, or after an attempt that got only so far, it goes on with the reason that was recorded.
 */
export const cancelPart = (step: PartStep & { readonly reason: string }) =>
  Effect.gen(function* () {
    const { id } = step.part;
    yield* askApplication(step, { _tag: 'CancelPart', part: id, reason: step.reason });
    const { parts } = yield* readApplication(step);
    const part = parts.find((each) => each.id === id);
    const recorded = { ...step, reason: part?.reason ?? step.reason };
    const fact = `${step.file.sm3}/${id}`;
    const cancelled = (answer: RowAnswer<CardReply> | undefined): boolean =>
      answer !== undefined && Either.isRight(answer) && answer.right.status === 'cancelled';
    yield* partRows(
      step,
      parts.filter((each) => each.cardFile === step.file.sm3),
      step.part,
    ).pipe(
      Stream.grouped(CHUNK_ROWS),
      Stream.mapEffect((rows) => cancelRows(recorded, Chunk.toReadonlyArray(rows), fact, cancelled), {
        concurrency: CHUNKS_AT_ONCE,
      }),
      Stream.runDrain,
    );
    return { cancelled: part?.lines.reduce((sum, line) => sum + line.cancelled, 0) ?? 0 };
  });
