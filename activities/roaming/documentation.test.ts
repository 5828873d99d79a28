import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the example of docs/roaming-settlement.md runs as it stands there', () => {
  const page = readFileSync(new URL('../../docs/roaming-settlement.md', import.meta.url), 'utf8');
  const [, example = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  // The `node` of the example is the one that runs this test.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  const printed = execFileSync('bash', ['-c', example], { cwd: root, env, encoding: 'utf8' });
  expect(printed).toContain('Inbound,Voice (s),Of the period,EUR,1,60,250.001,0.815,203.75,0.00081500');
  expect(printed).toContain('12225n');
});
