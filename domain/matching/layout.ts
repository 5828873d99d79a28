/**
 * Columns of files of delimited rows `D|cell|…`, as data: what each cell may hold. Text as in
 * `kernel/delimited-text.ts`.
 */

export type ColumnKind =
  | { readonly kind: 'digits'; readonly min: number; readonly max: number }
  /** A whole number without leading zeros, at most 15 digits: exact as a JavaScript number. */
  | { readonly kind: 'integer'; readonly max: number }
  /** Letters, digits, `.`, `_`, `-`. */
  | { readonly kind: 'code'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly words: ReadonlyArray<string> }
  /** `YYYY-MM-DD`. */
  | { readonly kind: 'date' }
  /** `YYYY-MM-DDTHH:MM:SS`, in the zone that both sides agreed on; `begins`: of this day or month. */
  | { readonly kind: 'time'; readonly begins?: string }
  /** At most so many characters, without controls and private use. */
  | { readonly kind: 'text'; readonly max: number };

export type Column = ColumnKind & {
  readonly name: string;
  /** May be empty. */
  readonly optional?: true;
  /** The code of a cell that may not stand here, instead of `InvalidField`. */
  readonly wrong?: string;
};

export const columnIndex = (columns: ReadonlyArray<Column>, name: string): number => {
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) throw new Error(`the layout has no column ${name}`);
  return at;
};

/** For the message of an error, and for a page: `must be …`. */
export const mustBe = (column: Column): string =>
  `${KINDS[column.kind](column as never)}${column.optional ? ', or empty' : ''}`;

const KINDS: { readonly [K in ColumnKind['kind']]: (column: Extract<ColumnKind, { kind: K }>) => string } = {
  digits: ({ min, max }) => (min === max ? `${min} digits` : `${min}–${max} digits`),
  integer: ({ max }) => `an integer of 0–${max} without leading zeros`,
  code: ({ min, max }) => `a code of ${min}–${max} letters, digits, . _ -`,
  choice: ({ words }) => `one of ${words.join(', ')}`,
  date: () => 'a day YYYY-MM-DD',
  time: ({ begins }) => `a time YYYY-MM-DDTHH:MM:SS${begins === undefined ? '' : ` of ${begins}`}`,
  text: ({ max }) => `at most ${max} characters, without controls or private-use characters`,
};
