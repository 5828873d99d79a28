import { applicationRoutes } from './applications.ts';
import { cardRoutes } from './cards.ts';
import { decisionRoutes } from './decisions.ts';
import { partnerFileRoutes } from './partner-files.ts';
import { progressRoutes } from './progress.ts';
import { rangeRoutes } from './ranges.ts';

/** The routes of the area `sim`. */
export const simRoutes = [
  ...rangeRoutes,
  ...applicationRoutes,
  ...decisionRoutes,
  ...progressRoutes,
  ...cardRoutes,
  ...partnerFileRoutes,
];
