import { Cause, Effect, FiberSet, Option, Queue } from 'effect';
import type { mongo } from 'mongoose';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault } from '../../domain/kernel/refusal.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { log } from '../../telemetry/log.ts';
import { counter } from '../../telemetry/metrics.ts';
import { type DeadLetter, deadLetters, letterOf, saveLetter, saveWaiting } from './dead-letters.ts';
import { Lease } from './lease.ts';
import { NewerRelease } from './outcome.ts';
import { makePermits, type Permits } from './permits.ts';
import type { Subscription, Turn } from './subscriptions.ts';
import type { Deliver, Delivery, SliceView } from './subscriptions-slice.ts';

/**
 * Two ways of handling what a slice reads. `eachTurn`: turn by turn, actors beside each other, an actor's turns in
 * order, with retries and dead letters. `inBatches`: for followers of the runtime's own that only write to MongoDB:
 * everything that has come goes in one call, tried until it succeeds.
 */

const turnsTotal = counter({
  name: 'hufu_subscription_turns_total',
  help: 'Turns by what became of them: handled, retried (a failed try), dead, waiting (behind a dead one)',
  labels: ['subscription', 'outcome'],
});

const DEFAULT_CONCURRENCY = 32;
const DEFAULT_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Dead letters of one slice; at this many it stops and waits: the rest is safe in the journal. */
const MAX_LETTERS = 10_000;
const LETTERS_EVERY_MS = 500;
const NEWER_RELEASE_PAUSE_MS = 2_000;
/** Every so often also letters that wait behind nothing are looked for (their head was discarded as they came). */
const ORPHANS_EVERY = 60;

type Failure = { readonly code: string; readonly message: string; readonly attempts: number };

const failureOf = (cause: Cause.Cause<Fault>, attempts: number): Failure => {
  const fault = Option.getOrUndefined(Cause.failureOption(cause));
  if (isFault(fault)) return { code: fault.code, message: fault.message, attempts };
  const defect = Cause.squash(cause);
  // The defect's own text may quote data: only its name is kept with the letter, the rest goes to the log.
  return { code: 'Defect', message: defect instanceof Error ? defect.name : 'unknown', attempts };
};

