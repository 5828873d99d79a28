import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the examples of docs/roaming-settlement.md run as they stand there', () => {
  const page = readFileSync(new URL('../../docs/roaming-settlement.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example);
  // The `node` of the examples is the one that runs this test.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  const printed = examples
    .map((example) => execFileSync('bash', ['-c', example], { cwd: root, env, encoding: 'utf8' }))
    .join('');
  expect(printed).toContain('Inbound,Voice (s),Of the period,EUR,1,60,250.001,0.815,203.75,0.00081500');
  expect(printed).toContain('12225n');
  expect(printed).toContain('"lines":[{"user":"S1001","network":"HKGPP"');
  expect(printed).toContain('"events":4,"usage":"240","amountMinor":"3648"');
});
