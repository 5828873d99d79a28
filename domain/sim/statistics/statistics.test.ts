import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { bucketOf, bucketsOf, compared, dayOf, periodProblem } from '../../kernel/period.ts';
import { cardDecider } from '../card.ts';
import { iccidOfBody } from '../iccid.ts';
import { rangeDecider } from '../number-range.ts';
import type { CardCommand, RangeCommand } from '../schema.ts';
import { countCardEvent, countRangeEvent, NO_DIMENSIONS } from './measures.ts';
import { changeOf, chartOf } from './series.ts';

describe('days of statistics', () => {
  it('are those of Shanghai', () => {
    expect(dayOf(Date.UTC(2026, 10, 25, 15, 59, 59, 999))).toBe('2026-11-25');
    expect(dayOf(Date.UTC(2026, 10, 25, 16))).toBe('2026-11-26');
    expect(dayOf(Date.UTC(2026, 10, 25, 15))).toBe('2026-11-25');
  });

  it('belong to ISO weeks and to months', () => {
    expect(bucketOf('2026-12-31', 'week')).toBe('2026-W53');
    expect(bucketOf('2027-01-03', 'week')).toBe('2026-W53');
    expect(bucketOf('2027-01-04', 'week')).toBe('2027-W01');
    expect(bucketsOf({ from: '2026-11-29', to: '2026-12-01' }, 'day')).toHaveLength(3);
    expect(bucketsOf({ from: '2026-11-29', to: '2026-12-01' }, 'week')).toEqual(['2026-W48', '2026-W49']);
    expect(bucketsOf({ from: '2026-01-31', to: '2026-03-01' }, 'month')).toEqual(['2026-01', '2026-02', '2026-03']);
  });

  it('are compared with as many before, with whole months, or with a year ago', () => {
    expect(compared({ from: '2026-11-10', to: '2026-11-12' }, 'previous')).toEqual({
      from: '2026-11-07',
      to: '2026-11-09',
    });
    expect(compared({ from: '2026-03-01', to: '2026-03-31' }, 'previous')).toEqual({
      from: '2026-02-01',
      to: '2026-02-28',
    });
    expect(compared({ from: '2026-01-01', to: '2026-03-31' }, 'previous')).toEqual({
      from: '2025-10-01',
      to: '2025-12-31',
    });
    expect(compared({ from: '2024-02-29', to: '2024-02-29' }, 'year')).toEqual({
      from: '2023-02-28',
      to: '2023-02-28',
    });
  });

  it.each([
    ['2026-11-31', '2026-12-01'],
    ['2026-12-02', '2026-12-01'],
    ['2026-1-1', '2026-12-01'],
    ['1990-01-01', '2026-12-01'],
  ])('refuse %s to %s', (from, to) => expect(periodProblem({ from, to })?.code).toBe('InvalidPeriod'));
});

describe('series', () => {
  const period = { from: '2026-11-09', to: '2026-11-15' };
  const sums = [
    { key: '2026-11-09', measure: 'made' as const, count: 5 },
    { key: '2026-11-15', measure: 'made' as const, count: 7 },
    { key: '2026-11-15', measure: 'failed' as const, count: 1 },
  ];

  it('have a value for each day, and a total, beside those of the period before', () => {
    const before = {
      period: compared(period, 'previous'),
      sums: [{ key: '2026-11-08', measure: 'made' as const, count: 8 }],
    };
    const wanted = { subject: 'card', axis: 'day', measures: ['made', 'failed'] } as const;
    const chart = chartOf(wanted, { period, sums }, before);
    expect(chart.keys).toHaveLength(7);
    expect(chart.previousKeys?.at(-1)).toBe('2026-11-08');
    expect(chart.series).toEqual([
      {
        measure: 'made',
        values: [5, 0, 0, 0, 0, 0, 7],
        total: 12,
        previous: { values: [0, 0, 0, 0, 0, 0, 8], total: 8 },
        change: { absolute: 4, percent: 50 },
      },
      {
        measure: 'failed',
        values: [0, 0, 0, 0, 0, 0, 1],
        total: 1,
        previous: { values: [0, 0, 0, 0, 0, 0, 0], total: 0 },
        change: { absolute: 1, percent: null },
      },
    ]);
  });

  it('are by name where the axis is no time, with the names of both periods', () => {
    const of = (key: string, count: number) => ({ period, sums: [{ key, measure: 'made' as const, count }] });
    const chart = chartOf({ subject: 'card', axis: 'vendor', measures: ['made'] }, of('V1', 3), of('V2', 4));
    expect(chart).toMatchObject({ keys: ['V1', 'V2'], series: [{ values: [3, 0], previous: { values: [0, 4] } }] });
  });

  it('change by a tenth of a percent', () => {
    expect(changeOf(2, 3)).toEqual({ absolute: -1, percent: -33.3 });
    expect(changeOf(3, 0)).toEqual({ absolute: 3, percent: null });
  });
});

