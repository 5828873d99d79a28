import { Effect, Layer, type Scope } from 'effect';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { type Fault, fault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { type MailServer, type MailSettings, mailSettings } from './configuration.ts';
import { mayConcern, readLetter, SORTING_HEADERS } from './letters.ts';
import { type IncomingLetter, type Letter, type LetterFilter, type LetterPage, MailPort } from './port.ts';

/**
 * Mail over SMTP (nodemailer) and IMAP (imapflow). A connection is opened for each letter and each look and closed
 * after it: there are a few a minute, and none may hang on a server that has forgotten it.
 */

const SERVICE = 'mail';
/** From connecting to the last answer; a letter with its scan is a few megabytes. */
const TIMEOUT_MS = 60_000;
const PAGE = 100;
/** Larger letters are left for a person: no result file of this size goes by mail. */
const MAX_LETTER_BYTES = 48 * 1024 * 1024;

const settingOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined;

/** No word of what the server said: it repeats addresses. */
const sendFailure = (error: unknown): Refusal | Fault => {
  const code = Number(settingOf(error, 'responseCode') ?? 0);
  if (settingOf(error, 'code') === 'EAUTH' && code >= 500) {
    return refuse('denied', 'MailSignInRefused', 'The mail server does not accept our name and password.', {
      action: 'Put right TELECOM_MAIL_PASSWORD_FILE, then retry the stage.',
    });
  }
  if (code >= 500) {
    return refuse('invalid', 'LetterRefused', `The mail server refuses the letter (SMTP ${code}).`, {
      action: 'Check the address of Telecom and the size of the scan, then send it once more.',
    });
  }
  return fault(SERVICE, code >= 400 ? 'PutOff' : 'Unavailable', `The mail server did not take the letter (${code}).`);
};

const sender = ({ smtp, password, from, to }: MailSettings) => {
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.secure,
    requireTLS: !smtp.secure && !smtp.loopback,
    ignoreTLS: smtp.loopback && !smtp.secure,
    auth: { user: smtp.user, pass: password },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return ({ messageId, subject, text, enclosures }: Letter): Effect.Effect<void, Refusal | Fault> =>
    Effect.tryPromise({
      try: () =>
        transport.sendMail({
          messageId: `<${messageId}>`,
          from,
          to,
          subject,
          text,
          attachments: enclosures.map(({ name, contentType, content }) => ({
            filename: name,
            contentType,
            content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
          })),
          dsn: { id: messageId, return: 'headers', notify: ['failure', 'delay'], recipient: from },
        }),
      catch: sendFailure,
    }).pipe(Effect.asVoid);
};

const imapFailure = (error: unknown): Refusal | Fault => {
  if (isRefusal(error)) return error;
  if (settingOf(error, 'authenticationFailed') === true) {
    return refuse('denied', 'MailSignInRefused', 'The mailbox does not accept our name and password.', {
      action: 'Put right TELECOM_MAIL_PASSWORD_FILE.',
    });
  }
  return fault(SERVICE, 'Unavailable', 'The mailbox did not answer.');
};

const connect = (server: MailServer, password: string): Effect.Effect<ImapFlow, Refusal | Fault, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const client = new ImapFlow({
          host: server.host,
          port: server.port,
          secure: server.secure,
          ...(server.secure ? {} : { doSTARTTLS: !server.loopback }),
          auth: { user: server.user, pass: password },
          logger: false,
          disableAutoIdle: true,
          connectionTimeout: TIMEOUT_MS,
          greetingTimeout: TIMEOUT_MS,
          socketTimeout: TIMEOUT_MS,
        });
        // What happens to the connection is told by the call that is under way.
        client.on('error', () => undefined);
        await client.connect();
        return client;
      },
      catch: imapFailure,
    }),
    (client) => Effect.promise(() => client.logout().catch(() => client.close())),
  );

interface Position {
  readonly validity: string;
  readonly uid: number;
}

const positionOf = (cursor: string | null): Position => {
  const [validity = '', uid = '0'] = (cursor ?? '').split(':');
  return { validity, uid: Number(uid) };
};

const headersOf = (headers: Buffer | undefined) => {
  const lines = (headers?.toString('latin1') ?? '').replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const all = (name: string) => lines.filter((line) => line.toLowerCase().startsWith(`${name}:`)).join(' ');
  return { contentType: all('content-type'), references: `${all('in-reply-to')} ${all('references')}` };
};

