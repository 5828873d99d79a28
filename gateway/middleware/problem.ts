import { type Fault, isFault, isRefusal, type Refusal, type RefusalKind, refuse } from '../../domain/kernel/refusal.ts';

/**
 * The border where a refusal, a fault or a defect becomes an HTTP answer (RFC 9457). Statuses exist here and nowhere
 * else: by the kind of the refusal, except for the codes that HTTP itself has a word for.
 */

const STATUS_BY_KIND: Readonly<Record<RefusalKind, number>> = {
  invalid: 422,
  missing: 404,
  conflict: 409,
  denied: 403,
  exhausted: 429,
};

/** Codes with a status of their own. All but the first are refusals that only the gateway gives. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  RevisionMismatch: 412,
  Unauthenticated: 401,
  TokenExpired: 401,
  InvalidToken: 401,
  MalformedRequest: 400,
  MalformedBody: 400,
  IdempotencyKeyMissing: 400,
  IdempotencyKeyInvalid: 400,
  InvalidCursor: 400,
  NoSuchRoute: 404,
  MethodNotAllowed: 405,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  RangeNotSatisfiable: 416,
  PreconditionRequired: 428,
};

const TITLE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Sign-in needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Not acceptable as it is',
  428: 'Precondition required',
  429: 'Too much',
  500: 'A defect',
  503: 'Not available now',
};

/** One thing that is wrong with the input; `field` is a JSON pointer without its first slash: `lines/3/quantity`. */
export interface FieldError {
  readonly field: string;
  /** Where the rules of a document give one. */
  readonly code?: string;
  readonly message: string;
}

/** A refusal of input that lists everything that is wrong; `field` and `message` are those of the first. */
export interface InputRefusal extends Refusal {
  readonly errors?: ReadonlyArray<FieldError>;
}

/** Too many requests, with the time after which another may be made. */
export interface LimitRefusal extends Refusal {
  readonly retryAfterMs: number;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path that was asked for; never the query. */
  readonly instance: string;
  readonly code: string;
  readonly field?: string;
  readonly action?: string;
  readonly errors?: ReadonlyArray<FieldError>;
  readonly requestId: string;
}

export const statusOf = (refusal: Refusal): number => STATUS_BY_CODE[refusal.code] ?? STATUS_BY_KIND[refusal.kind];

/** A failure as it will be answered: a refusal, a fault, or anything else (a defect, about which nothing is told). */
export const toProblem = (failure: unknown, at: { readonly instance: string; readonly requestId: string }): Problem => {
  if (isRefusal(failure)) {
    const { code, message, field, action, errors } = failure as InputRefusal;
    const status = statusOf(failure);
    return {
      ...described(status, code, message, at),
      ...(field === undefined ? {} : { field }),
      ...(action === undefined ? {} : { action }),
      ...(errors === undefined ? {} : { errors }),
    };
  }
  if (isFault(failure)) {
    return {
      ...described(503, failure.code, `${failure.service} did not answer in time.`, at),
      action: 'Try again after the time in Retry-After, with the same Idempotency-Key: the effect happens once.',
    };
  }
  return {
    ...described(500, 'Defect', 'Something went wrong on our side. It has been recorded under the request id.', at),
    action: 'Give the request id to whoever runs this system.',
  };
};

const described = (
  status: number,
  code: string,
  detail: string,
  at: { readonly instance: string; readonly requestId: string },
): Problem => ({
  type: `urn:hufu:problem:${code}`,
  title: TITLE_BY_STATUS[status] ?? 'Refused',
  status,
  detail,
  instance: at.instance,
  code,
  requestId: at.requestId,
});

/** Headers that go with a problem: how to sign in, when to come back. */
export const problemHeaders = (failure: unknown, status: number): Readonly<Record<string, string>> => {
  if (status === 401) {
    const error = isRefusal(failure) && failure.code !== 'Unauthenticated' ? ', error="invalid_token"' : '';
    return { 'www-authenticate': `Bearer realm="hufu"${error}` };
  }
  if (isFault(failure)) return { 'retry-after': seconds(failure.retryAfterMs ?? 1_000) };
  if (isRefusal(failure) && 'retryAfterMs' in failure && typeof failure.retryAfterMs === 'number') {
    return { 'retry-after': seconds(failure.retryAfterMs) };
  }
  return {};
};

const seconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));

export const unauthenticated = (message: string, code = 'Unauthenticated'): Refusal =>
  refuse('denied', code, message, { action: 'Send an access token: Authorization: Bearer <token>.' });

export const isFailure = (value: unknown): value is Refusal | Fault => isRefusal(value) || isFault(value);
