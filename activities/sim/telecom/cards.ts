import { Chunk, Effect, Either, Stream } from 'effect';
import { cardActor } from '../../../actors/sim/card.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { isIccid } from '../../../domain/sim/iccid.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import { telecomRefusals } from '../../../domain/sim/telecom/application/refusals.ts';
import type { TelecomState } from '../../../domain/sim/telecom/application/schema.ts';
import type { CardRow, NewRow, PosRow } from '../../../domain/sim/vop-file.ts';
import { vopFileName } from '../../../domain/sim/vop-file-name.ts';
import type { RemoteFile } from '../../../partners/transfer.ts';
import { VendorPort } from '../../../partners/vendor/port.ts';
import { Files } from '../../../store/files/files.ts';
import type { Reasoned, Step } from '../../../workflows/sim/contract.ts';
import type { FailedCard } from '../../../workflows/sim/telecom/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { askRows, callerOf } from '../asking.ts';
import { assignRows, cancelRows, lastOf, planCards } from '../card-file.ts';
import { OUR_CODE, quarantineFile, recordProcessed } from '../partner-file.ts';
import { CHUNKS_AT_ONCE, checkFile, rowsOf, simFile, writeFile } from '../stored-file.ts';
import { reasonOf } from '../verdicts.ts';
import { askTelecom, readTelecom, replyNow, TELECOM, TELECOM_CODE } from './asking.ts';
import { readTelecomFile } from './file.ts';

/**
 * Steps on the cards of Telecom's result file (seed 000 §5.2 step 3): each row becomes a card, the file goes to the
 * vendor, and the vendor's report says which were made. Rows go through in chunks; each row's command id comes from the
 * file's hash, so reading a file again asks nothing new.
 */

/** The whole file is one part: Telecom's cards go to one vendor. */
const PART = '1.1';

type FileOfStep = Step & { readonly file: FileRef };

const cardRows = (step: Step, file: FileRef) =>
  rowsOf(step.tenant, file, { kind: 'cardMaking' }).pipe(Stream.map(Chunk.toReadonlyArray));

/** A card that is known otherwise keeps the file out: nothing of it counts in the books. */
export const telecomApplyResult = (step: FileOfStep) =>
  Effect.gen(function* () {
    const { result } = yield* readTelecom(step);
    if (result !== null && result.sm3 !== step.file.sm3) return yield* Effect.fail(telecomRefusals.resultKnown());
    const { lines, problem } = yield* planCards(step, rowsOf(step.tenant, step.file, { kind: 'cardMaking' }));
    if (problem !== undefined) {
      const quarantined = yield* quarantineFile(step, step.file, 'cardMaking', [problem], 1, step.application, TELECOM);
      return { quarantined, reply: yield* replyNow(step) };
    }
    const reply = yield* askTelecom(step, { _tag: 'RecordResult', file: step.file, lines }, `result/${step.file.sm3}`);
    yield* recordProcessed(step, step.file, TELECOM);
    return { quarantined: null, reply };
  });

export const telecomChooseVendor = (step: Step & { readonly vendor: string }) =>
  Effect.gen(function* () {
    const { vendors } = yield* VendorPort;
    if (!vendors.some(({ code }) => code === step.vendor)) {
      return yield* Effect.fail(
        refuse('missing', 'UnknownVendor', 'No vendor of this code is configured.', {
          field: 'vendor',
          action: `Name one of ${vendors.map(({ code }) => code).join(', ')}.`,
        }),
      );
    }
    return yield* askTelecom(step, { _tag: 'ChooseVendor', vendor: step.vendor });
  });

const headerOf = (state: TelecomState, created: number) =>
  ({
    version: 1,
    application: state.no,
    round: 1,
    part: 1,
    sequence: 1,
    created: new Date(created).toISOString().replace(/\.\d+Z$/, 'Z'),
  }) as const;

/** The vendor's file; Telecom is its sender, so the vendor reports to us. */
const writePart = (step: Step, state: TelecomState, result: FileRef) => {
  const { vendor } = state;
  const header = {
    ...headerOf(state, state.createdAtMs),
    kind: 'vendorPart',
    sender: TELECOM_CODE,
    receiver: vendor,
    charset: 'UTF-8',
  } as const;
  const labels = { application: state.no, kind: 'vendorPart', part: PART };
  const rows = cardRows(step, result).pipe(Stream.mapConcat((chunk: ReadonlyArray<CardRow>) => chunk));
  return writeFile(simFile(step.tenant, vopFileName(header), labels), header, rows);
};

