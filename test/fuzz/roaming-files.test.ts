import { describe, expect, it } from 'vitest';
import { DAMAGED, damage, numbers } from '../support/damaged-files.ts';

/**
 * Files that were damaged on purpose: each is read to its end or refused with the byte where it goes wrong, and neither
 * ends the process, nor hangs, nor keeps memory. `HUFU_FUZZ_RUNS` sets how many of each codec; the suite does a few
 * thousand, `./hufu bench roaming-fuzz --full` a million.
 */
const RUNS = Number(process.env['HUFU_FUZZ_RUNS'] ?? 2_000);
const SEED = Number(process.env['HUFU_FUZZ_SEED'] ?? 42);
/** What a run may leave behind, however many inputs it had. */
const GROWTH_BYTES = 32 * 1024 * 1024;

describe.each(DAMAGED)('$name, damaged', (codec) => {
  it(
    `${RUNS} files are read or refused with the byte`,
    () => {
      if (codec.name !== 'import') {
        for (const file of codec.files(SEED)) expect(codec.attempt(file, numbers(SEED))).toBeUndefined();
      }
      const { read, refused, memory } = damage(codec, RUNS, SEED);
      expect(read + refused).toBe(Math.ceil(RUNS * codec.share));
      expect(refused).toBeGreaterThan(0);
      // Hardly a damaged file is one that can be billed.
      if (codec.name !== 'import') expect(read).toBeGreaterThan(0);
      expect(memory[2] - memory[0]).toBeLessThan(GROWTH_BYTES);
    },
    // A million each takes minutes, not hours.
    60 * 60_000,
  );
});
