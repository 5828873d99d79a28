/** A report as people read it: rows of text, from which PDF, workbook and CSV are printed (`printing/report.ts`). */

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Report {
  readonly title: string;
  /** What it is of, in a few words: names its sheet (at most 31 characters, none of `[]:*?/\`). */
  readonly name: string;
  readonly createdAtMs: number;
  readonly head: ReadonlyArray<readonly [string, string]>;
  readonly headings: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
  readonly totals: ReadonlyArray<readonly [string, string]>;
}
