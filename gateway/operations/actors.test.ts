import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { type DeadLetter, deadLetters, REMINDER_DELIVERY } from '../../actors/runtime/dead-letters.ts';
import { defineActor } from '../../actors/runtime/definition.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import type { ActorOverview } from '../../actors/runtime/overview.ts';
import { reminders } from '../../actors/runtime/reminders.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { JOURNAL, type JournalDocument, journalKey } from '../../store/runtime/journal.ts';
import { Counter } from '../../test/support/counter.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { Timer } from '../../test/support/timer.ts';
import { RIGHTS } from '../rights.ts';
import { actorRoutes } from './actor.ts';
import { actorListRoutes } from './actors.ts';

/** Actors of three kinds, one of them sealed, as an operator sees them over HTTP; some of them are broken or stuck. */

const Secret = defineActor({ ...Counter, kind: 'test.secret', collection: 'test_secrets', sealed: true });
const kinds = [Counter, Secret, Timer] as const;
const ADMIN = 'demo-system-administrator';
const UNIT = 'demo-unit-administrator';
const [demo, rival] = ['demo', 'rival'] as [TenantId, TenantId];
const routes = [...actorListRoutes, ...actorRoutes];

let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | ActorOverview | KeyRing | Mongo, unknown>;
let gateway: TestGateway;
const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo>): Promise<A> => runtime.runPromise(effect);
const inDatabase = <A>(work: (db: ReturnType<typeof databaseOf>) => Promise<A>): Promise<A> =>
  run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => work(databaseOf(connection)))));

const add = (
  definition: typeof Counter | typeof Secret,
  tenant: TenantId,
  key: string,
  by: number,
  commandId: string,
) =>
  run(
    Effect.flatMap(Actors, (actors) =>
      actors.ask(definition, {
        id: { tenant, key },
        command: { _tag: 'Add', by },
        envelope: { commandId, caller: { subject: 'somebody', tenant, roles: ['operator'] } },
      }),
    ),
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-keys-'));
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('gateway_actors') }),
    keyRingLayer({ directory, demoKeys: true }),
  );
  runtime = ManagedRuntime.make(ActorsLocal(kinds).pipe(Layer.provideMerge(stores)));
  const { context } = await runtime.runtime();
  const rights = Object.fromEntries(routes.map(({ operationId }) => [operationId, RIGHTS[operationId]]));
  gateway = await startGateway({ routes, rights: rights as typeof RIGHTS }, Layer.succeedContext(context));
  for (const key of ['a', 'b', 'c']) await add(Counter, demo, key, 1, `${key}-1`);
  for (const by of [40, 2]) await add(Secret, demo, 's', by, `s-${by}`);
  await add(Counter, rival, 'theirs', 1, 'r-1');
});

afterAll(async () => {
  await gateway.stop();
  await inDatabase((db) => db.dropDatabase());
  await runtime.dispose();
  await rm(directory, { recursive: true, force: true });
});

interface Answered<Body> {
  readonly status: number;
  readonly json: Body;
}
interface Page<Item> {
  readonly items: ReadonlyArray<Item>;
  readonly nextCursor: string | null;
}
interface Turn {
  readonly rev: number;
  readonly atMs: number;
  readonly values: { readonly events: ReadonlyArray<unknown> } | null;
}
/** What it was at a moment. */
interface Moment {
  readonly rev: number;
  readonly atMs: number;
  readonly state: unknown;
}
interface One {
  readonly receipts: { readonly newest: ReadonlyArray<unknown> };
  readonly deadLetters: ReadonlyArray<unknown>;
  readonly reminders: ReadonlyArray<unknown>;
  readonly broken: unknown;
}
type Row = Readonly<Record<'kind' | 'key', string>>;

const call = async <Body = unknown>(
  path: string,
  subject = ADMIN,
  init: RequestInit = {},
  more = {},
): Promise<Answered<Body>> => {
  const headers = await gateway.as(subject, more);
  const response = await fetch(`${gateway.url}/v1/operations/${path}`, { ...init, headers });
  return { status: response.status, json: (await response.json()) as Body };
};
const inRival = { 'hufu-tenant': 'rival' };
let retries = 0;
const retry = (path: string, subject = ADMIN) => {
  retries += 1;
  return call(`actors/${path}/retry`, subject, { method: 'POST' }, { 'idempotency-key': `retry-${retries}` });
};

