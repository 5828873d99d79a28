import { Effect, Either } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { isFault } from '../../domain/kernel/refusal.ts';
import type { Counter, NewerCounter } from '../support/counter.ts';

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
}

/** As the release of the process that asks knows it. */
export type AnyCounter = typeof Counter | typeof NewerCounter;

export const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

export const actorKey = (actor: number): string => `k${actor}`;
export const commandIdOf = (caller: string, number: number): string => `${caller}.${number}`;

const AGAIN_MS = 25;
/** One in so many commands is sent once more after its answer. */
const REPEAT_EVERY = 16;

/** Asks until it is answered. A refusal or a defect would be a bug here: it ends the caller loudly. */
const add = (counter: AnyCounter, caller: string, number: number, actor: number) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const startedUs = nowUs();
    for (let attempts = 1; ; attempts += 1) {
      const outcome = yield* Effect.either(
        actors.ask(counter, {
          id: testId(actorKey(actor)),
          command: { _tag: 'Add', by: 1 },
          envelope: { commandId: commandIdOf(caller, number), caller: testCaller },
        }),
      );
      if (Either.isRight(outcome)) {
        const { reply, rev } = outcome.right;
        const written: Written = {
          ...{ caller, number, actor, startedUs, ackedUs: nowUs(), attempts },
          ...{ rev, value: reply.value },
        };
        return written;
      }
      if (!isFault(outcome.left)) return yield* Effect.dieMessage(`${outcome.left.code}: ${outcome.left.message}`);
      yield* Effect.sleep(AGAIN_MS);
    }
  });

/** One after the other, `pauseMs` apart, until `stopping` says so; then it ends with the answer that it waits for. */
export const writer = (
  counter: AnyCounter,
  name: string,
  actorOf: (number: number) => number,
  pauseMs: number,
  notes: Notes,
  stopping: () => boolean = () => false,
) =>
  Effect.gen(function* () {
    for (let number = 0; !stopping(); number += 1) {
      const actor = actorOf(number);
      notes.written(yield* add(counter, name, number, actor));
      if (number % REPEAT_EVERY === 0) notes.written(yield* add(counter, name, number, actor));
      yield* Effect.sleep(pauseMs);
    }
  });

/** Reads for ever; what cannot be answered now is not asked again. */
export const reader = (counter: AnyCounter, actorOf: () => number, pauseMs: number, notes: Notes) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    for (;;) {
      const actor = actorOf();
      const startedUs = nowUs();
      const outcome = yield* Effect.either(actors.read(counter, testId(actorKey(actor))));
      if (Either.isRight(outcome)) {
        const { rev, state } = outcome.right;
        notes.seen({ actor, startedUs, rev, value: state.value });
      } else if (!isFault(outcome.left)) notes.seen({ actor, startedUs, rev: 0, value: 0 });
      yield* Effect.sleep(pauseMs);
    }
  });
