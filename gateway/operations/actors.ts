import { Effect, Schema } from 'effect';
import { ActorOverview, noSuchNode } from '../../actors/runtime/overview.ts';
import { invalidCursor } from '../../store/list-cursor.ts';
import { pageQuery } from '../page.ts';
import { answer, route, sampled } from '../route.ts';

/** Which nodes hold actors, and which actors are awake on them: each node answers for itself. */

const Count = Schema.Int;
const Word = Schema.String.pipe(Schema.maxLength(128));
const ADDRESS = '10.0.0.7:9300';

const Node = Schema.Struct({
  address: Schema.String.annotations({ description: 'By which other nodes reach it; port 0: it is alone' }),
  healthy: Schema.Boolean,
  heartbeatAtMs: Schema.Int,
  shards: Count.annotations({ description: 'Of the cluster, held now' }),
  partitions: Count.annotations({ description: 'Of the actors, in these shards; 256 in all' }),
  contact: Schema.Literal('answered', 'silent', 'empty').annotations({
    description: '`silent`: it did not answer in time; `empty`: it holds nothing yet',
  }),
  own: Schema.NullOr(
    Schema.Struct({
      awake: Count,
      kinds: Schema.Record({ key: Schema.String, value: Count }).annotations({ description: 'Awake, by kind' }),
      open: Count.annotations({ description: 'Partitions that have had a message' }),
      appending: Count.annotations({ description: 'Records that wait for their append' }),
    }),
  ).annotations({ description: 'What it says of itself, of all tenants' }),
}).annotations({ identifier: 'ActorNode' });

const nodes = route({
  method: 'GET',
  path: '/v1/operations/nodes',
  operationId: 'operations.node.list',
  summary: 'List the nodes that hold actors',
  out: {
    200: sampled(
      Schema.Struct({ items: Schema.Array(Node) }),
      {
        items: [
          {
            address: ADDRESS,
            healthy: true,
            heartbeatAtMs: 1_795_416_000_000,
            shards: 64,
            partitions: 130,
            contact: 'answered',
            own: { awake: 812, kinds: { 'sim.card': 800, 'sim.application': 12 }, open: 130, appending: 0 },
          },
        ],
      },
      'By address',
    ),
  },
  handler: () =>
    Effect.gen(function* () {
      const overview = yield* ActorOverview;
      return answer(200, { items: yield* overview.nodes });
    }),
});

/** What a node says of an actor that is awake; the same in the list and of one actor. */
export const awakeFields = {
  phase: Schema.Literal('loading', 'awake'),
  waiting: Count.annotations({ description: 'Questions in the mailbox, not answered yet' }),
  lastUsedAtMs: Schema.Int.annotations({ description: 'To about a second' }),
  rev: Count,
  seq: Count,
  dirty: Schema.Boolean.annotations({ description: 'The state document is behind' }),
  talks: Count.annotations({ description: 'Talks with devices under way' }),
};
export const AWAKE = {
  phase: 'awake' as const,
  waiting: 0,
  lastUsedAtMs: 1_795_416_000_000,
  rev: 4,
  seq: 3,
  dirty: false,
  talks: 0,
};

const Awake = Schema.Struct({
  kind: Schema.String,
  key: Schema.String,
  node: Schema.String,
  partition: Schema.Int,
  epoch: Schema.Int,
  ...awakeFields,
  receipts: Count,
}).annotations({ identifier: 'AwakeActor' });

const list = route({
  method: 'GET',
  path: '/v1/operations/actors',
  operationId: 'operations.actor.list',
  summary: 'List the actors that are awake now, on all nodes',
  description: 'Looking wakes nobody. Between two pages actors wake and fall asleep: it is no snapshot.',
  personalData: true,
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        kind: Schema.optional(Word),
        node: Schema.optional(Word),
        phase: Schema.optional(Schema.Literal('loading', 'awake')),
        busy: Schema.optional(Schema.BooleanFromString).annotations({ description: 'With questions in the mailbox' }),
      }),
      { kind: 'sim.card', busy: 'false', limit: '20' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({
        items: Schema.Array(Awake),
        nextCursor: Schema.NullOr(Schema.String),
        silent: Schema.Array(Schema.String).annotations({ description: 'Nodes that did not answer in time' }),
      }),
      {
        items: [
          {
            kind: 'sim.card',
            key: '8986011234567890123',
            node: ADDRESS,
            partition: 17,
            epoch: 5,
            ...AWAKE,
            receipts: 4,
          },
        ],
        nextCursor: null,
        silent: [],
      },
      'By kind and key',
    ),
  },
  refusals: [noSuchNode(), invalidCursor()],
  handler: ({ tenant, query }) =>
    Effect.gen(function* () {
      const overview = yield* ActorOverview;
      return answer(200, yield* overview.awake({ ...defined(query), tenant }));
    }),
});

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** Without the fields that were not sent. */
export const defined = <T extends object>(query: T): Defined<T> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Defined<T>;

export const actorListRoutes = [nodes, list];
