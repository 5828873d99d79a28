import { ClusterError } from '@effect/cluster';
import { Effect, Exit, Fiber, FiberId, Option } from 'effect';
import { expect } from 'vitest';
import {
  ack,
  acked,
  asked,
  chunk,
  end,
  exit,
  idOf,
  interrupt,
  nextId,
  type Request,
  read,
  request,
  shard,
  streamRequest,
} from './envelopes.ts';
import { MEMORY_FORGETS_NOTHING, MEMORY_READS_AGAIN, run, type Scenario } from './scenario.ts';

/** Replies: exits and chunks, acknowledged or not, cleared, and the handlers that wait for them. */

const MEMORY_KEEPS_EVERY_REPLY = 'one process sends each reply once, so a second one is not looked for';

export const replyScenarios: ReadonlyArray<Scenario> = [
  {
    name: 'the exit of an answered request is found, whatever it is, and the request is not read again',
    of: ['messages.saveReply', 'messages.repliesFor', 'messages.repliesForUnfiltered'],
    run: async (world) => {
      const { messages } = await world.node();
      const exits = [Exit.succeed('done'), Exit.fail('refused'), Exit.die('a bug'), Exit.interrupt(FiberId.none)];
      for (const value of exits) {
        const one = request();
        await run(messages.saveRequest(one));
        const reply = exit(one, value);
        await run(messages.saveReply(reply));
        expect(await run(messages.repliesFor([one]))).toEqual([reply.reply]);
        expect(await run(messages.repliesForUnfiltered([idOf(one)]))).toMatchObject([
          { _tag: 'WithExit', id: String(reply.reply.id), requestId: String(idOf(one)) },
        ]);
      }
      expect(await read(messages)).toEqual([]);
      expect(await run(messages.repliesFor([]))).toEqual([]);
      expect(await run(messages.repliesFor([request()]))).toEqual([]);
      expect(await run(messages.repliesForUnfiltered([]))).toEqual([]);
    },
  },
  {
    name: 'a reply saved twice is there once',
    of: ['messages.saveReply'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = request();
      await run(messages.saveRequest(one));
      const done = exit(one, Exit.succeed('once'));
      for (let times = 0; times < 2; times += 1) await run(messages.saveReply(done));
      expect(await run(messages.repliesFor([one]))).toEqual([done.reply]);
    },
  },
  {
    name: 'the first exit stands, and so does the first chunk of a number, whoever sends a second',
    of: ['messages.saveReply'],
    memoryDiffers: MEMORY_KEEPS_EVERY_REPLY,
    run: async (world) => {
      const [a, b] = [await world.node(), await world.node()];
      const [one, stream] = [request(), streamRequest()];
      await run(a.messages.saveRequest(one));
      await run(a.messages.saveRequest(stream));
      const first = chunk(stream, 0);
      await run(a.messages.saveReply(first));
      await run(b.messages.saveReply(chunk(stream, 0, 7)));
      expect(await run(a.messages.repliesFor([stream]))).toEqual([first.reply]);
      const replies = ['a', 'b', 'c', 'd'].map((text) => exit(one, Exit.succeed(text)));
      await Promise.all(replies.map((reply, n) => run((n % 2 === 0 ? a : b).messages.saveReply(reply))));
      const [stood, ...others] = await run(b.messages.repliesFor([one]));
      expect(replies.map(({ reply }) => reply)).toContainEqual(stood);
      expect(others).toEqual([]);
    },
  },
  {
    name: 'a reply to a request that is not there is dropped',
    of: ['messages.saveReply'],
    run: async (world) => {
      const { messages } = await world.node();
      const gone = request();
      await run(messages.saveReply(exit(gone, Exit.succeed('late'))));
      expect(await run(messages.repliesForUnfiltered([idOf(gone)]))).toEqual([]);
    },
  },
  {
    name: 'replies of many requests are found together, those of each in order',
    of: ['messages.repliesFor'],
    run: async (world) => {
      const { messages } = await world.node();
      const streams = [streamRequest(), streamRequest(), streamRequest()];
      for (const one of streams) await run(messages.saveRequest(one));
      for (const sequence of [0, 1, 2]) {
        for (const one of streams) await run(messages.saveReply(chunk(one, sequence)));
      }
      for (const one of streams) await run(messages.saveReply(end(one)));
      const found = await run(messages.repliesFor(streams));
      for (const one of streams) {
        const own = found.filter(({ requestId }) => requestId === idOf(one));
        expect(own.map((reply) => (reply._tag === 'Chunk' ? reply.sequence : 'end'))).toEqual([0, 1, 2, 'end']);
      }
    },
  },
  {
    name: 'a stored reply that no longer fits its schema is a defect of that request and of no other',
    of: ['messages.repliesFor'],
    run: async (world) => {
      const { messages } = await world.node();
      const [one, other] = [streamRequest(), streamRequest()];
      for (const each of [one, other]) {
        await run(messages.saveRequest(each));
        await run(messages.saveReply(chunk(each, 0)));
      }
      // The same request, as a version of the code knows it that awaits a single text.
      const changed = { ...request(), envelope: { ...request().envelope, requestId: idOf(one) } } as Request;
      expect(await run(messages.repliesFor([changed]))).toMatchObject([
        { _tag: 'WithExit', requestId: idOf(one), exit: { _tag: 'Failure', cause: { _tag: 'Die' } } },
      ]);
      expect(await run(messages.repliesFor([other]))).toMatchObject([{ _tag: 'Chunk' }]);
    },
  },
  {
    name: 'chunks not acknowledged are found, those acknowledged are not, and the exit comes after them',
    of: ['messages.saveReply', 'messages.saveEnvelope', 'messages.repliesFor', 'messages.repliesForUnfiltered'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      const [c0, c1, done] = [chunk(one, 0), chunk(one, 1), end(one)];
      await run(messages.saveReply(c0));
      expect(await run(messages.repliesFor([one]))).toEqual([c0.reply]);
      await run(messages.saveEnvelope(ack(one, c0)));
      expect(await run(messages.repliesFor([one]))).toEqual([]);
      await run(messages.saveReply(c1));
      await run(messages.saveReply(done));
      expect(await run(messages.repliesFor([one]))).toEqual([c1.reply, done.reply]);
      const all = await run(messages.repliesForUnfiltered([idOf(one)]));
      expect(all.map(({ id }) => id)).toEqual([c0, c1, done].map(({ reply }) => String(reply.id)));
    },
  },
  {
    name: 'an acknowledgement is read after its request, which knows the chunk that was sent last',
    of: ['messages.saveEnvelope', 'messages.unprocessedMessages'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      const c0 = chunk(one, 0);
      await run(messages.saveReply(c0));
      await run(messages.saveEnvelope(ack(one, c0)));
      const found = await run(messages.unprocessedMessages([shard(1)]));
      expect(found).toMatchObject([
        { envelope: { _tag: 'Request' }, lastSentReply: Option.some({ id: String(c0.reply.id), sequence: 0 }) },
        { envelope: { _tag: 'AckChunk', requestId: idOf(one), replyId: c0.reply.id } },
      ]);
    },
  },
  {
    name: 'only the latest acknowledgement is read, by the next owner too',
    of: ['messages.saveEnvelope', 'messages.resetShards'],
    memoryDiffers: MEMORY_FORGETS_NOTHING,
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      for (const sequence of [0, 1]) {
        const sent = chunk(one, sequence);
        await run(messages.saveReply(sent));
        await run(messages.saveEnvelope(ack(one, sent)));
      }
      expect(await read(messages)).toEqual([asked(one), acked(one)]);
      await run(messages.resetShards([shard(1)]));
      expect(await read(messages)).toEqual([asked(one), acked(one)]);
    },
  },
  {
    name: 'a request with a chunk not acknowledged waits for it before the next owner gets it',
    of: ['messages.unprocessedMessages', 'messages.unprocessedMessagesById'],
    memoryDiffers: MEMORY_READS_AGAIN,
    run: async (world) => {
      const [dead, next] = [await world.node(), await world.node()];
      const one = streamRequest();
      await run(dead.messages.saveRequest(one));
      await read(dead.messages);
      const c0 = chunk(one, 0);
      await run(dead.messages.saveReply(c0));
      await run(next.messages.resetShards([shard(1)]));
      expect(await read(next.messages)).toEqual([]);
      expect(await run(next.messages.unprocessedMessagesById([idOf(one)]))).toEqual([]);
      await run(next.messages.saveEnvelope(ack(one, c0)));
      expect(await read(next.messages)).toEqual([asked(one), acked(one)]);
    },
  },
  {
    name: 'acknowledging the same chunk twice counts once',
    of: ['messages.saveEnvelope'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      const [c0, c1] = [chunk(one, 0), chunk(one, 1)];
      await run(messages.saveReply(c0));
      await run(messages.saveReply(c1));
      for (let times = 0; times < 2; times += 1) await run(messages.saveEnvelope(ack(one, c0)));
      expect(await run(messages.repliesFor([one]))).toEqual([c1.reply]);
    },
  },
  {
    name: 'a duplicate of a stream is told the chunk that was acknowledged last',
    of: ['messages.saveRequest'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest({ key: 'k' });
      await run(messages.saveRequest(one));
      const [c0, c1] = [chunk(one, 0), chunk(one, 1)];
      await run(messages.saveReply(c0));
      const lastReceived = async () => {
        const result = await run(messages.saveRequest(streamRequest({ key: 'k' })));
        return result._tag === 'Duplicate' ? result.lastReceivedReply : result;
      };
      expect(await lastReceived()).toEqual(Option.none());
      await run(messages.saveEnvelope(ack(one, c0)));
      await run(messages.saveReply(c1));
      expect(await lastReceived()).toEqual(Option.some(c0.reply));
    },
  },
  {
    name: 'a duplicate of a stream that has ended still gets the chunks that nobody acknowledged',
    of: ['messages.saveRequest', 'messages.repliesFor'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest({ key: 'k' });
      await run(messages.saveRequest(one));
      const [c0, c1, done] = [chunk(one, 0), chunk(one, 1), end(one)];
      await run(messages.saveReply(c0));
      await run(messages.saveEnvelope(ack(one, c0)));
      for (const reply of [c1, done]) await run(messages.saveReply(reply));
      // An exit here would be the caller's last word, and the chunk before it lost.
      expect(await run(messages.saveRequest(streamRequest({ key: 'k' })))).toMatchObject({
        _tag: 'Duplicate',
        lastReceivedReply: Option.some(c0.reply),
      });
      expect(await run(messages.repliesFor([one]))).toEqual([c1.reply, done.reply]);
    },
  },
  {
    name: 'an acknowledgement that comes after the end is read by nobody',
    of: ['messages.saveEnvelope'],
    memoryDiffers: MEMORY_FORGETS_NOTHING,
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      const c0 = chunk(one, 0);
      for (const reply of [c0, end(one)]) await run(messages.saveReply(reply));
      await run(messages.saveEnvelope(ack(one, c0)));
      expect(await read(messages)).toEqual([]);
    },
  },
  {
    name: 'cleared replies make the request unprocessed again, under the same primary key',
    of: ['messages.clearReplies'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = request({ key: 'k' });
      await run(messages.saveRequest(one));
      await run(messages.saveReply(exit(one, Exit.succeed('first'))));
      await run(messages.clearReplies(nextId()));
      expect(await run(messages.repliesFor([one]))).toHaveLength(1);
      await run(messages.clearReplies(idOf(one)));
      expect(await run(messages.repliesForUnfiltered([idOf(one)]))).toEqual([]);
      expect(await run(messages.saveRequest(request({ key: 'k' })))).toMatchObject({
        _tag: 'Duplicate',
        lastReceivedReply: Option.none(),
      });
      expect(await read(messages)).toEqual([asked(one)]);
      const second = exit(one, Exit.succeed('second'));
      await run(messages.saveReply(second));
      expect(await run(messages.repliesFor([one]))).toEqual([second.reply]);
    },
  },
  {
    name: 'cleared replies take the interrupts and acknowledgements of the request with them',
    of: ['messages.clearReplies'],
    memoryDiffers: MEMORY_FORGETS_NOTHING,
    run: async (world) => {
      const { messages } = await world.node();
      const one = streamRequest();
      await run(messages.saveRequest(one));
      const c0 = chunk(one, 0);
      await run(messages.saveReply(c0));
      await run(messages.saveEnvelope(ack(one, c0)));
      await run(messages.saveEnvelope(interrupt(one)));
      await run(messages.clearReplies(idOf(one)));
      const [found, ...others] = await run(messages.unprocessedMessages([shard(1)]));
      expect(found).toMatchObject({ envelope: { _tag: 'Request' }, lastSentReply: Option.none() });
      expect(others).toEqual([]);
    },
  },
  {
    name: 'a reply handler of this node is given the replies as they are saved, and ends with the exit',
    of: ['messages.registerReplyHandler', 'messages.saveReply'],
    run: async (world) => {
      const { messages } = await world.node();
      const given: Array<string> = [];
      const base = streamRequest();
      const one = Object.assign(base, {
        respond: (reply: { readonly _tag: string }) => Effect.sync(() => void given.push(reply._tag)),
      });
      await run(messages.saveRequest(one));
      const waiting = Effect.runFork(messages.registerReplyHandler(one));
      await run(messages.saveReply(chunk(one, 0)));
      expect(given).toEqual(['Chunk']);
      await run(messages.saveReply(end(one)));
      expect(await run(Fiber.await(waiting))).toEqual(Exit.void);
      expect(given).toEqual(['Chunk', 'WithExit']);
    },
  },
  {
    name: 'a handler that is unregistered ends as not assigned to this node; others wait on',
    of: ['messages.registerReplyHandler', 'messages.unregisterReplyHandler', 'messages.unregisterShardReplyHandlers'],
    run: async (world) => {
      const { messages } = await world.node();
      const sent = [request(), request({ shard: 2 }), request({ shard: 3 })] as const;
      const [one, moved, stays] = sent.map((each) => Effect.runFork(messages.registerReplyHandler(each)));
      if (one === undefined || moved === undefined || stays === undefined) throw new Error('three were registered');
      await run(messages.unregisterReplyHandler(nextId()));
      await run(messages.unregisterReplyHandler(idOf(sent[0])));
      await run(messages.unregisterShardReplyHandlers(shard(2)));
      for (const [fiber, { envelope }] of [[one, sent[0]] as const, [moved, sent[1]] as const]) {
        const { address } = envelope;
        expect(await run(Fiber.await(fiber))).toEqual(
          Exit.fail(new ClusterError.EntityNotAssignedToRunner({ address })),
        );
      }
      expect(await run(Fiber.poll(stays))).toEqual(Option.none());
      await run(Fiber.interrupt(stays));
    },
  },
];