const assignCards = (step: Step, vendor: string, result: FileRef) =>
  Effect.gen(function* () {
    const current = yield* CurrentStep;
    yield* cardRows(step, result).pipe(
      Stream.mapEffect(
        (rows) => Effect.as(assignRows({ ...step, file: result, part: { id: PART, vendor } }, rows), lastOf(rows)),
        { concurrency: CHUNKS_AT_ONCE },
      ),
      Stream.runForEach((rows) => current.heartbeat({ rows })),
    );
  });

/**
 * The file goes to the vendor, then the application knows it, then the cards: so another vendor can be chosen as long as
 * the first one's server does not take the file, and no card is bound to a vendor that has nothing.
 */
export const telecomHandOver = (step: Step) =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const { result, vendor } = state;
    if (result === null) return yield* Effect.fail(telecomRefusals.noResult());
    if (state.handedOver === null) {
      const files = yield* Files;
      const vendors = yield* VendorPort;
      const file = yield* writePart(step, state, result);
      yield* vendors.uploadPart(vendor, { ...file, open: (offset) => files.open(step.tenant, file.id, offset) });
      yield* askTelecom(step, { _tag: 'RecordHandedOver', vendor, file }, `handover/${vendor}/${file.sm3}`);
    }
    yield* assignCards(step, vendor, result);
    return yield* replyNow(step);
  });

/** Reports of the vendor that lie on its server and were not seen yet. The cursor names what was. */
const MAX_SEEN = 200;
const markOf = ({ name, bytes, modifiedMs }: RemoteFile): string => `${name}:${bytes}:${modifiedMs}`;

export const telecomReports = (step: Step & { readonly cursor: string | null }) =>
  Effect.gen(function* () {
    const { vendor, handedOver } = yield* readTelecom(step);
    if (handedOver === null) return { cursor: step.cursor, arrivals: [] };
    const vendors = yield* VendorPort;
    const files = yield* Files;
    const seen: ReadonlyArray<string> = step.cursor === null ? [] : JSON.parse(step.cursor);
    const listed = yield* vendors.reports(vendor);
    const fresh = listed.filter((file) => file.name.includes(step.application) && !seen.includes(markOf(file)));
    const arrivals = yield* Effect.forEach(fresh, (remote) =>
      Effect.gen(function* () {
        const kept = simFile(step.tenant, remote.name, { application: step.application, kind: 'pos' });
        return yield* readTelecomFile(step, yield* files.put(kept, vendors.downloadReport(vendor, remote)), 'poll');
      }),
    );
    return { cursor: JSON.stringify([...seen, ...fresh.map(markOf)].slice(-MAX_SEEN)), arrivals };
  });

const MAX_NAMED = 10_000;

/** A report as the vendor would write it, from what staff say: every card made but those that they name. */
export const telecomConfirm = (step: Step & { readonly failed: ReadonlyArray<FailedCard> }) =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const { result, vendor } = state;
    if (result === null || state.handedOver === null) return yield* Effect.fail(telecomRefusals.notHandedOver());
    const failed = new Map(step.failed.slice(0, MAX_NAMED).map(({ iccid, reason }) => [iccid, reason]));
    const left = new Set(failed.keys());
    const reported = ({ line, iccid }: CardRow): NewRow<'pos'> => {
      const reason = failed.get(iccid);
      left.delete(iccid);
      return reason === undefined
        ? { line, iccid, result: 'made', code: '', reason: '' }
        : { line, iccid, result: 'failed', code: 'HAND', reason };
    };
    const header = {
      ...headerOf(state, state.createdAtMs),
      kind: 'pos',
      sender: vendor,
      receiver: OUR_CODE,
      // Its own number: the name of the vendor's report stays free for it.
      sequence: 99,
      charset: 'UTF-8',
    } as const;
    const rows = cardRows(step, result).pipe(Stream.mapConcat((chunk) => chunk.map(reported)));
    const labels = { application: state.no, kind: 'pos', source: 'staff' };
    const file = yield* writeFile(simFile(step.tenant, vopFileName(header), labels), header, rows);
    const [stray] = left;
    if (stray !== undefined) {
      return yield* Effect.fail(
        refuse('invalid', 'UnknownCard', 'A card that is named is not in the result file.', {
          field: 'failed',
          action: isIccid(stray) ? 'Look the cards of the application up.' : 'Name cards by their whole ICCID.',
        }),
      );
    }
    return yield* readTelecomFile(step, file, 'hand');
  });

/** Nobody confirms Telecom's cards after the vendor: its report takes them into stock. */
const takeIntoStock = (step: FileOfStep, iccids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const caller = yield* callerOf(step);
    const posValidationFile = step.file.sm3;
    const command = { _tag: 'Confirm', result: 'accepted', reason: null, posValidationFile } as const;
    const answers = yield* askRows(
      cardActor,
      iccids.map((iccid) => ({
        id: { tenant: step.tenant, key: iccid },
        command,
        envelope: { commandId: `stock/${step.file.sm3}/${iccid}`, caller },
      })),
    );
    for (const answer of answers) yield* answer;
  });

