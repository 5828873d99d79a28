import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Effect, Option } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { TlsServer } from '../connection.ts';
import { isTransportKey, type TransportKey } from './sealed-keys.ts';

/** Where EOP is and who we are to it, from the environment (docs/partners/eop.md). Secrets come from files. */

export interface EopSettings {
  readonly server: TlsServer;
  readonly transportKey: TransportKey;
}

const wrong = (what: string, action: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `eop: ${what}`, { action });

const contents = (variable: string): Effect.Effect<string, ConfigError.ConfigError | Refusal> =>
  Effect.flatMap(Config.nonEmptyString(variable), (path) =>
    Effect.tryPromise({
      try: () => readFile(path, 'utf8'),
      catch: () => wrong(`cannot read ${path}`, `Let ${variable} name a file that this process may read.`),
    }),
  );

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** `ID:HEX`, one line. */
const transportKeyOf = (text: string): TransportKey | Refusal => {
  const [id = '', hex = ''] = text.trim().split(':');
  const key = new SecretBytes(Buffer.from(hex, 'hex'));
  return ID.test(id) && isTransportKey(key) && hex.length === 2 * key.length
    ? { id, key }
    : wrong('the transport key is not ID:HEX with 16 bytes', 'Write the key into its file as both sides agreed.');
};

/** None when `EOP_URL` is not set. Everything else that is missing or malformed stops the start. */
export const eopSettings: Effect.Effect<Option.Option<EopSettings>, ConfigError.ConfigError | Refusal> = Effect.gen(
  function* () {
    const url = yield* Config.option(Config.nonEmptyString('EOP_URL'));
    if (Option.isNone(url)) return Option.none();
    const parsed = URL.canParse(url.value) ? new URL(url.value) : undefined;
    if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.pathname !== '/') {
      return yield* Effect.fail(wrong('EOP_URL is not https://HOST[:PORT]', 'EOP is spoken to over TLS only.'));
    }
    const [ca, certificate, privateKey, key] = yield* Effect.all([
      contents('EOP_CA_FILE'),
      contents('EOP_CERT_FILE'),
      contents('EOP_KEY_FILE'),
      contents('EOP_TRANSPORT_KEY_FILE'),
    ]);
    const transportKey = transportKeyOf(key);
    if ('_tag' in transportKey) return yield* Effect.fail(transportKey);
    return Option.some({ server: { url: url.value, ca, certificate, privateKey }, transportKey });
  },
);
