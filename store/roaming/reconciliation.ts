import { Chunk, Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { caseId } from '../../domain/roaming/cases/case.ts';
import type { Bound } from '../../domain/roaming/rating/schema.ts';
import { isReconciled } from '../../domain/roaming/settlement/reconciled.ts';
import type { PeriodTerms, Reconciled } from '../../domain/roaming/settlement/schema.ts';
import type { Files } from '../files/files.ts';
import type { Mongo } from '../mongo.ts';
import { settledDifferences } from './clearing-cases.ts';
import { linesAt, linesOf, newestCompared } from './detail-lines.ts';

/** Whether the records of a period are reconciled with the partner's: by its newest detail, and the cases that were settled. */

/** Of more nobody asks line by line: they count as they are, all open. */
const MOST_WEIGHED = 100_000;
const FIRST = 10;

interface Row {
  readonly file: string;
  readonly record: number;
  readonly here: number;
  readonly there: number;
}

/** `CDHKGPPCHNCM00042|17|amount|amount|18|18`; undefined: a line that cannot be read. */
const rowOf = (line: string): Row | undefined => {
  const [file = '', record = '', , , here = '0', there = '0'] = line.split('|');
  return file === 'unreadable' ? undefined : { file, record: Number(record), here: Number(here), there: Number(there) };
};

export interface Reconciliation extends Reconciled {
  /** When that detail came; null: none was compared. */
  readonly atMs: number | null;
  /** Lines that differ in any way, or cannot be read. */
  readonly differences: number;
}

/** `bound`: by how much a record’s fee may differ. */
export const reconciliationOf = (
  tenant: TenantId,
  { partner, agreement, from }: Pick<PeriodTerms, 'partner' | 'agreement' | 'from'>,
  bound: Bound,
): Effect.Effect<Reconciliation, Refusal | Fault, Files | Mongo> =>
  Effect.gen(function* () {
    const period = `${agreement}:${from}`;
    const compared = yield* newestCompared(tenant, { partner, period });
    if (compared === undefined) return { detail: null, atMs: null, differences: 0, open: 0, first: [] };
    const { name: detail, atMs } = compared;
    const lines = yield* linesOf(tenant, compared.report).pipe(Stream.take(MOST_WEIGHED), Stream.runCollect);
    const rows = Chunk.toReadonlyArray(lines).map(rowOf);
    const weighed = rows.filter((row) => row !== undefined);
    const settled = yield* settledDifferences(tenant, partner, period);
    const keyOf = ({ file, record }: Row): string =>
      caseId(partner, { kind: 'difference', agreement, from, file, record, classes: [], ours: null, theirs: null });
    const unsettled = weighed.filter((row) => !settled.has(keyOf(row)));
    const wanted = (side: 'here' | 'there') => new Set(unsettled.map((row) => row[side]).filter((line) => line > 0));
    const ours = yield* linesAt(tenant, compared.ours, wanted('here'));
    const theirs = yield* linesAt(tenant, compared.theirs, wanted('there'));
    const beyond = unsettled.filter(
      ({ here, there }) => !isReconciled(ours.get(here) ?? null, theirs.get(there) ?? null, bound),
    );
    const records = new Map(beyond.map(({ file, record }) => [`${file}|${record}`, { file, record }]));
    const differences =
      rows.length < MOST_WEIGHED ? rows.length : yield* Stream.runCount(linesOf(tenant, compared.report));
    const open = records.size + (rows.length - weighed.length) + (differences - rows.length);
    return { detail, atMs, differences, open, first: [...records.values()].slice(0, FIRST) };
  });
