import { Chunk, Effect, Option, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { splitCells } from '../../domain/kernel/delimited-text.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { DetailLine } from '../../domain/roaming/cases/schema.ts';
import { type FileRef, Files } from '../files/files.ts';
import type { Mongo } from '../mongo.ts';
import { type ClearingFile, clearingFilesOf } from './clearing-files.ts';

/** A single record of a period's compared details: how it differs, and both sides' lines of it. Files are read as they stream. */

export interface DifferingRecord {
  readonly classes: ReadonlyArray<string>;
  readonly ours: DetailLine | null;
  readonly theirs: DetailLine | null;
}

const LF = 0x0a;

/** The newest detail of the partner that was compared, with ours and what differs. */
export interface ComparedFiles {
  readonly name: string;
  readonly atMs: number;
  readonly theirs: FileRef;
  readonly ours: FileRef;
  readonly report: FileRef;
}

/** Lines without their ends; cells of a detail are ASCII, so any charset will do. */
export const linesOf = (tenant: TenantId, file: FileRef): Stream.Stream<string, Refusal | Fault, Files> =>
  Stream.unwrap(Effect.map(Files, (files) => files.open(tenant, file.id))).pipe(
    Stream.mapAccum(Buffer.alloc(0), (rest, bytes) => {
      const all = Buffer.concat([rest, bytes]);
      const end = all.lastIndexOf(LF);
      if (end < 0) return [all, []];
      return [all.subarray(end + 1), all.toString('latin1', 0, end).split('\n')];
    }),
    Stream.mapConcat((lines) => lines),
  );

/** `D|CDHKGPPCHNCM00042|17|VOICE|2026-10-05T08:15:30|61|XDR|1204|AGREED` */
export const detailLine = (line: string): DetailLine | null => {
  const [, , , service = '', at = '', usage = '0', currency = '', amount = '0', status = ''] = splitCells(line) ?? [];
  if (status !== 'AGREED' && status !== 'REJECTED' && status !== 'DISPUTED') return null;
  return { service, at, usage: BigInt(usage), currency, amountMinor: BigInt(amount), status };
};

/** These lines of a file, in one pass. */
export const linesAt = (tenant: TenantId, file: FileRef, wanted: ReadonlySet<number>) =>
  wanted.size === 0
    ? Effect.succeed(new Map<number, DetailLine>())
    : linesOf(tenant, file).pipe(
        Stream.zipWithIndex,
        Stream.filter(([, at]) => wanted.has(at + 1)),
        Stream.runFold(new Map<number, DetailLine>(), (found, [text, at]) => {
          const line = detailLine(text);
          return line === null ? found : found.set(at + 1, line);
        }),
      );

const lineAt = (tenant: TenantId, file: FileRef, line: number) =>
  line === 0
    ? Effect.succeed(null)
    : linesOf(tenant, file).pipe(
        Stream.drop(line - 1),
        Stream.runHead,
        Effect.map((found) => (Option.isNone(found) ? null : detailLine(found.value))),
      );

const refEndingIn = (rows: ReadonlyArray<ClearingFile>, end: string): FileRef | undefined =>
  rows.find(({ name }) => name.endsWith(end))?.ref ?? undefined;

/** Undefined: none was compared yet. */
export const newestCompared = (
  tenant: TenantId,
  { partner, period }: { readonly partner: string; readonly period: string },
): Effect.Effect<ComparedFiles | undefined, Fault, Mongo> =>
  Effect.gen(function* () {
    const rowsOf = (kind: 'partnerDetail' | 'detail' | 'detailDifferences') =>
      clearingFilesOf(tenant, kind, partner, period, period);
    const compared = (yield* rowsOf('partnerDetail')).filter(
      ({ result }) => result === 'differs' || result === 'equal',
    );
    const newest = compared.toSorted((a, b) => b.atMs - a.atMs)[0];
    const theirs = newest?.ref ?? null;
    if (newest === undefined || theirs === null) return undefined;
    const end = `-${theirs.sm3.slice(0, 16)}.txt`;
    const report = refEndingIn(yield* rowsOf('detailDifferences'), end);
    const ours = refEndingIn(yield* rowsOf('detail'), end);
    if (report === undefined || ours === undefined) return undefined;
    return { name: newest.name, atMs: newest.atMs, theirs, ours, report };
  });

/** Of the newest detail of the partner that was compared; undefined: the record is not among its differences. */
export const differingRecord = (
  tenant: TenantId,
  of: { readonly partner: string; readonly period: string },
  file: string,
  record: number,
): Effect.Effect<DifferingRecord | undefined, Refusal | Fault, Files | Mongo> =>
  Effect.gen(function* () {
    const compared = yield* newestCompared(tenant, of);
    if (compared === undefined) return undefined;
    const { theirs, ours, report } = compared;
    const found = yield* linesOf(tenant, report).pipe(
      Stream.filter((line) => line.startsWith(`${file}|${record}|`)),
      Stream.runCollect,
    );
    const cells = Chunk.toReadonlyArray(found).map((line) => line.split('|'));
    if (cells.length === 0) return undefined;
    const lineOn = (column: 4 | 5): number => Math.max(0, ...cells.map((one) => Number(one[column] ?? 0)));
    return {
      classes: [...new Set(cells.map(([, , name = '']) => name))],
      ours: yield* lineAt(tenant, ours, lineOn(4)),
      theirs: yield* lineAt(tenant, theirs, lineOn(5)),
    };
  });

/** A record as details and the report of their differences name it. */
export interface NamedRecord {
  readonly file: string;
  readonly record: number;
}

export const recordName = ({ file, record }: NamedRecord): string => `${file}|${record}`;

/** Of a line of a detail, or of a report. */
const namedIn = (line: string, from: 0 | 1): string =>
  line
    .split('|', from + 2)
    .slice(from)
    .join('|');

/**
 * Both sides' lines of these records, by their names, each file read once. A record that is not among the differences is the same on
 * both sides, or on neither.
 */
export const comparedRecords = (
  tenant: TenantId,
  { theirs, ours, report }: Pick<ComparedFiles, 'theirs' | 'ours' | 'report'>,
  wanted: ReadonlySet<string>,
): Effect.Effect<ReadonlyMap<string, DifferingRecord>, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const differing = yield* linesOf(tenant, report).pipe(
      Stream.filter((line) => wanted.has(namedIn(line, 0))),
      Stream.runFold(new Map<string, { classes: Set<string>; here: number; there: number }>(), (found, line) => {
        const [, , name = '', , here = '0', there = '0'] = line.split('|');
        const known = found.get(namedIn(line, 0)) ?? { classes: new Set<string>(), here: 0, there: 0 };
        known.classes.add(name);
        known.here = Math.max(known.here, Number(here));
        known.there = Math.max(known.there, Number(there));
        return found.set(namedIn(line, 0), known);
      }),
    );
    const at = (side: 'here' | 'there') =>
      new Set([...differing.values()].map((one) => one[side]).filter((line) => line > 0));
    const [here, there] = [yield* linesAt(tenant, ours, at('here')), yield* linesAt(tenant, theirs, at('there'))];
    const records = new Map<string, DifferingRecord>();
    for (const [name, one] of differing) {
      const sides = { ours: here.get(one.here) ?? null, theirs: there.get(one.there) ?? null };
      records.set(name, { classes: [...one.classes], ...sides });
    }
    const same = new Set([...wanted].filter((name) => !differing.has(name)));
    for (const name of same) records.set(name, { classes: [], ours: null, theirs: null });
    if (same.size === 0) return records;
    yield* linesOf(tenant, ours).pipe(
      Stream.filter((line) => same.has(namedIn(line, 1))),
      Stream.runForEach((line) =>
        Effect.sync(() => {
          const both = detailLine(line);
          records.set(namedIn(line, 1), { classes: [], ours: both, theirs: both });
        }),
      ),
    );
    return records;
  });
