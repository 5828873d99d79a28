/**
 * The audit log: one chain of lines per tenant. Appends of a node go out together; several nodes may append at once,
 * because a line's place is its `_id`: who comes second is refused by the database and links its lines to the new end.
 * An append is answered when its line and the sealed head behind it are durable.
 */
import { randomUUID } from 'node:crypto';
import { Chunk, Context, Effect, Layer, Option, Stream } from 'effect';
import type mongoose from 'mongoose';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, fault, type Refusal } from '../../domain/kernel/refusal.ts';
import { counter, histogram } from '../../telemetry/metrics.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { type ListPlan, type ListRequest, listPage, type Page } from '../list-query.ts';
import { databaseOf, isDuplicateKey, Mongo, mongoFault, mongoTry } from '../mongo.ts';
import {
  AUDIT_HEADS,
  AUDIT_LINES,
  type AuditDocument,
  type AuditEntry,
  type AuditHead,
  type AuditLine,
  auditId,
  type BrokenAudit,
  ChainWalk,
  FIRST_PREV,
  macOfHead,
  nextLine,
} from './audit-chain.ts';

export class Audit extends Context.Tag('hufu/Audit')<
  Audit,
  {
    /**
     * Succeeds when the line is durable. Fault `Busy`: too many wait; `Unavailable`: the line may or may not be
     * there; appended again it stands twice.
     */
    readonly append: (entry: AuditEntry) => Effect.Effect<void, Fault>;
  }
>() {}

type Ring = Effect.Effect.Success<typeof KeyRing>;

const linesWritten = counter({ name: 'hufu_store_audit_lines_total', help: 'Audit lines made durable' });
const batchLines = histogram({
  name: 'hufu_store_audit_batch_lines',
  help: 'Audit lines that went out together',
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
});

/** Past this many waiting lines a caller is told to come again. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 500;
/** An outage longer than this is told to the callers, who hold requests open meanwhile. */
const GIVE_UP_MS = 15_000;
const MAX_PAUSE_MS = 250;
/** Lines read at a time, about half a megabyte. */
const PAGE = 1_000;

interface Waiting {
  readonly entry: AuditEntry;
  readonly done: (result: Effect.Effect<void, Fault>) => void;
}

const collections = (connection: mongoose.Connection) => ({
  lines: databaseOf(connection).collection<AuditDocument>(AUDIT_LINES),
  heads: databaseOf(connection).collection<AuditHead>(AUDIT_HEADS),
});

/** All lines of a tenant lie between these two ids. */
const idsOf = (tenant: TenantId, fromSeq = 0) => ({ $gte: auditId(tenant, fromSeq), $lt: `${tenant}0` });
const idsAfter = (tenant: TenantId, id: string) => ({ $gt: id, $lt: `${tenant}0` });

/** One tenant's appends on this node: one batch in flight, the next one gathers meanwhile. */
class Appender {
  private readonly connection: mongoose.Connection;
  private readonly ring: Ring;
  private readonly tenant: TenantId;
  private readonly writer = randomUUID();
  private waiting: Waiting[] = [];
  private running = false;
  private tail: { readonly seq: number; readonly hash: string } | undefined;

  constructor(connection: mongoose.Connection, ring: Ring, tenant: TenantId) {
    this.connection = connection;
    this.ring = ring;
    this.tenant = tenant;
  }

  append(one: Waiting): void {
    if (this.waiting.length >= MAX_WAITING) {
      one.done(Effect.fail(fault('audit', 'Busy', 'Too many audit lines wait to be written.', 1_000)));
      return;
    }
    this.waiting.push(one);
    if (!this.running) void this.drain();
  }

