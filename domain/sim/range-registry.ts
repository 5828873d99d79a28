import { accept, type Decider } from '../kernel/decider.ts';
import { refuse } from '../kernel/refusal.ts';
import { LIMITS } from './limits.ts';
import { blocksOverlap } from './number-block.ts';
import type { RegistryCommand, RegistryEvent, RegistryReply, RegistryState } from './schema.ts';

/**
 * Keeps the ranges of a tenant and a number type apart: a range is registered only after its numbers were claimed
 * here, and no number is claimed twice. The actor's key is the number type.
 */

export const registryRefusals = {
  rangeOverlaps: () =>
    refuse('conflict', 'RangeOverlaps', 'Some of these numbers belong to a range that is registered.', {
      field: 'first',
    }),
  tooManyRanges: () =>
    refuse('exhausted', 'TooManyRanges', 'As many ranges are registered as can be kept.', {
      action: 'Register larger ranges.',
    }),
} as const;

export const registryDecider: Decider<RegistryState, RegistryCommand, RegistryEvent, RegistryReply> = {
  initial: { ranges: [] },
  decide: (state, { key, first, last }) => {
    const overlapping = state.ranges.find((range) => blocksOverlap(range, { first, last }));
    if (overlapping !== undefined) {
      const same = overlapping.key === key && overlapping.first === first && overlapping.last === last;
      return same ? accept([], { changed: false }) : registryRefusals.rangeOverlaps();
    }
    if (state.ranges.length >= LIMITS.ranges) return registryRefusals.tooManyRanges();
    return accept([{ _tag: 'Claimed', key, first, last }], { changed: true });
  },
  evolve: (state, { key, first, last }) => ({ ranges: [...state.ranges, { key, first, last }] }),
};