describe('who is awake', () => {
  test('is listed by kind and key, page by page, each tenant its own', async () => {
    const all = await call<Page<Row>>('actors', UNIT);
    expect(all.json.items.map((one) => `${one.kind}/${one.key}`)).toEqual([
      ...['test.counter/a', 'test.counter/b', 'test.counter/c', 'test.secret/s'],
    ]);
    expect(all.json).toMatchObject({ nextCursor: null, silent: [] });
    expect(all.json.items[3]).toMatchObject({ node: 'local:0', phase: 'awake', waiting: 0, rev: 2, talks: 0 });
    const first = await call<Page<Row>>('actors?limit=2&kind=test.counter');
    expect(first.json.items).toMatchObject([{ key: 'a' }, { key: 'b' }]);
    const cursor = encodeURIComponent(first.json.nextCursor ?? '');
    const second = await call(`actors?limit=2&kind=test.counter&cursor=${cursor}`);
    expect(second.json).toMatchObject({ items: [{ key: 'c' }], nextCursor: null });
    expect(await call(`actors?limit=2&cursor=${cursor}`)).toMatchObject({ json: { code: 'InvalidCursor' } });
    expect((await call('actors?busy=true')).json).toMatchObject({ items: [] });
    expect(await call('actors?node=10.0.0.1:1')).toMatchObject({ status: 404, json: { code: 'NoSuchNode' } });
    expect((await call('actors', ADMIN, {}, inRival)).json).toMatchObject({ items: [{ key: 'theirs' }] });
    expect((await call('actors', UNIT, {}, inRival)).status).toBe(403);
    expect((await call('actors', 'demo-operator')).status).toBe(403);
  });

  test('on which nodes: for the platform alone, as it counts all tenants', async () => {
    const { json } = await call('nodes');
    expect(json).toMatchObject({
      items: [{ address: 'local:0', contact: 'answered', partitions: 256, own: { awake: 5 } }],
    });
    expect((await call('nodes', UNIT)).status).toBe(403);
  });
});

describe('one actor', () => {
  test('is shown with what it remembers; replies are for a system administrator', async () => {
    const { status, json } = await call('actors/test.counter/a', UNIT);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      standing: 'awake',
      node: 'local:0',
      ...{ rev: 1, seq: 1, sealed: false, broken: null, deadLetters: [], reminders: [] },
      receipts: { kept: 1, newest: [{ commandId: 'a-1', rev: 1, reply: null }] },
      lastTurns: [{ subject: 'somebody', command: 'Add', events: ['Added'], values: null }],
    });
    expect(await call('actors/test.counter/a?replies=true', UNIT)).toMatchObject({
      status: 403,
      json: { code: 'ValuesDenied' },
    });
    const mine = await call<One>('actors/test.counter/a?replies=true');
    expect(mine.json.receipts.newest).toEqual([{ commandId: 'a-1', rev: 1, reply: { value: 1 } }]);
  });

  test.each([
    ['test.cake/a', 404, 'UnknownKind'],
    ['test.counter/none', 404, 'NotFound'],
    ['test.counter/theirs', 404, 'NotFound'],
    ['test.counter/no%20key', 422, 'InvalidActorKey'],
  ])('%s is refused everywhere', async (path, status, code) => {
    for (const what of ['', '/journal', '/state'])
      expect(await call(`actors/${path}${what}`)).toMatchObject({ status, json: { code } });
    expect(await retry(path)).toMatchObject({ status, json: { code } });
  });

  test('its history is paged both ways, and values are for a system administrator', async () => {
    for (let by = 2; by <= 5; by += 1) await add(Counter, demo, 'a', by, `a-${by}`);
    const path = 'actors/test.counter/a/journal';
    for (const [order, revs] of [
      ['oldest', [1, 2, 3, 4, 5]],
      ['newest', [5, 4, 3, 2, 1]],
    ] as const) {
      const seen: Array<number> = [];
      let cursor = '';
      for (let page = 0; page < 3; page += 1) {
        const { json } = await call<Page<Turn>>(`${path}?order=${order}&limit=2${cursor}`, UNIT);
        seen.push(...json.items.map(({ rev }) => rev));
        expect(json.nextCursor === null).toBe(page === 2);
        cursor = `&cursor=${encodeURIComponent(json.nextCursor ?? '')}`;
      }
      expect(seen).toEqual(revs);
    }
    expect((await call(`${path}?values=true`, UNIT)).json).toMatchObject({ code: 'ValuesDenied' });
    const { json } = await call<Page<Turn>>(`${path}?values=true&limit=1`);
    expect(json.items[0]?.values).toEqual({ eventVersion: 1, events: [{ _tag: 'Added', by: 1 }], reply: { value: 1 } });
  });

  test('is replayed to any revision and any instant, by a system administrator', async () => {
    const path = 'actors/test.counter/a/state';
    expect((await call(`${path}?rev=2`)).json).toMatchObject({
      rev: 2,
      seq: 2,
      state: { value: 3, turns: 2 },
      broken: null,
    });
    const { atMs } = (await call<Moment>(`${path}?rev=3`)).json;
    const [third] = (await call<Page<Turn>>('actors/test.counter/a/journal?limit=1')).json.items;
    const before = new Date((third?.atMs ?? Number.NaN) - 1).toISOString();
    expect((await call(`${path}?at=${before}`)).json).toEqual({
      rev: 0,
      seq: 0,
      atMs: null,
      state: { value: 0, turns: 0 },
      broken: null,
    });
    const then = await call<Moment>(`${path}?at=${new Date(atMs).toISOString()}`);
    expect(then.json.rev).toBeGreaterThanOrEqual(3);
    expect(then.json.atMs).toBeLessThanOrEqual(atMs);
    expect((await call(path)).json).toMatchObject({ rev: 5, state: { value: 15 } });
    expect((await call(`${path}?at=2026-11-23T08:00:00`)).status).toBe(400);
    expect((await call(path, UNIT)).status).toBe(403);
  });

  test('of a sealed kind is opened for who may, and every look is written down', async () => {
    const stored = await inDatabase((db) => db.collection<JournalDocument>(JOURNAL).findOne({ kind: 'test.secret' }));
    expect(stored?.turns).toBeUndefined();
    expect((await call('actors/test.secret/s', UNIT)).json).toMatchObject({ sealed: true, rev: 2 });
    const { json } = await call<Page<Turn>>('actors/test.secret/s/journal?values=true');
    expect(json.items[1]?.values?.events).toEqual([{ _tag: 'Added', by: 2 }]);
    expect((await call<Moment>('actors/test.secret/s/state?rev=1')).json.state).toEqual({ value: 40, turns: 1 });
    const looks = gateway.audited.filter(({ object }) => object.includes('/test.secret/s'));
    expect(looks.map(({ action }) => action)).toEqual([
      ...['operations.actor.read', 'operations.actor.journal', 'operations.actor.state'],
    ]);
    gateway.auditDown = true;
    const unseen = await call<{ readonly requestId: string }>('actors/test.secret/s/state');
    gateway.auditDown = false;
    expect(unseen).toMatchObject({ status: 503 });
    // The request's id is random, and may hold any digits.
    const { requestId: _, ...told } = unseen.json;
    expect(JSON.stringify(told)).not.toContain('42');
  });
});

