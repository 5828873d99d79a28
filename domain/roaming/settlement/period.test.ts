import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor } from '../../../test/support/facts.ts';
import type { Role } from '../../kernel/caller.ts';
import { ROUNDINGS } from '../../kernel/decimal.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { convert } from './amount.ts';
import { daysBetween } from './day.ts';
import { periodDecider } from './period.ts';
import { PERIOD_LIMITS, type PeriodCommand, type PeriodReply, type PeriodTerms, type SumLine } from './schema.ts';

const terms: PeriodTerms = {
  partner: 'FRAF1',
  agreement: 'FRAF1-2026',
  from: '2026-02-01',
  to: '2026-02-28',
  frequency: 'monthly',
  currency: 'SDR',
  decimals: 2,
  rounding: 'halfEven',
  rates: [{ currency: 'EUR', decimals: 3, rate: '0.815' }],
  tolerance: { line: { absoluteMinor: 5n, perMille: null }, total: { absoluteMinor: 100n, perMille: 10 } },
  twoPersonsOverMinor: 1_000_000n,
  carriedMinor: 0n,
};
const sum = (more: Partial<SumLine> = {}): SumLine => ({
  direction: 'outbound',
  service: 'voice',
  adjustment: false,
  currency: 'EUR',
  decimals: 3,
  events: 10,
  usage: 600n,
  amountMinor: 100_000n,
  ...more,
});
const days = (first: ReadonlyArray<SumLine>): ReadonlyArray<PeriodCommand> =>
  daysBetween('2026-02-01', '2026-02-28').map((day, at) => ({
    _tag: 'AddDay',
    book: 'FRAF1',
    day,
    lines: at === 0 ? first : [],
  }));

const asking = (nowMs = Date.UTC(2026, 2, 2)) => {
  let state = periodDecider.initial;
  const ask = (
    command: PeriodCommand,
    subject = 'ann',
    roles: ReadonlyArray<Role> = ['finance'],
  ): PeriodReply | string => {
    const facts = factsFor('p');
    const decision = periodDecider.decide(state, command, {
      ...facts,
      nowMs,
      caller: { ...facts.caller, subject, roles },
    });
    if (isRefusal(decision)) return decision.code;
    state = decision.events.reduce(periodDecider.evolve, state);
    return decision.reply;
  };
  return { ask, state: () => state };
};

const draw: PeriodCommand = { _tag: 'Draw', books: ['FRAF1'], rules: [] };
const approve: PeriodCommand = { _tag: 'Approve', despite: null };
const despite: PeriodCommand = { _tag: 'Approve', despite: 'no statement of theirs came in time' };
const instruct: PeriodCommand = { _tag: 'Instruct', id: 'I-1', due: '2026-03-31' };
const confirm = (id: string, amountMinor: bigint, currency = 'SDR'): PeriodCommand => ({
  _tag: 'Confirm',
  id,
  currency,
  amountMinor,
  on: '2026-03-20',
});
const open: PeriodCommand = { _tag: 'Open', ...terms };
const NOTHING = { absoluteMinor: null, perMille: null };
const reason = 'the rate of data is wrong';
/** 100.000 EUR at 0.815 are 81.50 SDR to pay. */
const drawn = [open, ...days([sum()]), draw];
const theirs = (amountMinor: bigint): PeriodCommand => ({
  _tag: 'Compare',
  lines: [{ direction: 'outbound', service: 'voice', adjustment: false, amountMinor }],
  netMinor: -amountMinor,
});

const led = (...commands: ReadonlyArray<PeriodCommand>) => {
  const period = asking();
  for (const command of commands) expect(period.ask(command)).toMatchObject({ stage: expect.any(String) });
  return period;
};

