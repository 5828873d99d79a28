import { databaseOf } from '../store/mongo.ts';
import type { Bench, BenchContext } from './bench.ts';
import { withDatabase } from './database.ts';
import { day } from './reminders/day.ts';
import { late } from './reminders/late.ts';

const run = async (context: BenchContext): Promise<void> => {
  if (context.wants('late')) {
    await withDatabase(context, 'late', ({ connection, keyDir }) => late(context, connection, keyDir));
  }
  if (context.wants('day')) {
    await withDatabase(context, 'day', ({ connection, keyDir }) => day(context, databaseOf(connection), keyDir));
  }
};

export const bench: Bench = {
  name: 'reminders',
  title: 'Reminders due after a restart, and over a day',
  servers: ['mongodb'],
  parts: ['late', 'day'],
  run,
};
