import { Clock, Effect, Schema } from 'effect';
import type { FoundAgreement } from '../../actors/mandates/agreements.ts';
import type { Facts } from '../../domain/kernel/decider.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import { reaches } from '../../domain/kernel/province.ts';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { LANGUAGES } from '../../domain/kernel/report.ts';
import { numberDecider } from '../../domain/mandates/number.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import {
  Answer,
  BankCode,
  CaseAction,
  CaseKind,
  Channel,
  type Claim,
  Count,
  ProvinceCode,
  Reason,
  RelationStatus,
  Terms,
  UserType,
} from '../../domain/mandates/schema.ts';
import { WORDS } from '../../domain/mandates/words.ts';
import { listRelations } from '../../store/mandates/relations.ts';
import { pageOf, pageQuery } from '../page.ts';
import { answer, type RouteRequest, route, sampled } from '../route.ts';
import {
  agreementIn,
  agreementParams,
  agreementQuery,
  agreementWithin,
  askNumber,
  Changed,
  changedOf,
} from './agreement.ts';
import { RelationRow } from './relations.ts';
import { AGREEMENT, AT_MS, BANK, CASE, PROVINCE, RELATION, TERMS } from './samples.ts';

/**
 * The manual queue (人工错误处理): claims of banks that meet another relation or differ from ours. Over the province's amount
 * two persons decide; a case that touches two provinces is for who reaches both.
 */

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const language = Schema.optionalWith(Schema.Literal(...LANGUAGES), { default: () => 'en' as const });

const Row = Schema.Struct({
  ...RelationRow.fields,
  reason: Schema.String.annotations({ description: 'Why it is for a person, in the language asked for' }),
}).annotations({ identifier: 'MandateCaseRow' });

const OPEN_CASE = {
  ...RELATION,
  status: 'manual' as const,
  case: CASE,
  caseKind: 'existing' as const,
  caseSinceMs: AT_MS,
  formalAtMs: null,
};

const list = route({
  method: 'GET',
  path: '/v1/mandates/cases',
  operationId: 'mandates.case.list',
  summary: 'List the open cases of your provinces, the oldest first, with why each is for a person',
  in: {
    query: sampled(
      Schema.Struct({
        province: optional(ProvinceCode),
        bank: optional(BankCode),
        kind: optional(CaseKind),
        language,
        ...pageQuery,
      }),
      { province: PROVINCE, language: 'zh' },
    ),
  },
  out: {
    200: sampled(
      pageOf(Row),
      { items: [{ ...OPEN_CASE, reason: '已有签约关系' }], nextCursor: null },
      'Numbers and accounts masked; a second behind the relations',
    ),
  },
  handler: ({ tenant, reach, query: { kind: caseKind, language: said, cursor, limit, ...named } }) =>
    Effect.gen(function* () {
      const filters = { ...named, caseKind, openCaseSinceMs: 1 };
      const request = { tenant, filters, order: 'oldestCase', cursor, limit };
      const { items, nextCursor } = yield* listRelations(request, reach);
      const { caseKind: reasons } = WORDS[said];
      const rows = items.map((item) => ({ ...item, reason: item.caseKind === null ? '' : reasons[item.caseKind] }));
      return answer(200, { items: rows, nextCursor });
    }),
});

const side = {
  bank: BankCode,
  agreement: Schema.String,
  account: Schema.String.annotations({ description: 'Masked' }),
  province: ProvinceCode,
  channel: Channel,
  userType: UserType,
  terms: Terms,
};
const Option = Schema.Struct({
  action: CaseAction,
  word: Schema.NullOr(Answer.fields.word),
  code: Schema.NullOr(Schema.String).annotations({
    description:
      '`SecondPersonNeeded`: with `word` another person must say the same; without it you cannot be that person',
  }),
  tell: Answer.fields.tell.annotations({ description: 'Agreements that their banks would be told to cancel' }),
});
const CaseDetail = Schema.Struct({
  case: Schema.String,
  kind: CaseKind,
  reason: Schema.String,
  sinceMs: Count,
  twoPersons: Schema.Boolean,
  proposed: Schema.NullOr(Schema.Struct({ action: CaseAction, by: Schema.String, note: Reason })),
  ours: Schema.NullOr(Schema.Struct({ ...side, status: RelationStatus, sinceMs: Count })),
  theirs: Schema.Struct(side),
  options: Schema.Array(Option).annotations({ description: 'What each action would do if you took it now' }),
}).annotations({ identifier: 'MandateCase' });

const noCase = refuse('missing', 'CaseUnknown', 'The agreement has no open case.');
const twoProvinces = refuse('denied', 'CaseOfTwoProvinces', 'The case is about relations of two provinces.', {
  action: 'Ask the administrator of your unit to decide it.',
});

const sideOf = ({ bank, agreement, account, province, channel, userType, terms }: Claim) => ({
  bank,
  agreement,
  account: maskId(account.number),
  province,
  channel,
  userType,
  terms,
});

