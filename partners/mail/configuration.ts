import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Effect, Option } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';

/** Where our mail goes out and comes in, from the environment (docs/partners/telecom-mail.md). */

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS is demanded, except on the loopback. */
  readonly secure: boolean;
  readonly loopback: boolean;
  readonly user: string;
}

export interface MailSettings {
  readonly smtp: MailServer;
  readonly imap: MailServer;
  readonly password: string;
  /** Our address and Telecom's. */
  readonly from: string;
  readonly to: string;
}

const ADDRESS = /^[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,253}$/;
const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465, 'imap:': 143, 'imaps:': 993 };
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const wrong = (what: string, action: string): Refusal =>
  refuse('invalid', 'MailConfiguration', `mail: ${what}`, { action });

/** A server from `smtp://USER@HOST[:PORT]`; the password comes from a file. */
export const mailServerOf = (name: string, address: string, protocol: 'smtp' | 'imap'): MailServer | Refusal => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const known = url?.protocol === `${protocol}:` || url?.protocol === `${protocol}s:`;
  if (url === undefined || !known || url.username === '' || url.password !== '') {
    return wrong(`${name} is not ${protocol}[s]://USER@HOST[:PORT]`, 'Passwords do not go into an address.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? (PORTS[url.protocol] ?? 0) : Number(url.port),
    secure: url.protocol === `${protocol}s:`,
    loopback: LOOPBACK.has(host),
    user: decodeURIComponent(url.username),
  };
};

const orFail = <A extends object>(value: A | Refusal): Effect.Effect<A, Refusal> =>
  '_tag' in value ? Effect.fail(value) : Effect.succeed(value);

const settings = Config.all({
  smtp: Config.nonEmptyString('TELECOM_MAIL_SMTP_URL'),
  imap: Config.nonEmptyString('TELECOM_MAIL_IMAP_URL'),
  passwordFile: Config.nonEmptyString('TELECOM_MAIL_PASSWORD_FILE'),
  from: Config.nonEmptyString('TELECOM_MAIL_FROM'),
  to: Config.nonEmptyString('TELECOM_MAIL_TO'),
});

/** Nothing when no mail is set up at all; half a setting stops the start. */
export const mailSettings: Effect.Effect<MailSettings | undefined, ConfigError.ConfigError | Refusal> = Effect.gen(
  function* () {
    const first = yield* Config.option(Config.nonEmptyString('TELECOM_MAIL_SMTP_URL'));
    if (Option.isNone(first)) return undefined;
    const given = yield* settings;
    const smtp = yield* orFail(mailServerOf('TELECOM_MAIL_SMTP_URL', given.smtp, 'smtp'));
    const imap = yield* orFail(mailServerOf('TELECOM_MAIL_IMAP_URL', given.imap, 'imap'));
    if (!ADDRESS.test(given.from) || !ADDRESS.test(given.to)) {
      return yield* Effect.fail(wrong('TELECOM_MAIL_FROM or TELECOM_MAIL_TO is no mail address', 'Give NAME@DOMAIN.'));
    }
    const password = yield* Effect.tryPromise({
      try: () => readFile(given.passwordFile, 'utf8'),
      catch: () => wrong(`cannot read ${given.passwordFile}`, 'Give the path of a file that this process may read.'),
    });
    return { smtp, imap, password: password.trimEnd(), from: given.from, to: given.to };
  },
);
