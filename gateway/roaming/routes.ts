import { importFileRoutes } from './import-files.ts';
import { priceRoutes } from './prices.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { reratingRoutes } from './reratings.ts';
import { termsRoutes } from './terms.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...quarantinedRecordRoutes,
  ...termsRoutes,
  ...priceRoutes,
  ...reratingRoutes,
];
