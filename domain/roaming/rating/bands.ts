import type { Refusal } from '../../kernel/refusal.ts';
import { DAY_KINDS, DAY_MINUTES, parseMinute } from './calendar.ts';
import { agreementRefusals } from './refusals.ts';
import type { Terms } from './schema.ts';

/** Time bands as a table: which band holds in a minute of a kind of day. */

export interface Bands {
  /** In the order in which they are first named. Without bands: none. */
  readonly names: ReadonlyArray<string>;
  /** Kind of day × 1440 + minute → place in `names`; empty without bands. */
  readonly table: Uint8Array;
}

const NONE = 255;

const fill = (table: Uint8Array, { days, from, to }: Terms['bands'][number], band: number): boolean => {
  let free = true;
  for (const day of days) {
    const start = DAY_KINDS.indexOf(day) * DAY_MINUTES;
    for (let at = start + parseMinute(from); at < start + parseMinute(to); at++) {
      if (table[at] !== NONE) free = false;
      table[at] = band;
    }
  }
  return free;
};

/** One name may have several entries: evenings and week-ends are both `offpeak`. Problems by place, below `field`. */
export const compileBands = (bands: Terms['bands'], field: string): readonly [Bands, ReadonlyArray<Refusal>] => {
  const names = [...new Set(bands.map(({ name }) => name))];
  if (bands.length === 0) return [{ names, table: new Uint8Array() }, []];
  const problems: Refusal[] = [];
  const table = new Uint8Array(DAY_KINDS.length * DAY_MINUTES).fill(NONE);
  for (const [at, band] of bands.entries()) {
    if (parseMinute(band.from) >= parseMinute(band.to)) problems.push(agreementRefusals.bandEmpty(`${field}/${at}/to`));
    else if (!fill(table, band, names.indexOf(band.name)))
      problems.push(agreementRefusals.bandOverlaps(`${field}/${at}`));
  }
  for (const [kind, day] of DAY_KINDS.entries()) {
    const gap = table.subarray(kind * DAY_MINUTES, (kind + 1) * DAY_MINUTES).indexOf(NONE);
    if (gap !== -1) problems.push(agreementRefusals.bandGap(field, day, gap));
  }
  return [{ names, table }, problems];
};
