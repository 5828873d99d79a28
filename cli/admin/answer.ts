import { type Command, InvalidArgumentError } from 'commander';
import { ParseResult, Schema } from 'effect';
import { parseTenantId, type TenantId } from '../../domain/kernel/actor-id.ts';
import { table } from '../table.ts';

/** How admin commands take what they share, and how they answer: a table for a person, JSON lines with `--json`. */

export const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** One JSON object a line with `json`; else a table under a head, or a word that there is nothing. */
export const printList = <Item>(
  items: ReadonlyArray<Item>,
  json: boolean | undefined,
  columns: Readonly<Record<string, (item: Item) => string | number>>,
): void => {
  if (json === true) {
    for (const item of items) print(JSON.stringify(item));
    return;
  }
  if (items.length === 0) {
    print('  none');
    return;
  }
  const cells = Object.values(columns);
  print(table([Object.keys(columns), ...items.map((item) => cells.map((cell) => String(cell(item))))]));
};

/** Where a list goes on, for a person. */
export const printMore = (nextCursor: string | null, json: boolean | undefined): void => {
  if (nextCursor !== null && json !== true) print(`  more: --cursor ${nextCursor}`);
};

export const time = (atMs: number): string => new Date(atMs).toISOString();

const tenantOf = (text: string): TenantId => {
  const tenant = parseTenantId(text);
  if (typeof tenant === 'string') return tenant;
  throw new InvalidArgumentError(tenant.message);
};

/** `--tenant`, everywhere with the same default. */
export const withTenant = (command: Command): Command =>
  command.option('--tenant <tenant>', 'whose', tenantOf, tenantOf(process.env['HUFU_OPERATIONS_TENANT'] || 'demo'));

/** An argument of this shape. */
export const parsed =
  <A extends string>(schema: Schema.Schema<A, string>) =>
  (text: string): A => {
    const found = Schema.decodeUnknownEither(schema)(text);
    if (found._tag === 'Right') return found.right;
    throw new InvalidArgumentError(ParseResult.TreeFormatter.formatErrorSync(found.left));
  };

export const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('a whole number of 0 or more');
};
