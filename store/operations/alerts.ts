import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { counter } from '../../telemetry/metrics.ts';
import {
  type ListedDocument,
  type ListPlan,
  type ListRequest,
  listIndexes,
  listPage,
  type Page,
} from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, Mongo, mongoTry } from '../mongo.ts';

/**
 * What a person should look at: reminders, alarms and problems that processes raise. An alert is known by what it is
 * about, so raising it again changes nothing but the count.
 */
export interface Alert {
  /** `card-making`, …: the process that raises it. */
  readonly source: string;
  /** What it is about, e.g. `A20261123-0001/2`. No number of a card or a person. */
  readonly subject: string;
  readonly level: 'reminder' | 'alarm' | 'problem';
  readonly code: string;
  readonly stage: string;
}

export interface AlertItem extends Alert {
  readonly raisedAtMs: number;
  readonly lastAtMs: number;
  readonly times: number;
}

const alertsRaised = counter({
  name: 'hufu_alerts_total',
  help: 'Alerts raised, by source, level and code',
  labels: ['source', 'level', 'code'],
});

const COLLECTION = 'operations_alerts';

/** Raises an alert; the same one again counts up. */
export const raiseAlert = (tenant: TenantId, alert: Alert, nowMs: number): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('raising an alert', async () => {
      const { source, subject, level, code, stage } = alert;
      await databaseOf(connection)
        .collection<{ readonly _id: string }>(COLLECTION)
        .updateOne(
          { _id: [tenant, source, subject, stage, level, code].join('/') },
          { $setOnInsert: { tenant, ...alert, raisedAtMs: nowMs }, $set: { lastAtMs: nowMs }, $inc: { times: 1 } },
          { upsert: true },
        );
      alertsRaised.inc({ source, level, code });
    }),
  );

// The plan's fields are exactly those of the item.
const itemOf = ({ _id, ...fields }: ListedDocument): AlertItem => fields as unknown as AlertItem;

export const alertList: ListPlan<AlertItem> = {
  collection: COLLECTION,
  fields: ['source', 'subject', 'level', 'code', 'stage', 'raisedAtMs', 'lastAtMs', 'times'],
  filters: {
    level: { field: 'level', type: 'text', indexed: true },
    source: { field: 'source', type: 'text' },
    subject: { field: 'subject', type: 'text' },
  },
  orders: { newest: { field: 'lastAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

export const listAlerts = (request: ListRequest): Effect.Effect<Page<AlertItem>, Refusal | Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) => listPage(connection, alertList, request));

export const alertPlan: CollectionPlan = { collection: COLLECTION, indexes: listIndexes(alertList) };
