import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { booksDecider } from './books.ts';
import { dayOfMoment, endOfDayMs } from './day.ts';
import { BOOK_LIMITS, type BooksCommand, type BooksState, type Entry } from './schema.ts';

const ZONE = 'Asia/Shanghai';
/** 2026-03-10 12:00 in Shanghai. */
const NOON = Date.UTC(2026, 2, 10, 4);
const DAY_MS = 86_400_000;

const entry = (more: Partial<Entry> = {}): Entry => ({
  atMs: NOON,
  number: '8613800000001',
  service: 'voice',
  direction: 'outbound',
  network: 'FRAF1',
  currency: 'EUR',
  decimals: 3,
  events: 1,
  usage: 60n,
  amountMinor: 250n,
  ...more,
});
const post = (file: string, chunk: number, ...entries: ReadonlyArray<Entry>): BooksCommand => ({
  _tag: 'Post',
  file,
  chunk,
  entries,
});
const close = (day: string): BooksCommand => ({ _tag: 'Close', day });
const balance = (more: Partial<Extract<BooksCommand, { _tag: 'Balance' }>> = {}): BooksCommand => ({
  _tag: 'Balance',
  file: 'f',
  in: 4,
  rated: 1,
  rejected: 1,
  duplicate: 1,
  quarantined: 1,
  chunks: 1,
  ...more,
});
const opening: BooksCommand = { _tag: 'Open', partner: 'FRAF1', zone: ZONE };

const books = (nowMs = NOON + 5 * DAY_MS) => {
  const one = running(booksDecider, 'FRAF1', { ...factsFor('FRAF1'), nowMs });
  one.must(opening);
  return one;
};

