import type { ActorId } from './actor-id.ts';
import type { Caller } from './caller.ts';
import type { Refusal } from './refusal.ts';

/**
 * A decider is the pure heart of an actor: it looks at the state and a command and says which events happen, or why
 * not. It knows no clock, no randomness and no I/O; what purity forbids it to find out comes in as `Facts`.
 */

export interface Facts {
  /** The moment of the turn, in milliseconds since the epoch (UTC). */
  readonly nowMs: number;
  readonly actor: ActorId;
  readonly caller: Caller;
  /** The command's idempotency key. Unique, so ids of new things can be derived from it. */
  readonly commandId: string;
}

export interface Accepted<Event, Reply> {
  readonly _tag: 'Accepted';
  /** In order; empty when the command changes nothing (already so). */
  readonly events: ReadonlyArray<Event>;
  readonly reply: Reply;
}

export type Decision<Event, Reply> = Accepted<Event, Reply> | Refusal;

export const accept = <Event, Reply>(events: ReadonlyArray<Event>, reply: Reply): Accepted<Event, Reply> => ({
  _tag: 'Accepted',
  events,
  reply,
});

/** `Command` and `Event` are unions tagged by `_tag`; `State` is plain JSON-encodable data. */
export interface Decider<State, Command, Event, Reply = unknown> {
  readonly initial: State;
  readonly decide: (state: State, command: Command, facts: Facts) => Decision<Event, Reply>;
  readonly evolve: (state: State, event: Event) => State;
}

/** The commands of a kind, from the schemas of their inputs by name: each input with its name as `_tag`. */
export type CommandsOf<Inputs extends Readonly<Record<string, { readonly Type: unknown }>>> = {
  readonly [Tag in keyof Inputs & string]: { readonly _tag: Tag } & Inputs[Tag]['Type'];
}[keyof Inputs & string];
