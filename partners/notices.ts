import { readFile } from 'node:fs/promises';
import { Clock, Config, type ConfigError, Effect, Option, Schema } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { SecretBytes } from '../domain/kernel/secret.ts';
import { signNotice } from '../domain/keys/notice-signature.ts';

/**
 * Notices to the carrier's own systems (a CRM, the web hall): one POST each, signed with a key that both sides have from
 * a file. A 2xx is a success, 400 and 422 a refusal; whatever else happens, whoever asked sends the same notice again.
 */

export interface NoticeServer {
  readonly tenant: string;
  /** Where notices go, in full. */
  readonly url: string;
  readonly key: SecretBytes;
}

/** Who is told: for faults, refusals and what is wrong with a file of servers. */
export interface NoticeParty {
  /** `crm`, `hall` */
  readonly service: string;
  readonly name: string;
  /** Of the environment: a JSON list of `{tenant, url, keyFile}`. */
  readonly variable: string;
  readonly page: string;
  /** The code of its refusal. */
  readonly refused: string;
}

/** The header with the signature. */
export const SIGNATURE = 'hufu-signature';
const TIMEOUT_MS = 15_000;
/** Who answers so has looked at it and will not take it, ever. */
export const NEVER_TAKEN: ReadonlySet<number> = new Set([400, 422]);
const SHORTEST_KEY = 16;

const LONGEST_ANSWER = 64 * 1_024;

export interface SignedAnswer {
  readonly status: number;
  readonly text: string;
}

/** One POST with its signature, and whatever is answered. */
export const postSigned = (
  { service, name }: Pick<NoticeParty, 'service' | 'name'>,
  { url, key }: Pick<NoticeServer, 'url' | 'key'>,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Effect.Effect<SignedAnswer, Fault> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    Effect.tryPromise({
      try: async (signal) => {
        const signature = signNotice(key.reveal(), nowMs, body);
        const response = await fetch(url, {
          method: 'POST',
          body,
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          headers: { ...headers, 'content-type': 'application/json', [SIGNATURE]: signature },
        });
        const text = await response.text();
        if (text.length > LONGEST_ANSWER) throw new RangeError('too long');
        return { status: response.status, text };
      },
      // What the transport says may quote the address; the code is enough.
      catch: () => fault(service, 'Unavailable', `The ${name} did not answer.`),
    }),
  );

/** @param id the same notice again has the same */
export const sendNotice = (
  party: NoticeParty,
  server: NoticeServer,
  id: string,
  notice: object,
): Effect.Effect<'told', Refusal | Fault> =>
  Effect.gen(function* () {
    const { service, name, refused } = party;
    const headers = { 'idempotency-key': id };
    const { status } = yield* postSigned(party, server, JSON.stringify(notice), headers, TIMEOUT_MS);
    if (status >= 200 && status < 300) return 'told' as const;
    if (!NEVER_TAKEN.has(status)) {
      return yield* Effect.fail(fault(service, 'Unavailable', `The ${name} answered HTTP ${status}.`));
    }
    const message = `The ${name} does not take the notice (HTTP ${status}).`;
    return yield* Effect.fail(refuse('denied', refused, message, { action: `Look at the log of the ${name}.` }));
  });

/** A key of 16 bytes or more in hex; undefined when the file is missing or holds none. */
export const keyIn = (path: string): Effect.Effect<SecretBytes | undefined> =>
  Effect.promise(async () => {
    const key = Buffer.from((await readFile(path, 'utf8').catch(() => '')).trim(), 'hex');
    return key.length < SHORTEST_KEY ? undefined : new SecretBytes(key);
  });

const Listed = Schema.parseJson(
  Schema.Array(
    Schema.Struct({
      tenant: Schema.String,
      url: Schema.String.pipe(Schema.filter((text) => URL.canParse(text) && /^https?:/.test(text))),
      keyFile: Schema.NonEmptyString,
    }),
  ),
);

/** From the file that the variable names; none without it. Keys are hex, each in a file of its own. */
export const noticeServers = ({
  variable,
  page,
}: NoticeParty): Effect.Effect<readonly NoticeServer[], ConfigError.ConfigError | Refusal> => {
  const wrong = (what: string): Refusal =>
    refuse('invalid', 'PartnerConfiguration', `${variable}: ${what}`, {
      action: `It is a JSON list of {"tenant", "url", "keyFile"}; ${page} shows one.`,
    });
  const read = (path: string): Effect.Effect<string, Refusal> =>
    Effect.tryPromise({ try: () => readFile(path, 'utf8'), catch: () => wrong(`cannot read ${path}`) });
  return Effect.gen(function* () {
    const path = yield* Config.option(Config.nonEmptyString(variable));
    if (Option.isNone(path)) return [];
    const listed = yield* Effect.mapError(Schema.decode(Listed)(yield* read(path.value)), () => wrong('is malformed'));
    return yield* Effect.forEach(listed, ({ tenant, url, keyFile }) =>
      Effect.flatMap(keyIn(keyFile), (key) =>
        key === undefined
          ? Effect.fail(wrong(`${keyFile} holds no key of ${SHORTEST_KEY} bytes or more in hex`))
          : Effect.succeed({ tenant, url, key }),
      ),
    );
  });
};
