import { roamingContract } from '../../workflows/roaming/contract.ts';
import { implement } from '../activity.ts';
import { patiently } from '../patience.ts';
import { giveUpImport, importFile } from './import-file.ts';
import { withPartners } from './partners.ts';
import { postRerating, previewRerating, readRerating, stallRerating } from './rerating.ts';
import { takeBackRerating } from './rerating-withdrawal.ts';
import { returnRecords } from './return-records.ts';
import { cutDay, sendFiles, sendNrtrde, startDay } from './send-files.ts';
import { settleRecord } from './settle-record.ts';
import { settleReturn } from './settle-returned.ts';
import { takeFiles } from './take-files.ts';
import { alertLimitUntold, tellLimit } from './tell-limit.ts';

/** The steps of roaming clearing, held against the contract. Those that walk files do not begin anew when a node moves. */
export const roamingSteps = implement(roamingContract)({
  cutDay: withPartners(cutDay),
  alertLimitUntold,
  giveUpImport,
  importFile: patiently(withPartners(importFile)),
  postRerating: patiently(withPartners(postRerating)),
  previewRerating: patiently(withPartners(previewRerating)),
  readRerating,
  returnRecords: withPartners(returnRecords),
  sendFiles: withPartners(sendFiles),
  sendNrtrde: withPartners(sendNrtrde),
  settleRecord: withPartners(settleRecord),
  settleReturn: withPartners(settleReturn),
  stallRerating,
  startDay: withPartners(startDay),
  takeBackRerating: patiently(withPartners(takeBackRerating)),
  takeFiles: withPartners(takeFiles),
  tellLimit,
});
