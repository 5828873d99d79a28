import { Context, Effect, type Either, Schema, type Scope } from 'effect';
import { describe, expect, test } from 'vitest';
import { accept } from '../../domain/kernel/decider.ts';
import { type Fault, fault, refuse } from '../../domain/kernel/refusal.ts';
import { defineActor } from './definition.ts';
import { type World, world } from './test-kit.ts';

/** A lock on a door: opening it is a device command in two turns. */
class Door extends Context.Tag('test/Door')<
  Door,
  {
    readonly open: (id: string) => Effect.Effect<boolean, Fault>;
    readonly wasOpened: (id: string) => Effect.Effect<boolean, Fault>;
  }
>() {}

type State = { readonly wanted: ReadonlyArray<string>; readonly opened: ReadonlyArray<string> };
type Event =
  | { readonly _tag: 'Wanted'; readonly id: string }
  | { readonly _tag: 'Opened'; readonly id: string }
  | { readonly _tag: 'Failed'; readonly id: string };
type Command = { readonly _tag: 'Open' } | { readonly _tag: 'Report'; readonly id: string; readonly opened: boolean };

const id = Schema.Struct({ id: Schema.String });

const outcome = (intent: string, opened: boolean): Command => ({ _tag: 'Report', id: intent, opened });

const Lock = defineActor({
  kind: 'test.lock',
  decider: {
    initial: { wanted: [], opened: [] } as State,
    decide: (state: State, command: Command, facts) => {
      if (command._tag === 'Open') return accept<Event, object>([{ _tag: 'Wanted', id: facts.commandId }], {});
      if (!state.wanted.includes(command.id)) return refuse('conflict', 'NotOpen', 'Nothing is open under this id.');
      return accept<Event, object>([{ _tag: command.opened ? 'Opened' : 'Failed', id: command.id }], {});
    },
    evolve: (state: State, event: Event): State =>
      event._tag === 'Wanted'
        ? { ...state, wanted: [...state.wanted, event.id] }
        : {
            wanted: state.wanted.filter((one) => one !== event.id),
            opened: event._tag === 'Opened' ? [...state.opened, event.id] : state.opened,
          },
  },
  commands: {
    Open: { input: Schema.Struct({}), reply: Schema.Struct({}) },
    Report: { input: Schema.Struct({ id: Schema.String, opened: Schema.Boolean }), reply: Schema.Struct({}) },
  },
  event: Schema.Union(
    Schema.TaggedStruct('Wanted', id.fields),
    Schema.TaggedStruct('Opened', id.fields),
    Schema.TaggedStruct('Failed', id.fields),
  ),
  eventVersion: 1,
  state: Schema.Struct({ wanted: Schema.Array(Schema.String), opened: Schema.Array(Schema.String) }),
  stateVersion: 1,
  collection: 'test_locks',
  devices: {
    open: (state: State) => state.wanted.map((one) => ({ id: one, intent: one })),
    perform: (intent: string) =>
      Effect.flatMap(Door, (door) => Effect.map(door.open(intent), (opened) => outcome(intent, opened))),
    settle: (intent: string) =>
      Effect.flatMap(Door, (door) => Effect.map(door.wasOpened(intent), (opened) => outcome(intent, opened))),
    deadlineMs: 200,
  },
});

/** A door that really was opened when it said so, and some that do not answer. */
const door = (answers: (attempt: number) => Effect.Effect<boolean, Fault>) => {
  const calls: Array<string> = [];
  const opened = new Set<string>();
  const service = Door.of({
    open: (one) =>
      Effect.suspend(() => {
        calls.push('perform');
        opened.add(one);
        return answers(calls.length);
      }),
    wasOpened: (one) =>
      Effect.sync(() => {
        calls.push('settle');
        return opened.has(one);
      }),
  });
  return { calls, opened, service };
};

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope | Door>, service: Context.Tag.Service<Door>): Promise<A> =>
  Effect.runPromise(Effect.scoped(effect).pipe(Effect.provideService(Door, service)));

const openedOf = (lock: World<typeof Lock>) =>
  Effect.gen(function* () {
    const until = Date.now() + 10_000;
    for (;;) {
      const read: Either.Either<{ readonly state: State }, unknown> = yield* lock.read('front');
      if (read._tag === 'Right' && read.right.state.wanted.length === 0) return read.right.state.opened;
      if (Date.now() > until) throw new Error(`the intent stayed open: ${JSON.stringify(read)}`);
      yield* Effect.sleep(5);
    }
  });

describe('a device command', () => {
  test('is two turns: intent and outcome, with a reminder between them', () => {
    const front = door(() => Effect.succeed(true));
    return run(
      Effect.gen(function* () {
        const lock = yield* world(Lock);
        yield* lock.ask('front', { _tag: 'Open' }, { commandId: 'c1' });
        expect(yield* openedOf(lock)).toEqual(['c1']);
        expect(front.calls).toEqual(['perform']);
        const turns = (yield* lock.journal('front')).flatMap((record) => record.turns ?? []);
        expect(turns.map((turn) => turn.reminders?.map((one) => [one._tag, one.name]))).toEqual([
          [['Wake', 'device:c1']],
          [['Cancel', 'device:c1']],
        ]);
      }),
      front.service,
    );
  });

  test.each(['after append', 'before append'] as const)(
    'a crash %s: never performed twice, settled by asking',
    (point) => {
      const front = door(() => Effect.never);
      return run(
        Effect.gen(function* () {
          const lock = yield* world(Lock);
          yield* lock.crash(point, 'front', { _tag: 'Open' }, { commandId: 'c1' });
          if (point === 'before append') {
            expect(yield* lock.read('front')).toMatchObject({ left: { kind: 'missing' } });
            expect(front.calls).toEqual([]);
            return;
          }
          expect(yield* openedOf(lock)).toEqual([]);
          expect(front.calls).toEqual(['settle']);
        }),
        front.service,
      );
    },
  );

  test('a crash during the talk: the door had opened, and the actor finds out', () => {
    const front = door(() => Effect.never);
    return run(
      Effect.gen(function* () {
        const lock = yield* world(Lock);
        yield* lock.crash('before state document', 'front', { _tag: 'Open' }, { commandId: 'c1' });
        front.opened.add('c1');
        expect(yield* openedOf(lock)).toEqual(['c1']);
        expect(front.calls.at(-1)).toBe('settle');
        expect(front.calls.filter((call) => call === 'perform').length).toBeLessThanOrEqual(1);
      }),
      front.service,
    );
  });

  test.each([
    ['does not answer in time', () => Effect.never],
    ['answers with a fault', () => Effect.fail(fault('door', 'Unavailable', 'no line'))],
    ['has a bug in its driver', () => Effect.die(new Error('bug'))],
  ])('a device that %s leaves the intent in doubt, and it is settled', (_, answers) => {
    const front = door(answers);
    return run(
      Effect.gen(function* () {
        const lock = yield* world(Lock);
        yield* lock.ask('front', { _tag: 'Open' }, { commandId: 'c1' });
        expect(yield* openedOf(lock)).toEqual(['c1']);
        expect(front.calls).toEqual(['perform', 'settle']);
      }),
      front.service,
    );
  });
});
