import type { TenantId } from './actor-id.ts';

/** The rights a person, partner or device can hold (spec: users and tenants). The gateway's table names these. */
export const ROLES = [
  'system-administrator',
  'unit-administrator',
  'operator',
  'finance',
  'auditor',
  'partner',
  'device',
  'web-hall',
  'province',
  'subscriber',
  /** Another operator: sees what is its own, by the TADIG code of its token. */
  'roaming-partner',
] as const;

export type Role = (typeof ROLES)[number];

/** On whose behalf something is done. Goes with every command, into the journal and the audit log. */
export interface Caller {
  /** OpenID Connect `sub`, or `service:<name>` for a process of ours. */
  readonly subject: string;
  readonly tenant: TenantId;
  readonly roles: ReadonlyArray<Role>;
  /** By GB/T 2260, of staff who work for some provinces only; left out: none. `reachOf` says what it comes to. */
  readonly provinces?: ReadonlyArray<string>;
  /** TADIG code of the operator whose token it is; left out: of nobody abroad. */
  readonly tadig?: string;
}
