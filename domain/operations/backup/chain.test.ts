import { expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { backupId, chainTo, lineOf, orphans, outdated } from './chain.ts';
import type { Manifest } from './schema.ts';

const DAY_MS = 86_400_000;
const atMs = (day: number, hour = 0): number => Date.UTC(2026, 0, day, hour);
const second = (ms: number): number => Math.floor(ms / 1_000);

let made = 0;
/** From `from` to `until`, both instants; a full one has no `after`. */
const backup = (until: number, after: Manifest | null = null, startedAtMs = until): Manifest => {
  made += 1;
  const kind = after === null ? 'full' : 'increment';
  return {
    ...{ format: 'hufu-backup/1', kind, database: 'hufu', entries: 0, parts: [], collections: [] },
    id: backupId(kind, startedAtMs, made.toString(16).padStart(8, '0')),
    after: after?.id ?? null,
    ...{ startedAtMs, endedAtMs: startedAtMs + 60_000 },
    from: after?.until ?? { t: second(until), i: 1 },
    until: { t: second(until), i: 1 },
  };
};

const full1 = backup(atMs(1, 4));
const noon1 = backup(atMs(1, 12), full1);
const night1 = backup(atMs(1, 22), noon1);
const full2 = backup(atMs(2, 4));
const noon2 = backup(atMs(2, 12), full2);
/** Made by hand while another was made by schedule. */
const alsoNoon2 = backup(atMs(2, 13), full2);
const ALL = [noon2, full2, night1, full1, noon1, alsoNoon2];

const ids = (found: ReturnType<typeof chainTo>) => (isRefusal(found) ? found.code : found.map(({ id }) => id));

it('restores the newest full backup and what goes on from it', () => {
  expect(lineOf(full1, ALL)).toEqual([full1, noon1, night1]);
  expect(ids(chainTo(ALL))).toEqual([full2.id, alsoNoon2.id]);
});

it.each([
  ['between two increments: up to the later', atMs(1, 18), [full1.id, noon1.id, night1.id]],
  ['in the second in which one ends: the next may hold more of it', atMs(1, 12), [full1.id, noon1.id, night1.id]],
  ['after a line and before the next full one', atMs(2, 3), [full1.id, noon1.id, night1.id]],
  ['in the second of a full one', atMs(2, 4), [full2.id, noon2.id]],
  ['just before it', atMs(2, 4) - 1, [full1.id, noon1.id, night1.id]],
  ['before the first', atMs(1, 3), 'NoBackup'],
])('restores up to a moment %s', (_, toMs, wanted) => {
  expect(ids(chainTo(ALL, toMs))).toEqual(wanted);
});

it('says when an increment is lost, unless what it holds is not wanted', () => {
  const without = [full1, night1];
  expect(ids(chainTo(without))).toBe('BackupChainBroken');
  expect(chainTo(without)).toMatchObject({ message: expect.stringContaining(noon1.id) });
  expect(ids(chainTo(without, atMs(1, 5)))).toEqual([full1.id]);
  expect(ids(chainTo([], atMs(1, 4)))).toBe('NoBackup');
});

it('keeps days whole, of each month the first full one, and always the newest line', () => {
  const fulls = Array.from({ length: 100 }, (_, day) => backup(atMs(day + 1, 4)));
  const increments = fulls.map((full) => backup(full.until.t * 1_000 + 3_600_000, full));
  const all = [...increments, ...fulls];
  const nowMs = atMs(100, 12);
  const gone = outdated(all, { days: 14, months: 3 }, nowMs);
  const kept = all.filter((one) => !gone.includes(one));
  // January is more than three months before April the 10th, counted by months.
  expect(kept.filter(({ kind }) => kind === 'increment').map(({ after }) => after)).toEqual(
    fulls.slice(-14).map(({ id }) => id),
  );
  const months = kept
    .filter(({ kind }) => kind === 'full')
    .map(({ startedAtMs }) => new Date(startedAtMs).toISOString());
  expect(months.slice(0, -14)).toEqual(['2026-02-01T04:00:00.000Z', '2026-03-01T04:00:00.000Z']);
  // Nothing new for years: what is there is all there is.
  expect(outdated([full1, noon1], { days: 1, months: 0 }, nowMs + 1_000 * DAY_MS)).toEqual([]);
  expect(outdated([], { days: 1, months: 0 }, nowMs)).toEqual([]);
  // What nobody can restore is not kept.
  expect(outdated([full2, night1], { days: 14, months: 3 }, atMs(2, 5))).toEqual([night1]);
});

it('knows parts whose backup was never finished', () => {
  const id = full1.id;
  const names = [`${id}.json`, `${id}.00001.documents`, `${noon1.id}.00001.oplog`, 'a note.txt'];
  expect(orphans(names)).toEqual([`${noon1.id}.00001.oplog`]);
});
