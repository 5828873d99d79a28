import { Effect } from 'effect';
import { settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { implement } from '../../activity.ts';
import { withPartners } from '../partners.ts';
import { postAccount, refuseAccount, tellAccountLate } from './accounts.ts';
import { alertAbout } from './asking.ts';
import { postCase, returnCase } from './cases.ts';
import { checkDay, closeBooks, importsUnderWay, reportDay, settlementStanding } from './days.ts';
import { compareDetail } from './details.ts';
import { reportMonth } from './months.ts';
import {
  closePeriod,
  comparePeriod,
  decidePeriod,
  drawPeriod,
  readPeriod,
  remindFinance,
  sendInstruction,
  sendStatement,
  wakePeriods,
} from './periods.ts';

/** The steps of settlement, held against the contract. */
export const settlementSteps = implement(settlementContract)({
  settlementStanding: withPartners(settlementStanding),
  importsUnderWay,
  closeBooks: withPartners(closeBooks),
  checkDay: withPartners(checkDay),
  reportDay: withPartners(reportDay),
  reportMonth: withPartners(reportMonth),
  settlementFailed: ({ tenant, partner, what, code }) =>
    Effect.as(alertAbout(tenant, `${partner} ${what}`, code, 'step'), null),
  readPeriod,
  drawPeriod: withPartners(drawPeriod),
  sendStatement: withPartners(sendStatement),
  comparePeriod: withPartners(comparePeriod),
  decidePeriod,
  sendInstruction: withPartners(sendInstruction),
  closePeriod,
  remindFinance,
  compareDetail: withPartners(compareDetail),
  wakePeriods,
  postAccount,
  refuseAccount,
  tellAccountLate,
  postCase,
  returnCase,
});
