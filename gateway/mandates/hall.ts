import { Effect, Schema } from 'effect';
import { hallSessionActor } from '../../actors/mandates/hall-session.ts';
import { ticketOf } from '../../actors/mandates/hall-tickets.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { reaches, reachOf } from '../../domain/kernel/province.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { AgreementVersion, Misuse, ReturnUrl, SessionStatus } from '../../domain/mandates/hall/schema.ts';
import { sessionRefusals } from '../../domain/mandates/hall/session.ts';
import { parseMsisdn } from '../../domain/mandates/identifiers.ts';
import { BankCode, Count } from '../../domain/mandates/schema.ts';
import { Processes } from '../../temporal/client.ts';
import { mandatesContract } from '../../workflows/mandates/contract.ts';
import { ApiDocument } from '../operations/documents.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * What the carrier's web hall calls (seed 003 part 1; docs/partners/hall.md): a number is checked at its home province,
 * the user's consent is recorded, and the answer says where the browser is to be sent. It names no number back.
 */

const SESSION = `S-${'4f'.repeat(16)}`;
const SessionId = Schema.String.pipe(Schema.pattern(/^S-[0-9a-f]{32}$/, { description: 'a session’s id' }));
const { hallSession } = mandatesContract.workflows;

const Checked = Schema.Struct({
  session: SessionId,
  status: Schema.Literal('checking', 'refused', 'eligible'),
  code: Schema.NullOr(Schema.String).annotations({ description: 'Why not, or why it is not known yet' }),
  banks: Schema.Array(Schema.Struct({ code: BankCode, name: Schema.String })).annotations({
    description: 'Where an eligible user may go',
  }),
}).annotations({ identifier: 'HallCheck' });

const open = route({
  method: 'POST',
  path: '/v1/mandates/hall/sessions',
  operationId: 'mandates.hall.open',
  summary: 'Begin a session of the web hall: may this number have a mandate?',
  description:
    'The home province is asked. `checking` with a code: it does not answer at the moment; ask again with the same ' +
    'idempotency key. `returnUrl`: where the user is to come back to, with `session` in its query.',
  personalData: true,
  in: {
    body: sampled(Schema.Struct({ number: Schema.String.pipe(Schema.maxLength(20)), returnUrl: ReturnUrl }), {
      number: '13800138000',
      returnUrl: 'https://hall.example/mandate/result',
    }),
  },
  out: {
    200: sampled(
      Checked,
      { session: SESSION, status: 'eligible', code: null, banks: [{ code: 'CMB', name: 'China Merchants Bank' }] },
      'What the province says',
    ),
  },
  refusals: [sessionRefusals.differs()],
  handler: ({ tenant, caller, commandId, envelope, body: { number, returnUrl } }) =>
    Effect.gen(function* () {
      const parsed = parseMsisdn(number);
      if (isRefusal(parsed)) return yield* Effect.fail(parsed);
      // The same call again is the same session.
      const session = `S-${sm3Hex(`${tenant}\n${caller.subject}\n${commandId}`).slice(0, 32)}`;
      const command = { _tag: 'Open' as const, number: parsed, returnUrl };
      yield* (yield* Actors).ask(hallSessionActor, { id: { tenant, key: session }, command, envelope });
      const start = { key: session, input: { tenant, session } };
      const checked = yield* (yield* Processes).updateOrStart(hallSession, start, 'check', undefined);
      return answer(200, { session, ...checked });
    }),
});

const params = sampled(Schema.Struct({ session: SessionId }), { session: SESSION });
const unknown = sessionRefusals.unknown();

const consent = route({
  method: 'POST',
  path: '/v1/mandates/hall/sessions/{session}/consent',
  operationId: 'mandates.hall.consent',
  summary: 'Record that the user agrees, and get the address to send the browser to',
  description:
    'The address holds a ticket for the chosen bank: it is good once, for this number, until `openUntilMs`. The same ' +
    'consent again gives the same ticket.',
  in: {
    params,
    body: sampled(Schema.Struct({ bank: BankCode, agreementVersion: AgreementVersion, consentAtMs: Count }), {
      bank: 'CMB',
      agreementVersion: '2026-11',
      consentAtMs: 1_795_416_000_000,
    }),
  },
  out: {
    200: sampled(Schema.Struct({ redirectUrl: Schema.String, openUntilMs: Count }), {
      redirectUrl: `https://pay.example/v1/mandates/redirects/T.${SESSION}.1.${'x'.repeat(43)}`,
      openUntilMs: 1_795_416_600_000,
    }),
  },
  refusals: [unknown, sessionRefusals.notEligible(), sessionRefusals.begun(), sessionRefusals.consentOutOfTime()],
  handler: ({ tenant, params: { session }, body: { bank, agreementVersion: version, consentAtMs: atMs } }) =>
    Effect.gen(function* () {
      yield* readActor(hallSessionActor, { tenant, key: session }, unknown);
      const start = { key: session, input: { tenant, session } };
      const begun = { bank, version, atMs };
      const { openUntilMs } = yield* (yield* Processes).updateOrStart(hallSession, start, 'begin', begun);
      const { state } = yield* readActor(hallSessionActor, { tenant, key: session }, unknown);
      const ticket = yield* ticketOf(tenant, session, state);
      if (ticket === undefined) return yield* Effect.fail(sessionRefusals.notEligible());
      const { publicUrl } = yield* ApiDocument;
      return answer(200, { redirectUrl: `${publicUrl}/v1/mandates/redirects/${ticket}`, openUntilMs });
    }),
});

const Session = Schema.Struct({
  session: SessionId,
  status: SessionStatus,
  code: Schema.NullOr(Schema.String),
  bank: Schema.NullOr(BankCode),
  consentVersion: Schema.NullOr(AgreementVersion),
  consentAtMs: Schema.NullOr(Count),
  openUntilMs: Schema.NullOr(Count),
  agreement: Schema.NullOr(Schema.String),
  misuses: Schema.Array(Misuse).annotations({ description: 'What was tried with its ticket and refused' }),
}).annotations({ identifier: 'HallSession' });

const read = route({
  method: 'GET',
  path: '/v1/mandates/hall/sessions/{session}',
  operationId: 'mandates.hall.read',
  summary: 'What has become of a session of the web hall',
  in: { params },
  out: {
    200: sampled(Session, {
      session: SESSION,
      status: 'formal',
      code: null,
      bank: 'CMB',
      consentVersion: '2026-11',
      consentAtMs: 1_795_416_000_000,
      openUntilMs: 1_795_416_600_000,
      agreement: 'CMB-W0123456789abcdef',
      misuses: [],
    }),
  },
  refusals: [unknown],
  handler: ({ tenant, caller, params: { session } }) =>
    Effect.flatMap(readActor(hallSessionActor, { tenant, key: session }, unknown), ({ state, rev }) => {
      // The hall is of the whole carrier; staff see the sessions of their provinces.
      if (!caller.roles.includes('web-hall') && !reaches(reachOf(caller), state.province)) return Effect.fail(unknown);
      const { status, code, ticket, consent: given, misuses } = state;
      const shown = {
        session,
        status,
        code,
        bank: ticket?.bank ?? null,
        consentVersion: given?.version ?? null,
        consentAtMs: given?.atMs ?? null,
        openUntilMs: ticket?.openUntilMs ?? null,
        agreement: ticket?.used?.agreement ?? null,
        misuses,
      };
      return Effect.succeed(answer(200, shown, { rev }));
    }),
});

export const hallRoutes = [open, consent, read];
