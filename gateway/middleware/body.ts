import { Effect, Stream } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { isFailure } from './problem.ts';

/** Request bodies, counted as they arrive: past its route's limit a body is refused, whatever its length was said to be. */

const tooLarge = (limitBytes: number): Refusal =>
  refuse('invalid', 'BodyTooLarge', `The body is longer than ${limitBytes} bytes.`, {
    action: 'Send less, or send it in parts.',
  });

const brokenOff = (): Fault => fault('client', 'Unavailable', 'The request body broke off.');

/** `Content-Length`, or undefined without a usable one. */
export const declaredBytes = (request: Request): number | undefined => {
  const text = request.headers.get('content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

/** The media type without its parameters, in lower case. */
const mediaType = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export const checkMediaType = (request: Request, accepted: ReadonlyArray<string>): Effect.Effect<string, Refusal> => {
  const type = mediaType(request);
  return accepted.includes(type)
    ? Effect.succeed(type)
    : Effect.fail(
        refuse('invalid', 'UnsupportedMediaType', 'The body is of a media type that is not taken here.', {
          field: 'Content-Type',
          action: `Send ${accepted.join(' or ')}.`,
        }),
      );
};

/** The body as a stream that fails with `BodyTooLarge` as soon as it is. */
export const bodyStream = (request: Request, limitBytes: number): Stream.Stream<Uint8Array, Refusal | Fault> => {
  if ((declaredBytes(request) ?? 0) > limitBytes) return Stream.fail(tooLarge(limitBytes));
  const { body } = request;
  if (body === null) return Stream.empty;
  return Stream.fromReadableStream<Uint8Array, Refusal | Fault>({
    evaluate: () => body as ReadableStream<Uint8Array>,
    onError: (cause) => (isFailure(cause) ? cause : brokenOff()),
  }).pipe(
    Stream.mapAccumEffect(0, (seen, chunk) =>
      seen + chunk.byteLength > limitBytes
        ? Effect.fail(tooLarge(limitBytes))
        : Effect.succeed([seen + chunk.byteLength, chunk] as const),
    ),
  );
};

const malformed = refuse('invalid', 'MalformedBody', 'The body is not JSON in UTF-8.', { field: '' });

/** Chunks until there are more bytes than allowed; then `undefined`, and the rest is not taken. */
const countedBytes = async (body: ReadableStream<Uint8Array>, limitBytes: number): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = [];
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.byteLength;
    if (seen > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/**
 * All of a small body at once: as a stream of effects it costs more than all else of a request. No more comes than was
 * declared: the parser of HTTP ends the body there.
 */
const wholeBody = (request: Request, limitBytes: number): Effect.Effect<Uint8Array, Refusal | Fault> => {
  const declared = declaredBytes(request);
  if ((declared ?? 0) > limitBytes) return Effect.fail(tooLarge(limitBytes));
  const read = async (): Promise<Uint8Array | undefined> => {
    if (declared !== undefined) return new Uint8Array(await request.arrayBuffer());
    return request.body === null ? new Uint8Array() : countedBytes(request.body, limitBytes);
  };
  return Effect.flatMap(Effect.tryPromise({ try: read, catch: brokenOff }), (bytes) =>
    bytes === undefined ? Effect.fail(tooLarge(limitBytes)) : Effect.succeed(bytes),
  );
};

/** A whole JSON body. An empty body is `undefined`, which a schema may accept. */
export const jsonBody = (request: Request, limitBytes: number): Effect.Effect<unknown, Refusal | Fault> =>
  Effect.gen(function* () {
    const bytes = yield* wholeBody(request, limitBytes);
    if (bytes.byteLength === 0) return undefined;
    yield* checkMediaType(request, ['application/json', 'application/merge-patch+json']);
    return yield* Effect.try({
      try: () => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown,
      catch: () => malformed,
    });
  });
