import type { BookLine } from './schema.ts';

/** Lines of books and of what is made of them, added up. */

type Measures = Pick<BookLine, 'events' | 'usage' | 'amountMinor'>;

/** Lines with the same key become one, in the order in which the first of each came. */
export const merged = <Line extends Measures>(
  lines: Iterable<Line>,
  keyOf: (line: Line) => string,
): ReadonlyMap<string, Line> => {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const key = keyOf(line);
    const sum = sums.get(key);
    const { events, usage, amountMinor } = line;
    sums.set(
      key,
      sum === undefined
        ? line
        : { ...sum, events: sum.events + events, usage: sum.usage + usage, amountMinor: sum.amountMinor + amountMinor },
    );
  }
  return sums;
};

/** The same, in the order of the keys. */
export const summed = <Line extends Measures>(
  lines: Iterable<Line>,
  keyOf: (line: Line) => string,
): ReadonlyArray<Line> => [...merged(lines, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
