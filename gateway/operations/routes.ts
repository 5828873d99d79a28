import { actorRoutes } from './actor.ts';
import { actorListRoutes } from './actors.ts';
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import { backupRoutes } from './backups.ts';
import { codecRoutes } from './codec.ts';
import { consoleRoutes } from './console.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { documentRoutes } from './documents.ts';
import { fileRoutes } from './files.ts';
import { healthRoutes } from './health.ts';
import { meRoutes } from './me.ts';
import { thresholdRoutes } from './thresholds.ts';

/** The routes of the area `operations`, and those that belong to no area (health, documents, metrics). */
export const operationsRoutes = [
  ...healthRoutes,
  ...documentRoutes,
  ...consoleRoutes,
  ...meRoutes,
  ...alertRoutes,
  ...auditRoutes,
  ...backupRoutes,
  ...thresholdRoutes,
  ...deadLetterRoutes,
  ...fileRoutes,
  ...codecRoutes,
  ...actorListRoutes,
  ...actorRoutes,
];
