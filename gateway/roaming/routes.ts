import { importFileRoutes } from './import-files.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { billRoutes } from './subscribers/bills.ts';
import { subscriberRoutes } from './subscribers/subscribers.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [...importFileRoutes, ...quarantinedRecordRoutes, ...subscriberRoutes, ...billRoutes];
