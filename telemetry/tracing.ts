/**
 * Traces: who called whom for one request, from HTTP through workflow, activity and actor. Contexts travel as W3C
 * `traceparent` texts. Sampled spans go to an OpenTelemetry collector when `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and
 * always into a bounded ring in memory that a test or an operator can look at. `HUFU_TRACE_RATIO` (0–1, default 0.05)
 * says how many new traces are sampled; a caller's own decision is followed. Decision 0060 says why this is a small
 * bridge of ours and not `@effect/opentelemetry`.
 */
import { Cause, type Context, Effect, Exit, Layer, Option, Tracer } from 'effect';
import { redacted } from './log.ts';

export type SpanKind = Tracer.SpanKind;

/** Where a span is in its trace; what `traceparent` says. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Nanoseconds since the epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Absent when it went well; else a code or a class of error, no personal data. */
  readonly error?: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** Where finished spans go besides the ring. */
export interface Collector {
  readonly add: (span: FinishedSpan) => void;
  /** Sends what is waiting. */
  readonly flush: () => Promise<void>;
}

/** Only version 00 is written; a later version is read by its first four fields, as the recommendation asks. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** @returns undefined for what is no `traceparent`: the caller starts a trace of its own, as W3C asks. */
export const parseTraceparent = (text: string | undefined | null): TraceContext | undefined => {
  const match = TRACEPARENT.exec(text ?? '');
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
};

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

const HEX = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));
const hex16bits = (value: number): string => HEX[value & 0xffff] ?? '';

/** Ids must be unlikely to meet, not hard to guess: the cheap random numbers do, as in OpenTelemetry's own generator. */
const random32bits = (): number => Math.floor(Math.random() * 0x1_0000_0000);
const hex32bits = (value: number): string => hex16bits(value >>> 16) + hex16bits(value);
/** Never all zero, which would be invalid. */
const hex64bits = (): string => hex32bits(random32bits()) + hex32bits(random32bits() || 1);

/** Of this process, so that half of a trace's id is drawn once; the other half, by which collectors sample, is drawn anew. */
const processHalf = hex64bits();

export const newTraceId = (): string => processHalf + hex64bits();
export const newSpanId = (): string => hex64bits();

/** The current span's context, to be sent along; undefined outside any span. */
export const currentTraceparent: Effect.Effect<string | undefined> = Effect.map(
  Effect.serviceOption(Tracer.ParentSpan),
  (span) => (Option.isSome(span) ? formatTraceparent(span.value) : undefined),
);

/** Runs as a part of the trace that the text names; a text that names none changes nothing. */
export const withTraceparent =
  (text: string | undefined | null) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const parent = parseTraceparent(text);
    return parent === undefined
      ? effect
      : (Effect.withParentSpan(effect, Tracer.externalSpan(parent)) as Effect.Effect<A, E, R>);
  };

/**
 * A span for places that are passed thousands of times a second: made only inside a sampled trace, else the effect
 * runs as it is. (`Effect.withSpan` costs about ten times a small effect, sampled or not.)
 */
export const sampledSpan =
  (name: string, options: { readonly kind?: SpanKind; readonly attributes?: Record<string, unknown> } = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.serviceOption(Tracer.ParentSpan), (above) =>
      Option.isSome(above) && above.value.sampled
        ? (Effect.withSpan(effect, name, { ...options, captureStackTrace: false }) as Effect.Effect<A, E, R>)
        : effect,
    );

export interface TracingOptions {
  /** Part of new traces that are sampled, 0–1. */
  readonly ratio: number;
  /** Finished spans kept in memory. */
  readonly ringSize: number;
  readonly collector?: Collector;
}

export interface Tracing {
  readonly tracer: Tracer.Tracer;
  /** Decides about a trace that begins here. */
  readonly sample: () => boolean;
  /** For spans measured outside Effect (workflows); ends up where all others do. */
  readonly record: (span: FinishedSpan) => void;
  /** The ring, oldest first; of one trace when its id is given. */
  readonly finished: (traceId?: string) => ReadonlyArray<FinishedSpan>;
  readonly flush: () => Promise<void>;
}

const NO_ATTRIBUTES: ReadonlyMap<string, unknown> = new Map();

/** Children of an unsampled span carry its ids: they are told to nobody. */
class UnsampledSpan implements Tracer.Span {
  readonly _tag = 'Span';
  readonly sampled = false;
  readonly attributes = NO_ATTRIBUTES;
  readonly links = [];
  readonly status: Tracer.SpanStatus;
  readonly name: string;
  readonly parent: Option.Option<Tracer.AnySpan>;
  readonly context: Context.Context<never>;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;

  constructor(start: SpanStart) {
    this.name = start.name;
    this.parent = start.parent;
    this.context = start.context;
    this.kind = start.kind;
    this.status = { _tag: 'Started', startTime: start.startTime };
    const above = Option.getOrUndefined(start.parent);
    this.traceId = above?.traceId ?? newTraceId();
    this.spanId = above?.spanId ?? newSpanId();
  }

