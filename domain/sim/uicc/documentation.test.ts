import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FILES, type FileName } from './file-table.ts';
import { PROFILES } from './profiles.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/uicc.md'), 'utf8');

describe('docs/uicc.md', () => {
  it('has every file of the table, with its identifier, place and clause', () => {
    for (const name of Object.keys(FILES) as FileName[]) {
      const { fid, in: places, structure, secrecy, clause } = FILES[name];
      const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '';
      for (const text of [`\`${fid}\``, places.join(', '), structure, secrecy, clause]) expect(row).toContain(text);
    }
    for (const { id } of PROFILES) expect(page).toContain(`| \`${id}\` |`);
  });

  it('shows an example that runs', async () => {
    const [, code = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', code], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
    });
    expect(stdout).toContain('001010123456789');
    expect(stdout).toContain('InvalidImsi');
  });
});
