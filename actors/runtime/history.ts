import { Effect } from 'effect';
import { type ActorId, formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Role } from '../../domain/kernel/caller.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { readCursor, writeCursor } from '../../store/list-cursor.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { type JournalDocument, type JournalTurn, readHistory, turnsOf } from '../../store/runtime/journal.ts';
import type { AnyDefinition } from './definition.ts';
import { type Broken, brokenBy } from './replay.ts';
import { bytesAbout } from './turn.ts';

/**
 * An actor's journal as a person reads it, page by page. It decodes nothing by the kind's schemas, so that also a
 * history that no actor can be started from can be read up to, and past, the record that is spoilt.
 */

export interface PastTurn {
  readonly seq: number;
  readonly rev: number;
  readonly atMs: number;
  /** Of the owner that wrote it. */
  readonly epoch: number;
  readonly subject: string;
  readonly roles: ReadonlyArray<Role>;
  readonly command: string;
  readonly commandId: string;
  /** The events' names. */
  readonly events: ReadonlyArray<string>;
  /** The events and the reply, encoded as they were written; null unless asked for. */
  readonly values: {
    readonly eventVersion: number;
    readonly events: ReadonlyArray<unknown>;
    readonly reply: unknown;
  } | null;
  readonly traceId: string | null;
}

export interface HistoryPage {
  readonly items: ReadonlyArray<PastTurn>;
  readonly nextCursor: string | null;
  /** Records among these that are missing or cannot be opened. */
  readonly broken: ReadonlyArray<Broken>;
}

export interface HistoryQuery {
  readonly order?: 'oldest' | 'newest';
  /** Only in order `oldest`: begins at this record. */
  readonly fromSeq?: number;
  readonly cursor?: string;
  /** 1–200, default 50. */
  readonly limit?: number;
  /** With events and replies in clear, also of sealed kinds. A page of them ends after some MiB. */
  readonly values?: boolean;
}

const PAGE = 50;
const MAX_PAGE = 200;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

const nameOf = (event: unknown): string => {
  const tag = typeof event === 'object' && event !== null && '_tag' in event ? event._tag : undefined;
  return typeof tag === 'string' ? tag : '?';
};

const pastTurn = (record: JournalDocument, turn: JournalTurn, values: boolean): PastTurn => ({
  seq: record.seq,
  rev: turn.rev,
  atMs: turn.atMs,
  epoch: record.epoch,
  subject: turn.caller.subject,
  roles: turn.caller.roles,
  command: turn.command,
  commandId: turn.commandId,
  events: turn.events.map(nameOf),
  values: values ? { eventVersion: record.eventVersion, events: turn.events, reply: turn.reply } : null,
  traceId: turn.traceparent?.split('-')[1] ?? null,
});

/** Above every revision and every sequence. */
const ABOVE_ALL = Number.MAX_SAFE_INTEGER - 1;

interface Position {
  readonly seq: number;
  readonly rev: number;
}

const positionOf = (text: string | undefined, query: HistoryQuery): Position => {
  const [seq, rev] = (text ?? '').split('.').map(Number);
  if (seq !== undefined && rev !== undefined) return { seq, rev };
  if (query.order === 'newest') return { seq: ABOVE_ALL, rev: ABOVE_ALL };
  return { seq: Math.max(1, query.fromSeq ?? 1), rev: 0 };
};

/** What one record adds to a page that began at `from`. */
const turnsIn = (keys: KeyRing['Type'], record: JournalDocument, from: Position, newest: boolean) => {
  const turns = turnsOf(keys, record).filter(({ rev }) => (newest ? rev < from.rev : rev > from.rev));
  return newest ? turns.toReversed() : turns;
};

/** Empty without history. Refusal: InvalidCursor. */
export const readTurns = (
  definition: AnyDefinition,
  id: ActorId,
  query: HistoryQuery = {},
): Effect.Effect<HistoryPage, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const db = databaseOf(yield* Mongo);
    const keys = yield* KeyRing;
    const { kind } = definition;
    const name = formatActorId(id);
    const { limit: asked = PAGE, values = false } = query;
    const limit = Math.min(Math.max(asked, 1), MAX_PAGE);
    const newest = query.order === 'newest';
    const list = JSON.stringify(['history', kind, name, newest]);
    const from = positionOf(yield* readCursor(list, query.cursor), query);
    const reading = readHistory(db, kind, name, newest ? { beforeSeq: from.seq + 1 } : { afterSeq: from.seq - 1 });
    const items: Array<PastTurn> = [];
    const broken: Array<Broken> = [];
    let bytes = 0;
    let position = from;
    let before = newest ? undefined : from.seq - 1;
    const full = (): boolean => items.length + broken.length >= limit || bytes > MAX_PAGE_BYTES;
    const more = yield* mongoTry('reading the journal', async () => {
      for await (const record of reading) {
        if (full()) return true;
        const gap = before === undefined ? undefined : gapBetween(before, record.seq);
        if (gap !== undefined) broken.push(gap);
        before = record.seq;
        let turns: ReadonlyArray<JournalTurn> = [];
        try {
          turns = turnsIn(keys, record, from, newest);
        } catch (cause) {
          broken.push(brokenBy(record.seq, cause));
          position = newest ? { seq: record.seq - 1, rev: ABOVE_ALL } : { seq: record.seq + 1, rev: 0 };
        }
        for (const turn of turns) {
          if (full()) return true;
          items.push(pastTurn(record, turn, values));
          position = { seq: record.seq, rev: turn.rev };
          if (values) bytes += bytesAbout(turn.events) + bytesAbout(turn.reply);
        }
      }
      return false;
    });
    const nextCursor = more ? yield* writeCursor(list, `${position.seq}.${position.rev}`) : null;
    return { items, nextCursor, broken };
  });

const gapBetween = (one: number, other: number): Broken | undefined => {
  const [low, high] = one < other ? [one, other] : [other, one];
  if (high - low <= 1) return undefined;
  const what = high - low === 2 ? `record ${low + 1} is missing` : `records ${low + 1} to ${high - 1} are missing`;
  return { seq: low + 1, what };
};
