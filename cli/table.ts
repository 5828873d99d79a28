import type { Address } from './supervisor/run-file.ts';

/** Tables for a person: columns padded to their widest cell; Chinese characters count as two. */

const width = (text: string): number => {
  let columns = 0;
  for (const character of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(character)
      ? 2
      : 1;
  return columns;
};

export const table = (rows: ReadonlyArray<readonly string[]>): string => {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => width(row[i] ?? ''))));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - width(cell))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
};

export const printAddresses = (addresses: readonly Address[]): void => {
  process.stdout.write(`\n${table(addresses.map(({ name, address, note }) => [name, address, note ?? '']))}\n\n`);
};