const pauseMs = (attempt: number, cause: Cause.Cause<Fault>): number => {
  const fault = Option.getOrUndefined(Cause.failureOption(cause));
  const growing = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return Math.min(Math.max(growing, fault?.retryAfterMs ?? 0), LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
};

const actorOf = (turn: Turn): string => `${turn.kind}/${formatActorId(turn.id)}`;

/** A node that is no longer certain of its shard does not begin anything; it is interrupted or certain again soon. */
const certain = (lease: Lease['Type']): Effect.Effect<void> =>
  Effect.suspend(() => (lease.isValid() ? Effect.void : Effect.zipRight(Effect.sleep(50), certain(lease))));

const persist = (doing: string, write: () => Promise<unknown>): Effect.Effect<void> =>
  mongoTry(doing, write).pipe(
    Effect.tapError((fault) => Effect.sync(() => log.warn({ error: fault.message }, 'trying again'))),
    Effect.catchAll(() => Effect.zipRight(Effect.sleep(1_000), persist(doing, write))),
    Effect.asVoid,
  );

type Work = Delivery | 'letters';

class ActorQueues {
  private readonly waiting = new Map<string, Array<Work>>();

  /** True when the actor's queue was empty: then somebody must start to work it off. */
  add(actor: string, work: Work): boolean {
    const queue = this.waiting.get(actor);
    if (queue === undefined) {
      this.waiting.set(actor, [work]);
      return true;
    }
    queue.push(work);
    return false;
  }

  next(actor: string): Work | undefined {
    const work = this.waiting.get(actor)?.shift();
    if (work === undefined) this.waiting.delete(actor);
    return work;
  }
}

interface Handling<R> {
  readonly subscription: Subscription<R>;
  readonly slice: SliceView;
  readonly db: mongo.Db;
  readonly attempt: (turn: Turn) => Effect.Effect<Failure | undefined, never, R>;
  /** Actors that may have letters. */
  readonly blocked: Set<string>;
}

const lettersOf = ({ slice }: Handling<never>): mongo.Filter<DeadLetter> => ({
  follower: slice.name,
  partition: { $mod: [slice.slices, slice.slice] },
});

const headOf = ({ db, slice }: Handling<never>, kind: string, actor: string) =>
  deadLetters(db).findOne({ follower: slice.name, kind, actor }, { sort: { rev: 1 } });

const roomForLetters = (handling: Handling<never>): Effect.Effect<void> =>
  mongoTry('counting dead letters', () =>
    deadLetters(handling.db).countDocuments(lettersOf(handling), { limit: MAX_LETTERS }),
  ).pipe(
    Effect.orElseSucceed(() => MAX_LETTERS),
    Effect.flatMap((letters) => {
      if (letters < MAX_LETTERS) return Effect.void;
      log.error({ subscription: handling.slice.name, letters }, 'too many dead letters: the slice waits');
      return Effect.zipRight(Effect.sleep(5_000), roomForLetters(handling));
    }),
  );

const bury = (handling: Handling<never>, turn: Turn, failure: Failure): Effect.Effect<void> => {
  const { slice, db, blocked } = handling;
  log.error({ subscription: slice.name, record: turn.record, rev: turn.rev, code: failure.code }, 'dead letter');
  turnsTotal.inc({ subscription: slice.name, outcome: 'dead' });
  blocked.add(actorOf(turn));
  const letter = letterOf(slice.name, turn, { status: 'dead', ...failure });
  return Effect.zipRight(
    roomForLetters(handling),
    persist('writing a dead letter', () => saveLetter(db, letter)),
  );
};

const handleOrBury = <R>(handling: Handling<R>, turn: Turn): Effect.Effect<boolean, never, R> =>
  Effect.flatMap(handling.attempt(turn), (failure) => {
    if (failure !== undefined) return Effect.as(bury(handling as Handling<never>, turn, failure), false);
    turnsTotal.inc({ subscription: handling.slice.name, outcome: 'handled' });
    return Effect.succeed(true);
  });

/** A turn of an actor that has letters: before the oldest it is only a repetition; after it, it waits. */
const handleBlocked = <R>(handling: Handling<R>, turn: Turn): Effect.Effect<void, never, R> =>
  Effect.gen(function* () {
    const { slice, db, blocked } = handling;
    const actor = formatActorId(turn.id);
    let head: DeadLetter | null = null;
    yield* persist('reading dead letters', async () => {
      head = await headOf(handling as Handling<never>, turn.kind, actor);
    });
    const oldest = head as DeadLetter | null;
    if (oldest === null) blocked.delete(actorOf(turn));
    if (oldest === null || turn.rev < oldest.rev) {
      yield* handleOrBury(handling, turn);
      return;
    }
    if (turn.rev === oldest.rev) return;
    turnsTotal.inc({ subscription: slice.name, outcome: 'waiting' });
    const why = { code: 'Waiting', message: `behind revision ${oldest.rev}`, attempts: 0 };
    yield* roomForLetters(handling as Handling<never>);
    yield* persist('writing a dead letter', () =>
      saveWaiting(db, letterOf(slice.name, turn, { status: 'waiting', ...why })),
    );
  });

/** Handles an actor's letters from the oldest on, as far as it goes. */
const workLetters = <R>(handling: Handling<R>, kind: string, actor: string): Effect.Effect<void, Fault, R> =>
  Effect.gen(function* () {
    for (;;) {
      const letter = yield* mongoTry('reading a dead letter', () => headOf(handling as Handling<never>, kind, actor));
      if (letter === null) {
        handling.blocked.delete(`${kind}/${actor}`);
        return;
      }
      if (letter.status === 'dead') return;
      const turn = yield* handling.slice.readTurn(letter.record, letter.rev);
      if (turn !== undefined && !(yield* handleOrBury(handling, turn))) return;
      yield* mongoTry('removing a dead letter', () => deadLetters(handling.db).deleteOne({ _id: letter._id }));
    }
  });

const findWork = (handling: Handling<never>, orphansToo: boolean) =>
  mongoTry('looking for dead letters', async () => {
    const letters = deadLetters(handling.db);
    const marked = await letters
      .find({ ...lettersOf(handling), status: 'retry' })
      .limit(100)
      .toArray();
    if (!orphansToo) return marked;
    const waiting = await letters.aggregate<DeadLetter>([
      { $match: lettersOf(handling) },
      { $sort: { kind: 1, actor: 1, rev: 1 } },
      { $group: { _id: { kind: '$kind', actor: '$actor' }, head: { $first: '$$ROOT' } } },
      { $replaceRoot: { newRoot: '$head' } },
      { $match: { status: 'waiting' } },
    ]);
    return [...marked, ...(await waiting.toArray())];
  });

const retrying = <R>(
  subscription: Subscription<R>,
  lease: Lease['Type'],
  { withPermit }: Permits,
): Handling<R>['attempt'] => {
  const attempts = subscription.attempts ?? DEFAULT_ATTEMPTS;
  const once = (turn: Turn, attempt: number): Effect.Effect<Failure | undefined, never, R> =>
    Effect.zipRight(certain(lease), withPermit(subscription.handle(turn))).pipe(
      Effect.as(undefined),
      Effect.catchAllCause((cause) => {
        if (Cause.isInterrupted(cause)) return Effect.interrupt;
        if (Cause.squash(cause) instanceof NewerRelease) {
          // Not for this release: it waits for the node that takes this one's place.
          return Effect.zipRight(Effect.sleep(NEWER_RELEASE_PAUSE_MS), once(turn, attempt));
        }
        const isDefect = Option.isNone(Cause.failureOption(cause));
        if (isDefect) log.error({ subscription: subscription.name, error: Cause.squash(cause) }, 'handler died');
        // A bug does not go away by trying again.
        if (isDefect || attempt >= attempts) return Effect.succeed(failureOf(cause, attempt));
        turnsTotal.inc({ subscription: subscription.name, outcome: 'retried' });
        return Effect.zipRight(Effect.sleep(pauseMs(attempt, cause)), once(turn, attempt + 1));
      }),
    );
  return (turn) => once(turn, 1);
};

export const eachTurn =
  <R>(subscription: Subscription<R>): Deliver<R> =>
  (slice) =>
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const lease = yield* Lease;
      const permits = yield* makePermits(subscription.concurrency ?? DEFAULT_CONCURRENCY);
      const blocked = new Set<string>();
      const handling: Handling<R> = {
        subscription,
        slice,
        db,
        attempt: retrying(subscription, lease, permits),
        blocked,
      };
      const internal = handling as Handling<never>;
      yield* persist('reading dead letters', async () => {
        const pairs = await deadLetters(db)
          .find(lettersOf(internal), { projection: { kind: 1, actor: 1 } })
          .toArray();
        for (const { kind, actor } of pairs) blocked.add(`${kind}/${actor}`);
      });
      const queues = new ActorQueues();
      const fork = yield* FiberSet.makeRuntime<R>();

      const workOff = (actor: string): Effect.Effect<void, never, R> =>
        Effect.gen(function* () {
          for (let work = queues.next(actor); work !== undefined; work = queues.next(actor)) {
            if (work === 'letters') {
              const slash = actor.indexOf('/');
              yield* Effect.ignoreLogged(workLetters(handling, actor.slice(0, slash), actor.slice(slash + 1)));
              continue;
            }
            for (const turn of work.turns) {
              yield* blocked.has(actor) ? handleBlocked(handling, turn) : handleOrBury(handling, turn);
            }
            work.settle();
          }
        });
      const give = (actor: string, work: Work): void => {
        if (queues.add(actor, work)) fork(workOff(actor));
      };

      let rounds = 0;
      const letters = Effect.suspend(() => findWork(internal, rounds++ % ORPHANS_EVERY === 0)).pipe(
        Effect.tap((found) => {
          for (const actor of new Set(found.map((letter) => `${letter.kind}/${letter.actor}`))) give(actor, 'letters');
          return Effect.void;
        }),
        Effect.ignoreLogged,
      );
      yield* Effect.forkScoped(Effect.forever(Effect.zipRight(letters, Effect.sleep(LETTERS_EVERY_MS))));

      return (delivery) =>
        Effect.sync(() => {
          // Turns that changed nothing are no news; what is left of a record belongs to one actor.
          const turns = delivery.turns.filter((turn) => turn.events.length > 0);
          const [first] = turns;
          if (first === undefined) delivery.settle();
          else give(actorOf(first), { ...delivery, turns });
        });
    });