describe('what events count as', () => {
  const plan: CardCommand = {
    _tag: 'Plan',
    application: 'A-1',
    line: 1,
    imsi: null,
    product: 'P',
    city: 'C',
    cardType: 'blank',
  };
  const commands: ReadonlyArray<CardCommand> = [
    plan,
    { _tag: 'Assign', vendor: 'V1', part: '1.1' },
    { _tag: 'Produce', vendor: 'V1', result: 'made', reason: null, posFile: 'a'.repeat(64) },
    { _tag: 'Produce', vendor: 'V1', result: 'failed', reason: 'x', posFile: 'a'.repeat(64) },
    { _tag: 'Confirm', result: 'accepted', reason: null, posValidationFile: 'b'.repeat(64) },
    { _tag: 'Confirm', result: 'rejected', reason: 'x', posValidationFile: 'b'.repeat(64) },
    { _tag: 'Use', reason: 'x' },
    { _tag: 'Return', reason: 'x' },
    { _tag: 'Spoil', reason: 'x' },
    { _tag: 'Cancel', reason: 'x' },
  ];

  it('a card is stock exactly while it is made and neither used nor back, whatever happens to it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 12 }), (asked) => {
        let stock = 0;
        let dimensions = NO_DIMENSIONS;
        const facts = factsFor(iccidOfBody('8986012600000000001'));
        let state = cardDecider.initial;
        for (const command of asked) {
          const decision = cardDecider.decide(state, command, facts);
          if (decision._tag === 'Refusal') continue;
          for (const event of decision.events) {
            const counted = countCardEvent(dimensions, event);
            ({ dimensions } = counted);
            stock += counted.stock;
          }
          state = decision.events.reduce(cardDecider.evolve, state);
        }
        expect(stock).toBe(state?.status === 'made' ? 1 : 0);
        if (state?.vendor)
          expect(dimensions).toMatchObject({ product: 'P', city: 'C', vendor: 'V1', cardType: 'blank' });
      }),
    );
  });

  it.each(['imsi', 'iccid'] as const)('what is free of a range of %ss grows and shrinks as its books say', (type) => {
    const [first, last] =
      type === 'imsi' ? ['460010000000000', '460010000000099'] : ['8986012600000000000', '8986012600000000099'];
    const allocate = (round: number): RangeCommand => ({
      _tag: 'Allocate',
      application: 'A-1',
      line: 1,
      round,
      quantity: 10,
      partial: true,
    });
    const takeBack: RangeCommand = {
      _tag: 'TakeBack',
      number: first,
      application: 'A-1',
      quarantineMs: 0,
      reason: 'x',
    };
    const some: ReadonlyArray<RangeCommand> = [
      allocate(1),
      allocate(2),
      { _tag: 'Release', application: 'A-1', line: 1, round: 1, reason: 'x' },
      { _tag: 'Settle', application: 'A-1' },
      { _tag: 'Retire', first: last, last, reason: 'x' },
      takeBack,
      { _tag: 'EndQuarantine' },
    ];
    const register: RangeCommand = { _tag: 'Register', first, last, product: 'P', city: null };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...some), { maxLength: 14 }), (asked) => {
        const decider = rangeDecider(type);
        const range = running(decider, `${first}-${last}`);
        let free = 0;
        let dimensions = NO_DIMENSIONS;
        for (const command of [register, ...asked]) {
          const decision = decider.decide(range.state(), command, factsFor(`${first}-${last}`));
          if (decision._tag === 'Accepted') {
            for (const event of decision.events) {
              const counted = countRangeEvent(type, dimensions, event);
              ({ dimensions } = counted);
              free += counted.stock;
            }
          }
          range.ask(command);
        }
        expect(free).toBe(range.state()?.books.free);
        expect(dimensions).toMatchObject({ product: 'P', city: '' });
      }),
    );
  });
});
