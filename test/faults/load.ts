import { type Context, Effect, Either } from 'effect';
import { Actors, type Answer } from '../../actors/runtime/actors.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { type Fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';
import { Counter } from '../support/counter.ts';
import { CounterV2 } from '../support/counter-v2.ts';

/**
 * Callers that ask without end and remember what they were told. A caller asks again with the same command id after
 * every fault, however long it takes, so each of its commands has one effect at last, and it knows which.
 */

/** An acknowledged command: `Add` one. Times are microseconds of the machine's monotonic clock, the same in all processes. */
export interface Written {
  /** The command's id is `<caller>.<number>`. */
  readonly caller: string;
  readonly number: number;
  readonly actor: number;
  readonly startedUs: number;
  readonly ackedUs: number;
  readonly attempts: number;
  readonly rev: number;
  readonly value: number;
}

export interface Seen {
  readonly actor: number;
  readonly startedUs: number;
  readonly rev: number;
  readonly value: number;
}

export interface Notes {
  readonly written: (written: Written) => void;
  readonly seen: (seen: Seen) => void;
  /** A fault that a caller was told, after which it asks again. */
  readonly fault: (fault: Fault) => void;
}

/** What a process of one version of the program asks. Version 2 says in which unit it counts, as version 1 cannot. */
export interface Program {
  readonly definition: typeof Counter | typeof CounterV2;
  readonly add: (
    actors: Service,
    key: string,
    commandId: string,
  ) => Effect.Effect<Answer<{ readonly value: number }>, Refusal | Fault>;
  readonly read: (
    actors: Service,
    key: string,
  ) => Effect.Effect<{ readonly state: { readonly value: number }; readonly rev: number }, Refusal | Fault>;
}

type Service = Context.Tag.Service<typeof Actors>;
export type Version = 1 | 2;

const envelope = (commandId: string) => ({ commandId, caller: testCaller });

export const PROGRAMS: Readonly<Record<Version, Program>> = {
  1: {
    definition: Counter,
    add: (actors, key, commandId) =>
      actors.ask(Counter, { id: testId(key), command: { _tag: 'Add', by: 1 }, envelope: envelope(commandId) }),
    read: (actors, key) => actors.read(Counter, testId(key)),
  },
  2: {
    definition: CounterV2,
    add: (actors, key, commandId) =>
      actors.ask(CounterV2, {
        id: testId(key),
        command: { _tag: 'Add', by: 1, unit: 'crate' },
        envelope: envelope(commandId),
      }),
    read: (actors, key) => actors.read(CounterV2, testId(key)),
  },
};

export const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

export const actorKey = (actor: number): string => `k${actor}`;
export const commandIdOf = (caller: string, number: number): string => `${caller}.${number}`;

const AGAIN_MS = 25;
/** One in so many commands is sent once more after its answer. */
const REPEAT_EVERY = 16;

/** Asks until it is answered. A refusal or a defect would be a bug here: it ends the caller loudly. */
const add = (program: Program, caller: string, number: number, actor: number, notes: Notes) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const startedUs = nowUs();
    for (let attempts = 1; ; attempts += 1) {
      const outcome = yield* Effect.either(program.add(actors, actorKey(actor), commandIdOf(caller, number)));
      if (Either.isRight(outcome)) {
        const { reply, rev } = outcome.right;
        const written: Written = {
          ...{ caller, number, actor, startedUs, ackedUs: nowUs(), attempts },
          ...{ rev, value: reply.value },
        };
        return written;
      }
      if (!isFault(outcome.left)) return yield* Effect.dieMessage(`${outcome.left.code}: ${outcome.left.message}`);
      notes.fault(outcome.left);
      yield* Effect.sleep(AGAIN_MS);
    }
  });

/** One after the other, `pauseMs` apart, until `stopping` says so; then it ends with the answer that it waits for. */
export const writer = (
  program: Program,
  name: string,
  actorOf: (number: number) => number,
  pauseMs: number,
  notes: Notes,
  stopping: () => boolean,
) =>
  Effect.gen(function* () {
    for (let number = 0; !stopping(); number += 1) {
      const actor = actorOf(number);
      notes.written(yield* add(program, name, number, actor, notes));
      if (number % REPEAT_EVERY === 0) notes.written(yield* add(program, name, number, actor, notes));
      yield* Effect.sleep(pauseMs);
    }
  });

/** Reads until `stopping` says so; what cannot be answered now is not asked again. */
export const reader = (
  program: Program,
  actorOf: () => number,
  pauseMs: number,
  notes: Notes,
  stopping: () => boolean,
) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    while (!stopping()) {
      const actor = actorOf();
      const startedUs = nowUs();
      const outcome = yield* Effect.either(program.read(actors, actorKey(actor)));
      if (Either.isRight(outcome)) {
        const { rev, state } = outcome.right;
        notes.seen({ actor, startedUs, rev, value: state.value });
      } else if (isFault(outcome.left)) notes.fault(outcome.left);
      else notes.seen({ actor, startedUs, rev: 0, value: 0 });
      yield* Effect.sleep(pauseMs);
    }
  });
