import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Chunk, Clock, Effect, Stream } from 'effect';
import { importFileActor } from '../../../actors/roaming/import-file.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import { FrameWriter } from '../../../domain/matching/frame.ts';
import { DUPLICATE, FATES, RATED, reasonOf } from '../../../domain/roaming/imports/fate.ts';
import { importKey, partnerTerms } from '../../../domain/roaming/imports/import-file.ts';
import type { ImportState } from '../../../domain/roaming/imports/schema.ts';
import type { UsageTable } from '../../../domain/roaming/imports/usage-table.ts';
import { dayOfMoment } from '../../../domain/roaming/settlement/day.ts';
import { type DetailHeader, detailFrame, detailHeader } from '../../../domain/roaming/settlement/detail.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../../partners/roaming/port.ts';
import { everyItem } from '../../../store/list-query.ts';
import {
  type ClearingFile,
  clearingKey,
  keepClearingFile,
  noteResult,
  readClearingFile,
} from '../../../store/roaming/clearing-files.ts';
import { compareDetails } from '../../../store/roaming/compare-details.ts';
import { listImportFiles } from '../../../store/roaming/import-files.ts';
import { readQuarantined } from '../../../store/roaming/quarantined-records.ts';
import type { DetailInput, PeriodStep } from '../../../workflows/roaming/settlement/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { fromDisk, onDisk, scratch, toDisk } from '../../on-disk.ts';
import { partnerReading } from '../import-partner.ts';
import { contentOf, readPlan } from '../stored-file.ts';
import { pricedBy } from '../terms.ts';
import { alertAbout, periodKey, termsOf } from './asking.ts';
import { renewCases } from './cases.ts';
import { settlementFile } from './sending.ts';

/**
 * The details of a period, line by line (seed 002 §2.2.2): ours is made from the partner's files as they were imported, with
 * what became of each record, goes to the partner with the statement where its settings say so, and theirs is held against it. Files of any size: rows go through the disk.
 */

const ROWS_AT_ONCE = 5_000;
const PAGE = 200;

/** Files of the partner whose records have fates, by name. */
const importedFiles = ({ tenant, partner }: PeriodStep) =>
  everyItem((cursor) => listImportFiles({ tenant, filters: { partner }, limit: PAGE, cursor })).pipe(
    Stream.filter(({ audit }) => audit !== null),
    Stream.map(({ sm3, name }) => ({ sm3, name })),
    Stream.runCollect,
    Effect.map((found) => Chunk.toArray(found).sort((a, b) => (a.name < b.name ? -1 : 1))),
  );

/** A duplicate is in the file that brought the record first. */
const statusOf = (fate: number): string | undefined => {
  if (fate === DUPLICATE) return undefined;
  if (fate === RATED) return 'AGREED';
  return reasonOf(fate)?.sort === 'rejected' ? 'REJECTED' : 'DISPUTED';
};

const second = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19);

class RowsOfFile {
  private readonly name: string;
  private readonly table: UsageTable;
  private readonly currency: string;
  private readonly within: (atMs: number) => boolean;

  constructor(name: string, table: UsageTable, currency: string, within: (atMs: number) => boolean) {
    this.name = name;
    this.table = table;
    this.currency = currency;
    this.within = within;
  }

  /** A record that was kept out before its fields were read has no time, and is in no period. */
  *rows(): Generator<ReadonlyArray<string>> {
    const { table, name, currency } = this;
    const { fates } = table;
    for (let row = 0; row < table.rows; row += 1) {
      const status = statusOf(fates[row] ?? RATED);
      const atMs = table.atMs(row);
      if (status === undefined || atMs === 0 || !this.within(atMs)) continue;
      const service = table.service(row).toUpperCase();
      const [usage, charge] = [String(table.quantity(row)), String(table.charge(row))];
      yield [name, String(row + 1), service, second(atMs), usage, currency, charge, status];
    }
  }
}

/** The file as it was imported, with the fates that its records have now. */
const readImported = (step: PeriodStep, terms: RoamingConfiguration, partner: ConfiguredPartner, sm3: string) =>
  Effect.gen(function* () {
    const { tenant } = step;
    const id = { tenant, key: importKey(partner.code, sm3) };
    const state: ImportState | null = (yield* (yield* Actors).read(importFileActor, id)).state;
    if (state === null || state.plan === null || state.about?.currency == null) return undefined;
    const priced = yield* pricedBy(tenant, terms, partner, partnerTerms(state.terms));
    const reading = partnerReading(state.name, priced, state.receivedAtMs);
    yield* Stream.runForEach(contentOf(tenant, state.ref), (bytes) => Effect.sync(() => reading.feed(bytes)));
    const { table } = reading.end();
    table.fates.set((yield* readPlan(tenant, state.plan)).fates);
    for (const record of state.settled) {
      const settled = yield* readQuarantined(tenant, { partner: partner.code, file: sm3, record });
      table.fates[record - 1] = settled?.status === 'rated' ? RATED : FATES.Severe;
    }
    return { name: state.name, table, currency: state.about.currency };
  });

