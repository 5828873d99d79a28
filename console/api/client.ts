import { CALLS, type Operations } from './generated.ts';

/**
 * Calls the gateway, over HTTP alone. What an operation takes and answers is typed by the gateway's own document; whatever
 * goes wrong is a `Problem`, with the code, the field and what to do as the gateway says them.
 */

export type OperationId = keyof Operations;

/** RFC 9457, as every route of the gateway answers what it refuses. */
export interface ProblemDetails {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly field?: string;
  readonly action?: string;
  readonly errors?: ReadonlyArray<{ readonly field: string; readonly message: string }>;
  readonly requestId: string;
}

export class Problem extends Error {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.details = details;
  }
}

type Fields = Readonly<Record<string, unknown>>;
/** A part of a request that has no fields need not be given. */
type Part<Name extends string, Value> = Value extends undefined
  ? unknown
  : Record<never, never> extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value };
export type Asked<Id extends OperationId> = Part<'path', Operations[Id]['path']> &
  Part<'query', Operations[Id]['query']> &
  Part<'body', Operations[Id]['body']> & {
    /** The same key again has one effect; left out, each call is one of its own. */
    readonly key?: string;
    readonly signal?: AbortSignal;
  };
export type Answer<Id extends OperationId> = Operations[Id]['answer'];

interface Loose {
  readonly path?: Fields;
  readonly query?: Fields;
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** Who calls: the token, and what is done when it is no longer good. */
interface Credentials {
  readonly token: () => string | undefined;
  readonly lost: () => void;
}
const credentials: { current: Credentials } = { current: { token: () => undefined, lost: () => undefined } };
export const callAs = (who: Credentials): void => {
  credentials.current = who;
};

const addressOf = (template: string, { path = {}, query = {} }: Loose): string => {
  const address = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(path[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== '') search.append(name, String(one));
    }
  }
  return search.size === 0 ? address : `${address}?${search}`;
};

const unreachable = (): Problem =>
  new Problem({
    title: '',
    status: 0,
    detail: 'The gateway cannot be reached.',
    code: 'Unreachable',
    requestId: '',
  });

const problemOf = async (response: Response): Promise<Problem> => {
  const text = await response.text();
  try {
    const details: ProblemDetails = JSON.parse(text);
    return new Problem(details);
  } catch {
    const requestId = response.headers.get('x-request-id') ?? '';
    return new Problem({ title: '', status: response.status, detail: text, code: `HTTP${response.status}`, requestId });
  }
};

const send = async (id: OperationId, asked: Loose): Promise<Response> => {
  const { method, path, keyed } = CALLS[id];
  const { body, key = crypto.randomUUID(), signal } = asked;
  const token = credentials.current.token();
  const binary = body instanceof Blob;
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(keyed ? { 'idempotency-key': key } : {}),
    ...(body === undefined ? {} : { 'content-type': binary ? 'application/octet-stream' : 'application/json' }),
  };
  const content = body === undefined ? {} : { body: binary ? body : JSON.stringify(body) };
  const response = await fetch(addressOf(path, asked), {
    method,
    headers,
    ...content,
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    throw signal?.aborted === true ? cause : unreachable();
  });
  if (response.ok) return response;
  if (response.status === 401) credentials.current.lost();
  throw await problemOf(response);
};

/** Calls and reads the answer, which is JSON; downloads are for `save`. @throws Problem */
export const call = async <Id extends OperationId>(id: Id, asked: Asked<Id>): Promise<Answer<Id>> => {
  const response = await send(id, asked as Loose);
  return response.json();
};

const nameOf = (response: Response): string => {
  const header = response.headers.get('content-disposition') ?? '';
  const name = /filename\*=UTF-8''([^;]+)/.exec(header)?.[1];
  return name === undefined ? 'download' : decodeURIComponent(name);
};

/** Hands a download to the browser, which cannot send the token by itself. @throws Problem */
export const save = async <Id extends OperationId>(id: Id, asked: Asked<Id>): Promise<void> => {
  const response = await send(id, asked as Loose);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = nameOf(response);
  link.click();
  // Some browsers begin to read it later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

/** May somebody with these roles call it? The gateway asks again; this is for what to show. */
export const allows = (id: OperationId, roles: ReadonlyArray<string>): boolean => {
  const allow: string | ReadonlyArray<string> = CALLS[id].allow;
  return typeof allow === 'string' || allow.some((role) => roles.includes(role));
};
