import { createHash } from 'node:crypto';
import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { fileNameActor, partnerFileActor } from '../../actors/sim/partner-file.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { ApplicationState } from '../../domain/sim/application/schema.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import { fileNameKey, partnerFileKey } from '../../domain/sim/partner-file.ts';
import type { FileRef, FileStatus, PartnerFileCommand } from '../../domain/sim/schema.ts';
import type { FileKind, VopExpectation, VopHeader, VopReport } from '../../domain/sim/vop-file.ts';
import { parseVopFileName } from '../../domain/sim/vop-file-name.ts';
import type { Arrival, FileError, Step } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { readApplication } from './asking.ts';
import { checkFile, contentOf, peekHeader } from './stored-file.ts';

/**
 * A file of the partner on its way from "it lies there" to "it may be acted upon": known by its content, read once to
 * its end, and either fit or quarantined with line and reason. Every file is an actor (`sim.partnerFile`), so however
 * often and under whatever name it is delivered, it is taken into account once.
 */

/** Party codes in the files' headers (docs/partners/vop.md). */
export const OUR_CODE = 'RPS';
export const VOP_CODE = 'VOP';
const PARTNER = 'vop';

/** What VOP publishes for us; vendorPart and application go the other way. */
export const INCOMING = ['validation', 'cardMaking', 'pos', 'posValidation'] as const satisfies ReadonlyArray<FileKind>;
type Incoming = (typeof INCOMING)[number];

export interface FoundProblem {
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export const askFile = (step: Step, file: FileRef, command: PartnerFileCommand, partner = PARTNER) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const { reply } = yield* actors.ask(partnerFileActor, {
      id: { tenant: step.tenant, key: partnerFileKey(partner, file.sm3) },
      command,
      envelope: {
        commandId: current.commandIdFor(command._tag, file.sm3, file.name),
        caller: step.by ?? current.caller,
      },
    });
    return reply;
  });

export const recordProcessed = (step: Step, file: FileRef, partner = PARTNER) =>
  askFile(step, file, { _tag: 'RecordProcessed' }, partner);

/** Keeps the file out, with what is wrong; says the first thing, for the person who looks. */
export const quarantineFile = (
  step: Step,
  file: FileRef,
  kind: FileKind | null,
  problems: ReadonlyArray<FoundProblem>,
  problemCount: number,
  application: string | null = step.application,
  partner = PARTNER,
) =>
  Effect.gen(function* () {
    const kept = problems.slice(0, LIMITS.problems).map(({ line, field, code, message }) => ({
      line,
      code,
      reason: (field === '' ? message : `${field}: ${message}`).slice(0, 500),
    }));
    const count = Math.max(problemCount, kept.length);
    yield* askFile(step, file, { _tag: 'Quarantine', kind, application, problems: kept, problemCount: count }, partner);
    const [first] = kept;
    const error: FileError = first ?? { line: 0, code: 'Unreadable', reason: 'the file cannot be read' };
    return error;
  });

/** The lines that the round's application file held: one given up for want of numbers was never applied for. */
const quantities = (state: ApplicationState, round: number): ReadonlyMap<number, number> =>
  new Map(
    state.lines
      .filter((line) => line.round === round && line.step !== 'cancelled')
      .map((line) => [line.no, line.books.applied]),
  );

/** What the application lets us await of a file with this header. */
const expectationOf = (
  state: ApplicationState,
  name: string,
  { kind, round, part }: VopHeader<Incoming>,
): VopExpectation<Incoming> => {
  const common = { kind, application: state.no, receiver: OUR_CODE, name };
  if (kind === 'validation') return { ...common, sender: VOP_CODE, lines: quantities(state, round) };
  if (kind === 'pos') {
    const found = state.parts.find((each) => each.round === round && each.part === part);
    const lines = new Map(found?.lines.map(({ no, quantity }) => [no, quantity]) ?? []);
    const { receiver: _receiver, ...toVop } = common;
    return { ...toVop, receiver: VOP_CODE, lines, ...(found === undefined ? {} : { sender: found.vendor }) };
  }
  // The lines of a card-making file are checked when it is applied: it may come before the validation file.
  return { ...common, sender: VOP_CODE };
};

const strange = (code: string, field: string, message: string): FoundProblem => ({ line: 1, field, code, message });

/** What the header claims that the application does not know. */
const headerProblem = (
  state: ApplicationState,
  { kind, round, part }: VopHeader<Incoming>,
): FoundProblem | undefined => {
  if (!state.lines.some((line) => line.round === round) && !state.files.some((file) => file.round === round)) {
    return strange('UnknownRound', 'round', 'the application has no such round');
  }
  const aboutPart = kind === 'pos' || kind === 'posValidation';
  const known = state.parts.some((each) => each.round === round && each.part === part);
  return aboutPart && !known ? strange('UnknownPart', 'part', 'the round has no such part') : undefined;
};

const NOTHING_KNOWN = { kind: 'validation', round: 0, part: 0 } as const;

const namedKind = (name: string): Incoming | undefined => {
  const named = parseVopFileName(name);
  return isRefusal(named) ? undefined : INCOMING.find((kind) => kind === named.kind);
};

