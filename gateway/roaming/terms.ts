import { Effect, Schema } from 'effect';
import { termsActor } from '../../actors/roaming/terms.ts';
import { proposeTerms, readDocument, type TermsOf } from '../../actors/roaming/terms-documents.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { agreementRefusals, isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { termsRefusals } from '../../domain/roaming/terms/refusals.ts';
import {
  Revision,
  RevisionNumber,
  TermsKind,
  TermsName,
  TermsReply,
  TermsState,
} from '../../domain/roaming/terms/schema.ts';
import { revisionOf, termsKey } from '../../domain/roaming/terms/terms.ts';
import { Count, Reason } from '../../domain/sim/schema.ts';
import { listTerms } from '../../store/roaming/terms.ts';
import type { InputRefusal } from '../middleware/problem.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/**
 * Agreements, retail plans, partners, operators, our departments and elements of our network as data (seed 002 §3.1.1, §3.4.1): one person proposes a revision, another approves it, and it is in
 * force for whatever is priced from then on.
 */

const AT_MS = 1_795_416_000_000;
/** Documents have thousands of rates. */
const DOCUMENT_LIMIT_BYTES = 8_388_608;

const Item = Schema.Struct({
  kind: TermsKind,
  name: TermsName,
  inForce: Schema.NullOr(RevisionNumber),
  inForceSinceMs: Schema.NullOr(Count),
  revisions: Count,
  proposedBy: Schema.NullOr(Schema.String),
}).annotations({ identifier: 'RoamingTermsItem' });
const Document = Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({
  description:
    'As docs/roaming-rating.md shows it; of a partner, operator or department docs/roaming-pipeline.md, of an element docs/roaming-inbound.md',
});
const RevisionWithDocument = Schema.Struct({ ...Revision.fields, document: Document }).annotations({
  identifier: 'RoamingTermsRevision',
});

/** Everything that is wrong with a document, by its place. */
const refusalOf = ({ refusals }: Problems): InputRefusal => ({
  ...refuse('invalid', 'InvalidTerms', 'The document cannot be used: see `errors`.', {
    field: `document/${refusals[0]?.field ?? ''}`,
    action: 'Put right what `errors` tells by place and code, and propose it again.',
  }),
  errors: refusals.map(({ field = '', code, message }) => ({ field: `document/${field}`, code, message })),
});

const PLACES = {
  agreement: { path: '/v1/roaming/agreements', name: 'CHNCM-HKGPP', what: 'agreement' },
  plan: { path: '/v1/roaming/plans', name: 'TRAVEL', what: 'retail plan' },
  partner: { path: '/v1/roaming/partners', name: 'HKGPP', what: 'partner' },
  operator: { path: '/v1/roaming/operators', name: 'HKGPP', what: 'operator' },
  department: { path: '/v1/roaming/departments', name: 'finance', what: 'department' },
  element: { path: '/v1/roaming/elements', name: 'MSC01', what: 'element of our network' },
} as const;

/** What the routes of a kind share. */
const placeOf = (kind: TermsKind) => {
  const { path, name, what } = PLACES[kind];
  const params = sampled(Schema.Struct({ name: TermsName }), { name });
  const revisionParams = sampled(
    Schema.Struct({ name: TermsName, revision: Schema.NumberFromString.pipe(Schema.compose(RevisionNumber)) }),
    { name, revision: '2' },
  );
  const id = (terms: Pick<TermsOf, 'tenant' | 'name'>) => ({
    tenant: terms.tenant,
    key: termsKey(kind, terms.name),
  });
  const first = {
    revision: 1,
    status: 'approved' as const,
    document: { id: 'F-20', name: `${kind}-${name}.json`, bytes: 2_400, sm3: 'a'.repeat(64) },
    note: 'as the settings of the node have it',
    proposed: { by: 'service:node', atMs: AT_MS },
    decided: { by: 'service:node', atMs: AT_MS },
    reason: null,
  };
  return { kind, path, name, what, params, revisionParams, id, first };
};
type Place = ReturnType<typeof placeOf>;

const REPLY = sampled(TermsReply, { changed: true, revision: 2 }, 'The revision');

const list = ({ kind, path, name, what }: Place) =>
  route({
    method: 'GET',
    path,
    operationId: `roaming.${kind}.list`,
    summary: `List each ${what} with the revision in force`,
    in: { query: sampled(Schema.Struct(pageQuery), {}) },
    out: {
      200: sampled(
        pageOf(Item),
        {
          items: [{ kind, name, inForce: 1, inForceSinceMs: AT_MS, revisions: 2, proposedBy: 'li' }],
          nextCursor: null,
        },
        'By name; `proposedBy` says whose revision waits for another person',
      ),
    },
    handler: ({ tenant, query }) =>
      Effect.map(listTerms({ tenant, filters: { kind }, ...query }), (page) => answer(200, page)),
  });

