import { Effect, Either, Schedule } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { type Fault, isFault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import { Actors } from '../../runtime/actors.ts';
import type { AnyDefinition, CommandOf, ReplyOf, SpecsOf, StateOf } from '../../runtime/definition.ts';

/** Asks of one write: each under an id made of the write's, so that whoever goes on with it asks the same. */

export interface Writing {
  readonly tenant: TenantId;
  readonly caller: Caller;
  /** The CRM's request id. */
  readonly request: string;
}

/** A node that stops hands its actors over within seconds. */
const PATIENCE = Schedule.intersect(Schedule.exponential(50, 1.6), Schedule.recurs(10));
const again = (failure: Refusal | Fault): boolean => isFault(failure) && ['Retry', 'Busy'].includes(failure.code);

/** `part` tells apart what one write asks of one actor more than once. */
export const ask = <D extends AnyDefinition, Tag extends keyof SpecsOf<D> & string>(
  { tenant, caller, request }: Writing,
  definition: D,
  key: string,
  command: Extract<CommandOf<SpecsOf<D>>, { readonly _tag: Tag }>,
  part = '',
): Effect.Effect<ReplyOf<SpecsOf<D>, Tag>, Refusal | Fault, Actors> =>
  Effect.flatMap(Actors, (actors) =>
    actors.ask<D, Tag>(definition, {
      id: { tenant, key },
      command,
      envelope: { commandId: `write/${request}/${command._tag}${part === '' ? '' : `/${part}`}`, caller },
    }),
  ).pipe(
    Effect.retry({ while: again, schedule: PATIENCE }),
    Effect.map(({ reply }) => reply),
  );

/** Null when there is no such thing. */
export const find = <D extends AnyDefinition>(
  tenant: TenantId,
  definition: D,
  key: string,
): Effect.Effect<StateOf<D> | null, Refusal | Fault, Actors> =>
  Effect.flatMap(Actors, (actors) => actors.read(definition, { tenant, key })).pipe(
    Effect.retry({ while: again, schedule: PATIENCE }),
    Effect.map(({ state }) => state),
    Effect.catchIf(
      (failure) => failure._tag === 'Refusal' && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

/** A refusal as a value; a fault stays one. */
export const decided = <A, R>(
  asked: Effect.Effect<A, Refusal | Fault, R>,
): Effect.Effect<Either.Either<A, Refusal>, Fault, R> =>
  asked.pipe(
    Effect.map((answer): Either.Either<A, Refusal> => Either.right(answer)),
    Effect.catchIf(isRefusal, (refusal) => Effect.succeed<Either.Either<A, Refusal>>(Either.left(refusal))),
  );
