import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import type { SubscriberCommand, SubscriberReply } from './schema.ts';
import { spentIn, usedIn } from './spending.ts';
import { activeAt, isRestricted, subscriberDecider, verdictOnUsage } from './subscriber.ts';

const HOME = '8613912345678';
const LOCAL = '85291234567';
const NOON = Date.UTC(2025, 10, 20, 12);
const open: SubscriberCommand = { _tag: 'Open', primary: HOME, currency: 'CNY' };
const add: SubscriberCommand = { _tag: 'AddNumber', number: LOCAL };
const activate = (fromMs: number, number = LOCAL): SubscriberCommand => ({ _tag: 'Activate', number, fromMs });
const turn = (on: boolean, fromMs: number, number = LOCAL): SubscriberCommand => ({
  _tag: 'Switch',
  number,
  on,
  fromMs,
});
const balance = { id: 'B1', package: 'VOICE-30', left: 100, fromMs: NOON - 10, untilMs: NOON + 10 };
const grant: SubscriberCommand = { _tag: 'Grant', balance };
const price = { currency: 'CNY', decimals: 2, amountMinor: 250n };
const limits = (day: bigint[], month: bigint[] = []): SubscriberCommand => ({ _tag: 'SetLimits', day, month });
type Posting = Extract<SubscriberCommand, { _tag: 'Post' }>['postings'][number];
const posting = (id: string, more: Partial<Posting> = {}): Posting => {
  return { id, atMs: NOON, day: '2025-11-20', number: null, takes: [], totalMinor: 100n, ...more };
};
const post = (chunk: string, ...postings: ReadonlyArray<Posting>): SubscriberCommand => {
  return { _tag: 'Post', chunk, currency: 'CNY', postings };
};
const check = (atMs: number, party = '4915112345678', number: string | null = null): SubscriberCommand => {
  return { _tag: 'Check', atMs, direction: 'originating', party, number };
};

const subscriber = (...commands: ReadonlyArray<SubscriberCommand>) => {
  const one = running(subscriberDecider, 'S1');
  for (const command of [open, add, ...commands]) one.must(command);
  return {
    ...one,
    now: () => {
      const state = one.state();
      if (state === null) throw new Error('not opened');
      return state;
    },
  };
};

