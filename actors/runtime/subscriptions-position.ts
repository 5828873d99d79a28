import type { mongo } from 'mongoose';
import type { CollectionPlan } from '../../store/migrations.ts';

/** How far a slice of a subscription has come. */
export const POSITIONS = 'subscriptions';

export const subscriptionIndexes: ReadonlyArray<CollectionPlan> = [
  { collection: POSITIONS, indexes: [{ name: 'by_name', key: { name: 1 } }] },
];

/**
 * `scan`: what was written before the change stream's start is read from the journal first; `follow`: the change
 * stream says it all.
 */
export interface Position {
  readonly phase: 'scan' | 'follow';
  /** Of the last change whose turns, and all before, are settled; null before the first. */
  readonly token: unknown;
  /** Where the change stream starts while there is no token. */
  readonly startAt: mongo.Timestamp;
  /** Everything written before this moment is settled (milliseconds); what a lost change stream is replaced from. */
  readonly atMs: number;
  /** Of a full scan: the last journal key that is settled. */
  readonly scanAfter: string | null;
  /** Of a scan after a lost history: only records written since then (milliseconds). */
  readonly scanFromMs: number | null;
}

interface PositionDocument extends Position {
  readonly _id: string;
  readonly name: string;
  readonly savedAt: Date;
}

/**
 * Positions are times of nodes' clocks, and a record is stamped before it is appended: a scan begins this much before
 * the time it is to replace. It covers clocks that differ by minutes and an append that hung for as long as it may.
 */
const SCAN_MARGIN_MS = 5 * 60_000;

export interface SliceName {
  readonly name: string;
  readonly slice: number;
  readonly slices: number;
}

const idOf = ({ name, slice, slices }: SliceName): string => `${name}/${slice}of${slices}`;

const positions = (db: mongo.Db) => db.collection<PositionDocument>(POSITIONS);

/** The server's present, as a point at which a change stream can start. */
const operationTime = async (db: mongo.Db): Promise<mongo.Timestamp> => {
  const reply = await db.command({ ping: 1 });
  const time: unknown = reply['operationTime'];
  if (time === undefined || time === null) throw new Error('MongoDB is not a replica set: there are no change streams');
  return time as mongo.Timestamp;
};

/** A position from which everything written since `fromMs` (null: ever) is scanned, then followed. */
const scanning = async (db: mongo.Db, fromMs: number | null): Promise<Position> => ({
  phase: 'scan',
  token: null,
  startAt: await operationTime(db),
  atMs: fromMs ?? 0,
  scanAfter: null,
  scanFromMs: fromMs,
});

/** The change stream's history is gone: scan what was written since, less the margin. */
export const afterLostHistory = (db: mongo.Db, position: Position): Promise<Position> =>
  scanning(db, position.atMs === 0 ? null : Math.max(position.atMs - SCAN_MARGIN_MS, 0));

/** The saved position, or where to begin. A changed number of slices begins at the oldest of the former ones. */
export const loadPosition = async (db: mongo.Db, name: SliceName, startAt: 'beginning' | 'now'): Promise<Position> => {
  const saved = await positions(db).findOne({ _id: idOf(name) });
  if (saved !== null) return saved;
  const former = await positions(db).find({ name: name.name }).toArray();
  const others = former.filter((one) => !one._id.endsWith(`of${name.slices}`));
  if (others.length > 0) {
    const oldest = Math.min(...others.map((one) => one.atMs));
    return afterLostHistory(db, { ...(await scanning(db, null)), atMs: oldest });
  }
  const fresh = await scanning(db, null);
  return startAt === 'beginning' ? fresh : { ...fresh, phase: 'follow', atMs: Date.now() };
};

export const savePosition = async (db: mongo.Db, name: SliceName, position: Position): Promise<void> => {
  const { phase, token, startAt, atMs, scanAfter, scanFromMs } = position;
  await positions(db).updateOne(
    { _id: idOf(name) },
    { $set: { name: name.name, phase, token, startAt, atMs, scanAfter, scanFromMs, savedAt: new Date() } },
    { upsert: true },
  );
};

export const listPositions = (
  db: mongo.Db,
  name: string,
): Promise<ReadonlyArray<Position & { readonly _id: string }>> =>
  positions(db).find({ name }).sort({ _id: 1 }).toArray();
