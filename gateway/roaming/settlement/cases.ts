import { Chunk, Effect, Schema, Stream } from 'effect';
import { clearingCaseActor } from '../../../actors/roaming/clearing-case.ts';
import { subscriberActor } from '../../../actors/roaming/subscriber.ts';
import { Actors, type Envelope } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { caseId } from '../../../domain/roaming/cases/case.ts';
import { caseRefusals as no } from '../../../domain/roaming/cases/refusals.ts';
import {
  CASE_LIMITS,
  type CaseCommand,
  CaseId,
  CaseKind,
  type CaseOrigin,
  CaseReply,
  CaseState,
  CaseStatus,
  caseCommands,
  Resolution,
  TapFileName,
} from '../../../domain/roaming/cases/schema.ts';
import { Service, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { monthsAround } from '../../../domain/roaming/settlement/day.ts';
import { periodRefusals } from '../../../domain/roaming/settlement/refusals.ts';
import { Day, Id } from '../../../domain/roaming/settlement/schema.ts';
import { subscriberRefusals } from '../../../domain/roaming/subscriber/refusals.ts';
import { Count, Reason } from '../../../domain/sim/schema.ts';
import { listClearingCases } from '../../../store/roaming/clearing-cases.ts';
import { clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { differingRecord } from '../../../store/roaming/detail-lines.ts';
import { importFileNamed } from '../../../store/roaming/import-files.ts';
import { usageOfPartner } from '../../../store/roaming/usage-trace.ts';
import { oneOrMore, pageOf, pageQuery } from '../../page.ts';
import { readActor } from '../../read.ts';
import { answer, route, sampled } from '../../route.ts';
import { readPeriod } from './periods.ts';
import { dayNotClosed, explainedRecords, recordsOfDay, TRACED, TracedRecord } from './records.ts';
import { AGREEMENT, AT_MS, FROM } from './samples.ts';

/**
 * Cases of clearing (seed 002 §2.2.2, §3.2.3, §3.3.1): a record that differs, a fee that finance holds to be wrong, a finding of a
 * month; each taken by a person, traced to records, settled, and approved by a second person where money moves.
 */

const CASE = 'c0123456789abcdef';
export const CASES_PATH = '/v1/roaming/cases';

const Item = Schema.Struct({
  key: CaseId,
  kind: CaseKind,
  partner: Tadig,
  of: Schema.String,
  day: Schema.String,
  status: CaseStatus,
  openedBy: Schema.String,
  openedAtMs: Schema.Number,
  takenBy: Schema.NullOr(Schema.String),
  resolution: Schema.NullOr(Resolution),
  amountMinor: Schema.NullOr(Schema.String),
  resolvedAtMs: Schema.NullOr(Schema.Number),
}).annotations({ identifier: 'RoamingClearingCaseItem' });

export const LINE = {
  ...{ service: 'VOICE', at: '2026-10-05T08:15:30', usage: '61', currency: 'XDR', amountMinor: '1204' },
  status: 'AGREED' as const,
};
const STATE: typeof CaseState.Encoded = {
  partner: 'HKGPP',
  of: `${AGREEMENT}:${FROM}`,
  origin: {
    ...{ kind: 'difference', agreement: AGREEMENT, from: FROM, file: 'CDHKGPPCHNCM00042', record: 17 },
    ...{ classes: ['amount'], ours: LINE, theirs: { ...LINE, amountMinor: '1210' } },
  },
  status: 'proposed',
  reason: 'the partner charges more than was agreed',
  opened: { by: 'ann', atMs: AT_MS },
  taken: { by: 'li', atMs: AT_MS + 60_000 },
  proposal: {
    ...{ resolution: 'theirs', reason: 'seen in the signalling data', amountMinor: '6', record: TRACED.id },
    ...{ by: 'li', atMs: AT_MS + 120_000 },
  },
  approved: null,
  returned: null,
  resolvedAtMs: null,
};

const list = route({
  method: 'GET',
  path: CASES_PATH,
  operationId: 'roaming.case.list',
  summary: 'List cases of clearing: differences, fees and findings, with who works on each',
  in: {
    query: sampled(
      Schema.Struct({
        ...pageQuery,
        status: Schema.optional(oneOrMore(CaseStatus)),
        kind: Schema.optional(CaseKind),
        partner: Schema.optional(Tadig),
        of: Schema.optional(Schema.String.pipe(Schema.maxLength(160))),
        takenBy: Schema.optional(Schema.String.pipe(Schema.maxLength(200))),
      }),
      { status: 'open' },
    ),
  },
  out: {
    200: sampled(
      pageOf(Item),
      {
        items: [
          {
            ...{
              key: CASE,
              kind: 'difference',
              partner: 'HKGPP',
              of: `${AGREEMENT}:${FROM}`,
              day: FROM,
              status: 'open',
            },
            ...{ openedBy: 'ann', openedAtMs: AT_MS, takenBy: null, resolution: null, amountMinor: null },
            resolvedAtMs: null,
          },
        ],
        nextCursor: null,
      },
      'The newest first',
    ),
  },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listClearingCases({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

export const caseParams = sampled(Schema.Struct({ case: CaseId }), { case: CASE });

export const readCase = (tenant: TenantId, key: string) => readActor(clearingCaseActor, { tenant, key }, no.unknown());

const read = route({
  method: 'GET',
  path: `${CASES_PATH}/{case}`,
  operationId: 'roaming.case.read',
  summary: 'Read a case: what it is about, who works on it, how it was settled',
  personalData: true,
  in: { params: caseParams },
  out: { 200: sampled(CaseState, STATE, 'The case') },
  refusals: [no.unknown()],
  handler: ({ tenant, params: { case: key } }) =>
    Effect.map(readCase(tenant, key), ({ state, rev }) => answer(200, state, { rev })),
});

const Opening = Schema.Union(
  Schema.Struct({
    kind: Schema.Literal('difference'),
    agreement: Id,
    from: Day,
    /** As the file of differences names it. */
    file: TapFileName,
    record: Count,
    reason: Reason,
  }),
  Schema.Struct({
    kind: Schema.Literal('fee'),
    partner: Tadig,
    /** Of the billing file. */
    day: Day,
    user: Id,
    service: Schema.optionalWith(Schema.NullOr(Service), { default: () => null }),
    reason: Reason,
  }),
);
type Opening = typeof Opening.Type;

interface Found {
  readonly partner: string;
  readonly of: string;
  readonly origin: CaseOrigin;
}

/** The record with both sides’ lines, as the newest comparison of the period has them. */
const differenceOf = (tenant: TenantId, { agreement, from, file, record }: Extract<Opening, { kind: 'difference' }>) =>
  Effect.gen(function* () {
    const { state } = yield* readPeriod(tenant, { agreement, from });
    const { partner } = state.terms;
    const of = `${agreement}:${from}`;
    const found = yield* differingRecord(tenant, { partner, period: of }, file, record);
    if (found === undefined) return yield* Effect.fail(no.noSuchDifference());
    const origin: CaseOrigin = { kind: 'difference', agreement, from, file, record, ...found };
    return { partner, of, origin } satisfies Found;
  });

const feeOf = (tenant: TenantId, { partner, day, user, service }: Extract<Opening, { kind: 'fee' }>) =>
  Effect.gen(function* () {
    if ((yield* clearingFilesOf(tenant, 'dayReport', partner, day, day)).length === 0) {
      return yield* Effect.fail(dayNotClosed);
    }
    yield* readActor(subscriberActor, { tenant, key: user }, subscriberRefusals.unknown());
    return { partner, of: day, origin: { kind: 'fee', day, user, service } } satisfies Found;
  });

export const openCase = (tenant: TenantId, asked: Opening, envelope: Envelope) =>
  Effect.gen(function* () {
    const found: Found = yield* asked.kind === 'fee' ? feeOf(tenant, asked) : differenceOf(tenant, asked);
    const key = caseId(found.partner, found.origin);
    yield* askCase(tenant, key, { _tag: 'Open', ...found, reason: asked.reason }, envelope);
    return key;
  });

export const askCase = (tenant: TenantId, key: string, command: CaseCommand, envelope: Envelope) =>
  Effect.map(
    Effect.flatMap(Actors, (actors) => actors.ask(clearingCaseActor, { id: { tenant, key }, command, envelope })),
    ({ reply }) => reply,
  );

const open = route({
  method: 'POST',
  path: CASES_PATH,
  operationId: 'roaming.case.open',
  summary: 'Open a case of a record that differs, or report a fee of a billing file that is wrong',
  description:
    'The same record, or the same user, day and service, is one case: opened again, it comes back as it is, but with the newest lines of a record that was settled by others. Operations are told of a fee.',
  timeoutMs: 60_000,
  in: {
    body: sampled(Opening, {
      ...{ kind: 'difference', agreement: AGREEMENT, from: FROM, file: 'CDHKGPPCHNCM00042', record: 17 },
      reason: 'the partner charges more than was agreed',
    }),
  },
  out: { 201: sampled(CaseState, { ...STATE, status: 'open', taken: null, proposal: null }, 'The case') },
  refusals: [no.noSuchDifference(), periodRefusals.unknown(), dayNotClosed, subscriberRefusals.unknown()],
  handler: ({ tenant, envelope, body }) =>
    Effect.gen(function* () {
      const key = yield* openCase(tenant, body, envelope);
      const { state, rev } = yield* readCase(tenant, key);
      return answer(201, state, { rev, location: `${CASES_PATH}/${key}` });
    }),
});

const step = <Body extends Schema.Schema.AnyNoContext>(
  verb: 'take' | 'propose' | 'approve' | 'return',
  summary: string,
  body: ReturnType<typeof sampled<Body>>,
  commandOf: (body: Schema.Schema.Type<Body>) => CaseCommand,
  refusals: ReadonlyArray<ReturnType<typeof no.unknown>>,
) =>
  route({
    method: 'POST',
    path: `${CASES_PATH}/{case}/${verb}`,
    operationId: `roaming.case.${verb}`,
    summary,
    in: { params: caseParams, body },
    out: { 200: sampled(CaseReply, { changed: true, status: 'taken' }, 'How it stands') },
    refusals: [no.unknown(), no.wrongStatus('resolved'), ...refusals],
    handler: ({ tenant, envelope, params: { case: key }, body: said }) =>
      Effect.map(askCase(tenant, key, commandOf(said as Schema.Schema.Type<Body>), envelope), (reply) =>
        answer(200, reply),
      ),
  });

const none = sampled(Schema.Struct({}), {});
const steps = [
  step('take', 'Take a case, to work on it; also from a colleague', none, () => ({ _tag: 'Take' }), []),
  step(
    'propose',
    'Say how a case that you have taken is settled; where no money moves it is resolved',
    sampled(caseCommands.Propose, {
      ...{ resolution: 'theirs', reason: 'seen in the signalling data', amountMinor: null, record: TRACED.id },
    }),
    (said) => ({ _tag: 'Propose', ...said }),
    [
      no.notYours(),
      no.recordMissing(),
      no.currencyDiffers(),
      no.recordNeeded(),
      no.amountNeeded(),
      no.amountNotAllowed(),
      no.measuredNotAllowed(),
    ],
  ),
  step(
    'approve',
    'Approve what somebody else has proposed; an adjustment is booked on an open day',
    none,
    () => ({ _tag: 'Approve' }),
    [no.samePerson()],
  ),
  step(
    'return',
    'Give a proposal back, with the reason',
    sampled(caseCommands.Return, { reason: 'ask the partner first' }),
    ({ reason }) => ({ _tag: 'Return', reason }),
    [],
  ),
];

/** What the case is about, record by record. */
export const tracedRecords = (tenant: TenantId, { partner, origin }: CaseState) =>
  Effect.gen(function* () {
    if (origin.kind === 'difference') {
      const file = yield* importFileNamed(tenant, partner, origin.file);
      if (file === undefined || origin.ours === null) return [];
      const months = monthsAround(origin.ours.at.slice(0, 10));
      return yield* usageOfPartner(tenant, partner, months, file.sm3).pipe(
        Stream.filter(({ record }) => record === origin.record),
        Stream.runCollect,
        Effect.map(Chunk.toReadonlyArray),
      );
    }
    const { service } = origin;
    return yield* recordsOfDay(tenant, partner, origin.day).pipe(
      Stream.filter((one) => service === null || one.service === service),
      Stream.filter((one) => (origin.kind === 'fee' ? one.subscriber === origin.user : one.number === origin.number)),
      Stream.take(CASE_LIMITS.records),
      Stream.runCollect,
      Effect.map(Chunk.toReadonlyArray),
    );
  });

const trace = route({
  method: 'GET',
  path: `${CASES_PATH}/{case}/trace`,
  operationId: 'roaming.case.trace',
  summary: 'Trace a case to its records: the file each came in, and its price step by step',
  description: 'At most fifty records; differences of re-ratings stand beside the records that they correct.',
  timeoutMs: 120_000,
  in: { params: caseParams },
  out: {
    200: sampled(Schema.Struct({ records: Schema.Array(TracedRecord) }), { records: [TRACED] }, 'As they are kept'),
  },
  refusals: [no.unknown(), dayNotClosed],
  handler: ({ tenant, params: { case: key } }) =>
    Effect.gen(function* () {
      const { state } = yield* readCase(tenant, key);
      const records = yield* tracedRecords(tenant, state);
      return answer(200, { records: yield* explainedRecords(tenant, state.partner, records) });
    }),
});

export const caseRoutes = [list, read, open, ...steps, trace];
