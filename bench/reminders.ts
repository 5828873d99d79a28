import type { Bench } from './bench.ts';
import { inParts } from './database.ts';
import { day } from './reminders/day.ts';
import { late } from './reminders/late.ts';

export const bench: Bench = {
  name: 'reminders',
  title: 'Reminders due after a restart, and over a day',
  servers: ['mongodb'],
  ...inParts({ late, day }),
};
