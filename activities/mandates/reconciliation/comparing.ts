import { join } from 'node:path';
import { Chunk, Effect, Stream } from 'effect';
import { differenceActor, reconciliationActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { type Fault, isFault, isRefusal } from '../../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { isMsisdn } from '../../../domain/mandates/identifiers.ts';
import { differenceKey } from '../../../domain/mandates/reconciliation/difference.ts';
import {
  boundsOf,
  cellsOfRow,
  imbalancesOf,
  isDay,
  kindOf,
  OUR_CODE,
  wallTime,
} from '../../../domain/mandates/reconciliation/file.ts';
import { MandateFileWriter } from '../../../domain/mandates/reconciliation/file-writer.ts';
import { runKey, runRefusals } from '../../../domain/mandates/reconciliation/run.ts';
import type { Compared, FileRef, Found, Scope } from '../../../domain/mandates/reconciliation/schema.ts';
import { Files } from '../../../store/files/files.ts';
import { KeyRing } from '../../../store/keys/key-ring.ts';
import {
  type ComparedFiles,
  compareFiles,
  type DifferenceFound,
  oursName,
  writeCarried,
} from '../../../store/mandates/compare-files.ts';
import { numberKey } from '../../../store/mandates/number-key.ts';
import { balanceOfRelations, extractRelations } from '../../../store/mandates/relations-extract.ts';
import type { RunStep } from '../../../workflows/mandates/reconciliation/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { fromDisk, onDisk, scratch, toDisk } from '../../on-disk.ts';
import { askRun, mandateFile, readRun } from './asking.ts';
import { correctByBank } from './correcting.ts';
import { alertOf } from './files.ts';
import { writeErrorFile } from './province.ts';
import { ReconciliationRules } from './rules.ts';
import { differencesOf, settle } from './settling.ts';

/**
 * Compares the file that counts with our own of the same period, and makes a difference of its own of each line of the
 * report. Done again, it finds the same: our extract is made once for each file that counts.
 */

const ROWS_AT_ONCE = 1_000;
const ASKED_AT_ONCE = 500;

/** The period before, and the one before a day is a day. */
const before = (scope: Scope): Scope => {
  const { fromMs } = boundsOf(scope.period);
  return { ...scope, period: wallTime(fromMs - 1).slice(0, scope.period.length) };
};

/** What the earlier run has compared; null: there was none. */
const earlier = (step: RunStep) =>
  Effect.flatMap(Actors, (actors) =>
    actors.read(reconciliationActor, { tenant: step.tenant, key: runKey(before(step.scope)) }).pipe(
      Effect.map(({ state }) => state?.compared ?? null),
      Effect.catchIf(
        (failure) => isRefusal(failure) && failure.kind === 'missing',
        () => Effect.succeed(null),
      ),
    ),
  );

/** Our file of the period, as it is now. */
const extract = (step: RunStep) =>
  Effect.gen(function* () {
    const { tenant, scope } = step;
    const files = yield* Files;
    const services = yield* Effect.context<Stream.Stream.Context<ReturnType<typeof extractRelations>>>();
    const balance = yield* balanceOfRelations(tenant, scope);
    const { partner, period } = scope;
    const header = { kind: kindOf(scope), sender: OUR_CODE, receiver: partner, period, sequence: 1 };
    const writer = new MandateFileWriter(header, 'UTF-8');
    const rows = extractRelations(tenant, scope).pipe(
      Stream.grouped(ROWS_AT_ONCE),
      Stream.map((chunk) => writer.rows(Chunk.toReadonlyArray(chunk).map(cellsOfRow))),
      Stream.provideContext(services),
    );
    const tail = Stream.suspend(() => Stream.make(writer.tail({ ...balance })));
    const content = Stream.concat(Stream.make(writer.head()), Stream.concat(rows, tail));
    return yield* files.put(mandateFile(tenant, oursName(scope), runKey(scope)), content);
  });

const keepAs = (step: RunStep, path: string, name: string) =>
  fromDisk(mandateFile(step.tenant, name, runKey(step.scope)), path);

const withNumber = (step: RunStep, found: DifferenceFound): Effect.Effect<Found, Fault, KeyRing> =>
  Effect.gen(function* () {
    const number = (found.there ?? found.here)?.number;
    const run = runKey(step.scope);
    if (number === undefined || !isMsisdn(number)) return { ...found, run, numberKey: null };
    const key = numberKey(yield* KeyRing, step.tenant, number);
    return isFault(key) ? yield* Effect.fail(key) : { ...found, run, numberKey: key };
  });

/** Each difference once, however often the run is repeated. */
const record = (step: RunStep, differences: ReadonlyArray<DifferenceFound>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, heartbeat } = yield* CurrentStep;
    for (let from = 0; from < differences.length; from += ASKED_AT_ONCE) {
      const found = yield* Effect.forEach(differences.slice(from, from + ASKED_AT_ONCE), (one) =>
        withNumber(step, one),
      );
      const answers = yield* actors.askMany(
        differenceActor,
        found.map((one) => ({
          id: { tenant: step.tenant, key: differenceKey(one) },
          command: { _tag: 'Record' as const, ...one },
          envelope: { commandId: `reconciliation:${sm3Hex(canonicalJson(one))}`, caller },
        })),
      );
      for (const answer of answers) if (answer._tag === 'Left') return yield* Effect.fail(answer.left);
      yield* heartbeat({ recorded: from + found.length });
    }
    return undefined;
  });

