import { Effect } from 'effect';
import type { ActorId, TenantId } from '../../domain/kernel/actor-id.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import type { Reach } from '../../domain/kernel/province.ts';
import { type Fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import type { CaseAction, CaseKind, Claim, Ending, Relation } from '../../domain/mandates/schema.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { privateFields, privateIndexes, type Ring } from '../keys/private-fields.ts';
import {
  type ListedDocument,
  type ListPlan,
  type ListRequest,
  listIndexes,
  listPage,
  type Page,
} from '../list-query.ts';
import type { CollectionPlan } from '../migrations.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoTry } from '../mongo.ts';
import { within } from '../reach.ts';
import { type Fields, planOf, readModel } from '../read-model.ts';

/**
 * Agreements of banks about numbers, one document each, written behind by a subscription. Number and account are sealed
 * for their document and found by blind indexes; lists show them masked.
 */

export interface RelationItem {
  /** Of the number's actor. */
  readonly key: string;
  readonly bank: string;
  readonly agreement: string;
  readonly status: Relation['status'] | Ending | 'manual';
  /** Masked; null when no message has told it. */
  readonly number: string | null;
  readonly account: string | null;
  /** Null of an agreement that was over before it was heard of. */
  readonly province: string | null;
  readonly channel: Claim['channel'] | null;
  readonly userType: Claim['userType'] | null;
  readonly terms: Claim['terms'] | null;
  /** The open case it is in. */
  readonly case: string | null;
  readonly caseKind: CaseKind | null;
  readonly twoPersons: boolean;
  readonly proposedBy: string | null;
  readonly proposedAction: CaseAction | null;
  /** When the case was opened. */
  readonly caseSinceMs: number | null;
  /** When it last became formal, and when it last ended; null: never. */
  readonly formalAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly changedAtMs: number;
}

/** Of one agreement, as a turn says. */
export interface RelationMoments {
  readonly formalAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** What the actor says; number and account whole. Without province and terms: those that were known stay. */
export type RelationEntry = Omit<
  RelationItem,
  'key' | 'province' | 'channel' | 'userType' | 'terms' | 'changedAtMs' | keyof RelationMoments
> &
  Partial<Pick<Claim, 'province' | 'channel' | 'userType' | 'terms'>> & {
    readonly accountKind?: Claim['account']['kind'];
    /** When it last changed; of what a file of reconciliation has told, the period of the file. */
    readonly movedAtMs: number;
  };

const shownFields = {
  bank: String,
  agreement: String,
  status: String,
  province: String,
  channel: String,
  userType: String,
  terms: { thresholdMinor: Number, amountMinor: Number, automaticPayment: Boolean },
  case: String,
  caseKind: String,
  twoPersons: Boolean,
  proposedBy: String,
  proposedAction: String,
  caseSinceMs: Number,
  formalAtMs: Number,
  endedAtMs: Number,
  changedAtMs: Number,
} satisfies Fields;
/** For reconciliation (`relations-extract.ts`). */
const extractFields = { accountKind: String, movedAtMs: Number } satisfies Fields;
const extractIndexes = (['bank', 'province'] as const).flatMap((whose) => [
  { name: `extract_${whose}_moved`, key: { tenant: 1, [whose]: 1, movedAtMs: 1 } as const },
  { name: `extract_${whose}_formal`, key: { tenant: 1, [whose]: 1, formalAtMs: 1 } as const },
]);

const PRIVATE = { number: { searchable: true }, account: { searchable: true } } as const;
export const COLLECTION = 'mandates_relations';
export const sealedFields = (ring: Ring) => privateFields(ring, COLLECTION, PRIVATE);

const relationList: ListPlan<ListedDocument> = {
  collection: COLLECTION,
  fields: ['key', 'private', ...Object.keys(shownFields)],
  filters: {
    status: { field: 'status', type: 'text', indexed: true },
    province: { field: 'province', type: 'text', indexed: true },
    bank: { field: 'bank', type: 'text' },
    agreement: { field: 'agreement', type: 'text', indexed: true },
    caseKind: { field: 'caseKind', type: 'text' },
    /** Of a case that is open: since when at least. */
    openCaseSinceMs: { field: 'caseSinceMs', type: 'integer', match: 'atLeast' },
    changedFromMs: { field: 'changedAtMs', type: 'integer', match: 'atLeast' },
    changedBeforeMs: { field: 'changedAtMs', type: 'integer', match: 'below' },
  },
  orders: {
    newest: { field: 'changedAtMs', direction: -1 },
    oldestCase: { field: 'caseSinceMs', direction: 1 },
  },
  defaultOrder: 'newest',
  item: (document) => document,
};

export const relationModel = readModel(
  COLLECTION,
  { ...shownFields, ...extractFields, rev: Number, private: { number: { x: String }, account: { x: String } } },
  [
    ...listIndexes(relationList),
    ...privateIndexes(PRIVATE),
    ...extractIndexes,
    // What reports add up is in the index alone.
    { name: 'figures', key: { tenant: 1, province: 1, bank: 1, status: 1 } },
    { name: 'opened', key: { tenant: 1, formalAtMs: 1, province: 1, bank: 1 } },
    { name: 'ended', key: { tenant: 1, endedAtMs: 1, status: 1, province: 1, bank: 1 } },
  ],
);

export const mandatePlans: ReadonlyArray<CollectionPlan> = [
  planOf(relationModel),
  { collection: 'mandates_numbers', indexes: [] },
  { collection: 'mandates_province_rules', indexes: [] },
  { collection: 'mandates_hall_sessions', indexes: [] },
];

export const relationId = ({ tenant, key }: ActorId, bank: string, agreement: string): string =>
  `${tenant}/${key}/${bank}/${agreement}`;

/** Writes what is known of an agreement at the actor's revision; what is newer there already stays. */
export const writeRelation = (
  actor: ActorId,
  entry: RelationEntry & { readonly rev: number; readonly changedAtMs: number },
): Effect.Effect<void, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const { tenant, key } = actor;
    const { number, account, ...shown } = entry;
    const id = relationId(actor, entry.bank, entry.agreement);
    const values = { ...(number === null ? {} : { number }), ...(account === null ? {} : { account }) };
    const sealed = Object.entries(sealedFields(yield* KeyRing).encode({ tenant, id }, values));
    const set = {
      tenant,
      key,
      ...shown,
      ...Object.fromEntries(sealed.map(([name, value]) => [`private.${name}`, value] as const)),
    };
    const relations = databaseOf(yield* Mongo).collection<{ readonly _id: string; readonly rev: number }>(COLLECTION);
    yield* mongoTry('writing a mandate for look-ups', () =>
      relations.updateOne({ _id: id, rev: { $lt: entry.rev } }, { $set: set }, { upsert: true }).catch((cause) => {
        // Upserting met a document of this or a newer revision.
        if (!isDuplicateKey(cause)) throw cause;
      }),
    );
  });

