import { Effect } from 'effect';
import { decodeBatch } from '../../domain/roaming/ciber/batch.ts';
import { type CiberReturn, contentOf, readReturns, titleOf } from '../../domain/roaming/ciber/returns.ts';
import type { CiberRecord, ReturnRules } from '../../domain/roaming/ciber/schema.ts';
import { chargeDecimals } from '../../domain/roaming/ciber/usage.ts';
import { FATES, RATED } from '../../domain/roaming/imports/fate.ts';
import type { Control } from '../../domain/roaming/imports/file-control.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import { type ReturnedRecord, returnedOf } from '../../store/roaming/returned-records.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { BatchBytes, readBatch, storedBatch } from './ciber-reading.ts';
import type { Step } from './import-handling.ts';
import type { FileTaker, Reading } from './import-reading.ts';
import { type Matched, type Matches, type ReturnsFile, recordReturned, wholeReturned } from './import-returns.ts';
import { readOutgoing } from './outgoing-asking.ts';
import { eventsAt } from './sent-records.ts';

/** A return batch of a partner with CIBER, held against our batches as they were sent. */

class CiberReturnsReading implements FileTaker {
  readonly table = new UsageTable();
  /** By row. */
  returned: ReadonlyArray<CiberReturn> = [];
  sequence = 0;
  private readonly terms: CiberTerms;
  private readonly rules: ReturnRules;
  private readonly sm3: string;
  private readonly taken = new BatchBytes();

  constructor(terms: CiberTerms, rules: ReturnRules, sm3: string) {
    this.terms = terms;
    this.rules = rules;
    this.sm3 = sm3;
  }

  feed(bytes: Uint8Array): void {
    this.taken.add(bytes);
  }

  end(): Reading {
    const { table, terms, sm3 } = this;
    const { records, problems, sequence, invalid } = readBatch(terms, this.taken);
    this.sequence = sequence;
    this.returned = readReturns(terms.edition, this.rules, records);
    const usage = emptyUsage();
    usage.imsi = 'return';
    for (const row of this.returned.keys()) {
      // Whether it has come back before is found in what has: the same record may be returned anew when it has gone again.
      usage.reference = `${sm3}/${row}`;
      // Where a batch comes back as a whole no record stands.
      if (invalid.has(row + 2)) table.skip(0, FATES.ReturnUnknown);
      else table.add(usage, 0);
    }
    const control: Control = {
      ...{ format: 'CIBER', kind: 'returns', series: 'ciberReturns', sequence, currency: null },
      decimals: chargeDecimals(terms.edition),
    };
    return { table, control, problems, findings: [], findingCount: 0, fatal: false };
  }
}

const sentBatches = (files: ReadonlyArray<OutgoingFile>): ReadonlyArray<OutgoingFile> =>
  files.filter(({ series, format, file }) => series === 'billing' && format === 'ciber' && file !== null).reverse();

/** Records of a batch as we sent it; none of one that the edition of today cannot read. */
const recordsOf = ({ tenant }: ImportInput, { edition }: CiberTerms, { file }: OutgoingFile) =>
  Effect.gen(function* () {
    if (file === null) return [];
    const { records, problems } = decodeBatch(edition, (yield* storedBatch(tenant, file)).whole());
    return problems.length === 0 ? records.slice(1, -1) : [];
  });

interface Wanted {
  readonly row: number;
  readonly one: Extract<CiberReturn, { readonly kind: 'record' }>;
}

interface Hit {
  readonly row: number;
  /** In the batch, from 0. */
  readonly record: number;
}

/** Each return with a record that says the same and has not come back; `twice` are those of which only such a record is there. */
const hitsIn = (
  records: ReadonlyArray<CiberRecord>,
  wanted: ReadonlyArray<Wanted>,
  before: ReadonlySet<number>,
  contentOfRecord: (record: CiberRecord) => string,
): { readonly hits: ReadonlyArray<Hit>; readonly twice: ReadonlyArray<number> } => {
  const waiting = new Map<string, Array<Wanted>>();
  for (const one of wanted) waiting.set(one.one.content, [...(waiting.get(one.one.content) ?? []), one]);
  const hits: Array<Hit> = [];
  const gone = new Set<string>();
  for (const [record, sent] of records.entries()) {
    const content = contentOfRecord(sent);
    if (before.has(record + 1)) {
      gone.add(content);
      continue;
    }
    const next = waiting.get(content)?.shift();
    if (next !== undefined) hits.push({ row: next.row, record });
  }
  const twice = [...waiting].flatMap(([content, left]) => (gone.has(content) ? left.map(({ row }) => row) : []));
  return { hits, twice };
};

const numberOf = (text: string): number => Number(text === '' ? 0 : text);

