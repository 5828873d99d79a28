import { hash } from 'node:crypto';
import type { BookDay, BookLine } from './schema.ts';

/**
 * What finance checks of a day’s billing file (seed 002 §3.2.3): a sample of its records, the same for the same seed whoever draws
 * it, and whether the file’s sums are those of all its records.
 */

/** The `size` records with the least SHA-256 of seed and id: the order in which they come does not matter, and what is added later displaces by chance alone. */
export class Sample<Item extends { readonly id: string }> {
  private readonly seed: string;
  private readonly size: number;
  /** Least rank first. */
  private drawn: Array<{ readonly rank: string; readonly item: Item }> = [];

  constructor(seed: string, size: number) {
    this.seed = seed;
    this.size = size;
  }

  add(item: Item): void {
    const rank = hash('sha256', `${this.seed}|${item.id}`);
    const last = this.drawn.at(-1);
    if (this.drawn.length >= this.size && last !== undefined && rank >= last.rank) return;
    let at = this.drawn.length;
    while (at > 0 && rank < (this.drawn[at - 1]?.rank ?? '')) at -= 1;
    this.drawn.splice(at, 0, { rank, item });
    if (this.drawn.length > this.size) this.drawn.pop();
  }

  items(): ReadonlyArray<Item> {
    return this.drawn.map(({ item }) => item);
  }
}

export interface Control extends Pick<BookLine, 'direction' | 'service' | 'currency' | 'decimals'> {
  /** In the books of the day, and of what came late so far. */
  bookedEvents: number;
  bookedMinor: bigint;
  /** Of the records that are kept. */
  records: number;
  recordsMinor: bigint;
  agrees: boolean;
}

/** A record as it counts in the books. */
export interface ControlRecord extends Pick<BookLine, 'direction' | 'service' | 'currency' | 'decimals'> {
  /** 0 of a difference that a re-rating has booked. */
  readonly events: 0 | 1;
  readonly amountMinor: bigint;
}

/** Sums of a day by direction, service and currency, from both sides. */
export class DayControl {
  private readonly sums = new Map<string, Control>();

  private of({ direction, service, currency, decimals }: ControlRecord | BookLine): Control {
    const key = [direction, service, currency, decimals].join('|');
    const known = this.sums.get(key);
    if (known !== undefined) return known;
    const none = { bookedEvents: 0, bookedMinor: 0n, records: 0, recordsMinor: 0n, agrees: true };
    const fresh: Control = { direction, service, currency, decimals, ...none };
    this.sums.set(key, fresh);
    return fresh;
  }

  add(record: ControlRecord): void {
    const sum = this.of(record);
    sum.records += record.events;
    sum.recordsMinor += record.amountMinor;
  }

  /** @param days from the day on, as far as they are closed: those after it have what came late */
  against(day: string, days: ReadonlyArray<BookDay>): ReadonlyArray<Control> {
    for (const { day: booked, lines } of days) {
      for (const line of lines) {
        if ((line.belongs ?? booked) !== day) continue;
        const sum = this.of(line);
        sum.bookedEvents += line.events;
        sum.bookedMinor += line.amountMinor;
      }
    }
    return [...this.sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, sum]) => ({
        ...sum,
        agrees: sum.bookedMinor === sum.recordsMinor && sum.bookedEvents === sum.records,
      }));
  }
}