  private async drain(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      const result = await this.write(batch.map((one) => one.entry));
      for (const one of batch) one.done(result);
    }
    this.running = false;
  }

  /** Writes the entries in order, each once, however often the database has to be asked. */
  private async write(entries: ReadonlyArray<AuditEntry>): Promise<Effect.Effect<void, Fault>> {
    let left = entries;
    let tried: ReadonlyArray<AuditDocument> = [];
    let last: AuditDocument | undefined;
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        const there = await this.alreadyWritten(tried);
        last = tried[there - 1] ?? last;
        left = left.slice(there);
        tried = [];
        if (left.length > 0) {
          tried = this.link(left, this.tail ?? (await this.readTail()));
          await collections(this.connection).lines.insertMany([...tried], { ordered: true });
          last = tried.at(-1);
          left = [];
          tried = [];
        }
        if (last !== undefined) await this.sealHead(last);
        this.tail = last;
        linesWritten.inc(entries.length);
        batchLines.observe(entries.length);
        return Effect.void;
      } catch (cause) {
        this.tail = undefined;
        const known = isDuplicateKey(cause)
          ? fault('audit', 'Busy', 'Other nodes keep writing to the audit log.', 1_000)
          : mongoFault('writing the audit log', cause);
        if (known === undefined) return Effect.die(cause);
        if (performance.now() - startedMs > GIVE_UP_MS) return Effect.fail(known);
        // Another node's turn: the pause is drawn so that the two do not meet again and again.
        const pauseMs = Math.random() * Math.min(MAX_PAUSE_MS, 2 ** attempt);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  private link(entries: ReadonlyArray<AuditEntry>, tail: { readonly seq: number; readonly hash: string }) {
    const linked: AuditDocument[] = [];
    for (const entry of entries) linked.push(nextLine(entry, this.writer, linked.at(-1) ?? tail));
    return linked;
  }

  /** How many of a batch that failed are there all the same: its first ones, since the insert is ordered. */
  private async alreadyWritten(tried: ReadonlyArray<AuditDocument>): Promise<number> {
    if (tried.length === 0) return 0;
    const ids = tried.map((line) => line._id);
    const found = await collections(this.connection)
      .lines.find({ _id: { $in: ids } }, { projection: { hash: 1 } })
      .toArray();
    const hashes = new Map(found.map((line) => [line._id, line.hash]));
    const firstMissing = tried.findIndex((line) => hashes.get(line._id) !== line.hash);
    return firstMissing === -1 ? tried.length : firstMissing;
  }

  private async readTail(): Promise<{ readonly seq: number; readonly hash: string }> {
    const [last] = await collections(this.connection)
      .lines.find({ _id: idsOf(this.tenant) }, { projection: { seq: 1, hash: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    return last ?? { seq: 0, hash: FIRST_PREV };
  }

  /** The head only goes forward: of two nodes the one that is further wins. */
  private async sealHead({ seq, hash }: AuditDocument): Promise<void> {
    const { id: keyId, key } = this.ring.current('audit');
    const mac = macOfHead(key, this.tenant, seq, hash);
    try {
      await collections(this.connection).heads.updateOne(
        { _id: this.tenant, seq: { $lt: seq } },
        { $set: { seq, hash, keyId, mac } },
        { upsert: true },
      );
    } catch (cause) {
      // The head is there and further on, so the upsert met its `_id`.
      if (!isDuplicateKey(cause)) throw cause;
    }
  }
}

export const AuditLive: Layer.Layer<Audit, never, Mongo | KeyRing> = Layer.effect(
  Audit,
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const ring = yield* KeyRing;
    // One per tenant that this node has written for: as many as there are tenants, and small.
    const appenders = new Map<TenantId, Appender>();
    const appenderOf = (tenant: TenantId): Appender => {
      const known = appenders.get(tenant) ?? new Appender(connection, ring, tenant);
      appenders.set(tenant, known);
      return known;
    };
    return {
      append: (entry) =>
        Effect.async<void, Fault>((resume) => appenderOf(entry.tenant).append({ entry, done: resume })),
    };
  }),
);

export interface AuditVerdict {
  readonly tenant: TenantId;
  /** Lines read until the end, or until the first broken one. */
  readonly lines: number;
  /** Hash of the last line read; kept elsewhere it proves later that nothing before it was touched. */
  readonly hash: string;
  /** Lines behind the sealed head: written by a node that died before it sealed them. */
  readonly unsealed: number;
  readonly broken?: BrokenAudit;
}

const readHead = (ring: Ring, head: AuditHead | null): { readonly head?: AuditHead; readonly forged: boolean } => {
  if (head === null) return { forged: false };
  const key = ring.byId('audit', head.keyId)?.key;
  const forged = key === undefined || macOfHead(key, head._id, head.seq, head.hash) !== head.mac;
  return { head, forged };
};

const brokenEnd = (walk: ChainWalk, head: AuditHead | undefined, forged: boolean): BrokenAudit | undefined => {
  if (walk.broken !== undefined) return walk.broken;
  if (forged) return { seq: head?.seq ?? 0, kind: 'head' };
  if (head === undefined) return walk.lines === 0 ? undefined : { seq: walk.lines, kind: 'head' };
  return walk.lines < head.seq ? { seq: walk.lines + 1, kind: 'cut' } : undefined;
};

type IdRange = { readonly $gte: string; readonly $lt: string } | { readonly $gt: string; readonly $lt: string };

/** The tenant's lines in order, a thousand at a time. */
const lineStream = (tenant: TenantId, fromSeq = 0): Stream.Stream<AuditDocument, Fault, Mongo> =>
  Stream.unwrap(
    Effect.map(Mongo, (connection) =>
      Stream.paginateChunkEffect({ _id: idsOf(tenant, fromSeq) as IdRange }, (query) =>
        mongoTry('reading the audit log', () =>
          collections(connection).lines.find(query).sort({ _id: 1 }).limit(PAGE).toArray(),
        ).pipe(
          Effect.map((lines) => {
            const last = lines.length < PAGE ? undefined : lines.at(-1);
            const next =
              last === undefined ? Option.none() : Option.some({ _id: idsAfter(tenant, last._id) as IdRange });
            return [Chunk.unsafeFromArray(lines), next] as const;
          }),
        ),
      ),
    ),
  );

/**
 * `hufu admin audit verify`: walks the tenant's whole chain in bounded memory. Someone who can write to the database
 * but has no key is found out, whatever was changed, removed, inserted or cut; only the loss of lines *and* head, or
 * an older copy of both, needs a hash that was kept elsewhere.
 */
export const verifyAudit = (tenant: TenantId): Effect.Effect<AuditVerdict, Fault, Mongo | KeyRing> =>
  Effect.gen(function* () {
    const connection = yield* Mongo;
    const stored = yield* mongoTry('reading the head of the audit log', () =>
      collections(connection).heads.findOne({ _id: tenant }),
    );
    const { head, forged } = readHead(yield* KeyRing, stored);
    const walk = new ChainWalk();
    yield* Stream.runForEachWhile(lineStream(tenant), (line) =>
      Effect.sync(() => walk.see(line, forged ? undefined : head) === undefined),
    );
    const broken = brokenEnd(walk, head, forged);
    const unsealed = broken === undefined ? walk.lines - (head?.seq ?? 0) : 0;
    return { tenant, lines: walk.lines, hash: walk.hash, unsealed, ...(broken === undefined ? {} : { broken }) };
  });

const lineOf = ({ _id, ...line }: AuditDocument): AuditLine => line;

const auditList: ListPlan<AuditLine> = {
  collection: AUDIT_LINES,
  fields: [
    'tenant',
    'seq',
    'atMs',
    'subject',
    'action',
    'object',
    'outcome',
    'from',
    'requestId',
    'detail',
    'writer',
    'prev',
    'hash',
  ],
  filters: {
    subject: { field: 'subject', type: 'text' },
    action: { field: 'action', type: 'text' },
    object: { field: 'object', type: 'text' },
    outcome: { field: 'outcome', type: 'text' },
    requestId: { field: 'requestId', type: 'text' },
    from: { field: 'from', type: 'text' },
    sinceMs: { field: 'atMs', type: 'integer', match: 'atLeast' },
    untilMs: { field: 'atMs', type: 'integer', match: 'below' },
  },
  orders: { newest: { field: 'seq', direction: -1 }, oldest: { field: 'seq', direction: 1 } },
  defaultOrder: 'newest',
  // Written by `append` alone and read with every field of a line.
  item: (document) => lineOf(document as unknown as AuditDocument),
};

/** One page of lines, newest first. Filters: subject, action, object, outcome, requestId, from, sinceMs, untilMs. */
export const searchAudit = (request: ListRequest): Effect.Effect<Page<AuditLine>, Refusal | Fault, Mongo | KeyRing> =>
  Effect.flatMap(Mongo, (connection) => listPage(connection, auditList, request));

/** `hufu admin audit export`: the chain as JSON lines (each ends with a line feed), from a sequence number on. */
export const exportAudit = (tenant: TenantId, fromSeq = 1): Stream.Stream<string, Fault, Mongo> =>
  Stream.map(lineStream(tenant, fromSeq), (line) => `${JSON.stringify(lineOf(line))}\n`);