describe('a subscriber', () => {
  it('uses the number that was active when the event began, however late that is told', () => {
    const one = subscriber(activate(NOON), activate(NOON + 100, HOME), activate(NOON + 50));
    expect([NOON - 1, NOON, NOON + 50, NOON + 99, NOON + 100].map((at) => activeAt(one.now(), at))).toEqual([
      HOME,
      LOCAL,
      LOCAL,
      LOCAL,
      HOME,
    ]);
    one.must(post('late', posting('1', { atMs: NOON + 5 }), posting('2', { atMs: NOON - 5, totalMinor: 7n })));
    expect(one.now().spent).toMatchObject([
      { number: LOCAL, spentMinor: 100n },
      { number: HOME, spentMinor: 7n },
    ]);
  });

  it('switches numbers on and off, each without the others', () => {
    const one = subscriber(turn(false, NOON));
    const verdict = (at: number, number: string) => (one.must(check(at, '49', number)) as SubscriberReply).verdict;
    expect([verdict(NOON - 1, LOCAL), verdict(NOON, LOCAL), verdict(NOON, HOME)]).toEqual([
      'allowed',
      'off',
      'allowed',
    ]);
    // Made or received alike.
    const received = { _tag: 'Check', atMs: NOON, direction: 'terminating', party: '49' } as const;
    expect(one.must({ ...received, number: LOCAL })).toMatchObject({ verdict: 'off', number: LOCAL });
    expect(one.must({ ...received, number: HOME })).toMatchObject({ verdict: 'allowed', number: HOME });
    one.must(turn(true, NOON + 1));
    expect(verdict(NOON + 1, LOCAL)).toBe('allowed');
    expect(one.must(turn(true, NOON + 1))).toMatchObject({ changed: false });
  });

  it('lets through by its lists', () => {
    const one = subscriber({ _tag: 'SetLists', allow: [], block: ['49'] });
    expect(one.must(check(NOON, '49'))).toMatchObject({ verdict: 'blocked', number: HOME, changed: false });
    expect(one.must(check(NOON, '48'))).toMatchObject({ verdict: 'allowed' });
    one.must({ _tag: 'SetLists', allow: ['47'], block: [] });
    expect([one.must(check(NOON, '47')), one.must(check(NOON, '48'))]).toMatchObject([
      { verdict: 'allowed' },
      { verdict: 'blocked' },
    ]);
    // A session of data, or a caller who is withheld: of nobody on the list, and let through as its usage will be.
    expect(one.must(check(NOON, ''))).toMatchObject({ verdict: 'allowed' });
  });

  it('has usage held against its contract: of a number that was off, or with somebody who is blocked', () => {
    expect(isRestricted(subscriber().now())).toBe(false);
    const state = subscriber(turn(false, NOON), { _tag: 'SetLists', allow: [], block: ['491'] }).now();
    expect(isRestricted(state)).toBe(true);
    const verdict = (number: string, atMs: number, destination = '') =>
      verdictOnUsage(state, { number, atMs, destination });
    expect([verdict(LOCAL, NOON - 1), verdict(LOCAL, NOON), verdict(HOME, NOON)]).toEqual([
      'allowed',
      'off',
      'allowed',
    ]);
    expect([verdict(HOME, NOON, '491'), verdict(HOME, NOON, '492')]).toEqual(['blocked', 'allowed']);
  });

  it('alarms once for each threshold, day and month', () => {
    const one = subscriber(limits([150n, 300n], [350n]));
    const raised = (command: SubscriberCommand) =>
      one.must(command).alarms.map(({ period, thresholdMinor }) => `${period} ${thresholdMinor}`);
    expect(raised(post('1', posting('1')))).toEqual([]);
    expect(raised(post('2', posting('2')))).toEqual(['2025-11-20 150']);
    expect(raised(post('3', posting('3', { totalMinor: -100n })))).toEqual([]);
    expect(raised(post('4', posting('4')))).toEqual([]);
    expect(raised(post('5', posting('5', { totalMinor: 200n })))).toEqual(['2025-11-20 300', '2025-11 350']);
    expect(raised(post('6', posting('6', { day: '2025-11-21', totalMinor: 150n })))).toEqual(['2025-11-21 150']);
    expect(raised(limits([140n], [350n, 500n]))).toEqual(['2025-11-21 140', '2025-11 500']);
  });

  it('alarms by usage that was observed before its records came, and again only when they bring more', () => {
    const one = subscriber(limits([150n, 300n], [600n]));
    const observe = (chunk: string, ...observations: ReadonlyArray<{ day: string; estimatedMinor: bigint }>) => {
      return { _tag: 'Observe', chunk, currency: 'CNY', observations } as const;
    };
    const raised = (command: SubscriberCommand) =>
      one.must(command).alarms.map(({ period, thresholdMinor }) => `${period} ${thresholdMinor}`);
    const nearly = { day: '2025-11-20', estimatedMinor: 160n };
    expect(raised(observe('nrt1', nearly))).toEqual(['2025-11-20 150']);
    expect(one.must(observe('nrt1', nearly))).toMatchObject({ changed: false, alarms: [] });
    expect(one.ask(observe('nrt1', nearly, nearly))).toBe('ChunkDiffers');
    // The records of the same calls, a little dearer: nothing new; the next ones are.
    expect(raised(post('tap1', posting('1', { totalMinor: 170n })))).toEqual([]);
    expect(usedIn(one.now(), '2025-11')).toBe(170n);
    expect(spentIn(one.now(), '2025-11')).toBe(170n);
    expect(raised(observe('nrt2', { day: '2025-11-20', estimatedMinor: 150n }))).toEqual(['2025-11-20 300']);
    expect(raised(observe('nrt3', { day: '2025-11-21', estimatedMinor: 290n }))).toEqual([
      '2025-11-21 150',
      '2025-11 600',
    ]);
    expect(spentIn(one.now(), '2025-11')).toBe(170n);
  });

  it('has a profile, of one operator', () => {
    const one = subscriber();
    const profile = { operator: 'CHNCM', name: 'Wang', contact: null, packageType: 'TRAVEL-1G', membership: 'gold' };
    expect(one.must({ _tag: 'SetProfile', profile })).toMatchObject({ changed: true });
    expect(one.must({ _tag: 'SetProfile', profile: { ...profile } })).toMatchObject({ changed: false });
    one.must({ _tag: 'SetProfile', profile: { ...profile, operator: 'CHNCU' } });
    expect(one.now()).toMatchObject({
      profile: { operator: 'CHNCU', membership: 'gold' },
      numbers: [
        { number: HOME, role: 'primary' },
        { number: LOCAL, role: 'secondary' },
      ],
    });
  });

  it('takes off packages, never more than there is', () => {
    const one = subscriber(grant);
    one.must(post('1', posting('1', { takes: [{ balance: 'B1', taken: 60 }], totalMinor: 0n })));
    expect(one.ask(post('2', posting('2', { takes: [{ balance: 'B1', taken: 41 }] })))).toBe('PackageExhausted');
    one.must(post('2', posting('2', { takes: [{ balance: 'B1', taken: 40 }] })));
    expect(one.now().balances).toMatchObject([{ left: 0 }]);
    expect(one.must(post('2', posting('2', { takes: [{ balance: 'B1', taken: 40 }] })))).toMatchObject({
      changed: false,
    });
    expect(one.must(grant)).toMatchObject({ changed: false });
  });

  it('forgets what lies behind the horizon, and takes nothing for it any more', () => {
    const one = subscriber(limits([100n]), post('old', posting('1', { day: '2025-05-01' })), post('new', posting('2')));
    expect(one.now()).toMatchObject({ spent: [{ day: '2025-11-20' }], chunks: [{ chunk: 'new' }] });
    expect(one.now().alarms).toMatchObject([{ period: '2025-11-20' }]);
    expect(one.ask(post('old', posting('1', { day: '2025-05-01' })))).toBe('PostingTooLate');
  });

  const many = Array.from({ length: 9 }, (_, at): SubscriberCommand => ({ _tag: 'AddNumber', number: `4670000${at}` }));
  const takes = [{ balance: 'B1', taken: 1 }];
  const seen = (day: string) => ({ day, estimatedMinor: 1n });
  const observed = { _tag: 'Observe', chunk: '2', currency: 'CNY', observations: [] } as const;
  it.each<[string, ReadonlyArray<SubscriberCommand>, SubscriberCommand]>([
    ['SubscriberExists', [], { _tag: 'Open', primary: LOCAL, currency: 'CNY' }],
    ['SubscriberExists', [], { _tag: 'Open', primary: HOME, currency: 'EUR' }],
    ['NumberUnknown', [], activate(NOON, '4912345')],
    ['NumberUnknown', [], turn(true, NOON, '4912345')],
    ['NumberUnknown', [], check(NOON, '49', '4912345')],
    ['NumberUnknown', [], post('1', posting('1', { number: '4912345' }))],
    ['TooManyNumbers', many.slice(1), many[0] ?? add],
    ['NumberOff', [turn(false, NOON)], activate(NOON)],
    ['ListsContradict', [], { _tag: 'SetLists', allow: ['49123'], block: ['49123'] }],
    ['LimitTwice', [], limits([1n, 1n])],
    ['PackageExists', [grant], { _tag: 'Grant', balance: { ...balance, package: 'OTHER' } }],
    ['CurrencyDiffers', [], { _tag: 'Grant', balance, price: { ...price, currency: 'EUR' } }],
    ['PostingInFuture', [], { _tag: 'Grant', balance, price, day: '2025-11-25' }],
    ['PostingTooLate', [post('1', posting('1'))], { _tag: 'Grant', balance, price, day: '2025-08-19' }],
    ['PackageUnknown', [], post('1', posting('1', { takes }))],
    ['PackageOver', [grant], post('1', posting('1', { takes, atMs: NOON + 10 }))],
    ['PackageOver', [grant], post('1', posting('1', { takes, atMs: NOON - 11 }))],
    ['PackageExhausted', [grant], post('1', posting('1', { takes: [...takes, { balance: 'B1', taken: 100 }] }))],
    ['CurrencyDiffers', [], { _tag: 'Post', chunk: '1', currency: 'EUR', postings: [posting('1')] }],
    ['PostingTwice', [], post('1', posting('1'), posting('1'))],
    ['PostingTooLate', [post('1', posting('1'))], post('2', posting('2', { day: '2025-08-19' }))],
    ['PostingInFuture', [], post('1', posting('1', { day: '2025-11-25' }))],
    ['CurrencyDiffers', [], { _tag: 'Observe', chunk: '1', currency: 'EUR', observations: [seen('2025-11-20')] }],
    ['PostingTooLate', [post('1', posting('1'))], { ...observed, observations: [seen('2025-08-19')] }],
    ['PostingInFuture', [], { ...observed, observations: [seen('2025-11-25')] }],
    ['ChunkDiffers', [post('1', posting('1'))], post('1', posting('1'), posting('2'))],
  ])('refuses with %s', (code, before, command) => {
    expect(subscriber(...before).ask(command)).toBe(code);
  });

  it.each([add, grant, post('1', posting('1')), check(NOON)])('is opened first', (command) => {
    expect(running(subscriberDecider, 'S1').ask(command)).toBe('SubscriberUnknown');
  });

  it('pays for a package once, on the day that it is granted, and it counts for the limits', () => {
    const one = subscriber(limits([250n], [300n]));
    const day = '2025-11-20';
    const bought = { _tag: 'Grant', balance, price, day } as const;
    expect(one.must(bought)).toMatchObject({
      changed: true,
      alarms: [{ scope: 'day', period: day, thresholdMinor: 250n }],
    });
    // Told again, also when it has another price by then.
    expect(one.must({ ...bought, price: { ...price, amountMinor: 400n } })).toMatchObject({ changed: false });
    expect(one.now()).toMatchObject({
      balances: [{ ...balance, sold: { day, decimals: 2, amountMinor: 250n } }],
      spent: [{ day, number: HOME, spentMinor: 250n }],
    });
    expect(one.must(post('1', posting('1')))).toMatchObject({ alarms: [{ scope: 'month', thresholdMinor: 300n }] });
    expect(spentIn(one.now(), '2025-11')).toBe(350n);
    expect(one.must({ _tag: 'Grant', balance: { ...balance, id: 'FREE' } })).toMatchObject({ changed: true });
    expect(spentIn(one.now(), '2025-11')).toBe(350n);
    // Without a day it is the day on which it is told.
    one.must({ _tag: 'Grant', balance: { ...balance, id: 'B2' }, price });
    expect(one.now().balances.at(-1)).toMatchObject({ id: 'B2', sold: { day: '2025-11-23' } });
  });

  it('has at most 100 balances', () => {
    const one = subscriber();
    for (let at = 0; at < 100; at++) one.must({ _tag: 'Grant', balance: { ...balance, id: `P${at}` } });
    expect(one.ask(grant)).toBe('TooManyPackages');
  });
});

