import { deadLetterIndexes } from '../../actors/runtime/dead-letters.ts';
import { reminderIndexes } from '../../actors/runtime/reminders.ts';
import { subscriptionIndexes } from '../../actors/runtime/subscriptions-position.ts';
import { filePlans } from '../../store/files/gridfs-layout.ts';
import { reconciliationPlans } from '../../store/mandates/reconciliation.ts';
import { mandatePlans } from '../../store/mandates/relations.ts';
import type { CollectionPlan, DataMigration } from '../../store/migrations.ts';
import { alertPlan } from '../../store/operations/alerts.ts';
import { auditPlans } from '../../store/operations/audit-chain.ts';
import { backupPlan } from '../../store/operations/backup/log.ts';
import { thresholdPlan } from '../../store/operations/thresholds.ts';
import { clearingCasePlan } from '../../store/roaming/clearing-cases.ts';
import { clearingFilePlan } from '../../store/roaming/clearing-files.ts';
import { deliveryPlan } from '../../store/roaming/deliveries.ts';
import { exchangePlan } from '../../store/roaming/exchanges.ts';
import { financeAccountPlan } from '../../store/roaming/finance-accounts.ts';
import { identityPlan } from '../../store/roaming/identities.ts';
import { importFilePlans } from '../../store/roaming/import-files.ts';
import { quarantinedRecordPlan } from '../../store/roaming/quarantined-records.ts';
import { recordKeyPlan } from '../../store/roaming/record-keys.ts';
import { returnedRecordPlan } from '../../store/roaming/returned-records.ts';
import { settlementPlans } from '../../store/roaming/settlement.ts';
import { roamingStatisticsPlans } from '../../store/roaming/statistics.ts';
import { subscriberPlan } from '../../store/roaming/subscribers.ts';
import { reratingsPlan, termsPlan } from '../../store/roaming/terms.ts';
import { usageRemovedPlan } from '../../store/roaming/usage-months.ts';
import { clusterIndexes } from '../../store/runtime/cluster-storage.ts';
import { journalIndexes } from '../../store/runtime/journal.ts';
import { writingPlans } from '../../store/sim/card-writes.ts';
import { simPlans } from '../../store/sim/lists.ts';
import { resourceFilePlan } from '../../store/sim/resource-files.ts';
import { statisticsPlans } from '../../store/sim/statistics.ts';
import { stockPoolPlan } from '../../store/sim/stock-pools.ts';
import { telecomPlans } from '../../store/sim/telecom.ts';
import { outputPlans } from '../../store/sim/transport-keys.ts';

/**
 * Every collection of the database, as the rooms that own them plan it. A test sees to it that no exported plan is
 * forgotten here.
 */
export const collectionPlans: ReadonlyArray<CollectionPlan> = [
  alertPlan,
  ...auditPlans,
  backupPlan,
  thresholdPlan,
  ...clusterIndexes,
  ...deadLetterIndexes,
  ...filePlans,
  ...journalIndexes,
  ...reminderIndexes,
  ...mandatePlans,
  ...reconciliationPlans,
  clearingFilePlan,
  identityPlan,
  deliveryPlan,
  exchangePlan,
  ...importFilePlans,
  quarantinedRecordPlan,
  recordKeyPlan,
  returnedRecordPlan,
  ...settlementPlans,
  financeAccountPlan,
  clearingCasePlan,
  ...roamingStatisticsPlans,
  ...outputPlans,
  resourceFilePlan,
  subscriberPlan,
  termsPlan,
  reratingsPlan,
  usageRemovedPlan,
  stockPoolPlan,
  ...statisticsPlans,
  ...simPlans,
  ...writingPlans,
  ...telecomPlans,
  ...subscriptionIndexes,
];

/** Changes of documents, by number; none so far. */
export const dataMigrations: ReadonlyArray<DataMigration> = [];
