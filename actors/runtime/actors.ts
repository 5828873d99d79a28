import { Context, type Effect, type Either } from 'effect';
import type { ActorId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { AnyDefinition, CommandOf, ReplyOf, SpecsOf, StateOf } from './definition.ts';

/**
 * The one way to reach an actor, wherever it lives. An answer means that what it says is durable. `Fault` with code
 * `Retry` or `Busy` means: ask again with the same `commandId`, and the effect happens once.
 */

export interface Envelope {
  /** The idempotency key. The same id with the same input gets the same reply; with another input `CommandConflict`. */
  readonly commandId: string;
  readonly caller: Caller;
  /** When given, the command is refused with `RevisionMismatch` unless the actor is at this revision (If-Match). */
  readonly ifRev?: number;
  /** W3C trace context of the caller; without it the current span's is taken. */
  readonly traceparent?: string;
}

export interface Ask<D extends AnyDefinition, Tag extends keyof SpecsOf<D> & string = keyof SpecsOf<D> & string> {
  readonly id: ActorId;
  readonly command: Extract<CommandOf<SpecsOf<D>>, { readonly _tag: Tag }>;
  readonly envelope: Envelope;
}

export interface Answer<Reply> {
  readonly reply: Reply;
  /** Revision of the actor after the turn: grows by one per accepted turn that had events. */
  readonly rev: number;
}

export class Actors extends Context.Tag('hufu/Actors')<
  Actors,
  {
    readonly ask: <D extends AnyDefinition, Tag extends keyof SpecsOf<D> & string>(
      definition: D,
      ask: Ask<D, Tag>,
    ) => Effect.Effect<Answer<ReplyOf<SpecsOf<D>, Tag>>, Refusal | Fault>;
    /**
     * Many at once, for steps that walk a file: asks of actors on this node go into mailboxes together and share
     * appends. Answers are in the order of the asks; one refusal does not stop the others.
     */
    readonly askMany: <D extends AnyDefinition, Tag extends keyof SpecsOf<D> & string>(
      definition: D,
      asks: ReadonlyArray<Ask<D, Tag>>,
    ) => Effect.Effect<ReadonlyArray<Either.Either<Answer<ReplyOf<SpecsOf<D>, Tag>>, Refusal | Fault>>>;
    /** The current state, answered by the owner. `missing` refusal when the actor has no history. */
    readonly read: <D extends AnyDefinition>(
      definition: D,
      id: ActorId,
    ) => Effect.Effect<{ readonly state: StateOf<D>; readonly rev: number }, Refusal | Fault>;
  }
>() {}
