import { applicationRoutes } from './applications.ts';
import { blankCardRoutes } from './blank-cards.ts';
import { cardStockRoutes } from './card-stock.ts';
import { cardWriteRoutes } from './card-writes.ts';
import { cardRoutes } from './cards.ts';
import { decisionRoutes } from './decisions.ts';
import { outputRoutes } from './outputs.ts';
import { partnerFileRoutes } from './partner-files.ts';
import { progressRoutes } from './progress.ts';
import { rangeRoutes } from './ranges.ts';
import { resourceFileRoutes } from './resource-files.ts';
import { statisticsRoutes } from './statistics.ts';
import { stockRoutes } from './stock.ts';
import { telecomApplicationRoutes } from './telecom/applications.ts';
import { telecomDecisionRoutes } from './telecom/decisions.ts';
import { telecomFileRoutes } from './telecom/files.ts';
import { telecomProgressRoutes } from './telecom/progress.ts';
import { telecomWriteRoutes } from './telecom-writes.ts';
import { writingComponentRoutes } from './writing-components.ts';
import { writingResourceRoutes } from './writing-resources.ts';

/** The routes of the area `sim`. */
export const simRoutes = [
  ...rangeRoutes,
  ...applicationRoutes,
  ...decisionRoutes,
  ...progressRoutes,
  ...cardRoutes,
  ...partnerFileRoutes,
  ...cardWriteRoutes,
  ...writingResourceRoutes,
  ...blankCardRoutes,
  ...resourceFileRoutes,
  ...stockRoutes,
  ...cardStockRoutes,
  ...statisticsRoutes,
  ...outputRoutes,
  ...telecomApplicationRoutes,
  ...telecomDecisionRoutes,
  ...telecomFileRoutes,
  ...telecomProgressRoutes,
  ...writingComponentRoutes,
  ...telecomWriteRoutes,
];
