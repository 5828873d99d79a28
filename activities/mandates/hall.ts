import { Clock, Effect } from 'effect';
import { numberIdOf, readNumber, rulesInForce } from '../../actors/mandates/asking.ts';
import { hallSessionActor } from '../../actors/mandates/hall-session.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { eligibilityOf } from '../../domain/mandates/eligibility.ts';
import { hallNoticeOf } from '../../domain/mandates/hall/notice.ts';
import type { SessionCommand } from '../../domain/mandates/hall/schema.ts';
import { BankPort } from '../../partners/bank/port.ts';
import { HallPort } from '../../partners/hall/port.ts';
import { ProvincePort } from '../../partners/province/port.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { HallChecked, HallConsent, HallInput } from '../../workflows/mandates/hall/contract.ts';
import { CurrentStep } from '../activity.ts';

/** The steps of a session of the web hall. */

const idOf = ({ tenant, session }: HallInput) => ({ tenant, key: session });

const ask = (input: HallInput, command: SessionCommand) =>
  Effect.gen(function* () {
    const { caller, commandIdFor } = yield* CurrentStep;
    const envelope = { commandId: commandIdFor(command._tag), caller };
    const { reply } = yield* (yield* Actors).ask(hallSessionActor, { id: idOf(input), command, envelope });
    return reply;
  });

const readSession = (input: HallInput) =>
  Effect.flatMap(Actors, (actors) => actors.read(hallSessionActor, idOf(input)));

/** Banks that take users from the hall. */
const offered = Effect.map(BankPort, ({ banks }) =>
  banks.filter(({ page }) => page !== null).map(({ code, name }) => ({ code, name })),
);

/** What the province and its rules say of the number (part 1 step 3). */
const judged = ({ tenant }: HallInput, number: string) =>
  Effect.gen(function* () {
    const none = { province: null, offer: null } as const;
    const provinces = yield* ProvincePort;
    const province = provinces.homeOf(number);
    if (province === undefined) return { ...none, code: 'NumberUnknown' };
    const subscriber = yield* provinces.check(province, number);
    if (subscriber === null) return { ...none, code: 'NumberUnknown' };
    const rules = yield* rulesInForce(tenant, province);
    const ours = yield* readNumber(yield* numberIdOf(tenant, number as Parameters<typeof numberIdOf>[1]));
    const { code, terms } = eligibilityOf(subscriber, rules, ours?.state.relation ?? null);
    const offer = code === null && terms !== null ? { userType: subscriber.userType, terms } : null;
    return { province, code, offer };
  });

export const hallCheck = (input: HallInput) =>
  Effect.gen(function* () {
    const { state } = yield* readSession(input);
    const number = state?.number ?? null;
    if (number !== null && state?.status === 'checking') {
      yield* ask(input, { _tag: 'RecordCheck', ...(yield* judged(input, number)) });
    }
    const { state: after } = yield* readSession(input);
    const refused = after?.status === 'refused' || after?.status === 'expired';
    const status: HallChecked['status'] = refused ? 'refused' : 'eligible';
    return { status, code: after?.code ?? null, banks: refused ? [] : yield* offered };
  });

export const hallBegin = (input: HallInput & HallConsent) =>
  Effect.gen(function* () {
    const { bank, version, atMs } = input;
    const { banks } = yield* BankPort;
    const found = banks.find(({ code }) => code === bank);
    if (found === undefined || found.page === null) {
      const action = 'Offer the banks that the check has named.';
      return yield* Effect.fail(
        refuse('missing', 'BankWithoutPage', 'No such bank takes users from the hall.', { field: 'bank', action }),
      );
    }
    const { url: page, openMs, noticeMs } = found.page;
    const tellHall = found.noticesTo === 'paymentWeb';
    const consent = { version, atMs };
    yield* ask(input, { _tag: 'Begin', bank, page, tellHall, bounds: { openMs, noticeMs }, consent });
    const { state } = yield* readSession(input);
    return { openUntilMs: state?.ticket?.openUntilMs ?? 0 };
  });

export const hallTell = (input: HallInput) =>
  Effect.gen(function* () {
    const { state, rev } = yield* readSession(input);
    const notice = state === null ? undefined : hallNoticeOf(input.session, state, rev);
    if (notice === undefined) return { told: false };
    return { told: (yield* (yield* HallPort).tell(input.tenant, notice)) === 'told' };
  });

export const hallAlert = ({ tenant, session, code }: HallInput & { readonly code: string }) =>
  Effect.gen(function* () {
    const alert = { source: 'mandates-hall', subject: session, level: 'problem', code, stage: 'telling' } as const;
    yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
    return null;
  });
