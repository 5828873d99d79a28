import { Exit, Option } from 'effect';
import { expect } from 'vitest';
import { addressOf, asked, exit, idOf, interrupt, interrupted, nextId, read, request, shard } from './envelopes.ts';
import { MEMORY_FORGETS_NOTHING, MEMORY_READS_AGAIN, run, type Scenario } from './scenario.ts';

/** Requests: saved once, read by the owner of their shard, again after a crash, at their time, until answered. */

const HOUR_MS = 3_600_000;

export const messageScenarios: ReadonlyArray<Scenario> = [
  {
    name: 'a saved request is read by the owner of its shard, as it was, in the order of saving',
    of: ['messages.saveRequest', 'messages.unprocessedMessages'],
    run: async (world) => {
      const { messages } = await world.node();
      const [first, second, elsewhere] = [request(), request({ entity: 'e2' }), request({ shard: 2 })];
      for (const one of [first, second, elsewhere]) {
        expect(await run(messages.saveRequest(one))).toMatchObject({ _tag: 'Success' });
      }
      expect(await read(messages, 3)).toEqual([]);
      const [found, ...rest] = await run(messages.unprocessedMessages([shard(1)]));
      expect(found).toMatchObject({ _tag: 'IncomingRequest', lastSentReply: Option.none() });
      const { requestId, address, tag, traceId, spanId, sampled } = first.envelope;
      const sent = { _tag: 'Request', requestId, address, tag, traceId, spanId, sampled };
      const { 'x-one': header } = first.envelope.headers;
      const payload = { note: { 'a.b': 1, $c: [null, '虎符'] } };
      expect(found?.envelope).toMatchObject({ ...sent, payload, headers: { 'x-one': header } });
      expect(rest.map(({ envelope }) => envelope.requestId)).toEqual([idOf(second)]);
      expect(await read(messages, 2, 3)).toEqual([asked(elsewhere)]);
    },
  },
  {
    name: 'nothing is read for no shard and for no id',
    of: ['messages.unprocessedMessages', 'messages.unprocessedMessagesById', 'messages.resetShards'],
    run: async (world) => {
      const { messages } = await world.node();
      await run(messages.saveRequest(request()));
      expect(await run(messages.unprocessedMessages([]))).toEqual([]);
      expect(await run(messages.unprocessedMessagesById([]))).toEqual([]);
      expect(await run(messages.unprocessedMessagesById([nextId()]))).toEqual([]);
      await run(messages.resetShards([]));
      expect(await read(messages)).toHaveLength(1);
    },
  },
  {
    name: 'one request per primary key, whatever comes later under it; the later caller learns the first’s id',
    of: ['messages.saveRequest', 'messages.requestIdForPrimaryKey'],
    run: async (world) => {
      const [a, b] = [await world.node(), await world.node()];
      const first = request({ key: 'k' });
      const key = { address: addressOf(), tag: 'Do', id: 'k' };
      expect(await run(a.messages.requestIdForPrimaryKey(key))).toEqual(Option.none());
      await run(a.messages.saveRequest(first));
      expect(await run(b.messages.saveRequest(request({ key: 'k', note: 'other' })))).toMatchObject({
        _tag: 'Duplicate',
        originalId: idOf(first),
        lastReceivedReply: Option.none(),
      });
      expect(await run(b.messages.requestIdForPrimaryKey(key))).toEqual(Option.some(idOf(first)));
      expect(await run(b.messages.requestIdForPrimaryKey({ ...key, tag: 'Count' }))).toEqual(Option.none());
      expect(await read(a.messages)).toEqual([asked(first)]);
    },
  },
  {
    name: 'a primary key is one of its entity: the same key elsewhere is another request',
    of: ['messages.saveRequest'],
    run: async (world) => {
      const { messages } = await world.node();
      const [here, there] = [request({ key: 'k' }), request({ key: 'k', entity: 'e2' })];
      for (const one of [here, there]) {
        expect(await run(messages.saveRequest(one))).toMatchObject({ _tag: 'Success' });
      }
      expect(await read(messages)).toEqual([asked(here), asked(there)]);
    },
  },
  {
    name: 'a request sent twice is saved once, also without a primary key',
    of: ['messages.saveRequest'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = request();
      await run(messages.saveRequest(one));
      expect(await run(messages.saveRequest(one))).toMatchObject({ _tag: 'Duplicate', originalId: idOf(one) });
      expect(await read(messages)).toEqual([asked(one)]);
    },
  },
  {
    name: 'many savers of one primary key at once: one wins, all others learn its id',
    of: ['messages.saveRequest'],
    run: async (world) => {
      const nodes = await Promise.all([world.node(), world.node(), world.node(), world.node()]);
      const results = await Promise.all(
        [...nodes, ...nodes, ...nodes, ...nodes].map(({ messages }) =>
          run(messages.saveRequest(request({ key: 'race' }))),
        ),
      );
      expect(results.filter(({ _tag }) => _tag === 'Success')).toHaveLength(1);
      const originals = results.flatMap((one) => (one._tag === 'Duplicate' ? [one.originalId] : []));
      expect(new Set(originals).size).toBe(1);
      expect(await read(nodes[0].messages)).toEqual([`Request ${originals[0]}`]);
    },
  },
  {
    name: 'a duplicate of an answered request is given its exit',
    of: ['messages.saveRequest', 'messages.saveReply'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = request({ key: 'k' });
      await run(messages.saveRequest(one));
      const done = exit(one, Exit.fail('refused'));
      await run(messages.saveReply(done));
      expect(await run(messages.saveRequest(request({ key: 'k' })))).toMatchObject({
        _tag: 'Duplicate',
        lastReceivedReply: Option.some(done.reply),
      });
    },
  },
  {
    name: 'a request is delivered at its time, not before, and holds up no other',
    of: ['messages.saveRequest', 'messages.unprocessedMessages', 'messages.unprocessedMessagesById'],
    run: async (world) => {
      const { messages } = await world.node();
      const later = request({ atMs: world.nowMs() + HOUR_MS });
      const now = request();
      for (const one of [later, now]) await run(messages.saveRequest(one));
      const byId = () => run(messages.unprocessedMessagesById([idOf(later)]));
      expect(await byId()).toEqual([]);
      expect(await read(messages)).toEqual([asked(now)]);
      await run(messages.saveReply(exit(now, Exit.succeed('x'))));
      world.advance(HOUR_MS / 2);
      expect(await read(messages)).toEqual([]);
      world.advance(HOUR_MS / 2 + 1);
      expect(await byId()).toHaveLength(1);
      expect(await read(messages)).toEqual([asked(later)]);
    },
  },
  {
    name: 'more than one read can hold: all are given in the end, none out of order',
    of: ['messages.unprocessedMessages'],
    run: async (world) => {
      const { messages } = await world.node();
      const sent = Array.from({ length: 2_300 }, () => request());
      for (let from = 0; from < sent.length; from += 100) {
        await Promise.all(sent.slice(from, from + 100).map((one) => run(messages.saveRequest(one))));
      }
      const found = new Set<string>();
      for (let reads = 0; found.size < sent.length && reads < 10; reads += 1) {
        for (const one of await read(messages)) found.add(one);
      }
      expect([...found]).toEqual(sent.map(asked));
    },
  },
  {
    name: 'a node that died leaves its messages to the next owner of the shard, who answers them',
    of: ['messages.resetShards', 'messages.unprocessedMessages'],
    run: async (world) => {
      const [dead, next] = [await world.node(), await world.node()];
      const one = request();
      await run(dead.messages.saveRequest(one));
      expect(await read(dead.messages)).toEqual([asked(one)]);
      await run(next.messages.resetShards([shard(1)]));
      expect(await read(next.messages)).toEqual([asked(one)]);
      const done = exit(one, Exit.succeed('by the next'));
      await run(next.messages.saveReply(done));
      await run(next.messages.resetShards([shard(1)]));
      expect(await read(next.messages)).toEqual([]);
      expect(await run(dead.messages.repliesFor([one]))).toEqual([done.reply]);
    },
  },
  {
    name: 'a message is given to one reader, and again only after a reset of its shard',
    of: ['messages.resetShards', 'messages.unprocessedMessages'],
    memoryDiffers: MEMORY_READS_AGAIN,
    run: async (world) => {
      const [a, b] = [await world.node(), await world.node()];
      const [one, other] = [request(), request({ shard: 2 })];
      for (const each of [one, other]) await run(a.messages.saveRequest(each));
      expect(await read(a.messages, 1, 2)).toEqual([asked(one), asked(other)]);
      expect(await read(a.messages, 1, 2)).toEqual([]);
      expect(await read(b.messages, 1, 2)).toEqual([]);
      await run(b.messages.resetShards([shard(1), shard(3)]));
      expect(await read(b.messages, 1, 2)).toEqual([asked(one)]);
    },
  },
  {
    name: 'a reset of an address gives its messages again and nobody else’s',
    of: ['messages.resetAddress'],
    memoryDiffers: MEMORY_READS_AGAIN,
    run: async (world) => {
      const { messages } = await world.node();
      const [one, other, elsewhere] = [request(), request({ entity: 'e2' }), request({ shard: 2 })];
      for (const each of [one, other, elsewhere]) await run(messages.saveRequest(each));
      expect(await read(messages, 1, 2)).toHaveLength(3);
      await run(messages.resetAddress(addressOf('none')));
      expect(await read(messages, 1, 2)).toEqual([]);
      await run(messages.resetAddress(addressOf('e1')));
      expect(await read(messages, 1, 2)).toEqual([asked(one)]);
    },
  },
  {
    name: 'readers at the same time share the messages, none gets one that another has',
    of: ['messages.unprocessedMessages'],
    memoryDiffers: MEMORY_READS_AGAIN,
    run: async (world) => {
      const nodes = await Promise.all([world.node(), world.node(), world.node(), world.node()]);
      const sent = Array.from({ length: 40 }, () => request());
      await Promise.all(sent.map((one) => run(nodes[0].messages.saveRequest(one))));
      const found = await Promise.all(nodes.map(({ messages }) => read(messages)));
      expect(found.flat().sort()).toEqual(sent.map(asked).sort());
    },
  },
  {
    name: 'messages are read by id in the order of saving, which does not count as a reading',
    of: ['messages.unprocessedMessagesById'],
    run: async (world) => {
      const { messages } = await world.node();
      const [first, second, done] = [request(), request({ shard: 2 }), request()];
      for (const one of [first, second, done]) await run(messages.saveRequest(one));
      await run(messages.saveReply(exit(done, Exit.succeed('x'))));
      const found = await run(messages.unprocessedMessagesById([idOf(done), idOf(second), idOf(first)]));
      expect(found.map(({ envelope }) => envelope.requestId)).toEqual([idOf(first), idOf(second)]);
      expect(await read(messages, 1, 2)).toEqual([asked(first), asked(second)]);
      expect(await run(messages.unprocessedMessagesById([idOf(first)]))).toHaveLength(1);
    },
  },
  {
    name: 'an interrupt is read after its request',
    of: ['messages.saveEnvelope'],
    run: async (world) => {
      const { messages } = await world.node();
      const one = request();
      await run(messages.saveRequest(one));
      await run(messages.saveEnvelope(interrupt(one)));
      expect(await read(messages)).toEqual([asked(one), interrupted(one)]);
    },
  },
  {
    name: 'an interrupt is read after its request also when it comes from a node whose clock is behind',
    of: ['messages.saveEnvelope'],
    run: async (world) => {
      const { messages } = await world.node();
      const earlier = nextId();
      const one = request();
      await run(messages.saveRequest(one));
      await run(messages.saveEnvelope(interrupt(one, earlier)));
      expect(await read(messages)).toEqual([asked(one), interrupted(one)]);
    },
  },
  {
    name: 'an interrupt of a request that has ended is read by nobody',
    of: ['messages.saveEnvelope', 'messages.saveReply'],
    memoryDiffers: MEMORY_FORGETS_NOTHING,
    run: async (world) => {
      const { messages } = await world.node();
      const [one, other] = [request(), request()];
      for (const each of [one, other]) await run(messages.saveRequest(each));
      await run(messages.saveEnvelope(interrupt(one)));
      for (const each of [one, other]) await run(messages.saveReply(exit(each, Exit.succeed('x'))));
      await run(messages.saveEnvelope(interrupt(other)));
      expect(await read(messages)).toEqual([]);
    },
  },
  {
    name: 'clearing an address removes its requests and nobody else’s',
    of: ['messages.clearAddress'],
    run: async (world) => {
      const { messages } = await world.node();
      const [one, other] = [request(), request({ entity: 'e2' })];
      for (const each of [one, other]) {
        await run(messages.saveRequest(each));
        await run(messages.saveReply(exit(each, Exit.succeed('x'))));
      }
      const open = request();
      await run(messages.saveRequest(open));
      await run(messages.clearAddress(addressOf('e1')));
      expect(await read(messages)).toEqual([]);
      expect(await run(messages.repliesFor([one, open]))).toEqual([]);
      expect(await run(messages.repliesFor([other]))).toHaveLength(1);
    },
  },
  {
    name: 'clearing an address removes interrupts and frees primary keys',
    of: ['messages.clearAddress', 'messages.requestIdForPrimaryKey'],
    memoryDiffers: MEMORY_FORGETS_NOTHING,
    run: async (world) => {
      const { messages } = await world.node();
      const one = request({ key: 'k' });
      await run(messages.saveRequest(one));
      await run(messages.saveEnvelope(interrupt(one)));
      await run(messages.clearAddress(addressOf('e1')));
      expect(await run(messages.requestIdForPrimaryKey({ address: addressOf(), tag: 'Do', id: 'k' }))).toEqual(
        Option.none(),
      );
      const again = request({ key: 'k' });
      expect(await run(messages.saveRequest(again))).toMatchObject({ _tag: 'Success' });
      expect(await read(messages)).toEqual([asked(again)]);
    },
  },
];
