import { Effect, Schema } from 'effect';
import {
  type DeadLetter,
  discardDeadLetter,
  listDeadLetters,
  retryDeadLetter,
} from '../../actors/runtime/dead-letters.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { answer, route, sampled } from '../route.ts';

/** What followers of the journal could not take, waiting for a person to have it tried again or given up. */

export const Letter = Schema.Struct({
  id: Schema.String,
  follower: Schema.String,
  actor: Schema.String,
  kind: Schema.String,
  rev: Schema.Int,
  status: Schema.Literal('dead', 'waiting', 'retry'),
  code: Schema.String,
  message: Schema.String,
  attempts: Schema.Int,
  atMs: Schema.Int,
}).annotations({ identifier: 'DeadLetter' });

export const LETTER = {
  id: 'sim.statistics/sim.card/demo/8986011234567890123/000000000004',
  follower: 'sim.statistics',
  actor: 'demo/8986011234567890123',
  kind: 'sim.card',
  rev: 4,
  status: 'dead' as const,
  code: 'Unavailable',
  message: 'The other side did not answer.',
  attempts: 8,
  atMs: 1_795_416_000_000,
};

export const shownLetter = ({
  _id,
  follower,
  actor,
  kind,
  rev,
  status,
  code,
  message,
  attempts,
  atMs,
}: DeadLetter) => ({
  id: _id,
  follower,
  actor,
  kind,
  rev,
  status,
  code,
  message,
  attempts,
  atMs,
});

const PAGE = 50;

const list = route({
  method: 'GET',
  path: '/v1/operations/dead-letters',
  operationId: 'operations.deadLetter.list',
  summary: 'List what could not be delivered',
  in: {
    query: sampled(
      Schema.Struct({
        follower: Schema.optional(Schema.String),
        kind: Schema.optional(Schema.String),
        cursor: Schema.optional(Schema.String.pipe(Schema.maxLength(512))),
        limit: Schema.optional(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 200))),
      }),
      { follower: 'sim.statistics' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({ items: Schema.Array(Letter), nextCursor: Schema.NullOr(Schema.String) }),
      { items: [LETTER], nextCursor: null },
      'Letters in the order of follower and actor',
    ),
  },
  handler: ({ tenant, query: { cursor, limit = PAGE, follower, kind } }) =>
    Effect.gen(function* () {
      const letters = yield* listDeadLetters({
        tenant,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: cursor }),
        ...(follower === undefined ? {} : { follower }),
        ...(kind === undefined ? {} : { kind }),
      });
      const items = letters.slice(0, limit).map(shownLetter);
      const nextCursor = letters.length > limit ? (items.at(-1)?.id ?? null) : null;
      return answer(200, { items, nextCursor });
    }),
});

const body = sampled(Schema.Struct({ id: Schema.String.pipe(Schema.maxLength(512)) }), { id: LETTER.id });
const noLetter = refuse('missing', 'NoDeadLetter', 'There is no such dead letter; it may have been settled.');

const retry = route({
  method: 'POST',
  path: '/v1/operations/dead-letters/retry',
  operationId: 'operations.deadLetter.retry',
  summary: 'Have a letter tried again, and then the later ones of the same actor',
  in: { body },
  out: { 202: sampled(Letter, { ...LETTER, status: 'retry' }, 'Noted; the node that owns it tries within a second') },
  refusals: [noLetter],
  handler: ({ tenant, body: { id } }) =>
    Effect.map(retryDeadLetter(id, tenant), (letter) => answer(202, { ...shownLetter(letter), status: 'retry' })),
});

const discard = route({
  method: 'POST',
  path: '/v1/operations/dead-letters/discard',
  operationId: 'operations.deadLetter.discard',
  summary: 'Give a letter up for good: its turn is never handled by this follower',
  in: { body },
  out: { 200: sampled(Letter, LETTER, 'What was given up') },
  refusals: [noLetter],
  handler: ({ tenant, body: { id } }) =>
    Effect.map(discardDeadLetter(id, tenant), (letter) => answer(200, shownLetter(letter))),
});

export const deadLetterRoutes = [list, retry, discard];
