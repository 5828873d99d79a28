import { Effect, Schema } from 'effect';
import { THRESHOLDS_KEY, thresholdsActor } from '../../actors/operations/thresholds.ts';
import { Actors, type Envelope } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { ALARMS } from '../../domain/operations/thresholds/alarms.ts';
import { thresholdRefusals } from '../../domain/operations/thresholds/refusals.ts';
import {
  Alarm,
  Threshold,
  ThresholdChange,
  type ThresholdCommand,
  ThresholdReply,
  type ThresholdsState,
} from '../../domain/operations/thresholds/schema.ts';
import { type ThresholdInForce, thresholdsInForce } from '../../domain/operations/thresholds/thresholds.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * Thresholds of alarms (seed 002 §3.1.1): where Prometheus calls a person, as an administrator has set it, and who has changed it. Each node tells
 * them as `hufu_alarm_threshold`, so what is set holds from the next look on.
 */

const PATH = '/v1/operations/thresholds';

const Item = Schema.Struct({
  alarm: Alarm,
  what: Schema.String,
  unit: Schema.Literal('share', 'processors', 'seconds', 'perSecond'),
  value: Threshold.annotations({ description: 'In the unit; null: the alarm is off' }),
  isDefault: Schema.Boolean,
  default: Schema.Number,
  least: Schema.Number,
  most: Schema.Number,
  changed: Schema.NullOr(ThresholdChange),
}).annotations({ identifier: 'AlarmThreshold' });

const CHANGE = {
  ...{ alarm: 'HufuMachineBusy' as const, value: 0.7, reason: 'the machines are small' },
  ...{ by: 'ann', atMs: 1_795_416_000_000 },
};
const ITEM: typeof Item.Encoded = {
  ...{ alarm: 'HufuMachineBusy', what: ALARMS.HufuMachineBusy.what, unit: 'share', value: 0.7, isDefault: false },
  ...{ default: 0.8, least: 0.05, most: 0.99, changed: CHANGE },
};

const itemOf = ({ alarm, ...rest }: ThresholdInForce): typeof Item.Type => {
  const { what, unit, fallback, least, most } = ALARMS[alarm];
  return { alarm, what, unit, ...rest, default: fallback, least, most };
};

const idOf = (tenant: TenantId) => ({ tenant, key: THRESHOLDS_KEY });

const ofOperations = (tenant: TenantId) =>
  Effect.flatMap(operationsTenant, (ours) =>
    ours === tenant ? Effect.void : Effect.fail(thresholdRefusals.notOurs()),
  );

/** Null before anybody has set one. Refusal `NotOperationsTenant`. */
export const readThresholds = (tenant: TenantId) =>
  Effect.gen(function* () {
    yield* ofOperations(tenant);
    const found = (yield* Actors).read(thresholdsActor, idOf(tenant));
    const state: ThresholdsState | null = yield* found.pipe(
      Effect.map((read) => read.state),
      Effect.catchIf(
        (failure) => isRefusal(failure) && failure.kind === 'missing',
        () => Effect.succeed(null),
      ),
    );
    return state;
  });

/** Refusals `NotOperationsTenant`, `ThresholdOutOfBounds`. */
export const changeThreshold = (tenant: TenantId, command: ThresholdCommand, envelope: Envelope) =>
  Effect.gen(function* () {
    yield* ofOperations(tenant);
    return (yield* (yield* Actors).ask(thresholdsActor, { id: idOf(tenant), command, envelope })).reply;
  });

const list = route({
  method: 'GET',
  path: PATH,
  operationId: 'operations.threshold.list',
  summary: 'List the alarms that have a threshold: where each begins, within what it may be set, who changed it last',
  in: {},
  out: { 200: sampled(Schema.Struct({ items: Schema.Array(Item) }), { items: [ITEM] }, 'By name') },
  refusals: [thresholdRefusals.notOurs()],
  handler: ({ tenant }) =>
    Effect.map(readThresholds(tenant), (state) => answer(200, { items: thresholdsInForce(state).map(itemOf) })),
});

const one = sampled(Schema.Struct({ alarm: Alarm }), { alarm: 'HufuMachineBusy' });

const History = Schema.Struct({ changes: Schema.Array(ThresholdChange) });

const history = route({
  method: 'GET',
  path: `${PATH}/{alarm}/changes`,
  operationId: 'operations.threshold.changes',
  summary: 'List who has changed the threshold of an alarm, when and why',
  in: { params: one },
  out: { 200: sampled(History, { changes: [CHANGE] }, 'The oldest first, of the last 200 of all alarms') },
  refusals: [thresholdRefusals.notOurs()],
  handler: ({ tenant, params: { alarm } }) =>
    Effect.map(readThresholds(tenant), (state) =>
      answer(200, { changes: (state?.changes ?? []).filter((change) => change.alarm === alarm) }),
    ),
});

const Setting = Schema.Struct({ value: Threshold, reason: Reason });

const set = route({
  method: 'PUT',
  path: `${PATH}/{alarm}`,
  operationId: 'operations.threshold.set',
  summary: 'Set where an alarm begins, or switch it off (null)',
  description: 'Prometheus compares what it measures with it from its next look on, without a restart.',
  in: { params: one, body: sampled(Setting, { value: 0.7, reason: 'the machines are small' }) },
  out: { 200: sampled(ThresholdReply, { changed: true, alarm: 'HufuMachineBusy', value: 0.7 }, 'What holds now') },
  refusals: [thresholdRefusals.outOfBounds('HufuMachineBusy'), thresholdRefusals.notOurs()],
  handler: ({ tenant, envelope, params: { alarm }, body }) =>
    Effect.map(changeThreshold(tenant, { _tag: 'Set', alarm, ...body }, envelope), (reply) => answer(200, reply)),
});

const reset = route({
  method: 'POST',
  path: `${PATH}/{alarm}/reset`,
  operationId: 'operations.threshold.reset',
  summary: 'Set an alarm back to where the release has it',
  in: { params: one, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'new machines' }) },
  out: { 200: sampled(ThresholdReply, { changed: true, alarm: 'HufuMachineBusy', value: 0.8 }, 'What holds now') },
  refusals: [thresholdRefusals.notOurs()],
  handler: ({ tenant, envelope, params: { alarm }, body: { reason } }) =>
    Effect.map(changeThreshold(tenant, { _tag: 'Reset', alarm, reason }, envelope), (reply) => answer(200, reply)),
});

export const thresholdRoutes = [list, history, set, reset];