/**
 * Notes when an agreement became formal or ended, as a turn says; a turn that comes late or again takes nothing back. The
 * agreement has been written before.
 */
export const markRelation = (
  actor: ActorId,
  name: { readonly bank: string; readonly agreement: string },
  moments: Partial<RelationMoments>,
): Effect.Effect<void, Fault, Mongo> =>
  Effect.flatMap(Mongo, (connection) =>
    mongoTry('noting a moment of a mandate', async () => {
      const relations = databaseOf(connection).collection<{ readonly _id: string }>(COLLECTION);
      await relations.updateOne({ _id: relationId(actor, name.bank, name.agreement) }, { $max: moments });
    }),
  );

type Shown = Omit<RelationItem, 'number' | 'account'>;

const itemOf = (ring: Ring, tenant: TenantId, document: ListedDocument): RelationItem | Fault => {
  const { _id, private: sealed = {}, ...shown } = document;
  const values = sealedFields(ring).decode({ tenant, id: String(_id) }, sealed as object);
  if (isFault(values)) return values;
  const never = { formalAtMs: null, endedAtMs: null };
  const unknown = { province: null, channel: null, userType: null, terms: null, caseSinceMs: null, ...never };
  const masked = (value: string | undefined) => (value === undefined ? null : maskId(value));
  // What `writeRelation` wrote.
  return { ...unknown, ...(shown as unknown as Shown), number: masked(values.number), account: masked(values.account) };
};

/** Number and account of an agreement, whole; null what no message has told. */
export const revealRelation = (
  actor: ActorId,
  { bank, agreement }: { readonly bank: string; readonly agreement: string },
): Effect.Effect<{ readonly number: string | null; readonly account: string | null }, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const id = relationId(actor, bank, agreement);
    const relations = databaseOf(yield* Mongo).collection<{ readonly _id: string; readonly private?: object }>(
      COLLECTION,
    );
    const found = yield* mongoTry('reading a mandate', () => relations.findOne({ _id: id }));
    const values = sealedFields(yield* KeyRing).decode({ tenant: actor.tenant, id }, found?.private ?? {});
    if (isFault(values)) return yield* Effect.fail(values);
    return { number: values.number ?? null, account: values.account ?? null };
  });

/** A page of the agreements within reach, numbers and accounts masked. `number`, `account`: whole values to search by. */
export const listRelations = (
  request: ListRequest,
  reach: Reach,
  { number, account }: { readonly number?: string | undefined; readonly account?: string | undefined } = {},
): Effect.Effect<Page<RelationItem>, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const ring = yield* KeyRing;
    const { tenant } = request;
    const fields = sealedFields(ring);
    const where = {
      // Both hold, also where both name the province.
      $and: [within(reach, 'province'), request.where ?? {}],
      ...(number === undefined ? {} : fields.where(tenant, 'number', number)),
      ...(account === undefined ? {} : fields.where(tenant, 'account', account)),
    };
    const page = yield* listPage(yield* Mongo, relationList, { ...request, where }, relationModel);
    const items = page.items.map((document) => itemOf(ring, tenant, document));
    const damaged = items.find(isFault);
    if (damaged !== undefined) return yield* Effect.fail(damaged);
    return { items: items.filter((item): item is RelationItem => !isFault(item)), nextCursor: page.nextCursor };
  });

export interface WantedRelation {
  readonly tenant: TenantId;
  readonly reach: Reach;
  readonly name: { readonly bank: string; readonly agreement: string };
  /** Of the number's actor, where a bank has the agreement number for two phone numbers; default: what stands. */
  readonly key?: string | undefined;
}

const STANDING: ReadonlySet<RelationItem['status']> = new Set(['formal', 'cancelling', 'provisional', 'manual']);
const MOST = 200;

/** One agreement by its name. Refusal: MandateUnknown, also of one that is out of reach. */
export const findRelation = ({
  tenant,
  reach,
  name: { bank, agreement },
  key,
}: WantedRelation): Effect.Effect<RelationItem, Refusal | Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const { items } = yield* listRelations({ tenant, filters: { bank, agreement }, limit: MOST }, reach);
    const named = key === undefined ? items : items.filter((one) => one.key === key);
    const item = named.find(({ status }) => STANDING.has(status)) ?? named[0];
    return item ?? (yield* Effect.fail(mandateRefusals.unknown()));
  });
