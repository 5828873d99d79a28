import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Effect, Either, Option, Schema } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { sm2PrivateKey, sm2PublicKey } from '../../domain/keys/sm2.ts';
import { TicketBounds } from '../../domain/mandates/hall/schema.ts';
import { LONGEST_FRAME } from '../../domain/mandates/iso8583/frames.ts';
import type { BorderKeys } from '../../domain/mandates/messages/signed.ts';
import type { TlsServer } from '../connection.ts';
import type { LineServer } from './line.ts';
import { type FormKeys, formKeys } from './over-form.ts';
import type { BankRoute } from './port.ts';

/** Which bank is reached which way, from the file that HUFU_BANKS_FILE names (docs/partners/bank.md). */

export type BankTransport =
  | { readonly kind: 'https'; readonly server: TlsServer; readonly keys: BorderKeys }
  | { readonly kind: 'form'; readonly server: TlsServer; readonly form: FormKeys; readonly keys: BorderKeys }
  | { readonly kind: 'iso8583'; readonly line: LineServer };

export interface BankSettings extends BankRoute {
  readonly transport: BankTransport;
}

const File = Schema.NonEmptyString;
const text = (pattern: RegExp) => Schema.String.pipe(Schema.pattern(pattern));
const tls = {
  url: Schema.String.pipe(
    Schema.filter((url) => /^https:\/\/[^/@]+\/?$/.test(url) && URL.canParse(url), {
      description: 'https://HOST[:PORT]',
    }),
  ),
  caFile: File,
  certFile: File,
  keyFile: File,
};
const signing = {
  /** Our private key for signatures, 64 hex digits. */
  signingKeyFile: File,
  /** The bank's public keys, 130 hex digits each, one a line. */
  bankKeysFile: File,
};
const Https = Schema.Struct({ kind: Schema.Literal('https'), ...tls, ...signing });
const Iso8583 = Schema.Struct({
  kind: Schema.Literal('iso8583'),
  host: Schema.NonEmptyString,
  port: Schema.Int.pipe(Schema.between(1, 65_535)),
  headerBytes: Schema.Literal(2, 4),
  terminal: text(/^[A-Za-z0-9]{8}$/),
  institution: text(/^[0-9]{1,11}$/),
  /** 64 hex digits. */
  macKeyFile: File,
});
/** http on this machine alone: a ticket goes with the user. */
const Page = Schema.Struct({
  url: text(/^(?:https:\/\/|http:\/\/127\.0\.0\.1[:/])[!-~]+$/),
  openMs: Schema.optionalWith(TicketBounds.fields.openMs, { default: () => 600_000 }),
  noticeMs: Schema.optionalWith(TicketBounds.fields.noticeMs, { default: () => 7 * 86_400_000 }),
});
/** The form of UnionPay's and wallets' gateways. */
const Form = Schema.Struct({
  kind: Schema.Literal('form'),
  ...tls,
  /** PEM of our RSA key for signatures, and of theirs. */
  formKeyFile: File,
  formBankKeyFile: File,
  /** For what it says itself, at the door of all banks. */
  ...signing,
});
const ListedBank = Schema.Struct({
  code: text(/^[A-Z][A-Z0-9]{1,15}$/),
  name: Schema.NonEmptyString,
  noticesTo: Schema.Literal('hall', 'paymentWeb'),
  page: Schema.optional(Page),
  transport: Schema.Union(Https, Iso8583, Form),
});
/** As it is written in the file. */
export type ListedBank = typeof ListedBank.Encoded;
const Listed = Schema.parseJson(Schema.Array(ListedBank).pipe(Schema.maxItems(200)));

const wrong = (what: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `HUFU_BANKS_FILE: ${what}`, {
    action: 'It is a JSON list of banks; docs/partners/bank.md shows one.',
  });

const read = (path: string): Effect.Effect<string, Refusal> =>
  Effect.tryPromise({ try: () => readFile(path, 'utf8'), catch: () => wrong(`cannot read ${path}`) });

const KEY_BYTES = 32;
const secretOf = (path: string): Effect.Effect<SecretBytes, Refusal> =>
  Effect.flatMap(read(path), (hex) => {
    const bytes = Buffer.from(hex.trim(), 'hex');
    return bytes.length === KEY_BYTES && hex.trim().length === 2 * KEY_BYTES
      ? Effect.succeed(new SecretBytes(bytes))
      : Effect.fail(wrong(`${path} does not hold 64 hex digits`));
  });

const keysOf = ({
  signingKeyFile,
  bankKeysFile,
}: Pick<typeof Https.Type, 'signingKeyFile' | 'bankKeysFile'>): Effect.Effect<BorderKeys, Refusal> =>
  Effect.gen(function* () {
    const own = sm2PrivateKey(yield* secretOf(signingKeyFile));
    if (own === undefined) return yield* Effect.fail(wrong(`${signingKeyFile} holds no SM2 key`));
    const lines = (yield* read(bankKeysFile)).split('\n').filter((line) => line.trim() !== '');
    const theirs = lines.flatMap((line) => sm2PublicKey(line.trim()) ?? []);
    if (theirs.length === 0 || theirs.length < lines.length) {
      return yield* Effect.fail(wrong(`${bankKeysFile} does not hold SM2 public keys alone`));
    }
    return { own, theirs };
  });

const transportOf = (listed: ListedBank['transport']): Effect.Effect<BankTransport, Refusal> => {
  if (listed.kind === 'iso8583') {
    const { host, port, headerBytes, terminal, institution, macKeyFile } = listed;
    const frames = { headerBytes, longest: LONGEST_FRAME };
    return Effect.map(secretOf(macKeyFile), (macKey) => {
      return { kind: 'iso8583', line: { host, port, frames, terminal, institution, macKey } };
    });
  }
  return Effect.gen(function* () {
    const [ca, certificate, privateKey] = yield* Effect.all([
      read(listed.caFile),
      read(listed.certFile),
      read(listed.keyFile),
    ]);
    const server = { url: listed.url, ca, certificate, privateKey };
    const keys = yield* keysOf(listed);
    if (listed.kind === 'https') return { kind: 'https', server, keys } as const;
    const { formKeyFile, formBankKeyFile } = listed;
    const form = formKeys(yield* read(formKeyFile), yield* read(formBankKeyFile));
    if (form === undefined) return yield* Effect.fail(wrong(`${formKeyFile} or ${formBankKeyFile} holds no RSA key`));
    return { kind: 'form', server, form, keys } as const;
  });
};

/** The banks of a list; everything that is missing or malformed stops the start. */
export const banksOf = (json: string): Effect.Effect<readonly BankSettings[], Refusal> =>
  Effect.gen(function* () {
    const listed = Schema.decodeEither(Listed)(json);
    if (Either.isLeft(listed)) return yield* Effect.fail(wrong(listed.left.message));
    if (new Set(listed.right.map(({ code }) => code)).size < listed.right.length) {
      return yield* Effect.fail(wrong('a code occurs twice'));
    }
    return yield* Effect.forEach(listed.right, ({ transport, page = null, ...route }) =>
      Effect.map(transportOf(transport), (way) => ({ ...route, page, transport: way })),
    );
  });

export const bankSettings: Effect.Effect<readonly BankSettings[], ConfigError.ConfigError | Refusal> = Effect.gen(
  function* () {
    const path = yield* Config.option(Config.nonEmptyString('HUFU_BANKS_FILE'));
    return Option.isNone(path) ? [] : yield* banksOf(yield* read(path.value));
  },
);
