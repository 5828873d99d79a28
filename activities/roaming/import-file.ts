import { Clock, Effect, Stream } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { countFates, RATED, reasonOf } from '../../domain/roaming/imports/fate.ts';
import type { Problem } from '../../domain/roaming/imports/file-control.ts';
import { KeyIndex } from '../../domain/roaming/imports/key-index.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import { KEY_BYTES, type UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import { Roaming } from '../../partners/roaming/port.ts';
import type { Files } from '../../store/files/files.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { keepQuarantined, type QuarantinedRecord } from '../../store/roaming/quarantined-records.ts';
import { keysOfOthers, publishKeys } from '../../store/roaming/record-keys.ts';
import type { ImportInput, ImportResult } from '../../workflows/roaming/contract.ts';
import type { CurrentStep } from '../activity.ts';
import { alertOf, askImport, claimTurn, endTurn, readImport } from './import-asking.ts';
import { BookKeeping, keepBooks } from './import-books.ts';
import { Charging, chargeAll, partsOf } from './import-charging.ts';
import { markUnknown, ownersOf, RatedFile } from './import-rating.ts';
import { type Reading, readImportFile } from './import-reading.ts';
import { keepFileStatistics } from './import-statistics.ts';
import { readPlan, writePlan } from './stored-file.ts';
import { type PricedBy, pricedBy } from './terms.ts';

/**
 * A partner's file from the archive to the books (seed 002 §3.2.2): read and checked as a whole, records that have come
 * before taken out, each record attributed and priced, subscribers posted to, books kept. What becomes of each record is
 * written down before anything is posted, so an attempt that goes on after a crash changes no total.
 */

type Needs = Actors | CurrentStep | Files | Mongo | KeyRing;
type Step<A> = Effect.Effect<A, Refusal | Fault, Needs>;

interface Work extends PricedBy {
  readonly input: ImportInput;
  /** Of the file: 1, and one more after each release from quarantine. */
  readonly attempt: number;
  readonly reading: Reading;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const quarantine = (
  { input, attempt }: Pick<Work, 'input' | 'attempt'>,
  problems: ReadonlyArray<Problem>,
): Step<string> =>
  Effect.gen(function* () {
    const [first] = problems;
    // Before the quarantine: a crash between the two repeats the alert, where the other order would lose it.
    yield* alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, first?.code ?? 'Unreadable', 'quarantine');
    const kept = problems.slice(0, LIMITS.problems);
    const command = { _tag: 'Quarantine', problems: kept, problemCount: problems.length } as const;
    const { status } = yield* askImport(input, command, attempt);
    yield* endTurn(input, attempt);
    return status;
  });

/** Keys of the records by local day, those that are duplicates left out. */
const keysByDay = (table: UsageTable): ReadonlyMap<string, Uint8Array> => {
  const rows = new Map<number, Array<number>>();
  const { fates } = table;
  for (let row = 0; row < table.rows; row += 1) {
    if (fates[row] !== RATED) continue;
    const day = Math.floor((table.atMs(row) + table.utcOffsetMinutes(row) * MINUTE_MS) / DAY_MS);
    const known = rows.get(day);
    if (known === undefined) rows.set(day, [row]);
    else known.push(row);
  }
  return new Map(
    [...rows].map(([day, list]) => {
      const keys = new Uint8Array(list.length * KEY_BYTES);
      for (const [at, row] of list.entries()) keys.set(table.key(row), at * KEY_BYTES);
      return [new Date(day * DAY_MS).toISOString().slice(0, 10), keys] as const;
    }),
  );
};

/** Takes out what has come before, and makes what is new known. It is the file's turn. */
const withoutDuplicates = ({ input: { tenant, partner, file }, reading: { table } }: Work): Step<void> =>
  Effect.gen(function* () {
    const of = { tenant, partner, sm3: file.sm3 };
    const index = new KeyIndex(table);
    const days = [...keysByDay(table).keys()];
    yield* Stream.runForEach(keysOfOthers(of, days), (keys) => Effect.sync(() => index.seen(keys)));
    yield* publishKeys(of, keysByDay(table), yield* Clock.currentTimeMillis);
  });