const carriedOf = (step: RunStep, path: string, compared: ComparedFiles, side: 'here' | 'there') =>
  Effect.gen(function* () {
    const written = yield* onDisk('writing a file', () => writeCarried(path, compared, side));
    return written ? yield* keepAs(step, path, `carried-${side}-${runKey(step.scope)}.txt`) : null;
  });

const comparedOnDisk = (step: RunStep, file: FileRef, unbalanced: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const { tenant, scope } = step;
    const directory = yield* scratch('hufu-reconciliation-');
    const at = (name: string) => join(directory, name);
    const last = yield* earlier(step);
    const ours = (yield* readRun(step)).compared?.ours ?? (yield* extract(step));
    const carried = (ref: FileRef | null | undefined, name: string) =>
      ref && isDay(scope.period) ? toDisk(tenant, ref, at(name)) : Effect.succeed(undefined);
    const { rules, digest } = yield* ReconciliationRules;
    const job = {
      ours: yield* toDisk(tenant, ours, at('ours')),
      theirs: yield* toDisk(tenant, file, at('theirs')),
      carriedHere: yield* carried(last?.carriedHere, 'carried-here'),
      carriedThere: yield* carried(last?.carriedThere, 'carried-there'),
      rules,
      unbalanced,
      scratch: directory,
      report: at('report'),
    };
    const compared = yield* onDisk('comparing files', () => compareFiles(job));
    // The file was read to its end when it came, and ours is our own: a bug.
    if ('side' in compared) return yield* Effect.dieMessage(`${compared.side}: ${compared.problems[0]?.code}`);
    const stored: Compared = {
      ours,
      report: yield* keepAs(step, job.report, `report-${runKey(scope)}.txt`),
      counts: compared.counts,
      differences: compared.total,
      carriedHere: yield* carriedOf(step, at('next-here'), compared, 'here'),
      carriedThere: yield* carriedOf(step, at('next-there'), compared, 'there'),
      balanceHere: compared.balanceHere,
      balanceThere: compared.balanceThere,
      imbalances: [
        ...imbalancesOf('Ours', compared.balanceHere, last?.balanceHere.closing),
        ...imbalancesOf('Theirs', compared.balanceThere, last?.balanceThere.closing),
      ],
      rules: digest,
    };
    return { stored, compared, most: rules.most };
  });

export const compareReconciliation = (step: RunStep & { readonly unbalanced: ReadonlyArray<string> }) =>
  Effect.scoped(
    Effect.gen(function* () {
      const counts = (yield* readRun(step)).files.find(({ status }) => status === 'counts');
      if (counts === undefined) return yield* Effect.fail(runRefusals.noFile());
      const { stored, compared, most } = yield* comparedOnDisk(step, counts.ref, new Set(step.unbalanced));
      yield* askRun(step, { _tag: 'Compare', ...stored }, counts.ref.sm3);
      if (stored.imbalances.length > 0) yield* alertOf(step, stored.imbalances[0] ?? 'DoesNotAddUp', 'balance');
      const stopped = compared.total > most;
      if (stopped) {
        yield* alertOf(step, 'TooManyDifferences', 'comparison');
        yield* askRun(step, { _tag: 'Stop', outcomes: {} }, counts.ref.sm3);
      } else yield* record(step, compared.differences);
      return { differences: compared.total, stopped };
    }),
  );

/** Corrects what the comparison has found; repeated, it tells everybody the same again. */
export const correctReconciliation = (step: RunStep & { readonly unbalanced: ReadonlyArray<string> }) =>
  Effect.scoped(
    Effect.gen(function* () {
      const state = yield* readRun(step);
      const counts = state.files.find(({ status }) => status === 'counts');
      if (counts === undefined || state.compared === null) return yield* Effect.fail(runRefusals.noFile());
      const { compared } = yield* comparedOnDisk(step, counts.ref, new Set(step.unbalanced));
      const found = yield* Effect.forEach(compared.differences, (one) => withNumber(step, one));
      const of = (action: Found['action']) => found.filter((one) => one.action === action);
      const written = step.scope.party === 'province' ? yield* writeErrorFile(step, state, of('write')) : undefined;
      const settled = written?.settled ?? (yield* correctByBank(step.tenant, of('takeTheirs')));
      yield* settleCarried(step);
      const outcomes: Record<string, number> = {
        queued: of('queue').length,
        waiting: of('wait').length,
        kept: of('keepOurs').length,
      };
      for (const { status } of settled) outcomes[status] = (outcomes[status] ?? 0) + 1;
      const errorFile = written?.file ?? null;
      const { stage } = yield* askRun(step, { _tag: 'Correct', outcomes, errorFile }, counts.ref.sm3);
      return { outcomes, stage };
    }),
  );

/** What the day before left waiting is a row of this day by now. */
const settleCarried = (step: RunStep) =>
  Effect.gen(function* () {
    if (!isDay(step.scope.period)) return;
    const waiting = yield* differencesOf(step.tenant, { run: runKey(before(step.scope)), status: 'waiting' });
    const settled = waiting.map(({ key }) => ({ key, status: 'settled' as const, outcome: 'CarriedOver' }));
    yield* settle(step.tenant, settled);
  });
