import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { afterAll, describe, expect, it } from 'vitest';
import { serverAddress, uniqueName } from '../test/support/names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(root, 'docs/store.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'hufu-docs-'));
const database = uniqueName('docs');

/** Each block under the heading above it. */
const examples = [...page.matchAll(/^## (.+?)$|^```ts\n([\s\S]*?)^```$/gm)].reduce<{
  heading: string;
  blocks: [string, string][];
}>(
  ({ heading, blocks }, [, title, code]) =>
    code === undefined ? { heading: title ?? '', blocks } : { heading, blocks: [...blocks, [heading, code]] },
  { heading: '', blocks: [] },
).blocks;

/** A word of what each example must have printed. */
const PRINTED: Readonly<Record<string, string>> = {
  Migrations: 'example_cards.by_iccid',
  Keys: 'and the old one still reads: field-1',
  'Private fields': '王小明',
  Files: '460011234567891',
  'Audit log': 'unsealed: 0',
  Lists: "[ 'demo/T-3', 'demo/T-2', 'demo/T-1' ] null",
};

afterAll(async () => {
  const connection = await mongoose.createConnection(serverAddress('MONGODB_URI'), { dbName: database }).asPromise();
  await connection.dropDatabase();
  await connection.close();
  rmSync(directory, { recursive: true });
});

describe('docs/store.md', () => {
  it('has the examples that are expected', () =>
    expect(examples.map(([heading]) => heading)).toEqual(Object.keys(PRINTED)));

  it.each(examples)('shows an example that runs: %s', async (heading, code) => {
    const env = {
      ...process.env,
      HUFU_DATABASE: database,
      HUFU_KEY_DIR: join(directory, 'keys'),
      HUFU_DEMO_KEYS: '1',
      // The test runner's own settings are not those of a person's shell.
      NODE_OPTIONS: '',
      NO_COLOR: '1',
    };
    const run = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
      cwd: root,
      env,
    });
    const { stdout } = await run;
    expect(stdout).toContain(PRINTED[heading]);
  });
});
