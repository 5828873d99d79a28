import { type Effect, Schema, type Stream } from 'effect';
import type { Envelope } from '../actors/runtime/actors.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { Caller } from '../domain/kernel/caller.ts';
import type { Reach } from '../domain/kernel/province.ts';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';

/**
 * The one way to declare a route. An area's file exports an array of them; the server is built from all arrays, and so
 * are the OpenAPI document, the test of rights and the test of examples. Four kinds share one form and differ in what
 * their handler is given and gives back: `route` (JSON in and out), `upload` (bytes in), `download` (bytes out, with
 * ranges), `events` (server-sent events).
 *
 * By the time a handler runs, the caller is signed in and has the right (`gateway/rights.ts`, row = `operationId`), the
 * input is decoded, and the idempotency key is there. It fails with a `Refusal` or a `Fault`; statuses of these are the
 * server's business.
 */

type AnySchema = Schema.Schema.AnyNoContext;

/** A schema at the border, with an example in its wire form. Examples are shown in `/docs` and tested. */
export interface Sampled<S extends AnySchema> {
  readonly schema: S;
  readonly example: Schema.Schema.Encoded<S>;
  readonly description: string;
}

/** `example` is the encoded (JSON, or for params and query the string) form, as a caller would write it. */
export const sampled = <S extends AnySchema>(
  schema: S,
  example: Schema.Schema.Encoded<S>,
  description = '',
): Sampled<S> => ({ schema, example, description });

/** An answer without a body (204, 202). */
export const nothing = (description: string): Sampled<typeof Schema.Void> => ({
  schema: Schema.Void,
  example: undefined,
  description,
});

// biome-ignore lint/suspicious/noExplicitAny: stands for a sample of any schema where only its presence matters
export type AnySampled = Sampled<any>;

/** What of a request is decoded. Query values are strings (repeated ones arrays); header names are lower-case. */
export interface Inputs {
  readonly params?: AnySampled;
  readonly query?: AnySampled;
  readonly headers?: AnySampled;
  readonly body?: AnySampled;
}

type TypeOf<S> = S extends Sampled<infer Of> ? Schema.Schema.Type<Of> : undefined;
type InputOf<In, Key extends string> = In extends { readonly [K in Key]: infer S } ? TypeOf<S> : undefined;

export interface RouteRequest<In extends Inputs = Inputs> {
  readonly operationId: string;
  readonly params: InputOf<In, 'params'>;
  readonly query: InputOf<In, 'query'>;
  readonly headers: InputOf<In, 'headers'>;
  readonly body: InputOf<In, 'body'>;
  /** Who asks. On a public route without a token: subject `anonymous`, no roles. */
  readonly caller: Caller;
  /** The tenant to act in: the caller's own, or another one that the table of rights let the caller name. */
  readonly tenant: TenantId;
  /** The caller's provinces where the row of rights says `byProvince`; everywhere else it reaches nothing. */
  readonly reach: Reach;
  /** The `Idempotency-Key`; where none is required and none was sent, the request id. */
  readonly commandId: string;
  /** `commandId`, caller, `If-Match` and trace, ready to be passed to `Actors.ask`. */
  readonly envelope: Envelope;
  /** From `If-Match: "<rev>"`. */
  readonly ifRev: number | undefined;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** The client's address. */
  readonly from: string;
  /** Says more in the request's entry of the audit log, whatever becomes of it; never personal data. */
  readonly noteForAudit: (detail: Readonly<Record<string, string>>) => void;
}

export type Answers = Readonly<Record<number, AnySampled>>;

