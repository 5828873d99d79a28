import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { Ring } from '../keys/private-fields.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';

/** The key of a number's actor: the same for the same number of a tenant, and says nothing of it (decision 0211). */
export const numberKey = (ring: Ring, tenant: TenantId, number: Msisdn): string | Fault =>
  pseudonymOf(ring, 'mandates.number', tenant, number);
