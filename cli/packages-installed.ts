import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `node cli/packages-installed.ts ROOT`: exits 0 when node_modules holds what package-lock.json asks for. Called by
 * the start script before any package can be relied on, so it imports none. npm writes its own list last, hence an
 * interrupted installation has none.
 */
interface Lock {
  readonly packages?: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}

const read = (path: string): Lock | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

const root = process.argv[2] ?? '.';
const wanted = read(join(root, 'package-lock.json'))?.packages ?? {};
const installed = read(join(root, 'node_modules', '.package-lock.json'))?.packages;
// Optional packages are those of other platforms.
const missing = Object.entries(wanted).filter(
  ([path, { version, optional }]) => path !== '' && optional !== true && installed?.[path]?.version !== version,
);
process.exit(installed === undefined || missing.length > 0 ? 1 : 0);
