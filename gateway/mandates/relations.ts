import { Effect, Schema } from 'effect';
import { MOST_TURNS, readAgreementHistory } from '../../actors/mandates/agreements.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import { momentsOf, periodProblem } from '../../domain/kernel/period.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { LANGUAGES } from '../../domain/kernel/report.ts';
import { parseMsisdn } from '../../domain/mandates/identifiers.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import {
  AccountNumber,
  AgreementNo,
  Answer,
  BankCode,
  CaseAction,
  CaseKind,
  Channel,
  Charge,
  Count,
  Ending,
  ProvinceCode,
  Reason,
  RelationStatus,
  Terms,
  UserType,
} from '../../domain/mandates/schema.ts';
import { listRelations, revealRelation } from '../../store/mandates/relations.ts';
import { pageOf } from '../page.ts';
import { answer, route, sampled } from '../route.ts';
import { agreementIn, agreementParams, agreementQuery, agreementWithin } from './agreement.ts';
import { AT_MS, PROVINCE, RELATION } from './samples.ts';

/** Agreements of banks, as staff find them: searched, read, with their whole history, and shown in clear for a reason. */

const Status = Schema.Literal(...RelationStatus.literals, ...Ending.literals, 'manual');
const Moment = Schema.NullOr(Count);
const relationFields = {
  key: Schema.String,
  bank: BankCode,
  agreement: AgreementNo,
  status: Status,
  number: Schema.NullOr(Schema.String).annotations({ description: 'Masked' }),
  account: Schema.NullOr(Schema.String).annotations({ description: 'Masked' }),
  province: Schema.NullOr(ProvinceCode),
  channel: Schema.NullOr(Channel),
  userType: Schema.NullOr(UserType),
  terms: Schema.NullOr(Terms),
  case: Schema.NullOr(Schema.String),
  caseKind: Schema.NullOr(CaseKind),
  twoPersons: Schema.Boolean,
  proposedBy: Schema.NullOr(Schema.String),
  proposedAction: Schema.NullOr(CaseAction),
  caseSinceMs: Moment,
  formalAtMs: Moment,
  endedAtMs: Moment,
  changedAtMs: Count,
};
export const RelationRow = Schema.Struct(relationFields).annotations({ identifier: 'Mandate' });

const Day = Schema.String.pipe(Schema.pattern(/^\d{4}-\d\d-\d\d$/));
const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const Search = Schema.Struct({
  number: optional(Schema.String.pipe(Schema.maxLength(20))).annotations({ description: 'Whole, as it is dialled' }),
  account: optional(AccountNumber).annotations({ description: 'Whole' }),
  agreement: optional(AgreementNo),
  bank: optional(BankCode),
  province: optional(ProvinceCode),
  status: optional(Schema.Array(Status).pipe(Schema.minItems(1), Schema.maxItems(Status.literals.length))),
  from: optional(Day).annotations({ description: 'Changed on this day in China or later' }),
  to: optional(Day).annotations({ description: 'Changed on this day or before' }),
  cursor: optional(Schema.String.pipe(Schema.maxLength(2_048))),
  limit: optional(Schema.Int.pipe(Schema.between(1, 200))),
});

const FIRST_DAY = '2000-01-01';
const LAST_DAY = '2099-12-31';

const search = route({
  method: 'POST',
  path: '/v1/mandates/relations/search',
  operationId: 'mandates.relation.search',
  summary: 'Search agreements by number, account, agreement, bank, province, state and day of change',
  description:
    'Of your provinces, the newest first. Number and account are found by their whole values and shown masked. They stand in ' +
    'the body, so that no log of addresses has them.',
  changesNothing: true,
  personalData: true,
  in: { body: sampled(Search, { province: PROVINCE, number: '13800138000', status: ['formal'] }) },
  out: { 200: sampled(pageOf(RelationRow), { items: [RELATION], nextCursor: null }, 'A second behind the relations') },
  handler: ({ tenant, reach, body: { number, account, from, to, cursor, limit, ...filters } }) =>
    Effect.gen(function* () {
      const msisdn = number === undefined ? undefined : parseMsisdn(number);
      if (isRefusal(msisdn)) return yield* Effect.fail(msisdn);
      const period = { from: from ?? FIRST_DAY, to: to ?? LAST_DAY };
      const problem = from === undefined && to === undefined ? undefined : daysProblem(period);
      if (problem !== undefined) return yield* Effect.fail(problem);
      const { fromMs, beforeMs } = momentsOf(period);
      const changed = {
        ...(from === undefined ? {} : { changedFromMs: fromMs }),
        ...(to === undefined ? {} : { changedBeforeMs: beforeMs }),
      };
      const request = { tenant, filters: { ...filters, ...changed }, cursor, limit };
      return answer(200, yield* listRelations(request, reach, { number: msisdn, account }));
    }),
});

/** Each day exists, and they are in order; a search may go over any time. */
const daysProblem = ({ from, to }: { readonly from: string; readonly to: string }) =>
  periodProblem({ from, to: from }) ??
  periodProblem({ from: to, to }) ??
  (from > to ? periodProblem({ from, to }) : undefined);