/** Records handed over together; each may hold several turns. */
const BATCH = 200;

export const inBatches =
  <R>(
    name: string,
    handleAll: (turns: ReadonlyArray<Turn>) => Effect.Effect<void, Fault, R>,
    alongside: (slice: SliceView) => Effect.Effect<never, never, R>,
  ): Deliver<R> =>
  (slice) =>
    Effect.gen(function* () {
      const lease = yield* Lease;
      const queue = yield* Queue.bounded<Delivery>(BATCH);
      const handle = (turns: ReadonlyArray<Turn>): Effect.Effect<void, never, R> =>
        Effect.zipRight(certain(lease), handleAll(turns)).pipe(
          Effect.catchAllCause((cause) => {
            if (Cause.isInterrupted(cause)) return Effect.interrupt;
            turnsTotal.inc({ subscription: name, outcome: 'retried' });
            log.warn({ subscription: name, error: String(Cause.squash(cause)) }, 'trying again');
            return Effect.zipRight(Effect.sleep(pauseMs(4, cause)), handle(turns));
          }),
        );
      const work = Effect.gen(function* () {
        const deliveries = [...(yield* Queue.takeBetween(queue, 1, BATCH))];
        const turns = deliveries.flatMap((delivery) => delivery.turns);
        yield* handle(turns);
        turnsTotal.inc({ subscription: name, outcome: 'handled' }, turns.length);
        for (const delivery of deliveries) delivery.settle();
      });
      yield* Effect.forkScoped(Effect.forever(work));
      yield* Effect.forkScoped(alongside(slice));
      return (delivery) => Effect.asVoid(Queue.offer(queue, delivery));
    });
