import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { counter } from '../../telemetry/metrics.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import {
  type ListedDocument,
  type ListPlan,
  type ListRequest,
  listIndexes,
  listPage,
  type Page,
} from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoTry } from '../mongo.ts';
import { type Fields, modelOf, planOf, readModel } from '../read-model.ts';

/**
 * What a person should look at: reminders, alarms and problems that processes raise. An alert is known by what it is
 * about, so raising it again counts it and opens it again. A person acknowledges it, or it clears by itself; then it is
 * kept for `ALERT_RETENTION_DAYS`.
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
  /** 32 hex digits. */
  readonly id: string;
  readonly raisedAtMs: number;
  readonly lastAtMs: number;
  readonly times: number;
  /** False from the acknowledgement on, until it is raised again. */
  readonly open: boolean;
  /** Who last acknowledged it, and when; null before. */
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAtMs: number | null;
  /** When what it was about was over by itself; null while it is not, or when nobody could tell. */
  readonly clearedAtMs: number | null;
}

/** An alert is removed this long after it was acknowledged or cleared; an open one is kept. */
export const ALERT_RETENTION_DAYS = 180;
const DAY_MS = 86_400_000;

const alertsRaised = counter({
  name: 'hufu_alerts_total',
  help: 'Alerts raised, by source, level and code',
  labels: ['source', 'level', 'code'],
});

interface AlertDocument extends Omit<AlertItem, 'id'> {
  /** `tenant/id` */
  readonly _id: string;
  readonly tenant: TenantId;
  /** Of the newest fact that raised or cleared it (`raiseOnce`, `clearAlert`); an older one changes nothing. */
  readonly factRev?: number;
}

const COLLECTION = 'operations_alerts';

const alertFields = {
  source: String,
  subject: String,
  level: String,
  code: String,
  stage: String,
  raisedAtMs: Number,
  lastAtMs: Number,
  times: Number,
  open: Boolean,
  acknowledgedBy: String,
  acknowledgedAtMs: Number,
  clearedAtMs: Number,
} satisfies Fields;

/** The same for the same alert of a tenant, so that it is raised and acknowledged once. */
const idOf = (tenant: TenantId, { source, subject, stage, level, code }: Alert): string =>
  `${tenant}/${sm3Hex(canonicalJson([source, subject, stage, level, code])).slice(0, 32)}`;

/** Raises an alert; the same one again counts up, and is open again. */
export const raiseAlert = (tenant: TenantId, alert: Alert, nowMs: number): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('raising an alert', async () => {
      const { source, subject, level, code, stage } = alert;
      const fixed = { tenant, source, subject, level, code, stage };
      await databaseOf(connection)
        .collection<AlertDocument>(COLLECTION)
        .updateOne(
          { _id: idOf(tenant, alert) },
          {
            $setOnInsert: { ...fixed, raisedAtMs: nowMs, acknowledgedBy: null, acknowledgedAtMs: null },
            $set: { lastAtMs: nowMs, open: true, clearedAtMs: null },
            $inc: { times: 1 },
          },
          { upsert: true },
        );
      alertsRaised.inc({ source, level, code });
    }),
  );

/** A fact that says something about an alert: the revision of the actor that decided it, and when. */
export interface AlertFact {
  readonly rev: number;
  readonly atMs: number;
}

/**
 * Raises an alert for a fact, once: told again, or after a newer fact, it changes nothing. Who does the telling may
 * crash and repeat itself.
 */
export const raiseOnce = (
  tenant: TenantId,
  alert: Alert,
  { rev, atMs }: AlertFact,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('raising an alert', async () => {
      const { source, subject, level, code, stage } = alert;
      const fixed = { tenant, source, subject, level, code, stage };
      try {
        await databaseOf(connection)
          .collection<AlertDocument>(COLLECTION)
          .updateOne(
            { _id: idOf(tenant, alert), factRev: { $lt: rev } },
            {
              $setOnInsert: { ...fixed, raisedAtMs: atMs },
              $set: {
                lastAtMs: atMs,
                open: true,
                factRev: rev,
                acknowledgedBy: null,
                acknowledgedAtMs: null,
                clearedAtMs: null,
              },
              $inc: { times: 1 },
            },
            { upsert: true },
          );
      } catch (cause) {
        // It is there with this fact or a newer one.
        if (isDuplicateKey(cause)) return;
        throw cause;
      }
      alertsRaised.inc({ source, level, code });
    }),
  );