class Matching {
  readonly matched = new Map<number, Matched>();
  readonly fates = new Map<number, number>();
  private readonly input: ImportInput;
  private readonly terms: CiberTerms;
  private readonly rules: ReturnRules;
  private readonly reading: CiberReturnsReading;

  constructor(input: ImportInput, terms: CiberTerms, rules: ReturnRules, reading: CiberReturnsReading) {
    this.input = input;
    this.terms = terms;
    this.rules = rules;
    this.reading = reading;
  }

  private about(row: number, ours: OutgoingFile) {
    const one = this.reading.returned[row];
    const isBatch = one?.kind === 'batch';
    const code = one?.reason ?? '';
    const reasons = isBatch ? this.rules.batchReasons : this.rules.recordReasons;
    const item = one === undefined || isBatch ? '' : one.field;
    return {
      ...{ partner: this.input.partner, file: this.input.file.sm3, place: row + 1, rap: this.reading.sequence },
      ...{ sequence: ours.sequence, ours: ours.file?.sm3 ?? null, status: 'open' as const, note: null },
      findings: [{ item, code: numberOf(code), explanation: titleOf(reasons, code) }],
    };
  }

  /** Places of the batch that other files have brought back. */
  private returnedBefore(ours: OutgoingFile): Step<ReadonlyArray<ReturnedRecord>> {
    const { tenant, partner, file } = this.input;
    return Effect.map(returnedOf(tenant, partner, ours.sequence), (found) =>
      found.filter((one) => one.file !== file.sm3 && one.ours === (ours.file?.sm3 ?? null)),
    );
  }

  batch(row: number, ours: OutgoingFile): Step<void> {
    return Effect.map(this.returnedBefore(ours), (before) => {
      if (before.some(({ record }) => record === 0)) return void this.fates.set(row, FATES.ReturnedTwice);
      return void this.matched.set(row, wholeReturned(this.about(row, ours), ours));
    });
  }

  /** Looks for these records in one of our batches; gives those that are not in it. */
  records(wanted: ReadonlyArray<Wanted>, ours: OutgoingFile): Step<ReadonlyArray<Wanted>> {
    const { input, terms, rules, matched, fates } = this;
    const about = (row: number) => this.about(row, ours);
    return Effect.zipWith(recordsOf(input, terms, ours), this.returnedBefore(ours), (records, before) => {
      const places = new Set(before.map(({ record }) => record));
      return hitsIn(records, wanted, places, (one) => contentOf(terms.edition, rules, one));
    }).pipe(
      Effect.flatMap(({ hits, twice }) =>
        Effect.map(eventsAt(input.tenant, ours, new Set(hits.map(({ record }) => record))), (events) => {
          for (const { row, record } of hits) {
            const event = events.get(record);
            if (event !== undefined) matched.set(row, recordReturned(about(row), record, event));
          }
          for (const row of twice) fates.set(row, FATES.ReturnedTwice);
          return wanted.filter(({ row }) => !matched.has(row));
        }),
      ),
    );
  }
}

const match = (
  input: ImportInput,
  terms: CiberTerms,
  rules: ReturnRules,
  reading: CiberReturnsReading,
): Step<Matches> =>
  Effect.gen(function* () {
    const sent = sentBatches((yield* readOutgoing(input)).files);
    const matching = new Matching(input, terms, rules, reading);
    const { matched, fates } = matching;
    const open = reading.returned.flatMap((one, row) =>
      reading.table.fates[row] === RATED ? [{ row, one } as const] : [],
    );
    const bySequence = new Map<number | undefined, Array<Wanted>>();
    for (const { row, one } of open) {
      const ours = sent.find(({ sequence }) => sequence === one.sequence);
      if (one.kind === 'record') bySequence.set(one.sequence, [...(bySequence.get(one.sequence) ?? []), { row, one }]);
      else if (ours !== undefined) yield* matching.batch(row, ours);
    }
    for (const [sequence, all] of bySequence) {
      const batches = sequence === undefined ? sent : sent.filter((one) => one.sequence === sequence).slice(0, 1);
      let left: ReadonlyArray<Wanted> = all;
      for (const ours of batches) if (left.length > 0) left = yield* matching.records(left, ours);
    }
    for (const { row } of open) {
      if (matched.has(row)) fates.delete(row);
      else if (!fates.has(row)) fates.set(row, FATES.ReturnUnknown);
    }
    return { matched, fates };
  });

/** Reads the batch anew: that it brings returns was found by its header. */
export const ciberReturns = (input: ImportInput, terms: CiberTerms, rules: ReturnRules): ReturnsFile => {
  const reading = new CiberReturnsReading(terms, rules, input.file.sm3);
  return { reading, match: Effect.suspend(() => match(input, terms, rules, reading)), stops: () => false };
};
