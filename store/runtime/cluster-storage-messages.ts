import * as ClusterError from '@effect/cluster/ClusterError';
import * as MessageStorage from '@effect/cluster/MessageStorage';
import * as ShardId from '@effect/cluster/ShardId';
import * as Snowflake from '@effect/cluster/Snowflake';
import { Effect, Option } from 'effect';
import mongoose from 'mongoose';
import { databaseOf, isDuplicateKey, Mongo } from '../mongo.ts';
import { MESSAGE_RETENTION_SECONDS, MESSAGES, REPLIES, UNPROCESSED_RETENTION_SECONDS } from './cluster-storage.ts';

/**
 * The cluster's persisted messages in MongoDB, behind Effect's `MessageStorage`. A request is stored once per primary
 * key, read by the node that owns its shard until its exit is stored, and read again by the next owner when that node
 * is lost. Whatever touches more than one document is a transaction. Payloads are kept as JSON text, as they came.
 */

type EncodedStorage = MessageStorage.Encoded;
type Envelope = Parameters<EncodedStorage['saveEnvelope']>[0]['envelope'];
type Reply = Parameters<EncodedStorage['saveReply']>[0];
type Session = mongoose.mongo.ClientSession;

interface MessageDoc {
  /** The envelope's own snowflake: for a request its request id. */
  readonly _id: string;
  readonly kind: Envelope['_tag'];
  readonly requestId: string;
  readonly primaryKey?: string;
  readonly shard: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly envelope: string;
  /** The snowflake as a number: messages are read in this order, those about a request never before it. */
  readonly order: mongoose.mongo.Long;
  readonly processed: boolean;
  /** Chunks sent and not acknowledged: while there are any, the request is not given to an entity. */
  readonly unacked: number;
  readonly lastSent?: string;
  readonly lastAcked?: string;
  readonly claim: string | null;
  readonly readAt: Date | null;
  readonly deliverAt: number | null;
  readonly expiresAt: Date;
}

interface ReplyDoc {
  readonly _id: string;
  readonly kind: Reply['_tag'];
  readonly requestId: string;
  readonly reply: string;
  readonly sequence: number;
  /** Chunks by their sequence, the exit after them. */
  readonly order: number;
  readonly acked: boolean;
  readonly expiresAt: Date;
}

/** A message that was read and not answered is read again after this; its reader may have lost it. */
const READ_AGAIN_MS = 600_000;
/** Messages per read; what is left is read by the next poll. */
const READ_LIMIT = 2_000;

const { Long } = mongoose.mongo;
const inSeconds = (seconds: number, fromMs = Date.now()): Date => new Date(fromMs + seconds * 1000);
const parseReply = (doc: ReplyDoc): Reply => JSON.parse(doc.reply) as Reply;

/** Whoever interrupts or acknowledges may be another node than the one that asked, with a clock that is behind. */
const orderOf = (envelope: Envelope, id: string): mongoose.mongo.Long => {
  const own = BigInt(id);
  const request = BigInt(envelope.requestId);
  return Long.fromBigInt(envelope._tag === 'Request' || own > request ? own : request + 1n);
};

const messageOf = (envelope: Envelope, primaryKey: string | null, deliverAt: number | null): MessageDoc => {
  const id = envelope._tag === 'Request' ? envelope.requestId : envelope.id;
  return {
    _id: id,
    kind: envelope._tag,
    requestId: envelope.requestId,
    ...(primaryKey === null ? {} : { primaryKey }),
    shard: ShardId.ShardId.toString(envelope.address.shardId),
    entityType: envelope.address.entityType,
    entityId: envelope.address.entityId,
    envelope: JSON.stringify(envelope),
    order: orderOf(envelope, id),
    processed: false,
    unacked: 0,
    claim: null,
    readAt: null,
    deliverAt,
    expiresAt: inSeconds(UNPROCESSED_RETENTION_SECONDS, Math.max(deliverAt ?? 0, Date.now())),
  };
};

const replyOf = (reply: Reply): ReplyDoc => ({
  _id: reply.id,
  kind: reply._tag,
  requestId: reply.requestId,
  reply: JSON.stringify(reply),
  sequence: reply._tag === 'Chunk' ? reply.sequence : -1,
  order: reply._tag === 'Chunk' ? reply.sequence : Number.MAX_SAFE_INTEGER,
  acked: false,
  expiresAt: inSeconds(reply._tag === 'Chunk' ? UNPROCESSED_RETENTION_SECONDS : MESSAGE_RETENTION_SECONDS),
});