const quarantinedOf = ({ input, partner, reading: { table } }: Work): ReadonlyArray<QuarantinedRecord> => {
  const found: Array<QuarantinedRecord> = [];
  const { fates } = table;
  for (const [row, fate] of fates.entries()) {
    const reason = reasonOf(fate);
    if (reason?.sort !== 'quarantined') continue;
    const atMs = table.atMs(row);
    found.push({
      partner: partner.code,
      file: input.file.sm3,
      record: row + 1,
      code: reason.code,
      offset: table.place(row),
      atMs: atMs === 0 ? null : atMs,
      status: 'open',
    });
  }
  return found;
};

const warningsOf = (gap: number, { findings }: Reading): ReadonlyArray<Problem> => {
  const told = { line: 0, code: 'SequenceGap', reason: `${gap} sequence numbers before this one have not come.` };
  return gap === 0 ? findings : [told, ...findings].slice(0, LIMITS.problems);
};

interface Planned {
  readonly plan: Plan;
  readonly rated: RatedFile;
}

/** Gives every record its fate, and writes the fates down. Undefined: the file was kept out. */
const plan = (work: Work): Step<Planned | undefined> =>
  Effect.gen(function* () {
    const { input, terms, partner, attempt, reading } = work;
    const { table, control } = reading;
    if (reading.problems.length > 0) return yield* Effect.as(quarantine(work, reading.problems), undefined);
    const { kind, format = '', series, sequence, currency, decimals } = control;
    const claimed = yield* Effect.either(claimTurn(input, { series, sequence }, attempt));
    if (claimed._tag === 'Left') {
      const { left } = claimed;
      if (!isRefusal(left)) return yield* Effect.fail(left);
      return yield* Effect.as(quarantine(work, [{ line: 0, code: left.code, reason: left.message }]), undefined);
    }
    yield* withoutDuplicates(work);
    const owned = yield* ownersOf(input.tenant, table);
    markUnknown(table, owned.owners, yield* Clock.currentTimeMillis);
    const rated = new RatedFile(table, terms, partner, decimals);
    const made: Plan = { fates: table.fates, ...owned, numbers: new Map() };
    yield* keepQuarantined(input.tenant, quarantinedOf(work));
    const { gap } = claimed.right;
    yield* askImport(
      input,
      {
        _tag: 'Plan',
        ...{ kind, format, series, sequence, currency, decimals },
        ...countFates(table.fates),
        ...rated.sums(),
        warnings: warningsOf(gap, reading),
        warningCount: reading.findingCount + (gap === 0 ? 0 : 1),
        plan: yield* writePlan(input.tenant, input.file, made),
        terms: work.used,
      },
      attempt,
    );
    yield* endTurn(input, attempt);
    return { plan: made, rated };
  });

/** As it was planned or charged by an earlier attempt. */
const resumed = ({ input, terms, partner, reading: { table, control } }: Work, state: ImportState): Step<Planned> =>
  Effect.gen(function* () {
    if (state.plan === null) return yield* Effect.die(new Error('a planned file without its plan'));
    const found = yield* readPlan(input.tenant, state.plan);
    table.fates.set(found.fates);
    return { plan: found, rated: new RatedFile(table, terms, partner, control.decimals) };
  });

const charge = (work: Work, { plan: found, rated }: Planned): Step<Plan> =>
  Effect.gen(function* () {
    const { input, terms, partner, attempt, reading } = work;
    const { table, control } = reading;
    const { sm3 } = input.file;
    const charging = new Charging({ table, rated, terms, partner, money: control, sm3 });
    const parts = partsOf(table, found, sm3);
    yield* chargeAll(input, charging, parts);
    yield* keepFileStatistics(input, sm3, charging, parts);
    const charged = { ...found, fates: table.fates, numbers: charging.numbers };
    yield* keepQuarantined(input.tenant, quarantinedOf(work));
    const kept = yield* writePlan(input.tenant, input.file, charged);
    yield* askImport(input, { _tag: 'Charge', ...countFates(table.fates), ...rated.sums(), plan: kept }, attempt);
    return charged;
  });

