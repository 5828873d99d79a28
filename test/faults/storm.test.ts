import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomOf, round, storm } from './faults.ts';
import { House } from './house.ts';
import { percentile } from './summary.ts';

/**
 * Three nodes and their mongod as processes of their own under load, while they are killed, paused and continued. The
 * full size is `./hufu bench faults`.
 */

let house: House;
beforeAll(async () => {
  house = await House.open();
});
// Closed by the test itself, unless it failed before.
afterAll(() => house?.remove());

test('nothing told is lost, nothing happens twice, nobody answers from the past', { timeout: 170_000 }, async () => {
  const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`HUFU_FAULTS_SEED=${seed}`);
  const random = randomOf(seed);
  const struck = [
    ...(await storm(house, random, { forMs: 20_000, killEveryMs: 5_000 })),
    await round(house, 'node stopped in order', random),
  ];
  for (const { fault, servedMs } of struck) {
    const [p50, most] = [percentile(servedMs, 0.5), servedMs.at(-1) ?? 0];
    console.log(
      `${fault}: every actor answered after ${Math.round(most)} ms, half of them after ${Math.round(p50)} ms`,
    );
  }
  const report = await house.close();
  console.log(
    `${report.acknowledged} acknowledged, ${report.turns} turns in the journal, ${report.reads} reads, ${house.fenced} late appends refused by the journal, ${house.stale} asks and reads by owners of the past`,
  );
  expect(report.violations).toEqual([]);
  expect(struck.map(({ fault }) => fault)).toEqual(
    expect.arrayContaining(['node killed', 'node paused past its lease', 'mongod killed']),
  );
  expect(report.acknowledged).toBeGreaterThan(2_000);
  expect(report.reads).toBeGreaterThan(500);
});
