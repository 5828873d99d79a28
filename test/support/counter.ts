import { Schema } from 'effect';
import { defineActor } from '../../actors/runtime/definition.ts';
import { accept, type Decider } from '../../domain/kernel/decider.ts';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';

/** The smallest actor that can be right or wrong: a counter that must not be overdrawn. For tests and benches. */

export type CounterCommand =
  | { readonly _tag: 'Add'; readonly by: number }
  | { readonly _tag: 'Take'; readonly by: number }
  | { readonly _tag: 'Look' }
  | { readonly _tag: 'Burst'; readonly message: string };

export type CounterEvent =
  | { readonly _tag: 'Added'; readonly by: number }
  | { readonly _tag: 'Taken'; readonly by: number };

export interface CounterState {
  readonly value: number;
  readonly turns: number;
}

export const counterDecider: Decider<CounterState, CounterCommand, CounterEvent> = {
  initial: { value: 0, turns: 0 },
  decide: (state, command) => {
    switch (command._tag) {
      case 'Add':
        return accept([{ _tag: 'Added', by: command.by }], { value: state.value + command.by });
      case 'Take':
        return command.by > state.value
          ? refuse('exhausted', 'Overdrawn', 'There is not so much.')
          : accept([{ _tag: 'Taken', by: command.by }], { value: state.value - command.by });
      case 'Look':
        return accept([], { value: state.value });
      case 'Burst':
        throw new Error(command.message);
    }
  },
  evolve: (state, event) => ({
    value: event._tag === 'Added' ? state.value + event.by : state.value - event.by,
    turns: state.turns + 1,
  }),
};

const positive = Schema.Int.pipe(Schema.positive());
const reply = Schema.Struct({ value: Schema.Int });

/** What no release has changed. */
const counter = {
  kind: 'test.counter',
  commands: {
    Add: { input: Schema.Struct({ by: positive }), reply },
    Take: { input: Schema.Struct({ by: positive }), reply },
    Look: { input: Schema.Struct({}), reply },
    Burst: { input: Schema.Struct({ message: Schema.String }), reply },
  },
  state: Schema.Struct({ value: Schema.Int, turns: Schema.Int }),
  stateVersion: 1,
  collection: 'test_counters',
  document: (state: CounterState) => ({ value: state.value }),
} as const;

export const Counter = defineActor({
  ...counter,
  decider: counterDecider,
  event: Schema.Union(
    Schema.TaggedStruct('Added', { by: Schema.Int }),
    Schema.TaggedStruct('Taken', { by: Schema.Int }),
  ),
  eventVersion: 1,
});

/** The counter of a later release: its events have another shape, of which the first release knows nothing. */
const Amount = Schema.Struct({ amount: Schema.Int });
const amountOf = (encoded: unknown) => {
  const { _tag, by } = encoded as { readonly _tag: string; readonly by: number };
  return { _tag, moved: { amount: by } };
};
type NewerEvent = { readonly _tag: 'Added' | 'Taken'; readonly moved: { readonly amount: number } };
const olderEvent = ({ _tag, moved }: NewerEvent): CounterEvent => ({ _tag, by: moved.amount });

export const NewerCounter = defineActor({
  ...counter,
  decider: {
    initial: counterDecider.initial,
    decide: (state, command, facts) => {
      const decision = counterDecider.decide(state, command, facts);
      if (isRefusal(decision)) return decision;
      return { ...decision, events: decision.events.map(({ _tag, by }) => ({ _tag, moved: { amount: by } })) };
    },
    evolve: (state, event) => counterDecider.evolve(state, olderEvent(event)),
  } satisfies Decider<CounterState, CounterCommand, NewerEvent>,
  event: Schema.Union(Schema.TaggedStruct('Added', { moved: Amount }), Schema.TaggedStruct('Taken', { moved: Amount })),
  eventVersion: 2,
  upcast: { 1: amountOf },
});