describe('one that is broken', () => {
  const journal = (work: (records: ReturnType<ReturnType<typeof databaseOf>['collection']>) => Promise<unknown>) =>
    inDatabase((db) => work(db.collection(JOURNAL)));
  const key = (actor: string, seq: number) => ({ _id: journalKey('test.counter', `demo/${actor}`, seq) as never });

  beforeAll(async () => {
    for (const actor of ['gap', 'spoilt']) {
      for (let by = 1; by <= 3; by += 1) await add(Counter, demo, actor, by, `${actor}-${by}`);
      // Asleep, and without a document to start from.
      expect((await retry(`test.counter/${actor}`)).json).toMatchObject({ actor: 'restarted' });
    }
    await inDatabase((db) => db.collection('test_counters').deleteMany({ key: { $in: ['gap', 'spoilt'] } }));
    await journal((records) => records.deleteOne(key('gap', 2)));
    await journal((records) => records.updateOne(key('spoilt', 2), { $set: { 'turns.0.events.0._tag': 'Lost' } }));
  });

  test('by a gap: all say where, and show what comes before and after it', async () => {
    const what = 'record 3 follows record 1: the journal has a gap';
    const shown = await call('actors/test.counter/gap');
    expect(shown.json).toMatchObject({ standing: 'asleep', rev: 3, seq: 3, document: null, broken: { seq: 3, what } });
    const { json } = await call('actors/test.counter/gap/journal');
    expect(json).toMatchObject({ items: [{ rev: 1 }, { rev: 3 }], broken: [{ seq: 2, what: 'record 2 is missing' }] });
    const state = await call('actors/test.counter/gap/state');
    expect(state.json).toMatchObject({ rev: 1, state: { value: 1 }, broken: { seq: 3, what } });
  });

  test('by an event that nobody understands: the value is not in the answer', async () => {
    const shown = await call<One>('actors/test.counter/spoilt');
    expect(shown.json.broken).toEqual({ seq: 2, what: 'ParseError' });
    expect((await call('actors/test.counter/spoilt/journal', UNIT)).json).toMatchObject({
      items: [{ events: ['Added'] }, { events: ['Lost'] }, { events: ['Added'] }],
      broken: [],
    });
    expect((await call('actors/test.counter/spoilt/state?rev=1')).json).toMatchObject({ rev: 1, broken: null });
    expect((await call('actors/test.counter/spoilt/state')).json).toMatchObject({ rev: 1, broken: { seq: 2 } });
  });

  test('started anew when it has been mended', async () => {
    await expect(add(Counter, demo, 'spoilt', 1, 'more')).rejects.toThrow('defect');
    await journal((records) => records.updateOne(key('spoilt', 2), { $set: { 'turns.0.events.0._tag': 'Added' } }));
    expect((await retry('test.counter/spoilt')).json).toMatchObject({ actor: 'asleep', followers: [] });
    expect(await add(Counter, demo, 'spoilt', 1, 'more')).toMatchObject({ reply: { value: 7 }, rev: 4 });
  });
});