const read = ({ kind, path, name, what, params, id, first }: Place) =>
  route({
    method: 'GET',
    path: `${path}/{name}`,
    operationId: `roaming.${kind}.read`,
    summary: `Read the revisions of one ${what}: who proposed and who decided each`,
    in: { params },
    out: { 200: sampled(TermsState, { kind, name, inForce: 1, revisions: [first] }, 'The oldest first') },
    refusals: [termsRefusals.unknown()],
    handler: ({ tenant, params: { name: one } }) =>
      Effect.map(readActor(termsActor, id({ tenant, name: one }), termsRefusals.unknown()), ({ state, rev }) =>
        answer(200, state, { rev }),
      ),
  });

const readRevision = ({ kind, path, name, what, revisionParams, id, first }: Place) =>
  route({
    method: 'GET',
    path: `${path}/{name}/revisions/{revision}`,
    operationId: `roaming.${kind}.readRevision`,
    summary: `Read a revision of one ${what} with its document`,
    in: { params: revisionParams },
    out: { 200: sampled(RevisionWithDocument, { ...first, document: { id: name } }, 'As it was proposed') },
    refusals: [termsRefusals.unknown(), termsRefusals.revisionUnknown()],
    handler: ({ tenant, params: { name: one, revision } }) =>
      Effect.gen(function* () {
        const { state } = yield* readActor(termsActor, id({ tenant, name: one }), termsRefusals.unknown());
        const found = revisionOf(state, revision);
        if (found === undefined) return yield* Effect.fail(termsRefusals.revisionUnknown());
        // Checked when it was proposed: a document is an object.
        const document = (yield* readDocument(tenant, found.document)) as typeof Document.Type;
        return answer(200, { ...found, document });
      }),
  });

const propose = ({ kind, path, name, what, params }: Place) =>
  route({
    method: 'POST',
    path: `${path}/{name}/revisions`,
    operationId: `roaming.${kind}.propose`,
    summary: `Propose a revision of one ${what}, or the first of a new one`,
    description: 'The whole document, with all its versions by day; everything that is wrong with it is told at once.',
    bodyLimitBytes: DOCUMENT_LIMIT_BYTES,
    in: {
      params,
      body: sampled(Schema.Struct({ document: Document, note: Reason }), {
        document: { id: name },
        note: 'amendment 3, signed on 2026-11-20',
      }),
    },
    out: { 201: REPLY },
    refusals: [
      refusalOf({ _tag: 'Problems', refusals: [agreementRefusals.currencyUnknown('terms/0/currency')] }),
      termsRefusals.proposalOpen(),
      termsRefusals.sameAsInForce(),
      termsRefusals.codeTaken(),
    ],
    handler: ({ tenant, envelope, params: { name: one }, body: { document, note } }) =>
      Effect.gen(function* () {
        const proposed = yield* proposeTerms({ tenant, kind, name: one }, document, note, envelope);
        if (isProblems(proposed)) return yield* Effect.fail(refusalOf(proposed));
        return answer(201, proposed, { location: `${path}/${one}/revisions/${proposed.revision}` });
      }),
  });

const approve = ({ kind, path, revisionParams, id }: Place) =>
  route({
    method: 'POST',
    path: `${path}/{name}/revisions/{revision}/approve`,
    operationId: `roaming.${kind}.approve`,
    summary: `Approve a revision that another person has proposed: it is in force from now on`,
    in: { params: revisionParams },
    out: { 200: REPLY },
    refusals: [termsRefusals.unknown(), termsRefusals.secondPersonNeeded(), termsRefusals.alreadyDecided()],
    handler: ({ tenant, envelope, params: { name: one, revision } }) =>
      Effect.gen(function* () {
        const command = { _tag: 'Approve', revision } as const;
        const asked = { id: id({ tenant, name: one }), command, envelope };
        const { reply, rev } = yield* (yield* Actors).ask(termsActor, asked);
        return answer(200, reply, { rev });
      }),
  });

const reject = ({ kind, path, revisionParams, id }: Place) =>
  route({
    method: 'POST',
    path: `${path}/{name}/revisions/{revision}/reject`,
    operationId: `roaming.${kind}.reject`,
    summary: 'Reject a proposed revision, with the reason',
    in: {
      params: revisionParams,
      body: sampled(Schema.Struct({ reason: Reason }), { reason: 'zone premium is missing' }),
    },
    out: { 200: REPLY },
    refusals: [termsRefusals.unknown(), termsRefusals.alreadyDecided()],
    handler: ({ tenant, envelope, params: { name: one, revision }, body: { reason } }) =>
      Effect.gen(function* () {
        const command = { _tag: 'Reject', revision, reason } as const;
        const asked = { id: id({ tenant, name: one }), command, envelope };
        const { reply, rev } = yield* (yield* Actors).ask(termsActor, asked);
        return answer(200, reply, { rev });
      }),
  });

const routesOf = (kind: TermsKind) =>
  [list, read, readRevision, propose, approve, reject].map((one) => one(placeOf(kind)));

export const termsRoutes = TermsKind.literals.flatMap(routesOf);
