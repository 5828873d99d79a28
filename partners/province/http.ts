import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Effect, Layer, Option, Schema } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { homeProvince, type ProvinceSegments } from '../../domain/mandates/home-province.ts';
import type { ChargeNotice, RelationNotice } from '../../domain/mandates/province-messages.ts';
import { ProvinceCode, Subscriber } from '../../domain/mandates/schema.ts';
import { keyIn, NEVER_TAKEN, type NoticeServer, postSigned } from '../notices.ts';
import { ProvincePort } from './port.ts';

/** Provinces over HTTP (docs/partners/province.md): JSON, signed with a key that both sides have from a file. */

interface ProvinceServer extends ProvinceSegments {
  readonly name: string;
  /** `http://HOST[:PORT]`; the paths follow. */
  readonly url: string;
  readonly key: NoticeServer['key'];
}

export const CHECK_PATH = '/mandates/v1/checks';
export const NOTICE_PATH = '/mandates/v1/relations';
export const CHARGE_PATH = '/mandates/v1/charges';

/** A bank waits for the answer to a check; a notice has time. */
const CHECK_MS = 2_500;
const NOTICE_MS = 15_000;
const PROVINCE = { service: 'province', name: 'province’s CRM' };

const decodeSubscriber = Schema.decodeOption(Schema.parseJson(Subscriber));

const unavailable = (status: number): Fault =>
  fault('province', 'Unavailable', `The province’s CRM answered HTTP ${status}.`);

const refused = (status: number): Refusal =>
  refuse('denied', 'ProvinceRefused', `The province’s CRM does not take this (HTTP ${status}).`, {
    action: 'Look at the CRM’s log; docs/partners/province.md says what it is sent.',
  });

const call = ({ url, key }: ProvinceServer, path: string, body: object, timeoutMs: number) =>
  Effect.flatMap(postSigned(PROVINCE, { url: `${url}${path}`, key }, JSON.stringify(body), {}, timeoutMs), (answer) =>
    NEVER_TAKEN.has(answer.status) ? Effect.fail(refused(answer.status)) : Effect.succeed(answer),
  );

const check = (server: ProvinceServer, number: string): Effect.Effect<Subscriber | null, Refusal | Fault> =>
  Effect.gen(function* () {
    const { status, text } = yield* call(server, CHECK_PATH, { number }, CHECK_MS);
    if (status === 404) return null;
    if (status !== 200) return yield* Effect.fail(unavailable(status));
    const subscriber = decodeSubscriber(text);
    if (Option.isSome(subscriber)) return subscriber.value;
    return yield* Effect.fail(fault('province', 'MalformedAnswer', 'The province’s CRM answered something else.'));
  });

const tell = (server: ProvinceServer, path: string, notice: RelationNotice | ChargeNotice) =>
  Effect.gen(function* () {
    const { status } = yield* call(server, path, notice, NOTICE_MS);
    if (status < 200 || status >= 300) yield* Effect.fail(unavailable(status));
  });

export const provincePort = (servers: readonly ProvinceServer[]) => {
  const serverOf = (province: string): Effect.Effect<ProvinceServer, Refusal> =>
    Effect.mapError(Effect.fromNullable(servers.find(({ code }) => code === province)), () =>
      refuse('missing', 'ProvinceNotConfigured', `There is no province ${province} here.`, {
        action: 'Name it in the file of HUFU_PROVINCES_FILE (docs/partners/province.md).',
      }),
    );
  return ProvincePort.of({
    homeOf: (number) => homeProvince(servers, number),
    check: (province, number) => Effect.flatMap(serverOf(province), (server) => check(server, number)),
    tell: (province, notice) => Effect.flatMap(serverOf(province), (server) => tell(server, NOTICE_PATH, notice)),
    tellCharge: (province, notice) => Effect.flatMap(serverOf(province), (server) => tell(server, CHARGE_PATH, notice)),
  });
};

const ListedProvince = Schema.Struct({
  code: ProvinceCode,
  name: Schema.NonEmptyString,
  url: Schema.String.pipe(Schema.pattern(/^https?:\/\/[^/@]+$/)),
  keyFile: Schema.NonEmptyString,
  segments: Schema.NonEmptyArray(Schema.String.pipe(Schema.pattern(/^861[3-9][0-9]{0,9}$/))),
});
export type ListedProvince = typeof ListedProvince.Type;
const Listed = Schema.parseJson(Schema.Array(ListedProvince));

const wrong = (what: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `HUFU_PROVINCES_FILE: ${what}`, {
    action: 'It is a JSON list of provinces; docs/partners/province.md shows one.',
  });

const read = (path: string): Effect.Effect<string, Refusal> =>
  Effect.tryPromise({ try: () => readFile(path, 'utf8'), catch: () => wrong(`cannot read ${path}`) });

const provinceServers: Effect.Effect<readonly ProvinceServer[], ConfigError.ConfigError | Refusal> = Effect.gen(
  function* () {
    const path = yield* Config.option(Config.nonEmptyString('HUFU_PROVINCES_FILE'));
    if (Option.isNone(path)) return [];
    const listed = yield* Effect.mapError(Schema.decode(Listed)(yield* read(path.value)), ({ message }) =>
      wrong(message),
    );
    const segments = listed.flatMap((province) => province.segments);
    if (new Set(segments).size < segments.length) {
      return yield* Effect.fail(wrong('a segment occurs twice'));
    }
    return yield* Effect.forEach(listed, ({ keyFile, ...province }) =>
      Effect.flatMap(keyIn(keyFile), (key) =>
        key === undefined
          ? Effect.fail(wrong(`${keyFile} holds no key of 16 bytes or more in hex`))
          : Effect.succeed({ ...province, key }),
      ),
    );
  },
);

/** From the file that `HUFU_PROVINCES_FILE` names; without it no number is at home anywhere. */
export const ProvincePortLive = Layer.effect(ProvincePort, Effect.map(provinceServers, provincePort));
