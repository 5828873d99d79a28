import { accept, type Decider, type Decision, type Facts } from '../kernel/decider.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import { isIccidBody } from './iccid.ts';
import { isImsi } from './imsi.ts';
import { LIMITS } from './limits.ts';
import {
  advance,
  blockContains,
  blockSize,
  blocksQuantity,
  joinBlocks,
  type NumberBlock,
  takeNumbers,
} from './number-block.ts';
import type { NumberType, RangeBooks, RangeCommand, RangeEvent, RangeReply, RangeState } from './schema.ts';

/**
 * A range of numbers, ICCID bodies or IMSIs: it hands out blocks to the lines of applications and takes them back.
 * Its books balance at every moment: size = free + allocated + used +
 * recycled + retired + quarantined. A released IMSI is free
 * again; a released ICCID is recycled and never handed out a second time (spec `sim`: "no reuse"). Numbers of cards that
 * failed or came back go through a quarantine first.
 */

type Of<Tag extends RangeCommand['_tag']> = Extract<RangeCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<RangeEvent> | Refusal;

export const rangeRefusals = {
  rangeUnknown: (): Refusal => refuse('missing', 'RangeUnknown', 'This range of numbers has not been registered.'),
  rangeDiffers: (): Refusal =>
    refuse('conflict', 'RangeDiffers', 'The range has been registered with another product or city.'),
  invalidBounds: (): Refusal =>
    refuse('invalid', 'InvalidBounds', 'First and last are numbers of the type, of one length, in order.', {
      field: 'first',
      action: 'Give ICCIDs without their check digit (18 or 19 digits, 89…), IMSIs with 14 or 15 digits.',
    }),
  rangeTooLarge: (): Refusal =>
    refuse('invalid', 'RangeTooLarge', 'A range holds at most 1,000,000,000 numbers.', { field: 'last' }),
  rangeExhausted: (): Refusal =>
    refuse('exhausted', 'RangeExhausted', 'The range does not have so many free numbers.', {
      field: 'quantity',
      action: 'Register another range for the product, or ask for fewer.',
    }),
  allocatedDifferently: (): Refusal =>
    refuse('conflict', 'AllocatedDifferently', 'This round of the line holds another quantity of this range.'),
  rangeCrowded: (): Refusal =>
    refuse('exhausted', 'RangeCrowded', 'The range serves as many lines, or is in as many pieces, as it can keep.', {
      action: 'Settle or release what is over, or use another range.',
    }),
  notInRange: (): Refusal => refuse('invalid', 'NumberNotInRange', 'The number does not lie in this range.'),
  notFree: (): Refusal => refuse('conflict', 'NumbersNotFree', 'Only free numbers can be retired.'),
} as const;

const MAX_SIZE = 1_000_000_000;

/** The key of a range's actor. Two ranges of a tenant and type never have one first number: the registry sees to it. */
export const rangeKey = (block: NumberBlock): string => `${block.first}-${block.last}`;

/** Undefined when the bounds make a range of this type. */
export const boundsProblem = (type: NumberType, { first, last }: NumberBlock): Refusal | undefined => {
  const valid = type === 'iccid' ? isIccidBody : isImsi;
  if (!valid(first) || !valid(last) || first.length !== last.length || first > last) {
    return rangeRefusals.invalidBounds();
  }
  return BigInt(last) - BigInt(first) >= BigInt(MAX_SIZE) ? rangeRefusals.rangeTooLarge() : undefined;
};

const sameAllocation =
  (of: { readonly application: string; readonly line: number; readonly round: number }) =>
  (each: { readonly application: string; readonly line: number; readonly round: number }): boolean =>
    each.application === of.application && each.line === of.line && each.round === of.round;

const register = (type: NumberType, state: RangeState | null, command: Of<'Register'>, facts: Facts): Outcome => {
  const { first, last, product, city } = command;
  const problem = boundsProblem(type, command);
  if (problem !== undefined) return problem;
  const key = facts.actor.key;
  if (key !== rangeKey(command)) return rangeRefusals.invalidBounds();
  if (state === null) {
    return [{ _tag: 'Registered', key, type, first, last, product, city, quantity: blockSize(command) }];
  }
  return state.product === product && state.city === city ? [] : rangeRefusals.rangeDiffers();
};

const allocate = (state: RangeState, command: Of<'Allocate'>): Outcome => {
  const { application, line, round, quantity, partial } = command;
  const known = state.allocations.find(sameAllocation(command));
  if (known !== undefined) {
    const held = blocksQuantity(known.blocks);
    return held === quantity || (partial && held < quantity) ? [] : rangeRefusals.allocatedDifferently();
  }
  if (state.allocations.length >= LIMITS.allocations) return rangeRefusals.rangeCrowded();
  const { taken } = takeNumbers(state.free, quantity, LIMITS.blocksPerLine);
  const got = blocksQuantity(taken);
  if (got < quantity && !partial) return rangeRefusals.rangeExhausted();
  return got === 0 ? [] : [{ _tag: 'Allocated', application, line, round, blocks: taken, quantity: got }];
};