/** The storage behind Effect's codec. */
const encodedMessages: Effect.Effect<EncodedStorage, never, Mongo> = Effect.gen(function* () {
  const connection = yield* Mongo;
  const db = databaseOf(connection);
  const messages = db.collection<MessageDoc>(MESSAGES);
  const replies = db.collection<ReplyDoc>(REPLIES);

  const attempt = <A>(operation: () => Promise<A>): Effect.Effect<A, ClusterError.PersistenceError> =>
    ClusterError.PersistenceError.refail(Effect.tryPromise({ try: operation, catch: (cause) => cause })).pipe(
      Effect.withTracerEnabled(false),
    );
  const atomically = (work: (session: Session) => Promise<void>): Effect.Effect<void, ClusterError.PersistenceError> =>
    attempt(() => connection.getClient().withSession((session) => session.withTransaction(() => work(session))));

  const duplicateOf = async (envelope: Envelope, primaryKey: string | null) => {
    const filter = primaryKey === null ? { _id: envelope.requestId } : { primaryKey };
    const original = await messages.findOne(filter);
    if (original === null) return undefined;
    const first = await replies.findOne({ requestId: original._id }, { sort: { order: 1 } });
    // After chunks the exit was received only with the last of them acknowledged: told now, it would end the stream.
    const received = first?.kind === 'WithExit' ? first : await replies.findOne({ _id: original.lastAcked ?? '' });
    return MessageStorage.SaveResultEncoded.Duplicate({
      originalId: Snowflake.Snowflake(original._id),
      lastReceivedReply: Option.fromNullable(received).pipe(Option.map(parseReply)),
    });
  };

  /** The original may expire between the refused insert and the look at it; then the insert is tried again. */
  const saveMessage = async (doc: MessageDoc, envelope: Envelope): Promise<MessageStorage.SaveResult.Encoded> => {
    for (;;) {
      try {
        await messages.insertOne(doc);
        return MessageStorage.SaveResultEncoded.Success();
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        if (envelope._tag !== 'Request') return MessageStorage.SaveResultEncoded.Success();
        const duplicate = await duplicateOf(envelope, doc.primaryKey ?? null);
        if (duplicate !== undefined) return duplicate;
      }
    }
  };

  /** The chunk counts as received, older acknowledgements of the request are spent, this one is to be delivered. */
  const saveAck = (doc: MessageDoc, replyId: string) =>
    atomically(async (session) => {
      const acked = await replies.updateOne({ _id: replyId, acked: false }, { $set: { acked: true } }, { session });
      await messages.updateOne(
        { _id: doc.requestId },
        { $inc: { unacked: -acked.modifiedCount }, $set: { lastAcked: replyId } },
        { session },
      );
      await messages.updateMany(
        { requestId: doc.requestId, kind: 'AckChunk', processed: false },
        { $set: { processed: true, expiresAt: inSeconds(MESSAGE_RETENTION_SECONDS) } },
        { session },
      );
      await messages.replaceOne({ _id: doc._id }, doc, { session, upsert: true });
    });

  const saveReply = (reply: Reply) =>
    atomically(async (session) => {
      const doc = replyOf(reply);
      const request = await messages.findOne({ _id: doc.requestId }, { session, projection: { processed: 1 } });
      if (request === null) return;
      const same = doc.kind === 'WithExit' ? { kind: doc.kind } : { kind: doc.kind, sequence: doc.sequence };
      const stored = await replies.findOne({ requestId: doc.requestId, ...same }, { session, projection: { _id: 1 } });
      // The first exit stands, and so does the first chunk of a number: an entity that starts again may send it twice.
      if (stored !== null) return;
      await replies.insertOne(doc, { session });
      if (doc.kind === 'Chunk') {
        const sent = { $inc: { unacked: 1 }, $set: { lastSent: doc._id } };
        await messages.updateOne({ _id: doc.requestId }, sent, { session });
        return;
      }
      const expiresAt = inSeconds(MESSAGE_RETENTION_SECONDS);
      await messages.updateOne({ _id: doc.requestId }, { $set: { lastSent: doc._id } }, { session });
      await messages.updateMany({ requestId: doc.requestId }, { $set: { processed: true, expiresAt } }, { session });
      await replies.updateMany({ requestId: doc.requestId }, { $set: { expiresAt } }, { session });
    });

  const clearReplies = (requestId: string) =>
    atomically(async (session) => {
      await replies.deleteMany({ requestId }, { session });
      await messages.deleteMany({ requestId, kind: { $ne: 'Request' } }, { session });
      const fresh = { processed: false, unacked: 0, claim: null, readAt: null };
      await messages.updateOne(
        { _id: requestId },
        {
          $set: { ...fresh, expiresAt: inSeconds(UNPROCESSED_RETENTION_SECONDS) },
          $unset: { lastSent: '', lastAcked: '' },
        },
        { session },
      );
    });

  /** Acknowledgements and interrupts of requests that have ended have nobody to go to: they count as processed. */
  const withoutFinished = async (docs: ReadonlyArray<MessageDoc>): Promise<ReadonlyArray<MessageDoc>> => {
    const requestIds = docs.filter((doc) => doc.kind !== 'Request').map((doc) => doc.requestId);
    if (requestIds.length === 0) return docs;
    const ended = await messages
      .find({ _id: { $in: requestIds }, processed: true }, { projection: { _id: 1 } })
      .toArray();
    if (ended.length === 0) return docs;
    const finished = new Set(ended.map((doc) => doc._id));
    await messages.updateMany(
      { requestId: { $in: [...finished] }, processed: false },
      { $set: { processed: true, expiresAt: inSeconds(MESSAGE_RETENTION_SECONDS) } },
    );
    return docs.filter((doc) => !finished.has(doc.requestId));
  };

  const withLastSent = async (docs: ReadonlyArray<MessageDoc>) => {
    const ids = docs.flatMap((doc) => (doc.lastSent === undefined ? [] : [doc.lastSent]));
    const found = ids.length === 0 ? [] : await replies.find({ _id: { $in: ids } }).toArray();
    const sent = new Map(found.map((doc) => [doc._id, parseReply(doc)]));
    return docs.map((doc) => ({
      envelope: JSON.parse(doc.envelope) as Envelope,
      lastSentReply: Option.fromNullable(sent.get(doc.lastSent ?? '')),
    }));
  };

  const deliverable = (now: number) => ({
    processed: false,
    unacked: { $lte: 0 },
    $and: [{ $or: [{ deliverAt: null }, { deliverAt: { $lte: now } }] }],
  });
  const unread = { $or: [{ readAt: null }, { $expr: { $lt: ['$readAt', { $subtract: ['$$NOW', READ_AGAIN_MS] }] } }] };

  /** Takes what can be delivered: each message is given to one reader, and again only after a reset or a long time. */
  const takeUnprocessed = async (shards: ReadonlyArray<string>, now: number) => {
    const filter = { shard: { $in: [...shards] }, ...deliverable(now), ...unread };
    const found = await messages
      .find(filter, { projection: { _id: 1 } })
      .sort({ order: 1 })
      .limit(READ_LIMIT)
      .toArray();
    if (found.length === 0) return [];
    const ids = found.map((doc) => doc._id);
    const claim = new mongoose.mongo.ObjectId().toHexString();
    await messages.updateMany({ ...filter, _id: { $in: ids } }, [{ $set: { claim, readAt: '$$NOW' } }]);
    const taken = await messages
      .find({ _id: { $in: ids }, claim })
      .sort({ order: 1 })
      .toArray();
    return withLastSent(await withoutFinished(taken));
  };

  const forgetReading = { $set: { readAt: null, claim: null } };
  const repliesOf = async (filter: mongoose.mongo.Filter<ReplyDoc>) =>
    (await replies.find(filter).sort({ requestId: 1, order: 1 }).toArray()).map(parseReply);

  return {
    saveEnvelope: ({ envelope, primaryKey, deliverAt }) => {
      const doc = messageOf(envelope, primaryKey, deliverAt);
      return envelope._tag === 'AckChunk'
        ? Effect.as(saveAck(doc, envelope.replyId), MessageStorage.SaveResultEncoded.Success())
        : attempt(() => saveMessage(doc, envelope));
    },
    saveReply,
    clearReplies: (requestId) => clearReplies(String(requestId)),
    requestIdForPrimaryKey: (primaryKey) =>
      attempt(async () => {
        const doc = await messages.findOne({ primaryKey }, { projection: { _id: 1 } });
        return Option.fromNullable(doc).pipe(Option.map((found) => Snowflake.Snowflake(found._id)));
      }),
    repliesFor: (requestIds) =>
      attempt(() => repliesOf({ requestId: { $in: requestIds }, $or: [{ kind: 'WithExit' }, { acked: false }] })),
    repliesForUnfiltered: (requestIds) => attempt(() => repliesOf({ requestId: { $in: requestIds } })),
    unprocessedMessages: (shardIds, now) => attempt(() => takeUnprocessed(shardIds, now)),
    unprocessedMessagesById: (ids, now) =>
      attempt(async () => {
        const filter = { _id: { $in: ids.map(String) }, ...deliverable(now) };
        return withLastSent(await messages.find(filter).sort({ order: 1 }).toArray());
      }),
    resetAddress: (address) =>
      attempt(async () => {
        const { entityType, entityId } = address;
        await messages.updateMany(
          { entityType, entityId, shard: ShardId.ShardId.toString(address.shardId), processed: false },
          forgetReading,
        );
      }),
    clearAddress: ({ entityType, entityId }) =>
      atomically(async (session) => {
        const requests = await messages.distinct('requestId', { entityType, entityId }, { session });
        await replies.deleteMany({ requestId: { $in: requests } }, { session });
        await messages.deleteMany({ entityType, entityId }, { session });
      }),
    resetShards: (shardIds) =>
      attempt(async () => {
        await messages.updateMany({ shard: { $in: shardIds }, processed: false }, forgetReading);
      }),
  };
});

export const makeMessageStorage: Effect.Effect<
  MessageStorage.MessageStorage['Type'],
  never,
  Mongo | Snowflake.Generator
> = Effect.flatMap(encodedMessages, MessageStorage.makeEncoded);