interface ReplyExtras {
  /** Revision of the object: sent as `ETag: "<rev>"`; a GET with a matching `If-None-Match` is answered 304. */
  readonly rev?: number;
  /** Path of a thing that was made: sent as `Location`. */
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler of a JSON route returns: one of the declared statuses with its body (the decoded side). */
export type ReplyFor<Out extends Answers> = {
  readonly [Status in keyof Out & number]: ReplyExtras & { readonly status: Status } & (TypeOf<Out[Status]> extends
      | undefined
      // biome-ignore lint/suspicious/noConfusingVoidType: the type side of Schema.Void
      | void
      ? { readonly body?: undefined }
      : { readonly body: TypeOf<Out[Status]> });
}[keyof Out & number];

/** `answer(201, body, { rev, location })`: spares the handler an `as const`. */
export function answer<const Status extends number>(
  status: Status,
  body?: undefined,
  extras?: ReplyExtras,
): { readonly status: Status } & ReplyExtras;
export function answer<const Status extends number, const Body>(
  status: Status,
  body: Body,
  extras?: ReplyExtras,
): { readonly status: Status; readonly body: Body } & ReplyExtras;
export function answer(status: number, body?: unknown, extras: ReplyExtras = {}) {
  return body === undefined ? { status, ...extras } : { status, body, ...extras };
}

/** Classes of rate limits: how many requests a caller may make per minute is configured per class. */
export type RateClass = 'read' | 'write' | 'bulk' | 'sign-in' | 'probe';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Common {
  /** OpenAPI form: `/v1/sim/applications/{application}`. */
  readonly path: `/${string}`;
  /** `<area>.<noun>.<verb>`, e.g. `sim.application.cancel`. Also the row in the table of rights. */
  readonly operationId: string;
  /** One line, imperative. */
  readonly summary: string;
  readonly description?: string;
  /** Refusals that a caller should expect, shown in the documents. */
  readonly refusals?: ReadonlyArray<Refusal>;
  /** Default: `read` for GET, `bulk` for uploads and downloads, else `write`. */
  readonly rate?: RateClass;
  /** Default 30,000; for streams it bounds the time to the first byte. */
  readonly timeoutMs?: number;
  /** `required`: 428 without `If-Match`. Default: taken when sent. */
  readonly ifMatch?: 'required';
  /** True when the answer holds personal data: the read is audited. Every request that changes something is anyway. */
  readonly personalData?: boolean;
  /** A POST that only computes: no `Idempotency-Key` is asked for, and it is audited only as `personalData`. */
  readonly changesNothing?: boolean;
  /** Name of a list of web origins in the server's configuration that may call this route from a browser. */
  readonly crossOrigin?: string;
  /** Name of a cookie that may carry the token, for browsers' pages that cannot send one. Give it with `crossOrigin`. */
  readonly tokenCookie?: string;
}

export interface JsonDefinition<In extends Inputs, Out extends Answers, R> extends Common {
  readonly method: Method;
  readonly in?: In;
  /** By status; the successful ones only. */
  readonly out: Out;
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  readonly handler: (request: RouteRequest<In>) => Effect.Effect<ReplyFor<Out>, Refusal | Fault, R>;
}

/** The request of an upload: the body is a stream that fails with `BodyTooLarge` past the limit. */
export type UploadRequest<In extends Inputs> = RouteRequest<In> & {
  readonly content: Stream.Stream<Uint8Array, Refusal | Fault>;
  readonly contentType: string;
  /** From `Content-Length`, when sent. */
  readonly declaredBytes: number | undefined;
};

export interface UploadDefinition<In extends Omit<Inputs, 'body'>, Out extends Answers, R> extends Common {
  readonly method: 'POST' | 'PUT';
  readonly in?: In;
  /** Accepted media types; others are refused with 415. */
  readonly contentTypes: readonly [string, ...string[]];
  readonly bodyLimitBytes: number;
  readonly out: Out;
  readonly handler: (request: UploadRequest<In>) => Effect.Effect<ReplyFor<Out>, Refusal | Fault, R>;
}

export interface Download {
  readonly contentType: string;
  /** Total length; needed for ranges. */
  readonly bytes?: number;
  /** With a name the answer is an attachment. */
  readonly name?: string;
  /** Strong validator of the content (a hash); sent as ETag, honoured in `If-None-Match` and `If-Range`. */
  readonly hash?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The content from `offset` on. The server cuts it at the end of the range. */
  readonly open: (offset: number) => Stream.Stream<Uint8Array, Refusal | Fault>;
}

export interface DownloadDefinition<In extends Omit<Inputs, 'body'>, R> extends Common {
  readonly method: 'GET';
  readonly in?: In;
  /** Media types it may answer with, for the documents. */
  readonly contentTypes: readonly [string, ...string[]];
  readonly handler: (request: RouteRequest<In>) => Effect.Effect<Download, Refusal | Fault, R>;
}

export type Events = Readonly<Record<string, AnySampled>>;

/** One server-sent event. `id` comes back as `lastEventId` when the client reconnects. */
export type EventFor<E extends Events> = {
  readonly [Name in keyof E & string]: { readonly event: Name; readonly id?: string; readonly data: TypeOf<E[Name]> };
}[keyof E & string];

export type EventsRequest<In extends Inputs> = RouteRequest<In> & { readonly lastEventId: string | undefined };

export interface EventsDefinition<In extends Omit<Inputs, 'body'>, E extends Events, R> extends Common {
  readonly method: 'GET';
  readonly in?: In;
  /** By event name. */
  readonly events: E;
  /**
   * The stream is interrupted when the client goes away or the server stops. When it ends by itself the connection is
   * closed, and a browser connects again with the last id: send a last event that tells the client to stop.
   */
  readonly handler: (
    request: EventsRequest<In>,
  ) => Effect.Effect<Stream.Stream<EventFor<E>, Refusal | Fault>, Refusal | Fault, R>;
}

/** A route whose types have been forgotten, as the server sees it. `R`: services that its handler needs. */
export type Route<R = never> =
  | ({ readonly kind: 'json' } & JsonDefinition<Inputs, Answers, R>)
  | ({ readonly kind: 'upload' } & UploadDefinition<Inputs, Answers, R>)
  | ({ readonly kind: 'download' } & DownloadDefinition<Inputs, R>)
  | ({ readonly kind: 'events' } & EventsDefinition<Inputs, Events, R>);

/** The services that the handlers of some routes need; `T` may be a union of routes. */
export type NeedsOf<T> = T extends { readonly handler: (request: never) => Effect.Effect<unknown, unknown, infer R> }
  ? R
  : never;

/** JSON in and out. */
export const route = <const Out extends Answers, R, const In extends Inputs = Record<never, never>>(
  definition: JsonDefinition<In, Out, R>,
): Route<R> => ({ kind: 'json', ...definition }) as unknown as Route<R>;

/** Raw bytes in, JSON out. */
export const upload = <const Out extends Answers, R, const In extends Omit<Inputs, 'body'> = Record<never, never>>(
  definition: UploadDefinition<In, Out, R>,
): Route<R> => ({ kind: 'upload', ...definition }) as unknown as Route<R>;

/** Bytes out, whole or a range of them. */
export const download = <R, const In extends Omit<Inputs, 'body'> = Record<never, never>>(
  definition: DownloadDefinition<In, R>,
): Route<R> => ({ kind: 'download', ...definition }) as unknown as Route<R>;

/** Server-sent events. */
export const events = <const E extends Events, R, const In extends Omit<Inputs, 'body'> = Record<never, never>>(
  definition: EventsDefinition<In, E, R>,
): Route<R> => ({ kind: 'events', ...definition }) as unknown as Route<R>;
