import { Clock, Effect } from 'effect';
import { readTerms, revisionReady } from '../../actors/roaming/terms-documents.ts';
import type { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { hasEnded } from '../../domain/roaming/partner/schema.ts';
import { dayOfMoment } from '../../domain/roaming/settlement/day.ts';
import { revisionInForce } from '../../domain/roaming/terms/terms.ts';
import { Roaming, RoamingPort } from '../../partners/roaming/port.ts';
import type { Files } from '../../store/files/files.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { termsNames } from '../../store/roaming/terms.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { SERVICE_NODE } from './terms.ts';

/**
 * Partners, departments and elements of our network as their documents in force have them (seed 002 §3.1.1): looked at before a step begins, so that what two persons
 * have agreed on holds for whatever is done after, on every node, without a restart.
 */

const READS_AT_ONCE = 50;

type Needs = Actors | Files | KeyRing | Mongo | Roaming | RoamingPort;

/** As persons have approved it; undefined: as the settings have it, today, for a node's own revision only shows them. */
const approved = <K extends 'partner' | 'department' | 'element'>(tenant: TenantId, kind: K, name: string) =>
  Effect.gen(function* () {
    const terms = { tenant, kind, name };
    const state = yield* readTerms(terms);
    const found = state === null ? undefined : revisionInForce(state);
    if (found === undefined || found.proposed.by === SERVICE_NODE) return undefined;
    return (yield* revisionReady(terms, found.revision)).ready;
  });

const refreshPartner = (tenant: TenantId, name: string): Effect.Effect<void, Refusal | Fault, Needs> =>
  Effect.gen(function* () {
    const found = yield* approved(tenant, 'partner', name);
    if (found === undefined) return;
    const { server, ...partner } = found;
    yield* (yield* RoamingPort).serve(name, server);
    (yield* Roaming)?.partners.set(name, partner);
  });

const refreshDepartment = (tenant: TenantId, name: string): Effect.Effect<void, Refusal | Fault, Needs> =>
  Effect.gen(function* () {
    const found = yield* approved(tenant, 'department', name);
    const settings = yield* Roaming;
    if (found === undefined || settings === undefined) return;
    const port = yield* RoamingPort;
    if (hasEnded(found, dayOfMoment(yield* Clock.currentTimeMillis, settings.zone))) {
      settings.cycles.delete(name);
      return yield* port.leave(name);
    }
    yield* port.serve(name, found.server);
    settings.cycles.set(name, new Set(found.cycles));
  });

const refreshElement = (tenant: TenantId, name: string): Effect.Effect<void, Refusal | Fault, Needs> =>
  Effect.gen(function* () {
    const found = yield* approved(tenant, 'element', name);
    const settings = yield* Roaming;
    if (found === undefined || settings === undefined) return;
    const { server, endedFrom, ...element } = found;
    const port = yield* RoamingPort;
    const ended = hasEnded({ endedFrom }, dayOfMoment(yield* Clock.currentTimeMillis, settings.zone));
    yield* ended ? port.leave(name) : port.serve(name, server);
    settings.elements.set(name, { ...element, ended });
  });

/** Documents are those of the tenant that operates the house; where no roaming is configured there are none. */
export const refreshPartners: Effect.Effect<void, Refusal | Fault, Needs> = Effect.gen(function* () {
  const settings = yield* Roaming;
  if (settings === undefined) return;
  const tenant = yield* operationsTenant;
  const names = new Set([...settings.partners.keys(), ...(yield* termsNames(tenant, 'partner'))]);
  const some = { concurrency: READS_AT_ONCE, discard: true } as const;
  yield* Effect.forEach(names, (name) => refreshPartner(tenant, name), some);
  const departments = yield* termsNames(tenant, 'department');
  yield* Effect.forEach(departments, (name) => refreshDepartment(tenant, name), some);
  const elements = yield* termsNames(tenant, 'element');
  yield* Effect.forEach(elements, (name) => refreshElement(tenant, name), some);
});

/** The step, after a look at who the partners are now. */
export const withPartners =
  <Input, A, R>(step: (input: Input) => Effect.Effect<A, Refusal | Fault, R>) =>
  (input: Input): Effect.Effect<A, Refusal | Fault, R | Needs> =>
    Effect.zipRight(refreshPartners, step(input));
