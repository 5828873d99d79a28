import { Schema } from 'effect';
import { defineActor } from '../../actors/runtime/definition.ts';
import { accept, type Decider } from '../../domain/kernel/decider.ts';
import { refuse } from '../../domain/kernel/refusal.ts';

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

export const Counter = defineActor({
  kind: 'test.counter',
  decider: counterDecider,
  commands: {
    Add: { input: Schema.Struct({ by: positive }), reply },
    Take: { input: Schema.Struct({ by: positive }), reply },
    Look: { input: Schema.Struct({}), reply },
    Burst: { input: Schema.Struct({ message: Schema.String }), reply },
  },
  event: Schema.Union(
    Schema.TaggedStruct('Added', { by: Schema.Int }),
    Schema.TaggedStruct('Taken', { by: Schema.Int }),
  ),
  eventVersion: 1,
  state: Schema.Struct({ value: Schema.Int, turns: Schema.Int }),
  stateVersion: 1,
  collection: 'test_counters',
  document: (state) => ({ value: state.value }),
});
