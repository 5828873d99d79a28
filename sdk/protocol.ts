/**
 * The card service protocol, version 1: over one WebSocket the server asks a client (a counter PC, a phone) to carry
 * APDUs out on its readers. Every message is one JSON object in a text frame. Both sides read it with this file; it
 * needs nothing but the language. In words: docs/card-service.md.
 */

export const PROTOCOL_VERSION = 1;
/** Where the server listens for clients. */
export const PROTOCOL_PATH = '/v1/sim/card-service';

/** Whoever sends more is hung up on. */
export const LIMITS = {
  frameChars: 65_536,
  readers: 16,
  /** Asks of one client that have no answer yet. */
  asks: 16,
  tokenChars: 12_288,
} as const;

/** Why a WebSocket was closed: codes of our own (RFC 6455 §7.4.2), besides 1001 of a server that stops. */
export const CLOSE = {
  badFrame: 4400,
  notSignedIn: 4401,
  notAllowed: 4403,
  tooSlow: 4408,
  /** The same client has connected again; whoever is told this must not come back by itself. */
  replaced: 4409,
  otherVersion: 4426,
  tooMany: 4429,
  goingAway: 1001,
} as const;

export interface ReaderState {
  /** 1–64 letters, digits, . _ - */
  readonly name: string;
  readonly present: boolean;
}

export type Execution = 'no' | 'unknown' | 'yes';

export interface HelloFrame {
  readonly type: 'hello';
  readonly version: number;
  /** An access token of the server's issuer. Only here and in `renew`, never in an address. */
  readonly token: string;
  /** Which of the machines that use this token it is. */
  readonly client: string;
  /** From the last `welcome`: what was under way goes on. */
  readonly session: string | null;
  readonly readers: readonly ReaderState[];
}

/** What the CRM wants to have written; the fields are those of the server's write request. */
export interface WriteWish {
  readonly product: string;
  readonly city: string | null;
  readonly iccid: string | null;
  readonly msisdn: string | null;
  readonly smsc: string | null;
  /** Whose card it is to be; left out: Unicom's, with a number of our own stock. */
  readonly operator?: 'telecom';
}

/** Which writing component this client is: an entry of the server's allow list. */
export interface ComponentName {
  /** 1–64 letters, digits, . _ - */
  readonly name: string;
  /** 1–32 letters, digits, . _ - */
  readonly version: string;
}

export type Ask =
  | { readonly what: 'read'; readonly reader: string }
  | {
      readonly what: 'write';
      readonly reader: string;
      readonly request: string;
      readonly wish: WriteWish;
      /** Of a Telecom card, by a client that answers the challenge itself: the server has it sign. */
      readonly component?: ComponentName;
    };

export type ClientFrame =
  | HelloFrame
  | { readonly type: 'readers'; readonly readers: readonly ReaderState[] }
  /** What a command gave: the answer to reset, response data and status word, or the signature, in hex. */
  | { readonly type: 'answer'; readonly id: number; readonly data: string }
  | {
      readonly type: 'fault';
      readonly id: number;
      readonly code: string;
      /** Whether the card has executed the command. */
      readonly execution: Execution;
      readonly message: string;
    }
  | ({ readonly type: 'ask'; readonly ask: string } & Ask)
  | { readonly type: 'renew'; readonly token: string }
  | { readonly type: 'beat' };

/**
 * Something for a reader to do, or for the writing component at it to sign; `id` grows by one with every command of a
 * session and is never used twice.
 */
export interface CommandFrame {
  readonly type: 'command';
  readonly id: number;
  readonly reader: string;
  readonly action: 'power' | 'reset' | 'off' | 'exchange' | 'sign';
  /** Of an exchange: the command APDU in hex; of a signature: the challenge, in hex of its UTF-8; else empty. */
  readonly apdu: string;
  readonly withinMs: number;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly action: string | null;
  /** The same may succeed later, in so many milliseconds; null: never. */
  readonly retryAfterMs: number | null;
}

export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly session: string;
      /** False: commands of earlier sessions are void, and cards are powered off. */
      readonly resumed: boolean;
      /** How often either side sends something, at least. Silent for three times that: gone. */
      readonly beatMs: number;
      /** How long the server waits for a client that is gone. */
      readonly graceMs: number;
      /** How long the token is good: send `renew` before. */
      readonly tokenMs: number;
    }
  | { readonly type: 'renewed'; readonly tokenMs: number }
  | CommandFrame
  | { readonly type: 'done'; readonly ask: string; readonly result: CardRead | CardWritten }
  | { readonly type: 'refused'; readonly ask: string; readonly problem: Problem }
  | { readonly type: 'beat' };

/** What a card says; its number masked. `iccid` null: it has none yet. */
export interface CardRead {
  readonly what: 'read';
  readonly iccid: string | null;
  /** Carries no IMSI. */
  readonly blank: boolean;
  /** The card profile that the server knows it by. */
  readonly profile: string;
}

