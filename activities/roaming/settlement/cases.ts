import { Effect, Option, Stream } from 'effect';
import { clearingCaseActor } from '../../../actors/roaming/clearing-case.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { fault, isRefusal } from '../../../domain/kernel/refusal.ts';
import { caseDay, caseId, findingOrigin } from '../../../domain/roaming/cases/case.ts';
import { caseRefusals } from '../../../domain/roaming/cases/refusals.ts';
import {
  CASE_LIMITS,
  type CaseCommand,
  type CaseOrigin,
  type CaseState,
} from '../../../domain/roaming/cases/schema.ts';
import { writtenCurrency } from '../../../domain/roaming/currency.ts';
import { monthsAround } from '../../../domain/roaming/settlement/day.ts';
import type { Finding } from '../../../domain/roaming/settlement/month.ts';
import type { Entry } from '../../../domain/roaming/settlement/schema.ts';
import { differenceCases } from '../../../store/roaming/clearing-cases.ts';
import { comparedRecords, newestCompared, recordName } from '../../../store/roaming/detail-lines.ts';
import { type TracedUsage, usageOfPartner } from '../../../store/roaming/usage-trace.ts';
import type { CaseInput, PeriodStep } from '../../../workflows/roaming/settlement/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { adjustEntries } from '../adjust-books.ts';
import { alertAbout, periodKey, termsOf } from './asking.ts';

/** Cases of clearing: what a month's checks have found is opened as one each; what was approved is booked, once. */

const ask = (tenant: TenantId, key: string, command: CaseCommand, fact: string) =>
  Effect.gen(function* () {
    const { caller } = yield* CurrentStep;
    const envelope = { commandId: `case:${fact}`, caller };
    return (yield* (yield* Actors).ask(clearingCaseActor, { id: { tenant, key }, command, envelope })).reply;
  });

/** The first so many; a month with more is looked at as a whole. */
export const openFindings = (tenant: TenantId, partner: string, month: string, findings: ReadonlyArray<Finding>) =>
  Effect.gen(function* () {
    for (const finding of findings.slice(0, CASE_LIMITS.openCases)) {
      const origin = findingOrigin(month, finding);
      const command = { _tag: 'Open', partner, of: month, origin, reason: finding._tag } as const;
      yield* ask(tenant, caseId(partner, origin), command, 'open');
    }
    if (findings.length > CASE_LIMITS.openCases)
      yield* alertAbout(tenant, `${partner} ${month}`, 'TooManyFindings', 'month');
  });

const entryOf = ({ atMs, number, imsi, service, terms }: TracedUsage, amountMinor: bigint): Entry => {
  const { charged, roaming, network } = terms;
  return {
    atMs,
    number: number === '' ? imsi : number,
    service,
    direction: roaming,
    network,
    currency: writtenCurrency(charged.currency),
    decimals: charged.decimals,
    // The event was counted when it was booked: it is money alone that moves.
    events: 0,
    usage: 0n,
    amountMinor,
  };
};

const recordOf = (tenant: TenantId, { partner, origin }: CaseState, record: string) => {
  const file = record.slice(0, record.indexOf('.'));
  const day = origin.kind === 'difference' ? (origin.ours?.at ?? '').slice(0, 10) : caseDay(origin);
  return usageOfPartner(tenant, partner, monthsAround(day), file).pipe(
    Stream.filter(({ id }) => id === record),
    Stream.runHead,
    Effect.map(Option.getOrUndefined),
  );
};

/** Books what was approved on an open day. The same again changes nothing: the case names the occasion. */
export const postCase = ({ tenant, case: key }: CaseInput) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(clearingCaseActor, { tenant, key });
    if (state === null) return yield* Effect.fail(caseRefusals.unknown());
    const { status, proposal } = state;
    if (status !== 'posting' || proposal === null || proposal.record === null) return { status };
    // A case that was opened again by a newer detail is another occasion.
    const again = state.earlier === undefined ? '' : `.${state.earlier.length}`;
    const record = yield* recordOf(tenant, state, proposal.record);
    const { terms, partner } = yield* termsOf(state.partner);
    if (record === undefined)
      return yield* ask(tenant, key, { _tag: 'Unposted', code: 'UsageUnknown' }, `unposted:${proposal.atMs}`);
    yield* adjustEntries(tenant, terms, partner, [entryOf(record, proposal.amountMinor)], `case.${key}${again}`);
    return yield* ask(tenant, key, { _tag: 'Posted' }, `posted:${proposal.atMs}`);
  }).pipe(Effect.map(({ status }) => ({ status })));

/** The books do not take it: back to the person who works on it, with the code. */
export const returnCase = ({ tenant, case: key, revision, code }: CaseInput & { readonly code: string }) =>
  Effect.map(ask(tenant, key, { _tag: 'Unposted', code }, `unposted:${revision}`), ({ status }) => ({ status }));

type Difference = Extract<CaseOrigin, { kind: 'difference' }>;

const POSTING_MS = 2_000;

/** Cases of the period that the newest detail has otherwise than they were opened or settled by: each tells, and what was settled opens again. */
export const renewCases = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { tenant, partner } = step;
    const period = periodKey(step);
    const keys = yield* differenceCases(tenant, partner, period);
    const compared = keys.length === 0 ? undefined : yield* newestCompared(tenant, { partner, period });
    if (compared === undefined) return;
    const actors = yield* Actors;
    const origins = new Map<string, Difference>();
    for (const key of keys) {
      const { state } = yield* actors.read(clearingCaseActor, { tenant, key });
      if (state?.origin.kind === 'difference') origins.set(key, state.origin);
    }
    const wanted = new Set([...origins.values()].map(recordName));
    const found = yield* comparedRecords(tenant, compared, wanted);
    for (const [key, origin] of origins) {
      const now = found.get(recordName(origin));
      if (now === undefined) continue;
      const command = { _tag: 'Renew', origin: { ...origin, ...now } } as const;
      yield* ask(tenant, key, command, `renew:${compared.atMs}:${compared.theirs.sm3.slice(0, 16)}`).pipe(
        Effect.catchIf(
          (failure) => isRefusal(failure) && failure.code === 'WrongStatus',
          () => Effect.fail(fault('roaming', 'CasePosting', 'What a case adjusts is being booked.', POSTING_MS)),
        ),
      );
    }
  });
