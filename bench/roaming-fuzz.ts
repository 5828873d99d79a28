import { DAMAGED, damage } from '../test/support/damaged-files.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * Damaged files of every codec, and of TAP as an import reads them: each is read or refused with a byte. 20,000 of each, a
 * million with `--full`; `HUFU_FUZZ_RUNS` takes another number, `HUFU_FUZZ_SEED` other files.
 */
const MEBI = 1024 * 1024;

const run = async ({ full, wants, report, log }: BenchContext): Promise<void> => {
  const runs = Number(process.env['HUFU_FUZZ_RUNS'] ?? (full ? 1_000_000 : 20_000));
  const seed = Number(process.env['HUFU_FUZZ_SEED'] ?? 42);
  for (const codec of DAMAGED.filter(({ name }) => wants(name))) {
    const { name } = codec;
    const { read, refused, memory, slowestMs, slowest } = damage(codec, runs, seed);
    const [before, middle, after] = memory.map((bytes) => (bytes / MEBI).toFixed(1));
    log(`${name}: ${read} read, ${refused} refused; memory ${before}, ${middle}, ${after} MiB`);
    log(`${name}: slowest ${slowest.toString('hex').slice(0, 120)} (${slowest.length} bytes)`);
    report({ figure: `${name}: read`, value: read, unit: 'files' });
    report({ figure: `${name}: refused with the byte`, value: refused, unit: 'files' });
    report({ figure: `${name}: memory grown`, value: (memory[2] - memory[0]) / MEBI, unit: 'MiB', goal: { max: 32 } });
    report({ figure: `${name}: slowest file`, value: slowestMs, unit: 'ms' });
  }
};

export const bench: Bench = {
  name: 'roaming-fuzz',
  title: 'Roaming files that were damaged on purpose',
  servers: [],
  parts: DAMAGED.map(({ name }) => name),
  run,
};
