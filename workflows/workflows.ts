/** Every workflow of the house, under its type's name: what the bundle is made of. */

export { agreement as 'mandates.agreement' } from './mandates/agreement.ts';
export { charging as 'mandates.charging' } from './mandates/charging/charging.ts';
export { hallSession as 'mandates.hallSession' } from './mandates/hall/session.ts';
export { reconcile as 'mandates.reconcile' } from './mandates/reconciliation/reconcile.ts';
export {
  differenceDecision as 'mandates.differenceDecision',
  reconcileAll as 'mandates.reconcileAll',
} from './mandates/reconciliation/reconcile-all.ts';
export { backUp as 'operations.backUp' } from './operations/back-up.ts';
export { compaction as 'operations.compaction' } from './operations/compaction.ts';
export { housekeeping as 'operations.housekeeping' } from './operations/housekeeping.ts';
export { retention as 'operations.retention' } from './operations/retention.ts';
export {
  importFile as 'roaming.import',
  look as 'roaming.look',
  settle as 'roaming.settle',
} from './roaming/imports.ts';
export { tellLimit as 'roaming.tellLimit' } from './roaming/limits.ts';
export { rerate as 'roaming.rerate' } from './roaming/rerating.ts';
export {
  send as 'roaming.send',
  sendDay as 'roaming.sendDay',
  sendDays as 'roaming.sendDays',
  sendNrtrde as 'roaming.sendNrtrde',
  settleReturn as 'roaming.settleReturn',
} from './roaming/sending.ts';
export { sendAccount as 'roaming.sendAccount' } from './roaming/settlement/accounts.ts';
export { postCase as 'roaming.postCase' } from './roaming/settlement/cases.ts';
export { closeDays as 'roaming.closeDays', closeMonth as 'roaming.closeMonth' } from './roaming/settlement/days.ts';
export {
  reconcileDetail as 'roaming.reconcileDetail',
  settlePeriod as 'roaming.settlePeriod',
} from './roaming/settlement/period.ts';
export { cardMaking as 'sim.cardMaking' } from './sim/card-making.ts';
export { eopResult as 'sim.eopResult' } from './sim/eop-result.ts';
export { resourceFiles as 'sim.resourceFiles', resourceImport as 'sim.resourceImport' } from './sim/resource-files.ts';
export { strayFiles as 'sim.strayFiles' } from './sim/stray-files.ts';
export { telecomCardMaking as 'sim.telecomCardMaking' } from './sim/telecom/card-making.ts';
export { writeResult as 'sim.writeResult' } from './sim/write-result.ts';