const DAYS = ['2025-10-31', '2025-11-01', '2025-11-02', '2025-11-20'];
const anyPosting = fc.record({
  atMs: fc.integer({ min: NOON - 20, max: NOON + 20 }),
  day: fc.constantFrom(...DAYS),
  number: fc.constantFrom(null, HOME, LOCAL),
  takes: fc.array(fc.record({ balance: fc.constant('B1'), taken: fc.integer({ min: 1, max: 40 }) }), { maxLength: 2 }),
  totalMinor: fc.bigInt({ min: -50n, max: 300n }),
});
/** Chunks are made once and told any number of times in any order, as files are that are sent again. */
const anyStory = fc
  .array(fc.array(anyPosting, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 })
  .chain((chunks) => {
    const posts = chunks.map((list, at) =>
      post(`C${at}`, ...list.map((one, place) => ({ id: `${at}.${place}`, ...one }))),
    );
    const other = fc.oneof(
      fc
        .tuple(fc.integer({ min: NOON - 20, max: NOON + 20 }), fc.constantFrom(HOME, LOCAL))
        .map(([at, number]) => activate(at, number)),
      fc.tuple(fc.boolean(), fc.integer({ min: NOON - 20, max: NOON + 20 })).map(([on, at]) => turn(on, at)),
      fc.uniqueArray(fc.bigInt({ min: 1n, max: 900n }), { maxLength: 3 }).map((list) => limits(list, list)),
    );
    return fc.array(fc.oneof(fc.constantFrom(...posts), other), { maxLength: 40 });
  });

