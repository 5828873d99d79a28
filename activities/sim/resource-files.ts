import { stringify } from 'csv-stringify/sync';
import { Clock, Effect, Stream } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { rangeRegistryActor } from '../../actors/sim/number-range.ts';
import { registerRange } from '../../actors/sim/register-range.ts';
import { resourceFileActor } from '../../actors/sim/resource-file.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import { blockContains, type NumberBlock } from '../../domain/sim/number-block.ts';
import { rangeKey } from '../../domain/sim/number-range.ts';
import type { LineFate, ResourcePlan } from '../../domain/sim/resource/line-runs.ts';
import type { FileProblem } from '../../domain/sim/resource/partner-layout.ts';
import { ROW_CODES } from '../../domain/sim/resource/resource-row.ts';
import { RESOURCE_LIMITS, type ResourceFileCommand, type ResourceRange } from '../../domain/sim/resource/schema.ts';
import type { FileRef, NumberType } from '../../domain/sim/schema.ts';
import type { RemoteFile } from '../../partners/transfer.ts';
import { VopPort } from '../../partners/vop/port.ts';
import { Files } from '../../store/files/files.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { ResourceFilesInput, ResourceImportInput } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { claimFileName, OUR_CODE } from './partner-file.ts';
import { ResourceReading } from './resource-reading.ts';
import { contentOf, simFile } from './stored-file.ts';

/**
 * Files of resources on their way from the partner's server, or from a person, into ranges of numbers (seed 000 §6.1).
 * Each is an actor (`sim.resourceFile`), so it is imported once however often it comes; the ranges are planned once and
 * registered under ids that name file and range, so an import that was cut short is repeated without harm.
 */

const SOURCE = 'resource-files';
const PROGRESS_LINES = 100_000;
const REGISTERED_AT_ONCE = 8;
const REPORT_ROWS = 5_000;

const ask = (tenant: TenantId, file: FileRef, command: ResourceFileCommand, ...fact: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const { reply } = yield* actors.ask(resourceFileActor, {
      id: { tenant, key: file.sm3 },
      command,
      envelope: { commandId: current.commandIdFor(command._tag, file.sm3, ...fact), caller: current.caller },
    });
    return reply;
  });

const alertOf = (tenant: TenantId, subject: string, code: string, stage: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    raiseAlert(tenant, { source: SOURCE, subject, level: 'problem', code, stage }, nowMs),
  );

const quarantine = (tenant: TenantId, file: FileRef, problems: ReadonlyArray<FileProblem>, problemCount: number) =>
  Effect.gen(function* () {
    const [first] = problems;
    // Before the quarantine: a crash between the two repeats the alert, where the other order would lose it.
    yield* alertOf(tenant, `file ${file.sm3.slice(0, 12)}`, first?.code ?? 'Unreadable', 'quarantine');
    const kept = problems.slice(0, LIMITS.problems);
    const { status } = yield* ask(tenant, file, { _tag: 'Quarantine', problems: kept, problemCount });
    return { status };
  });

/** Reads the file once to its end; says how far it is every `PROGRESS_LINES`. */
const read = (tenant: TenantId, file: FileRef) =>
  Effect.gen(function* () {
    const current = yield* CurrentStep;
    const reading = new ResourceReading(OUR_CODE, file.name);
    let next = PROGRESS_LINES;
    yield* contentOf(tenant, file).pipe(
      Stream.runForEach((bytes) =>
        Effect.suspend(() => {
          reading.feed(bytes);
          if (reading.lines < next) return Effect.void;
          const lines = reading.lines;
          next = lines + PROGRESS_LINES;
          return current
            .heartbeat({ lines })
            .pipe(Effect.zipRight(ask(tenant, file, { _tag: 'Progress', lines }, String(lines))));
        }),
      ),
    );
    return { report: reading.end(), runs: reading.runs };
  });

