import type mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { databaseOf } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, type JournalTurn, journalKey } from '../../store/runtime/journal.ts';

/** Writes journal records as the runtime does, for tests of what follows the journal. */
export const record = (
  kind: string,
  actor: string,
  seq: number,
  turns: ReadonlyArray<Partial<JournalTurn> & { readonly rev: number }>,
  more: { readonly at?: Date; readonly partition?: number } = {},
): JournalDocument => ({
  _id: journalKey(kind, actor, seq),
  kind,
  actor,
  partition: more.partition ?? [...actor].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 256, 7),
  seq,
  epoch: 1,
  writer: 'test',
  at: more.at ?? new Date(),
  eventVersion: 1,
  turns: turns.map((turn) => ({
    commandId: `c${turn.rev}`,
    command: 'Count',
    inputHash: '',
    reply: null,
    events: [{ _tag: 'Counted', rev: turn.rev }],
    caller: { subject: 'service:test', tenant: 't1' as TenantId, roles: [] },
    atMs: Date.now(),
    ...turn,
  })),
});

export const append = async (
  connection: mongoose.Connection,
  records: ReadonlyArray<JournalDocument>,
): Promise<void> => {
  await databaseOf(connection)
    .collection<JournalDocument>(JOURNAL)
    .insertMany([...records], { ordered: false });
};