describe('a period', () => {
  it('nets both directions at its rate, every line with what its rounding took', () => {
    const own = sum({ direction: 'inbound', currency: 'SDR', decimals: 2, amountMinor: 20_001n });
    const period = led({ ...open, carriedMinor: -1n }, ...days([sum({ amountMinor: 100_001n }), own]), draw);
    expect(period.state()?.statement).toMatchObject({
      inboundMinor: 20_001n,
      outboundMinor: 8_150n,
      carriedMinor: -1n,
      netMinor: 11_850n,
      lines: [
        { direction: 'inbound', rate: '1', convertedMinor: 20_001n, restNumerator: 0n },
        {
          direction: 'outbound',
          rate: '0.815',
          convertedMinor: 8_150n,
          restNumerator: 81_500n,
          restDenominator: 1_000_000n,
        },
      ],
    });
    expect(period.ask(draw)).toMatchObject({ changed: false, netMinor: 11_850n });
  });

  it('goes from its days to closed; each step again changes nothing', () => {
    const period = led(...drawn, theirs(8_146n));
    expect(period.state()?.comparison).toMatchObject({
      tolerated: true,
      lines: [{ differenceMinor: 4n, tolerated: true }],
    });
    expect(period.ask(approve)).toMatchObject({ stage: 'approved' });
    expect(period.ask(instruct)).toMatchObject({ stage: 'instructed', outstandingMinor: 8_150n });
    expect(period.state()?.instruction).toMatchObject({ kind: 'payment', currency: 'SDR', amountMinor: 8_150n });
    expect(period.ask(instruct)).toMatchObject({ changed: false });
    expect(period.ask(confirm('B-1', 8_000n))).toMatchObject({ stage: 'instructed', outstandingMinor: 150n });
    expect(period.ask(confirm('B-1', 8_000n))).toMatchObject({ changed: false });
    expect(period.ask(confirm('B-2', 160n))).toMatchObject({ stage: 'paid', outstandingMinor: -10n });
    expect(period.ask({ _tag: 'Close' })).toMatchObject({ stage: 'closed' });
    expect(period.ask({ _tag: 'Close' })).toMatchObject({ changed: false });
  });

  it('hands on what was paid too much, with the sign of who owes it', () => {
    const credit = (direction: SumLine['direction']) => {
      const period = led(open, ...days([sum({ direction })]), draw, despite, instruct, confirm('B-1', 8_160n));
      const facts = factsFor('p');
      const closed = periodDecider.decide(period.state(), { _tag: 'Close' }, facts);
      return isRefusal(closed) ? closed.code : closed.events[0];
    };
    expect(credit('outbound')).toMatchObject({ _tag: 'PeriodClosed', creditMinor: 10n });
    expect(credit('inbound')).toMatchObject({ _tag: 'PeriodClosed', creditMinor: -10n });
  });

  it('needs two persons over the amount, and closes without money when both are even', () => {
    const large = led(open, ...days([sum({ amountMinor: 10n ** 10n })]), draw);
    expect(large.ask(despite)).toMatchObject({ stage: 'approving' });
    expect(large.ask(despite)).toBe('SamePerson');
    expect(large.ask(instruct)).toBe('WrongStage');
    expect(large.ask(despite, 'bob')).toMatchObject({ stage: 'approved' });
    const even = led(open, ...days([sum(), sum({ direction: 'inbound' })]), draw, despite);
    expect(even.ask(instruct)).toBe('NothingToPay');
    expect(even.ask({ _tag: 'Close' })).toMatchObject({ stage: 'closed', netMinor: 0n });
  });

  it('keeps the cases that were open when it was approved despite them', () => {
    const period = led(...drawn, theirs(8_150n));
    expect(period.ask({ ...despite, openCases: ['c0123456789abcdef'] })).toMatchObject({ stage: 'approved' });
    expect(period.state()?.approvals).toMatchObject([{ openCases: ['c0123456789abcdef'] }]);
    const without = led(...drawn, theirs(8_150n), { ...approve, openCases: [] });
    expect(without.state()?.approvals[0]).not.toHaveProperty('openCases');
  });

  it('is approved by reconciled records alone where the agreement says so, or by two persons who say why', () => {
    const bound = { absoluteMinor: 10n, perMille: null };
    const strict = [open, ...days([sum()]), { ...draw, reconciled: bound }, theirs(8_150n)] as const;
    const well = { detail: 'feb.txt', open: 0, first: [] };
    const bad = { detail: 'feb.txt', open: 2, first: [{ file: 'CDFRAF1CHNCM00042', record: 17 }] };
    const none = { detail: null, open: 0, first: [] };
    expect(led(...strict).ask(approve)).toBe('NotReconciled');
    expect(led(...strict).ask({ ...approve, reconciliation: none })).toBe('NotReconciled');
    expect(led(...strict).ask({ ...approve, reconciliation: bad })).toBe('NotReconciled');
    expect(led(...strict).ask({ ...approve, reconciliation: well })).toMatchObject({ stage: 'approved' });
    const over = led(...strict, { ...despite, reconciliation: bad });
    expect(over.state()).toMatchObject({ stage: 'approving', approvals: [{ unreconciled: bad }] });
    expect(over.ask({ ...despite, reconciliation: bad })).toBe('SamePerson');
    expect(over.ask({ ...approve, reconciliation: bad }, 'bob')).toBe('NotReconciled');
    expect(over.ask({ ...despite, reconciliation: bad }, 'bob')).toMatchObject({ stage: 'approved' });
    // Reconciled meanwhile: a second person is needed all the same.
    const meanwhile = led(...strict, { ...despite, reconciliation: bad });
    expect(meanwhile.ask({ ...approve, reconciliation: well }, 'bob')).toMatchObject({ stage: 'approved' });
    // Drawn anew, by an agreement that does not ask for it any more.
    const anew = led(...strict, { _tag: 'Reopen', reason }, draw, theirs(8_150n));
    expect(anew.state()).not.toHaveProperty('reconciled');
    expect(anew.ask({ ...approve, reconciliation: bad })).toMatchObject({ stage: 'approved' });
  });

  it('is reopened until an instruction has gone out, with a new revision and no approval left', () => {
    const period = led(...drawn, despite, { _tag: 'Reopen', reason }, draw);
    expect(period.state()).toMatchObject({
      stage: 'drawn',
      revision: 2,
      approvals: [],
      comparison: null,
      statement: { revision: 2 },
    });
    expect(period.ask({ _tag: 'Reject', reason })).toMatchObject({ stage: 'rejected' });
    expect(period.ask(despite)).toBe('WrongStage');
    expect(period.ask({ _tag: 'Reopen', reason })).toMatchObject({ stage: 'open', netMinor: null });
  });

  it('is given the rate of a currency that it did not expect, once, and is drawn with it', () => {
    const usd = { _tag: 'AddRate', currency: 'USD', decimals: 3, rate: '0.71' } as const;
    const period = led(open, ...days([sum({ currency: 'USD', amountMinor: 100_000n })]));
    expect(period.ask(draw)).toBe('RateMissing');
    expect(period.ask(usd, 'carl', ['operator'])).toBe('NotFinance');
    expect(period.ask(usd)).toMatchObject({ changed: true });
    expect(period.ask(usd)).toMatchObject({ changed: false });
    expect(period.ask({ ...usd, rate: '0.72' })).toBe('RateTwice');
    expect(period.ask({ ...usd, currency: 'SDR' })).toBe('RateOfOwnCurrency');
    expect(period.ask(draw)).toMatchObject({ stage: 'drawn' });
    expect(period.ask({ ...usd, currency: 'HKD' })).toBe('WrongStage');
  });

  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<PeriodCommand>, PeriodCommand]> = [
    ['PeriodUnknown', [], draw],
    ['InvalidPeriod', [], { ...open, to: '2026-02-27' }],
    ['InvalidPeriod', [], { ...open, frequency: 'quarterly', to: '2026-04-30' }],
    ['RateTwice', [], { ...open, rates: [...terms.rates, ...terms.rates] }],
    ['RateOfOwnCurrency', [], { ...open, rates: [{ currency: 'SDR', decimals: 5, rate: '1' }] }],
    ['TermsDiffer', [open], { ...open, carriedMinor: 1n }],
    ['DayOutside', [open], { _tag: 'AddDay', book: 'FRAF1', day: '2026-03-01', lines: [] }],
    ['DayDiffers', drawn, { _tag: 'AddDay', book: 'FRAF1', day: '2026-02-01', lines: [] }],
    ['WrongStage', drawn, { _tag: 'AddDay', book: 'FRAF1:01', day: '2026-02-01', lines: [] }],
    ['DayMissing', [open, ...days([]).slice(1)], draw],
    ['RateMissing', [open, ...days([sum({ currency: 'USD' })])], draw],
    ['WrongStage', [open], theirs(1n)],
    ['WrongStage', [open], approve],
    ['NotTolerated', drawn, approve],
    ['NotTolerated', [...drawn, theirs(8_144n)], approve],
    ['NotReconciled', [open, ...days([sum()]), { ...draw, reconciled: NOTHING }, theirs(8_150n)], approve],
    ['CasesOpen', [...drawn, theirs(8_150n)], { ...approve, openCases: ['c0123456789abcdef'] }],
    ['WrongStage', [open], { _tag: 'Reject', reason }],
    ['WrongStage', [...drawn, despite, instruct], { _tag: 'Reopen', reason }],
    ['WrongStage', drawn, instruct],
    ['InstructionDiffers', [...drawn, despite, instruct], { ...instruct, id: 'I-2' }],
    ['WrongStage', [...drawn, despite], confirm('B-1', 1n)],
    ['WrongCurrency', [...drawn, despite, instruct], confirm('B-1', 8_150n, 'EUR')],
    ['ConfirmationDiffers', [...drawn, despite, instruct, confirm('B-1', 1n)], confirm('B-1', 2n)],
    ['NotPaid', [...drawn, despite, instruct, confirm('B-1', 1n)], { _tag: 'Close' }],
    ['WrongStage', drawn, { _tag: 'Close' }],
  ];
  it.each(refusals)('refuses as %s, and nothing has changed', (code, before, command) => {
    const period = led(...before);
    const state = period.state();
    expect(period.ask(command)).toBe(code);
    expect(period.state()).toBe(state);
  });

  it('has bounds for days and confirmations', () => {
    const full = led(...drawn, despite, instruct).state();
    if (full === null) throw new Error('no period');
    const facts = factsFor('p');
    const days = Array.from({ length: PERIOD_LIMITS.days }, (_, at) => ({
      book: `b${at}`,
      day: '2026-02-01',
      digest: '',
    }));
    const day = { _tag: 'AddDay', book: 'FRAF1', day: '2026-02-01', lines: [] } as const;
    expect(periodDecider.decide({ ...full, stage: 'open', days }, day, facts)).toMatchObject({ code: 'TooMany' });
    const confirmations = Array.from({ length: PERIOD_LIMITS.confirmations }, (_, at) => ({
      id: `c${at}`,
      currency: 'SDR',
      amountMinor: 1n,
      on: '2026-03-01',
    }));
    expect(periodDecider.decide({ ...full, confirmations }, confirm('B-1', 1n), facts)).toMatchObject({
      code: 'TooMany',
    });
  });

  it('takes amounts in the agreement’s own currency with other decimals at par', () => {
    const period = led(open, ...days([sum({ currency: 'SDR', decimals: 5, amountMinor: 1_235_000n })]), draw);
    expect(period.state()?.statement).toMatchObject({
      outboundMinor: 1_235n,
      lines: [{ rate: '1', restNumerator: 0n }],
    });
  });

  it.each([despite, { _tag: 'Reject', reason } as const, { _tag: 'Reopen', reason } as const])(
    'lets finance alone decide (%o)',
    (command) => expect(led(...drawn).ask(command, 'carl', ['operator'])).toBe('NotFinance'),
  );

  it('lets finance alone instruct', () => {
    expect(led(...drawn, despite).ask(instruct, 'carl', ['operator'])).toBe('NotFinance');
  });

  it.each([
    [{ absoluteMinor: 100n, perMille: null }, 8_050n, true],
    [{ absoluteMinor: 100n, perMille: null }, 8_049n, false],
    [{ absoluteMinor: null, perMille: 10 }, 8_069n, true],
    [{ absoluteMinor: null, perMille: 10 }, 8_068n, false],
    [{ absoluteMinor: 100n, perMille: 10 }, 8_068n, false],
    [{ absoluteMinor: null, perMille: null }, 8_149n, false],
    [{ absoluteMinor: null, perMille: null }, 8_150n, true],
  ])('tolerates within %o', (line, amount, tolerated) => {
    const loose = { absoluteMinor: 10_000n, perMille: null };
    const period = led({ ...open, tolerance: { line, total: loose } }, ...days([sum()]), draw, theirs(amount));
    expect(period.state()?.comparison).toMatchObject({ tolerated, totalTolerated: true });
  });

  it('finds what only one side has, and a total that is off though each line is not', () => {
    const line = { direction: 'inbound', service: 'sms', adjustment: false, amountMinor: 3n } as const;
    const period = led(...drawn, { _tag: 'Compare', lines: [line], netMinor: -8_000n });
    expect(period.state()?.comparison).toMatchObject({
      totalTolerated: false,
      lines: [
        { service: 'voice', oursMinor: 8_150n, theirsMinor: 0n, tolerated: false },
        { service: 'sms', oursMinor: 0n, theirsMinor: 3n, tolerated: true },
      ],
    });
  });

  it('is added up by an auditor to the last fraction, whatever order and repetitions its days come in', () => {
    const line = fc.record({
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      service: fc.constantFrom('voice' as const, 'data' as const),
      amountMinor: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    });
    const all = fc.array(fc.array(line, { maxLength: 3 }), { minLength: 28, maxLength: 28 });
    fc.assert(
      fc.property(
        all,
        fc.constantFrom(...ROUNDINGS),
        fc.shuffledSubarray([...Array(28).keys()], { minLength: 28 }),
        (perDay, rounding, order) => {
          const period = led({ ...open, rounding });
          const calendar = daysBetween('2026-02-01', '2026-02-28');
          for (const at of [...order, ...order.slice(0, 5)]) {
            const command = {
              _tag: 'AddDay',
              book: 'FRAF1',
              day: calendar[at] ?? '',
              lines: (perDay[at] ?? []).map((one) => sum(one)),
            } as const;
            expect(period.ask(command)).toMatchObject({ stage: 'open' });
          }
          expect(period.ask(draw)).toMatchObject({ changed: true });
          const { statement } = period.state() ?? {};
          if (statement == null) throw new Error('no statement');
          const signed = (direction: string, amount: bigint): bigint => (direction === 'inbound' ? amount : -amount);
          // EUR with 3 decimals at 0.815 into SDR with 2: exact in units of 10^-6.
          const exact = perDay.flat().reduce((net, one) => net + signed(one.direction, one.amountMinor * 815n), 0n);
          const told = statement.lines.reduce((net, one) => {
            expect(one.restDenominator).toBe(1_000_000n);
            return net + signed(one.direction, one.convertedMinor * 10_000n + one.restNumerator / 100n);
          }, 0n);
          expect(told).toBe(exact);
          expect(statement.netMinor).toBe(
            statement.lines.reduce((net, one) => net + signed(one.direction, one.convertedMinor), 0n),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('amounts', () => {
  it.each([
    [5n, 'halfUp', 1n],
    [5n, 'halfEven', 0n],
    [15n, 'halfEven', 2n],
    [19n, 'down', 1n],
    [-5n, 'halfUp', -1n],
    [-15n, 'halfEven', -2n],
    [-19n, 'down', -1n],
    [6n, 'halfEven', 1n],
  ] as const)('%s tenths are rounded %s to %s', (tenths, rounding, expected) => {
    expect(convert(tenths, { currency: 'X', decimals: 1, rate: '1' }, 0, rounding).amountMinor).toBe(expected);
  });

  it('the rest makes a conversion exact, and is less than a unit, to the nearest no more than a half', () => {
    const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
    fc.assert(
      fc.property(
        amount,
        fc.constantFrom(...ROUNDINGS),
        fc.constantFrom('7.123456', '0.000001', '3', '0.815'),
        (value, rounding, rate) => {
          const { amountMinor, restNumerator, restDenominator } = convert(
            value,
            { currency: 'X', decimals: 3, rate },
            5,
            rounding,
          );
          const [whole = '', fraction = ''] = rate.split('.');
          const scaled = value * BigInt(whole + fraction) * 100_000n;
          expect((amountMinor * restDenominator + restNumerator) * 1_000n * 10n ** BigInt(fraction.length)).toBe(
            scaled * restDenominator,
          );
          const rest = restNumerator < 0n ? -restNumerator : restNumerator;
          expect(rounding.startsWith('half') ? rest * 2n <= restDenominator : rest < restDenominator).toBe(true);
        },
      ),
    );
  });
});
