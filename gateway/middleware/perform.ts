import { Clock, Effect, Fiber, Option, Runtime, Stream } from 'effect';
import { type Reach, reaches } from '../../domain/kernel/province.ts';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { Right } from '../rights.ts';
import type { Download, Route, RouteRequest } from '../route.ts';
import { bodyStream, checkMediaType, declaredBytes, jsonBody } from './body.ts';
import { decodePart, encodeAnswer } from './decode.ts';
import type { EventsOptions } from './events.ts';
import { eventBytes, leavingAfter, type OpenStreams } from './events.ts';
import { etagOf, noneMatch, parseRange } from './preconditions.ts';
import { recordBroken } from './record.ts';

/** Runs a route's handler on decoded input and turns what it gives into an answer, by the kind of the route. */

export interface Raw {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>;
}

/** Everything of a `RouteRequest` that does not come from decoding. */
export type Circumstances = Omit<RouteRequest, 'params' | 'query' | 'headers' | 'body'>;

export interface Streaming {
  readonly runtime: Runtime.Runtime<never>;
  readonly openStreams: OpenStreams;
  readonly events: Omit<EventsOptions, 'forMs' | 'problem'>;
  readonly problem: EventsOptions['problem'];
  readonly expiresAtMs: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ReadableStream<Uint8Array> | null;
}

type Performed<R> = Effect.Effect<Answer, Refusal | Fault, R>;

const JSON_LIMIT_BYTES = 1_048_576;
const DEFAULT_TIMEOUT_MS = 30_000;
const LONGEST_TIMER_MS = 2_147_483_647;

type Decode = typeof decodePart;

/** Of a route that is bound to provinces, a part may name those alone that the caller works for (decision 0248). */
const decoderFor = (right: Right, reach: Reach): Decode =>
  right.byProvince !== true
    ? decodePart
    : (part, sampled, value) =>
        Effect.tap(decodePart(part, sampled, value), (decoded) => {
          const named = (decoded as { readonly province?: string | ReadonlyArray<string> } | undefined)?.province ?? [];
          const all = typeof named === 'string' ? [named] : named;
          return all.every((province) => reaches(reach, province)) ? Effect.void : Effect.fail(otherProvince);
        });

const otherProvince = refuse('denied', 'OtherProvince', 'You do not work for this province.', {
  field: 'province',
  action: 'Name one of your own: GET /v1/operations/me says which.',
});

export const perform = <R>(
  route: Route<R>,
  right: Right,
  raw: Raw,
  known: Circumstances,
  streaming: Streaming,
): Performed<R> =>
  Effect.gen(function* () {
    const headers = Object.fromEntries(raw.request.headers);
    const decode = decoderFor(right, known.reach);
    const request = {
      ...known,
      params: yield* decode('params', route.in?.params, raw.params),
      query: yield* decode('query', route.in?.query, raw.query),
      headers: yield* decodePart('headers', route.in?.headers, headers),
      body: undefined,
    } as RouteRequest;
    switch (route.kind) {
      case 'json':
        return yield* json(route, decode, raw.request, request);
      case 'upload':
        return yield* upload(route, raw.request, request);
      case 'download':
        return yield* download(route, raw.request, request, streaming);
      case 'events':
        return yield* events(route, raw.request, request, streaming);
    }
  });

const TOO_LONG = fault('gateway', 'Timeout', 'The request took too long.', 1_000);

/** As `Effect.timeoutFail`, with a timer in the place of a second fiber that sleeps: every request passes here. */
const inTime = <A, R>(
  route: Route<never> | Route<R>,
  effect: Effect.Effect<A, Refusal | Fault, R>,
): Effect.Effect<A, Refusal | Fault, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) =>
    Effect.async<A, Refusal | Fault>((resume) => {
      const fiber = Runtime.runFork(runtime)(effect);
      const timer = setTimeout(
        () => resume(Effect.zipRight(Fiber.interrupt(fiber), Effect.fail(TOO_LONG))),
        route.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      );
      fiber.addObserver((exit) => {
        clearTimeout(timer);
        resume(exit);
      });
      return Fiber.interrupt(fiber);
    }),
  );

const json = <R>(
  route: Extract<Route<R>, { kind: 'json' }>,
  decode: Decode,
  raw: Request,
  request: RouteRequest,
): Performed<R> =>
  Effect.gen(function* () {
    const sampled = route.in?.body;
    const body =
      sampled === undefined
        ? undefined
        : yield* Effect.flatMap(jsonBody(raw, route.bodyLimitBytes ?? JSON_LIMIT_BYTES), (value) =>
            decode('body', sampled, value),
          );
    const reply = yield* inTime(route, route.handler({ ...request, body: body as undefined }));
    return replyAnswer(route, raw, reply);
  });

