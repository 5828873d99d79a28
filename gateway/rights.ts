import type { Role } from '../domain/kernel/caller.ts';

/**
 * Who may call what: the one table, a row for each route, named by its `operationId`. What is not here is denied: the
 * server does not start when a route has no row, or a row no route.
 */

export interface Right {
  /** `everyone`: also without a token. `signed-in`: any valid token. Else: one of these roles. */
  readonly allow: 'everyone' | 'signed-in' | readonly [Role, ...Role[]];
  /** A system administrator may act in another tenant, named by the header `Hufu-Tenant`. Default: nobody may. */
  readonly otherTenants?: true;
  /** Also without a token when the connection comes from this machine itself and was not forwarded. */
  readonly loopback?: true;
}

export type RightsTable = Readonly<Record<string, Right>>;

export const RIGHTS: RightsTable = {
  // operations: what a load balancer, a scraper or a reader of the documents needs
  'operations.health.live': { allow: 'everyone' },
  'operations.health.ready': { allow: 'everyone' },
};
