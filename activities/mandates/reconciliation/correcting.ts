import { Effect, Schedule } from 'effect';
import { rulesInForce } from '../../../actors/mandates/asking.ts';
import { numberActor } from '../../../actors/mandates/number.ts';
import { differenceActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { fault, isFault, isRefusal } from '../../../domain/kernel/refusal.ts';
import { correctionOf } from '../../../domain/mandates/reconciliation/correction.ts';
import { differenceKey, differenceRefusals } from '../../../domain/mandates/reconciliation/difference.ts';
import { settledBy } from '../../../domain/mandates/reconciliation/rules.ts';
import type { Found } from '../../../domain/mandates/reconciliation/schema.ts';
import type { ProvinceRules } from '../../../domain/mandates/schema.ts';
import { relationId } from '../../../store/mandates/relations.ts';
import { relationsById } from '../../../store/mandates/relations-extract.ts';
import type { DecideInput } from '../../../workflows/mandates/reconciliation/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { type Settled, settle } from './settling.ts';

/** Differences with a bank, brought to the numbers' actors: the bank is the truth (seed 003 part 3 §1). */

const ASKED_AT_ONCE = 500;

/** Undefined: the province has none in force. */
const rulesOf = (tenant: TenantId, province: string) =>
  rulesInForce(tenant, province).pipe(
    Effect.map((rules): ProvinceRules | undefined => rules),
    Effect.catchIf(isRefusal, () => Effect.succeed(undefined)),
  );

interface Asked {
  readonly found: Found;
  readonly number: string;
  readonly command: NonNullable<ReturnType<typeof correctionOf>> & { readonly rules: ProvinceRules };
}

const person = (found: Found, outcome: string): Settled => ({ key: differenceKey(found), status: 'queued', outcome });

/** What can be asked, and what is for a person at once. */
const asksOf = (tenant: TenantId, differences: ReadonlyArray<Found>) =>
  Effect.gen(function* () {
    const rules = new Map<string, ProvinceRules | undefined>();
    const asked: Array<Asked> = [];
    const settled: Array<Settled> = [];
    for (const found of differences) {
      const correction = correctionOf(found);
      const province = (found.there ?? found.here)?.province ?? '';
      if (!rules.has(province)) rules.set(province, yield* rulesOf(tenant, province));
      const inForce = rules.get(province);
      if (correction === undefined || found.numberKey === null) settled.push(person(found, 'NumberOrAccountInvalid'));
      else if (inForce === undefined) settled.push(person(found, 'ProvinceUnknown'));
      else asked.push({ found, number: found.numberKey, command: { ...correction, rules: inForce } });
    }
    return { asked, settled };
  });

interface Seen {
  readonly rev: number;
  readonly stands: boolean;
}

/** Look-ups are written behind: what is compared next must see what was corrected now. */
const untilSeen = (tenant: TenantId, revisions: ReadonlyMap<string, Seen>) =>
  Effect.gen(function* () {
    const seen = yield* relationsById(tenant, [...revisions.keys()]);
    const behind = [...revisions].some(([id, { rev, stands }]) => {
      const found = seen.get(id);
      return found === undefined || found.rev < rev || (stands && found.row === null);
    });
    if (behind) yield* Effect.fail(fault('mandates', 'Behind', 'The look-ups do not show the corrections yet.', 1_000));
  }).pipe(
    Effect.retry({
      schedule: Schedule.spaced('200 millis').pipe(Schedule.intersect(Schedule.recurs(50))),
      while: (failure) => isFault(failure) && failure.code === 'Behind',
    }),
  );

const correctSome = (tenant: TenantId, differences: ReadonlyArray<Found>) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, commandIdFor } = yield* CurrentStep;
    const { asked, settled } = yield* asksOf(tenant, differences);
    const answers = yield* actors.askMany(
      numberActor,
      asked.map(({ number, command }) => ({
        id: { tenant, key: number },
        command,
        // Told again, the number's actor knows the message, whatever the rules are by then.
        envelope: { commandId: commandIdFor('reconcile', command.message), caller },
      })),
    );
    const revisions = new Map<string, Seen>();
    for (const [at, { found, number, command }] of asked.entries()) {
      const answer = answers[at];
      if (answer === undefined) continue;
      if (answer._tag === 'Left') {
        if (isFault(answer.left)) return yield* Effect.fail(answer.left);
        settled.push(person(found, answer.left.code));
        continue;
      }
      const { word, code, changed } = answer.right.reply;
      const outcome = code === null ? word : `${word}:${code}`;
      settled.push({ key: differenceKey(found), status: settledBy(found.there, word), outcome });
      const id = relationId({ tenant, key: number }, command.bank, command.agreement);
      if (changed) revisions.set(id, { rev: answer.right.rev, stands: word === 'formal' });
    }
    yield* untilSeen(tenant, revisions);
    return settled;
  });

/** Told again, a correction is answered as the first time. */
export const correctByBank = (tenant: TenantId, differences: ReadonlyArray<Found>) =>
  Effect.gen(function* () {
    const { heartbeat } = yield* CurrentStep;
    const all: Array<Settled> = [];
    for (let from = 0; from < differences.length; from += ASKED_AT_ONCE) {
      const settled = yield* correctSome(tenant, differences.slice(from, from + ASKED_AT_ONCE));
      yield* settle(tenant, settled);
      all.push(...settled);
      yield* heartbeat({ corrected: all.length });
    }
    return all;
  });

/** A person's decision: of a bank's difference carried out at once; of a province's written at the run's next repetition. */
export const decideDifference = ({ tenant, difference, decision, note, by }: DecideInput) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { commandIdFor } = yield* CurrentStep;
    const id = { tenant, key: difference };
    yield* actors.ask(differenceActor, {
      id,
      command: { _tag: 'Decide', decision, note },
      envelope: { commandId: commandIdFor('decide'), caller: by },
    });
    const { state } = yield* actors.read(differenceActor, id);
    if (state === null) return yield* Effect.fail(differenceRefusals.unknown());
    if (decision !== 'takeTheirs') return { status: state.status, outcome: state.outcome };
    const [settled] = yield* correctByBank(tenant, [state]);
    return { status: settled?.status ?? state.status, outcome: settled?.outcome ?? state.outcome };
  });