interface AnyReply {
  readonly status: number;
  readonly body?: unknown;
  readonly rev?: number;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const replyAnswer = <R>(
  route: Extract<Route<R>, { kind: 'json' | 'upload' }>,
  raw: Request,
  reply: AnyReply,
): Answer => {
  const sampled = route.out[reply.status];
  if (sampled === undefined)
    throw new Error(`${route.operationId} answered ${reply.status}, which it does not declare`);
  const etag = reply.rev === undefined ? undefined : etagOf(reply.rev);
  const headers = {
    ...(etag === undefined ? {} : { etag, 'cache-control': 'private, no-cache' }),
    ...(reply.location === undefined ? {} : { location: reply.location }),
    ...reply.headers,
  };
  if (etag !== undefined && route.method === 'GET' && noneMatch(raw.headers.get('if-none-match') ?? undefined, etag)) {
    return { status: 304, headers, body: null };
  }
  if (reply.body === undefined) return { status: reply.status, headers, body: null };
  return {
    status: reply.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(encodeAnswer(sampled, reply.body)),
  };
};

const upload = <R>(route: Extract<Route<R>, { kind: 'upload' }>, raw: Request, request: RouteRequest): Performed<R> =>
  Effect.gen(function* () {
    const contentType = yield* checkMediaType(raw, route.contentTypes);
    const content = bodyStream(raw, route.bodyLimitBytes);
    const whole = { ...request, content, contentType, declaredBytes: declaredBytes(raw) };
    return replyAnswer(route, raw, yield* inTime(route, route.handler(whole)));
  });

const download = <R>(
  route: Extract<Route<R>, { kind: 'download' }>,
  raw: Request,
  request: RouteRequest,
  streaming: Streaming,
): Performed<R> =>
  Effect.flatMap(inTime(route, route.handler(request)), (content) =>
    downloadAnswer(raw, recorded(content, request), streaming),
  );

const recorded = (content: Download, { requestId, operationId }: RouteRequest): Download => ({
  ...content,
  open: (offset) =>
    Stream.tapErrorCause(content.open(offset), (cause) =>
      Effect.sync(() => recordBroken(cause, requestId, operationId)),
    ),
});

const downloadAnswer = (raw: Request, content: Download, streaming: Streaming): Effect.Effect<Answer, Refusal> => {
  const etag = content.hash === undefined ? undefined : `"${content.hash}"`;
  const headers: Record<string, string> = {
    'content-type': content.contentType,
    ...(etag === undefined ? {} : { etag, 'cache-control': 'private, no-cache' }),
    ...(content.bytes === undefined ? {} : { 'accept-ranges': 'bytes' }),
    ...(content.name === undefined ? {} : { 'content-disposition': attachment(content.name) }),
    ...content.headers,
  };
  if (etag !== undefined && noneMatch(raw.headers.get('if-none-match') ?? undefined, etag)) {
    return Effect.succeed({ status: 304, headers, body: null });
  }
  const range = rangeFor(raw, content, etag);
  if (Option.isNone(range)) {
    return Effect.fail(
      refuse('invalid', 'RangeNotSatisfiable', 'The range lies outside of the content.', { field: 'Range' }),
    );
  }
  const whole = range.value === 'none';
  const start = range.value === 'none' ? 0 : range.value.start;
  const length = range.value === 'none' ? content.bytes : range.value.end - range.value.start + 1;
  if (range.value !== 'none') headers['content-range'] = `bytes ${start}-${range.value.end}/${content.bytes}`;
  if (length !== undefined) headers['content-length'] = String(length);
  const bytes = length === undefined ? content.open(start) : firstBytes(content.open(start), length);
  const body = raw.method === 'HEAD' || length === 0 ? null : Stream.toReadableStreamRuntime(bytes, streaming.runtime);
  return Effect.succeed({ status: whole ? 200 : 206, headers, body });
};

const rangeFor = (raw: Request, content: Download, etag: string | undefined) => {
  const ifRange = raw.headers.get('if-range');
  const header = ifRange === null || ifRange === etag ? (raw.headers.get('range') ?? undefined) : undefined;
  return content.bytes === undefined ? Option.some('none' as const) : parseRange(header, content.bytes);
};

/** RFC 6266, with the name in UTF-8 and a plain one for who cannot read that. */
const attachment = (name: string): string => {
  const plain = name.replaceAll(/[^\w.-]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
};

const firstBytes = <E>(stream: Stream.Stream<Uint8Array, E>, length: number): Stream.Stream<Uint8Array, E> =>
  stream.pipe(
    Stream.mapAccum(length, (left, chunk) => {
      const part = chunk.byteLength <= left ? chunk : chunk.subarray(0, left);
      return [left - part.byteLength, { part, done: left - part.byteLength === 0 }];
    }),
    Stream.takeUntil(({ done }) => done),
    Stream.map(({ part }) => part),
  );

/** The second one keeps a proxy from gathering events. */
const EVENT_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };

const tooManyStreams = refuse('exhausted', 'TooManyStreams', 'Too many event streams are open.', {
  action: 'Close some, or try again later.',
});

const events = <R>(
  route: Extract<Route<R>, { kind: 'events' }>,
  raw: Request,
  request: RouteRequest,
  streaming: Streaming,
): Performed<R> =>
  Effect.gen(function* () {
    const leave = streaming.openStreams.enter(`${request.caller.tenant}/${request.caller.subject}`);
    if (leave === undefined) return yield* Effect.fail(tooManyStreams);
    if (raw.method === 'HEAD') {
      leave();
      return { status: 200, headers: EVENT_HEADERS, body: null };
    }
    const lastEventId = raw.headers.get('last-event-id') ?? undefined;
    const source = yield* inTime(route, route.handler({ ...request, lastEventId })).pipe(
      Effect.onExit((exit) => (exit._tag === 'Failure' ? Effect.sync(leave) : Effect.void)),
    );
    const nowMs = yield* Clock.currentTimeMillis;
    // A client that is gone before the answer begins never cancels it.
    raw.signal.addEventListener('abort', leave, { once: true });
    const forMs = Math.min(Math.max(0, (streaming.expiresAtMs ?? Number.POSITIVE_INFINITY) - nowMs), LONGEST_TIMER_MS);
    const bytes = eventBytes(route.events, source, { ...streaming.events, forMs, problem: streaming.problem });
    return {
      status: 200,
      headers: EVENT_HEADERS,
      body: Stream.toReadableStreamRuntime(leavingAfter(bytes, leave), streaming.runtime),
    };
  });
