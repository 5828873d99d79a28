import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { rangeRegistryActor } from '../../actors/sim/number-range.ts';
import { rangeActorOf } from '../../actors/sim/register-range.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { ApplicationState, Line } from '../../domain/sim/application/schema.ts';
import { blocksQuantity } from '../../domain/sim/number-block.ts';
import type { NumberType } from '../../domain/sim/schema.ts';
import { rangesInUse, rangesKnown, rangesWithStock, type Wanted } from '../../store/sim/number-ranges.ts';
import type { RoundStep, Step } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';
import { askApplication, readApplication } from './asking.ts';
import { cancelCards } from './card-file.ts';

/** Steps that concern the application itself: opening, checking its resources, staff decisions, its end. */

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)].sort();

export const openApplication = (step: Step) =>
  Effect.gen(function* () {
    yield* askApplication(step, { _tag: 'Submit' });
    const { partner, lines } = yield* readApplication(step);
    return {
      partner,
      cities: distinct(lines.map((line) => line.city)),
      products: distinct(lines.map((line) => line.product)),
    };
  });

/** Gives back what earlier rounds of a corrected line hold: its numbers went out with a file that was rejected. */
const releaseEarlier = (step: RoundStep, type: NumberType, line: Line) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const ranges = new Set((type === 'iccid' ? line.iccid : line.imsi).map((block) => block.range));
    for (const key of ranges) {
      for (let round = 1; round < step.round; round += 1) {
        yield* actors.ask(rangeActorOf(type), {
          id: { tenant: step.tenant, key },
          command: { _tag: 'Release', application: step.application, line: line.no, round, reason: 'line corrected' },
          envelope: { commandId: current.commandIdFor('release', type, line.no, round, key), caller: current.caller },
        });
      }
    }
  });

/** Blocks that this round of the line holds already, from an attempt whose result was not recorded. */
const heldBy = (step: RoundStep, type: NumberType, line: Line, ranges: Iterable<string>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const states = yield* Effect.forEach(new Set(ranges), (key) =>
      actors.read(rangeActorOf(type), { tenant: step.tenant, key }),
    );
    return states.flatMap(({ state }) => {
      const mine = state?.allocations.find(
        (each) => each.application === step.application && each.line === line.no && each.round === step.round,
      );
      return state === null ? [] : (mine?.blocks ?? []).map((block) => ({ range: state.key, ...block }));
    });
  });

/** What an actor without history answers is no failure here. */
const readIfThere = <A, R>(
  reading: Effect.Effect<A, Refusal | Fault, R>,
): Effect.Effect<A | undefined, Refusal | Fault, R> =>
  Effect.catchIf(
    reading,
    (error) => isRefusal(error) && error.kind === 'missing',
    () => Effect.succeed(undefined),
  );

/**
 * Keys of the other ranges that have what is wanted, those of the city first. The documents by which ranges are found
 * are behind while much is written: one that was just registered has none yet, one that got numbers back may be shown
 * without any. The registry is never behind, and the range itself says what it has.
 */
const otherRanges = (tenant: TenantId, wanted: Wanted, tried: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { type, product, city } = wanted;
    const registry = yield* readIfThere(actors.read(rangeRegistryActor, { tenant, key: type }));
    const known = yield* rangesKnown(tenant, type);
    const fitting: Array<{ readonly key: string; readonly city: string | null }> = [];
    for (const { key } of registry?.state.ranges ?? []) {
      if (tried.has(key)) continue;
      const range =
        known.get(key) ?? (yield* readIfThere(actors.read(rangeActorOf(type), { tenant, key })))?.state ?? undefined;
      if (range?.product === product && (range.city === city || range.city === null)) {
        fitting.push({ key, city: range.city });
      }
    }
    const ofCity = fitting.filter((range) => range.city !== null);
    const ofAny = fitting.filter((range) => range.city === null);
    return [...ofCity, ...ofAny].map(({ key }) => key);
  });

/** Takes numbers for a line out of its product's ranges; what it has already counts. */
const allocate = (step: RoundStep, type: NumberType, line: Line) =>
  Effect.gen(function* () {
    if (type === 'imsi' && line.cardType === 'blank') return { blocks: [], missing: 0 };
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    if (step.round > 1) yield* releaseEarlier(step, type, line);
    const wanted = { type, product: line.product, city: line.city };
    const known = (type === 'iccid' ? line.iccid : line.imsi).map((block) => block.range);
    const blocks = yield* heldBy(step, type, line, [...known, ...(yield* rangesInUse(step.tenant, wanted))]);
    const held = new Set(blocks.map((block) => block.range));
    let missing = line.books.open - blocksQuantity(blocks);
    const takeFrom = (keys: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        for (const key of keys) {
          if (missing === 0) break;
          if (held.has(key)) continue;
          held.add(key);
          const { application, round } = step;
          const commandId = current.commandIdFor('allocate', type, line.no, key, missing);
          const { reply } = yield* actors.ask(rangeActorOf(type), {
            id: { tenant: step.tenant, key },
            command: { _tag: 'Allocate', application, line: line.no, round, quantity: missing, partial: true },
            envelope: { commandId, caller: current.caller },
          });
          blocks.push(...reply.blocks);
          missing -= blocksQuantity(reply.blocks);
        }
      });
    yield* takeFrom(yield* rangesWithStock(step.tenant, wanted));
    if (missing > 0) yield* takeFrom(yield* otherRanges(step.tenant, wanted, held));
    return { blocks, missing };
  });

