/**
 * The operations of the gateway that the console calls. `node cli/console/generate.ts` writes the client for them; a test
 * says when it is behind the gateway.
 */
export const OPERATIONS = [
  'operations.me.read',
  'operations.alert.list',
  'operations.alert.acknowledge',
  'roaming.importFile.list',
  'roaming.importFile.read',
  'roaming.importFile.handIn',
  'roaming.importFile.report',
  'roaming.importFile.release',
  'roaming.importFile.discard',
  'roaming.quarantinedRecord.list',
  'roaming.quarantinedRecord.settle',
  'roaming.case.list',
  'roaming.settlement.list',
  'roaming.settlement.read',
  'roaming.settlement.statement',
  'roaming.settlement.approve',
  'roaming.settlement.reject',
  'roaming.settlement.reopen',
  'roaming.statistics.read',
  'roaming.statistics.export',
  'roaming.subscriber.read',
  'roaming.subscriber.switch',
  'roaming.subscriber.activate',
  'roaming.subscriber.spending',
  'roaming.subscriber.usage',
  'roaming.subscriber.exportBill',
] as const;
