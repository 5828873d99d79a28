import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** The command as a person calls it, on the documented examples. */

const root = resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'hufu-roaming-'));
afterAll(() => rmSync(directory, { recursive: true }));

const roaming = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', 'roaming', ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};
const file = (name: string): string => join('docs/examples/roaming', name);

/** The output in the page, whose parts are separated by lines with an ellipsis. */
const shownParts = (page: string): ReadonlyArray<string> => {
  const text = readFileSync(join(root, page), 'utf8');
  return (/```text\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '').split('\n…\n');
};

test('prices are explained as the page shows', () => {
  const { code, out } = roaming('rate', file('agreement.json'), file('events.json'), '--end');
  expect(code).toBe(0);
  const parts = shownParts('docs/roaming-rating.md');
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(out).toContain(part);
});

test('a subscriber uses packages first, event after event', () => {
  const words = ['--retail', '--balances', file('balances.json'), file('plan.json'), file('events.json')];
  const { code, out } = roaming('rate', ...words);
  expect(code).toBe(0);
  expect(out).toContain('125 of usage from package VOICE-30 (B1), 150 taken off');
  expect(out).toContain('4.61  CNY in total');
  const lines = roaming('rate', '--json', ...words)
    .out.trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line).total)).toEqual(['0.00', '3.56', '4.61']);
});

test('what cannot be priced is told by its place, with the exit code', () => {
  const bad = join(directory, 'agreement.json');
  writeFileSync(bad, readFileSync(join(root, file('agreement.json')), 'utf8').replaceAll('"XDR"', '"ABC"'));
  const refused = roaming('rate', bad, file('events.json'));
  expect(refused.code).toBe(69);
  expect(refused.err).toContain('terms/1/currency: CurrencyUnknown');
  const missing = roaming('rate', join(directory, 'none.json'), file('events.json'));
  expect(missing).toMatchObject({ code: 69, err: expect.stringContaining('cannot be read as JSON') });

  const events = join(directory, 'events.json');
  const [event] = JSON.parse(readFileSync(join(root, file('events.json')), 'utf8'));
  writeFileSync(events, JSON.stringify({ ...event, at: '2025-01-01T00:00:00Z' }));
  expect(roaming('rate', file('agreement.json'), events)).toMatchObject({
    code: 1,
    out: expect.stringContaining('NoTermsInForce'),
  });
  expect(roaming('rate').code).toBe(64);
});

test('a CIBER batch is written from JSON and read back the same, and a wrong one told by its columns', () => {
  const edition = ['--edition', file('ciber-edition.json')];
  const batch = join(directory, 'batch.cbr');
  expect(roaming('ciber', 'write', ...edition, file('ciber-batch.json'), batch)).toMatchObject({ code: 0 });
  const read = roaming('ciber', 'json', ...edition, batch);
  expect(read.code).toBe(0);
  expect(read.err).toContain('not confirmed');
  expect(JSON.parse(read.out)).toEqual(JSON.parse(readFileSync(join(root, file('ciber-batch.json')), 'utf8')));

  writeFileSync(batch, readFileSync(batch, 'latin1').replace('235959', '245959'), 'latin1');
  const wrong = roaming('ciber', 'json', ...edition, batch);
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.err).toContain('record 2, callConnectTime, column 84: FieldInvalid');
  expect(roaming('ciber', 'json', ...edition, join(directory, 'none')).code).toBe(69);
});

test('a file of the network is read by its layout as the page shows, and what is wrong is told without what stands there', () => {
  const words = ['cdr', '--layout', file('cdr-layout-csv.json'), '--element', 'MSC01'];
  const { code, out } = roaming(...words, file('MSC01-00042.csv'));
  expect(code).toBe(0);
  const [shown = ''] = shownParts('docs/roaming-inbound.md');
  expect(shown).toContain('MSC01 42: 4 records');
  expect(out).toContain(shown);
  const text = readFileSync(join(root, file('MSC01-00042.csv')), 'utf8');
  const wrong = join(directory, 'wrong.csv');
  writeFileSync(wrong, text.replace('454120000000001', '45412999').replace('T;4', 'T;5'));
  const bad = roaming(...words, wrong);
  expect(bad.code).toBe(1);
  expect(bad.err).toContain('record 1: NumberInvalid');
  expect(bad.err).toContain('CountWrong');
  expect(bad.err).not.toContain('45412999');
});
