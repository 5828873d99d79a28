import type { Schema } from 'effect';
import type { Decider } from '../../domain/kernel/decider.ts';

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

/** A change to an actor's reminders, derived from an event; `name` is unique within the actor. */
export type ReminderChange<Command> =
  | { readonly _tag: 'Set'; readonly name: string; readonly atMs: number; readonly command: Command }
  | { readonly _tag: 'Cancel'; readonly name: string };

export interface ActorDefinition<Kind extends string, State, Event, Specs extends CommandSpecs> {
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
  /** How many receipts of accepted commands an actor remembers (default 256); older ids are decided anew. */
  readonly receipts?: number;
  /** Commands that may wait in one actor's mailbox (default 1,024); past that the caller gets `Busy`. */
  readonly mailbox?: number;
  /** How long an actor stays awake without a command (default 60,000 ms). */
  readonly idleAfterMs?: number;
  /** Pure: which reminders an event sets or cancels, given the state after it. */
  readonly reminders?: (event: Event, state: State) => ReadonlyArray<ReminderChange<CommandOf<Specs>>>;
}

// biome-ignore lint/suspicious/noExplicitAny: stands for a definition of any kind where only its shape matters
export type AnyDefinition = ActorDefinition<string, any, any, any>;

export type StateOf<D> = D extends ActorDefinition<string, infer State, infer _E, infer _S> ? State : never;
export type EventOf<D> = D extends ActorDefinition<string, infer _State, infer Event, infer _S> ? Event : never;
export type SpecsOf<D> = D extends ActorDefinition<string, infer _State, infer _E, infer Specs> ? Specs : never;

export const defineActor = <Kind extends string, State, Event, Specs extends CommandSpecs>(
  definition: ActorDefinition<Kind, State, Event, Specs>,
): ActorDefinition<Kind, State, Event, Specs> => definition;
