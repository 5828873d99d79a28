import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FIELDS } from '../iso8583/fields.ts';
import { RESULT_CODES, RESULTS, resultOfIso } from './results.ts';

const page = readFileSync(new URL('../../../docs/partners/bank.md', import.meta.url), 'utf8');

it('the page has every result with its code, and every code is one result', () => {
  for (const name of RESULT_CODES) {
    const { iso, kind } = RESULTS[name];
    expect(page).toContain(`| \`${name}\` | ${iso} | ${kind} |`);
    expect(resultOfIso(iso)).toBe(name);
  }
  expect(RESULT_CODES).toEqual(Object.keys(RESULTS));
  expect(resultOfIso('ZZ')).toBeUndefined();
});

it('the page has every field', () => {
  for (const [number, { name, type }] of Object.entries(FIELDS))
    expect(page).toContain(`| ${number} | ${name} | ${type} |`);
});
