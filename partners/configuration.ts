import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Effect, Option, Schema } from 'effect';
import { type Refusal, refuse } from '../domain/kernel/refusal.ts';
import type { SftpServer } from './sftp-connection.ts';

/**
 * Where the partners' servers are, from the environment (docs/partners/*.md). Keys and passwords come from files that
 * the environment names; VOP_SFTP_PASSWORD alone may hold one itself.
 */
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}$/;

export interface ListedServer {
  readonly code: string;
  readonly name: string;
  readonly server: SftpServer;
}

interface Access {
  readonly service: string;
  readonly url: string;
  /** One or more, separated by commas. */
  readonly fingerprint: string;
  readonly keyFile?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly password?: string | undefined;
}

const wrong = (service: string, what: string, action: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `${service}: ${what}`, { action });

const secret = (service: string, path: string): Effect.Effect<string, Refusal> =>
  Effect.tryPromise({
    try: () => readFile(path, 'utf8'),
    catch: () => wrong(service, `cannot read ${path}`, 'Give the path of a file that this process may read.'),
  });

/** Where a server is and how it is known. Without a pinned fingerprint there is no server: nothing is trusted at first sight. */
export const addressOf = (
  service: string,
  address: string,
  fingerprints: ReadonlyArray<string>,
): Effect.Effect<Omit<SftpServer, 'privateKey' | 'password'>, Refusal> =>
  Effect.gen(function* () {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'sftp:' || url.username === '' || url.password !== '') {
      return yield* Effect.fail(
        wrong(
          service,
          'the address is not sftp://USER@HOST[:PORT][/DIRECTORY]',
          'Passwords do not go into an address.',
        ),
      );
    }
    if (!fingerprints.every((found) => FINGERPRINT.test(found))) {
      return yield* Effect.fail(
        wrong(service, 'the fingerprint is not SHA256:…', 'ssh-keyscan HOST | ssh-keygen -lf -'),
      );
    }
    return {
      service,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 22 : Number(url.port),
      username: decodeURIComponent(url.username),
      fingerprints,
      basePath: decodeURIComponent(url.pathname).replace(/\/+$/, ''),
    };
  });

/** A server from its settings. */
export const serverOf = (access: Access): Effect.Effect<SftpServer, Refusal> =>
  Effect.gen(function* () {
    const { service } = access;
    const fingerprints = access.fingerprint.split(',').map((found) => found.trim());
    const address = yield* addressOf(service, access.url, fingerprints);
    const privateKey = access.keyFile === undefined ? undefined : yield* secret(service, access.keyFile);
    const password =
      access.passwordFile === undefined ? access.password : (yield* secret(service, access.passwordFile)).trimEnd();
    if (privateKey === undefined && password === undefined) {
      return yield* Effect.fail(wrong(service, 'there is neither a key nor a password', 'Name a key file.'));
    }
    return {
      ...address,
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(password === undefined ? {} : { password }),
    };
  });

const optional = (name: string) => Config.map(Config.option(Config.nonEmptyString(name)), Option.getOrUndefined);

export const vopServer: Effect.Effect<SftpServer, ConfigError.ConfigError | Refusal> = Config.all({
  url: Config.string('VOP_SFTP_URL'),
  fingerprint: Config.string('VOP_SFTP_FINGERPRINT'),
  keyFile: optional('VOP_SFTP_KEY_FILE'),
  passwordFile: optional('VOP_SFTP_PASSWORD_FILE'),
  password: optional('VOP_SFTP_PASSWORD'),
}).pipe(Effect.flatMap((access) => serverOf({ service: 'vop', ...access })));

const ListedServers = Schema.parseJson(
  Schema.Array(
    Schema.Struct({
      code: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/)),
      name: Schema.String,
      url: Schema.String,
      fingerprint: Schema.String,
      keyFile: Schema.optional(Schema.String),
      passwordFile: Schema.optional(Schema.String),
    }),
  ).pipe(Schema.maxItems(1_000)),
);

/** Servers of several partners of one sort (`service`), from the JSON list that names them. */
const listedServers = (
  service: string,
  page: string,
  json: string,
): Effect.Effect<ReadonlyArray<ListedServer>, Refusal> =>
  Effect.gen(function* () {
    const action = `A JSON array of {code, name, url, fingerprint, keyFile or passwordFile}; see docs/partners/${page}.md.`;
    const settings = yield* Schema.decodeUnknown(ListedServers)(json).pipe(
      Effect.mapError(({ message }) => wrong(service, message, action)),
    );
    if (new Set(settings.map(({ code }) => code)).size !== settings.length) {
      return yield* Effect.fail(wrong(service, 'a code occurs twice', action));
    }
    return yield* Effect.forEach(settings, ({ code, name, ...access }) =>
      Effect.map(serverOf({ service: `${service}:${code}`, ...access }), (server) => ({ code, name, server })),
    );
  });

/** HUFU_VENDORS_FILE (a JSON file), else HUFU_VENDORS (the JSON itself). */
export const vendorServers: Effect.Effect<ReadonlyArray<ListedServer>, ConfigError.ConfigError | Refusal> = Effect.gen(
  function* () {
    const file = yield* optional('HUFU_VENDORS_FILE');
    const json = file === undefined ? yield* Config.string('HUFU_VENDORS') : yield* secret('vendors', file);
    return yield* listedServers('vendor', 'vendor', json);
  },
);

/** HUFU_MANDATE_FILES_FILE (a JSON file): banks by their codes, provinces by theirs; without it nobody. */
export const mandateFileServers: Effect.Effect<
  ReadonlyArray<ListedServer>,
  ConfigError.ConfigError | Refusal
> = Effect.gen(function* () {
  const file = yield* optional('HUFU_MANDATE_FILES_FILE');
  return file === undefined ? [] : yield* listedServers('mandates', 'mandate-files', yield* secret('mandates', file));
});
