import { deadLetterIndexes } from '../../actors/runtime/dead-letters.ts';
import { reminderIndexes } from '../../actors/runtime/reminders.ts';
import { subscriptionIndexes } from '../../actors/runtime/subscriptions-position.ts';
import { filePlans } from '../../store/files/gridfs-layout.ts';
import type { CollectionPlan, DataMigration } from '../../store/migrations.ts';
import { alertPlan } from '../../store/operations/alerts.ts';
import { auditPlans } from '../../store/operations/audit-chain.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { journalIndexes } from '../../store/runtime/journal.ts';
import { simPlans } from '../../store/sim/lists.ts';

/**
 * Every collection of the database, as the rooms that own them plan it. A test sees to it that no exported plan is
 * forgotten here.
 */
export const collectionPlans: ReadonlyArray<CollectionPlan> = [
  alertPlan,
  ...auditPlans,
  ...clusterIndexes,
  ...deadLetterIndexes,
  ...filePlans,
  ...journalIndexes,
  ...reminderIndexes,
  ...simPlans,
  ...subscriptionIndexes,
];

/** Changes of documents, by number; none so far. */
export const dataMigrations: ReadonlyArray<DataMigration> = [];