const produceRows = (step: FileOfStep, vendor: string, rows: ReadonlyArray<PosRow>) =>
  Effect.gen(function* () {
    const caller = yield* callerOf(step);
    const answers = yield* askRows(
      cardActor,
      rows.map(({ iccid, result, code, reason }) => ({
        id: { tenant: step.tenant, key: iccid },
        command: {
          _tag: 'Produce' as const,
          vendor,
          result,
          reason: result === 'made' ? null : reasonOf(reason === '' ? code : reason),
          posFile: step.file.sm3,
        },
        envelope: { commandId: `pos/${step.file.sm3}/${iccid}`, caller },
      })),
    );
    const counts = new Map<number, { made: number; failed: number }>();
    let unknown = 0;
    let duplicate = 0;
    const made: string[] = [];
    for (const [index, { line, iccid, result }] of rows.entries()) {
      const answer = answers[index];
      // A card of another application is not this one's, whatever its row says.
      const mine = answer !== undefined && Either.isRight(answer) && answer.right.application === step.application;
      if (mine && result === 'made') made.push(iccid);
      if (!mine) unknown += 1;
      else if (!answer.right.changed) duplicate += 1;
      else {
        const count = counts.get(line) ?? { made: 0, failed: 0 };
        count[result] += 1;
        counts.set(line, count);
      }
    }
    yield* takeIntoStock(step, made);
    return { counts: [...counts].map(([no, count]) => ({ no, ...count })), unknown, duplicate };
  });

/** Counts the vendor's report; chunks that are counted already are passed over. */
export const telecomApplyReport = (step: FileOfStep) =>
  Effect.gen(function* () {
    const current = yield* CurrentStep;
    const { vendor, reports } = yield* readTelecom(step);
    const before = reports.find(({ sm3 }) => sm3 === step.file.sm3);
    const { rows: total } = yield* checkFile(step.tenant, step.file, { kind: 'pos' });
    yield* rowsOf(step.tenant, step.file, { kind: 'pos' }).pipe(
      Stream.map(Chunk.toReadonlyArray),
      Stream.zipWithIndex,
      Stream.filter(([, chunk]) => chunk >= (before?.nextChunk ?? 0)),
      Stream.mapEffect(
        ([rows, chunk]) =>
          Effect.map(produceRows(step, vendor, rows), (counted) => ({ counted, chunk, last: rows.at(-1)?.seq })),
        { concurrency: CHUNKS_AT_ONCE },
      ),
      Stream.runForEach(({ counted, chunk, last }) =>
        Effect.zipRight(
          askTelecom(
            step,
            { _tag: 'PostProduction', file: step.file.sm3, chunk, last: last === total, ...counted },
            `production/${step.file.sm3}/${chunk}`,
          ),
          current.heartbeat({ rows: last ?? 0 }),
        ),
      ),
    );
    yield* recordProcessed(step, step.file, vendor);
    return yield* replyNow(step);
  });

/** Cancels the cards of the result file that are neither made nor failed. */
const cancelCards = (step: Reasoned, file: FileRef) =>
  rowsOf(step.tenant, file, { kind: 'cardMaking' }).pipe(
    Stream.map(Chunk.toReadonlyArray),
    Stream.mapEffect((rows) => cancelRows(step, rows, file.sm3, () => false), { concurrency: CHUNKS_AT_ONCE }),
    Stream.runDrain,
  );

/** The application decides first; said again, it goes on with the reason that was recorded. */
export const telecomGiveUp = (step: Reasoned) =>
  Effect.gen(function* () {
    const reply = yield* askTelecom(step, { _tag: 'GiveUp', reason: step.reason });
    const { result, reason } = yield* readTelecom(step);
    if (result !== null) yield* cancelCards({ ...step, reason: reason ?? step.reason }, result);
    return reply;
  });

/** Refused once the vendor has the file; nothing is cancelled then. */
export const telecomCancel = (step: Reasoned) =>
  Effect.gen(function* () {
    const reply = yield* askTelecom(step, { _tag: 'Cancel', reason: step.reason });
    const { result } = yield* readTelecom(step);
    if (result !== null) yield* cancelCards(step, result);
    return reply;
  });

export const telecomComplete = (step: Step) => askTelecom(step, { _tag: 'Complete' });
export const telecomPause = (step: Reasoned) => askTelecom(step, { _tag: 'Pause', reason: step.reason });
export const telecomResume = (step: Step) => askTelecom(step, { _tag: 'Resume' });
