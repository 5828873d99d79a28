import type { mongo } from 'mongoose';

/**
 * Epochs: each time a node begins to hold a partition it takes the next number, and writes it into its records. A node
 * that reads a record with a later epoch than its own knows that it has been replaced.
 */

export const EPOCHS = 'journal_epochs';

interface EpochDocument {
  readonly _id: number;
  readonly epoch: number;
}

export const takeEpoch = async (db: mongo.Db, partition: number): Promise<number> => {
  const taken = await db
    .collection<EpochDocument>(EPOCHS)
    .findOneAndUpdate({ _id: partition }, { $inc: { epoch: 1 } }, { upsert: true, returnDocument: 'after' });
  if (taken === null) throw new Error(`no epoch for partition ${partition}`);
  return taken.epoch;
};

/** Of partitions 0 to `count` - 1 at once, for a node that holds them all. */
export const takeAllEpochs = async (db: mongo.Db, count: number): Promise<ReadonlyMap<number, number>> => {
  const epochs = db.collection<EpochDocument>(EPOCHS);
  await epochs.bulkWrite(
    Array.from({ length: count }, (_, partition) => ({
      updateOne: { filter: { _id: partition }, update: { $inc: { epoch: 1 } }, upsert: true },
    })),
    { ordered: false },
  );
  const all = await epochs.find({ _id: { $lt: count } }).toArray();
  return new Map(all.map(({ _id, epoch }) => [_id, epoch]));
};
