import { caseRoutes } from './cases.ts';
import { chargeRoutes } from './charges.ts';
import { eligibilityRoutes } from './eligibility.ts';
import { hallRoutes } from './hall.ts';
import { noticeRoutes } from './notices.ts';
import { differenceRoutes } from './reconciliation/differences.ts';
import { runRoutes } from './reconciliation/runs.ts';
import { redirectRoutes } from './redirect.ts';
import { relationChangeRoutes } from './relation-changes.ts';
import { relationRoutes } from './relations.ts';
import { reportRoutes } from './reports.ts';
import { rulesRoutes } from './rules.ts';

/** What staff do, in the provinces they work for. */
export const mandateStaffRoutes = [
  ...rulesRoutes,
  ...eligibilityRoutes,
  ...relationRoutes,
  ...relationChangeRoutes,
  ...noticeRoutes,
  ...caseRoutes,
  ...reportRoutes,
  ...runRoutes,
  ...differenceRoutes,
];

/** The routes of the area `mandates`: staff's, and those of the carrier's own programs and their users' browsers. */
export const mandateRoutes = [...mandateStaffRoutes, ...hallRoutes, ...redirectRoutes, ...chargeRoutes];
