import { describe, expect, test } from 'vitest';
import { FILE_LINES, FUNCTION_LINES, sizeProblems } from './sizes.ts';
import { sources } from './sources.ts';

const linesOf = (count: number): string => Array.from({ length: count }, (_, i) => `  x(${i});`).join('\n');

describe('sizes', () => {
  test('every function fits on a screen, every file in one sitting', () => {
    expect(sources().flatMap(({ path, text }) => sizeProblems(path, text))).toEqual([]);
  });

  test.each([
    ['a long function', `function f() {\n${linesOf(FUNCTION_LINES)}\n}`, 1],
    ['a long arrow', `const f = () => {\n${linesOf(FUNCTION_LINES)}\n};`, 1],
    ['a long method', `class A {\n  f() {\n${linesOf(FUNCTION_LINES)}\n  }\n}`, 1],
    ['a long one with a reason', `function f() {\n  // Long: one table.\n${linesOf(FUNCTION_LINES)}\n}`, 0],
    [
      'a factory of short ones',
      `const f = () => {\n  const a = () => {\n${linesOf(50)}\n  };\n  const b = () => {\n${linesOf(50)}\n  };\n};`,
      0,
    ],
    ['a factory of a long one', `const f = () => {\n  const a = () => {\n${linesOf(80)}\n  };\n};`, 1],
    ['one that just fits', `function f() {\n${linesOf(FUNCTION_LINES - 2)}\n}`, 0],
    ['a long file', linesOf(FILE_LINES + 1), 1],
    ['a long file with a reason', `// Long: one table.\n${linesOf(FILE_LINES)}`, 0],
    ['a file that just fits', linesOf(FILE_LINES), 0],
  ])('%s', (_, source, problems) => {
    expect(sizeProblems('domain/x.ts', source)).toHaveLength(problems);
  });
});