const Detail = Schema.Struct({
  ...relationFields,
  expiresAtMs: Moment.annotations({ description: 'Of a provisional one' }),
  stopped: Schema.Boolean.annotations({ description: 'The user wants no charges' }),
  charges: Schema.Array(Charge).annotations({ description: 'Its last ones, the newest first' }),
}).annotations({ identifier: 'MandateDetail' });

const CHARGES = 20;

const read = route({
  method: 'GET',
  path: '/v1/mandates/relations/{bank}/{agreement}',
  operationId: 'mandates.relation.read',
  summary: 'Read one agreement as its number’s actor has it now',
  personalData: true,
  in: agreementIn,
  out: {
    200: sampled(Detail, { ...RELATION, expiresAtMs: null, stopped: false, charges: [] }, 'Number and account masked'),
  },
  refusals: [mandateRefusals.unknown()],
  handler: (request) =>
    Effect.map(agreementWithin(request), ({ item, state, rev, known }) => {
      const { relation, open, ended } = known;
      const claim = relation ?? open?.theirs;
      const own = state.charges.filter(({ bank, agreement }) => bank === item.bank && agreement === item.agreement);
      const body: typeof Detail.Type = {
        ...item,
        status: relation?.status ?? (open === undefined ? (ended?.ending ?? item.status) : 'manual'),
        account: claim === undefined ? item.account : maskId(claim.account.number),
        terms: claim?.terms ?? item.terms,
        case: open?.id ?? null,
        caseKind: open?.kind ?? null,
        twoPersons: open?.twoPersons ?? false,
        proposedBy: open?.proposed?.by ?? null,
        proposedAction: open?.proposed?.action ?? null,
        caseSinceMs: open?.openedAtMs ?? null,
        endedAtMs: ended?.atMs ?? item.endedAtMs,
        expiresAtMs: relation?.expiresAtMs ?? null,
        stopped: relation !== undefined && state.stopped,
        charges: own.slice(-CHARGES).toReversed(),
      };
      return answer(200, body, { rev });
    }),
});

const Line = Schema.Struct({
  rev: Schema.Int,
  atMs: Count,
  by: Schema.String.annotations({ description: 'A person, or a service of ours that a partner spoke to' }),
  command: Schema.String,
  message: Schema.NullOr(Schema.String),
  answer: Schema.NullOr(Answer.fields.word),
  code: Schema.NullOr(Schema.String),
  rule: Schema.NullOr(
    Schema.Struct({ name: Schema.String, fromMs: Moment, note: Schema.NullOr(Schema.String) }),
  ).annotations({ description: 'Which rule gave the code, and the version of the province’s rules that held then' }),
  text: Schema.Array(Schema.String),
}).annotations({ identifier: 'MandateHistoryLine' });

const readHistory = route({
  method: 'GET',
  path: '/v1/mandates/relations/{bank}/{agreement}/history',
  operationId: 'mandates.relation.history',
  summary: 'Read the whole history of an agreement: who said what when, what came of it, and by which rule',
  description:
    'From the journal, the oldest first. A message that changed nothing stands in the history of each agreement of its number.',
  personalData: true,
  in: {
    params: agreementParams,
    query: sampled(
      Schema.Struct({
        ...agreementQuery,
        language: Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'en' }),
      }),
      { language: 'zh' },
    ),
  },
  out: {
    200: sampled(
      Schema.Struct({
        lines: Schema.Array(Line),
        whole: Schema.Boolean.annotations({ description: `False: only the first ${MOST_TURNS} turns of its number` }),
      }),
      {
        whole: true,
        lines: [
          {
            rev: 1,
            atMs: AT_MS,
            by: 'service:bank',
            command: 'Establish',
            message: 'CCB:20261126-1',
            answer: 'formal',
            code: null,
            rule: null,
            text: ['正式签约: CCB A1, 621************0018, 阈值 10.00 元，充值 50.00 元'],
          },
        ],
      },
      'Accounts masked',
    ),
  },
  refusals: [mandateRefusals.unknown()],
  handler: (request) =>
    Effect.gen(function* () {
      const found = yield* agreementWithin(request);
      const history = yield* readAgreementHistory(found, request.params, request.query.language);
      return answer(200, history, { rev: found.rev });
    }),
});

const reveal = route({
  method: 'POST',
  path: '/v1/mandates/relations/{bank}/{agreement}/reveal',
  operationId: 'mandates.relation.reveal',
  summary: 'Show number and account of an agreement whole; the reason is written to the audit log',
  changesNothing: true,
  personalData: true,
  in: { ...agreementIn, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'complaint 4711: which card?' }) },
  out: {
    200: sampled(
      Schema.Struct({ number: Schema.NullOr(Schema.String), account: Schema.NullOr(Schema.String) }),
      { number: '8613800138000', account: '6217000000000000018' },
      'Null: no message has told it',
    ),
  },
  refusals: [mandateRefusals.unknown()],
  handler: (request) =>
    Effect.gen(function* () {
      request.noteForAudit({ reason: request.body.reason });
      const { id } = yield* agreementWithin(request);
      return answer(200, yield* revealRelation(id, request.params));
    }),
});

export const relationRoutes = [search, read, readHistory, reveal];
