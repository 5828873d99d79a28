import { Context, type Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { WriteNotice } from '../../domain/sim/writing/notice.ts';

/** What a step may ask of a tenant's CRM (虚商 CRM 系统, seed 000 §4.2 step 5). Every call may be repeated. */
export class CrmPort extends Context.Tag('hufu/CrmPort')<
  CrmPort,
  {
    /**
     * Tells the result of a write. `nobody`: this tenant has no CRM that wants to know. Refused with `CrmRefused` when
     * the CRM does not take this notice and never will; everything else that is not a success is a fault.
     */
    readonly tellWrite: (tenant: TenantId, notice: WriteNotice) => Effect.Effect<'told' | 'nobody', Refusal | Fault>;
  }
>() {}