/** What the alert was about is over: it is not open any more. One that was never raised, or a newer fact: nothing. */
export const clearAlert = (
  tenant: TenantId,
  alert: Alert,
  { rev, atMs }: AlertFact,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('clearing an alert', async () => {
      await databaseOf(connection)
        .collection<AlertDocument>(COLLECTION)
        .updateOne(
          { _id: idOf(tenant, alert), factRev: { $lt: rev } },
          { $set: { open: false, clearedAtMs: atMs, factRev: rev } },
        );
    }),
  );

const itemOf = ({ _id, ...fields }: ListedDocument): AlertItem =>
  // The plan's fields are exactly those of the item.
  ({ clearedAtMs: null, ...fields, id: String(_id).split('/').at(-1) }) as unknown as AlertItem;

export const alertList: ListPlan<AlertItem> = {
  collection: COLLECTION,
  fields: Object.keys(alertFields),
  filters: {
    open: { field: 'open', type: 'flag', indexed: true },
    level: { field: 'level', type: 'text', indexed: true },
    source: { field: 'source', type: 'text' },
    subject: { field: 'subject', type: 'text' },
    code: { field: 'code', type: 'text' },
  },
  orders: { newest: { field: 'lastAtMs', direction: -1 } },
  defaultOrder: 'newest',
  item: itemOf,
};

const alertModel = readModel(COLLECTION, alertFields, [
  ...listIndexes(alertList),
  { name: 'retention', key: { open: 1, acknowledgedAtMs: 1 } },
]);

export const alertPlan: CollectionPlan = planOf(alertModel);

/** Filters: open, level, source, subject, code. */
export const listAlerts = (request: ListRequest): Effect.Effect<Page<AlertItem>, Refusal | Fault, Mongo | KeyRing> =>
  Effect.flatMap(Mongo, (connection) => listPage(connection, alertList, request, alertModel));

export const alertUnknown = (): Refusal =>
  refuse('missing', 'AlertUnknown', 'There is no such alert.', {
    action: 'List the alerts; an acknowledged one is removed after some months.',
  });

/**
 * Notes who has seen the alert, and when. One that is acknowledged already keeps the first name and time.
 * Refusal: AlertUnknown, also for an alert of another tenant.
 */
export const acknowledgeAlert = (
  tenant: TenantId,
  id: string,
  by: string,
  nowMs: number,
): Effect.Effect<AlertItem, Refusal | Fault, Mongo> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const _id = `${tenant}/${id}`;
    const found = yield* mongoTry('acknowledging an alert', async () => {
      await databaseOf(connection)
        .collection<AlertDocument>(COLLECTION)
        .updateOne({ _id, open: true }, { $set: { open: false, acknowledgedBy: by, acknowledgedAtMs: nowMs } });
      return modelOf(connection, alertModel)
        .findOne({ _id }, { tenant: 0, factRev: 0 })
        .lean<Omit<AlertDocument, 'tenant' | 'factRev'> | null>()
        .exec();
    });
    return found === null ? yield* Effect.fail(alertUnknown()) : itemOf({ ...found });
  });

/** Removes alerts whose acknowledgement is older than the retention. @returns how many */
export const expireAlerts = (nowMs: number): Effect.Effect<number, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('expiring alerts', async () => {
      const before = nowMs - ALERT_RETENTION_DAYS * DAY_MS;
      const { deletedCount } = await databaseOf(connection)
        .collection<AlertDocument>(COLLECTION)
        .deleteMany({
          open: false,
          $or: [{ acknowledgedAtMs: { $lt: before } }, { acknowledgedAtMs: null, clearedAtMs: { $lt: before } }],
        });
      return deletedCount;
    }),
  );
