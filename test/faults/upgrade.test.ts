import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf, Mongo } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument } from '../../store/runtime/journal.ts';
import { ACTORS, House } from './house.ts';
import { nowUs } from './load.ts';
import { percentile } from './summary.ts';

/**
 * A rolling upgrade: three nodes are replaced one after the other, under load, by a program whose events and states the
 * one before cannot read. The first new node goes away once more in the middle, so that old ones get what it has
 * written. Callers outside stay on the old program to the end; those in the nodes are of their node's.
 */

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house?.remove());

const outdated = (): number => house.faults.get('OtherRelease') ?? 0;

const recordsOf = async (eventVersion: number): Promise<number> => {
  const journal = databaseOf(await house.run(Mongo)).collection<JournalDocument>(JOURNAL);
  return (await journal.distinct('actor', { eventVersion })).length;
};

test('no caller who retries gets an error, and nothing is lost', { timeout: 170_000 }, async () => {
  const [first, ...others] = house.nodes;
  if (first === undefined) throw new Error('a house has nodes');
  const replace = async (node: typeof first): Promise<void> => {
    await node.end('SIGTERM');
    node.version = 2;
    await node.start();
    await house.untilShared();
  };
  house.forgetWaits();
  await replace(first);
  await expect.poll(() => recordsOf(2), { timeout: 20_000 }).toBeGreaterThan(0);
  const before = outdated();
  await first.end('SIGTERM');
  await expect.poll(outdated, { timeout: 20_000 }).toBeGreaterThan(before);
  await first.start();
  for (const node of others) await replace(node);
  await house.untilAnswered(nowUs());
  const waits = [...house.longestWaitsMs()].sort((a, b) => a - b);
  await expect.poll(() => recordsOf(2), { timeout: 20_000 }).toBe(ACTORS);
  expect(await recordsOf(1)).toBe(ACTORS);
  const report = await house.close();
  console.log(
    `upgrade: ${report.acknowledged} acknowledged, told that a node is outdated ${outdated()} times; the longest wait for an answer: ${Math.round(waits.at(-1) ?? 0)} ms, of half of the actors at most ${Math.round(percentile(waits, 0.5))} ms`,
  );
  expect(report.violations).toEqual([]);
});
