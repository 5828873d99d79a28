import { importFileRoutes } from './import-files.ts';
import { outgoingFileRoutes } from './outgoing-files.ts';
import { quarantinedRecordRoutes } from './quarantined-records.ts';
import { returnedRecordRoutes } from './returned-records.ts';

/** The routes of the area `roaming`. */
export const roamingRoutes = [
  ...importFileRoutes,
  ...quarantinedRecordRoutes,
  ...outgoingFileRoutes,
  ...returnedRecordRoutes,
];
