import { columns, plan, totals, writeSides } from '../test/support/matching-sides.ts';
import type { Bench, BenchContext } from './bench.ts';
import { measureSides } from './matching/sides.ts';

/**
 * Two files of rows, with header, totals and checksum, held against each other, of a million and (`--full`) ten million
 * rows a side, with differences of all classes planted; the report must say just those. Lines are counted on both sides. The baseline is a hash join in
 * memory, of one thread, at a million a side: lines split, one side in a map, the other looked up; no checks, no report.
 */

const SIDES = { plan, side: { columns, charset: 'UTF-8', totals }, write: writeSides } as const;

const run = async (context: BenchContext): Promise<void> => {
  const plain = await measureSides(SIDES, 1_000_000, undefined, context);
  if (context.full) await measureSides(SIDES, 10_000_000, plain, context);
};

export const bench: Bench = {
  name: 'matching',
  title: 'Files of millions of rows held against each other',
  servers: [],
  run,
};
