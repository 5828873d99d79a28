import { Effect, Schema } from 'effect';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { payloadCodec } from '../../temporal/codec.ts';
import { codecEndpoint } from '../../temporal/codec-endpoint.ts';
import { answer, nothing, route, sampled } from '../route.ts';
import { ApiDocument } from './documents.ts';

/**
 * Payloads in clear for the Temporal UI. The UI either passes its own access token ("Pass the user access token", when
 * it has a sign-in of its own) or, as the development server has none, the browser's cookie ("Include cross-origin
 * credentials"), which `begin` sets after a sign-in here. Only pages of the origins in HUFU_TEMPORAL_UI_ORIGIN may call.
 */

const COOKIE = 'hufu_codec';
const PATH = '/v1/operations/codec';
const COOKIE_SECONDS = 3_600;
/** A page of the UI asks for all payloads of a page of events at once. */
const BODY_LIMIT_BYTES = 32 * 1_048_576;

const begin = route({
  method: 'POST',
  path: '/v1/operations/codec/session',
  operationId: 'operations.codec.begin',
  summary: 'Let this browser show payloads in the Temporal UI, until the access token ends',
  description: 'Sets a cookie for the codec alone. Then choose "Include cross-origin credentials" in the Temporal UI.',
  in: {
    headers: sampled(Schema.Struct({ authorization: Schema.String }), { authorization: 'Bearer <token>' }),
  },
  out: { 204: nothing('The cookie is set') },
  handler: ({ headers: { authorization } }) => {
    const token = authorization.replace(/^Bearer +/i, '');
    return Effect.map(ApiDocument, ({ publicUrl }) => {
      const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
      const cookie = `${COOKIE}=${token}; Path=${PATH}; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict${secure}`;
      return answer(204, undefined, { headers: { 'set-cookie': cookie } });
    });
  },
});

const Base64 = Schema.String;
const Payloads = Schema.Struct({
  payloads: Schema.Array(
    Schema.Struct(
      {
        metadata: Schema.optional(Schema.Record({ key: Schema.String, value: Base64 })),
        data: Schema.optional(Base64),
      },
      // Later versions of the UI send more about a payload than we need to know.
      Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    ),
  ),
}).annotations({ identifier: 'TemporalPayloads' });

const CLEAR = { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJhIjoxfQ==' }] };

const codec = (direction: 'encode' | 'decode', summary: string) =>
  route({
    method: 'POST',
    path: `/v1/operations/codec/{namespace}/${direction}`,
    operationId: `operations.codec.${direction}`,
    summary,
    changesNothing: true,
    personalData: true,
    crossOrigin: 'temporal-ui',
    tokenCookie: COOKIE,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    in: {
      params: sampled(Schema.Struct({ namespace: Schema.String }), { namespace: 'hufu' }),
      body: sampled(Payloads, CLEAR),
    },
    out: { 200: sampled(Payloads, CLEAR, 'In the order of the question') },
    refusals: [refuse('invalid', 'UnreadablePayload', 'A payload is not ours or was changed.', { field: 'payloads' })],
    handler: ({ body }) =>
      Effect.gen(function* () {
        const run = codecEndpoint(payloadCodec(yield* KeyRing));
        const result = yield* Effect.promise(() => run(direction, body));
        if (isRefusal(result)) return yield* Effect.fail(result);
        return answer(200, { payloads: result.payloads.map((payload) => ({ ...payload })) });
      }),
  });

export const codecRoutes = [
  begin,
  codec('decode', 'Decrypt payloads of workflows, as the Temporal UI asks for it'),
  codec('encode', 'Encrypt payloads of workflows, as the Temporal UI asks for it'),
];
