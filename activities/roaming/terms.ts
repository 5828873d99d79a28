import { Effect, Schedule } from 'effect';
import { type InForce, loadTerms, revisionReady } from '../../actors/roaming/terms-documents.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, isFault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import type { PartnerTermsUsed } from '../../domain/roaming/imports/schema.ts';
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
  readonly used: PartnerTermsUsed;
}

const NOT_LOADED_MS = 2_000;

/** A fault while the node that has first revisions in its settings is about to load them. */
export const whenLoaded =
  (tenant: TenantId) =>
  <A, R>(found: Effect.Effect<A, Refusal | Fault, R>): Effect.Effect<A, Refusal | Fault, R> =>
    Effect.catchAll(found, (failure) =>
      Effect.flatMap(operationsTenant, (operates) =>
        isRefusal(failure) && failure.code === 'TermsUnknown' && tenant === operates
          ? Effect.fail(fault('roaming', 'TermsNotLoaded', failure.message, NOT_LOADED_MS))
          : Effect.fail(failure),
      ),
    );

/** By these revisions of the partner's agreement and of the plan, else by those in force. */
export const pricedBy = (
  tenant: TenantId,
  { home, zone, plan }: RoamingConfiguration,
  partner: ConfiguredPartner,
  wanted: Partial<PartnerTermsUsed> = {},
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
  }).pipe(whenLoaded(tenant));

/** By the code of the home operator. */
export type VisitorAgreements = ReadonlyMap<string, InForce<'agreement'>>;

const READS_AT_ONCE = 50;

const visitorAgreement = (tenant: TenantId, home: string, code: string, revision?: number) =>
  revisionReady({ tenant, kind: 'agreement', name: agreementName(code, home) }, revision).pipe(whenLoaded(tenant));

/**
 * Agreements about partners' subscribers in our network: by these revisions, else by those in force. A partner of whose none
 * is in force is left out: its visitors cannot be charged for.
 */
export const visitorAgreements = (
  tenant: TenantId,
  { home, partners }: Pick<RoamingConfiguration, 'home' | 'partners'>,
  wanted: Readonly<Record<string, number>> = {},
): Effect.Effect<VisitorAgreements, Refusal | Fault, Actors | Files> =>
  Effect.gen(function* () {
    const codes = [...partners.values()].filter(({ visitors }) => visitors !== null).map(({ code }) => code);
    const found = yield* Effect.forEach(
      codes,
      (code) =>
        visitorAgreement(tenant, home, code, wanted[code]).pipe(
          Effect.map((agreement) => [[code, agreement] as const]),
          Effect.catchIf(
            (failure) => isRefusal(failure) && failure.code === 'NothingInForce',
            () => Effect.succeed([]),
          ),
        ),
      { concurrency: READS_AT_ONCE },
    );
    return new Map(found.flat());
  });

/** Who has proposed first revisions, as the settings have them. */
export const SERVICE_NODE = 'service:node';

/** First revisions of the settings, for the tenant that operates; what is known already stays as it is. */
export const loadFirstTerms = (tenant: TenantId): Effect.Effect<number, Refusal | Fault, Actors | Files | Roaming> =>
  Effect.gen(function* () {
    const settings = yield* Roaming;
    const caller = { subject: SERVICE_NODE, tenant, roles: [] };
    let loaded = 0;
    for (const { kind, name, document } of settings?.first ?? []) {
      const one = loadTerms({ tenant, kind, name }, document, caller);
      // Other nodes may still be starting.
      const changed = yield* Effect.retry(one, { while: isFault, schedule: Schedule.spaced('2 seconds') });
      if (changed) loaded += 1;
    }
    return loaded;
  });
