import { type Context, Effect, Either, type Fiber, type Tracer } from 'effect';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { formatTraceparent } from '../../telemetry/tracing.ts';
import type { Actors, Answer, Envelope } from './actors.ts';
import type { Reading } from './awake-actor.ts';
import type { AnyDefinition } from './definition.ts';
import { type Answered, isDefect, type Outcome, type Question } from './outcome.ts';
import { partitionOf } from './partition.ts';
import { type Protocol, protocolOf, type TaggedCommand } from './protocol.ts';
import { missing } from './replay.ts';

/** The public face over mailboxes: commands are checked and encoded here, answers decoded, spans begun and ended. */

/** Where an ask goes: into a mailbox of this node or to another. Each calls `answer` exactly once. */
export interface Router {
  readonly ask: (protocol: Protocol, id: ActorId, partition: number, question: Question, encoded: unknown) => void;
  readonly read: (protocol: Protocol, id: ActorId, partition: number, reading: Reading) => void;
}

type Service = Context.Tag.Service<typeof Actors>;
type Result = Either.Either<Answer<unknown>, Refusal | Fault>;
type Settle = (result: Result | Effect.Effect<never>) => void;

interface AnyAsk {
  readonly id: ActorId;
  readonly command: TaggedCommand;
  readonly envelope: Envelope;
}

/** Asks of one `askMany` that are under way at the same time. */
const WINDOW = 512;

/** A stored reply that its schema no longer reads is a bug of the definition, and must not hurt other callers. */
const answerOf = (protocol: Protocol, tag: string, { encoded, rev }: Answered): Result | Effect.Effect<never> => {
  try {
    return Either.right({ reply: protocol.decodeReply(tag, encoded), rev });
  } catch {
    return Effect.dieMessage(`${protocol.kind}: a stored reply of ${tag} does not fit its schema`);
  }
};

const settledBy =
  (protocol: Protocol, tag: string, settle: Settle) =>
  (outcome: Outcome): void => {
    if (isDefect(outcome)) settle(Effect.dieMessage(outcome.message));
    else if (isRefusal(outcome) || isFault(outcome)) settle(Either.left(outcome));
    else settle(answerOf(protocol, tag, outcome));
  };

const send = (
  router: Router,
  protocol: Protocol,
  ask: AnyAsk,
  traceparent: string | undefined,
  settle: Settle,
): void => {
  const { id, command, envelope } = ask;
  const input = protocol.encodeInput(command);
  if ('_tag' in input) {
    settle(Either.left(input));
    return;
  }
  const question: Question = {
    command,
    inputHash: input.hash,
    envelope: envelope.traceparent !== undefined || traceparent === undefined ? envelope : { ...envelope, traceparent },
    askedAtMs: performance.now(),
    answer: settledBy(protocol, command._tag, settle),
  };
  router.ask(protocol, id, partitionOf(protocol.kind, formatActorId(id)), question, input.encoded);
};

const sampledSpan = ({ currentSpan }: Fiber.RuntimeFiber<unknown, unknown>): Tracer.AnySpan | undefined =>
  currentSpan?.sampled === true ? currentSpan : undefined;

/** A span is made only where somebody traces: an ask that nobody looks at does not pay for one. */
const traced =
  (name: string, protocol: Protocol) =>
  <A, E>(run: (traceparent: string | undefined) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.withFiberRuntime<A, E>((fiber) => {
      if (sampledSpan(fiber) === undefined) return run(undefined);
      return Effect.withSpan(
        Effect.withFiberRuntime<A, E>((inner) => {
          const span = sampledSpan(inner);
          return run(span === undefined ? undefined : formatTraceparent(span));
        }),
        name,
        { attributes: { 'actor.kind': protocol.kind }, captureStackTrace: false },
      );
    });

const askOne = (router: Router, protocol: Protocol, ask: AnyAsk): Effect.Effect<Answer<unknown>, Refusal | Fault> =>
  traced(
    `actor ${ask.command._tag}`,
    protocol,
  )((traceparent) =>
    Effect.async<Answer<unknown>, Refusal | Fault>((resume) => send(router, protocol, ask, traceparent, resume)),
  );

const askAll = (
  router: Router,
  protocol: Protocol,
  asks: ReadonlyArray<AnyAsk>,
): Effect.Effect<ReadonlyArray<Result>> =>
  traced(
    `actor askMany`,
    protocol,
  )((traceparent) =>
    Effect.async<ReadonlyArray<Result>>((resume) => {
      const results = new Array<Result>(asks.length);
      const window = Math.max(1, Math.min(WINDOW, protocol.mailbox >> 1));
      let next = 0;
      let open = 0;
      let done = 0;
      let filling = false;
      const fill = (): void => {
        // An answer that comes at once would otherwise recurse as deep as there are asks.
        if (filling) return;
        filling = true;
        while (open < window && next < asks.length) {
          const index = next;
          const ask = asks[index];
          next += 1;
          open += 1;
          if (ask === undefined) continue;
          send(router, protocol, ask, traceparent, (result) => {
            open -= 1;
            done += 1;
            if (!Either.isEither(result)) return resume(result);
            results[index] = result;
            if (done === asks.length) resume(Effect.succeed(results));
            else fill();
          });
        }
        filling = false;
      };
      if (asks.length === 0) resume(Effect.succeed(results));
      else fill();
    }),
  );

const readOne = (
  router: Router,
  protocol: Protocol,
  id: ActorId,
): Effect.Effect<{ readonly state: unknown; readonly rev: number }, Refusal | Fault> =>
  traced(
    'actor read',
    protocol,
  )(() =>
    Effect.async((resume) => {
      const answer: Reading['answer'] = (outcome) => {
        if (outcome._tag === 'State') {
          const { state, rev } = outcome.snapshot;
          resume(rev === 0 ? Effect.fail(missing(protocol.kind)) : Effect.succeed({ state, rev }));
        } else resume(isDefect(outcome) ? Effect.dieMessage(outcome.message) : Effect.fail(outcome));
      };
      router.read(protocol, id, partitionOf(protocol.kind, formatActorId(id)), { answer });
    }),
  );

export const makeService = (router: Router, definitions: ReadonlyArray<AnyDefinition>): Service => {
  const known = new Set<Protocol>(definitions.map(protocolOf));
  const served = (definition: AnyDefinition): Protocol => {
    const protocol = protocolOf(definition);
    if (!known.has(protocol)) throw new Error(`${definition.kind} is not among the actors of this node`);
    return protocol;
  };
  // The contract's types are those of the definition; inside, every kind is handled by its compiled protocol.
  return {
    ask: (definition, ask) => askOne(router, served(definition), ask as AnyAsk),
    askMany: (definition, asks) => askAll(router, served(definition), asks as ReadonlyArray<AnyAsk>),
    read: (definition, id) => readOne(router, served(definition), id),
  } as Service;
};
