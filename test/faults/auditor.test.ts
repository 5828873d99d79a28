import { expect, test } from 'vitest';
import type { JournalTurn } from '../../store/runtime/journal.ts';
import { type AuditedRecord, Auditor } from './auditor.ts';
import type { Seen, Written } from './load.ts';

/** An auditor that finds nothing is worth as much as what it would have found. */

const turn = (commandId: string, rev: number, value = rev): JournalTurn => ({
  commandId,
  command: 'Add',
  inputHash: '',
  reply: { value },
  events: [{ _tag: 'Added', by: 1 }],
  caller: { subject: 'service:test', tenant: 't' as never, roles: [] },
  atMs: 0,
  rev,
});
const record = (seq: number, epoch: number, ...turns: ReadonlyArray<JournalTurn>): AuditedRecord => ({
  actor: 't/k0',
  seq,
  epoch,
  turns,
});
const told = (number: number, rev: number, more: Partial<Written> = {}): Written => ({
  ...{ caller: 'c', number, actor: 0, startedUs: rev * 10, ackedUs: rev * 10 + 5, attempts: 1, rev, value: rev },
  ...more,
});
const read = (startedUs: number, rev: number, value = rev): Seen => ({ actor: 0, startedUs, rev, value });

const GOOD = [record(1, 1, turn('c.0', 1)), record(2, 1, turn('c.1', 2), turn('d.0', 3)), record(3, 2, turn('c.2', 4))];

const audited = async (
  records: ReadonlyArray<AuditedRecord>,
  written: ReadonlyArray<Written>,
  seen: ReadonlyArray<Seen> = [],
) => {
  const auditor = new Auditor('t', 1);
  for (const one of written) auditor.written(one);
  for (const one of seen) auditor.seen(one);
  return (
    await auditor.audit(async function* () {
      yield* records;
    })
  ).violations;
};

test('what adds up is left alone, also told twice and read later', async () => {
  const written = [told(0, 1), told(0, 1, { ackedUs: 99 }), told(1, 2), told(2, 4)];
  expect(await audited(GOOD, written, [read(0, 0), read(16, 1), read(30, 4), read(46, 4)])).toEqual([]);
});

test.each<readonly [string, ReadonlyArray<AuditedRecord>, ReadonlyArray<Written>, ReadonlyArray<Seen>, RegExp]>([
  ['a record is missing', [record(1, 1, turn('c.0', 1)), record(3, 1, turn('c.1', 2))], [], [], /record 3 follows/],
  ['a revision is missing', [record(1, 1, turn('c.0', 1), turn('c.1', 3, 2))], [], [], /revision 3 follows/],
  ['an owner of the past wrote', [...GOOD, record(4, 1, turn('c.3', 5))], [], [], /epoch 1 after 2/],
  ['a command is there twice', [...GOOD, record(4, 2, turn('c.1', 5))], [], [], /c\.1 is applied a second time/],
  ['an answer was lost', GOOD, [told(9, 5)], [], /c\.9 was acknowledged and is not in the journal/],
  ['two answers to one command', GOOD, [told(0, 1), told(0, 2)], [], /c\.0 was acknowledged at revision 2 and is/],
  ['a reply that is not what happened', [record(1, 1, turn('c.0', 1, 7))], [], [], /makes 1, its reply says 7/],
  ['a caller was told another value', GOOD, [told(0, 1, { value: 3 })], [], /was told 3, the journal says 1/],
  ['a read from the past', GOOD, [told(0, 1), told(1, 2)], [read(26, 1)], /told revision 1 after revision 2/],
  ['a read of what never was', GOOD, [], [read(0, 2, 9)], /told 9 at revision 2/],
])('%s', async (_what, records, written, seen, expected) => {
  const violations = await audited(records, written, seen);
  expect(violations).not.toEqual([]);
  expect(violations[0]).toMatch(expected);
});
