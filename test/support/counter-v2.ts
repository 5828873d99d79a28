import { Schema } from 'effect';
import { defineActor } from '../../actors/runtime/definition.ts';
import { accept, type Decider } from '../../domain/kernel/decider.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { Counter, type CounterCommand, type CounterEvent, counterDecider } from './counter.ts';

/**
 * The next version of the counter, as a release would bring it: events and state say in which unit was counted, which
 * the first version can read neither from the journal nor from the state.
 */

type Command = Exclude<CounterCommand, { readonly _tag: 'Add' }> | AddUnit;
interface AddUnit {
  readonly _tag: 'Add';
  readonly by: number;
  readonly unit?: string | undefined;
}

export interface CounterV2Event {
  readonly _tag: CounterEvent['_tag'];
  readonly amount: { readonly by: number; readonly unit: string };
}

interface State {
  readonly value: number;
  readonly turns: number;
  /** Of each event, in order. */
  readonly units: ReadonlyArray<string>;
}

const asBefore = ({ _tag, amount }: CounterV2Event): CounterEvent => ({ _tag, by: amount.by });

const decider: Decider<State, Command, CounterV2Event> = {
  initial: { value: 0, turns: 0, units: [] },
  decide: (state, command, facts) => {
    const decision = counterDecider.decide(state, command, facts);
    if (isRefusal(decision)) return decision;
    const unit = (command._tag === 'Add' ? command.unit : undefined) ?? 'box';
    return accept(
      decision.events.map(({ _tag, by }) => ({ _tag, amount: { by, unit } })),
      decision.reply,
    );
  },
  evolve: (state, event) => ({
    ...counterDecider.evolve(state, asBefore(event)),
    units: [...state.units, event.amount.unit],
  }),
};

const amount = Schema.Struct({ by: Schema.Int, unit: Schema.String });

export const CounterV2 = defineActor({
  kind: Counter.kind,
  commands: {
    ...Counter.commands,
    Add: {
      ...Counter.commands.Add,
      input: Schema.Struct({ ...Counter.commands.Add.input.fields, unit: Schema.optional(Schema.String) }),
    },
  },
  decider,
  event: Schema.Struct({ _tag: Schema.Literal('Added', 'Taken'), amount }),
  eventVersion: 2,
  upcast: {
    1: (event) => {
      const { _tag, by } = event as CounterEvent;
      return { _tag, amount: { by, unit: 'piece' } };
    },
  },
  state: Schema.Struct({ value: Schema.Int, turns: Schema.Int, units: Schema.Array(Schema.String) }),
  stateVersion: 2,
  collection: Counter.collection,
  document: (state) => ({ value: state.value }),
});
