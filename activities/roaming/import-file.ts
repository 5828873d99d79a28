import { Clock, Effect, Stream } from 'effect';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { countFates, reasonOf } from '../../domain/roaming/imports/fate.ts';
import type { Problem } from '../../domain/roaming/imports/file-control.ts';
import { partnerTerms } from '../../domain/roaming/imports/import-file.ts';
import { KeyIndex } from '../../domain/roaming/imports/key-index.ts';
import type { Plan } from '../../domain/roaming/imports/plan-file.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import { type ConfiguredPartner, Roaming, type RoamingConfiguration } from '../../partners/roaming/port.ts';
import { keepQuarantined, type QuarantinedRecord } from '../../store/roaming/quarantined-records.ts';
import { keysOfOthers, publishKeys } from '../../store/roaming/record-keys.ts';
import type { ImportInput, ImportResult } from '../../workflows/roaming/contract.ts';
import { CIBER_RETURNS } from './ciber-reading.ts';
import { ciberReturns } from './ciber-returns.ts';
import { alertOf, askImport, claimTurn, endTurn, readImport } from './import-asking.ts';
import type { Handling, Needs, Rated, Step, Work } from './import-handling.ts';
import { keysByDay } from './import-keys.ts';
import { tellFates, tellFile } from './import-log.ts';
import { monitorHandling } from './import-monitor.ts';
import { networkHandling } from './import-network.ts';
import { nrtrdeHandling } from './import-nrtrde.ts';
import { partnerHandling } from './import-partner.ts';
import type { Reading } from './import-reading.ts';
import { type ReturnsFile, returnsHandling } from './import-returns.ts';
import { rapReturns } from './rap-returns.ts';
import { readPlan, writePlan } from './stored-file.ts';
import { pricedBy, visitorAgreements } from './terms.ts';

/**
 * A file from the archive to the books, a partner's (seed 002 §3.2.2) or one of our own network (§3.2.1): read and checked as
 * a whole, records that have come before taken out, each record attributed and priced, those who pay posted to, books kept.
 * What becomes of each record is written down before anything is posted, so an attempt that goes on after a crash changes no
 * total.
 */

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
    yield* tellFile(input, first?.code ?? 'Unreadable', 'quarantine');
    yield* endTurn(input, attempt);
    return status;
  });

/** Takes out what has come before, and makes what is new known. It is the file's turn. */
const withoutDuplicates = ({ input: { tenant, partner, file }, reading: { table, control } }: Work): Step<void> =>
  Effect.gen(function* () {
    // What came in near real time comes again as a record that is charged for: neither is the other's duplicate.
    const of = { tenant, partner: control.series === 'nrtrde' ? `${partner}/nrtrde` : partner, sm3: file.sm3 };
    const index = new KeyIndex(table);
    const days = [...keysByDay(table).keys()];
    yield* Stream.runForEach(keysOfOthers(of, days), (keys) => Effect.sync(() => index.seen(keys)));
    yield* publishKeys(of, keysByDay(table), yield* Clock.currentTimeMillis);
  });

