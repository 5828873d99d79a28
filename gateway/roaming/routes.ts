import { importFileRoutes } from './import-files.ts';
import { priceRoutes } from './prices.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { reratingRoutes } from './reratings.ts';
import { billRoutes } from './subscribers/bills.ts';
import { recordRatingRoutes } from './subscribers/rating.ts';
import { subscriberRoutes } from './subscribers/subscribers.ts';
import { termsRoutes } from './terms.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...quarantinedRecordRoutes,
  ...termsRoutes,
  ...priceRoutes,
  ...reratingRoutes,
  ...subscriberRoutes,
  ...billRoutes,
  ...recordRatingRoutes,
];
