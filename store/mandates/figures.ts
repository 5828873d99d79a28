import { Effect } from 'effect';
import { momentsOf, type Period, STATISTICS_ZONE } from '../../domain/kernel/period.ts';
import type { Reach } from '../../domain/kernel/province.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { DifferenceRow } from '../../domain/mandates/reconciliation/reports.ts';
import type { CaseRow, MovementRow, StandingRow } from '../../domain/mandates/reports.ts';
import { Mongo, mongoTry } from '../mongo.ts';
import { within } from '../reach.ts';
import { modelOf, type ReadModel } from '../read-model.ts';
import { differenceModel } from './reconciliation.ts';
import { relationModel } from './relations.ts';

/**
 * What reports of mandates add up, from the look-ups: a subscription behind the relations themselves. Each answer comes out
 * of one index; 10 million relations are a scan of some seconds.
 */

export interface FiguresOf {
  readonly tenant: string;
  readonly reach: Reach;
  readonly province?: string | undefined;
  readonly bank?: string | undefined;
}

const MAX_TIME_MS = 30_000;
/** More groups than provinces × banks × days of a report come to. */
const MAX_GROUPS = 100_000;

const matching = ({ tenant, reach, province, bank }: FiguresOf) => ({
  tenant,
  // Both of them hold.
  $and: [within(reach, 'province'), province === undefined ? {} : { province }],
  ...(bank === undefined ? {} : { bank }),
});

const adding = <Row>(
  what: string,
  stages: ReadonlyArray<object>,
  model: ReadModel = relationModel,
): Effect.Effect<ReadonlyArray<Row>, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry(what, () =>
      modelOf(connection, model)
        // Stages are written here, and mongoose checks none of them.
        .aggregate<Row>([...stages, { $limit: MAX_GROUPS }] as never)
        .option({ maxTimeMS: MAX_TIME_MS })
        .exec(),
    ),
  );

const GROUP = { province: { $ifNull: ['$province', null] }, bank: '$bank' };
const FLAT = { $replaceWith: { $mergeObjects: ['$_id', '$$ROOT'] } };

/** How many agreements stand how, by province and bank. */
export const standingFigures = (of: FiguresOf): Effect.Effect<ReadonlyArray<StandingRow>, Fault, Mongo> =>
  adding('counting mandates', [
    { $match: matching(of) },
    { $group: { _id: { ...GROUP, status: '$status' }, count: { $sum: 1 } } },
    { $sort: { _id: 1 } },
    FLAT,
    { $project: { _id: 0 } },
  ]);

const FORMATS = { day: '%Y-%m-%d', month: '%Y-%m' } as const;

const counted = (of: FiguresOf, period: Period, by: keyof typeof FORMATS, field: string, more: object) => {
  const at = { $dateToString: { date: { $toDate: `$${field}` }, format: FORMATS[by], timezone: STATISTICS_ZONE } };
  const { fromMs, beforeMs } = momentsOf(period);
  return adding<StandingRow & { readonly at: string }>('counting openings and cancellations', [
    { $match: { ...matching(of), ...more, [field]: { $gte: fromMs, $lt: beforeMs } } },
    { $group: { _id: { at, ...GROUP }, count: { $sum: 1 } } },
    FLAT,
    { $project: { _id: 0 } },
  ]);
};

/** Agreements that became formal, and formal ones that were cancelled, by day or month, province and bank. */
export const movementFigures = (
  of: FiguresOf,
  period: Period,
  by: keyof typeof FORMATS,
): Effect.Effect<ReadonlyArray<MovementRow>, Fault, Mongo> =>
  Effect.gen(function* () {
    const opened = yield* counted(of, period, by, 'formalAtMs', {});
    // What was never formal is refused, not cancelled.
    const ended = { status: 'cancelled', formalAtMs: { $gt: 0 } };
    const cancelled = yield* counted(of, period, by, 'endedAtMs', ended);
    const rows = new Map<string, MovementRow>();
    const add = (found: ReadonlyArray<StandingRow & { readonly at: string }>, name: 'opened' | 'cancelled'): void => {
      for (const { at, province, bank, count } of found) {
        const key = `${at} ${province ?? ''} ${bank}`;
        const row = rows.get(key) ?? { at, province, bank, opened: 0, cancelled: 0 };
        rows.set(key, { ...row, [name]: count });
      }
    };
    add(opened, 'opened');
    add(cancelled, 'cancelled');
    return [...rows.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  });

/** Open cases by province, bank and kind. */
export const caseFigures = (of: FiguresOf): Effect.Effect<ReadonlyArray<CaseRow>, Fault, Mongo> =>
  adding('counting cases', [
    { $match: { ...matching(of), caseSinceMs: { $gt: 0 } } },
    {
      $group: {
        _id: { ...GROUP, kind: '$caseKind' },
        open: { $sum: 1 },
        halfDecided: { $sum: { $cond: [{ $eq: ['$proposedBy', null] }, 0, 1] } },
        oldestMs: { $min: '$caseSinceMs' },
      },
    },
    { $sort: { _id: 1 } },
    FLAT,
    { $project: { _id: 0 } },
  ]);

/** Differences that were found in a period, by partner, class and what has become of them. */
export const differenceFigures = (
  { tenant, reach, province, bank }: FiguresOf,
  period: Period,
): Effect.Effect<ReadonlyArray<DifferenceRow>, Fault, Mongo> => {
  const { fromMs, beforeMs } = momentsOf(period);
  const narrowed = [within(reach, 'province'), province === undefined ? {} : { province }];
  const named = bank === undefined ? {} : { bank };
  return adding(
    'counting differences',
    [
      { $match: { tenant, foundAtMs: { $gte: fromMs, $lt: beforeMs }, $and: narrowed, ...named } },
      {
        $group: {
          _id: { party: '$party', partner: '$partner', class: '$class', status: '$status' },
          count: { $sum: 1 },
          oldestDays: { $max: '$ageDays' },
        },
      },
      { $sort: { _id: 1 } },
      FLAT,
      { $project: { _id: 0 } },
    ],
    differenceModel,
  );
};
