import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import type { BookDay, BookLine } from '../settlement/schema.ts';
import { financeAccountDecider, lastAttempt } from './account.ts';
import { accountParts, booksAccount } from './account-data.ts';
import { accountKey, accountOf } from './account-key.ts';
import { ACCOUNT_LIMITS, type FinanceAccountCommand } from './schema.ts';

const ACCOUNT = 'day:HKGPP:2026-10-01';
const request: FinanceAccountCommand = { _tag: 'Request', kind: 'day', partner: 'HKGPP' };
const answer = { status: 200, text: '{"reference":"FIN-000001"}' };
const accept = (attempt: number): FinanceAccountCommand => ({ _tag: 'Accept', attempt, sm3: 'a', answer });
const refuse = (attempt: number): FinanceAccountCommand => ({
  ...{ _tag: 'Refuse', attempt, sm3: 'a', code: 'FinanceRefused' },
  answer: { status: 422, text: '{"reason":"TotalsDiffer"}' },
});
const sending = { status: 'sending', attempt: 1 };

describe('an account for finance', () => {
  it.each<[string, ReadonlyArray<FinanceAccountCommand>, unknown]>([
    ['is requested once', [request, request], { ...sending, changed: false }],
    ['is of one partner', [request, { ...request, partner: 'JPNDO' }], 'AccountDiffers'],
    ['is of one kind', [request, { ...request, kind: 'month' }], 'AccountDiffers'],
    ['is unknown before it is requested', [accept(1)], 'AccountUnknown'],
    ['is accepted', [request, accept(1)], { changed: true, status: 'accepted', attempt: 1 }],
    [
      'that is accepted does not go again',
      [request, accept(1), request],
      { changed: false, status: 'accepted', attempt: 1 },
    ],
    ['that is refused waits', [request, refuse(1)], { changed: true, status: 'refused', attempt: 1 }],
    [
      'that was refused goes once more',
      [request, refuse(1), request],
      { changed: true, status: 'sending', attempt: 2 },
    ],
    ['hears no late news', [request, refuse(1), request, refuse(1)], { changed: false, status: 'sending', attempt: 2 }],
    ['stays accepted', [request, accept(1), refuse(1)], { changed: false, status: 'accepted', attempt: 1 }],
  ])('%s', (_, commands, last) => {
    const account = running(financeAccountDecider, ACCOUNT);
    const replies = commands.map((command) => account.ask(command));
    if (typeof last === 'string') expect(replies.at(-1)).toBe(last);
    else expect(replies.at(-1)).toMatchObject(last as object);
  });

  it('keeps each attempt with who asked and what finance said, the newest so many', () => {
    const account = running(financeAccountDecider, ACCOUNT);
    for (let attempt = 1; attempt <= 25; attempt += 1) {
      account.must(request);
      account.must(refuse(attempt));
    }
    const state = account.state();
    if (state === null) throw new Error('nothing was requested');
    expect(state.attempts).toHaveLength(ACCOUNT_LIMITS.remembered);
    expect(lastAttempt(state)).toBe(25);
    expect(state.attempts.at(-1)).toMatchObject({ by: 'operator', code: 'FinanceRefused', answer: { status: 422 } });
  });
});

describe('a key of an account', () => {
  it.each([ACCOUNT, 'month:HKGPP:2026-10', 'period:HKGPP-2026:2026-10-01', 'period:A:B:2026-10-01'])(
    '%s says what it is of',
    (key) => {
      const of = accountOf(key);
      expect(of === undefined ? '' : accountKey(of)).toBe(key);
    },
  );

  it.each(['', 'day:HKGPP:2026-13-01', 'day:HK:2026-10-01', 'month:HKGPP:2026-10-01', 'week:HKGPP:2026-10-01'])(
    '%s is none',
    (key) => {
      expect(accountOf(key)).toBeUndefined();
    },
  );
});

const about = { account: ACCOUNT, home: 'CHNCM', partner: 'HKGPP', of: '2026-10-01', file: null, kind: 'day' } as const;
const line = fc.record({
  belongs: fc.constantFrom(null, '2026-09-30'),
  number: fc.constantFrom('8613800000001', '8613800000002', '85290000001', '85290000002'),
  service: fc.constantFrom('voice', 'sms', 'data'),
  direction: fc.constantFrom('inbound', 'outbound'),
  network: fc.constantFrom('HKGPP', 'CHNCM'),
  currency: fc.constantFrom('SDR', 'EUR'),
  decimals: fc.constant(3),
  events: fc.nat(100),
  usage: fc.bigInt({ min: 0n, max: 10_000n }),
  amountMinor: fc.bigInt({ min: -1_000n, max: 100_000n }),
}) satisfies fc.Arbitrary<BookLine>;
const days = fc.array(line, { maxLength: 60 }).map(
  (lines): ReadonlyArray<BookDay> => [
    { day: '2026-10-01', lines: lines.slice(0, 30) },
    { day: '2026-10-02', lines: lines.slice(30) },
  ],
);
/** Two numbers of one user, one of nobody. */
const owners = new Map([
  ['8613800000001', 'S1'],
  ['8613800000002', 'S1'],
]);

describe('account data', () => {
  it('has lines that add up to its totals in any number of parts, and names no number', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 7 }), (some, perPart) => {
        const data = booksAccount(about, some, owners);
        const { parts } = accountParts(data, perPart);
        const sent = parts.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
        expect(sent.map(({ part, parts: of }) => [part, of])).toEqual(parts.map((_, at) => [at + 1, parts.length]));
        const lines = sent.flatMap((one) => one['lines'] as ReadonlyArray<{ amountMinor: string; events: number }>);
        const booked = some.flatMap((day) => day.lines);
        const sum = (values: ReadonlyArray<bigint>): bigint => values.reduce((a, b) => a + b, 0n);
        const amount = sum(booked.map(({ amountMinor }) => amountMinor));
        expect(sum(lines.map(({ amountMinor }) => BigInt(amountMinor)))).toBe(amount);
        expect(sum(data.totals.map(({ amountMinor }) => amountMinor))).toBe(amount);
        expect(lines.reduce((all, { events }) => all + events, 0)).toBe(
          booked.reduce((all, one) => all + one.events, 0),
        );
        for (const { body } of parts) expect(body).not.toMatch(/86138|85290/);
      }),
    );
  });

  it('adds the numbers of one user together, and gives the same bytes again', () => {
    const of = (number: string, amountMinor: bigint): BookLine => ({
      ...{ belongs: null, number, service: 'voice', direction: 'outbound', network: 'HKGPP', currency: 'SDR' },
      ...{ decimals: 3, events: 1, usage: 60n, amountMinor },
    });
    const some = [{ day: '2026-10-01', lines: [of('8613800000001', 5n), of('8613800000002', 7n), of('1234567', 9n)] }];
    const data = booksAccount(about, some, owners);
    expect(data.lines).toMatchObject([
      { user: 'S1', amountMinor: 12n, events: 2 },
      { user: null, amountMinor: 9n },
    ]);
    expect(accountParts(booksAccount(about, some, owners))).toEqual(accountParts(data));
  });

  it('of an empty day is one part without lines', () => {
    const { parts } = accountParts(booksAccount(about, [], owners));
    expect(parts.map(({ body }) => JSON.parse(body))).toMatchObject([{ part: 1, parts: 1, totals: [], lines: [] }]);
  });
});