const checkLine = (step: RoundStep, line: Line) =>
  Effect.gen(function* () {
    const iccid = yield* allocate(step, 'iccid', line);
    const imsi = yield* allocate(step, 'imsi', line);
    return {
      no: line.no,
      iccid: iccid.blocks,
      imsi: imsi.blocks,
      missingIccid: iccid.missing,
      missingImsi: imsi.missing,
    };
  });

const linesOf = (state: ApplicationState, round: number, ...stepsOf: ReadonlyArray<Line['step']>) =>
  state.lines.filter((line) => line.round === round && stepsOf.includes(line.step));

/** Step 2 of seed 000 §5.1: every line of the round gets its numbers, or is short of so many. */
export const checkResources = (step: RoundStep & { readonly again: boolean }) =>
  Effect.gen(function* () {
    if (step.again) yield* askApplication(step, { _tag: 'Recheck' });
    const before = linesOf(yield* readApplication(step), step.round, 'checking');
    // One line after the other: they compete for the same ranges, and the first in the application comes first.
    const lines = yield* Effect.forEach(before, (line) => checkLine(step, line));
    if (lines.length > 0) yield* askApplication(step, { _tag: 'RecordCheck', round: step.round, lines });
    const after = yield* readApplication(step);
    return {
      short: linesOf(after, step.round, 'short').map((line) => line.no),
      ready: linesOf(after, step.round, 'generating', 'uploading', 'validation').length,
    };
  });

export const correctLines = (step: Step & { readonly lines: ReadonlyArray<{ readonly no: number }> }) =>
  askApplication(step, { _tag: 'Correct', lines: step.lines });

export const dropLines = (step: Step & { readonly lines: ReadonlyArray<number>; readonly reason: string }) =>
  Effect.gen(function* () {
    const current = yield* CurrentStep;
    const replies = yield* Effect.forEach(step.lines, (no) =>
      askApplication(step, { _tag: 'DropLine', no, reason: step.reason }, current.commandIdFor('drop', no)),
    );
    const last = replies.at(-1);
    if (last === undefined) {
      return yield* Effect.fail(refuse('invalid', 'NoLines', 'Name at least one line.', { field: 'lines' }));
    }
    return last;
  });

export const pauseApplication = (step: Step & { readonly reason: string }) =>
  askApplication(step, { _tag: 'Pause', reason: step.reason });

export const resumeApplication = (step: Step) => askApplication(step, { _tag: 'Resume' });

type RangeUse = { readonly type: NumberType; readonly key: string };

const rangesOf = (lines: ReadonlyArray<Line>): ReadonlyArray<RangeUse> =>
  (['iccid', 'imsi'] as const).flatMap((type) =>
    distinct(lines.flatMap((line) => line[type].map((block) => block.range))).map((key) => ({ type, key })),
  );

/** Gives back what the lines hold, in whichever round they took it. */
const releaseLines = (step: Step, lines: ReadonlyArray<Line>, reason: string) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    for (const line of lines) {
      for (const { type, key } of rangesOf([line])) {
        for (let round = 1; round <= line.round; round += 1) {
          yield* actors.ask(rangeActorOf(type), {
            id: { tenant: step.tenant, key },
            command: { _tag: 'Release', application: step.application, line: line.no, round, reason },
            envelope: { commandId: current.commandIdFor('release', type, line.no, round, key), caller: current.caller },
          });
        }
      }
    }
  });

/** What the application still holds is used for ever; the ranges forget the allocations. */
const settleRanges = (step: Step, lines: ReadonlyArray<Line>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    for (const { type, key } of rangesOf(lines)) {
      yield* actors.ask(rangeActorOf(type), {
        id: { tenant: step.tenant, key },
        command: { _tag: 'Settle', application: step.application },
        envelope: { commandId: current.commandIdFor('settle', type, key), caller: current.caller },
      });
    }
  });

/** The application decides first: refused (cards are with a vendor), nothing is released. */
export const cancelApplication = (step: Step & { readonly reason: string }) =>
  Effect.gen(function* () {
    const before = yield* readApplication(step);
    const reply = yield* askApplication(step, { _tag: 'Cancel', reason: step.reason });
    yield* cancelCards(step, before);
    yield* releaseLines(step, before.lines, step.reason);
    return reply;
  });

/** Refused while a card is not accounted for (`BooksOpen`). Lines that were given up return their numbers. */
export const completeApplication = (step: Step) =>
  Effect.gen(function* () {
    const { lines } = yield* readApplication(step);
    const reply = yield* askApplication(step, { _tag: 'Complete' });
    const givenUp = lines.filter((line) => line.step === 'dropped' || line.step === 'cancelled');
    yield* releaseLines(step, givenUp, 'line given up');
    yield* settleRanges(step, lines);
    return reply;
  });
