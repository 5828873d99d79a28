import { expect, it } from 'vitest';
import { auditSequence } from './mandates-auditor.ts';

/**
 * Random sequences of messages, lost, repeated, overtaken, from both sides at once: never two formal relations, never
 * money twice, and after reconciliation all sides say the same. `HUFU_MANDATES_SEQUENCES` (default 2,000) says how many.
 */
const SEQUENCES = Number(process.env['HUFU_MANDATES_SEQUENCES'] ?? 2_000);
const FIRST_SEED = 1;

it('ends in one word on all sides, whatever is lost, repeated or overtaken', { timeout: 3_600_000 }, () => {
  const sums = { messages: 0, cases: 0, relations: 0, charges: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEQUENCES; seed += 1) {
    const { problems, ...counts } = auditSequence(seed);
    expect(problems, `seed ${seed}`).toEqual([]);
    sums.messages += counts.messages;
    sums.cases += counts.cases;
    sums.relations += counts.relations;
    sums.charges += counts.charges;
  }
  console.log(`${SEQUENCES} sequences:`, sums);
  // What is audited happens.
  for (const count of Object.values(sums)) expect(count).toBeGreaterThan(SEQUENCES / 2);
});
