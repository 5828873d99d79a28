import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '../bench/bench.ts';

/** One figure as it is printed with `--json` and kept under `bench/results/`; the keys and their order are fixed. */
export interface ResultLine {
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** `>= 15000`, `<= 40`. */
  readonly goal: string | null;
  readonly met: boolean | null;
}

const isMet = (value: number, goal: NonNullable<Figure['goal']>): boolean =>
  'min' in goal ? value >= goal.min : value <= goal.max;

export const lineOf = (bench: string, { figure, value, unit, baseline, ratio, goal }: Figure): ResultLine => ({
  bench,
  figure,
  value,
  unit,
  baseline: baseline ?? null,
  ratio: ratio ?? (baseline === undefined || baseline === 0 ? null : value / baseline),
  goal: goal === undefined ? null : 'min' in goal ? `>= ${goal.min}` : `<= ${goal.max}`,
  met: goal === undefined ? null : isMet(value, goal),
});

const number = (value: number | null): string => {
  if (value === null) return '';
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
};

export const figureCells = (line: ResultLine): string[] => [
  line.figure,
  number(line.value),
  line.unit,
  number(line.baseline),
  number(line.ratio),
  line.goal ?? '',
  line.met === null ? '' : line.met ? 'yes' : 'NO',
];

/** The last figure of each bench and name, with the file that it is from; later lines of a file win. */
const lastFigures = (dir: string): ReadonlyArray<{ readonly line: ResultLine; readonly from: string }> => {
  const files = readdirSync(dir).filter((name) => name.endsWith('.jsonl'));
  const byAge = files.map((name) => ({ name, at: statSync(join(dir, name)).mtimeMs })).sort((a, b) => order(a, b));
  const last = new Map<string, { line: ResultLine; from: string }>();
  for (const { name } of byAge) {
    for (const text of readFileSync(join(dir, name), 'utf8').split('\n')) {
      if (text === '') continue;
      const line: ResultLine = JSON.parse(text);
      last.set(`${line.bench}/${line.figure}`, { line, from: name.replace('.jsonl', '') });
    }
  }
  return [...last.values()].sort((a, b) => a.line.bench.localeCompare(b.line.bench));
};

/** By the date in the name, then by when it was written: a clone gives every file the same time. */
const order = (a: { name: string; at: number }, b: { name: string; at: number }): number =>
  a.name.slice(0, 10).localeCompare(b.name.slice(0, 10)) || a.at - b.at;

export const benchmarksPage = (dir: string): string => {
  const rows = lastFigures(dir).map(({ line, from }) => `| ${[line.bench, ...figureCells(line), from].join(' | ')} |`);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return [
    '# Benchmarks',
    '',
    'The last figures of each benchmark, written by `./hufu bench`; do not edit. The baseline is the same work done the',
    `plain way in the same run. Older results are in \`bench/results/\`. The last run was on ${machine}.`,
    '',
    '| bench | figure | value | unit | baseline | ratio | goal | met | run |',
    '|---|---|---:|---|---:|---:|---|---|---|',
    ...rows,
    '',
  ].join('\n');
};