/** Our detail at the path. */
const writeOurs = (step: PeriodStep, header: DetailHeader, path: string) =>
  Effect.gen(function* () {
    const { terms, partner } = yield* termsOf(step.partner);
    const { heartbeat } = yield* CurrentStep;
    const within = (atMs: number): boolean => {
      const day = dayOfMoment(atMs, terms.zone);
      return day >= step.from && day <= step.to;
    };
    const writer = new FrameWriter(detailFrame('UTF-8'));
    const file = yield* Effect.acquireRelease(
      onDisk('opening a file', () => open(path, 'w', 0o600)),
      (opened) => Effect.promise(() => opened.close()),
    );
    const append = (bytes: Buffer) => onDisk('writing a file', () => file.appendFile(bytes));
    yield* append(writer.header(...detailHeader(header)));
    let rows = 0;
    for (const { sm3 } of yield* importedFiles(step)) {
      const imported = yield* readImported(step, terms, partner, sm3);
      if (imported === undefined) continue;
      const { name, table, currency } = imported;
      let block: Array<ReadonlyArray<string>> = [];
      for (const row of new RowsOfFile(name, table, currency, within).rows()) {
        block.push(row);
        rows += 1;
        if (block.length < ROWS_AT_ONCE) continue;
        yield* append(writer.rows(block));
        block = [];
      }
      if (block.length > 0) yield* append(writer.rows(block));
      yield* heartbeat({ stage: 'writing', rows });
    }
    yield* append(writer.trailer({}));
    return rows;
  });

type Made = Pick<ClearingFile, 'name' | 'counts'> & { readonly kind: 'detail' | 'detailDifferences' };

/** What lies at the path, sealed and logged. */
const keepMade = (step: PeriodStep, made: Made, path: string) =>
  Effect.gen(function* () {
    const { tenant, partner } = step;
    const about = { ...made, partner, of: periodKey(step), way: 'made', result: 'kept' } as const;
    const ref = yield* fromDisk(settlementFile(tenant, about), path);
    return yield* keepClearingFile(tenant, { ...about, ref, atMs: yield* Clock.currentTimeMillis });
  });

const headerOf = ({ partner, from, to }: PeriodStep, home: string): DetailHeader => ({
  ...{ sender: home, receiver: partner, from, to },
});

/** Ours, as it goes to the partner with this revision of the statement: made once, and then as it was. */
export const ourDetail = (step: PeriodStep, revision: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { tenant, partner, from } = step;
      const { terms } = yield* termsOf(partner);
      const name = `UD${terms.home}${partner}${from.replaceAll('-', '')}R${revision}.txt`;
      const known = { kind: 'detail', partner, of: periodKey(step), name } as const;
      const kept = yield* readClearingFile(tenant, clearingKey(known));
      if (kept !== null) return kept;
      const path = join(yield* scratch('hufu-detail-'), 'ours');
      const rows = yield* writeOurs(step, headerOf(step, terms.home), path);
      return yield* keepMade(step, { kind: 'detail', name, counts: { rows } }, path);
    }),
  );

/** Makes ours, holds theirs against it, and keeps both with every difference. */
export const compareDetail = (input: DetailInput) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { tenant, partner, file } = input;
      const { terms } = yield* termsOf(partner);
      const of = periodKey(input);
      const directory = yield* scratch('hufu-detail-');
      const at = (name: string): string => join(directory, name);
      const ours = headerOf(input, terms.home);
      const rows = yield* writeOurs(input, ours, at('ours'));
      yield* toDisk(tenant, file, at('theirs'));
      const awaited: DetailHeader = { ...ours, sender: partner, receiver: terms.home };
      const job = { ours: at('ours'), theirs: at('theirs'), awaited, scratch: directory, report: at('report') };
      const compared = yield* onDisk('comparing details', () => compareDetails(job));
      const theirs = { kind: 'partnerDetail', partner, of, name: file.name } as const;
      if ('side' in compared) {
        const code = compared.problems[0]?.code ?? 'Unreadable';
        // Ours is our own: a bug.
        if (compared.side === 'ours') return yield* Effect.dieMessage(`our detail: ${code}`);
        yield* noteResult(tenant, theirs, code, {});
        yield* alertAbout(tenant, of, code, 'partnerDetail');
        return { differences: null };
      }
      const { counts, differences } = compared;
      // Ours may have grown since: each comparison keeps what it has compared.
      const one = file.sm3.slice(0, 16);
      const name = `UD${terms.home}${partner}-${one}.txt`;
      yield* keepMade(input, { kind: 'detail', name, counts: { rows } }, at('ours'));
      yield* keepMade(input, { kind: 'detailDifferences', name: `differences-${one}.txt`, counts }, at('report'));
      yield* noteResult(tenant, theirs, differences === 0 ? 'equal' : 'differs', counts);
      if (differences > 0) yield* alertAbout(tenant, of, 'DetailDiffers', clearingKey(theirs).slice(-40));
      yield* renewCases(input);
      return { differences };
    }),
  );