  end(): void {}
  attribute(): void {}
  event(): void {}
  addLinks(): void {}
}

interface SpanStart {
  readonly name: string;
  readonly parent: Option.Option<Tracer.AnySpan>;
  readonly context: Context.Context<never>;
  readonly kind: SpanKind;
  readonly startTime: bigint;
}

class SampledSpan implements Tracer.Span {
  readonly _tag = 'Span';
  readonly sampled = true;
  readonly attributes = new Map<string, unknown>();
  readonly links: Array<Tracer.SpanLink>;
  status: Tracer.SpanStatus;
  readonly name: string;
  readonly parent: Option.Option<Tracer.AnySpan>;
  readonly context: Context.Context<never>;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  private readonly record: (span: FinishedSpan) => void;

  constructor(start: SpanStart, links: ReadonlyArray<Tracer.SpanLink>, record: (span: FinishedSpan) => void) {
    this.name = start.name;
    this.parent = start.parent;
    this.context = start.context;
    this.kind = start.kind;
    this.links = [...links];
    this.record = record;
    this.status = { _tag: 'Started', startTime: start.startTime };
    this.traceId = Option.getOrUndefined(start.parent)?.traceId ?? newTraceId();
    this.spanId = newSpanId();
  }

  end(endTime: bigint, exit: Exit.Exit<unknown, unknown>): void {
    const startTime = this.status.startTime;
    this.status = { _tag: 'Ended', startTime, endTime, exit };
    const error = errorName(exit);
    const parentSpanId = Option.getOrUndefined(this.parent)?.spanId;
    this.record({
      traceId: this.traceId,
      spanId: this.spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name: this.name,
      kind: this.kind,
      startNs: startTime,
      endNs: endTime,
      ...(error === undefined ? {} : { error }),
      attributes: scalars(this.attributes),
    });
  }

  attribute(key: string, value: unknown): void {
    this.attributes.set(key, value);
  }

  /** Events of a span would be a second log; its attributes and the log are enough. */
  event(): void {}

  addLinks(links: ReadonlyArray<Tracer.SpanLink>): void {
    this.links.push(...links);
  }
}

const scalars = (attributes: ReadonlyMap<string, unknown>): Record<string, string | number | boolean> => {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(redacted(Object.fromEntries(attributes)))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') result[name] = value;
  }
  return result;
};

/** A refusal or a fault by its code, an exception by its class: messages may quote data. */
const errorName = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined;
  if (Cause.isInterruptedOnly(exit.cause)) return 'Interrupted';
  const thrown: unknown = Cause.squash(exit.cause);
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) return String(thrown.code);
  return thrown instanceof Error ? thrown.name : 'Error';
};

export const makeTracing = ({ ratio, ringSize, collector }: TracingOptions): Tracing => {
  const ring: Array<FinishedSpan> = [];
  let next = 0;
  const record = (span: FinishedSpan): void => {
    ring[next] = span;
    next = (next + 1) % ringSize;
    collector?.add(span);
  };
  const sample = () => Math.random() < ratio;
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const start = { name, parent, context, startTime, kind };
      const sampled = Option.isSome(parent) ? parent.value.sampled : sample();
      return sampled ? new SampledSpan(start, links, record) : new UnsampledSpan(start);
    },
    context: (run) => run(),
  });
  return {
    tracer,
    sample,
    record,
    finished: (traceId) => {
      const inOrder = [...ring.slice(next), ...ring.slice(0, next)];
      return traceId === undefined ? inOrder : inOrder.filter((span) => span.traceId === traceId);
    },
    flush: () => collector?.flush() ?? Promise.resolve(),
  };
};

const ratioOf = (text: string | undefined): number => {
  const ratio = Number(text ?? 0.05);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error(`HUFU_TRACE_RATIO is a number from 0 to 1, not ${text}`);
  return ratio;
};

const endpoint = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
// The exporter is three hundred modules: a node that tells no collector does not wait for them.
const collector = endpoint === '' ? {} : { collector: (await import('./otlp.ts')).collectorOf(endpoint) };

/** The process's own tracing, as its environment says. */
export const tracing: Tracing = makeTracing({
  ratio: ratioOf(process.env['HUFU_TRACE_RATIO']),
  ringSize: 4_096,
  ...collector,
});

/** Sends the spans of all effects under it to `to`; what still waits at the end is sent then. */
export const tracingLayer = (to: Tracing): Layer.Layer<never> =>
  Layer.merge(
    Layer.setTracer(to.tracer),
    Layer.scopedDiscard(
      Effect.addFinalizer(() => Effect.promise(() => to.flush()).pipe(Effect.timeout(5_000), Effect.ignore)),
    ),
  );

export const TracingLive: Layer.Layer<never> = tracingLayer(tracing);
