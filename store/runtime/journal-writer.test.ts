import { Effect, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Mongo, mongoLayer } from '../mongo.ts';
import { mongoActorStorage } from './actor-storage.ts';
import { JOURNAL, type JournalDocument, journalKey, openBody, readTails, sealBody } from './journal.ts';
import { type AppendOutcome, JournalWriter, type WriterOptions } from './journal-writer.ts';

const storage = ManagedRuntime.make(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('journal') }));
const database = async () => {
  const { db } = await storage.runPromise(Mongo);
  if (db === undefined) throw new Error('no database');
  return db;
};

beforeAll(() => storage.runPromise(Effect.void));
afterAll(async () => {
  await (await database()).dropDatabase();
  await storage.dispose();
});

const record = (actor: string, seq: number, writer = 'w'): JournalDocument => ({
  _id: journalKey('test.kind', `t/${actor}`, seq),
  kind: 'test.kind',
  actor: `t/${actor}`,
  partition: 0,
  seq,
  epoch: 1,
  writer: `${writer}.${seq}`,
  at: new Date(),
  eventVersion: 1,
  turns: [],
});

const append = (writer: JournalWriter, document: JournalDocument): Promise<AppendOutcome> =>
  new Promise((resolve) => {
    writer.enqueue({ take: () => ({ document, bytes: 300 }), settle: resolve });
  });

const writerOf = async (options: WriterOptions = {}) => {
  const batches: Array<number> = [];
  const writer = new JournalWriter(mongoActorStorage(await database()), {
    ...options,
    onBatch: (records) => batches.push(records),
  });
  return { writer, batches };
};

describe('group commit', () => {
  test('what is ready in the same moment goes in one append; one that is taken does not stop the others', async () => {
    const { writer, batches } = await writerOf();
    expect(await append(writer, record('b', 1, 'other'))).toBe('written');
    const outcomes = await Promise.all(['a', 'b', 'c'].map((actor) => append(writer, record(actor, 1))));
    expect(outcomes).toEqual(['written', 'taken', 'written']);
    expect(batches).toEqual([1, 3]);
  });

  test('batches are bounded by records and by bytes, and so many are under way at once', async () => {
    let underWay = 0;
    let most = 0;
    const { writer, batches } = await writerOf({
      inFlight: 2,
      maxRecords: 10,
      around: async (insert) => {
        underWay += 1;
        most = Math.max(most, underWay);
        const outcomes = await insert();
        underWay -= 1;
        return outcomes;
      },
    });
    await Promise.all(Array.from({ length: 35 }, (_, index) => append(writer, record(`many${index}`, 1))));
    expect(batches.toSorted()).toEqual([10, 10, 10, 5]);
    expect(most).toBe(2);
    const small = await writerOf({ maxBytes: 600 });
    await Promise.all(Array.from({ length: 4 }, (_, index) => append(small.writer, record(`few${index}`, 1))));
    expect(small.batches).toEqual([2, 2]);
  });

  test('what waits is shared out among the batches that may leave, if there is enough of it', async () => {
    const many = await writerOf({ inFlight: 4 });
    await Promise.all(Array.from({ length: 400 }, (_, index) => append(many.writer, record(`shared${index}`, 1))));
    expect(many.batches).toEqual([100, 100, 100, 100]);
    const few = await writerOf({ inFlight: 4 });
    await Promise.all(Array.from({ length: 40 }, (_, index) => append(few.writer, record(`apart${index}`, 1))));
    expect(few.batches.toSorted()).toEqual([32, 8]);
  });

  test.each([
    ['is lost on its way back', async (insert: () => Promise<unknown>) => void (await insert())],
    ['never arrives', async () => undefined],
  ])('an append that %s is tried again and is written once', async (name, first) => {
    let attempts = 0;
    const { writer } = await writerOf({
      around: async (insert) => {
        attempts += 1;
        if (attempts > 1) return insert();
        await first(insert);
        throw new Error('connection lost');
      },
    });
    expect(await append(writer, record(`lost ${name}`, 1))).toBe('written');
    expect(attempts).toBe(2);
  });

  test('an answer that does not come is a failure in time', async () => {
    const { writer } = await writerOf({ timeoutMs: 20, around: () => new Promise(() => {}) });
    expect(await append(writer, record('silent', 1))).toBe('failed');
  });

  test('a source that has nothing to write any more is passed over, and the writer drains', async () => {
    const { writer } = await writerOf();
    writer.enqueue({ take: () => undefined, settle: () => expect.unreachable() });
    await writer.drained();
    expect(writer.waiting).toBe(0);
  });
});

describe('reading', () => {
  test('the tails of many actors, each in order and no other actor’s', async () => {
    const { writer } = await writerOf();
    // More than one window, and past a sequence of two digits; one record of another actor is lost.
    const seqs = Array.from({ length: 23 }, (_, index) => index + 1);
    const written = [
      ...['x', 'x.y', 'x-y', 'xx'].flatMap((actor) => seqs.map((seq) => record(actor, seq))),
      ...[1, 2, 4].map((seq) => record('gap', seq)),
    ];
    await Promise.all(written.map((one) => append(writer, one)));
    const read = async (...tails: ReadonlyArray<{ actor: string; afterSeq: number }>) => {
      const found = new Map<string, Array<number>>();
      for await (const { actor, seq } of readTails(await database(), 'test.kind', tails)) {
        found.set(actor, [...(found.get(actor) ?? []), seq]);
      }
      return Object.fromEntries(found);
    };
    const [x, other, gap] = [
      { actor: 't/x', afterSeq: 1 },
      { actor: 't/x-y', afterSeq: 0 },
      { actor: 't/gap', afterSeq: 1 },
    ];
    expect(await read(x, other, gap, { actor: 't/none', afterSeq: 0 })).toEqual({
      't/x': seqs.slice(1),
      't/x-y': seqs,
      't/gap': [2, 4],
    });
    expect(await read(x)).toEqual({ 't/x': seqs.slice(1) });
    expect(await read({ actor: 't/x', afterSeq: 23 }, other)).toEqual({ 't/x-y': seqs });
    expect(await (await database()).collection(JOURNAL).countDocuments()).toBeGreaterThan(12);
  });

  test('a sealed body belongs to its record', () => {
    const key = { id: 'journal-1', key: Buffer.alloc(16, 7) };
    const keys = { current: () => key, byId: (_purpose: 'journal', id: string) => (id === key.id ? key : undefined) };
    const sealed = sealBody(keys, 'k/t/a/1', { secret: '张三' });
    expect(Buffer.from(sealed.body as Uint8Array).includes('secret')).toBe(false);
    expect(openBody(keys, 'k/t/a/1', sealed)).toEqual({ secret: '张三' });
    expect(() => openBody(keys, 'k/t/a/2', sealed)).toThrow('does not authenticate');
    expect(() => openBody(keys, 'k/t/a/1', { ...sealed, key: 'gone' })).toThrow('holds no journal key');
  });
});
