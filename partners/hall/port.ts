import { Context, type Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { HallNotice } from '../../domain/mandates/hall/notice.ts';

/** What a step may ask of a tenant's web hall (网上营业厅, seed 003 part 1). Every call may be repeated. */
export class HallPort extends Context.Tag('hufu/HallPort')<
  HallPort,
  {
    /** `nobody`: the tenant has no hall that wants to know. Refused with `HallRefused` when it never takes this notice. */
    readonly tell: (tenant: TenantId, notice: HallNotice) => Effect.Effect<'told' | 'nobody', Refusal | Fault>;
  }
>() {}
