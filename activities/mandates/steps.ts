import { Effect } from 'effect';
import { alertAbout } from '../../actors/mandates/alerting.ts';
import { readNumber, rulesInForce, tellNumber } from '../../actors/mandates/asking.ts';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { openReplyOf, refusedResultOf, requestOf } from '../../domain/mandates/bank-exchange.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { MessageOf } from '../../domain/mandates/messages/schema.ts';
import { relationNotice } from '../../domain/mandates/province-messages.ts';
import type { NumberState } from '../../domain/mandates/schema.ts';
import { knownOf, standingOf } from '../../domain/mandates/state.ts';
import { ProvincePort } from '../../partners/province/port.ts';
import {
  type AgreementChange,
  type AgreementInput,
  type Checked,
  mandatesContract,
  type Seen,
} from '../../workflows/mandates/contract.ts';
import { CurrentStep, implement } from '../activity.ts';
import { sayToBank } from './bank-words.ts';
import { alertCharge, orderCharge, queryCharge, reverseCharge, tellCharge } from './charging.ts';
import { hallAlert, hallBegin, hallCheck, hallTell } from './hall.ts';

/** The steps of an agreement's process. */

interface Known {
  readonly state: NumberState;
  readonly msisdn: Msisdn;
  readonly seen: Seen;
}

const seenIn = (input: AgreementInput, state: NumberState, rev: number): Seen => ({
  standing: standingOf(knownOf(state, input)) ?? null,
  rev,
});

/** Undefined when the actor has heard of no number: then there is nothing to tell. */
const known = (input: AgreementInput) =>
  Effect.map(readNumber({ tenant: input.tenant, key: input.number }), (found): Known | undefined => {
    if (found === null || found.state.number === null) return undefined;
    const { state, rev } = found;
    // The schema of the state has checked it.
    return { state, msisdn: found.state.number as Msisdn, seen: seenIn(input, state, rev) };
  });

const NOTHING: Seen = { standing: null, rev: 0 };

const checkNumber = ({ msisdn }: AgreementInput & { readonly msisdn: string }) =>
  Effect.gen(function* () {
    const provinces = yield* ProvincePort;
    const province = provinces.homeOf(msisdn);
    if (province === undefined) return null;
    const subscriber = yield* provinces.check(province, msisdn);
    return subscriber === null ? null : { province, subscriber };
  });

const reserve = (input: AgreementInput & { readonly message: MessageOf<'openRequest'>; readonly checked: Checked }) =>
  Effect.gen(function* () {
    const { tenant, message, checked } = input;
    const rules = yield* rulesInForce(tenant, checked.province).pipe(
      // A province that nobody has given rules: staff can, and the bank asks again.
      Effect.tapError((failure) => (isRefusal(failure) ? alertAbout(input, 'opening', failure.code) : Effect.void)),
    );
    const command = requestOf(message, { ...checked, rules });
    if (command === undefined)
      return { ...NOTHING, reply: { result: 'Malformed', offer: null, existing: null } as const };
    const decided = yield* Effect.either(tellNumber(command, (yield* CurrentStep).caller));
    if (decided._tag === 'Left') {
      const failure = decided.left;
      if (!isRefusal(failure)) return yield* Effect.fail(failure);
      return { ...NOTHING, reply: { result: refusedResultOf(failure), offer: null, existing: null } };
    }
    const { seen } = (yield* known(input)) ?? { seen: NOTHING };
    return { ...seen, reply: openReplyOf(decided.right.reply, checked.subscriber) };
  });

const tellProvince = (input: AgreementInput) =>
  Effect.gen(function* () {
    const provinces = yield* ProvincePort;
    const found = yield* known(input);
    const notice = found && relationNotice(found.state, found.seen.rev);
    if (found === undefined || notice === undefined) return NOTHING;
    const province = provinces.homeOf(notice.number);
    if (province === undefined) {
      return yield* Effect.fail(refuse('missing', 'HomeProvinceUnknown', 'The number is at home in no province here.'));
    }
    yield* provinces.tell(province, notice);
    return found.seen;
  });

const tellBank = (input: AgreementInput & AgreementChange) =>
  Effect.gen(function* () {
    const found = yield* known(input);
    if (found === undefined) return NOTHING;
    yield* sayToBank({ ...input, msisdn: found.msisdn }, found.seen.standing);
    return found.seen;
  });

export const mandatesSteps = implement(mandatesContract)({
  checkNumber,
  reserve,
  tellProvince,
  tellBank,
  orderCharge,
  queryCharge,
  reverseCharge,
  tellCharge,
  alertCharge,
  hallCheck,
  hallBegin,
  hallTell,
  hallAlert,
  alertUntold: ({ party, code, ...input }) => Effect.as(alertAbout(input, party, code), null),
});
