import { mandateRoutes } from './mandates/routes.ts';
import { operationsRoutes } from './operations/routes.ts';
import { roamingRoutes } from './roaming/routes.ts';
import { simRoutes } from './sim/routes.ts';

/** Every route there is. An area adds its array here, and its rows to the table in `rights.ts`. */
export const routes = [...operationsRoutes, ...simRoutes, ...mandateRoutes, ...roamingRoutes];
