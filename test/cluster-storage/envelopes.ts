import {
  DeliverAt,
  EntityAddress,
  EntityId,
  EntityType,
  Envelope,
  Message,
  Reply,
  ShardId,
  Snowflake,
} from '@effect/cluster';
import { Headers } from '@effect/platform';
import { Rpc } from '@effect/rpc';
import { Context, DateTime, Effect, Exit, Option, PrimaryKey, Schema } from 'effect';
import type { Messages } from './scenario.ts';

/** What the scenarios send: requests with and without a primary key, due at once or later, answered whole or in chunks. */

const payload = Schema.Struct({ note: Schema.Unknown });
export const Do = Rpc.make('Do', { payload, success: Schema.String, error: Schema.String });
export const Count = Rpc.make('Count', { payload, success: Schema.Number, stream: true });
export type Request = Message.OutgoingRequest<typeof Do>;
export type StreamRequest = Message.OutgoingRequest<typeof Count>;
type AnyRequest = Request | StreamRequest;

let counter = 0;
/** Later ids are larger, as those of one node are. */
export const nextId = (): Snowflake.Snowflake => Snowflake.Snowflake(7_000_000_000_000_000_000n + BigInt(++counter));

export const shard = (id: number): ShardId.ShardId => ShardId.make('default', id);

export const addressOf = (entityId = 'e1', shardId = 1): EntityAddress.EntityAddress =>
  new EntityAddress.EntityAddress({
    shardId: shard(shardId),
    entityType: EntityType.EntityType.make('Partition'),
    entityId: EntityId.EntityId.make(entityId),
  });

interface Sent {
  readonly entity?: string;
  readonly shard?: number;
  readonly key?: string;
  readonly atMs?: number;
  readonly note?: unknown;
}

const NOTE = { 'a.b': 1, $c: [null, '虎符'] };

const envelopeOf = ({ entity, shard: shardId, key, atMs, note = NOTE }: Sent) => ({
  requestId: nextId(),
  address: addressOf(entity, shardId),
  payload: {
    note,
    ...(key === undefined ? {} : { [PrimaryKey.symbol]: () => key }),
    ...(atMs === undefined ? {} : { [DeliverAt.symbol]: () => DateTime.unsafeMake(atMs) }),
  },
  headers: Headers.fromInput({ 'x-one': '1' }),
  traceId: 't',
  spanId: 's',
  sampled: true,
});

const REST = { context: Context.empty(), lastReceivedReply: Option.none(), respond: () => Effect.void } as const;

export const request = (sent: Sent = {}): Request =>
  new Message.OutgoingRequest<typeof Do>({
    envelope: Envelope.makeRequest<typeof Do>({ ...envelopeOf(sent), tag: 'Do' }),
    rpc: Do,
    ...REST,
  });

export const streamRequest = (sent: Sent = {}): StreamRequest =>
  new Message.OutgoingRequest<typeof Count>({
    envelope: Envelope.makeRequest<typeof Count>({ ...envelopeOf(sent), tag: 'Count' }),
    rpc: Count,
    ...REST,
  });

export const exit = (to: Request, value: Exit.Exit<string, string>, id = nextId()): Reply.ReplyWithContext<typeof Do> =>
  new Reply.ReplyWithContext<typeof Do>({
    reply: new Reply.WithExit<typeof Do>({ requestId: to.envelope.requestId, id, exit: value }),
    context: Context.empty(),
    rpc: Do,
  });

export const end = (to: StreamRequest): Reply.ReplyWithContext<typeof Count> =>
  new Reply.ReplyWithContext<typeof Count>({
    reply: new Reply.WithExit<typeof Count>({
      requestId: to.envelope.requestId,
      id: nextId(),
      exit: Exit.void,
    }),
    context: Context.empty(),
    rpc: Count,
  });

export const chunk = (to: StreamRequest, sequence: number, value = sequence): Reply.ReplyWithContext<typeof Count> =>
  new Reply.ReplyWithContext<typeof Count>({
    reply: new Reply.Chunk<typeof Count>({
      requestId: to.envelope.requestId,
      id: nextId(),
      sequence,
      values: [value],
    }),
    context: Context.empty(),
    rpc: Count,
  });

const about = (to: AnyRequest) => ({ requestId: to.envelope.requestId, address: to.envelope.address });

export const ack = (to: StreamRequest, of: Reply.ReplyWithContext<typeof Count>): Message.OutgoingEnvelope =>
  new Message.OutgoingEnvelope({
    envelope: new Envelope.AckChunk({ id: nextId(), ...about(to), replyId: of.reply.id }),
    rpc: Count,
  });

export const interrupt = (to: AnyRequest, id = nextId()): Message.OutgoingEnvelope =>
  Message.OutgoingEnvelope.interrupt({ id, ...about(to) });

export const idOf = (one: AnyRequest): Snowflake.Snowflake => one.envelope.requestId;

/** What a reader got, short enough to compare. */
export const read = async (messages: Messages, ...shards: ReadonlyArray<number>): Promise<ReadonlyArray<string>> =>
  (await Effect.runPromise(messages.unprocessedMessages((shards.length === 0 ? [1] : shards).map(shard)))).map(
    ({ envelope }) => `${envelope._tag} ${envelope.requestId}`,
  );

export const asked = (one: AnyRequest): string => `Request ${idOf(one)}`;
export const acked = (one: AnyRequest): string => `AckChunk ${idOf(one)}`;
export const interrupted = (one: AnyRequest): string => `Interrupt ${idOf(one)}`;
