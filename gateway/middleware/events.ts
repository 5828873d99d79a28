import { type Cause, type Deferred, Effect, Schedule, Stream } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { gauge } from '../../telemetry/metrics.ts';
import type { Events } from '../route.ts';
import { encodeAnswer } from './decode.ts';

/**
 * Server-sent events (HTML Living Standard §9.2) from a stream: a heartbeat while nothing happens, so that proxies and
 * we ourselves notice who is gone; a failure as an event of its own; a word to come back when this node stops.
 */

export interface AnyEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

export interface EventsOptions {
  readonly heartbeatMs: number;
  /** How long a browser waits before it connects again. */
  readonly retryMs: number;
  /** Completed when the server stops, so that the client goes to another node. */
  readonly stopping: Deferred.Deferred<void>;
  /** Until the caller's token ends. */
  readonly forMs: number;
  /** The JSON of the last event, named `problem`, when the stream fails. */
  readonly problem: (cause: Cause.Cause<Refusal | Fault>) => unknown;
}

/** One event as text. Line breaks in an id or a name would begin another field, so they are dropped. */
export const formatEvent = (event: AnyEvent): string => {
  const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, '');
  const id = event.id === undefined ? '' : `id: ${oneLine(event.id)}\n`;
  return `${id}event: ${oneLine(event.event)}\ndata: ${JSON.stringify(event.data)}\n\n`;
};

export const eventBytes = (
  declared: Events,
  source: Stream.Stream<AnyEvent, Refusal | Fault>,
  options: EventsOptions,
): Stream.Stream<Uint8Array> => {
  const heartbeat = Stream.fromSchedule(Schedule.spaced(options.heartbeatMs)).pipe(
    Stream.map(() => ': still here\n\n'),
  );
  const texts = source.pipe(
    Stream.map((event) => {
      const sampled = declared[event.event];
      if (sampled === undefined) throw new Error(`the event ${event.event} is not declared on its route`);
      return formatEvent({ ...event, data: encodeAnswer(sampled, event.data) });
    }),
    Stream.catchAllCause((cause) => Stream.succeed(formatEvent({ event: 'problem', data: options.problem(cause) }))),
  );
  return Stream.succeed(`retry: ${options.retryMs}\n\n`).pipe(
    Stream.concat(Stream.merge(texts, heartbeat, { haltStrategy: 'left' })),
    Stream.interruptWhenDeferred(options.stopping),
    Stream.interruptAfter(options.forMs),
    Stream.encodeText,
  );
};

const openEventStreams = gauge({ name: 'hufu_http_event_streams', help: 'Open streams of server-sent events' });

/** How many streams are open, in all and per caller; past either bound another one is refused. */
export class OpenStreams {
  private readonly perCaller = new Map<string, number>();
  private readonly limit: number;
  private readonly limitPerCaller: number;
  private open = 0;

  constructor(limit: number, limitPerCaller: number) {
    this.limit = limit;
    this.limitPerCaller = limitPerCaller;
  }

  get count(): number {
    return this.open;
  }

  /** @returns how to give the place back (once), or undefined when there is none. */
  enter(caller: string): (() => void) | undefined {
    const mine = this.perCaller.get(caller) ?? 0;
    if (this.open >= this.limit || mine >= this.limitPerCaller) return undefined;
    this.open += 1;
    this.perCaller.set(caller, mine + 1);
    openEventStreams.inc();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.open -= 1;
      openEventStreams.dec();
      const rest = (this.perCaller.get(caller) ?? 1) - 1;
      if (rest === 0) this.perCaller.delete(caller);
      else this.perCaller.set(caller, rest);
    };
  }
}

/** The place is given back when the stream ends in whatever way. */
export const leavingAfter = <A>(stream: Stream.Stream<A>, leave: () => void): Stream.Stream<A> =>
  Stream.ensuring(stream, Effect.sync(leave));
