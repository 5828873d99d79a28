import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { type CardClient, CardServiceError, type ConnectionState } from '../../sdk/client.ts';
import type { WriteWish } from '../../sdk/protocol.ts';
import { say } from '../failure.ts';
import type { WriteState, Writes } from './writes.ts';

/**
 * What a page of the CRM calls on its own machine (seed 000 §4.1.1). Who may: a page of a configured origin that knows
 * the token; nobody who came by a foreign host name (DNS rebinding). Every answer is JSON, refusals have a `code`.
 */

export interface LocalApiOptions {
  readonly client: CardClient;
  readonly writes: Writes;
  readonly connection: () => ConnectionState;
  readonly port: () => number;
  /** `https://crm.example` */
  readonly origins: readonly string[];
  readonly token: string;
}

const BODY_BYTES = 16_384;
const STATUS: Readonly<Record<string, 404 | 409 | 429 | 503 | 504>> = {
  ReaderUnknown: 404,
  CardAbsent: 409,
  CardRemoved: 409,
  Busy: 429,
  Timeout: 504,
  Stopped: 503,
};

const refused = (
  context: Context,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 421 | 422 | 429 | 500 | 503 | 504,
  code: string,
  message: string,
  field: string | null = null,
): Response => context.json({ code, message, field }, status);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A page of any origin may try to call: what it may not is refused before anything is done. */
const guard = ({ port, origins, token }: LocalApiOptions) => {
  const wanted = digest(`Bearer ${token}`);
  return async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const host = context.req.header('host') ?? '';
    if (![`127.0.0.1:${port()}`, `localhost:${port()}`].includes(host)) {
      return refused(context, 421, 'HostNotAllowed', 'This service answers to 127.0.0.1 and localhost only.');
    }
    const origin = context.req.header('origin');
    context.header('vary', 'origin');
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
    if (origin !== undefined && !origins.includes(origin)) {
      return refused(context, 403, 'OriginNotAllowed', 'Pages of this origin may not use the card service.');
    }
    if (origin !== undefined) context.header('access-control-allow-origin', origin);
    if (context.req.method === 'OPTIONS') {
      context.header('access-control-allow-methods', 'GET, POST');
      context.header('access-control-allow-headers', 'authorization, content-type');
      context.header('access-control-max-age', '600');
      // From a public page to this machine (Private Network Access).
      if (context.req.header('access-control-request-private-network') === 'true') {
        context.header('access-control-allow-private-network', 'true');
      }
      return context.body(null, 204);
    }
    if (!timingSafeEqual(digest(context.req.header('authorization') ?? ''), wanted)) {
      return refused(context, 401, 'TokenWrong', 'This needs the token of the card service.');
    }
    await next();
    return undefined;
  };
};

interface WriteBody extends WriteWish {
  readonly request: string;
  readonly reader: string;
}

const OPTIONAL = ['city', 'iccid', 'msisdn', 'smsc'] as const;

/** The shapes; what the values may be is the server's to say. A text: the field that is wrong. */
const writeBody = (value: unknown): WriteBody | string => {
  if (typeof value !== 'object' || value === null) return '';
  const fields = value as Readonly<Record<string, unknown>>;
  const wrong =
    ['request', 'reader', 'product'].find((name) => typeof fields[name] !== 'string' || fields[name] === '') ??
    OPTIONAL.find((name) => !['string', 'undefined'].includes(typeof (fields[name] ?? undefined)));
  const known = ['request', 'reader', 'product', 'operator', ...OPTIONAL];
  const operator = fields['operator'] ?? undefined;
  if (operator !== undefined && operator !== 'telecom') return 'operator';
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (wrong !== undefined || unknown !== undefined) return wrong ?? unknown ?? '';
  const text = (name: (typeof OPTIONAL)[number]): string | null => (fields[name] as string | null | undefined) ?? null;
  return {
    request: String(fields['request']),
    reader: String(fields['reader']),
    product: String(fields['product']),
    city: text('city'),
    iccid: text('iccid'),
    msisdn: text('msisdn'),
    smsc: text('smsc'),
    ...(operator === undefined ? {} : { operator }),
  };
};

const failed = (context: Context, cause: unknown): Response => {
  if (!(cause instanceof CardServiceError)) throw cause;
  return context.json(cause.problem, STATUS[cause.problem.code] ?? 422);
};

const follow = (context: Context, writes: Writes, request: string): Response =>
  streamSSE(context, async (stream) => {
    const states: WriteState[] = [];
    let wake: () => void = () => undefined;
    const stop = writes.watch(request, (state) => {
      states.push(state);
      wake();
    });
    stream.onAbort(() => wake());
    try {
      for (;;) {
        // Only how it stands now is of interest.
        const state = states.splice(0).at(-1);
        if (state !== undefined) await stream.writeSSE({ event: 'write', data: JSON.stringify(state) });
        if (state?.state === 'ended' || stream.aborted) return;
        if (states.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      stop?.();
    }
  });

export const localApi = (options: LocalApiOptions): Hono => {
  const { client, writes, connection } = options;
  const app = new Hono();
  const tooLarge = (context: Context): Response => refused(context, 413, 'BodyTooLarge', 'The body is too large.');
  app.use(guard(options));
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: tooLarge }));
  app.get('/v1/readers', (context) => context.json({ connection: connection(), readers: client.readers() }));
  app.post('/v1/readers/:name/read', async (context) => {
    const withinMs = 30_000;
    return client.read(context.req.param('name'), { withinMs }).then(
      (card) => context.json(card),
      (cause: unknown) => failed(context, cause),
    );
  });
  app.post('/v1/writes', async (context) => {
    const body = writeBody(await context.req.json().catch(() => undefined));
    if (typeof body === 'string') {
      return refused(
        context,
        422,
        'InvalidBody',
        'A write has request, reader, product; perhaps city, iccid, msisdn, smsc, operator.',
        body,
      );
    }
    const { request, reader, ...wish } = body;
    if (!client.readers().some(({ name }) => name === reader)) {
      return refused(context, 404, 'ReaderUnknown', 'There is no reader of this name.', 'reader');
    }
    const state = writes.start(request, reader, wish);
    if (state === undefined) {
      return refused(context, 409, 'RequestDiffers', 'This request id was used for another write.', 'request');
    }
    context.header('location', `/v1/writes/${encodeURIComponent(request)}`);
    return context.json(state, 202);
  });
  app.get('/v1/writes/:request', (context) => {
    const state = writes.find(context.req.param('request'));
    return state === undefined ? unknownWrite(context) : context.json(state);
  });
  app.get('/v1/writes/:request/events', (context) => {
    const request = context.req.param('request');
    return writes.find(request) === undefined ? unknownWrite(context) : follow(context, writes, request);
  });
  app.notFound((context) => refused(context, 404, 'NoSuchRoute', 'There is nothing at this path.'));
  app.onError((error, context) => {
    say(`a defect: ${error.stack ?? error.message}`);
    return refused(context, 500, 'Defect', 'The card service met a defect.');
  });
  return app;
};

const unknownWrite = (context: Context): Response =>
  refused(context, 404, 'WriteUnknown', 'No write with this request id was asked for since the service was started.');
