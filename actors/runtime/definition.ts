import type { Effect, Schema } from 'effect';
import type { ActorId } from '../../domain/kernel/actor-id.ts';
import type { Decider } from '../../domain/kernel/decider.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';

/**
 * What an author of a new kind of actor writes, beside its decider: names, schemas, and what the runtime should do
 * around it. `defineActor` only fixes the types; the runtime reads the definition.
 */

/** One command: what it carries (without `_tag`) and what it answers. Both schemas must be JSON-encodable. */
export interface CommandSpec {
  // biome-ignore lint/suspicious/noExplicitAny: the schema's types are inferred by `defineActor` from its argument
  readonly input: Schema.Schema<any, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly reply: Schema.Schema<any, any>;
}

export type CommandSpecs = Readonly<Record<string, CommandSpec>>;

/** The union of commands: each spec's input, tagged with its name. */
export type CommandOf<Specs extends CommandSpecs> = {
  [Tag in keyof Specs & string]: { readonly _tag: Tag } & Schema.Schema.Type<Specs[Tag]['input']>;
}[keyof Specs & string];

export type ReplyOf<Specs extends CommandSpecs, Tag extends keyof Specs> = Schema.Schema.Type<Specs[Tag]['reply']>;

/**
 * A change to an actor's reminders, derived from an event; `name` is unique within the actor. `Wake` carries no
 * command: the actor is only read, so that it comes alive and settles what it has left open.
 */
export type ReminderChange<Command> =
  | { readonly _tag: 'Set'; readonly name: string; readonly atMs: number; readonly command: Command }
  | { readonly _tag: 'Wake'; readonly name: string; readonly atMs: number }
  | { readonly _tag: 'Cancel'; readonly name: string };

/** Something that the state says is to be done by a device and of which no outcome is known yet. */
export interface OpenIntent<Intent> {
  /** Unique within the actor for ever, e.g. the id of the command that asked for it. */
  readonly id: string;
  readonly intent: Intent;
}

/**
 * A device command is two turns. The first leaves an open intent in the state; when it is durable the runtime calls
 * `perform` outside any turn and asks the actor with the command that comes back, which must close the intent. After a
 * crash, a fault or the deadline the intent is *in doubt*, and `settle` finds out from the device what happened.
 */
export interface DevicePart<State, Command, Intent, Needs> {
  /** Pure: the intents open in this state, in the order in which they are to be performed. */
  readonly open: (state: State) => ReadonlyArray<OpenIntent<Intent>>;
  readonly perform: (intent: Intent, actor: ActorId) => Effect.Effect<Command, Fault, Needs>;
  readonly settle: (intent: Intent, actor: ActorId) => Effect.Effect<Command, Fault, Needs>;
  /** A talk that takes longer is interrupted and the intent is settled, in milliseconds. */
  readonly deadlineMs: number;
}

export interface ActorDefinition<
  Kind extends string,
  State,
  Event,
  Specs extends CommandSpecs,
  Needs = never,
  // biome-ignore lint/suspicious/noExplicitAny: known only to the device part, which hands it from `open` to `perform`
  Intent = any,
> {
  /** `<area>.<noun>`, e.g. `sim.card`. Never changes: it is the beginning of every journal key. */
  readonly kind: Kind;
  readonly decider: Decider<State, CommandOf<Specs>, Event>;
  readonly commands: Specs;
  // biome-ignore lint/suspicious/noExplicitAny: the encoded side is JSON of the schema's own choosing
  readonly event: Schema.Schema<Event, any>;
  /** Version of the events that are written now; start at 1. */
  readonly eventVersion: number;
  /** `upcast[n]` turns one encoded event of version n into version n + 1. Needed for every old version. */
  readonly upcast?: Readonly<Record<number, (encoded: unknown) => unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: as for events
  readonly state: Schema.Schema<State, any>;
  /** Version of the state's shape. A state document of another version is not used for starting: the journal is. */
  readonly stateVersion: number;
  /** MongoDB collection of the state documents, e.g. `sim_cards`. */
  readonly collection: string;
  /** The searchable, non-private fields of the state document. Without it the document holds the state alone. */
  readonly document?: (state: State) => Readonly<Record<string, unknown>>;
  /** True when journal bodies and state are to be encrypted at rest (they hold personal data or keys). */
  readonly sealed?: boolean;
  /**
   * How many of its last accepted commands an actor remembers (default 256), and at least those of the last 15 s, as
   * many as its mailbox holds; older ids are decided anew.
   */
  readonly receipts?: number;
  /** Commands that may wait in one actor's mailbox (default 1,024); past that the caller gets `Busy`. */
  readonly mailbox?: number;
  /** How long an actor stays awake without a command (default 60,000 ms). */
  readonly idleAfterMs?: number;
  /** Pure: which reminders an event sets or cancels, given the state after it. */
  readonly reminders?: (event: Event, state: State) => ReadonlyArray<ReminderChange<CommandOf<Specs>>>;
  /** For actors that command a device. Each open intent also sets a `Wake` reminder, so that a restart finds it. */
  readonly devices?: DevicePart<State, CommandOf<Specs>, Intent, Needs>;
}

// biome-ignore lint/suspicious/noExplicitAny: stands for a definition of any kind where only its shape matters
export type AnyDefinition = ActorDefinition<string, any, any, any, any, any>;

export type StateOf<D> =
  D extends ActorDefinition<string, infer State, infer _E, infer _S, infer _N, infer _I> ? State : never;
export type EventOf<D> =
  D extends ActorDefinition<string, infer _State, infer Event, infer _S, infer _N, infer _I> ? Event : never;
export type SpecsOf<D> =
  D extends ActorDefinition<string, infer _State, infer _E, infer Specs, infer _N, infer _I> ? Specs : never;
/** The services that a definition's devices need; whoever starts the actors provides them. */
export type NeedsOf<D> =
  D extends ActorDefinition<string, infer _State, infer _E, infer _S, infer Needs, infer _I> ? Needs : never;

export const defineActor = <
  Kind extends string,
  State,
  Event,
  Specs extends CommandSpecs,
  Needs = never,
  // biome-ignore lint/suspicious/noExplicitAny: as in ActorDefinition
  Intent = any,
>(
  definition: ActorDefinition<Kind, State, Event, Specs, Needs, Intent>,
): ActorDefinition<Kind, State, Event, Specs, Needs, Intent> => definition;
