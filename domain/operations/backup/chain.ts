import type { Refusal } from '../../kernel/refusal.ts';
import { backupRefusals } from './refusals.ts';
import type { KeepRule, Manifest, Moment } from './schema.ts';

/** Which backups belong together: what an increment goes on from, what a restore needs, what may be removed. */

export const compareMoments = (left: Moment, right: Moment): number => left.t - right.t || left.i - right.i;

const byEnd = (left: Manifest, right: Manifest): number =>
  compareMoments(left.until, right.until) || (left.id < right.id ? -1 : 1);

/** A full backup and all that goes on from it, directly or not; by their ends. */
export const lineOf = (full: Manifest, all: ReadonlyArray<Manifest>): ReadonlyArray<Manifest> => {
  const line = [full];
  const known = new Set([full.id]);
  // An increment ends after what it goes on from, so one pass in the order of ends finds all.
  for (const one of all.toSorted(byEnd)) {
    if (one.after === null || !known.has(one.after) || known.has(one.id)) continue;
    known.add(one.id);
    line.push(one);
  }
  return line;
};

const fullsOf = (all: ReadonlyArray<Manifest>): ReadonlyArray<Manifest> =>
  all.filter(({ kind }) => kind === 'full').toSorted(byEnd);

/**
 * What has to be restored, in its order: the newest full backup that had ended by `toMs`, and increments up to the one
 * that goes past its second. Without `toMs`: up to the end of the newest line. Refusals: NoBackup, BackupChainBroken.
 */
export const chainTo = (all: ReadonlyArray<Manifest>, toMs?: number): ReadonlyArray<Manifest> | Refusal => {
  const t = toMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(toMs / 1_000);
  const full = fullsOf(all).findLast(({ until }) => until.t <= t);
  if (full === undefined) return backupRefusals.none();
  const line = lineOf(full, all);
  // One that ends within the second may be followed by one that begins in it.
  const last = line.find(({ until }) => until.t > t) ?? line.at(-1) ?? full;
  // An increment whose parent is lost could have brought more: better to be told than to miss what it holds.
  const lost = all
    .toSorted(byEnd)
    .find(
      ({ after, from }) =>
        after !== null && !all.some(({ id }) => id === after) && from.t <= t && compareMoments(from, last.until) >= 0,
    );
  if (lost !== undefined) return backupRefusals.chainBroken(lost.after ?? lost.id);
  const byId = new Map(line.map((one) => [one.id, one]));
  const chain: Manifest[] = [];
  for (let at: Manifest | undefined = last; at !== undefined; at = byId.get(at.after ?? '')) chain.unshift(at);
  return chain;
};

const DAY_MS = 86_400_000;
const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
const monthsBetween = (fromMs: number, toMs: number): number => {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  return 12 * (to.getUTCFullYear() - from.getUTCFullYear()) + to.getUTCMonth() - from.getUTCMonth();
};

/** What the rule does not keep. The newest line is kept whatever its age; increments of what is not there are not. */
export const outdated = (
  all: ReadonlyArray<Manifest>,
  { days, months }: KeepRule,
  nowMs: number,
): ReadonlyArray<Manifest> => {
  const fulls = fullsOf(all);
  const newest = fulls.at(-1);
  if (newest === undefined) return [];
  const keep = new Set<string>();
  const monthsSeen = new Set<string>();
  for (const full of fulls) {
    const month = monthOf(full.startedAtMs);
    const first = !monthsSeen.has(month);
    monthsSeen.add(month);
    const line = lineOf(full, all);
    const age = nowMs - Math.max(...line.map(({ endedAtMs }) => endedAtMs));
    if (full === newest || age < days * DAY_MS) for (const { id } of line) keep.add(id);
    else if (first && monthsBetween(full.startedAtMs, nowMs) < months) keep.add(full.id);
  }
  return all.filter(({ id }) => !keep.has(id));
};

/** `20261128T201300Z-full-1a2b3c4d` */
export const backupId = (kind: Manifest['kind'], startedAtMs: number, digits: string): string =>
  `${new Date(startedAtMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '')}-${kind}-${digits}`;

/** When the backup of a part was begun, by its name. */
export const startOf = (name: string): number => {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
};

export const manifestName = (id: string): string => `${id}.json`;

/** By the names in the place: parts whose backup has no manifest. Their writer is dead when they have become old. */
export const orphans = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const there = new Set(names);
  return names.filter((name) => {
    const id = /^(\d{8}T\d{6}Z-(?:full|increment)-[0-9a-f]{8})\.\d{5}\.(?:documents|oplog)$/.exec(name)?.[1];
    return id !== undefined && !there.has(manifestName(id));
  });
};