const quarantinedOf = ({ input, reading: { table } }: Work): ReadonlyArray<QuarantinedRecord> => {
  const found: Array<QuarantinedRecord> = [];
  const { fates } = table;
  for (const [row, fate] of fates.entries()) {
    const reason = reasonOf(fate);
    if (reason?.sort !== 'quarantined') continue;
    const atMs = table.atMs(row);
    found.push({
      partner: input.partner,
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
  readonly rated: Rated;
}

/** Gives every record its fate, and writes the fates down. Undefined: the file was kept out. */
const plan = (work: Work, handling: Handling): Step<Planned | undefined> =>
  Effect.gen(function* () {
    const { input, attempt, reading } = work;
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
    const owned = yield* handling.attribute(work);
    const rated = handling.rate(work, owned);
    const used = handling.used(owned);
    const made: Plan = { fates: table.fates, ...owned, numbers: new Map() };
    yield* keepQuarantined(input.tenant, quarantinedOf(work));
    const { gap } = claimed.right;
    if (gap > 0) yield* alertOf(input.tenant, input.partner, 'SequenceGap', 'missing');
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
        ...(used === undefined ? {} : { terms: used }),
      },
      attempt,
    );
    yield* tellFates(input, table.fates);
    yield* endTurn(input, attempt);
    return { plan: made, rated };
  });

/** As it was planned or charged by an earlier attempt. */
const resumed = (work: Work, handling: Handling, state: ImportState): Step<Planned> =>
  Effect.gen(function* () {
    if (state.plan === null) return yield* Effect.die(new Error('a planned file without its plan'));
    const found = yield* readPlan(work.input.tenant, state.plan);
    work.reading.table.fates.set(found.fates);
    return { plan: found, rated: handling.rate(work, found) };
  });

const charge = (work: Work, { plan: found, rated }: Planned): Step<Plan> =>
  Effect.gen(function* () {
    const { input, attempt, reading } = work;
    const { fates } = reading.table;
    const planned = fates.slice();
    const numbers = yield* rated.charge(found);
    const charged = { ...found, fates, numbers };
    yield* keepQuarantined(input.tenant, quarantinedOf(work));
    const kept = yield* writePlan(input.tenant, input.file, charged);
    yield* askImport(input, { _tag: 'Charge', ...countFates(fates), ...rated.sums(), plan: kept }, attempt);
    yield* tellFates(input, fates, planned);
    return charged;
  });

const book = ({ input, attempt, reading }: Work, { numbers }: Plan, rated: Rated): Step<string> =>
  Effect.gen(function* () {
    yield* rated.book(numbers);
    const { status } = yield* askImport(input, { _tag: 'Finish', ...countFates(reading.table.fates) }, attempt);
    return status;
  });

const UNKNOWN: Problem = {
  line: 0,
  code: 'UnknownPartner',
  reason: 'No roaming partner of this code is configured: add it to the file that HUFU_ROAMING_FILE names.',
};

interface Opened {
  readonly handling: Handling;
  readonly reading: Reading;
}

/** The file as one of returns; undefined of another. */
const returnsIn = (
  input: ImportInput,
  { home }: RoamingConfiguration,
  { ciber }: ConfiguredPartner,
  format: string,
): ReturnsFile | undefined => {
  if (format.startsWith('RAP-')) return rapReturns(input, home);
  const rules = ciber?.edition.returns;
  return ciber === null || rules === undefined || format !== CIBER_RETURNS
    ? undefined
    : ciberReturns(input, ciber, rules);
};

/** A partner's file is usage, usage in near real time, or what it returns of ours: which of them, its bytes say. */
const openPartner = (
  input: ImportInput,
  settings: RoamingConfiguration,
  configured: ConfiguredPartner,
  state: ImportState,
): Step<Opened | Problem> =>
  Effect.gen(function* () {
    // What was planned is priced by the revisions it was planned by, whatever has been approved since.
    const found = yield* Effect.either(pricedBy(input.tenant, settings, configured, partnerTerms(state.terms)));
    if (found._tag === 'Left') {
      const { left } = found;
      if (!isRefusal(left) || state.status !== 'received') return yield* Effect.fail(left);
      return { line: 0, code: left.code, reason: left.message };
    }
    const usage = partnerHandling(input, found.right);
    const reading = yield* usage.read(state.receivedAtMs);
    const { otherFormat = '' } = reading;
    const returned = returnsIn(input, settings, configured, otherFormat);
    const other =
      returned === undefined
        ? otherFormat.startsWith('NRTRDE-') && nrtrdeHandling(input, found.right)
        : returnsHandling(input, settings, configured, returned);
    return other === false
      ? { handling: usage, reading }
      : { handling: other, reading: yield* other.read(state.receivedAtMs) };
  });

/** By whose file it is: a partner's, or an element's or monitor's of our own network. Undefined: nobody's. */
const opened = (
  input: ImportInput,
  settings: RoamingConfiguration | undefined,
  state: ImportState,
): Step<Opened | Problem> | undefined => {
  const configured = settings?.partners.get(input.partner);
  if (settings !== undefined && configured !== undefined) return openPartner(input, settings, configured, state);
  const monitor = settings?.monitors?.get(input.partner);
  if (monitor !== undefined) {
    const handling = monitorHandling(input, monitor);
    return Effect.map(handling.read(state.receivedAtMs), (reading) => ({ handling, reading }));
  }
  const element = settings?.elements.get(input.partner);
  if (settings === undefined || element === undefined) return undefined;
  const { terms } = state;
  const wanted = terms !== null && 'visitors' in terms ? terms.visitors : {};
  return Effect.gen(function* () {
    const agreements = yield* visitorAgreements(input.tenant, settings, wanted);
    const handling = networkHandling(input, settings, element, agreements);
    return { handling, reading: yield* handling.read(state.receivedAtMs) };
  });
};

const importStored = (input: ImportInput) =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    const state = yield* readImport(input);
    if (state === null) return yield* Effect.fail(importRefusals.fileUnknown());
    const { status, attempt } = state;
    if (status !== 'received' && status !== 'planned' && status !== 'charged') return { status };
    const open = opened(input, settings, state);
    if (open === undefined) return { status: yield* quarantine({ input, attempt }, [UNKNOWN]) };
    const found = yield* open;
    if ('code' in found) return { status: yield* quarantine({ input, attempt }, [found]) };
    const { handling, reading } = found;
    const work: Work = { input, attempt, reading };
    // An earlier attempt may have been cut short before it gave the turn on.
    if (status !== 'received') yield* endTurn(input, attempt);
    const planned = status === 'received' ? yield* plan(work, handling) : yield* resumed(work, handling, state);
    if (planned === undefined) return { status: 'quarantined', goesBack: handling.returnsFatal && reading.fatal };
    const charged = status === 'charged' ? planned.plan : yield* charge(work, planned);
    return { status: yield* book(work, charged, planned.rated) };
  });

/**
 * Imports a stored file. One that is done, quarantined or discarded stays as it is. What refuses to go on is told to a
 * person: nobody waits for this step.
 */
export const importFile = (input: ImportInput): Effect.Effect<ImportResult, Refusal | Fault, Needs | Roaming> =>
  importStored(input).pipe(
    Effect.tapError((failure) =>
      isRefusal(failure)
        ? Effect.zipRight(
            tellFile(input, failure.code, 'import'),
            alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, failure.code, 'import'),
          )
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
    yield* tellFile(input, FAILED.code, state?.status ?? 'import');
    yield* alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, FAILED.code, state?.status ?? 'import');
    return { status: state?.status ?? 'received' };
  });
