import { expect, test } from 'vitest';
import { lineOf } from './bench-results.ts';
import { parseRoles, ROLES } from './role.ts';
import { table } from './table.ts';
import { closingLine, countsOf } from './test.ts';
import { layout } from './up.ts';

test('roles are read from a list, and a wrong one is named', () => {
  expect([...parseRoles(' gateway,worker ')]).toEqual(['gateway', 'worker']);
  expect(() => parseRoles('gateway,cook')).toThrow('unknown role: cook');
  expect(() => parseRoles('')).toThrow('unknown role: (none given)');
});

test('every layout plays every role', () => {
  for (const options of [{}, { separate: true }, { nodes: 3 }]) {
    expect(new Set(layout(options).flatMap(([, roles]) => roles))).toEqual(new Set(ROLES));
  }
  expect(layout({ nodes: 3 }).map(([name]) => name)).toEqual(['node-1', 'node-2', 'node-3']);
});

const report = (more: object): string =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...more,
  });

test.each([
  [report({}), 'tests: 3 passed, 1 failed'],
  [report({ numPendingTests: 2 }), 'tests: 3 passed, 1 failed, 2 skipped'],
  // A file with a syntax error holds no test that could fail.
  [report({ testResults: [{ status: 'failed', assertionResults: [] }] }), 'tests: 3 passed, 2 failed'],
])('the closing line counts', (text, line) => {
  const counts = countsOf(text);
  expect(counts === undefined ? undefined : closingLine(counts)).toBe(line);
});

test('half a report is none', () => expect(countsOf('{"numPassedTests":')).toBeUndefined());

test.each([
  [
    { value: 20, baseline: 10, goal: { min: 15 } },
    { baseline: 10, ratio: 2, goal: '>= 15', met: true },
  ],
  [
    { value: 20, goal: { max: 15 } },
    { baseline: null, ratio: null, goal: '<= 15', met: false },
  ],
  [
    { value: 20, baseline: 10, ratio: 0.5 },
    { baseline: 10, ratio: 0.5, goal: null, met: null },
  ],
])('a figure is judged by its goal', (figure, expected) => {
  const line = lineOf('b', { figure: 'f', unit: 'asks/s', ...figure });
  expect(line).toEqual({ bench: 'b', figure: 'f', value: 20, unit: 'asks/s', ...expected });
  expect(Object.keys(line)).toEqual(['bench', 'figure', 'value', 'unit', 'baseline', 'ratio', 'goal', 'met']);
});

test('columns line up, also in Chinese', () => {
  expect(
    table([
      ['虎符', 'x'],
      ['abcde', 'y'],
    ]),
  ).toBe('  虎符   x\n  abcde  y');
});
