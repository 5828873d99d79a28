import { randomBytes } from 'node:crypto';
import { Context, Effect, FiberRef, Tracer } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { defineActor } from '../../actors/runtime/definition.ts';
import { testCaller, testId } from '../../actors/runtime/test-kit.ts';
import { type Fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';
import { newSpanId, newTraceId, tracing } from '../../telemetry/tracing.ts';
import { Counter } from '../../test/support/counter.ts';

/**
 * What callers do. Every ask goes through the public `Actors`: schemas, receipts, metrics and state documents are in,
 * and traces at the rate of a node's own default. Sign-in and rights are the gateway's and not in these figures. The
 * callers live in the node's process and take their part of its processor time, as the peers' did.
 */

type Service = Context.Tag.Service<typeof Actors>;

/** The counter, but it does not go to sleep by itself while it is looked at. */
export const Idle = defineActor({ ...Counter, idleAfterMs: 3_600_000 });

/** The caller's next request: what it does from now on is below a span which the gateway has made, sampled or not. */
const nextRequest = Effect.suspend(() =>
  FiberRef.update(
    FiberRef.currentContext,
    Context.add(
      Tracer.ParentSpan,
      Tracer.externalSpan({ traceId: newTraceId(), spanId: newSpanId(), sampled: tracing.sample() }),
    ),
  ),
);

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const at = (sorted: Float64Array, part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;

export const rateOf = (takenMs: ReadonlyArray<number>, seconds: number): Rate => {
  const sorted = Float64Array.from(takenMs).sort();
  const [p50Ms, p99Ms] = [Number(at(sorted, 0.5).toFixed(2)), Number(at(sorted, 0.99).toFixed(2))];
  return { perSecond: Math.round(takenMs.length / seconds), p50Ms, p99Ms };
};

const RUN = randomBytes(4).toString('hex');
let count = 0;

export interface Load extends Rate {
  readonly asks: number;
  /** Of this process, callers and all. */
  readonly cpuUsAnAsk: number;
}

/** So many callers, each with one durable ask after the other, on so many actors in turn. A fault ends it. */
export const load = (service: Service, callers: number, actors: number, forMs: number): Effect.Effect<Load, unknown> =>
  Effect.gen(function* () {
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    const taken: Array<number> = [];
    const caller = Effect.gen(function* () {
      while (performance.now() - started < forMs) {
        count += 1;
        const before = performance.now();
        yield* nextRequest;
        yield* service.ask(Counter, {
          id: testId(`k${count % actors}`),
          command: { _tag: 'Add', by: 1 },
          envelope: { commandId: `${RUN}-${count}`, caller: testCaller },
        });
        taken.push(performance.now() - before);
      }
    });
    yield* Effect.all(
      Array.from({ length: callers }, () => caller),
      { concurrency: 'unbounded', discard: true },
    );
    const rate = rateOf(taken, (performance.now() - started) / 1_000);
    const cpu = process.cpuUsage(cpuBefore);
    return { ...rate, asks: taken.length, cpuUsAnAsk: Number(((cpu.user + cpu.system) / taken.length).toFixed(1)) };
  });

/** Each of `count` actors once, in order, from the one with the number `from`. */
export interface Touch {
  readonly how: 'read' | 'ask';
  readonly prefix: string;
  readonly from: number;
  readonly count: number;
  readonly callers: number;
}

export interface Touched extends Rate {
  readonly seconds: number;
  /** Faults that were answered by asking again, as every caller does. */
  readonly again: number;
}

const GIVE_UP_MS = 60_000;

/** As every caller does: the same again while the answer is a fault. */
const answered = <A>(
  effect: Effect.Effect<A, Refusal | Fault>,
  repeated: () => void,
  untilMs = performance.now() + GIVE_UP_MS,
): Effect.Effect<A, Refusal | Fault> =>
  Effect.catchAll(effect, (error) => {
    if (!isFault(error) || performance.now() > untilMs) return Effect.fail(error);
    repeated();
    return Effect.delay(answered(effect, repeated, untilMs), error.retryAfterMs ?? 50);
  });

/** `tell` is called after each answer. */
export const touch = (service: Service, what: Touch, tell: () => void = () => {}): Effect.Effect<Touched, unknown> =>
  Effect.gen(function* () {
    const started = performance.now();
    const taken: Array<number> = [];
    const run = randomBytes(4).toString('hex');
    let next = what.from;
    let again = 0;
    const one = (number: number): Effect.Effect<unknown, Refusal | Fault> => {
      const id = testId(`${what.prefix}${number}`);
      const envelope = { commandId: `touch-${run}-${number}`, caller: testCaller };
      return what.how === 'read'
        ? service.read(Idle, id)
        : service.ask(Idle, { id, command: { _tag: 'Add', by: 1 }, envelope });
    };
    const repeated = (): void => {
      again += 1;
    };
    const caller = Effect.gen(function* () {
      while (next < what.from + what.count) {
        const number = next;
        next += 1;
        const before = performance.now();
        yield* nextRequest;
        yield* answered(one(number), repeated);
        taken.push(performance.now() - before);
        tell();
      }
    });
    yield* Effect.all(
      Array.from({ length: what.callers }, () => caller),
      { concurrency: 'unbounded', discard: true },
    );
    const seconds = (performance.now() - started) / 1_000;
    return { ...rateOf(taken, seconds), seconds, again };
  });
