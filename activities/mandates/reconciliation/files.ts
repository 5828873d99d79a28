import { Clock, Effect, Stream } from 'effect';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import {
  type FileHeader,
  headerProblem,
  kindOf,
  OUR_CODE,
  openFile,
  parseFileName,
} from '../../../domain/mandates/reconciliation/file.ts';
import { MAX_PROBLEMS, runKey } from '../../../domain/mandates/reconciliation/run.ts';
import type { FileRef, Problem, Scope } from '../../../domain/mandates/reconciliation/schema.ts';
import { FramedRows } from '../../../domain/matching/frame.ts';
import type { RowError } from '../../../domain/matching/row-reader.ts';
import { MandateFilesPort } from '../../../partners/mandate-files/port.ts';
import type { RemoteFile } from '../../../partners/transfer.ts';
import { Files } from '../../../store/files/files.ts';
import { raiseAlert } from '../../../store/operations/alerts.ts';
import type { RunStep } from '../../../workflows/mandates/reconciliation/contract.ts';
import { askRun, mandateFile, readRun } from './asking.ts';

/**
 * A partner's file on its way from "it lies there" to "it counts": stored, read once to its end, and either fit or kept
 * out with what is wrong. A name brings it to its run; the header decides whether it belongs there.
 */

const SOURCE = 'mandates-reconciliation';

export const alertOf = ({ tenant, scope }: RunStep, code: string, stage: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    raiseAlert(tenant, { source: SOURCE, subject: runKey(scope), level: 'problem', code, stage }, nowMs),
  );

const problemOf = ({ line, field, code, message }: RowError): Problem => ({ line, field, code, reason: message });

const awaitedOf = (scope: Scope): Omit<FileHeader, 'sequence'> => ({
  kind: kindOf(scope),
  sender: scope.partner,
  receiver: OUR_CODE,
  period: scope.period,
});

/** What is wrong with a stored file as a whole; lines that cannot be read are differences, later. */
export const problemsOf = (step: Pick<RunStep, 'tenant'>, file: FileRef, awaited: Omit<FileHeader, 'sequence'>) =>
  Effect.gen(function* () {
    const files = yield* Files;
    let head = Buffer.alloc(0);
    let framed: FramedRows | undefined;
    let wrong: RowError | undefined;
    const begin = (): void => {
      const opened = openFile(head);
      wrong = 'code' in opened ? opened : headerProblem(opened.header, awaited, file.name);
      if (!('code' in opened)) {
        framed = new FramedRows(opened.frame, { row: () => undefined, unreadable: () => undefined });
        framed.feed(head);
      }
    };
    yield* files.open(step.tenant, file.id).pipe(
      Stream.runForEach((chunk) =>
        Effect.sync(() => {
          if (framed !== undefined) return framed.feed(chunk);
          if (wrong !== undefined) return undefined;
          head = Buffer.concat([head, chunk]);
          return head.includes(0x0a) || head.length > 4_096 ? begin() : undefined;
        }),
      ),
    );
    if (framed === undefined && wrong === undefined) begin();
    const whole = framed?.end().problems ?? [];
    return [...(wrong === undefined ? [] : [wrong]), ...whole].map(problemOf);
  });

/** Reads a file that has been received; says whether it counts now. */
const judge = (step: RunStep, file: FileRef) =>
  Effect.gen(function* () {
    const problems = yield* problemsOf(step, file, awaitedOf(step.scope));
    if (problems.length === 0) {
      const { file: status } = yield* askRun(step, { _tag: 'Accept', sm3: file.sm3 }, file.sm3);
      if (status === 'quarantined') yield* alertOf(step, 'OtherContent', 'quarantine');
      return;
    }
    // Before the quarantine: a crash between the two repeats the alert, where the other order would lose it.
    yield* alertOf(step, problems[0]?.code ?? 'Unreadable', 'quarantine');
    const kept = problems.slice(0, MAX_PROBLEMS);
    yield* askRun(step, { _tag: 'Quarantine', sm3: file.sm3, problems: kept, problemCount: problems.length }, file.sm3);
  });

const receive = (step: RunStep, file: FileRef, source: 'poll' | 'hand') =>
  Effect.gen(function* () {
    const { file: status } = yield* askRun(step, { _tag: 'Receive', ref: file, source }, file.sm3, file.name);
    if (status === 'received') yield* judge(step, file);
  });

/** Of this run and of these kinds, by their names. */
export const remoteFiles = (step: RunStep, kind: FileHeader['kind']) =>
  Effect.gen(function* () {
    const port = yield* MandateFilesPort;
    const { partner, period } = step.scope;
    const known = port.partners.some(({ code }) => code === partner);
    const remotes = known ? yield* port.list(partner) : [];
    return remotes.filter(({ name }) => {
      const said = parseFileName(name);
      return said !== undefined && said.kind === kind && said.sender === partner && said.period === period;
    });
  });

export const fetchRemote = (step: RunStep, remote: RemoteFile) =>
  Effect.gen(function* () {
    const port = yield* MandateFilesPort;
    const files = yield* Files;
    const { partner } = step.scope;
    return yield* files.put(mandateFile(step.tenant, remote.name, runKey(step.scope)), port.download(partner, remote));
  });

/** Somebody else may have moved it. */
export const archive = (step: RunStep, remote: RemoteFile) =>
  Effect.flatMap(MandateFilesPort, (port) => port.acknowledge(step.scope.partner, remote)).pipe(
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
      () => Effect.void,
    ),
  );

/** One look: what the partner has put out, what was handed in, what a person has released. */
export const takeReconciliationFile = (step: RunStep & { readonly file?: FileRef }) =>
  Effect.gen(function* () {
    for (const remote of yield* remoteFiles(step, kindOf(step.scope))) {
      yield* receive(step, yield* fetchRemote(step, remote), 'poll');
      yield* archive(step, remote);
    }
    if (step.file !== undefined) yield* receive(step, step.file, 'hand');
    for (const { status, ref } of (yield* readRun(step)).files) if (status === 'received') yield* judge(step, ref);
    const { files } = yield* readRun(step);
    return { status: files.some(({ status }) => status === 'counts') ? ('counts' as const) : ('none' as const) };
  });
