import { detailFrame, detailPlan } from '../domain/roaming/settlement/detail.ts';
import { DETAIL, writeDetails } from '../test/support/detail-sides.ts';
import type { Bench, BenchContext } from './bench.ts';
import { measureSides } from './matching/sides.ts';

/**
 * The details of an agreement period, ours and the partner's, a row for each usage record: a million and (`--full`) ten
 * million a side, in another order, with differences of every class planted; the report must say just those. The
 * baseline is that of `bench matching`: a hash join in memory, without checks and without a report.
 */

const SIDES = { plan: detailPlan(DETAIL), side: detailFrame('UTF-8'), write: writeDetails } as const;

const run = async (context: BenchContext): Promise<void> => {
  const plain = await measureSides(SIDES, 1_000_000, undefined, context);
  if (context.full) await measureSides(SIDES, 10_000_000, plain, context);
};

export const bench: Bench = {
  name: 'roaming-reconciliation',
  title: 'The details of two statements held against each other',
  servers: [],
  run,
};
