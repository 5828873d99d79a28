import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyedRows, Records } from './keyed-rows.ts';
import type { Column } from './layout.ts';
import { type MatchPlan, match } from './match.ts';
import { RowReader } from './row-reader.ts';

const columns: ReadonlyArray<Column> = [
  { name: 'key', kind: 'digits', min: 1, max: 3 },
  { name: 'state', kind: 'digits', min: 1, max: 1 },
  { name: 'amount', kind: 'digits', min: 1, max: 2 },
  { name: 'hour', kind: 'digits', min: 2, max: 2 },
];
const plan: MatchPlan = {
  key: ['key'],
  compare: [
    { column: 'state', differs: 'state' },
    { column: 'amount', differs: 'amount' },
  ],
  late: { column: 'hour', from: '23' },
};
type Row = readonly [key: string, state: string, amount: string, hour: string];

const partition = (rows: ReadonlyArray<Row>): Buffer => {
  const records = new Records();
  const keyed = new KeyedRows(plan, columns, [records]);
  const reader = new RowReader(columns, 'UTF-8', 0, {
    row: (bytes, starts, ends, line) => keyed.add(bytes, starts, ends, line),
    unreadable: ({ message }) => expect.unreachable(message),
  });
  reader.feed(Buffer.from(rows.map((row) => `D|${row.join('|')}\n`).join('')));
  return records.bytes.subarray(0, records.used);
};

/** The same, said plainly. */
const plainly = (here: ReadonlyArray<Row>, there: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const lineOf = (rows: ReadonlyArray<Row>, key: string) => rows.findIndex((row) => row[0] === key) + 1;
  const late = (row: Row, name: string) => (row[3] >= '23' ? 'late' : name);
  const one = ([key, state, amount]: Row, at: number): ReadonlyArray<string> => {
    const other = lineOf(there, key);
    const partner = there[other - 1];
    const row = here[at] as Row;
    if (lineOf(here, key) !== at + 1) return [`${key}|duplicate||${at + 1}|0`];
    if (partner === undefined) return [`${key}|${late(row, 'missingThere')}||${at + 1}|0`];
    const differ = [...(partner[1] === state ? [] : ['state']), ...(partner[2] === amount ? [] : ['amount'])];
    if (row[3] >= '23' || partner[3] >= '23') {
      return differ.length === 0 ? [] : [`${key}|late|${differ.join(',')}|${at + 1}|${other}`];
    }
    return [
      ...(partner[1] === state ? [] : [`${key}|state|state|${at + 1}|${other}`]),
      ...(partner[2] === amount ? [] : [`${key}|amount|amount|${at + 1}|${other}`]),
    ];
  };
  const rest = there.flatMap((row, at) => {
    if (lineOf(there, row[0]) !== at + 1) return [`${row[0]}|duplicate||0|${at + 1}`];
    return lineOf(here, row[0]) > 0 ? [] : [`${row[0]}|${late(row, 'missingHere')}||0|${at + 1}`];
  });
  return [...here.flatMap(one), ...rest].sort();
};

const digits = (max: number) => fc.integer({ min: 0, max }).map(String);
const rows = fc.array(fc.tuple(digits(40), digits(1), digits(11), fc.constantFrom('12', '22', '23')), {
  maxLength: 60,
});

test('any two sides differ in what a plain comparison says, and in nothing else', () => {
  fc.assert(
    fc.property(rows, rows, (here, there) => {
      const { differences, counts } = match(plan, partition(here), partition(there));
      expect(differences).toEqual(plainly(here, there));
      const sum = (...names: ReadonlyArray<string>) => names.reduce((all, name) => all + (counts.get(name) ?? 0), 0);
      // Each row is in a pair, alone, or a duplicate.
      const lateAlone = differences.filter((line) => /\|late\|\|/.test(line)).length;
      expect(2 * sum('pairs') + sum('missingHere', 'missingThere', 'duplicate') + lateAlone).toBe(
        here.length + there.length,
      );
    }),
    { numRuns: 500 },
  );
});

test('a key of free text is refused: it would stand in the report', () => {
  const free: ReadonlyArray<Column> = [{ name: 'remark', kind: 'text', max: 9 }];
  expect(() => new KeyedRows({ key: ['remark'], compare: [] }, free, [])).toThrow('free text');
});
