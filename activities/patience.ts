import { type Context, Effect, Either, Schedule } from 'effect';
import { Actors } from '../actors/runtime/actors.ts';
import { type Fault, isFault, type Refusal } from '../domain/kernel/refusal.ts';

/**
 * A step that walks a large file has read all of it before it asks, so a moment in which a node's actors move to another
 * must not cost the whole attempt: what had no answer is asked again, by itself, with the same command ids.
 */

type Service = Context.Tag.Service<typeof Actors>;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** Longer than a lease and the moving of a node's actors, shorter than what a person would call standing still. */
const PATIENCE_MS = 120_000;
const GROWTH = 2;

const CODES = new Set(['Retry', 'Busy']);

const isPassing = (failure: unknown): failure is Fault =>
  isFault(failure) && failure.service === 'actor' && CODES.has(failure.code);

const pauses: ReadonlyArray<number> = (() => {
  const all: Array<number> = [];
  let sum = 0;
  for (let next = FIRST_PAUSE_MS; sum < PATIENCE_MS; next = Math.min(next * GROWTH, LONGEST_PAUSE_MS)) {
    all.push(next);
    sum += next;
  }
  return all;
})();

const schedule = Schedule.fromDelays(FIRST_PAUSE_MS, ...pauses.slice(1));

type Answers<A> = ReadonlyArray<Either.Either<A, Refusal | Fault>>;

/** Asks all, then for some time those again that had no answer. */
const askAll = <Ask, A>(
  ask: (asks: ReadonlyArray<Ask>) => Effect.Effect<Answers<A>>,
  asks: ReadonlyArray<Ask>,
): Effect.Effect<Answers<A>> =>
  Effect.gen(function* () {
    const answers = [...(yield* ask(asks))];
    for (const pause of pauses) {
      const open = [...answers.keys()].filter((at) => {
        const answer = answers[at];
        return answer !== undefined && Either.isLeft(answer) && isPassing(answer.left);
      });
      if (open.length === 0) break;
      yield* Effect.sleep(pause);
      const late = yield* ask(open.flatMap((at) => asks[at] ?? []));
      for (const [place, at] of open.entries()) {
        const answer = late[place];
        if (answer !== undefined) answers[at] = answer;
      }
    }
    return answers;
  });

const patient = (actors: Service): Service => ({
  ask: (definition, ask) => Effect.retry(actors.ask(definition, ask), { schedule, while: isPassing }),
  read: (definition, id) => Effect.retry(actors.read(definition, id), { schedule, while: isPassing }),
  askMany: (definition, asks) => askAll((some) => actors.askMany(definition, some), asks),
});

/** The step with actors that are asked again, for up to two minutes, while they do not answer. */
export const patiently =
  <Input, A, E, R>(step: (input: Input) => Effect.Effect<A, E, R>) =>
  (input: Input): Effect.Effect<A, E, R | Actors> =>
    Effect.flatMap(Actors, (actors) => Effect.provideService(step(input), Actors, patient(actors)));
