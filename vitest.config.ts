import { defineConfig } from 'vitest/config';

const STORMS = 'test/faults/{storm,upgrade,rebalancing,pressure,full-disk,*-kills}.test.ts';

/** Whole houses of nodes under load want the machine for themselves: they run when faults are asked for by name. */
const asked = process.argv.some((argument) => argument.includes('faults'));

/**
 * Servers come from the environment (`MONGODB_URI`, `REDIS_URL`, `TEMPORAL_ADDRESS`): `./hufu test` starts them once
 * for the whole run. Each test file takes database, key-prefix and namespace names of its own.
 */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', '.hufu/**', ...(asked ? [] : [STORMS])],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
