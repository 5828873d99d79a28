import { Effect, Schema } from 'effect';
import { rulesInForce, tellNumber } from '../../actors/mandates/asking.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { type Msisdn, parseMsisdn } from '../../domain/mandates/identifiers.ts';
import { rulesRefusals } from '../../domain/mandates/province-rules.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import { Amount, ChargeStatus, Count, MessageId, ProvinceCode } from '../../domain/mandates/schema.ts';
import type { Of } from '../../domain/mandates/state.ts';
import { answer, route, sampled } from '../route.ts';
import { PROVINCE } from './samples.ts';

/**
 * What a province's BOSS triggers (docs/mandates.md): a balance under the threshold, a bill that is due. The number's actor
 * decides; the payment itself is a process that begins by what the actor has written. And a user who wants no charges.
 */

const Dialled = Schema.String.pipe(Schema.maxLength(20));
const Decided = Schema.Struct({
  charged: Schema.Boolean.annotations({ description: 'True also of a trigger that came before' }),
  code: Schema.NullOr(Schema.String).annotations({ description: 'Why nothing is charged' }),
  charge: Schema.NullOr(Schema.Struct({ id: MessageId, attempt: Count, amountMinor: Amount, status: ChargeStatus })),
}).annotations({ identifier: 'MandateCharge' });

const CHARGED = {
  charged: true,
  code: null,
  charge: { id: 'T-1', attempt: 1, amountMinor: 5_000, status: 'asked' },
} as const;

const parsed = (number: string) =>
  Effect.suspend(() => {
    const found = parseMsisdn(number);
    return isRefusal(found) ? Effect.fail(found) : Effect.succeed(found);
  });

/** A message's id: the same call again is the same message. */
const messageOf = ({ subject }: Caller, commandId: string): string =>
  `boss:${sm3Hex(`${subject}\n${commandId}`).slice(0, 32)}`;

const decide = (tenant: TenantId, caller: Caller, command: Of<'TopUp'> | Of<'PayBill'>) =>
  Effect.map(tellNumber(command, { tenant, subject: caller.subject }), ({ reply: { word, code, charge } }) => {
    const shown = charge && {
      id: charge.id,
      attempt: charge.attempt,
      amountMinor: charge.amountMinor,
      status: charge.status,
    };
    return answer(200, { charged: word === 'charge', code, charge: shown });
  });

const balance = route({
  method: 'POST',
  path: '/v1/mandates/triggers/balances',
  operationId: 'mandates.trigger.balance',
  summary: 'Tell that a prepaid balance is low: it is topped up once for each trigger',
  personalData: true,
  in: {
    body: sampled(
      Schema.Struct({
        province: ProvinceCode,
        number: Dialled,
        trigger: MessageId,
        balanceMinor: Schema.Int,
        measuredAtMs: Count,
      }),
      { province: PROVINCE, number: '13800138000', trigger: 'T-1', balanceMinor: 500, measuredAtMs: 1_795_416_000_000 },
    ),
  },
  out: { 200: sampled(Decided, CHARGED, 'The charge, or why there is none') },
  refusals: [rulesRefusals.provinceUnknown(), mandateRefusals.messageConflict()],
  handler: ({ tenant, caller, commandId, body: { province, number, ...trigger } }) =>
    Effect.gen(function* () {
      const msisdn = yield* parsed(number);
      const rules = yield* rulesInForce(tenant, province);
      const message = messageOf(caller, commandId);
      return yield* decide(tenant, caller, { _tag: 'TopUp', message, number: msisdn, ...trigger, rules });
    }),
});

const bill = route({
  method: 'POST',
  path: '/v1/mandates/triggers/bills',
  operationId: 'mandates.trigger.bill',
  summary: 'Tell that a postpaid bill is due: it is paid once',
  description: 'A bill that the bank has refused is tried again when it comes again; one that is paid or open is not.',
  personalData: true,
  in: {
    body: sampled(Schema.Struct({ province: ProvinceCode, number: Dialled, bill: MessageId, amountMinor: Amount }), {
      province: PROVINCE,
      number: '13800138000',
      bill: 'B-2026-11',
      amountMinor: 8_800,
    }),
  },
  out: { 200: sampled(Decided, CHARGED, 'The charge, or why there is none') },
  refusals: [rulesRefusals.provinceUnknown(), mandateRefusals.messageConflict()],
  handler: ({ tenant, caller, commandId, body: { province, number, ...due } }) =>
    Effect.gen(function* () {
      const msisdn = yield* parsed(number);
      const rules = yield* rulesInForce(tenant, province);
      const message = messageOf(caller, commandId);
      return yield* decide(tenant, caller, { _tag: 'PayBill', message, number: msisdn, ...due, rules });
    }),
});

const StopOrResume = sampled(Schema.Struct({ number: Dialled }), { number: '13800138000' });
const Standing = sampled(Schema.Struct({ charges: Schema.Literal('stopped', 'resumed') }), { charges: 'stopped' });

const standing = (tag: 'Stop' | 'Resume', tenant: TenantId, caller: Caller, commandId: string, number: Msisdn) =>
  Effect.map(
    tellNumber({ _tag: tag, message: messageOf(caller, commandId), number }, { tenant, subject: caller.subject }),
    () => answer(200, { charges: tag === 'Stop' ? ('stopped' as const) : ('resumed' as const) }),
  );

const stop = route({
  method: 'POST',
  path: '/v1/mandates/charging/stop',
  operationId: 'mandates.charging.stop',
  summary: 'Charge a number nothing more; its mandate stays',
  personalData: true,
  in: { body: StopOrResume },
  out: { 200: Standing },
  handler: ({ tenant, caller, commandId, body }) =>
    Effect.flatMap(parsed(body.number), (number) => standing('Stop', tenant, caller, commandId, number)),
});

const resume = route({
  method: 'POST',
  path: '/v1/mandates/charging/resume',
  operationId: 'mandates.charging.resume',
  summary: 'Charge a number again',
  personalData: true,
  in: { body: StopOrResume },
  out: { 200: Standing },
  handler: ({ tenant, caller, commandId, body }) =>
    Effect.flatMap(parsed(body.number), (number) => standing('Resume', tenant, caller, commandId, number)),
});

export const chargeRoutes = [balance, bill, stop, resume];