describe('the books of a partner', () => {
  it('add up per number, service, direction and network, in days of the tenant’s zone', () => {
    const one = books();
    const lastMs = endOfDayMs('2026-03-10', ZONE) - 1;
    one.must(post('f', 0, entry(), entry({ atMs: lastMs }), entry({ atMs: lastMs + 1 }), entry({ service: 'sms' })));
    expect(one.state()?.open.map(({ day, lines }) => [day, lines.map((line) => [line.service, line.events])])).toEqual([
      [
        '2026-03-10',
        [
          ['voice', 2],
          ['sms', 1],
        ],
      ],
      ['2026-03-11', [['voice', 1]]],
    ]);
    expect(one.state()?.open[0]?.lines[0]).toMatchObject({ usage: 120n, amountMinor: 500n, belongs: null });
  });

  it('take a chunk once, whatever comes in between, also after the file has its audit line', () => {
    const one = books();
    expect(one.must(post('f', 0, entry()))).toMatchObject({ changed: true });
    expect(one.must(post('f', 0, entry()))).toMatchObject({ changed: false });
    expect(one.must(balance())).toMatchObject({ changed: true });
    expect(one.must(balance())).toMatchObject({ changed: false });
    expect(one.must(post('f', 0, entry()))).toMatchObject({ changed: false });
    expect(one.state()?.open[0]?.lines[0]?.amountMinor).toBe(250n);
  });

  it('book what is late on the next open day, with the day it belongs to; the closed day stays as it is', () => {
    const one = books();
    one.must(post('f', 0, entry()));
    one.must(close('2026-03-10'));
    one.must(close('2026-03-11'));
    const closed = one.state()?.closed;
    expect(one.must(post('g', 0, entry({ amountMinor: 7n })))).toMatchObject({ late: 1, closedThrough: '2026-03-11' });
    expect(one.state()?.closed).toEqual(closed);
    expect(one.state()?.open).toMatchObject([
      { day: '2026-03-12', lines: [{ belongs: '2026-03-10', amountMinor: 7n }] },
    ]);
    expect(one.must(close('2026-03-10'))).toMatchObject({ changed: false });
    one.must({ _tag: 'Archive', through: '2026-03-10' });
    expect(one.state()?.closed.map(({ day }) => day)).toEqual(['2026-03-11']);
    expect(one.must({ _tag: 'Archive', through: '2026-03-10' })).toMatchObject({ changed: false });
  });

  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<BooksCommand>, BooksCommand]> = [
    ['BooksDiffer', [], { _tag: 'Open', partner: 'FRAF1', zone: 'Europe/Paris' }],
    ['ChunkDiffers', [post('f', 0, entry())], post('f', 0, entry({ amountMinor: 1n }))],
    ['FileBalanced', [post('f', 0, entry()), balance()], post('f', 1, entry())],
    ['FutureRecord', [], post('f', 0, entry({ atMs: NOON + 6 * DAY_MS }))],
    ['DoesNotAddUp', [post('f', 0, entry())], balance({ in: 5 })],
    ['DoesNotAddUp', [post('f', 0, entry())], balance({ chunks: 2 })],
    ['DoesNotAddUp', [post('f', 1, entry())], balance()],
    ['DoesNotAddUp', [post('f', 0, entry({ events: 2 }))], balance()],
    ['AuditDiffers', [post('f', 0, entry()), balance()], balance({ rejected: 2, duplicate: 0 })],
    ['DayNotOver', [], close('2026-03-15')],
    ['DayOutOfOrder', [post('f', 0, entry())], close('2026-03-11')],
    ['DayOutOfOrder', [close('2026-03-10')], close('2026-03-12')],
    ['DayNotClosed', [close('2026-03-10')], { _tag: 'Archive', through: '2026-03-11' }],
  ];
  it.each(refusals)('refuse as %s, and nothing has changed', (code, before, command) => {
    const one = books();
    for (const each of before) one.must(each);
    const state = one.state();
    expect(one.ask(command)).toBe(code);
    expect(one.state()).toBe(state);
  });

  it('refuse what nobody opened', () => {
    expect(running(booksDecider, 'FRAF1').ask(close('2026-03-10'))).toBe('BooksUnknown');
  });

  it('have bounds for lines and files', () => {
    const one = books();
    const chunks = BOOK_LIMITS.lines / BOOK_LIMITS.entriesPerChunk;
    for (let chunk = 0; chunk <= chunks; chunk += 1) {
      const entries = Array.from({ length: BOOK_LIMITS.entriesPerChunk }, (_, at) =>
        entry({ number: String(10_000_000 + chunk * BOOK_LIMITS.entriesPerChunk + at) }),
      );
      if (chunk < chunks) one.must(post('f', chunk, ...entries));
      else expect(one.ask(post('f', chunk, ...entries))).toBe('BooksFull');
    }
    const files = Array.from({ length: BOOK_LIMITS.files }, (_, at) => ({
      file: `f${at}`,
      chunks: {},
      posted: 1,
      rated: 1,
      audit: null,
    }));
    const full: BooksState = { partner: 'FRAF1', zone: ZONE, closedThrough: null, open: [], closed: [], files };
    const facts = { ...factsFor('FRAF1'), nowMs: NOON };
    expect(booksDecider.decide(full, post('new', 0, entry()), facts)).toMatchObject({ code: 'TooManyFiles' });
  });

  it('hold every record exactly once, over late, repeated and reordered chunks, and never change a closed day', () => {
    const chunk = fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 4 }),
        number: fc.constantFrom('8613800000001', '8613800000002'),
        amount: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const steps = (count: number) =>
      fc.array(fc.oneof(fc.nat({ max: count - 1 }), fc.constant('close' as const)), { maxLength: 30 });
    const plan = fc
      .array(chunk, { minLength: 1, maxLength: 6 })
      .chain((chunks) => fc.tuple(fc.constant(chunks), steps(chunks.length)));
    fc.assert(
      fc.property(plan, ([chunks, order]) => {
        const one = books();
        const posted = new Set<number>();
        let next = '2026-03-10';
        const frozen = new Map<string, unknown>();
        for (const step of order) {
          if (step === 'close') {
            if (next > '2026-03-14') continue;
            one.must(close(next));
            frozen.set(next, one.state()?.closed.at(-1));
            next = dayOfMoment(endOfDayMs(next, ZONE), ZONE);
            continue;
          }
          const entries = (chunks[step] ?? []).map(({ day, number, amount }) =>
            entry({ atMs: NOON + day * DAY_MS, number, amountMinor: amount }),
          );
          expect(one.must(post('f', step, ...entries))).toMatchObject({ changed: !posted.has(step) });
          posted.add(step);
        }
        const state = one.state();
        for (const [day, lines] of frozen) expect(state?.closed.find((each) => each.day === day)).toEqual(lines);
        // The auditor: per number and day of usage, what was posted is what the books hold, wherever it is booked.
        const expected = new Map<string, bigint>();
        for (const at of posted) {
          for (const { day, number, amount } of chunks[at] ?? []) {
            const key = `${dayOfMoment(NOON + day * DAY_MS, ZONE)} ${number}`;
            expected.set(key, (expected.get(key) ?? 0n) + amount);
          }
        }
        const held = new Map<string, bigint>();
        for (const { day, lines } of [...(state?.closed ?? []), ...(state?.open ?? [])]) {
          for (const line of lines) {
            const key = `${line.belongs ?? day} ${line.number}`;
            held.set(key, (held.get(key) ?? 0n) + line.amountMinor);
          }
        }
        expect([...held].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 200 },
    );
  });
});

it('days end where the next begins in the zone, also when clocks change', () => {
  expect(endOfDayMs('2026-03-29', 'Europe/Paris') - endOfDayMs('2026-03-28', 'Europe/Paris')).toBe(23 * 3_600_000);
  expect(endOfDayMs('2026-10-25', 'Europe/Paris') - endOfDayMs('2026-10-24', 'Europe/Paris')).toBe(25 * 3_600_000);
});
