import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const NOT_OURS = new Set(['node_modules', 'coverage', 'dist']);

export interface Source {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file of the checkout. */
export const sources = (): readonly Source[] => {
  const found: Source[] = [];
  const walk = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = join(dir, entry.name);
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) walk(path);
      } else if (/\.tsx?$/.test(entry.name)) {
        found.push({ path: relative(root, path), text: readFileSync(path, 'utf8') });
      }
    }
  };
  walk(root);
  return found;
};