const release = (state: RangeState, command: Of<'Release'>): Outcome => {
  const { application, line, round, reason } = command;
  const held = state.allocations.find(sameAllocation(command));
  if (held === undefined) return [];
  const home = state.type === 'imsi' ? state.free : state.recycled;
  if (joinBlocks([...home, ...held.blocks]).length > LIMITS.fragments) return rangeRefusals.rangeCrowded();
  return [{ _tag: 'Released', application, line, round, quantity: blocksQuantity(held.blocks), reason }];
};

const settle = (state: RangeState, { application }: Of<'Settle'>): Outcome => {
  const held = state.allocations.filter((each) => each.application === application);
  const quantity = held.reduce((sum, each) => sum + blocksQuantity(each.blocks), 0);
  return held.length === 0 ? [] : [{ _tag: 'Settled', application, quantity }];
};

const holds = (outer: NumberBlock, inner: NumberBlock): boolean =>
  inner.first.length === outer.first.length && outer.first <= inner.first && inner.last <= outer.last;

const retire = (state: RangeState, { first, last, reason }: Of<'Retire'>): Outcome => {
  if (!state.free.some((block) => holds(block, { first, last })) || first > last) return rangeRefusals.notFree();
  if (state.free.length >= LIMITS.fragments) return rangeRefusals.rangeCrowded();
  return [{ _tag: 'Retired', first, last, quantity: blockSize({ first, last }), reason }];
};

/** A number is in quarantine for as long as this, at most a hundredth longer: so that neighbours end together. */
const untilMs = (nowMs: number, quarantineMs: number): number => {
  const step = Math.max(1, Math.floor(quarantineMs / 100));
  return Math.ceil((nowMs + quarantineMs) / step) * step;
};

const takeBack = (state: RangeState, command: Of<'TakeBack'>, nowMs: number): Outcome => {
  const { number, application, quarantineMs, reason } = command;
  if (!blockContains(state, number)) return rangeRefusals.notInRange();
  const has = (blocks: ReadonlyArray<NumberBlock>): boolean => blocks.some((block) => blockContains(block, number));
  if (has(state.free) || has(state.recycled) || has(state.quarantine)) return [];
  const holder = state.allocations.find(({ blocks }) => has(blocks));
  if (holder !== undefined && holder.application !== application) return [];
  const pieces = state.free.length + state.recycled.length + state.quarantine.length;
  if (pieces >= LIMITS.fragments) return rangeRefusals.rangeCrowded();
  const from = holder === undefined ? 'used' : 'allocated';
  return [{ _tag: 'Quarantined', number, from, application, untilMs: untilMs(nowMs, quarantineMs), reason }];
};

const endQuarantine = (state: RangeState, nowMs: number): Outcome => {
  const quantity = blocksQuantity(state.quarantine.filter((block) => block.untilMs <= nowMs));
  return quantity === 0 ? [] : [{ _tag: 'Readmitted', dueMs: nowMs, quantity }];
};

const outcomeOf = (type: NumberType, state: RangeState | null, command: RangeCommand, facts: Facts): Outcome => {
  if (command._tag === 'Register') return register(type, state, command, facts);
  if (state === null) return rangeRefusals.rangeUnknown();
  switch (command._tag) {
    case 'Allocate':
      return allocate(state, command);
    case 'Release':
      return release(state, command);
    case 'Settle':
      return settle(state, command);
    case 'TakeBack':
      return takeBack(state, command, facts.nowMs);
    case 'EndQuarantine':
      return endQuarantine(state, facts.nowMs);
    case 'Retire':
      return retire(state, command);
  }
};

/** `free` without the numbers of `cut`, each of which lies in one of its blocks. */
const without = (free: ReadonlyArray<NumberBlock>, cut: ReadonlyArray<NumberBlock>): ReadonlyArray<NumberBlock> =>
  cut.reduce<ReadonlyArray<NumberBlock>>(
    (left, piece) =>
      left.flatMap((block) => {
        if (!holds(block, piece)) return [block];
        const before = { first: block.first, last: advance(piece.first, -1) };
        const after = { first: advance(piece.last, 1), last: block.last };
        return [...(block.first < piece.first ? [before] : []), ...(piece.last < block.last ? [after] : [])];
      }),
    free,
  );

const moved = (books: RangeBooks, from: keyof RangeBooks, to: keyof RangeBooks, quantity: number): RangeBooks => ({
  ...books,
  [from]: books[from] - quantity,
  [to]: books[to] + quantity,
});

