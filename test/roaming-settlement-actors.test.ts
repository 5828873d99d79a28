import { Effect, Either, type Scope } from 'effect';
import { expect, it } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { settlementPeriodActor } from '../actors/roaming/settlement-period.ts';
import { testCaller, testTenant, world } from '../actors/runtime/test-kit.ts';
import { daysBetween } from '../domain/roaming/settlement/day.ts';
import { monthOf, sumsOf } from '../domain/roaming/settlement/month.ts';
import type { Entry } from '../domain/roaming/settlement/schema.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo } from '../store/mongo.ts';
import { listPeriods, settlementPlans } from '../store/roaming/settlement.ts';
import { TestKeyRing } from './support/keys.ts';

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect));
const answer = <A>(result: Either.Either<A, unknown>): A =>
  Either.getOrThrowWith(result, (left) => new Error(JSON.stringify(left)));

const DAYS = daysBetween('2025-11-01', '2025-11-30');
const finance = (subject: string) => ({ caller: { ...testCaller, subject, roles: ['finance'] as const } });

/** The records of a day: 40 numbers, in two chunks. */
const entriesOf = (day: string, half: number): ReadonlyArray<Entry> =>
  Array.from({ length: 20 }, (_, at) => ({
    atMs: Date.parse(`${day}T12:00:00+08:00`),
    number: String(8_613_800_000_000 + half * 20 + at),
    service: at % 2 === 0 ? ('voice' as const) : ('data' as const),
    direction: half === 0 ? ('inbound' as const) : ('outbound' as const),
    network: half === 0 ? 'CHNCT' : 'FRAF1',
    currency: 'SDR',
    decimals: 5,
    events: 1,
    usage: 60n,
    amountMinor: BigInt(1_000 + at + half),
  }));

it('the books of a month survive deaths at every point of a turn, and chunks that are told again', () =>
  run(
    Effect.gen(function* () {
      const books = yield* world(booksActor);
      answer(yield* books.ask('FRAF1', { _tag: 'Open', partner: 'FRAF1', zone: 'Asia/Shanghai' }));
      const points = ['before append', 'after append', 'before state document'] as const;
      for (const [at, day] of DAYS.entries()) {
        for (const half of [0, 1]) {
          const command = { _tag: 'Post', file: `TD-${day}`, chunk: half, entries: entriesOf(day, half) } as const;
          const point = at % 10 === 0 ? points[(at / 10) % 3] : undefined;
          if (point !== undefined) yield* books.crash(point, 'FRAF1', command, { commandId: `${day}-${half}` });
          answer(yield* books.ask('FRAF1', command, { commandId: `${day}-${half}` }));
          // Another command id, as of an import that was started afresh: the chunk's own number holds.
          expect(answer(yield* books.ask('FRAF1', command)).reply).toMatchObject({ changed: false });
        }
        const audit = { in: 43, rated: 40, rejected: 1, duplicate: 1, quarantined: 1 };
        const off = yield* books.ask('FRAF1', { _tag: 'Balance', file: `TD-${day}`, ...audit, in: 44, chunks: 2 });
        expect(Either.isLeft(off) && off.left).toMatchObject({ code: 'DoesNotAddUp' });
        answer(yield* books.ask('FRAF1', { _tag: 'Balance', file: `TD-${day}`, ...audit, chunks: 2 }));
        answer(yield* books.ask('FRAF1', { _tag: 'Close', day }));
      }
      yield* books.restart;
      const { state } = answer(yield* books.read('FRAF1'));
      if (state === null) throw new Error('no books');
      const month = monthOf('2025-11', state.closed, { factor: 5n, floorMinor: 0n });
      expect(month.findings).toEqual([]);
      expect(month.byNumber).toHaveLength(40);
      const total = DAYS.length * [...Array(20).keys()].reduce((sum, at) => sum + 2 * (1_000 + at) + 1, 0);
      expect(month.sums.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(BigInt(total));
      expect(month.sums.reduce((sum, { events }) => sum + events, 0)).toBe(DAYS.length * 40);
    }),
  ));

it('a period is settled from closed days over deaths of its node, and lists say how far it is', () =>
  run(
    Effect.gen(function* () {
      const period = yield* world(settlementPeriodActor);
      const key = 'FRAF1-2025:2025-11-01';
      const within = { absoluteMinor: 1n, perMille: null };
      answer(
        yield* period.ask(key, {
          _tag: 'Open',
          partner: 'FRAF1',
          agreement: 'FRAF1-2025',
          from: '2025-11-01',
          to: '2025-11-30',
          frequency: 'monthly',
          currency: 'EUR',
          decimals: 2,
          rounding: 'halfUp',
          rates: [{ currency: 'SDR', decimals: 5, rate: '1.2345' }],
          tolerance: { line: within, total: within },
          twoPersonsOverMinor: 0n,
          carriedMinor: 0n,
        }),
      );
      for (const [at, day] of DAYS.entries()) {
        const lines = sumsOf(
          [0, 1].flatMap((half) => entriesOf(day, half)).map(({ atMs: _, ...line }) => ({ belongs: null, ...line })),
        );
        const command = { _tag: 'AddDay', book: 'FRAF1', day, lines } as const;
        if (at === 3) yield* period.crash('after append', key, command, { commandId: day });
        answer(yield* period.ask(key, command, { commandId: day }));
        expect(answer(yield* period.ask(key, command)).reply).toMatchObject({ changed: false });
      }
      const drawn = answer(yield* period.ask(key, { _tag: 'Draw', books: ['FRAF1'], rules: [] })).reply;
      // inbound 10 090 + 10 100, outbound 10 100 + 10 110 a day, in 10^-5 SDR: 30 days, each line rounded to cents.
      const cents = (perDay: number): bigint => (BigInt(perDay) * 30n * 12_345n + 5_000_000n) / 10_000_000n;
      const net = cents(10_090) + cents(10_100) - cents(10_100) - cents(10_110);
      expect(drawn).toMatchObject({ stage: 'drawn', netMinor: net });
      const despite = { _tag: 'Approve', despite: 'agreed by telephone' } as const;
      yield* period.crash('before append', key, despite, { ...finance('ann'), commandId: 'a' });
      answer(yield* period.ask(key, despite, { ...finance('ann'), commandId: 'a' }));
      const state = answer(yield* period.read(key)).state;
      expect(state?.stage).toBe(net === 0n ? 'approved' : 'approving');
      answer(yield* period.ask(key, { _tag: 'Reopen', reason: 'once more' }, finance('bob')));
      yield* period.restart;
      expect(answer(yield* period.read(key)).state).toMatchObject({ stage: 'open', revision: 2, approvals: [] });
      const listed = yield* Effect.gen(function* () {
        yield* migrate(yield* Mongo, settlementPlans);
        const open = yield* listPeriods({ tenant: testTenant, filters: { stage: 'open', partner: 'FRAF1' } });
        return {
          open: open.items,
          drawn: (yield* listPeriods({ tenant: testTenant, filters: { stage: 'drawn' } })).items,
        };
      }).pipe(Effect.provide([period.mongo, TestKeyRing]));
      const item = {
        partner: 'FRAF1',
        from: '2025-11-01',
        stage: 'open',
        revision: 2,
        days: 30,
        tolerated: null,
        mechanism: 'tap',
      };
      expect(listed).toMatchObject({ open: [item], drawn: [] });
    }),
  ));
