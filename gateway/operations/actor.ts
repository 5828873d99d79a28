import { Effect, Schema } from 'effect';
import { type HistoryPage, readTurns } from '../../actors/runtime/history.ts';
import { type Inspection, inspectActor, retryActor } from '../../actors/runtime/inspect.ts';
import { parseInstant } from '../../actors/runtime/moment.ts';
import { ActorOverview } from '../../actors/runtime/overview.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { historyTooLong, MAX_REPLAYED_TURNS, missing, replayActor } from '../../actors/runtime/replay.ts';
import { parseActorId, type TenantId } from '../../domain/kernel/actor-id.ts';
import { type Caller, ROLES } from '../../domain/kernel/caller.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { invalidCursor } from '../../store/list-cursor.ts';
import { pageQuery } from '../page.ts';
import { answer, route, sampled } from '../route.ts';
import { AWAKE, awakeFields, defined } from './actors.ts';
import { LETTER, Letter, shownLetter } from './dead-letters.ts';

/**
 * One actor of any kind, for whoever looks after the house: where it lives, what it decided, what it was, what is stuck
 * about it. Values (events, replies, states) are in clear, also of sealed kinds, and for system administrators alone.
 * Every look is audited.
 */

const KEY = '8986011234567890123';
const params = sampled(
  Schema.Struct({
    kind: Schema.String.pipe(Schema.maxLength(64)),
    key: Schema.String.pipe(Schema.maxLength(128)),
  }),
  { kind: 'sim.card', key: KEY },
);

const unknownKind = (): Refusal =>
  refuse('missing', 'UnknownKind', 'There is no such kind of actor.', {
    field: 'kind',
    action: 'See the documentation.',
  });
const valuesDenied = (field: string): Refusal =>
  refuse('denied', 'ValuesDenied', 'Only a system administrator sees values.', {
    field,
    action: `Leave ${field} out.`,
  });

const actorOf = (tenant: TenantId, { kind, key }: { readonly kind: string; readonly key: string }) =>
  Effect.gen(function* () {
    const { definitions } = yield* ActorOverview;
    const definition = definitions.find((one) => one.kind === kind);
    if (definition === undefined) return yield* Effect.fail(unknownKind());
    const id = parseActorId(tenant, key);
    if (isRefusal(id)) return yield* Effect.fail(id);
    return { definition, id };
  });

const mayHave = (caller: Caller, asked: boolean | undefined, field: string): Effect.Effect<boolean, Refusal> => {
  if (asked !== true) return Effect.succeed(false);
  return caller.roles.includes('system-administrator') ? Effect.succeed(true) : Effect.fail(valuesDenied(field));
};

const Broken = Schema.Struct({ seq: Schema.Int, what: Schema.String });

const Turn = Schema.Struct({
  seq: Schema.Int,
  rev: Schema.Int,
  atMs: Schema.Int,
  epoch: Schema.Int,
  subject: Schema.String,
  roles: Schema.Array(Schema.Literal(...ROLES)),
  command: Schema.String,
  commandId: Schema.String,
  events: Schema.Array(Schema.String),
  values: Schema.NullOr(
    Schema.Struct({ eventVersion: Schema.Int, events: Schema.Array(Schema.Unknown), reply: Schema.Unknown }),
  ),
  traceId: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'ActorTurn' });
const TURN = {
  seq: 3,
  rev: 4,
  atMs: 1_795_416_000_000,
  epoch: 5,
  subject: 'demo-operator',
  roles: ['operator' as const],
  command: 'Confirm',
  commandId: 'k-1',
  events: ['Confirmed'],
  values: null,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
};

const Reminder = Schema.Struct({
  name: Schema.String,
  status: Schema.Literal('set', 'refused'),
  dueAtMs: Schema.Int,
  nextTryAtMs: Schema.Int,
  attempts: Schema.Int,
  command: Schema.NullOr(Schema.String),
});

