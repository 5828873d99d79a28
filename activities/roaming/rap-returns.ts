import { Effect } from 'effect';
import { FATES, RATED } from '../../domain/roaming/imports/fate.ts';
import { explain } from '../../domain/roaming/outgoing/explain.ts';
import type { OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import type { Returned } from '../../domain/roaming/rap/read.ts';
import type { ReturnedRecord } from '../../store/roaming/returned-records.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import type { Step } from './import-handling.ts';
import { type Matched, type Matches, type ReturnsFile, recordReturned, wholeReturned } from './import-returns.ts';
import { readOutgoing } from './outgoing-asking.ts';
import { ReturnsReading } from './returns-reading.ts';
import { findSent } from './sent-records.ts';

/** A partner's RAP file (TD.32), held against our TAP files as they were sent. */

type Severe = Extract<Returned, { readonly kind: 'severe' }>;

const billingFile = (files: ReadonlyArray<OutgoingFile>, sequence: number): OutgoingFile | undefined =>
  files.findLast((one) => one.series === 'billing' && one.format === 'tap' && one.sequence === sequence);

const findingsOf = (one: Returned): ReturnedRecord['findings'] => {
  if (one.kind === 'severe') return one.errors.map(explain);
  return one.kind === 'fatal' ? Object.values(one.groups).flatMap((errors) => errors.map(explain)) : [];
};

/** What the returns name of ours; those that are duplicates are not looked for. */
const match = (input: ImportInput, { returned, table, identity }: ReturnsReading): Step<Matches> =>
  Effect.gen(function* () {
    const { files } = yield* readOutgoing(input);
    const matched = new Map<number, Matched>();
    const byFile = new Map<number, Array<Severe>>();
    const rows = new Map<Returned, number>();
    const open = returned.flatMap((one, row) => (table.fates[row] === RATED ? [[row, one] as const] : []));
    const about = (row: number, one: Returned, ours: OutgoingFile) => ({
      ...{ partner: input.partner, file: input.file.sm3, place: row + 1, rap: identity?.sequence ?? 0 },
      ...{ sequence: ours.sequence, ours: ours.file?.sm3 ?? null },
      ...{ findings: findingsOf(one), status: 'open' as const, note: null },
    });
    for (const [row, one] of open) {
      rows.set(one, row);
      if (one.kind === 'severe') byFile.set(one.tapSequence, [...(byFile.get(one.tapSequence) ?? []), one]);
      const ours = one.kind === 'fatal' ? billingFile(files, one.tapSequence) : undefined;
      if (ours !== undefined) matched.set(row, wholeReturned(about(row, one, ours), ours));
    }
    for (const [sequence, severe] of byFile) {
      const ours = billingFile(files, sequence);
      for (const found of ours === undefined ? [] : yield* findSent(input.tenant, ours, severe)) {
        const row = rows.get(found.returned);
        if (row === undefined || ours === undefined) continue;
        const { returned: severeOne, record, one, batch } = found;
        matched.set(row, recordReturned(about(row, severeOne, ours), record, { one, batch }));
      }
    }
    const fates = new Map<number, number>();
    for (const [row, { kind }] of open) {
      if ((kind === 'severe' || kind === 'fatal') && !matched.has(row)) fates.set(row, FATES.ReturnUnknown);
    }
    return { matched, fates };
  });

/** Reads the file anew: that it is RAP was found by reading it as TAP. */
export const rapReturns = (input: ImportInput, home: string): ReturnsFile => {
  const reading = new ReturnsReading({ partner: input.partner, home });
  return {
    reading,
    match: Effect.suspend(() => match(input, reading)),
    stops: () => reading.returned.some(({ kind }) => kind === 'stop'),
  };
};
