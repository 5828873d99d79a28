import { type Refusal, refuse } from '../kernel/refusal.ts';
import type { PartInput } from './application/schema.ts';

/**
 * How a card-making file becomes parts for vendors: by city, or by quantity (seed 000 §5.1 step 6). The result names
 * quantities per line; which cards these are follows from the order of the file's rows (`partRouter`).
 */

/** A line of the card-making file: so many rows, for cards of that city. */
export interface SplitLine {
  readonly no: number;
  readonly city: string;
  readonly rows: number;
}

/** One part per vendor, with all lines of its cities. Parts are numbered from `firstPart` in the vendors' order. */
export const splitByCity = (
  lines: ReadonlyArray<SplitLine>,
  vendorOfCity: ReadonlyMap<string, string>,
  firstPart = 1,
): ReadonlyArray<PartInput> | Refusal => {
  const byVendor = new Map<string, Array<{ no: number; quantity: number }>>();
  for (const { no, city, rows } of lines) {
    const vendor = vendorOfCity.get(city);
    if (vendor === undefined) {
      return refuse('invalid', 'CityWithoutVendor', 'No vendor is named for the city of a line.', {
        field: `lines/${no}`,
      });
    }
    const mine = byVendor.get(vendor);
    if (mine === undefined) byVendor.set(vendor, [{ no, quantity: rows }]);
    else mine.push({ no, quantity: rows });
  }
  return [...byVendor].map(([vendor, partLines], at) => ({ part: firstPart + at, vendor, lines: partLines }));
};

/** Shares in order: the first vendor gets the first `quantity` rows, and so on. They must add up to all rows. */
export const splitByQuantity = (
  lines: ReadonlyArray<SplitLine>,
  shares: ReadonlyArray<{ readonly vendor: string; readonly quantity: number }>,
  firstPart = 1,
): ReadonlyArray<PartInput> | Refusal => {
  const rows = lines.reduce((sum, line) => sum + line.rows, 0);
  if (shares.reduce((sum, share) => sum + share.quantity, 0) !== rows) {
    return refuse('invalid', 'SharesDoNotAddUp', 'The shares do not add up to the rows of the card-making file.', {
      field: 'shares',
    });
  }
  const left = lines.map(({ no, rows: quantity }) => ({ no, quantity }));
  let at = 0;
  return shares.map(({ vendor, quantity }, index) => {
    const partLines: Array<{ no: number; quantity: number }> = [];
    let missing = quantity;
    for (let line = left[at]; missing > 0 && line !== undefined; line = left[at]) {
      const take = Math.min(missing, line.quantity);
      if (take > 0) partLines.push({ no: line.no, quantity: take });
      line.quantity -= take;
      missing -= take;
      if (line.quantity === 0) at += 1;
    }
    return { part: firstPart + index, vendor, lines: partLines };
  });
};

interface RoutedPart {
  readonly id: string;
  readonly lines: ReadonlyArray<{ readonly no: number; readonly quantity: number }>;
}

/**
 * Says for each row of a card-making file, asked in the file's order, which part it belongs to: per line, the parts
 * take their quantities one after another. `undefined` for a row that no part has.
 */
export const partRouter = (parts: ReadonlyArray<RoutedPart>): ((line: number) => string | undefined) => {
  const queues = new Map<number, Array<{ readonly id: string; left: number }>>();
  for (const { id, lines } of parts) {
    for (const { no, quantity } of lines) {
      const queue = queues.get(no);
      if (queue === undefined) queues.set(no, [{ id, left: quantity }]);
      else queue.push({ id, left: quantity });
    }
  }
  return (line) => {
    const queue = queues.get(line);
    const head = queue?.[0];
    if (queue === undefined || head === undefined) return undefined;
    head.left -= 1;
    if (head.left === 0) queue.shift();
    return head.id;
  };
};