const registered = (event: Extract<RangeEvent, { readonly _tag: 'Registered' }>): RangeState => {
  const { key, type, first, last, product, city, quantity } = event;
  const books = { size: quantity, free: quantity, allocated: 0, used: 0, recycled: 0, retired: 0, quarantined: 0 };
  const nothing = { recycled: [], quarantine: [], allocations: [] };
  return { key, type, first, last, product, city, books, free: [{ first, last }], ...nothing };
};

const released = (state: RangeState, event: Extract<RangeEvent, { readonly _tag: 'Released' }>): RangeState => {
  const blocks = state.allocations.find(sameAllocation(event))?.blocks ?? [];
  const allocations = state.allocations.filter((each) => !sameAllocation(event)(each));
  return state.type === 'imsi'
    ? {
        ...state,
        allocations,
        free: joinBlocks([...state.free, ...blocks]),
        books: moved(state.books, 'allocated', 'free', event.quantity),
      }
    : {
        ...state,
        allocations,
        recycled: joinBlocks([...state.recycled, ...blocks]),
        books: moved(state.books, 'allocated', 'recycled', event.quantity),
      };
};

type Quarantine = RangeState['quarantine'];

/** Neighbours that end together are one block. */
const joinQuarantine = (blocks: Quarantine): Quarantine =>
  [...Map.groupBy(blocks, (block) => block.untilMs)].flatMap(([until, together]) =>
    joinBlocks(together).map((block) => ({ ...block, untilMs: until })),
  );

const quarantined = (state: RangeState, event: Extract<RangeEvent, { readonly _tag: 'Quarantined' }>): RangeState => {
  const { number, from, application, untilMs: until } = event;
  const block = { first: number, last: number };
  const allocations =
    from === 'used'
      ? state.allocations
      : state.allocations.map((each) =>
          each.application === application ? { ...each, blocks: without(each.blocks, [block]) } : each,
        );
  return {
    ...state,
    allocations,
    quarantine: joinQuarantine([...state.quarantine, { ...block, untilMs: until }]),
    books: moved(state.books, from, 'quarantined', 1),
  };
};

const readmitted = (state: RangeState, event: Extract<RangeEvent, { readonly _tag: 'Readmitted' }>): RangeState => {
  const due = state.quarantine.filter((block) => block.untilMs <= event.dueMs);
  const home = state.type === 'imsi' ? 'free' : 'recycled';
  return {
    ...state,
    quarantine: state.quarantine.filter((block) => block.untilMs > event.dueMs),
    [home]: joinBlocks([...state[home], ...due]),
    books: moved(state.books, 'quarantined', home, event.quantity),
  };
};

/** When the first numbers come out of quarantine; undefined when there are none in it. */
export const quarantineEndMs = (state: RangeState): number | undefined =>
  state.quarantine.length === 0 ? undefined : Math.min(...state.quarantine.map((block) => block.untilMs));

const evolve = (state: RangeState | null, event: RangeEvent): RangeState | null => {
  if (event._tag === 'Registered') return registered(event);
  if (state === null) return null;
  switch (event._tag) {
    case 'Allocated': {
      const { application, line, round, blocks, quantity } = event;
      return {
        ...state,
        free: without(state.free, blocks),
        allocations: [...state.allocations, { application, line, round, blocks }],
        books: moved(state.books, 'free', 'allocated', quantity),
      };
    }
    case 'Released':
      return released(state, event);
    case 'Settled':
      return {
        ...state,
        allocations: state.allocations.filter((each) => each.application !== event.application),
        books: moved(state.books, 'allocated', 'used', event.quantity),
      };
    case 'Quarantined':
      return quarantined(state, event);
    case 'Readmitted':
      return readmitted(state, event);
    case 'Retired':
      return {
        ...state,
        free: without(state.free, [event]),
        books: moved(state.books, 'free', 'retired', event.quantity),
      };
  }
};

/** The decider of one type of number: the rules differ only in what a valid number is and where a released one goes. */
export const rangeDecider = (type: NumberType): Decider<RangeState | null, RangeCommand, RangeEvent, RangeReply> => ({
  initial: null,
  evolve,
  decide: (state, command, facts): Decision<RangeEvent, RangeReply> => {
    const outcome = outcomeOf(type, state, command, facts);
    if ('_tag' in outcome) return outcome;
    const after = outcome.reduce(evolve, state);
    if (after === null) return rangeRefusals.rangeUnknown();
    const held = command._tag === 'Allocate' ? after.allocations.find(sameAllocation(command)) : undefined;
    const blocks = (held?.blocks ?? []).map((block) => ({ range: after.key, ...block }));
    return accept(outcome, { changed: outcome.length > 0, blocks, books: after.books });
  },
});
