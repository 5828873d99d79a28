import { Clock, Effect, type Exit, Schema } from 'effect';
import type { Actors } from '../../../actors/runtime/actors.ts';
import { showComponent } from '../../../actors/sim/card-writing/component-proof.ts';
import { look } from '../../../actors/sim/card-writing/conversation.ts';
import { writeCard } from '../../../actors/sim/card-writing/write-card.ts';
import type { CardReader } from '../../../devices/card-reader/port.ts';
import type { RemoteClient } from '../../../devices/card-reader/remote/remote-client.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { maskId } from '../../../domain/kernel/mask.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import { ComponentName, ComponentVersion } from '../../../domain/sim/telecom/schema.ts';
import { PROFILES } from '../../../domain/sim/uicc/profiles.ts';
import { type CardWriteState, RequestId, WriteWanted } from '../../../domain/sim/writing/schema.ts';
import type { Ask, CardRead, CardWritten, Problem } from '../../../sdk/protocol.ts';
import type { KeyRing } from '../../../store/keys/key-ring.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { Audit } from '../../../store/operations/audit.ts';
import { counter } from '../../../telemetry/metrics.ts';
import { decodePart } from '../../middleware/decode.ts';
import { sampled } from '../../route.ts';

/** What a client of the card service asks for, done over its own reader: a card read, a card written (seed 000 §4.2). */

export type AskServices = Actors | Audit | KeyRing | Mongo;
type Asked<A> = Effect.Effect<A, Refusal | Fault, AskServices>;

export interface AskOf {
  readonly client: RemoteClient;
  readonly caller: Caller;
  /** The client's address. */
  readonly from: string;
  readonly id: string;
  readonly ask: Ask;
}

const asks = counter({
  name: 'hufu_card_service_asks_total',
  help: 'Reads and writes that clients of the card service asked for, by outcome',
  labels: ['what', 'outcome'],
});

const readerUnknown = (): Refusal =>
  refuse('missing', 'ReaderUnknown', 'The client has no reader of this name.', { field: 'reader' });
const readerBusy = (): Fault => fault('card-reader', 'Busy', 'This reader has something to do already.', 500);

const Write = sampled(
  Schema.Struct({
    request: RequestId,
    wish: WriteWanted,
    component: Schema.optionalWith(Schema.Struct({ name: ComponentName, version: ComponentVersion }), { exact: true }),
  }),
  { request: 'CRM-1', wish: { product: '4G-STD', city: null, iccid: null, msisdn: null, smsc: null } },
  'A write',
);

const FINAL: ReadonlySet<string> = new Set(['confirmed', 'refused', 'failed']);

const writtenOf = ({ request, status, iccid, proved, code, message }: CardWriteState): CardWritten => ({
  what: 'write',
  request,
  status,
  final: FINAL.has(status),
  iccid: iccid === null ? null : maskId(iccid),
  proved,
  code,
  message,
});

const readOver = (reader: CardReader): Asked<CardRead> =>
  Effect.gen(function* () {
    const looked = yield* Effect.ensuring(look(reader, PROFILES), Effect.ignore(reader.powerOff));
    if (isRefusal(looked)) return yield* Effect.fail(looked);
    const { seen, profile } = looked;
    const iccid = seen.iccid === null ? null : maskId(seen.iccid);
    return { what: 'read', iccid, blank: seen.imsi === null, profile: profile.id };
  });

const writeOver = (
  reader: CardReader,
  { client, caller }: AskOf,
  { what: _, reader: name, ...wanted }: Extract<Ask, { what: 'write' }>,
): Asked<CardWritten> =>
  Effect.gen(function* () {
    const body = yield* decodePart('body', Write, wanted);
    const { request, wish, component } = body as typeof Write.schema.Type;
    const writing = { tenant: caller.tenant, caller, request };
    if (wish.operator === 'telecom' && component !== undefined) {
      yield* showComponent(writing, component, (text) => client.sign(name, text));
    }
    const state = yield* Effect.ensuring(writeCard(reader, writing, wish), Effect.ignore(reader.powerOff));
    return writtenOf(state);
  });

const outcomeOf = (exit: Exit.Exit<unknown, Refusal | Fault>): string => {
  if (exit._tag === 'Success') return 'accepted';
  const failure = exit.cause._tag === 'Fail' ? exit.cause.error : undefined;
  return isRefusal(failure) ? `refused:${failure.code}` : 'failed';
};

/** In the audit trail before anybody is answered. */
const audited = <A>({ caller, client, from, id, ask }: AskOf, asked: Asked<A>): Asked<A> =>
  asked.pipe(
    Effect.exit,
    Effect.tap((exit) =>
      Effect.gen(function* () {
        const outcome = outcomeOf(exit);
        asks.inc({ what: ask.what, outcome: outcome.split(':')[0] ?? '' });
        const { append } = yield* Audit;
        yield* append({
          tenant: caller.tenant,
          subject: caller.subject,
          action: `sim.cardService.${ask.what}`,
          object: ask.what === 'write' ? `sim.cardWrite/${ask.request}` : `reader/${client.name}/${ask.reader}`,
          outcome,
          from,
          requestId: id,
          atMs: yield* Clock.currentTimeMillis,
          detail: { reader: `${client.name}/${ask.reader}` },
        });
      }),
    ),
    Effect.flatten,
  );

/** Readers in use: two talks at once with one card would undo each other. */
const inUse = new WeakSet<CardReader>();

export const performAsk = (of: AskOf): Asked<CardRead | CardWritten> => {
  const { ask, client } = of;
  const done = Effect.gen(function* () {
    const reader = yield* client.reader(ask.reader);
    if (reader === undefined) return yield* Effect.fail(readerUnknown());
    if (inUse.has(reader)) return yield* Effect.fail(readerBusy());
    inUse.add(reader);
    const talk: Asked<CardRead | CardWritten> = ask.what === 'read' ? readOver(reader) : writeOver(reader, of, ask);
    return yield* Effect.ensuring(
      talk,
      Effect.sync(() => void inUse.delete(reader)),
    );
  });
  return audited(of, done);
};

/** What another node, or this one before it was started anew, is at or has just done is asked for again. */
const ELSEWHERE: ReadonlySet<string> = new Set(['WriteUnderWay', 'ChallengeDiffers']);
const UNDER_WAY_MS = 2_000;
const FAULT_MS = 1_000;

const retryAfter = (failure: Refusal | Fault): number | null => {
  if (isRefusal(failure)) return ELSEWHERE.has(failure.code) ? UNDER_WAY_MS : null;
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  // A card that is not there does not come by asking; a person puts it in.
  return failure.service === 'card-reader' ? null : FAULT_MS;
};

const DEFECT: Problem = {
  code: 'Defect',
  message: 'The server met a defect.',
  field: null,
  action: 'Ask again later with the same request id.',
  retryAfterMs: null,
};

export const problemOf = (failure: unknown): Problem =>
  isRefusal(failure) || isFault(failure)
    ? {
        code: failure.code,
        message: failure.message,
        field: isRefusal(failure) ? (failure.field ?? null) : null,
        action: isRefusal(failure) ? (failure.action ?? null) : null,
        retryAfterMs: retryAfter(failure),
      }
    : DEFECT;
