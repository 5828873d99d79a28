import { Clock, Effect, Stream } from 'effect';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { ApplicationState, Line } from '../../domain/sim/application/schema.ts';
import { joinBlocks, type NumberBlock } from '../../domain/sim/number-block.ts';
import type { FileRef, NumberType } from '../../domain/sim/schema.ts';
import { FILE_KINDS, type FileKind } from '../../domain/sim/vop-file.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import { type OutboxFile, VopPort } from '../../partners/vop/port.ts';
import { Files } from '../../store/files/files.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { FileStep, RoundStep, Step } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askApplication, readApplication } from './asking.ts';
import { INCOMING, OUR_CODE, readPartnerFile, VOP_CODE } from './partner-file.ts';
import { peekHeader, simFile, writeFile } from './stored-file.ts';

/** Steps that exchange files with the base operator: the application file out, its answers in (seed 000 §5.1). */

/** Blocks of several ranges, in the order of the numbers. */
const blocksOf = (line: Line, type: NumberType): ReadonlyArray<NumberBlock> =>
  joinBlocks(line[type].map(({ first, last }) => ({ first, last })));

const generated = (state: ApplicationState, round: number): FileRef | undefined =>
  state.files.find((file) => file.kind === 'application' && file.round === round)?.file;

/** Step 3. Once generated, a round's file stays as it is: what VOP may have got must not change. */
export const generateApplicationFile = (step: RoundStep & { readonly atMs: number }) =>
  Effect.gen(function* () {
    const state = yield* readApplication(step);
    const before = generated(state, step.round);
    if (before !== undefined) return { file: before };
    const header = {
      kind: 'application',
      version: 1,
      sender: OUR_CODE,
      receiver: VOP_CODE,
      application: state.no,
      round: step.round,
      part: 0,
      sequence: 1,
      created: new Date(step.atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      charset: 'GB18030',
    } as const;
    const rows = state.lines
      .filter((line) => line.round === step.round && line.step === 'generating')
      .map((line) => ({
        line: line.no,
        cardType: line.cardType,
        product: line.product,
        city: line.city,
        quantity: line.books.open,
        iccidBlocks: blocksOf(line, 'iccid'),
        imsiBlocks: blocksOf(line, 'imsi'),
        remark: '',
      }));
    const labels = { application: state.no, kind: 'application' };
    const stored = simFile(step.tenant, vopFileName(header), labels);
    const file = yield* writeFile(stored, header, Stream.fromIterable(rows));
    yield* askApplication(step, {
      _tag: 'RecordFile',
      round: step.round,
      kind: 'application',
      status: 'generated',
      file,
      part: null,
    });
    return { file };
  });

/** Step 4. */
export const uploadApplicationFile = (step: FileStep) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const vop = yield* VopPort;
    const { file, round, tenant } = step;
    const { path } = yield* vop.uploadApplication({ ...file, open: (offset) => files.open(tenant, file.id, offset) });
    yield* askApplication(step, {
      _tag: 'RecordFile',
      round,
      kind: 'application',
      status: 'uploaded',
      file,
      part: null,
    });
    return { path };
  });

/**
 * Whether the step's application has to do with a file: by its name, else by its header. A file that says nothing of
 * anybody is everybody's, so that it is not overlooked (decision 0090).
 */
const isOurs = (step: Step, remote: OutboxFile) =>
  Effect.gen(function* () {
    if (remote.application === step.application || remote.name.includes(step.application)) return true;
    const vop = yield* VopPort;
    const header = yield* peekHeader<FileKind, Refusal | Fault, never>(vop.download(remote), FILE_KINDS);
    return header === undefined || header.application === step.application;
  });

const alertOf = (step: Step, subject: string, code: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    raiseAlert(step.tenant, { source: 'card-making', subject, level: 'problem', code, stage: 'polling' }, nowMs),
  );

/** A file is stored raw before it is read. */
const takeRemote = (step: Step, remote: OutboxFile) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const files = yield* Files;
    const current = yield* CurrentStep;
    if (!(yield* isOurs(step, remote))) return [];
    const labels = { application: step.application, kind: remote.kind ?? 'unknown' };
    const file = yield* files.put(simFile(step.tenant, remote.name, labels), vop.download(remote));
    const arrival = yield* readPartnerFile(step, file, 'poll');
    yield* current.heartbeat({ taken: remote.name });
    if (arrival.round > 0 || remote.name.includes(step.application)) return [arrival];
    // Nobody's: staff hear of it, and no application waits for what is done about it.
    yield* alertOf(step, `file ${file.sm3.slice(0, 12)}`, arrival.error?.code ?? 'Unreadable');
    return [];
  }).pipe(
    // One file that is gone again, or that cannot be taken, must not keep the others from being looked at.
    Effect.catchIf(isRefusal, ({ code }) =>
      code === 'RemoteFileMissing' ? Effect.succeed([]) : Effect.as(alertOf(step, step.application, code), []),
    ),
  );

/** Steps 5 and 9: looks once, takes what is new about the application. */
export const pollPartner = (step: Step & { readonly cursor: string | null }) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const page = yield* vop.poll({ application: step.application, kinds: INCOMING }, step.cursor ?? undefined);
    const arrivals = yield* Effect.forEach(page.files, (remote) => takeRemote(step, remote));
    return { cursor: page.cursor, arrivals: arrivals.flat() };
  });

export const readFile = (step: Step & { readonly file: FileRef }) => readPartnerFile(step, step.file, 'hand');