const book = ({ input, terms, partner, attempt, reading }: Work, { numbers }: Plan): Step<string> =>
  Effect.gen(function* () {
    const { table, control } = reading;
    if (control.currency !== null) {
      const money = { currency: control.currency, decimals: control.decimals };
      yield* keepBooks(input, terms, new BookKeeping(table, numbers, partner, terms, money));
    }
    const { status } = yield* askImport(input, { _tag: 'Finish', ...countFates(table.fates) }, attempt);
    return status;
  });

const UNKNOWN: Problem = {
  line: 0,
  code: 'UnknownPartner',
  reason: 'No roaming partner of this code is configured: add it to the file that HUFU_ROAMING_FILE names.',
};

const importStored = (input: ImportInput) =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    const configured = settings?.partners.get(input.partner);
    const state = yield* readImport(input);
    if (state === null) return yield* Effect.fail(importRefusals.fileUnknown());
    const { status } = state;
    if (status !== 'received' && status !== 'planned' && status !== 'charged') return { status };
    if (settings === undefined || configured === undefined) {
      return { status: yield* quarantine({ input, attempt: state.attempt }, [UNKNOWN]) };
    }
    // What was planned is priced by the revisions it was planned by, whatever has been approved since.
    const found = yield* Effect.either(pricedBy(input.tenant, settings, configured, state.terms ?? {}));
    if (found._tag === 'Left') {
      const { left } = found;
      if (!isRefusal(left) || status !== 'received') return yield* Effect.fail(left);
      const problem = { line: 0, code: left.code, reason: left.message };
      return { status: yield* quarantine({ input, attempt: state.attempt }, [problem]) };
    }
    const priced = found.right;
    const reading = yield* readImportFile(input, priced.terms, priced.partner, state.receivedAtMs);
    const work: Work = { ...priced, input, attempt: state.attempt, reading };
    // An earlier attempt may have been cut short before it gave the turn on.
    if (status !== 'received') yield* endTurn(input, state.attempt);
    const planned = status === 'received' ? yield* plan(work) : yield* resumed(work, state);
    if (planned === undefined) return { status: 'quarantined', goesBack: configured.returnFatal && reading.fatal };
    const charged = status === 'charged' ? planned.plan : yield* charge(work, planned);
    return { status: yield* book(work, charged) };
  });

/**
 * Imports a stored file. One that is done, quarantined or discarded stays as it is. What refuses to go on is told to a
 * person: nobody waits for this step.
 */
export const importFile = (input: ImportInput): Effect.Effect<ImportResult, Refusal | Fault, Needs | Roaming> =>
  importStored(input).pipe(
    Effect.tapError((failure) =>
      isRefusal(failure)
        ? alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, failure.code, 'import')
        : Effect.void,
    ),
  );

const FAILED: Problem = {
  line: 0,
  code: 'ImportFailed',
  reason: 'The import was tried for as long as it may be: see the alerts and the log, then release the file.',
};

/**
 * After the last try. A file whose records have fates already stays as it is, for some of it may be posted: handed in again
 * it goes on.
 */
export const giveUpImport = (input: ImportInput): Effect.Effect<ImportResult, Refusal | Fault, Needs> =>
  Effect.gen(function* () {
    const state = yield* readImport(input);
    if (state?.status === 'received') return { status: yield* quarantine({ input, attempt: state.attempt }, [FAILED]) };
    yield* alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, FAILED.code, state?.status ?? 'import');
    return { status: state?.status ?? 'received' };
  });
