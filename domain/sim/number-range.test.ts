import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { running } from '../../test/support/facts.ts';
import { LIMITS } from './limits.ts';
import { blocksOverlap, blocksQuantity } from './number-block.ts';
import { rangeDecider } from './number-range.ts';
import { registryDecider } from './range-registry.ts';
import type { NumberType, RangeCommand, RangeState } from './schema.ts';

const bounds = {
  imsi: { first: '460010000000000', last: '460010000000099' },
  iccid: { first: '8986012600000000000', last: '8986012600000000099' },
} as const;

const registered = (type: NumberType) => {
  const { first, last } = bounds[type];
  const range = running(rangeDecider(type), `${first}-${last}`);
  range.must({ _tag: 'Register', first, last, product: 'P1', city: null });
  return range;
};
const allocate = (quantity: number, round = 1, partial = false): RangeCommand => ({
  _tag: 'Allocate',
  application: 'A-1',
  line: 1,
  round,
  quantity,
  partial,
});
const release = (round = 1): RangeCommand => ({ _tag: 'Release', application: 'A-1', line: 1, round, reason: 'no' });

const balanced = (state: RangeState | null): void => {
  if (state === null) throw new Error('not registered');
  const { size, free, allocated, used, recycled, retired, quarantined } = state.books;
  expect(free + allocated + used + recycled + retired + quarantined).toBe(size);
  expect(blocksQuantity(state.quarantine)).toBe(quarantined);
  expect(blocksQuantity(state.free)).toBe(free);
  expect(blocksQuantity(state.recycled)).toBe(recycled);
  expect(state.allocations.reduce((sum, each) => sum + blocksQuantity(each.blocks), 0)).toBe(allocated);
  const held = [
    ...state.free,
    ...state.recycled,
    ...state.quarantine,
    ...state.allocations.flatMap((each) => each.blocks),
  ];
  for (const [at, block] of held.entries()) {
    for (const other of held.slice(at + 1)) expect(blocksOverlap(block, other)).toBe(false);
  }
};

