import { defineConfig } from 'vitest/config';

/**
 * Servers come from the environment (`MONGODB_URI`, `REDIS_URL`, `TEMPORAL_ADDRESS`): `./hufu test` starts them once
 * for the whole run. Each test file takes database, key-prefix and namespace names of its own.
 */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', '.hufu/**'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
