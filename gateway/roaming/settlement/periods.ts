import { Effect, Schema } from 'effect';
import { settlementPeriodActor } from '../../../actors/roaming/settlement-period.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { LANGUAGES } from '../../../domain/kernel/report.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { Bound, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { periodRefusals } from '../../../domain/roaming/settlement/refusals.ts';
import {
  Day,
  Id,
  PeriodState,
  PeriodTerms,
  periodCommands,
  Reconciled,
  Stage,
} from '../../../domain/roaming/settlement/schema.ts';
import { Count } from '../../../domain/sim/schema.ts';
import { openCases } from '../../../store/roaming/clearing-cases.ts';
import { reconciliationOf } from '../../../store/roaming/reconciliation.ts';
import { listPeriods } from '../../../store/roaming/settlement.ts';
import { Processes } from '../../../temporal/client.ts';
import { type Decision, settlementContract } from '../../../workflows/roaming/settlement/contract.ts';
import { oneOrMore, pageOf, pageQuery } from '../../page.ts';
import { readActor } from '../../read.ts';
import { answer, download, type RouteRequest, route, sampled } from '../../route.ts';
import { FORMATS, printedStatement, TYPES } from './printed.ts';
import { AGREEMENT, AT_MS, FROM, PERIOD, TERMS } from './samples.ts';

/**
 * Periods of agreements (seed 002 §3.2.3): opened with the period's rates, drawn by their process, decided by finance. What
 * finance says goes to the process, which judges it by the stage before it takes it.
 */

const { settlePeriod } = settlementContract.workflows;
/** Days close within the hour; a person need not wait for the next look. */
const POLL_EVERY_MS = 15 * 60_000;
const REMIND_EVERY_MS = 3 * 86_400_000;

export const periodParams = sampled(Schema.Struct({ agreement: Id, from: Day }), { agreement: AGREEMENT, from: FROM });

type Key = typeof periodParams.schema.Type;
const keyOf = ({ agreement, from }: Key): string => `${agreement}:${from}`;

export const readPeriod = (tenant: TenantId, of: Key) =>
  readActor(settlementPeriodActor, { tenant, key: keyOf(of) }, periodRefusals.unknown());

const Period = PeriodState.annotations({ identifier: 'RoamingSettlement' });

const Item = Schema.Struct({
  partner: Tadig,
  agreement: Id,
  from: Day,
  to: Day,
  mechanism: Schema.Literal('tap', 'bce'),
  stage: Stage,
  revision: Count,
  days: Count,
  tolerated: Schema.NullOr(Schema.Boolean),
}).annotations({ identifier: 'RoamingSettlementItem' });
const ITEM = {
  partner: 'HKGPP',
  agreement: AGREEMENT,
  from: FROM,
  to: TERMS.to,
  mechanism: 'tap' as const,
  stage: 'drawn' as const,
  revision: 1,
  days: 31,
  tolerated: true,
};

const list = route({
  method: 'GET',
  path: '/v1/roaming/settlements',
  operationId: 'roaming.settlement.list',
  summary: 'List periods of agreements with the stage that each is in',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        stage: Schema.optional(oneOrMore(Stage)),
        partner: Schema.optional(Tadig),
      }),
      { stage: 'drawn' },
    ),
  },
  out: { 200: sampled(pageOf(Item), { items: [ITEM], nextCursor: null }, 'The newest first') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listPeriods({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const open = route({
  method: 'POST',
  path: '/v1/roaming/settlements',
  operationId: 'roaming.settlement.open',
  summary: 'Open a period with its rates; its statement is drawn when all its days are closed',
  description:
    'A whole month or quarter; of usage reports (`mechanism` `bce`) a month. Rates are fixed for the period. `carriedMinor` is what the period before left over: above zero, the partner owes it.',
  in: { body: sampled(PeriodTerms, TERMS) },
  out: { 201: sampled(Period, PERIOD, 'The period') },
  refusals: [
    periodRefusals.invalidPeriod(),
    periodRefusals.notMonthly(),
    periodRefusals.rateTwice('EUR'),
    periodRefusals.rateOfOwn('SDR'),
    periodRefusals.termsDiffer(),
  ],
  handler: ({ tenant, envelope, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const processes = yield* Processes;
      const id = { tenant, key: keyOf(body) };
      yield* actors.ask(settlementPeriodActor, { id, command: { _tag: 'Open', ...body }, envelope });
      const { partner, agreement, from, to } = body;
      const input = { tenant, partner, agreement, from, to };
      yield* processes.start(settlePeriod, {
        key: id.key,
        input: { ...input, pollEveryMs: POLL_EVERY_MS, remindEveryMs: REMIND_EVERY_MS },
      });
      const { state, rev } = yield* readPeriod(tenant, body);
      return answer(201, state, { rev, location: `/v1/roaming/settlements/${agreement}/${from}` });
    }),
});

const read = route({
  method: 'GET',
  path: '/v1/roaming/settlements/{agreement}/{from}',
  operationId: 'roaming.settlement.read',
  summary: 'Read a period: terms, stage, statement, comparison, approvals, instruction, confirmations',
  in: { params: periodParams },
  out: { 200: sampled(Period, PERIOD, 'The period') },
  refusals: [periodRefusals.unknown()],
  handler: ({ tenant, params }) =>
    Effect.map(readPeriod(tenant, params), ({ state, rev }) => answer(200, state, { rev })),
});

const Reconciliation = Schema.Struct({
  /** Whether the period is approved by reconciled records alone, as its agreement says. */
  required: Schema.Boolean,
  /** By how much a record’s fee may differ. */
  bound: Bound,
  ...Reconciled.fields,
  atMs: Schema.NullOr(Schema.Number),
  differences: Count,
}).annotations({ identifier: 'RoamingReconciliation' });

/** Where the agreement says nothing, as it would be with the least tolerance. */
export const reconciliationOfPeriod = (tenant: TenantId, { terms, reconciled }: PeriodState) => {
  const bound = reconciled ?? { absoluteMinor: null, perMille: null };
  return Effect.map(reconciliationOf(tenant, terms, bound), (found) => ({
    required: reconciled !== undefined,
    bound,
    ...found,
  }));
};

const reconciliation = route({
  method: 'GET',
  path: '/v1/roaming/settlements/{agreement}/{from}/reconciliation',
  operationId: 'roaming.settlement.reconciliation',
  summary: 'Read whether the period’s records are reconciled with the partner’s detail, and how many are still open',
  description:
    'A record is open when its fee differs by more than `bound` between both details, and no case has settled it. `required`: the agreement has the period approved only when none is.',
  timeoutMs: 60_000,
  in: { params: periodParams },
  out: {
    200: sampled(
      Reconciliation,
      {
        ...{ required: true, bound: { absoluteMinor: '10', perMille: null }, detail: 'october.txt', atMs: AT_MS },
        ...{ differences: 10, open: 1, first: [{ file: 'CDHKGPPCHNCM00042', record: 17 }] },
      },
      'How it stands with the newest detail',
    ),
  },
  refusals: [periodRefusals.unknown()],
  handler: ({ tenant, params }) =>
    Effect.gen(function* () {
      const { state } = yield* readPeriod(tenant, params);
      return answer(200, yield* reconciliationOfPeriod(tenant, state));
    }),
});

const notDrawn = refuse('conflict', 'NotDrawn', 'The period has no statement yet.', {
  action: 'Wait until all its days are closed.',
});

const statement = download({
  method: 'GET',
  path: '/v1/roaming/settlements/{agreement}/{from}/statement',
  operationId: 'roaming.settlement.statement',
  summary: 'Download the statement as PDF, workbook, CSV or JSON, in Chinese or English',
  description: 'The same statement has the same bytes whenever it is asked for.',
  timeoutMs: 60_000,
  contentTypes: TYPES,
  in: {
    params: periodParams,
    query: sampled(
      Schema.Struct({
        format: Schema.optionalWith(Schema.Literal(...FORMATS), { default: () => 'pdf' }),
        language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'zh' }),
      }),
      { format: 'pdf', language: 'zh' },
    ),
  },
  refusals: [periodRefusals.unknown(), notDrawn],
  handler: ({ tenant, params, query: { format, language } }) =>
    Effect.gen(function* () {
      const { state } = yield* readPeriod(tenant, params);
      const drawn = state.statement;
      if (drawn === null) return yield* Effect.fail(notDrawn);
      return yield* printedStatement(drawn, format, language);
    }),
});

type Said<Body extends Schema.Schema.AnyNoContext> = (body: Schema.Schema.Type<Body>) => Decision;
type Asked = Pick<RouteRequest, 'tenant' | 'caller' | 'commandId'> & { readonly params: Key };

/** What who approves is told of, and the period keeps with the approval. */
const knownOf = (tenant: TenantId, terms: PeriodState['terms'], bound: PeriodState['reconciled']) =>
  Effect.gen(function* () {
    const open = yield* openCases(tenant, terms);
    const cases = open.length === 0 ? {} : { openCases: open };
    if (bound === undefined) return cases;
    const { detail, open: differing, first } = yield* reconciliationOf(tenant, terms, bound);
    return { ...cases, reconciliation: { detail, open: differing, first } };
  });

const decide = ({ tenant, caller, commandId, params }: Asked, said: Decision) =>
  Effect.gen(function* () {
    // Of a period that there is, the process is asked; it knows the stage.
    const { terms, reconciled } = (yield* readPeriod(tenant, params)).state;
    const decision = said._tag === 'Approve' ? { ...said, ...(yield* knownOf(tenant, terms, reconciled)) } : said;
    const processes = yield* Processes;
    const id = `${sm3Hex(caller.subject).slice(0, 16)}:${commandId}`;
    yield* processes.update(settlePeriod, { tenant, key: keyOf(params) }, 'decide', { decision, by: caller, id }, id);
    const { state, rev } = yield* readPeriod(tenant, params);
    return answer(200, state, { rev });
  });

const decision = <Body extends Schema.Schema.AnyNoContext>(
  verb: string,
  summary: string,
  body: ReturnType<typeof sampled<Body>>,
  said: Said<Body>,
  refusals: ReadonlyArray<ReturnType<typeof refuse>>,
) =>
  route({
    method: 'POST',
    path: `/v1/roaming/settlements/{agreement}/{from}/${verb}`,
    operationId: `roaming.settlement.${verb}`,
    summary,
    in: { params: periodParams, body },
    out: { 200: sampled(Period, PERIOD, 'The period after it') },
    refusals: [periodRefusals.unknown(), periodRefusals.notFinance(), periodRefusals.wrongStage('open'), ...refusals],
    handler: (request) => decide(request, said(request.body as Schema.Schema.Type<Body>)),
  });

const REASON = { reason: 'the rate of data is wrong' };

const decisions = [
  decision(
    'rate',
    'Add the rate of a currency that a day has brought and the terms do not name',
    sampled(periodCommands.AddRate, { currency: 'USD', decimals: 3, rate: '0.71' }),
    (rate) => ({ _tag: 'AddRate', ...rate }),
    [periodRefusals.rateTwice('USD'), periodRefusals.rateOfOwn('SDR')],
  ),
  decision(
    'approve',
    'Approve the statement; over the agreed amount, or where records are not reconciled, a second person must, too',
    sampled(Schema.Struct({ despite: periodCommands.Approve.fields.despite }), { despite: null }),
    ({ despite }) => ({ _tag: 'Approve', despite }),
    [
      periodRefusals.notTolerated(),
      periodRefusals.notReconciled(1, 'CDHKGPPCHNCM00042 record 17'),
      periodRefusals.casesOpen(['c0123456789abcdef']),
      periodRefusals.samePerson(),
    ],
  ),
  decision(
    'reject',
    'Reject the statement, with the reason',
    sampled(periodCommands.Reject, REASON),
    ({ reason }) => ({ _tag: 'Reject', reason }),
    [],
  ),
  decision(
    'reopen',
    'Reopen the period: its statement is drawn anew, as the next revision',
    sampled(periodCommands.Reopen, REASON),
    ({ reason }) => ({ _tag: 'Reopen', reason }),
    [],
  ),
  decision(
    'instruct',
    'Instruct the invoice or the payment; it is sent out',
    sampled(periodCommands.Instruct, { id: 'PAY-2026-10', due: '2026-11-30' }),
    ({ id, due }) => ({ _tag: 'Instruct', id, due }),
    [periodRefusals.instructionDiffers(), periodRefusals.nothingToPay()],
  ),
  decision(
    'confirm',
    'Confirm money that has moved; when all has, the period is closed',
    sampled(periodCommands.Confirm, { id: 'BANK-778', currency: 'SDR', amountMinor: '120434', on: '2026-11-28' }),
    ({ amountMinor, ...money }) => ({ _tag: 'Confirm', ...money, amountMinor: String(amountMinor) }),
    [periodRefusals.wrongCurrency('SDR'), periodRefusals.confirmationDiffers()],
  ),
];

export const periodRoutes = [list, open, read, reconciliation, statement, ...decisions];
