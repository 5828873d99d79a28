import { Effect, Schedule, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { writingComponentActor } from '../../actors/sim/writing-component.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { componentKey, componentRefusals } from '../../domain/sim/telecom/component.ts';
import {
  ComponentName,
  ComponentState,
  ComponentStatus,
  ComponentVersion,
  Ed25519Key,
} from '../../domain/sim/telecom/schema.ts';
import { listComponents } from '../../store/sim/telecom.ts';
import { oneOrMore, pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** The allow list of writing components (写卡组件, seed 000 §4.3 step 3). */

const NEW = {
  name: 'counter-client',
  version: '2.1.0',
  publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
  note: 'release of November, checked by the card team',
};
const COMPONENT = {
  component: componentKey(NEW.name, NEW.version),
  publicKey: NEW.publicKey,
  note: NEW.note,
  status: 'allowed' as const,
  reason: null,
  changedBy: 'wang',
  changedAtMs: 1_795_416_000_000,
};
const Component = Schema.Struct(ComponentState.fields).annotations({ identifier: 'SimWritingComponent' });
const params = sampled(Schema.Struct({ name: ComponentName, version: ComponentVersion }), {
  name: NEW.name,
  version: NEW.version,
});

/** Look-ups know it a moment later. */
const listed = (tenant: TenantId, component: string) =>
  listComponents({ tenant, where: { component }, limit: 1 }).pipe(
    Effect.repeat({ until: ({ items }) => items.length > 0, schedule: Schedule.spaced(50) }),
    Effect.timeoutOption(2_000),
  );

const allow = route({
  method: 'POST',
  path: '/v1/sim/writing-components',
  operationId: 'sim.writingComponent.allow',
  summary: 'Allow a version of a writing component',
  description: 'With the public key of its own. Again changes nothing; a version that was withdrawn is allowed again.',
  in: {
    body: sampled(
      Schema.Struct({ name: ComponentName, version: ComponentVersion, publicKey: Ed25519Key, note: Reason }),
      NEW,
    ),
  },
  out: { 201: sampled(Component, COMPONENT, 'The entry of the list') },
  refusals: [componentRefusals.invalidKey(), componentRefusals.keyDiffers()],
  handler: ({ tenant, envelope, body: { name, version, ...rest } }) =>
    Effect.gen(function* () {
      const key = componentKey(name, version);
      const command = { _tag: 'Allow' as const, ...rest };
      const actors = yield* Actors;
      const { reply, rev } = yield* actors.ask(writingComponentActor, { id: { tenant, key }, command, envelope });
      yield* listed(tenant, key);
      const location = `/v1/sim/writing-components/${name}/${version}`;
      return answer(201, reply.component, { rev, location });
    }),
});

const withdraw = route({
  method: 'POST',
  path: '/v1/sim/writing-components/{name}/{version}/withdraw',
  operationId: 'sim.writingComponent.withdraw',
  summary: 'Take a version of a writing component off the allow list',
  description: 'From now on no write begins with it; one that EOP has been asked for goes to its end.',
  in: { params, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'its key leaked' }) },
  out: {
    200: sampled(Component, { ...COMPONENT, status: 'withdrawn', reason: 'its key leaked' }, 'The entry after it'),
  },
  refusals: [componentRefusals.unknown()],
  handler: ({ tenant, envelope, params: { name, version }, body: { reason } }) =>
    Effect.gen(function* () {
      const id = { tenant, key: componentKey(name, version) };
      const command = { _tag: 'Withdraw' as const, reason };
      const { reply, rev } = yield* (yield* Actors).ask(writingComponentActor, { id, command, envelope });
      return answer(200, reply.component, { rev });
    }),
});

const read = route({
  method: 'GET',
  path: '/v1/sim/writing-components/{name}/{version}',
  operationId: 'sim.writingComponent.read',
  summary: 'Read an entry of the allow list',
  in: { params },
  out: { 200: sampled(Component, COMPONENT, 'The entry as it is now') },
  refusals: [componentRefusals.unknown()],
  handler: ({ tenant, params: { name, version } }) =>
    Effect.map(
      readActor(writingComponentActor, { tenant, key: componentKey(name, version) }, componentRefusals.unknown()),
      ({ state, rev }) => answer(200, state, { rev }),
    ),
});

const list = route({
  method: 'GET',
  path: '/v1/sim/writing-components',
  operationId: 'sim.writingComponent.list',
  summary: 'List writing components, allowed and withdrawn',
  in: {
    query: sampled(Schema.Struct({ ...pageQuery, status: Schema.optional(oneOrMore(ComponentStatus)) }), {
      status: 'allowed',
    }),
  },
  out: { 200: sampled(pageOf(Component), { items: [COMPONENT], nextCursor: null }, 'By name and version') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listComponents({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

export const writingComponentRoutes = [allow, withdraw, read, list];
