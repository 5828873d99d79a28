import { importFileRoutes } from './import-files.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { bookRoutes } from './settlement/books.ts';
import { partnerFileRoutes } from './settlement/partner-files.ts';
import { periodRoutes } from './settlement/periods.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...quarantinedRecordRoutes,
  ...bookRoutes,
  ...periodRoutes,
  ...partnerFileRoutes,
];
