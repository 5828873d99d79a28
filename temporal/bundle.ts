/**
 * The workflows of all areas as one piece of code for the sandbox. Building it takes seconds, so it is kept under the
 * hash of everything that went into it (the files of `workflows`, `domain` and the converter, the SDK's version) and
 * built again only when one of them has changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { Effect } from 'effect';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const interceptors = join(root, 'workflows/interceptors.ts');
const failureConverter = join(root, 'temporal/failure-converter.ts');

/** Every workflow that a node can run. */
export const allWorkflows = join(root, 'workflows/workflows.ts');

const versionOf = (name: string): string => {
  const found: unknown = createRequire(import.meta.url)(`${name}/package.json`);
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : '';
};

/** What a bundle can be made of; more than it is made of, so that nothing is missed. */
const fingerprint = (workflowsPath: string): string => {
  const hash = createHash('sha256').update(`2 ${versionOf('@temporalio/worker')} ${process.version}`);
  const files = globSync(['workflows/**/*.ts', 'domain/**/*.ts', 'temporal/failure-converter.ts'], { cwd: root });
  const own = globSync('**/*.ts', { cwd: dirname(workflowsPath) }).map((name) => join(dirname(workflowsPath), name));
  for (const file of [...new Set([...files.map((name) => join(root, name)), ...own])].sort()) {
    if (!file.endsWith('.test.ts')) hash.update(`\n${file}\n`).update(readFileSync(file));
  }
  return hash.update(`\n${workflowsPath}`).digest('hex');
};

const build = (workflowsPath: string): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({
    workflowsPath,
    failureConverterPath: failureConverter,
    workflowInterceptorModules: [interceptors],
    // Progress of the bundler is of interest to nobody; its errors are thrown.
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });

/** The newest are kept: today's, the tests', and what one goes back to. */
const KEPT = 8;

const removeOld = (cacheDir: string): void => {
  const found = globSync('workflows-*.json', { cwd: cacheDir }).map((name) => {
    const path = join(cacheDir, name);
    return { path, mtimeMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  for (const { path } of found.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(KEPT)) rmSync(path, { force: true });
};

/**
 * @param cacheDir where bundles are kept, e.g. `.hufu/cache`; written by rename, so two nodes may build at once
 * @throws (as a defect) what the bundler says: a workflow that imports what it may not
 */
export const workflowBundle = (workflowsPath: string, cacheDir: string): Effect.Effect<WorkflowBundleWithSourceMap> =>
  Effect.promise(async () => {
    const path = join(cacheDir, `workflows-${fingerprint(workflowsPath).slice(0, 32)}.json`);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as WorkflowBundleWithSourceMap;
    const bundle = await build(workflowsPath);
    mkdirSync(cacheDir, { recursive: true });
    const half = `${path}.${process.pid}`;
    writeFileSync(half, JSON.stringify(bundle));
    renameSync(half, path);
    removeOld(cacheDir);
    return bundle;
  });
