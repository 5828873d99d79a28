import { deliveryRoutes } from './deliveries.ts';
import { exchangeRoutes } from './exchanges.ts';
import { importFileRoutes } from './import-files.ts';
import { outgoingFileRoutes } from './outgoing-files.ts';
import { partnerViewRoutes } from './partner-view.ts';
import { priceRoutes } from './prices.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { reratingRoutes } from './reratings.ts';
import { returnedRecordRoutes } from './returned-records.ts';
import { financeAccountRoutes } from './settlement/accounts.ts';
import { bookRoutes } from './settlement/books.ts';
import { caseRoutes } from './settlement/cases.ts';
import { evidenceRoutes } from './settlement/evidence.ts';
import { partnerFileRoutes } from './settlement/partner-files.ts';
import { periodRoutes } from './settlement/periods.ts';
import { sampleRoutes } from './settlement/samples-of-days.ts';
import { settlementReportRoutes } from './settlement/settlement-report.ts';
import { roamingStatisticsRoutes } from './statistics.ts';
import { billRoutes } from './subscribers/bills.ts';
import { recordRatingRoutes } from './subscribers/rating.ts';
import { subscriberRoutes } from './subscribers/subscribers.ts';
import { termsRoutes } from './terms.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...deliveryRoutes,
  ...exchangeRoutes,
  ...quarantinedRecordRoutes,
  ...outgoingFileRoutes,
  ...returnedRecordRoutes,
  ...bookRoutes,
  ...sampleRoutes,
  ...caseRoutes,
  ...evidenceRoutes,
  ...financeAccountRoutes,
  ...periodRoutes,
  ...settlementReportRoutes,
  ...partnerFileRoutes,
  ...partnerViewRoutes,
  ...termsRoutes,
  ...priceRoutes,
  ...reratingRoutes,
  ...subscriberRoutes,
  ...billRoutes,
  ...recordRatingRoutes,
  ...roamingStatisticsRoutes,
];