/** How a write stands. `final`: the same request is answered the same for ever. */
export interface CardWritten {
  readonly what: 'write';
  readonly request: string;
  readonly status: string;
  readonly final: boolean;
  readonly iccid: string | null;
  /** The keys were proved by an authentication run. */
  readonly proved: boolean;
  readonly code: string | null;
  readonly message: string | null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HEX = /^(?:[0-9a-f]{2})*$/;
const CODE = /^[A-Z][A-Za-z0-9]{0,63}$/;
const ASK_ID = /^[A-Za-z0-9._:@-]{1,128}$/;

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown, most: number, pattern?: RegExp): value is string =>
  typeof value === 'string' && value.length <= most && (pattern === undefined || pattern.test(value));

const count = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const textOrNull = (value: unknown, most: number): boolean => value === null || text(value, most);

export const isReaderName = (name: string): boolean => NAME.test(name);

const isReaders = (value: unknown): value is readonly ReaderState[] => {
  if (!Array.isArray(value) || value.length > LIMITS.readers) return false;
  const list: readonly unknown[] = value;
  const names = new Set<string>();
  for (const one of list) {
    if (typeof one !== 'object' || one === null) return false;
    const { name, present } = one as Fields;
    if (!text(name, 64, NAME) || typeof present !== 'boolean' || names.has(name)) return false;
    names.add(name);
  }
  return true;
};

const isWish = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { product, city, iccid, msisdn, smsc, operator } = value as Fields;
  const named = operator === undefined || operator === 'telecom';
  return named && text(product, 64) && [city, iccid, msisdn, smsc].every((one) => textOrNull(one, 64));
};

export const isComponentName = (value: unknown): value is ComponentName => {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version } = value as Fields;
  return text(name, 64, NAME) && text(version, 32, NAME);
};

const isAsk = ({ ask, what, reader, request, wish, component }: Fields): boolean => {
  if (!text(ask, 128, ASK_ID) || !text(reader, 64, NAME)) return false;
  if (what === 'read') return true;
  return (
    what === 'write' && text(request, 100) && isWish(wish) && (component === undefined || isComponentName(component))
  );
};

const FROM_CLIENT: Readonly<Record<string, (frame: Fields) => boolean>> = {
  hello: ({ version, token, client, session, readers }) =>
    count(version) &&
    text(token, LIMITS.tokenChars) &&
    text(client, 64, NAME) &&
    textOrNull(session, 64) &&
    isReaders(readers),
  readers: ({ readers }) => isReaders(readers),
  answer: ({ id, data }) => count(id) && text(data, LIMITS.frameChars, HEX),
  fault: ({ id, code, execution, message }) =>
    count(id) && text(code, 64, CODE) && text(message, 500) && ['no', 'unknown', 'yes'].includes(String(execution)),
  ask: isAsk,
  renew: ({ token }) => text(token, LIMITS.tokenChars),
  beat: () => true,
};

const isProblem = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, field, action, retryAfterMs } = value as Fields;
  return (
    text(code, 64, CODE) &&
    text(message, 2_000) &&
    textOrNull(field, 200) &&
    textOrNull(action, 2_000) &&
    (retryAfterMs === null || count(retryAfterMs))
  );
};

const isResult = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { what, iccid, blank, profile, request, status, final, proved, code, message } = value as Fields;
  if (!textOrNull(iccid, 64)) return false;
  if (what === 'read') return typeof blank === 'boolean' && text(profile, 64);
  return (
    what === 'write' &&
    text(request, 100) &&
    text(status, 64) &&
    [final, proved].every((one) => typeof one === 'boolean') &&
    textOrNull(code, 64) &&
    textOrNull(message, 2_000)
  );
};

const FROM_SERVER: Readonly<Record<string, (frame: Fields) => boolean>> = {
  welcome: ({ version, session, resumed, beatMs, graceMs, tokenMs }) =>
    count(version) &&
    text(session, 64) &&
    typeof resumed === 'boolean' &&
    [beatMs, graceMs, tokenMs].every((one) => count(one)),
  renewed: ({ tokenMs }) => count(tokenMs),
  command: ({ id, reader, action, apdu, withinMs }) =>
    count(id) &&
    text(reader, 64, NAME) &&
    ['power', 'reset', 'off', 'exchange', 'sign'].includes(String(action)) &&
    text(apdu, LIMITS.frameChars, HEX) &&
    count(withinMs),
  done: ({ ask, result }) => text(ask, 128, ASK_ID) && isResult(result),
  refused: ({ ask, problem }) => text(ask, 128, ASK_ID) && isProblem(problem),
  beat: () => true,
};

const parsed = (message: string, forms: Readonly<Record<string, (frame: Fields) => boolean>>): Fields | undefined => {
  if (message.length > LIMITS.frameChars) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const frame = value as Fields;
  const type = String(frame['type']);
  return Object.hasOwn(forms, type) && forms[type]?.(frame) === true ? frame : undefined;
};

/** Undefined: not a frame of this protocol. Fields that are not known are passed over. */
export const parseClientFrame = (message: string): ClientFrame | undefined =>
  // The table above has checked every field of its type.
  parsed(message, FROM_CLIENT) as unknown as ClientFrame | undefined;

export const parseServerFrame = (message: string): ServerFrame | undefined =>
  parsed(message, FROM_SERVER) as unknown as ServerFrame | undefined;

export const hexOf = (bytes: Uint8Array): string => {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
};

/** Of hex that has been checked. */
export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
