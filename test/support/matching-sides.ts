import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Total } from '../../domain/matching/frame.ts';
import type { Column } from '../../domain/matching/layout.ts';
import type { MatchPlan } from '../../domain/matching/match.ts';

/** Two files of rows, with header and trailer, that agree but for planted differences, and the report that says just those. */

export const columns: ReadonlyArray<Column> = [
  { name: 'bank', kind: 'code', min: 1, max: 8 },
  { name: 'number', kind: 'digits', min: 11, max: 11 },
  { name: 'account', kind: 'digits', min: 8, max: 32 },
  { name: 'state', kind: 'choice', words: ['FORMAL', 'CANCELLED'] },
  { name: 'threshold', kind: 'integer', max: 1_000_000 },
  { name: 'amount', kind: 'integer', max: 1_000_000 },
  { name: 'changed', kind: 'time' },
  { name: 'remark', kind: 'text', max: 20 },
];

export const totals: ReadonlyArray<Total> = [
  { name: 'amount', kind: 'sum', column: 'amount' },
  { name: 'formal', kind: 'count', column: 'state', begins: 'FORMAL' },
];

export const plan: MatchPlan = {
  key: ['bank', 'number'],
  compare: [
    { column: 'state', differs: 'state' },
    { column: 'account', differs: 'account' },
    { column: 'threshold', differs: 'terms' },
    { column: 'amount', differs: 'terms' },
  ],
  late: { column: 'changed', from: '2026-11-25T23:30:00' },
};

const row = (
  index: number,
  more: { account?: string; state?: string; terms?: string; changed?: string } = {},
): string =>
  `D|CCB|138${String(index).padStart(8, '0')}|${more.account ?? `62170000${String(index).padStart(11, '0')}`}|${
    more.state ?? 'FORMAL'
  }|${more.terms ?? '1000|5000'}|${more.changed ?? '2026-11-25T12:00:00'}|\n`;

/** What one in a thousand rows is like: text here, text there, and the differences with `h` and `t` for the lines. */
type Plant = (index: number) => readonly [here: string, there: string, ...differences: ReadonlyArray<string>];
const late = '2026-11-25T23:30:00';
const PLANTS: Readonly<Record<number, Plant>> = {
  10: (n) => ['', row(n), 'missingHere||0|t'],
  20: (n) => [row(n), '', 'missingThere||h|0'],
  30: (n) => [row(n), row(n, { state: 'CANCELLED' }), 'state|state|h|t'],
  40: (n) => [row(n), row(n, { account: '6225000000000000' }), 'account|account|h|t'],
  50: (n) => [row(n), row(n, { terms: '2000|6000' }), 'terms|threshold,amount|h|t'],
  60: (n) => [row(n) + row(n), row(n), 'duplicate||h+1|0'],
  70: (n) => [row(n), row(n) + row(n, { state: 'CANCELLED' }), 'duplicate||0|t+1'],
  80: (n) => ['', row(n, { changed: late }), 'late||0|t'],
  90: (n) => [row(n), row(n, { state: 'OPEN' }), 'missingThere||h|0', 'unreadable'],
  95: (n) => [row(n), row(n, { state: 'CANCELLED', terms: '1000|5001' }), 'state|state|h|t', 'terms|amount|h|t'],
};

/** What the trailer adds up, of rows in which only planted ones are looked into. */
class Sums {
  readonly #hash = createHash('sm3');
  rows = 0;
  #amount = 0;
  #formal = 0;

  add(text: string, planted: boolean): void {
    if (!planted) {
      this.rows += 1;
      this.#amount += 5_000;
      this.#formal += 1;
      return;
    }
    for (const line of text.split('\n').slice(0, -1)) {
      const cells = line.split('|');
      this.rows += 1;
      this.#amount += Number(cells[6]);
      this.#formal += cells[4] === 'FORMAL' ? 1 : 0;
    }
  }
  hash(text: string): string {
    this.#hash.update(text);
    return text;
  }
  get trailer(): string {
    return `T|${this.rows}|${this.#amount}|${this.#formal}|${this.#hash.digest('hex')}\n`;
  }
}

/** Coprime to every size used: there, the rows come in another order. */
const STRIDE = 7_919;
const BLOCK = 20_000;

/** Writes `rows` keys to both paths (a multiple of 1,000, at most 90 million); the report awaited, line by line. */
export const writeSides = async (here: string, there: string, rows: number): Promise<ReadonlyArray<string>> => {
  const lines = new Map<number, { h: number; t: number }>();
  const linesOf = (index: number) => lines.get(index) ?? { h: 0, t: 0 };
  const write = async (path: string, side: 0 | 1, stride: number): Promise<void> => {
    const file = await open(path, 'w');
    const sums = new Sums();
    await file.appendFile(sums.hash('H|SIDES|1|UTF-8|核对\n'));
    for (let from = 0; from < rows; from += BLOCK) {
      let text = '';
      for (let at = from; at < Math.min(from + BLOCK, rows); at += 1) {
        const index = (at * stride) % rows;
        const plant = PLANTS[index % 1_000];
        // The header is the first line.
        if (plant !== undefined) lines.set(index, { ...linesOf(index), [side === 0 ? 'h' : 't']: sums.rows + 2 });
        const own = plant?.(index)[side] ?? row(index);
        sums.add(own, plant !== undefined);
        text += own;
      }
      await file.appendFile(sums.hash(text));
    }
    await file.appendFile(sums.trailer);
    await file.close();
  };
  await write(here, 0, 1);
  await write(there, 1, STRIDE);
  const unreadable: Array<number> = [];
  const awaited: Array<string> = [];
  for (const [index, { h, t }] of lines) {
    const [, , ...differences] = PLANTS[index % 1_000]?.(index) ?? ['', ''];
    for (const one of differences) {
      if (one === 'unreadable') unreadable.push(t);
      else {
        const text = one.replace('|h+1', `|${h + 1}`).replace('|t+1', `|${t + 1}`);
        awaited.push(
          `CCB|138${String(index).padStart(8, '0')}|${text.replace('|h', `|${h}`).replace(/\|t$/, `|${t}`)}`,
        );
      }
    }
  }
  const wrong = unreadable.sort((a, b) => a - b).map((line) => `unreadable|there|${line}|state|InvalidField`);
  return [...wrong, ...awaited.sort()];
};
