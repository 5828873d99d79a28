import { Clock, Effect } from 'effect';
import { readNumber, tellNumber } from '../../actors/mandates/asking.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import {
  type ChargeOutcome,
  chargeKey,
  orderId,
  outcomeOfOrder,
  outcomeOfQuery,
  outcomeOfReversal,
  reversalId,
} from '../../domain/mandates/charge-words.ts';
import { isOpen } from '../../domain/mandates/charges.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { Charge } from '../../domain/mandates/schema.ts';
import { BankPort } from '../../partners/bank/port.ts';
import { ProvincePort } from '../../partners/province/port.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { ChargingInput } from '../../workflows/mandates/charging/contract.ts';
import { CurrentStep } from '../activity.ts';

/**
 * The steps of a charge. What a bank does not answer is not known, whatever the fault was: the order may be on its way.
 * The number's actor is told before the process goes on, and knows a word that comes twice.
 */

const unknownCharge = (): Refusal => refuse('missing', 'ChargeUnknown', 'The number has no such attempt at a charge.');

const chargeOf = (input: ChargingInput) =>
  Effect.gen(function* () {
    const found = yield* readNumber({ tenant: input.tenant, key: input.number });
    const { state } = found ?? (yield* Effect.fail(unknownCharge()));
    const charge = state.charges.find(({ id, attempt }) => id === input.charge && attempt === input.attempt);
    if (charge === undefined || state.number === null) return yield* Effect.fail(unknownCharge());
    // The schema of the state has checked it.
    return { charge, msisdn: state.number as Msisdn };
  });

const record = (input: ChargingInput, msisdn: Msisdn, outcome: ChargeOutcome) =>
  Effect.gen(function* () {
    const { tenant, charge, attempt } = input;
    const message = `hufu:charge:${chargeKey(input)}:${outcome}`;
    const command = { _tag: 'RecordCharge', message, number: msisdn, charge, attempt, outcome } as const;
    yield* tellNumber(command, { tenant, subject: (yield* CurrentStep).caller.subject });
    return { outcome };
  });

/** A fault says nothing about what the bank did; a refusal at its door nothing about what an attempt before did. */
const orNotKnown = <A>(asked: Effect.Effect<A, Refusal | Fault, BankPort>, notKnown: A) =>
  Effect.catchAll(asked, (failure) =>
    Effect.as(
      isRefusal(failure)
        ? Effect.logWarning(`A bank does not let a payment’s message in: ${failure.code}`)
        : Effect.void,
      notKnown,
    ),
  );

/** Does nothing when the attempt is settled already. */
const whileOpen = <R>(
  input: ChargingInput,
  ask: (charge: Charge, msisdn: Msisdn) => Effect.Effect<ChargeOutcome, never, R>,
) =>
  Effect.gen(function* () {
    const { charge, msisdn } = yield* chargeOf(input);
    if (!isOpen(charge)) return { outcome: charge.status as ChargeOutcome };
    return yield* record(input, msisdn, yield* ask(charge, msisdn));
  });

export const orderCharge = (input: ChargingInput) =>
  whileOpen(input, ({ bank, agreement, kind: purpose, amountMinor }, number) =>
    Effect.gen(function* () {
      const banks = yield* BankPort;
      const order = { id: orderId(input), request: chargeKey(input), bank, type: 'paymentOrder' } as const;
      const asked = banks.send({ ...order, number, agreement, purpose, amountMinor });
      return yield* orNotKnown(
        Effect.map(asked, ({ result }) => outcomeOfOrder(result)),
        'unknown',
      );
    }),
  );

const reverse = (input: ChargingInput, { bank, amountMinor }: Charge) =>
  Effect.gen(function* () {
    const banks = yield* BankPort;
    const reversal = { id: reversalId(input), request: chargeKey(input), bank, type: 'paymentReversal' } as const;
    const asked = banks.send({ ...reversal, payment: orderId(input), amountMinor });
    return yield* orNotKnown(
      Effect.map(asked, ({ result }) => outcomeOfReversal(result)),
      'unknown',
    );
  });

export const reverseCharge = (input: ChargingInput) => whileOpen(input, (charge) => reverse(input, charge));

export const queryCharge = (input: ChargingInput & { readonly query: number }) =>
  whileOpen(input, (charge) =>
    Effect.gen(function* () {
      const banks = yield* BankPort;
      const { attempt } = yield* CurrentStep;
      const id = `Q:${chargeKey(input)}:${input.query}:${attempt}`;
      const query = { id, request: chargeKey(input), bank: charge.bank, type: 'paymentQuery' } as const;
      const asked = Effect.map(banks.send({ ...query, payment: orderId(input) }), outcomeOfQuery);
      const found = yield* orNotKnown(asked, 'unknown');
      return found === 'never' ? yield* reverse(input, charge) : found;
    }),
  );

export const tellCharge = (input: ChargingInput) =>
  Effect.gen(function* () {
    const { charge, msisdn } = yield* chargeOf(input);
    const provinces = yield* ProvincePort;
    const province = provinces.homeOf(msisdn);
    if (province === undefined) {
      return yield* Effect.fail(refuse('missing', 'HomeProvinceUnknown', 'The number is at home in no province here.'));
    }
    const { kind, attempt, amountMinor, status } = charge;
    if (status === 'asked' || status === 'unknown') return null;
    yield* provinces.tellCharge(province, {
      id: orderId(input),
      number: msisdn,
      trigger: charge.id,
      kind,
      attempt,
      amountMinor,
      outcome: status,
      code: null,
    });
    return null;
  });

export const alertCharge = (input: ChargingInput & { readonly stage: string; readonly code: string }) =>
  Effect.gen(function* () {
    const { tenant, stage, code } = input;
    const about = { source: 'mandates', subject: chargeKey(input), level: 'problem', code, stage } as const;
    yield* raiseAlert(tenant, about, yield* Clock.currentTimeMillis);
    return null;
  });
