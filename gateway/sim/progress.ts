import { Effect, Schedule, Schema, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { booksBalance, stageOf, totalBooks, waitingForOf } from '../../domain/sim/application/books.ts';
import { refusals } from '../../domain/sim/application/refusals.ts';
import { type ApplicationState, Books, Stage, WaitingFor } from '../../domain/sim/application/schema.ts';
import { CardStatus, Count, FileKind, FileRef } from '../../domain/sim/schema.ts';
import { countCards } from '../../store/sim/card-counts.ts';
import { Processes } from '../../temporal/client.ts';
import { simContract } from '../../workflows/sim/contract.ts';
import { answer, events, route, sampled } from '../route.ts';
import { readApplication } from './applications.ts';
import { applicationParams, BOOKS, NO } from './samples.ts';

/** How far an application is: as its process says, as it happens, and held against the cards themselves. */

export const Arrival = Schema.Struct({
  partnerFile: Schema.String.annotations({ description: 'Key of the file under /v1/sim/partner-files' }),
  file: FileRef,
  status: Schema.Literal('fit', 'quarantined', 'known'),
  kind: FileKind,
  round: Schema.Int,
  part: Schema.Int,
  subjectSm3: Schema.String,
  error: Schema.optionalWith(Schema.Struct({ line: Schema.Int, code: Schema.String, reason: Schema.String }), {
    exact: true,
  }),
}).annotations({ identifier: 'SimArrival' });

export const ARRIVAL = {
  partnerFile: `vop:${'d'.repeat(64)}`,
  file: { id: 'F-7', name: `VALID_${NO}_R01_P000_S01_VOP.txt`, bytes: 4_096, sm3: 'd'.repeat(64) },
  status: 'fit' as const,
  kind: 'validation' as const,
  round: 1,
  part: 0,
  subjectSm3: 'e'.repeat(64),
};

export const Problem = Schema.Struct({
  code: Schema.String,
  message: Schema.String,
  action: Schema.String,
  partnerFile: Schema.optionalWith(Schema.String, { exact: true }),
});

const PartProgress = Schema.Struct({
  id: Schema.String,
  part: Schema.Int,
  vendor: Schema.String,
  quantity: Schema.Int,
  sent: Schema.Boolean,
  settled: Schema.Boolean,
});

const RoundProgress = Schema.Struct({
  round: Schema.Int,
  stage: Stage,
  waitingFor: WaitingFor,
  sinceMs: Schema.Number,
  reminded: Schema.Boolean,
  alarmed: Schema.Boolean,
  problem: Schema.NullOr(Problem),
  validation: Schema.NullOr(Arrival),
  cardFile: Schema.NullOr(Arrival),
  parts: Schema.Array(PartProgress),
});

const Progress = Schema.Struct({
  application: Schema.String,
  stage: Stage,
  waitingFor: WaitingFor,
  paused: Schema.Boolean,
  rounds: Schema.Array(RoundProgress),
  undecided: Schema.Array(Schema.Int),
  polls: Schema.Int,
  partnerFault: Schema.NullOr(Schema.String),
  books: Schema.NullOr(Books),
  ended: Schema.NullOr(Schema.Literal('completed', 'cancelled')),
}).annotations({ identifier: 'SimProgress' });

const ROUND = {
  round: 1,
  stage: 'cardFile' as const,
  waitingFor: 'partner' as const,
  sinceMs: 1_795_416_060_000,
  reminded: false,
  alarmed: false,
  problem: null,
  validation: ARRIVAL,
  cardFile: null,
  parts: [],
};
const PROGRESS = {
  application: NO,
  stage: 'cardFile' as const,
  waitingFor: 'partner' as const,
  paused: false,
  rounds: [ROUND],
  undecided: [],
  polls: 16,
  partnerFault: null,
  books: BOOKS,
  ended: null,
};

const read = route({
  method: 'GET',
  path: '/v1/sim/applications/{application}/progress',
  operationId: 'sim.progress.read',
  summary: 'Ask the process how far it is',
  in: { params: applicationParams },
  out: { 200: sampled(Progress, PROGRESS, 'Rounds with their stages, problems and files') },
  handler: ({ tenant, params: { application } }) =>
    Effect.gen(function* () {
      const processes = yield* Processes;
      const id = { tenant, key: application };
      return answer(200, yield* processes.query(simContract.workflows.cardMaking, id, 'progress'));
    }),
});

const Snapshot = Schema.Struct({
  application: Schema.String,
  rev: Schema.Int,
  stage: Stage,
  waitingFor: WaitingFor,
  paused: Schema.Boolean,
  books: Books,
}).annotations({ identifier: 'SimSnapshot' });
const SNAPSHOT = {
  application: NO,
  rev: 12,
  stage: 'production' as const,
  waitingFor: 'vendor' as const,
  paused: false,
  books: BOOKS,
};

const snapshotOf = (state: ApplicationState, rev: number) => ({
  application: state.no,
  rev,
  stage: stageOf(state),
  waitingFor: waitingForOf(state),
  paused: state.paused,
  books: totalBooks(state.lines),
});

/** Between two looks; an application changes by steps of seconds, and a look costs a message to its actor. */
const LOOK_EVERY_MS = 500;

const follow = events({
  method: 'GET',
  path: '/v1/sim/applications/{application}/progress/events',
  operationId: 'sim.progress.follow',
  summary: 'Follow the books of an application as they change',
  description: '`progress` at each change, its id being the revision; `end` when the application has ended.',
  in: { params: applicationParams },
  events: {
    progress: sampled(Snapshot, SNAPSHOT, 'After a change'),
    end: sampled(Snapshot, { ...SNAPSHOT, stage: 'completed', waitingFor: null }, 'The last one: do not come back'),
  },
  handler: ({ tenant, params: { application }, lastEventId }) =>
    Effect.gen(function* () {
      // Who may not follow or asks for nothing learns it by the status, not by a stream.
      yield* readApplication(tenant, application);
      const context = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof readApplication>>>();
      const look = readApplication(tenant, application).pipe(
        // A node that is just taking over answers with a fault for a moment; the stream stays.
        Effect.retry({ times: 5, schedule: Schedule.exponential(200), while: ({ _tag }) => _tag === 'Fault' }),
        Effect.provide(context),
      );
      const seen = Number(lastEventId ?? 0);
      return Stream.repeatEffectWithSchedule(look, Schedule.spaced(LOOK_EVERY_MS)).pipe(
        Stream.changesWith((before, after) => before.rev === after.rev),
        Stream.filter(({ state, rev }) => rev > seen || state.ended !== null),
        Stream.map(({ state, rev }) => ({
          event: state.ended === null ? ('progress' as const) : ('end' as const),
          id: String(rev),
          data: snapshotOf(state, rev),
        })),
        Stream.takeUntil(({ event }) => event === 'end'),
      );
    }),
});

const AuditedLine = Schema.Struct({
  line: Schema.Int,
  status: CardStatus,
  confirmed: Schema.Boolean,
  cards: Count,
});
export const Audited = Schema.Struct({
  application: Schema.String,
  books: Books,
  cards: Schema.Array(AuditedLine),
  balanced: Schema.Boolean.annotations({ description: 'The books add up, line by line and in total' }),
  agreeing: Schema.Boolean.annotations({ description: 'The cards themselves say the same as the books' }),
}).annotations({ identifier: 'SimAudit' });

const agree = (books: Books, cards: ReadonlyArray<typeof AuditedLine.Type>): boolean => {
  const total = (some: typeof cards): number => some.reduce((sum, each) => sum + each.cards, 0);
  const sum = (...statuses: ReadonlyArray<CardStatus>) =>
    total(cards.filter(({ status }) => statuses.includes(status)));
  return (
    sum('made', 'used', 'returned', 'defective') === books.made &&
    total(cards.filter(({ confirmed }) => confirmed)) === books.confirmed &&
    sum('failed') === books.failed &&
    sum('planned', 'assigned') === books.planned + books.inProduction
  );
};

/** Cards' documents are written a moment behind: what differs is counted again before it is called a difference. */
const countUntilAgreed = (
  tenant: TenantId,
  application: string,
  books: Books,
  times: number,
): ReturnType<typeof countCards> =>
  Effect.flatMap(countCards(tenant, application), (cards) =>
    times === 0 || agree(books, cards)
      ? Effect.succeed(cards)
      : Effect.delay(countUntilAgreed(tenant, application, books, times - 1), 300),
  );

/** An application of either base operator, held against its cards. */
export const heldAgainstCards = (
  tenant: TenantId,
  application: string,
  lines: ReadonlyArray<{ readonly books: Books }>,
) => {
  const books = totalBooks(lines);
  const balanced = booksBalance(books) && lines.every((line) => booksBalance(line.books));
  return Effect.map(countUntilAgreed(tenant, application, books, 10), (cards) => ({
    ...{ application, books, cards, balanced },
    agreeing: agree(books, cards),
  }));
};

const audit = route({
  method: 'GET',
  path: '/v1/sim/applications/{application}/audit',
  operationId: 'sim.application.audit',
  summary: 'Hold the books against the cards themselves',
  description: 'Cards are counted in their own documents, which are a moment behind the books.',
  timeoutMs: 60_000,
  in: { params: applicationParams },
  out: {
    200: sampled(
      Audited,
      {
        application: NO,
        books: { ...BOOKS, open: 0, made: 1_497, confirmed: 1_497, failed: 3 },
        cards: [{ line: 1, status: 'made', confirmed: true, cards: 1_000 }],
        balanced: true,
        agreeing: true,
      },
      'Applied = open + rejected + planned + in production + made + failed + cancelled',
    ),
  },
  refusals: [refusals.applicationUnknown()],
  handler: ({ tenant, params: { application } }) =>
    Effect.gen(function* () {
      const { state, rev } = yield* readApplication(tenant, application);
      return answer(200, yield* heldAgainstCards(tenant, application, state.lines), { rev });
    }),
});

export const progressRoutes = [read, follow, audit];