/** What stands in the way of the claim must be within reach too. */
const bothWithin = (request: Parameters<typeof agreementWithin>[0]) =>
  Effect.flatMap(agreementWithin(request), (found) =>
    found.state.relation === null || reaches(request.reach, found.state.relation.province)
      ? Effect.succeed(found)
      : Effect.fail(twoProvinces),
  );

/** The decider says what it would do; nothing is decided. */
const optionsOf = (
  { id, state }: FoundAgreement,
  open: string,
  { caller, commandId }: Pick<RouteRequest, 'caller' | 'commandId'>,
  nowMs: number,
) => {
  const facts: Facts = { nowMs, actor: id, caller, commandId };
  return CaseAction.literals.map((action): typeof Option.Type => {
    const decision = numberDecider.decide(state, { _tag: 'Resolve', case: open, action, note: '-' }, facts);
    if (isRefusal(decision)) return { action, word: null, code: decision.code, tell: [] };
    const { word, code, tell } = decision.reply;
    return { action, word, code, tell };
  });
};

const read = route({
  method: 'GET',
  path: '/v1/mandates/relations/{bank}/{agreement}/case',
  operationId: 'mandates.case.read',
  summary: 'Read the open case of an agreement: both sides, why, and what each action would do',
  personalData: true,
  in: { params: agreementParams, query: sampled(Schema.Struct({ ...agreementQuery, language }), { language: 'zh' }) },
  out: {
    200: sampled(
      CaseDetail,
      {
        case: CASE,
        kind: 'existing',
        reason: '已有签约关系',
        sinceMs: AT_MS,
        twoPersons: false,
        proposed: null,
        ours: {
          bank: 'ICBC',
          agreement: 'B7',
          account: '621************0026',
          province: PROVINCE,
          channel: 'hall',
          userType: 'prepaid',
          terms: TERMS,
          status: 'formal',
          sinceMs: AT_MS,
        },
        theirs: {
          bank: BANK,
          agreement: AGREEMENT,
          account: '621************0018',
          province: PROVINCE,
          channel: 'branch',
          userType: 'prepaid',
          terms: TERMS,
        },
        options: [
          { action: 'keepOurs', word: 'refused', code: null, tell: [{ bank: BANK, agreement: AGREEMENT }] },
          { action: 'takeTheirs', word: 'formal', code: null, tell: [{ bank: 'ICBC', agreement: 'B7' }] },
        ],
      },
      'Accounts masked',
    ),
  },
  refusals: [mandateRefusals.unknown(), noCase, twoProvinces],
  handler: (request) =>
    Effect.gen(function* () {
      const found = yield* bothWithin(request);
      const { open } = found.known;
      if (open === undefined) return yield* Effect.fail(noCase);
      const ours = found.state.relation;
      const nowMs = yield* Clock.currentTimeMillis;
      const body: typeof CaseDetail.Type = {
        case: open.id,
        kind: open.kind,
        reason: WORDS[request.query.language].caseKind[open.kind],
        sinceMs: open.openedAtMs,
        twoPersons: open.twoPersons,
        proposed: open.proposed,
        ours: ours === null ? null : { ...sideOf(ours), status: ours.status, sinceMs: ours.sinceMs },
        theirs: sideOf(open.theirs),
        options: optionsOf(found, open.id, request, nowMs),
      };
      return answer(200, body, { rev: found.rev });
    }),
});

const resolve = route({
  method: 'POST',
  path: '/v1/mandates/relations/{bank}/{agreement}/case/resolutions',
  operationId: 'mandates.case.resolve',
  summary: 'Decide a case: keep ours, take theirs, or cancel both',
  description:
    'Over the province’s amount the first decision is a proposal (`manual`, `SecondPersonNeeded`): another person decides the ' +
    'same, or proposes otherwise.',
  personalData: true,
  in: {
    ...agreementIn,
    body: sampled(Schema.Struct({ case: Schema.String.pipe(Schema.maxLength(64)), action: CaseAction, note: Reason }), {
      case: CASE,
      action: 'takeTheirs',
      note: 'the user has changed banks, ticket 4711',
    }),
  },
  out: {
    200: sampled(
      Changed,
      { word: 'formal', code: null, case: CASE, tell: [{ bank: 'ICBC', agreement: 'B7' }], changed: true },
      'What has come of it; the banks named in `tell` are told',
    ),
  },
  refusals: [
    mandateRefusals.unknown(),
    mandateRefusals.caseUnknown(),
    mandateRefusals.secondPersonNeeded(),
    twoProvinces,
  ],
  handler: (request) =>
    Effect.gen(function* () {
      const { id, known, state } = yield* bothWithin(request);
      const { case: named, action, note } = request.body;
      // An open one of another agreement has not been looked at; of a closed one the actor knows what it answered.
      const another = named !== known.open?.id && state.cases.some(({ id: open }) => open === named);
      if (another) return yield* Effect.fail(mandateRefusals.caseUnknown());
      const { reply, rev } = yield* askNumber(request, id.key, { _tag: 'Resolve', case: named, action, note });
      return answer(200, changedOf(reply), { rev });
    }),
});

export const caseRoutes = [list, read, resolve];
