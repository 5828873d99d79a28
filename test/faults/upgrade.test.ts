import { afterAll, beforeAll, expect, test } from 'vitest';
import { House } from './house.ts';
import { nowUs } from './load.ts';

/**
 * Three nodes under load are replaced, one after the other, by those of a release that writes events of a new shape.
 * Callers ask again after a fault; anything else that they would be told ends them, and with them this test.
 */

let house: House;
beforeAll(async () => {
  house = await House.open();
});
afterAll(() => house?.remove());

test('a release with a new event version takes over node by node, and back into a mixed house', {
  timeout: 170_000,
}, async () => {
  const [first, ...others] = house.nodes;
  if (first === undefined) throw new Error('a house has nodes');
  const replace = async (node: typeof first): Promise<void> => {
    node.release = 'new';
    await node.end('SIGTERM');
    await node.start();
    await house.untilShared();
    await house.untilAnswered(nowUs());
  };
  await replace(first);

  // The worst case: what the new release has written falls to nodes of the old one. They leave it to the next new one.
  await first.end('SIGKILL');
  await expect.poll(() => house.newer, { timeout: 30_000, interval: 50 }).toBeGreaterThan(0);
  await first.start();
  await house.untilAnswered(nowUs());
  const left = house.newer;

  for (const node of others) await replace(node);
  const report = await house.close();
  console.log(`${report.acknowledged} acknowledged; nodes of the old release left ${left} actors asleep`);
  expect(report.violations).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(2_000);
});