describe('a range of numbers', () => {
  it('hands out contiguous blocks and gives the same answer again', () => {
    const range = registered('iccid');
    const first = range.must(allocate(30));
    expect(first).toMatchObject({ changed: true, books: { free: 70, allocated: 30 } });
    expect(first.blocks).toEqual([
      {
        range: '8986012600000000000-8986012600000000099',
        first: '8986012600000000000',
        last: '8986012600000000029',
      },
    ]);
    expect(range.must(allocate(30))).toEqual({ ...first, changed: false });
  });

  it('gives a released IMSI out again, and never a released ICCID', () => {
    const imsis = registered('imsi');
    imsis.must(allocate(100));
    expect(imsis.must(release())).toMatchObject({ changed: true, books: { free: 100, recycled: 0 } });
    expect(imsis.must(release())).toMatchObject({ changed: false });
    const iccids = registered('iccid');
    iccids.must(allocate(100));
    expect(iccids.must(release())).toMatchObject({ changed: true, books: { free: 0, recycled: 100 } });
    expect(iccids.ask(allocate(1, 2))).toBe('RangeExhausted');
  });

  it('gives what there is when a part will do', () => {
    const range = registered('imsi');
    range.must(allocate(60));
    expect(range.must(allocate(60, 2, true))).toMatchObject({ books: { free: 0, allocated: 100 } });
    expect(range.must(allocate(60, 2, true))).toMatchObject({ changed: false });
    expect(range.must(allocate(5, 3, true))).toMatchObject({ changed: false, blocks: [] });
  });

  const wide = { first: '460010000000000', last: '469999999999999' };
  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<RangeCommand>, RangeCommand]> = [
    ['RangeUnknown', [], allocate(1)],
    ['InvalidBounds', [], { _tag: 'Register', first: '1234', last: '12345', product: 'P', city: null }],
    [
      'InvalidBounds',
      [],
      { _tag: 'Register', first: bounds.imsi.last, last: bounds.imsi.first, product: 'P', city: null },
    ],
    ['RangeTooLarge', [], { _tag: 'Register', ...wide, product: 'P', city: null }],
    [
      'RangeDiffers',
      [{ _tag: 'Register', ...bounds.imsi, product: 'P1', city: null }],
      { _tag: 'Register', ...bounds.imsi, product: 'P2', city: null },
    ],
    ['RangeExhausted', [{ _tag: 'Register', ...bounds.imsi, product: 'P1', city: null }], allocate(101)],
    [
      'AllocatedDifferently',
      [{ _tag: 'Register', ...bounds.imsi, product: 'P1', city: null }, allocate(10)],
      allocate(11),
    ],
    [
      'NumbersNotFree',
      [{ _tag: 'Register', ...bounds.imsi, product: 'P1', city: null }, allocate(10)],
      { _tag: 'Retire', first: bounds.imsi.first, last: bounds.imsi.first, reason: 'lost' },
    ],
  ];
  it.each(refusals)('refuses with %s', (code, before, command) => {
    const { first, last } = bounds.imsi;
    const range = running(rangeDecider('imsi'), `${first}-${last}`);
    for (const each of before) range.must(each);
    expect(range.ask(command)).toBe(code);
  });

  it('refuses what would make its state too large', () => {
    const first = '460010000000000';
    const last = '460010000099999';
    const range = running(rangeDecider('imsi'), `${first}-${last}`);
    range.must({ _tag: 'Register', first, last, product: 'P1', city: null });
    const decider = rangeDecider('imsi');
    const state = range.state();
    if (state === null) throw new Error('not registered');
    const full: RangeState = {
      ...state,
      allocations: Array.from({ length: LIMITS.allocations }, (_, line) => ({
        application: 'A-1',
        line,
        round: 9,
        blocks: [],
      })),
    };
    const facts = { nowMs: 0, actor: { tenant: 'demo', key: '' }, caller: { subject: '' }, commandId: '' };
    expect(decider.decide(full, allocate(1), facts as never)).toMatchObject({ code: 'RangeCrowded' });
  });

  const command = (type: NumberType): fc.Arbitrary<RangeCommand> => {
    const line = fc.integer({ min: 1, max: 4 });
    const round = fc.integer({ min: 1, max: 3 });
    const application = fc.constantFrom('A-1', 'A-2');
    const at = fc.integer({ min: 0, max: 99 }).map((n) => bounds[type].first.slice(0, -2) + `${n}`.padStart(2, '0'));
    return fc.oneof(
      fc.record({
        _tag: fc.constant('Allocate' as const),
        application,
        line,
        round,
        quantity: fc.integer({ min: 1, max: 40 }),
        partial: fc.boolean(),
      }),
      fc.record({ _tag: fc.constant('Release' as const), application, line, round, reason: fc.constant('r') }),
      fc.record({ _tag: fc.constant('Settle' as const), application }),
      fc.record({ _tag: fc.constant('Retire' as const), first: at, last: at, reason: fc.constant('r') }),
    );
  };

  it.each(['imsi', 'iccid'] as const)('balances its books whatever is asked (%s)', (type) => {
    fc.assert(
      fc.property(fc.array(command(type), { maxLength: 30 }), (commands) => {
        const range = registered(type);
        for (const each of commands) {
          range.ask(each);
          balanced(range.state());
        }
      }),
    );
  });
});

describe('the registry of ranges', () => {
  const claim = (first: string, last: string, key = `${first}-${last}`) => ({
    _tag: 'Claim' as const,
    key,
    first,
    last,
  });

  it('keeps ranges apart', () => {
    const registry = running(registryDecider, 'imsi');
    expect(registry.must(claim('460010000000100', '460010000000199'))).toEqual({ changed: true });
    expect(registry.must(claim('460010000000100', '460010000000199'))).toEqual({ changed: false });
    expect(registry.must(claim('460010000000200', '460010000000299'))).toEqual({ changed: true });
    expect(registry.must(claim('46001000000100', '46001000000199'))).toEqual({ changed: true });
    for (const [first, last] of [
      ['460010000000000', '460010000000100'],
      ['460010000000199', '460010000000300'],
      ['460010000000150', '460010000000150'],
      ['460010000000000', '460010000000999'],
    ] as const) {
      expect(registry.ask(claim(first, last))).toBe('RangeOverlaps');
    }
  });

  it('is bounded', () => {
    const ranges = Array.from({ length: LIMITS.ranges }, (_, at) => {
      const number = `46001${`${at}`.padStart(10, '0')}`;
      return { key: number, first: number, last: number };
    });
    const facts = { nowMs: 0, actor: { tenant: 'demo', key: 'imsi' }, caller: { subject: '' }, commandId: '' };
    expect(
      registryDecider.decide({ ranges }, claim('460020000000000', '460020000000001'), facts as never),
    ).toMatchObject({ code: 'TooManyRanges' });
  });
});