const Actor = Schema.Struct({
  kind: Schema.String,
  key: Schema.String,
  sealed: Schema.Boolean,
  partition: Schema.Int,
  shard: Schema.NullOr(Schema.String),
  node: Schema.NullOr(Schema.String).annotations({ description: 'Which holds the partition; null: nobody just now' }),
  standing: Schema.Literal('awake', 'loading', 'asleep', 'unknown').annotations({
    description: '`unknown`: the node did not answer in time, or nobody holds the partition',
  }),
  awake: Schema.NullOr(Schema.Struct(awakeFields)),
  rev: Schema.Int,
  seq: Schema.Int,
  epoch: Schema.Int,
  document: Schema.NullOr(
    Schema.Struct({
      rev: Schema.Int,
      seq: Schema.Int,
      writtenAtMs: Schema.Int,
      stateVersion: Schema.Int,
      behind: Schema.Int.annotations({ description: 'Revisions that the journal is ahead' }),
      usable: Schema.Boolean.annotations({ description: 'False: of another version of the state' }),
      listed: Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({
        description: 'What lists see of it',
      }),
    }),
  ),
  broken: Schema.NullOr(Broken).annotations({ description: 'What whoever starts it runs into; null: it starts' }),
  receipts: Schema.Struct({
    kept: Schema.Int,
    newest: Schema.Array(Schema.Struct({ commandId: Schema.String, rev: Schema.Int, reply: Schema.Unknown })),
  }),
  deadLetters: Schema.Array(Letter),
  reminders: Schema.Array(Reminder),
  lastTurns: Schema.Array(Turn),
}).annotations({ identifier: 'ActorInspection' });

const shown = ({ place, deadLetters, ...rest }: Inspection): typeof Actor.Type => {
  const { partition, shard, node, found } = place;
  const awake = found?.actor ?? null;
  const standing = found === null ? 'unknown' : (awake?.phase ?? 'asleep');
  return { ...rest, partition, shard, node, standing, awake, deadLetters: deadLetters.map(shownLetter) };
};

const read = route({
  method: 'GET',
  path: '/v1/operations/actors/{kind}/{key}',
  operationId: 'operations.actor.read',
  summary: 'Look at one actor: where it lives, what it remembers, what is stuck',
  description: 'Looking does not wake it.',
  personalData: true,
  in: {
    params,
    query: sampled(
      Schema.Struct({
        replies: Schema.optional(Schema.BooleanFromString).annotations({
          description: 'With the replies of the receipts; for system administrators',
        }),
      }),
      { replies: 'false' },
    ),
  },
  out: {
    200: sampled(
      Actor,
      {
        kind: 'sim.card',
        key: KEY,
        sealed: true,
        partition: 17,
        shard: 'default:9',
        node: '10.0.0.7:9300',
        standing: 'awake',
        awake: AWAKE,
        rev: 4,
        seq: 3,
        epoch: 5,
        document: {
          rev: 4,
          seq: 3,
          writtenAtMs: 1_795_416_000_250,
          stateVersion: 1,
          behind: 0,
          usable: true,
          listed: { status: 'made' },
        },
        broken: null,
        receipts: { kept: 1, newest: [{ commandId: 'k-1', rev: 4, reply: null }] },
        deadLetters: [LETTER],
        reminders: [],
        lastTurns: [TURN],
      },
      'The actor; its last ten turns are the newest first',
    ),
  },
  refusals: [unknownKind(), missing('sim.card'), valuesDenied('replies'), historyTooLong()],
  handler: ({ tenant, caller, params: what, query }) =>
    Effect.gen(function* () {
      const { definition, id } = yield* actorOf(tenant, what);
      const replies = yield* mayHave(caller, query.replies, 'replies');
      const found = yield* inspectActor(definition, id, { replies });
      return answer(200, shown(found));
    }),
});