test('retry begins again what is stuck about an actor, of nobody else, and says what it did', async () => {
  const due = new Date(Date.now() + 3_600_000);
  const id = { tenant: demo, key: 't' };
  const caller = { subject: 'somebody', tenant: demo, roles: [] };
  const arm = { _tag: 'Arm', name: 'late', atMs: due.getTime() } as const;
  await run(
    Effect.flatMap(Actors, (actors) => actors.ask(Timer, { id, command: arm, envelope: { commandId: 'arm', caller } })),
  );
  const reminder = (key: string, name: string, status: 'set' | 'refused') => ({
    _id: `test.timer/demo/${key}/${name}`,
    ...{ kind: 'test.timer', actor: `demo/${key}`, name, partition: 1, slot: 1, rev: 1, status, attempts: 5 },
    ...{ dueAt: new Date(1), tryAt: due, command: { _tag: 'Ring', input: { name } }, commandId: `c-${name}` },
  });
  const letter = (follower: string, rev: number, record: string, key = 't'): DeadLetter => ({
    _id: `${follower}/test.timer/demo/${key}/${rev}`,
    ...{ follower, partition: 1, kind: 'test.timer', tenant: demo, actor: `demo/${key}`, rev, record, commandId: 'c' },
    ...{ status: rev === 1 ? 'dead' : 'waiting', code: 'Deaf', message: 'Nobody hears.', attempts: 3, atMs: 1 },
    since: new Date(1),
  });
  await inDatabase((db) =>
    reminders(db).insertMany([
      reminder('t', 'no', 'refused'),
      reminder('t', 'later', 'set'),
      reminder('t2', 'no', 'refused'),
    ]),
  );
  await inDatabase((db) =>
    deadLetters(db).insertMany([
      ...[letter('one', 1, 'r1'), letter('one', 2, 'r2'), letter('two', 1, 'r1')],
      ...[letter(REMINDER_DELIVERY, 1, 'test.timer/demo/t/no'), letter('one', 1, 'r1', 't2')],
    ]),
  );
  const stuck = await call<One>('actors/test.timer/t');
  expect(stuck.json.deadLetters).toHaveLength(4);
  expect(stuck.json.reminders).toMatchObject([
    { name: 'later', status: 'set', attempts: 5, command: 'Ring' },
    { name: 'no', status: 'refused' },
  ]);
  expect((await retry('test.timer/t', UNIT)).status).toBe(403);
  const done = await retry('test.timer/t');
  expect(done).toMatchObject({ status: 202, json: { followers: ['one', 'two'], reminders: 1, hurried: 1 } });
  const letters = await inDatabase((db) => deadLetters(db).find().sort({ _id: 1 }).toArray());
  expect(letters.map(({ _id, status }) => [_id, status])).toEqual([
    ['one/test.timer/demo/t/1', 'retry'],
    ['one/test.timer/demo/t/2', 'waiting'],
    ['one/test.timer/demo/t2/1', 'dead'],
    ['two/test.timer/demo/t/1', 'retry'],
  ]);
  const left = await inDatabase((db) => reminders(db).find().sort({ _id: 1 }).toArray());
  expect(left.map(({ actor, name, status, tryAt }) => [actor, name, status, tryAt < due])).toEqual([
    ['demo/t', 'later', 'set', true],
    ['demo/t', 'no', 'set', true],
    ['demo/t2', 'no', 'refused', false],
  ]);
});
