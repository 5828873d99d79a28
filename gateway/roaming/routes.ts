import { importFileRoutes } from './import-files.ts';
import { priceRoutes } from './prices.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { roamingStatisticsRoutes } from './statistics.ts';
import { billRoutes } from './subscribers/bills.ts';
import { subscriberRoutes } from './subscribers/subscribers.ts';
import { termsRoutes } from './terms.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...quarantinedRecordRoutes,
  ...termsRoutes,
  ...priceRoutes,
  ...subscriberRoutes,
  ...billRoutes,
  ...roamingStatisticsRoutes,
];
