import { Effect, Schema } from 'effect';
import { provinceRulesActor } from '../../actors/mandates/province-rules.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { rulesRefusals } from '../../domain/mandates/province-rules.ts';
import { Count, ProvinceCode, ProvinceRules, Reason, RulesReply, RulesState } from '../../domain/mandates/schema.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';
import { PROVINCE, RULES } from './samples.ts';

/** The rules of a province, version by version. */

const params = sampled(Schema.Struct({ province: ProvinceCode }), { province: PROVINCE });
const VERSION = { fromMs: 1_795_416_000_000, rules: RULES, note: 'circular 7 of the province' };

const set = route({
  method: 'POST',
  path: '/v1/mandates/provinces/{province}/rules',
  operationId: 'mandates.rules.set',
  summary: 'Set the rules of a province from a moment on',
  description:
    'The first version may begin in the past, each later one begins in the future; one that is not in force yet is ' +
    'replaced by another that begins at the same moment.',
  in: { params, body: sampled(Schema.Struct({ fromMs: Count, rules: ProvinceRules, note: Reason }), VERSION) },
  out: { 200: sampled(RulesReply, { changed: true, versions: 1 }, 'How many versions there are') },
  refusals: [rulesRefusals.past(), rulesRefusals.invalidBounds(), rulesRefusals.crowded()],
  handler: ({ tenant, envelope, params: { province }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Set' as const, ...body };
      const { reply, rev } = yield* actors.ask(provinceRulesActor, {
        id: { tenant, key: province },
        command,
        envelope,
      });
      return answer(200, reply, { rev });
    }),
});

const read = route({
  method: 'GET',
  path: '/v1/mandates/provinces/{province}/rules',
  operationId: 'mandates.rules.read',
  summary: 'Read the rules of a province, all versions',
  in: { params },
  out: {
    200: sampled(RulesState, { versions: [{ ...VERSION, setBy: 'wang' }] }, 'In the order of their beginning'),
  },
  refusals: [rulesRefusals.provinceUnknown()],
  handler: ({ tenant, params: { province } }) =>
    Effect.map(
      readActor(provinceRulesActor, { tenant, key: province }, rulesRefusals.provinceUnknown()),
      ({ state, rev }) => answer(200, state, { rev }),
    ),
});

export const rulesRoutes = [set, read];
