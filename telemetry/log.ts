/**
 * The process's log: one JSON object a line on standard output, level by `HUFU_LOG` (`trace` to `fatal`, or `silent`;
 * default `info`). Fields whose names say that they hold a secret or a person's data are hidden at any depth, so a
 * careless `log.info({ application })` gives nothing away; the message itself is written by us and must hold none.
 */
import { Cause, HashMap, type Layer, Logger, type LogLevel } from 'effect';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';

/** Never shown. Compared without case, `_` and `-`. */
const SECRET = new Set(
  [
    ['password', 'passphrase', 'secret', 'clientSecret', 'pin', 'puk', 'adm', 'ki', 'opc', 'tac', 'apiKey'],
    ['privateKey', 'secretKey', 'sessionKey', 'keyMaterial', 'plaintext', 'payload'],
    ['token', 'accessToken', 'refreshToken', 'idToken', 'authorization', 'cookie', 'setCookie'],
    ['realName', 'fullName', 'givenName', 'familyName', 'holderName', 'birthDate', 'address', 'email'],
    ['idNumber', 'documentNumber', 'passportNumber', 'accountNumber', 'bankAccount', 'photo', 'fingerprint'],
  ]
    .flat()
    .map((name) => name.toLowerCase()),
);

/** Numbers of cards and lines: the last four digits are enough to find one's place. */
const NUMBER = new Set(['imsi', 'iccid', 'msisdn', 'phone', 'mobile', 'cardnumber', 'pan']);

const HIDDEN = '[hidden]';
/** Deeper than anything we log on purpose; also stops circles. */
const MAX_DEPTH = 8;
/** A list is shown by its beginning: a log line is not the place for a file. */
const MAX_ITEMS = 50;

const tail = (value: unknown): string =>
  (typeof value === 'string' || typeof value === 'number') && String(value).length > 4
    ? `…${String(value).slice(-4)}`
    : HIDDEN;

const field = (name: string, value: unknown, depth: number): unknown => {
  const plain = name.replace(/[_-]/g, '').toLowerCase();
  if (value === undefined || value === null) return value;
  if (SECRET.has(plain)) return HIDDEN;
  return NUMBER.has(plain) ? tail(value) : shown(value, depth);
};

const shown = (value: unknown, depth: number): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return pino.stdSerializers.err(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => shown(item, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `… ${value.length - MAX_ITEMS} more`] : items;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, field(name, inner, depth + 1)]));
};

/** The fields of one line as they may be written. */
export const redacted = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, field(name, value, 0)]));

export const makeLog = (level: string, destination?: DestinationStream): Pino => {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redacted },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};

export const log: Pino = makeLog(process.env['HUFU_LOG'] ?? 'info');

const LEVELS: Record<LogLevel.LogLevel['_tag'], 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | undefined> = {
  All: 'trace',
  Trace: 'trace',
  Debug: 'debug',
  Info: 'info',
  Warning: 'warn',
  Error: 'error',
  Fatal: 'fatal',
  None: undefined,
};

/** `Effect.logInfo` and its kin go to the same log, with their annotations as fields. */
export const effectLogger = (to: Pino): Logger.Logger<unknown, void> =>
  Logger.make(({ logLevel, message, annotations, cause }) => {
    const level = LEVELS[logLevel._tag];
    if (level === undefined || !to.isLevelEnabled(level)) return;
    const parts = Array.isArray(message) ? message : [message];
    const text = parts.filter((part) => typeof part !== 'object').join(' ');
    const objects = parts.filter((part) => typeof part === 'object' && part !== null);
    const failure = Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause) };
    to[level](Object.assign({}, Object.fromEntries(HashMap.toEntries(annotations)), ...objects, failure), text);
  });

export const LogLive: Layer.Layer<never> = Logger.replace(Logger.defaultLogger, effectLogger(log));
