import { Effect, Schema } from 'effect';
import { differenceActor } from '../../../actors/mandates/reconciliation.ts';
import { maskId } from '../../../domain/kernel/mask.ts';
import { reaches } from '../../../domain/kernel/province.ts';
import { differenceRefusals } from '../../../domain/mandates/reconciliation/difference.ts';
import {
  Action,
  Decision,
  DifferenceClass,
  DifferenceState,
  DifferenceStatus,
  FileRow,
  Party,
  Period,
} from '../../../domain/mandates/reconciliation/schema.ts';
import { AgreementNo, Count, ProvinceCode, Reason } from '../../../domain/mandates/schema.ts';
import { listDifferences } from '../../../store/mandates/reconciliation.ts';
import { within } from '../../../store/reach.ts';
import { Processes } from '../../../temporal/client.ts';
import { reconciliationContract } from '../../../workflows/mandates/reconciliation/contract.ts';
import { pageOf, pageQuery } from '../../page.ts';
import { readActor } from '../../read.ts';
import { answer, type RouteRequest, route, sampled } from '../../route.ts';
import { processKeyOf } from './process-key.ts';
import { DIFFERENCE, DIFFERENCE_ROW } from './samples.ts';

/** Differences that runs have found, by province: class, age, what the rules do about them, and what a person decides. */

const { differenceDecision } = reconciliationContract.workflows;

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true });
const text = Schema.NullOr(Schema.String);

const Row = Schema.Struct({
  key: Schema.String,
  run: Schema.String,
  party: Party,
  partner: Schema.String,
  period: Period,
  class: DifferenceClass,
  columns: Schema.Array(Schema.String),
  code: text,
  lineHere: Schema.Int,
  lineThere: Schema.Int,
  bank: text,
  agreement: text,
  number: text.annotations({ description: 'Masked' }),
  numberKey: text,
  province: text,
  ageDays: Count,
  action: Action,
  because: text,
  text: DifferenceState.fields.text,
  status: DifferenceStatus,
  outcome: text,
  decision: Schema.NullOr(Decision),
  decidedBy: text,
  foundAtMs: Count,
  changedAtMs: Count,
}).annotations({ identifier: 'MandateDifferenceRow' });

const list = route({
  method: 'GET',
  path: '/v1/mandates/differences',
  operationId: 'mandates.difference.list',
  summary: 'List differences by run, class, age, action and state; `status=queued` is what waits for a person',
  in: {
    query: sampled(
      Schema.Struct({
        run: optional(Schema.String.pipe(Schema.maxLength(64))),
        status: optional(DifferenceStatus),
        class: optional(DifferenceClass),
        action: optional(Action),
        party: optional(Party),
        partner: optional(Schema.String.pipe(Schema.maxLength(16))),
        period: optional(Period),
        province: optional(ProvinceCode),
        agreement: optional(AgreementNo),
        atLeastDays: optional(Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative())),
        ...pageQuery,
      }),
      { province: '110000', status: 'queued' },
    ),
  },
  out: {
    200: sampled(pageOf(Row), { items: [DIFFERENCE_ROW], nextCursor: null }, 'Of your provinces, the newest first'),
  },
  handler: ({ tenant, reach, query: { cursor, limit, ...filters } }) =>
    Effect.map(listDifferences({ tenant, filters, cursor, limit, where: within(reach, 'province') }), (page) =>
      answer(200, page),
    ),
});

export const differenceParams = sampled(
  Schema.Struct({ difference: Schema.String.pipe(Schema.pattern(/^[a-z]+:[A-Z0-9]+:[\d-]{7,10}:[0-9a-f]{16}$/)) }),
  { difference: DIFFERENCE_ROW.key },
);

type Asked = Pick<RouteRequest, 'tenant' | 'reach'> & { readonly params: { readonly difference: string } };

/** Of a line that cannot be read nobody knows the province: it is for who has all, or of whose file it is. */
const provinceOf = ({ scope, here, there }: DifferenceState): string | null =>
  (there ?? here)?.province ?? (scope.party === 'province' ? scope.partner : null);

/** Refusal: DifferenceUnknown, also of one that is out of reach. */
export const differenceWithin = ({ tenant, reach, params: { difference } }: Asked) =>
  Effect.gen(function* () {
    const id = { tenant, key: difference };
    const { state, rev } = yield* readActor(differenceActor, id, differenceRefusals.unknown());
    return reaches(reach, provinceOf(state)) ? { id, state, rev } : yield* Effect.fail(differenceRefusals.unknown());
  });

const MaskedRow = Schema.NullOr(Schema.Struct({ ...FileRow.fields, number: Schema.String, account: Schema.String }));
const Difference = Schema.Struct({ ...DifferenceState.fields, here: MaskedRow, there: MaskedRow }).annotations({
  identifier: 'MandateDifference',
});

const masked = (row: DifferenceState['here']) =>
  row === null ? null : { ...row, number: maskId(row.number), account: maskId(row.account) };

const read = route({
  method: 'GET',
  path: '/v1/mandates/differences/{difference}',
  operationId: 'mandates.difference.read',
  summary: 'Read one difference: both rows side by side, the rule’s action and why, what became of it',
  personalData: true,
  in: { params: differenceParams },
  out: { 200: sampled(Difference, DIFFERENCE, 'Numbers and accounts masked') },
  refusals: [differenceRefusals.unknown()],
  handler: (request) =>
    Effect.map(differenceWithin(request), ({ state, rev }) =>
      answer(200, { ...state, here: masked(state.here), there: masked(state.there) }, { rev }),
    ),
});

const decide = route({
  method: 'POST',
  path: '/v1/mandates/differences/{difference}/decisions',
  operationId: 'mandates.difference.decide',
  summary: 'Decide a difference that waits for a person, and have it carried out',
  description:
    '`takeTheirs`: our relation is brought to the bank’s; `write`: the province is told in its next error-handling file; ' +
    '`dismiss`: it stays as it is.',
  personalData: true,
  timeoutMs: 60_000,
  in: {
    params: differenceParams,
    body: sampled(Schema.Struct({ decision: Decision, note: Reason }), {
      decision: 'write',
      note: 'the bank confirms the cancellation, letter of 26 November',
    }),
  },
  out: {
    200: sampled(
      Schema.Struct({ status: Schema.String, outcome: text }),
      { status: 'open', outcome: null },
      'How it stands after it; a written one is settled by the province’s answer',
    ),
  },
  refusals: [differenceRefusals.unknown(), differenceRefusals.notQueued(), differenceRefusals.notForBank()],
  handler: (request) =>
    Effect.gen(function* () {
      const { id } = yield* differenceWithin(request);
      const { decision, note } = request.body;
      const processes = yield* Processes;
      const { tenant, caller: by } = request;
      const key = processKeyOf('decision', request);
      yield* processes.start(differenceDecision, { key, input: { tenant, difference: id.key, decision, note, by } });
      return answer(200, yield* processes.result(differenceDecision, { tenant, key }));
    }),
});

export const differenceRoutes = [list, read, decide];
