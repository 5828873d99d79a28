import { Schema } from 'effect';
import { defineActor, type ReminderChange } from '../../actors/runtime/definition.ts';
import { accept, type Decider } from '../../domain/kernel/decider.ts';
import { refuse } from '../../domain/kernel/refusal.ts';

/** An actor for tests of reminders: arms named alarms, counts those that rang. `again` ringing sets itself anew. */
interface State {
  readonly rung: Readonly<Record<string, number>>;
  readonly deaf: boolean;
}

type Command =
  | { readonly _tag: 'Arm'; readonly name: string; readonly atMs: number }
  | { readonly _tag: 'Disarm'; readonly name: string }
  | { readonly _tag: 'Ring'; readonly name: string }
  | { readonly _tag: 'Hear'; readonly deaf: boolean };

const Event = Schema.Union(
  Schema.TaggedStruct('Armed', { name: Schema.String, atMs: Schema.Number }),
  Schema.TaggedStruct('Disarmed', { name: Schema.String }),
  Schema.TaggedStruct('Rung', { name: Schema.String }),
  Schema.TaggedStruct('Hearing', { deaf: Schema.Boolean }),
);
type Event = typeof Event.Type;

const decider: Decider<State, Command, Event> = {
  initial: { rung: {}, deaf: false },
  decide: (state, command, { nowMs }) => {
    switch (command._tag) {
      case 'Arm':
        return accept([{ _tag: 'Armed', name: command.name, atMs: command.atMs }], null);
      case 'Disarm':
        return accept([{ _tag: 'Disarmed', name: command.name }], null);
      case 'Hear':
        return accept([{ _tag: 'Hearing', deaf: command.deaf }], null);
      case 'Ring': {
        if (state.deaf) return refuse('conflict', 'Deaf', 'Nobody hears.');
        if (command.name === 'bug') throw new Error('a decider with a bug');
        const rung: Event = { _tag: 'Rung', name: command.name };
        const twice = command.name === 'again' && (state.rung['again'] ?? 0) < 2;
        return accept(twice ? [rung, { _tag: 'Armed', name: 'again', atMs: nowMs + 20 }] : [rung], null);
      }
    }
  },
  evolve: (state, event) => {
    if (event._tag === 'Hearing') return { ...state, deaf: event.deaf };
    if (event._tag !== 'Rung') return state;
    return { ...state, rung: { ...state.rung, [event.name]: (state.rung[event.name] ?? 0) + 1 } };
  },
};

const reply = Schema.Null;

export const Timer = defineActor({
  kind: 'test.timer',
  decider,
  commands: {
    Arm: { input: Schema.Struct({ name: Schema.String, atMs: Schema.Number }), reply },
    Disarm: { input: Schema.Struct({ name: Schema.String }), reply },
    Ring: { input: Schema.Struct({ name: Schema.String }), reply },
    Hear: { input: Schema.Struct({ deaf: Schema.Boolean }), reply },
  },
  event: Event,
  eventVersion: 1,
  state: Schema.Struct({ rung: Schema.Record({ key: Schema.String, value: Schema.Number }), deaf: Schema.Boolean }),
  stateVersion: 1,
  collection: 'test_timers',
  idleAfterMs: 200,
  reminders: (event): ReadonlyArray<ReminderChange<Command>> => {
    switch (event._tag) {
      case 'Armed':
        return [{ _tag: 'Set', name: event.name, atMs: event.atMs, command: { _tag: 'Ring', name: event.name } }];
      case 'Disarmed':
        return [{ _tag: 'Cancel', name: event.name }];
      default:
        return [];
    }
  },
});
