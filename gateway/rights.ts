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
  'operations.documents.openapi': { allow: 'everyone' },
  'operations.documents.page': { allow: 'everyone' },
  'operations.documents.asset': { allow: 'everyone' },
  'operations.metrics.read': { allow: ['system-administrator'], loopback: true },
  'operations.me.read': { allow: 'signed-in' },
  'operations.audit.list': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.audit.verify': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.audit.export': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.alert.list': {
    allow: ['operator', 'unit-administrator', 'system-administrator', 'auditor'],
    otherTenants: true,
  },
  'operations.alert.acknowledge': {
    allow: ['operator', 'unit-administrator', 'system-administrator'],
    otherTenants: true,
  },
  'operations.deadLetter.list': {
    allow: ['system-administrator', 'unit-administrator', 'auditor'],
    otherTenants: true,
  },
  'operations.deadLetter.retry': { allow: ['system-administrator'], otherTenants: true },
  'operations.deadLetter.discard': { allow: ['system-administrator'], otherTenants: true },
  // nodes are of all tenants; keys of actors may be card numbers, which an auditor sees masked elsewhere; states hold all
  'operations.node.list': { allow: ['system-administrator'] },
  'operations.actor.list': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.read': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.journal': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.state': { allow: ['system-administrator'], otherTenants: true },
  'operations.actor.retry': { allow: ['system-administrator'], otherTenants: true },
  // whoever may decode reads the payloads of every tenant: a payload does not say whose it is (decision 0044)
  'operations.codec.begin': { allow: ['system-administrator'] },
  'operations.codec.decode': { allow: ['system-administrator'] },
  'operations.codec.encode': { allow: ['system-administrator'] },
  'operations.file.read': { allow: ['unit-administrator', 'operator', 'auditor'] },
  'operations.file.download': { allow: ['unit-administrator', 'operator', 'auditor'] },
  // sim: staff of the unit work with cards; an auditor looks on and sees card numbers masked
  'sim.range.register': { allow: ['unit-administrator', 'operator'] },
  'sim.range.retire': { allow: ['unit-administrator'] },
  'sim.range.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.range.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stock.numbers': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stock.cards': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.audit': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.part.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.progress.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.progress.follow': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.card.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.card.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.partnerFile.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.partnerFile.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.create': { allow: ['operator', 'unit-administrator'] },
  'sim.application.edit': { allow: ['operator', 'unit-administrator'] },
  'sim.application.submit': { allow: ['operator', 'unit-administrator'] },
  'sim.application.correct': { allow: ['operator', 'unit-administrator'] },
  'sim.application.drop': { allow: ['operator', 'unit-administrator'] },
  'sim.application.split': { allow: ['operator', 'unit-administrator'] },
  'sim.application.cancelPart': { allow: ['operator', 'unit-administrator'] },
  'sim.application.pause': { allow: ['operator', 'unit-administrator'] },
  'sim.application.resume': { allow: ['operator', 'unit-administrator'] },
  'sim.application.cancel': { allow: ['operator', 'unit-administrator'] },
  'sim.application.retryStage': { allow: ['operator', 'unit-administrator'] },
  'sim.application.pollNow': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.download': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.handIn': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.release': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.discard': { allow: ['operator', 'unit-administrator'] },
};

export type Verdict = 'allowed' | 'unauthenticated' | 'denied';

/** Pure: may this caller (undefined: no token) use a route with this right? */
export const judge = (right: Right, roles: ReadonlyArray<Role> | undefined, fromLoopback: boolean): Verdict => {
  if (right.allow === 'everyone' || (right.loopback === true && fromLoopback)) return 'allowed';
  if (roles === undefined) return 'unauthenticated';
  if (right.allow === 'signed-in') return 'allowed';
  return right.allow.some((role) => roles.includes(role)) ? 'allowed' : 'denied';
};

/** Everything that is wrong between the routes and the table; empty when each has the other. */
export const tableErrors = (
  routes: ReadonlyArray<{ readonly operationId: string; readonly method: string; readonly path: string }>,
  table: RightsTable,
): ReadonlyArray<string> => {
  const ids = routes.map((route) => route.operationId);
  const places = routes.map((route) => `${route.method} ${route.path.replaceAll(/\{[^}]*\}/g, '{}')}`);
  const twice = (values: ReadonlyArray<string>) => values.filter((value, index) => values.indexOf(value) !== index);
  return [
    ...ids.filter((id) => !Object.hasOwn(table, id)).map((id) => `no row of rights for the route ${id}`),
    ...Object.keys(table)
      .filter((id) => !ids.includes(id))
      .map((id) => `no route for the row of rights ${id}`),
    ...twice(ids).map((id) => `two routes are named ${id}`),
    ...twice(places).map((place) => `two routes at ${place}`),
  ];
};
