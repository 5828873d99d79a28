import { Effect } from 'effect';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { ApplicationStanding } from '../../domain/sim/stray-file.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { modelOf } from '../read-model.ts';
import { applicationModel, partnerFileModel } from './lists.ts';

/**
 * What the look-out for stray files asks. The partner's server is one for all tenants, so these two look-ups alone go
 * over all of them; they give away no more than that a number or a file is known.
 */

const MAX_TIME_MS = 10_000;

/** How the applications of these numbers stand; one that is in no tenant is `unknown`. */
export const applicationStandings = (
  nos: ReadonlyArray<string>,
): Effect.Effect<ReadonlyMap<string, ApplicationStanding>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for applications', async () => {
      const found = await modelOf(connection, applicationModel)
        .find({ no: { $in: [...nos] } }, { _id: 0, no: 1, endedAtMs: 1 }, { maxTimeMS: MAX_TIME_MS })
        .lean<Array<{ readonly no: string; readonly endedAtMs: number | null }>>()
        .exec();
      const standings = new Map<string, ApplicationStanding>(nos.map((no) => [no, 'unknown']));
      for (const { no, endedAtMs } of found) {
        if (standings.get(no) !== 'open') standings.set(no, endedAtMs === null ? 'open' : 'ended');
      }
      return standings;
    }),
  );

/** The keys (`fileMark`) of those that have come and been read: what lies there still is known. */
export const knownFiles = (
  files: ReadonlyArray<{ readonly name: string; readonly bytes: number }>,
): Effect.Effect<ReadonlySet<string>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('looking for files that have come', async () => {
      const found = await modelOf(connection, partnerFileModel)
        .find(
          // One that was received and no more is read again: whoever took it did not come to the end.
          { names: { $in: files.map(({ name }) => name) }, status: { $ne: 'received' } },
          { _id: 0, names: 1, bytes: 1 },
          { maxTimeMS: MAX_TIME_MS },
        )
        .lean<Array<{ readonly names: ReadonlyArray<string>; readonly bytes: number }>>()
        .exec();
      return new Set(found.flatMap(({ names, bytes }) => names.map((name) => fileMark({ name, bytes }))));
    }),
  );

export const fileMark = ({ name, bytes }: { readonly name: string; readonly bytes: number }): string =>
  `${bytes} ${name}`;
