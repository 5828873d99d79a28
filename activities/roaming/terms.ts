import { Effect, Schedule } from 'effect';
import { loadTerms, revisionReady } from '../../actors/roaming/terms-documents.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { TermsUsed } from '../../domain/roaming/imports/schema.ts';
import { agreementName } from '../../domain/roaming/terms/terms.ts';
import type {
  ConfiguredPartner,
  RoamingConfiguration,
  RoamingPartner,
  RoamingTerms,
} from '../../partners/roaming/port.ts';
import { Roaming } from '../../partners/roaming/port.ts';
import type { Files } from '../../store/files/files.ts';
import { operationsTenant } from '../../temporal.config.ts';

/** Terms as the steps take them: first revisions from the settings, and the revisions by which a file is priced. */

export interface PricedBy {
  readonly terms: RoamingTerms;
  readonly partner: RoamingPartner;
  /** Numbers of the revisions. */
  readonly used: TermsUsed;
}

const NOT_LOADED_MS = 2_000;

/** By these revisions of the partner's agreement and of the plan, else by those in force. */
export const pricedBy = (
  tenant: TenantId,
  { home, zone, plan }: RoamingConfiguration,
  partner: ConfiguredPartner,
  wanted: Partial<TermsUsed> = {},
): Effect.Effect<PricedBy, Refusal | Fault, Actors | Files> =>
  Effect.gen(function* () {
    const name = agreementName(home, partner.code);
    const agreement = yield* revisionReady({ tenant, kind: 'agreement', name }, wanted.agreement);
    const retail = yield* revisionReady({ tenant, kind: 'plan', name: plan }, wanted.plan);
    return {
      terms: { home, zone, plan: retail.ready },
      partner: { ...partner, agreement: agreement.ready },
      used: { agreement: agreement.revision, plan: retail.revision },
    };
  }).pipe(
    Effect.catchAll((failure) =>
      Effect.flatMap(operationsTenant, (operates) =>
        // The node that has them in its settings is about to load them.
        isRefusal(failure) && failure.code === 'TermsUnknown' && tenant === operates
          ? Effect.fail(fault('roaming', 'TermsNotLoaded', failure.message, NOT_LOADED_MS))
          : Effect.fail(failure),
      ),
    ),
  );

/** First revisions of the settings, for the tenant that operates; what is known already stays as it is. */
export const loadFirstTerms = (tenant: TenantId): Effect.Effect<number, Refusal | Fault, Actors | Files | Roaming> =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    const caller = { subject: 'service:node', tenant, roles: [] };
    let loaded = 0;
    for (const { kind, name, document } of settings?.first ?? []) {
      const one = loadTerms({ tenant, kind, name }, document, caller);
      // Other nodes may still be starting.
      const changed = yield* Effect.retry(one, { while: isFault, schedule: Schedule.spaced('2 seconds') });
      if (changed) loaded += 1;
    }
    return loaded;
  });
