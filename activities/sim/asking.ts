import { Effect, Either } from 'effect';
import { Actors, type Ask } from '../../actors/runtime/actors.ts';
import type { AnyDefinition, ReplyOf, SpecsOf } from '../../actors/runtime/definition.ts';
import { applicationActor } from '../../actors/sim/application.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, isFault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { ApplicationCommand, ApplicationState } from '../../domain/sim/application/schema.ts';
import type { Step } from '../../workflows/sim/contract.ts';
import { CurrentStep } from '../activity.ts';

/**
 * How the steps of card making ask actors. A command id is taken from the fact that is reported (a file's hash and a
 * chunk), so that another step that reports the same fact gets the same answer; where there is no such fact, from the
 * step itself.
 */

export const applicationId = (step: Step) => ({ tenant: step.tenant, key: step.application });

export const callerOf = (step: Step): Effect.Effect<Caller, never, CurrentStep> =>
  Effect.map(CurrentStep, (current) => step.by ?? current.caller);

/** Asks the application; `fact` names what is reported when a later step may report it again. */
export const askApplication = (step: Step, command: ApplicationCommand, fact?: string) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const current = yield* CurrentStep;
    const commandId = fact ?? current.commandIdFor(command._tag);
    const envelope = { commandId, caller: step.by ?? current.caller };
    const { reply } = yield* actors.ask(applicationActor, { id: applicationId(step), command, envelope });
    return reply;
  });

export const readApplication = (step: Step): Effect.Effect<ApplicationState, Refusal | Fault, Actors> =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(applicationActor, applicationId(step));
    return state ?? (yield* Effect.fail(refuse('missing', 'ApplicationUnknown', 'There is no such application.')));
  });

/** A row's answer: what the actor replied, or why it refused. */
export type RowAnswer<Reply> = Either.Either<Reply, Refusal>;

/**
 * Asks many actors at once. Refusals come back row by row; a fault of any fails the whole, to be tried again with the
 * same command ids.
 */
export const askRows = <D extends AnyDefinition, Tag extends keyof SpecsOf<D> & string>(
  definition: D,
  asks: ReadonlyArray<Ask<D, Tag>>,
): Effect.Effect<ReadonlyArray<RowAnswer<ReplyOf<SpecsOf<D>, Tag>>>, Fault, Actors> =>
  Effect.gen(function* () {
    if (asks.length === 0) return [];
    const answers = yield* (yield* Actors).askMany(definition, asks);
    const rows: Array<RowAnswer<ReplyOf<SpecsOf<D>, Tag>>> = [];
    for (const answer of answers) {
      if (Either.isRight(answer)) rows.push(Either.right(answer.right.reply));
      else if (isFault(answer.left)) return yield* Effect.fail(answer.left);
      else rows.push(Either.left(answer.left));
    }
    return rows;
  });