it('keeps its books in any order of late, repeated and refused commands', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const one = subscriber(grant);
      const accepted = new Map<string, Extract<SubscriberCommand, { _tag: 'Post' }>>();
      const alarms: string[] = [];
      for (const [at, command] of story.entries()) {
        const decision = subscriberDecider.decide(one.now(), command, { ...factsFor('S1'), commandId: `c${at}` });
        if (decision._tag === 'Refusal') {
          expect(one.ask(command)).toBe(decision.code);
          continue;
        }
        const reply = one.must(command);
        if (command._tag === 'Post') {
          expect(reply.changed).toBe(!accepted.has(command.chunk));
          accepted.set(command.chunk, command);
        }
        alarms.push(...reply.alarms.map(({ scope, period, thresholdMinor }) => `${scope}/${period}/${thresholdMinor}`));
      }
      const postings = [...accepted.values()].flatMap((command) => command.postings);
      const taken = postings.flatMap(({ takes }) => takes).reduce((sum, { taken }) => sum + taken, 0);
      expect(one.now().balances[0]?.left).toBe(100 - taken);
      expect(taken).toBeLessThanOrEqual(100);
      for (const period of [...DAYS, '2025-10', '2025-11', '']) {
        const sum = postings.reduce(
          (all, { day, totalMinor }) => (day.startsWith(period) ? all + totalMinor : all),
          0n,
        );
        expect(spentIn(one.now(), period)).toBe(sum);
      }
      expect(new Set(alarms).size).toBe(alarms.length);
    }),
    { numRuns: 500 },
  );
});