/** The kind that the first line declares, whatever the name says. */
const headerOf = (step: Step, file: FileRef) => peekHeader(contentOf(step.tenant, file), INCOMING);

const arrivalOf = (
  file: FileRef,
  status: Arrival['status'],
  header: VopHeader<Incoming> | undefined,
  more: { readonly subjectSm3?: string; readonly error?: FileError } = {},
): Arrival => {
  const name = parseVopFileName(file.name);
  const { kind, round, part } = header ?? (isRefusal(name) ? NOTHING_KNOWN : name);
  return {
    partnerFile: partnerFileKey(PARTNER, file.sm3),
    file,
    status,
    kind,
    round,
    part,
    subjectSm3: more.subjectSm3 ?? '',
    ...(more.error === undefined ? {} : { error: more.error }),
  };
};

/** The name may stand for one content only; a second one under it is for a person to decide. */
export const claimFileName = (tenant: TenantId, partner: string, file: FileRef) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const sm3 = (text: string) => createHash('sm3').update(text).digest('hex');
    return yield* actors
      .ask(fileNameActor, {
        id: { tenant, key: fileNameKey(partner, file.name, sm3) },
        command: { _tag: 'Claim', sm3: file.sm3 },
        envelope: { commandId: current.commandIdFor('claim', file.name, file.sm3), caller: current.caller },
      })
      .pipe(
        Effect.as(undefined),
        Effect.catchIf(isRefusal, ({ code, message }) => Effect.succeed({ line: 0, field: 'name', code, message })),
      );
  });

const settleReport = (step: Step, file: FileRef, report: VopReport<Incoming>, header: VopHeader<Incoming>) =>
  Effect.gen(function* () {
    const subjectSm3 = report.summary?.subjectSm3 ?? '';
    const taken = report.ok ? yield* claimFileName(step.tenant, PARTNER, file) : undefined;
    const problems = [...report.errors, ...(taken === undefined ? [] : [taken])];
    if (problems.length > 0) {
      const error = yield* quarantineFile(step, file, header.kind, problems, report.errorCount);
      return arrivalOf(file, 'quarantined', header, { error });
    }
    const { kind } = header;
    yield* askFile(step, file, { _tag: 'RecordParsed', kind, application: step.application, rows: report.rows });
    return arrivalOf(file, 'fit', header, { subjectSm3 });
  });

const discardedOf = (file: FileRef): Arrival => ({ ...arrivalOf(file, 'known', undefined), ...NOTHING_KNOWN });

const ALREADY_READ: ReadonlySet<FileStatus> = new Set(['parsed', 'processed']);

/** What was found when the file was kept out. */
export const firstProblem = (step: Step, file: FileRef, partner = PARTNER) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { state } = yield* actors.read(partnerFileActor, {
      tenant: step.tenant,
      key: partnerFileKey(partner, file.sm3),
    });
    return state?.problems[0];
  });

/** A file seen again: what was fit is still wanted where it has not been used, what was kept out stays out. */
const seenAgain = (step: Step, file: FileRef, header: VopHeader<Incoming> | undefined, status: FileStatus) =>
  Effect.gen(function* () {
    if (status === 'quarantined') {
      // Who looked at it first may have been lost before it could say so.
      const error = yield* firstProblem(step, file);
      return arrivalOf(file, 'quarantined', header, error === undefined ? {} : { error });
    }
    if (header === undefined || !ALREADY_READ.has(status)) return discardedOf(file);
    const report = yield* checkFile(step.tenant, file, { kind: header.kind });
    return arrivalOf(file, 'known', header, { subjectSm3: report.summary?.subjectSm3 ?? '' });
  });

/**
 * Reads a stored file of the partner and says what it is. Files of another application than the step's are quarantined
 * like any other that does not belong here.
 */
export const readPartnerFile = (step: Step, file: FileRef, source: 'poll' | 'hand') =>
  Effect.gen(function* () {
    const received = yield* askFile(step, file, { _tag: 'Receive', name: file.name, ref: file, source });
    const header = yield* headerOf(step, file);
    if (received.status !== 'received') return yield* seenAgain(step, file, header, received.status);
    if (header === undefined) {
      const report = yield* checkFile<Incoming>(step.tenant, file, { kind: namedKind(file.name) ?? 'validation' });
      // One that says nothing and came by itself is nobody's; handed in, it is of the application it was handed in to.
      const whose = source === 'poll' && !file.name.includes(step.application) ? null : step.application;
      const error = yield* quarantineFile(step, file, null, report.errors, report.errorCount, whose);
      return arrivalOf(file, 'quarantined', undefined, { error });
    }
    const state = yield* readApplication(step);
    const problem = headerProblem(state, header);
    if (problem !== undefined && header.application === state.no) {
      const error = yield* quarantineFile(step, file, header.kind, [problem], 1);
      return arrivalOf(file, 'quarantined', header, { error });
    }
    const report = yield* checkFile(step.tenant, file, expectationOf(state, file.name, header));
    return yield* settleReport(step, file, report, header);
  });
