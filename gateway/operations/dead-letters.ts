import { Effect, Schema } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import {
  type DeadLetter,
  discardDeadLetter,
  listDeadLetters,
  retryDeadLetter,
} from '../../actors/runtime/dead-letters.ts';
import type { Caller, Role } from '../../domain/kernel/caller.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { invalidCursor, readCursor, writeCursor } from '../../store/list-cursor.ts';
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

/** Kinds whose contents are sealed have keys that are numbers of cards and subscribers. */
const SEALED: ReadonlySet<string> = new Set(actorDefinitions.filter(({ sealed }) => sealed).map(({ kind }) => kind));

/** Who works with cards sees their numbers, and who settles letters has to name them. */
const SEES_KEYS: ReadonlyArray<Role> = ['operator', 'unit-administrator', 'system-administrator'];

/** With the actor's key masked in whatever tells it, unless the caller may see it. */
const masked =
  (caller: Caller) =>
  (letter: typeof Letter.Type): typeof Letter.Type => {
    if (!SEALED.has(letter.kind) || caller.roles.some((role) => SEES_KEYS.includes(role))) return letter;
    const key = letter.actor.slice(letter.actor.indexOf('/') + 1);
    const hide = (text: string): string => text.replaceAll(key, maskId(key));
    return { ...letter, id: hide(letter.id), actor: hide(letter.actor), message: hide(letter.message) };
  };

const PAGE = 50;

const list = route({
  method: 'GET',
  path: '/v1/operations/dead-letters',
  operationId: 'operations.deadLetter.list',
  summary: 'List what could not be delivered',
  description: 'Keys of actors that are numbers of cards or subscribers are masked for whoever may not see these.',
  personalData: true,
  in: {
    query: sampled(
      Schema.Struct({
        follower: Schema.optional(Schema.String),
        kind: Schema.optional(Schema.String),
        cursor: Schema.optional(Schema.String.pipe(Schema.maxLength(1_024))),
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
  refusals: [invalidCursor()],
  handler: ({ tenant, caller, query: { cursor, limit = PAGE, follower, kind } }) =>
    Effect.gen(function* () {
      const cursors = canonicalJson(['dead-letters', tenant, follower, kind]);
      const after = yield* readCursor(cursors, cursor);
      const letters = yield* listDeadLetters({
        tenant,
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
        ...(follower === undefined ? {} : { follower }),
        ...(kind === undefined ? {} : { kind }),
      });
      const items = letters.slice(0, limit).map(shownLetter);
      const last = letters.length > limit ? items.at(-1) : undefined;
      const nextCursor = last === undefined ? null : yield* writeCursor(cursors, last.id);
      return answer(200, { items: items.map(masked(caller)), nextCursor });
    }),
});

const body = sampled(Schema.Struct({ id: Schema.String.pipe(Schema.maxLength(512)) }), { id: LETTER.id });
const noLetter = refuse('missing', 'NoDeadLetter', 'There is no such dead letter; it may have been settled.');

/** What both decisions of a person about one letter have in common. */
const settling = <What extends 'retry' | 'discard'>(what: What, summary: string) => ({
  method: 'POST' as const,
  path: `/v1/operations/dead-letters/${what}` as const,
  operationId: `operations.deadLetter.${what}`,
  summary,
  in: { body },
  refusals: [noLetter],
});

const retry = route({
  ...settling('retry', 'Have a letter tried again, and then the later ones of the same actor'),
  out: { 202: sampled(Letter, { ...LETTER, status: 'retry' }, 'Noted; the node that owns it tries within a second') },
  handler: ({ tenant, body: { id } }) =>
    Effect.map(retryDeadLetter(id, tenant), (letter) => answer(202, { ...shownLetter(letter), status: 'retry' })),
});

const discard = route({
  ...settling('discard', 'Give a letter up for good: its turn is never handled by this follower'),
  out: { 200: sampled(Letter, LETTER, 'What was given up') },
  handler: ({ tenant, body: { id } }) =>
    Effect.map(discardDeadLetter(id, tenant), (letter) => answer(200, shownLetter(letter))),
});

export const deadLetterRoutes = [list, retry, discard];
