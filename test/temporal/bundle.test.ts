import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { allWorkflows, workflowBundle } from '../../temporal/bundle.ts';
import { bundleCache, exampleWorkflows } from './harness.ts';

const MAX_BYTES = 2.5 * 1024 * 1024;

/** Every module's path stands in the source map that lies at the end of the code. */
const modulesOf = (code: string): ReadonlyArray<string> => {
  const [, base64 = ''] =
    /sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)/.exec(code) ?? [];
  const map: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8') || '{}');
  return typeof map === 'object' && map !== null && 'sources' in map && Array.isArray(map.sources) ? map.sources : [];
};

test.each([exampleWorkflows, allWorkflows].filter((path) => existsSync(path)))(
  '%s is small and free of Effect',
  async (path) => {
    const { code, sourceMap } = await Effect.runPromise(workflowBundle(path, bundleCache));
    const modules = modulesOf(code);
    const withoutMap = code.replace(/\/\/# sourceMappingURL=.*/, '');
    expect(withoutMap.length).toBeLessThan(MAX_BYTES);
    expect(modules.some((name) => name.includes('workflows/process.ts'))).toBe(true);
    expect(modules.filter((name) => /node_modules\/(effect|@effect)\//.test(name))).toEqual([]);
    expect(sourceMap).toBeDefined();
  },
);

test('a bundle is built once and found again', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const first = await Effect.runPromise(workflowBundle(exampleWorkflows, cache));
    const beganMs = performance.now();
    expect(await Effect.runPromise(workflowBundle(exampleWorkflows, cache))).toEqual(first);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(readdirSync(cache)).toHaveLength(1);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
