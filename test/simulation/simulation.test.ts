import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MUTATIONS } from './mutations.ts';
import { type Report, type SimulationOptions, simulate } from './simulate.ts';

/**
 * `HUFU_SIMULATION_SEEDS=20000 ./hufu test simulation` runs so many fresh seeds, `HUFU_SIMULATION_SEED=7 ./hufu test
 * simulation` one, with all that happened.
 */

const SEEDS = 4_294_967_296;
/** In a normal run: the same seeds each time, and as many that nobody has tried. */
const FIXED = 40;
const FRESH = 40;
/** A planted bug must be found within so many seeds. */
const ENOUGH = 400;

const numberOf = (variable: string): number | undefined => {
  const text = process.env[variable];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${variable} is not a whole number`);
  return number;
};

const oneSeed = numberOf('HUFU_SIMULATION_SEED');
const fresh = numberOf('HUFU_SIMULATION_SEEDS') ?? FRESH;

const verdictOf = ({ seed, violations }: Report): string =>
  [
    `seed ${seed} breaks what is promised:`,
    ...violations,
    `to see all that happened: HUFU_SIMULATION_SEED=${seed} ./hufu test simulation`,
  ].join('\n');

/** The first report with a violation among `count` seeds. */
const firstBad = async (from: number, count: number, options?: SimulationOptions): Promise<Report | undefined> => {
  for (let at = 0; at < count; at += 1) {
    const report = await simulate((from + at) % SEEDS, options);
    if (report.violations.length > 0) return report;
  }
  return undefined;
};

const expectSound = async (from: number, count: number): Promise<void> => {
  const bad = await firstBad(from, count);
  if (bad !== undefined) expect.fail(verdictOf(bad));
};

describe.runIf(oneSeed === undefined)('a simulated world', () => {
  test(`keeps every promise over ${FIXED} seeds`, () => expectSound(1, FIXED));

  test(`and over ${fresh} fresh ones`, { timeout: 60_000 + fresh * 1_000 }, async () => {
    const from = randomInt(SEEDS);
    const startedMs = performance.now();
    console.log(`simulation: ${fresh} seeds from ${from}`);
    await expectSound(from, fresh);
    const perMinute = Math.round((fresh * 60_000) / (performance.now() - startedMs));
    console.log(`simulation: ${perMinute} seeds a minute`);
  });

  test('a seed is a whole history: again, it is the same', async () => {
    const seeds = [3, 1_914, 4_000_000_000];
    const hashes = async (): Promise<ReadonlyArray<string>> => {
      const found: Array<string> = [];
      for (const seed of seeds) found.push((await simulate(seed)).hash);
      return found;
    };
    const first = await hashes();
    expect(await hashes()).toEqual(first);
    expect(new Set(first).size).toBe(seeds.length);
  });

  test('is busy: callers are answered while nodes die and stand still', async () => {
    const reports: Array<Report> = [];
    for (let seed = 1; seed <= 10; seed += 1) reports.push(await simulate(seed, { trace: true }));
    for (const { answers } of reports) expect(answers).toBeGreaterThan(0);
    for (const what of ['is killed', 'stands still', 'is suspended', 'is cut off', 'fails over', 'opens partition'])
      expect(reports.some(({ lines }) => lines.some((line) => line.includes(what)))).toBe(true);
    expect(reports.reduce((sum, { answers }) => sum + answers, 0)).toBeGreaterThan(500);
  });

  test.each(MUTATIONS)('the auditor finds %s', async (_, options) => {
    expect(await firstBad(1, ENOUGH, options)).toBeDefined();
  });
});

describe.runIf(oneSeed !== undefined)('one seed', () => {
  test(`${oneSeed}`, async () => {
    const report = await simulate(oneSeed ?? 0, { trace: true });
    process.stdout.write(`${report.lines.join('\n')}\nhash ${report.hash}\n`);
    if (report.violations.length > 0) expect.fail(verdictOf(report));
  });
});
