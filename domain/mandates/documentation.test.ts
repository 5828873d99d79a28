import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openFile } from './reconciliation/file.ts';

const root = join(import.meta.dirname, '../..');

/** What the page's example prints. */
const run = async (path: string, environment: Readonly<Record<string, string>> = {}): Promise<string> => {
  const page = readFileSync(join(root, path), 'utf8');
  const [, code = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
    cwd: root,
    env: { ...process.env, ...environment, NODE_OPTIONS: '', NO_COLOR: '1' },
  });
  return stdout;
};

it('docs/mandates.md shows an example that runs', async () => {
  const stdout = await run('docs/mandates.md');
  expect(stdout).toContain('no  primaryNumber - The province admits primary numbers only.');
  expect(stdout).toContain('no  blacklist - ');
  expect(stdout.match(/word: 'manual'/g)).toHaveLength(3);
  expect(stdout).toMatch(/formal and cases: 1$/m);
});

it('docs/mandates-reconciliation.md shows an example that writes two files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-example-'));
  try {
    await run('docs/mandates-reconciliation.md', { TMPDIR: directory });
    const read = async (name: string) => openFile(await readFile(join(directory, name)));
    expect(await read('ours.txt')).toMatchObject({ header: { kind: 'BDAY', sender: 'HUFU', receiver: 'CCB' } });
    expect(await read('theirs.txt')).toMatchObject({ header: { kind: 'BDAY', sender: 'CCB', receiver: 'HUFU' } });
  } finally {
    await rm(directory, { recursive: true });
  }
});
