import { Context, type Effect } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { ChargeNotice, RelationNotice } from '../../domain/mandates/province-messages.ts';
import type { Subscriber } from '../../domain/mandates/schema.ts';

/**
 * What a step may ask of the provinces (省 CRM, seed 003; docs/partners/province.md), each with its BOSS and its texts
 * behind it. Every call may be repeated.
 */
export class ProvincePort extends Context.Tag('hufu/ProvincePort')<
  ProvincePort,
  {
    /** Where a number is at home, by its segment; undefined: in no province that is connected. */
    readonly homeOf: (number: string) => string | undefined;
    /** What the province says of a number (part 1 step 3; part 2 step 4); null: it has no such number. */
    readonly check: (province: string, number: string) => Effect.Effect<Subscriber | null, Refusal | Fault>;
    /**
     * Tells what has become of a number's relation. Done when the CRM has it and its BOSS too; a fault: again, later.
     * Refused with `ProvinceRefused` when the CRM does not take this notice and never will.
     */
    readonly tell: (province: string, notice: RelationNotice) => Effect.Effect<void, Refusal | Fault>;
    /** Tells BOSS what has become of a charge; refused likewise. */
    readonly tellCharge: (province: string, notice: ChargeNotice) => Effect.Effect<void, Refusal | Fault>;
  }
>() {}