/** What the registry holds, without what an earlier attempt has registered for this very file. */
const registeredBeside = (tenant: TenantId, type: NumberType, own: ReadonlyArray<ResourceRange>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const ranges = yield* actors.read(rangeRegistryActor, { tenant, key: type }).pipe(
      Effect.map(({ state }) => state.ranges),
      Effect.catchIf(
        (failure) => isRefusal(failure) && failure.kind === 'missing',
        () => Effect.succeed([]),
      ),
    );
    const mine = new Set(own.map(rangeKey));
    return ranges.filter(({ key }) => !mine.has(key));
  });

/** Registers what was planned; gives the ranges that others took meanwhile. */
const register = (tenant: TenantId, file: FileRef, type: NumberType, ranges: ReadonlyArray<ResourceRange>) =>
  Effect.gen(function* () {
    const { caller, heartbeat } = yield* CurrentStep;
    let done = 0;
    const failed = yield* Effect.forEach(
      ranges,
      (range) =>
        registerRange(
          tenant,
          { type, ...range },
          { commandId: `resource:${file.sm3}:${rangeKey(range)}`, caller },
        ).pipe(
          Effect.as([] as ReadonlyArray<NumberBlock>),
          Effect.catchIf(isRefusal, () => Effect.succeed([range])),
          Effect.tap(() => {
            done += 1;
            return heartbeat({ ranges: done });
          }),
        ),
      { concurrency: REGISTERED_AT_ONCE },
    );
    return failed.flat();
  });

const COLUMNS = ['from_line', 'to_line', 'result', 'code', 'reason', 'first', 'last'];

function* reportOf(
  type: NumberType,
  fates: Iterable<LineFate>,
  failed: ReadonlyArray<NumberBlock>,
): Generator<Uint8Array> {
  const shown = (number: string): string => (type === 'iccid' && number !== '' ? iccidOfBody(number) : number);
  let rows: Array<ReadonlyArray<string | number>> = [COLUMNS];
  for (const { fromLine, toLine, first, last, code: found } of fates) {
    const lost = found === undefined && failed.some((range) => blockContains(range, first));
    const code = lost ? 'NumbersRegistered' : found;
    const [result, reason] = code === undefined ? ['accepted', ''] : ['refused', ROW_CODES[code]];
    rows.push([fromLine, toLine, result, code ?? '', reason, shown(first), shown(last)]);
    if (rows.length < REPORT_ROWS) continue;
    yield Buffer.from(stringify(rows));
    rows = [];
  }
  yield Buffer.from(stringify(rows));
}

/** Lines and numbers of the ranges that could not be registered. */
const lostIn = (plan: ResourcePlan, failed: ReadonlyArray<NumberBlock>): { lines: number; numbers: number } => {
  const lost = { lines: 0, numbers: 0 };
  if (failed.length === 0) return lost;
  for (const { first, last, fromLine, toLine, code } of plan.fates()) {
    if (code !== undefined || !failed.some((range) => blockContains(range, first))) continue;
    lost.lines += toLine - fromLine + 1;
    lost.numbers += Number(BigInt(last) - BigInt(first)) + 1;
  }
  return lost;
};

const settle = (
  { tenant, file }: ResourceImportInput,
  type: NumberType,
  lines: number,
  plan: ResourcePlan,
  registered: number,
  failed: ReadonlyArray<NumberBlock>,
) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const labels = { kind: 'resource-report', subject: file.sm3 };
    const kept = { ...simFile(tenant, `${file.name.slice(0, 180)}.report.csv`, labels), contentType: 'text/csv' };
    const report = yield* files.put(kept, Stream.fromIterable(reportOf(type, plan.fates(), failed)));
    const lost = lostIn(plan, failed);
    const { status } = yield* ask(tenant, file, {
      _tag: 'Finish',
      lines,
      accepted: plan.accepted - lost.lines,
      refused: plan.refused + lost.lines,
      numbers: plan.numbers - lost.numbers,
      ranges: registered,
      report,
    });
    return { status };
  });

const TOO_MANY = {
  line: 0,
  code: 'TooManyRanges',
  reason: `the numbers are in more than ${RESOURCE_LIMITS.ranges} pieces; give ranges, or fewer products and cities`,
};