const journal = route({
  method: 'GET',
  path: '/v1/operations/actors/{kind}/{key}/journal',
  operationId: 'operations.actor.journal',
  summary: 'Read what an actor decided, turn by turn',
  personalData: true,
  in: {
    params,
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        order: Schema.optional(Schema.Literal('oldest', 'newest')),
        values: Schema.optional(Schema.BooleanFromString).annotations({
          description: 'With events and replies in clear; for system administrators. A page ends after some MiB.',
        }),
      }),
      { order: 'newest', limit: '20' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({
        items: Schema.Array(Turn),
        nextCursor: Schema.NullOr(Schema.String),
        broken: Schema.Array(Broken).annotations({ description: 'Records on this page that are missing or spoilt' }),
      }),
      { items: [TURN], nextCursor: null, broken: [] },
      'Turns, the oldest first unless asked otherwise',
    ),
  },
  refusals: [unknownKind(), missing('sim.card'), valuesDenied('values'), invalidCursor()],
  handler: ({ tenant, caller, params: what, query }) =>
    Effect.gen(function* () {
      const { definition, id } = yield* actorOf(tenant, what);
      const values = yield* mayHave(caller, query.values, 'values');
      const page: HistoryPage = yield* readTurns(definition, id, { ...defined(query), values });
      const nothing = query.cursor === undefined && page.items.length + page.broken.length === 0;
      return nothing ? yield* Effect.fail(missing(definition.kind)) : answer(200, page);
    }),
});

const Instant = Schema.String.pipe(
  Schema.filter((text) => parseInstant(text) !== undefined || 'is not an instant like 2026-11-23T08:00:00.000Z'),
).annotations({ description: 'RFC 3339, with a zone' });

const state = route({
  method: 'GET',
  path: '/v1/operations/actors/{kind}/{key}/state',
  operationId: 'operations.actor.state',
  summary: 'Replay an actor to a revision or an instant, in memory, from its journal alone',
  description: `Without either: as it is now. At most ${MAX_REPLAYED_TURNS} turns. The state is in clear.`,
  personalData: true,
  rate: 'bulk',
  in: {
    params,
    query: sampled(
      Schema.Struct({
        rev: Schema.optional(Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative())),
        at: Schema.optional(Instant),
      }),
      { at: '2026-11-23T08:00:00.000Z' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({
        rev: Schema.Int,
        seq: Schema.Int,
        atMs: Schema.NullOr(Schema.Int),
        state: Schema.Unknown,
        broken: Schema.NullOr(Broken),
      }).annotations({ identifier: 'ActorState' }),
      { rev: 4, seq: 3, atMs: 1_795_416_000_000, state: { status: 'made' }, broken: null },
      'The last turn in it, and the state after it; revision 0: nothing had been decided. `broken`: the journal cannot be read further than that',
    ),
  },
  refusals: [unknownKind(), missing('sim.card'), historyTooLong()],
  handler: ({ tenant, params: what, query: { rev, at } }) =>
    Effect.gen(function* () {
      const { definition, id } = yield* actorOf(tenant, what);
      const atMs = at === undefined ? undefined : parseInstant(at);
      const found = yield* replayActor(definition, id, defined({ rev, atMs }), MAX_REPLAYED_TURNS);
      return answer(200, { ...found, state: protocolOf(definition).encodeState(found.state) });
    }),
});

const retry = route({
  method: 'POST',
  path: '/v1/operations/actors/{kind}/{key}/retry',
  operationId: 'operations.actor.retry',
  summary: 'Have everything tried again that is stuck about an actor',
  description:
    'It is put to sleep, so that the next ask loads it anew; its dead letters begin again, of every follower; reminders that gave up or rest come again. Safe to repeat: what goes on already is not begun twice.',
  in: { params },
  out: {
    202: sampled(
      Schema.Struct({
        actor: Schema.Literal('asleep', 'talking', 'restarted', 'unreachable').annotations({
          description: '`talking`: it was left alone, a device is at work; `unreachable`: no node answered',
        }),
        followers: Schema.Array(Schema.String).annotations({ description: 'Which begin again with its oldest letter' }),
        reminders: Schema.Int.annotations({ description: 'Refused ones that come again' }),
        hurried: Schema.Int.annotations({ description: 'Resting ones that come at once' }),
      }).annotations({ identifier: 'ActorRetry' }),
      { actor: 'restarted', followers: ['sim.statistics'], reminders: 0, hurried: 0 },
      'What was done; followers and reminders go on within a second',
    ),
  },
  refusals: [unknownKind(), missing('sim.card')],
  handler: ({ tenant, params: what }) =>
    Effect.gen(function* () {
      const { definition, id } = yield* actorOf(tenant, what);
      return answer(202, yield* retryActor(definition, id));
    }),
});

export const actorRoutes = [read, journal, state, retry];