/** Fetches the letters of these UIDs that are about ours. */
const fetchLetters = async (
  client: ImapFlow,
  uids: ReadonlyArray<number>,
  filter: LetterFilter,
  domain: string,
): Promise<ReadonlyArray<IncomingLetter>> => {
  const worth: Array<number> = [];
  const parts = { uid: true, size: true, envelope: true, headers: SORTING_HEADERS } as const;
  for await (const found of client.fetch([...uids], parts, { uid: true })) {
    const headers = { ...headersOf(found.headers), subject: found.envelope?.subject ?? '' };
    if ((found.size ?? 0) <= MAX_LETTER_BYTES && mayConcern(headers, filter)) worth.push(found.uid);
  }
  const letters: Array<IncomingLetter> = [];
  for (const uid of worth.sort((a, b) => a - b)) {
    const found = await client.fetchOne(String(uid), { source: true }, { uid: true });
    if (found === false || found.source === undefined) continue;
    const letter = await readLetter(uid, found.source, filter, domain);
    if (letter !== undefined) letters.push(letter);
  }
  return letters;
};

const lookOnce = async (
  client: ImapFlow,
  filter: LetterFilter,
  cursor: string | null,
  domain: string,
): Promise<LetterPage> => {
  const { uidValidity } = await client.mailboxOpen('INBOX', { readOnly: true });
  const validity = String(uidValidity);
  const before = positionOf(cursor);
  // Another UIDVALIDITY: the mailbox was made anew, and the old numbers say nothing.
  const after = before.validity === validity ? before.uid : 0;
  const found = await client.search({ since: new Date(filter.sinceMs), uid: `${after + 1}:*` }, { uid: true });
  // `n:*` always names the last letter, also when it is older than n.
  const fresh = (Array.isArray(found) ? found : []).filter((uid) => uid > after).sort((a, b) => a - b);
  const page = fresh.slice(0, PAGE);
  const letters = page.length === 0 ? [] : await fetchLetters(client, page, filter, domain);
  return { letters, cursor: `${validity}:${page.at(-1) ?? after}`, more: fresh.length > page.length };
};

/** Mail over the given servers. */
export const mailPortOf = (settings: MailSettings): typeof MailPort.Service => {
  const { imap, password, from, to } = settings;
  const partnerDomain = to.split('@').at(-1)?.toLowerCase() ?? '';
  const withMailbox = <A>(use: (client: ImapFlow) => Promise<A>): Effect.Effect<A, Refusal | Fault> =>
    Effect.scoped(
      Effect.flatMap(connect(imap, password), (client) =>
        Effect.tryPromise({ try: () => use(client), catch: imapFailure }),
      ),
    );
  return {
    domain: from.split('@').at(-1) ?? 'localhost',
    send: sender(settings),
    look: (filter, cursor) => withMailbox((client) => lookOnce(client, filter, cursor, partnerDomain)),
    markRead: (uids) =>
      uids.length === 0
        ? Effect.void
        : withMailbox(async (client) => {
            await client.mailboxOpen('INBOX');
            await client.messageFlagsAdd([...uids], ['\\Seen'], { uid: true });
          }),
  };
};

const NOT_CONFIGURED = refuse('missing', 'MailNotConfigured', 'No mail is set up for Telecom.', {
  action: 'Set TELECOM_MAIL_SMTP_URL and what belongs to it (docs/partners/telecom-mail.md), then retry the stage.',
});

/** For an installation that does no business with Telecom. */
const withoutMail: typeof MailPort.Service = {
  domain: 'localhost',
  send: () => Effect.fail(NOT_CONFIGURED),
  look: () => Effect.fail(NOT_CONFIGURED),
  markRead: () => Effect.fail(NOT_CONFIGURED),
};

const portFor = (settings: MailSettings | undefined) =>
  MailPort.of(settings === undefined ? withoutMail : mailPortOf(settings));

/** Mail over given servers, or none. */
export const mailPortAt = (settings: MailSettings | undefined): Layer.Layer<MailPort> =>
  Layer.succeed(MailPort, portFor(settings));

/** Mail as the environment says. */
export const MailPortLive = Layer.effect(MailPort, Effect.map(mailSettings, portFor));