const importStored = (input: ResourceImportInput) =>
  Effect.gen(function* () {
    const { tenant, file } = input;
    const actors = yield* Actors;
    const { state } = yield* actors.read(resourceFileActor, { tenant, key: file.sm3 });
    if (state === null || (state.status !== 'received' && state.status !== 'planned')) {
      return { status: state?.status ?? 'received' };
    }
    const { report, runs } = yield* read(tenant, file);
    const { type, layout, lines, problems, problemCount } = report;
    if (type === undefined || problems.length > 0) return yield* quarantine(tenant, file, problems, problemCount);
    const plan = runs.plan(yield* registeredBeside(tenant, type, state.ranges));
    if (plan.ranges.length > RESOURCE_LIMITS.ranges) return yield* quarantine(tenant, file, [TOO_MANY], 1);
    if (state.source === 'poll') {
      const taken = yield* claimFileName(tenant, 'resources', file);
      if (taken !== undefined) return yield* quarantine(tenant, file, [{ ...taken, reason: taken.message }], 1);
    }
    const { accepted, refused, numbers, ranges } = plan;
    const counts = { lines, accepted, refused, numbers };
    // What an earlier attempt has planned stays: some of it may be registered.
    const planned =
      state.status === 'planned' ? state : yield* ask(tenant, file, { _tag: 'Plan', type, layout, ...counts, ranges });
    const failed = yield* register(tenant, file, type, planned.ranges);
    return yield* settle(input, type, lines, plan, planned.ranges.length - failed.length, failed);
  });

/**
 * Imports a stored file: reads it, plans its ranges, registers them, writes the report. One that is done, quarantined
 * or discarded stays as it is. What refuses to go on is told to a person: nobody waits for this step.
 */
export const importResourceFile = (input: ResourceImportInput) =>
  importStored(input).pipe(
    Effect.tapError((failure) =>
      isRefusal(failure)
        ? alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, failure.code, 'import')
        : Effect.void,
    ),
  );

/** Whatever becomes of one file, the others are looked at. */
const takeOne = (tenant: TenantId, remote: RemoteFile) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const files = yield* Files;
    const file = yield* files.put(simFile(tenant, remote.name, { kind: 'resource' }), vop.download(remote));
    const { status } = yield* ask(
      tenant,
      file,
      { _tag: 'Receive', name: file.name, ref: file, source: 'poll' },
      remote.name,
    );
    return { remote, file, open: status === 'received' || status === 'planned' };
  }).pipe(
    Effect.map((taken) => [taken]),
    Effect.catchIf(isRefusal, ({ code }) =>
      code === 'RemoteFileMissing' ? Effect.succeed([]) : Effect.as(alertOf(tenant, 'vop', code, 'polling'), []),
    ),
  );

/**
 * Looks once at the partner's directory of resources: stores what lies there, and moves what has come before into the
 * archive. What is new stays until it has been imported (`archiveResourceFile`), so that it cannot be lost in between.
 */
export const takeResourceFiles = ({ tenant }: ResourceFilesInput) =>
  Effect.gen(function* () {
    const vop = yield* VopPort;
    const remotes = yield* vop.resources;
    const taken = (yield* Effect.forEach(remotes, (remote) => takeOne(tenant, remote))).flat();
    yield* Effect.forEach(
      taken.filter(({ open }) => !open),
      ({ remote }) => archive(remote),
    );
    return {
      seen: remotes.length,
      files: taken.filter(({ open }) => open).map(({ remote, file }) => ({ remote, file })),
    };
  });

const archive = (remote: RemoteFile): Effect.Effect<null, Refusal | Fault, VopPort> =>
  Effect.flatMap(VopPort, (vop) => vop.acknowledge(remote)).pipe(
    Effect.as(null),
    // Somebody else has moved it.
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
      () => Effect.succeed(null),
    ),
  );

export const archiveResourceFile = ({ remote }: ResourceFilesInput & { readonly remote: RemoteFile }) =>
  archive(remote);
