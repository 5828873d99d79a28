import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Actors } from '../../actors/runtime/actors.ts';
import { deadLetters } from '../../actors/runtime/dead-letters.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { applicationActor } from '../../actors/sim/application.ts';
import { blankCardActor } from '../../actors/sim/blank-card.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { readerActor } from '../../actors/sim/reader.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import type { Imsi } from '../../domain/sim/imsi.ts';
import { meRoutes } from '../../gateway/operations/me.ts';
import { RIGHTS } from '../../gateway/rights.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import { Audit, AuditLive } from '../../store/operations/audit.ts';
import { hufu, objects } from '../../test/support/admin.ts';
import { draft } from '../../test/support/card-making.ts';
import { startGateway, type TestGateway } from '../../test/support/gateway.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { EXIT, Failure } from '../failure.ts';
import { allowTry } from './blank-cards.ts';
import { admin } from './index.ts';
import { settleWrite } from './writes.ts';

/** Every command as it is typed, against real stores that hold something to look at. */

const tenant = 'demo' as TenantId;
const NO = 'A20261123-0001';
const database = uniqueName('admin');
let directory: string;
let keys: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Audit | Mongo, unknown>;
let gateway: TestGateway;
const run = <A, E>(effect: Effect.Effect<A, E, Actors | Audit | Mongo>): Promise<A> => runtime.runPromise(effect);
const db = Effect.map(Mongo, databaseOf);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-admin-'));
  keys = join(directory, 'keys');
  const stores = Layer.merge(
    mongoLayer({ uri: serverAddress('MONGODB_URI'), database }),
    keyRingLayer({ directory: keys, demoKeys: true }),
  );
  runtime = ManagedRuntime.make(Layer.merge(ActorsLocal(simActors), AuditLive).pipe(Layer.provideMerge(stores)));
  process.env['HUFU_DATABASE'] = database;
  process.env['HUFU_KEY_DIR'] = keys;
  process.env['HUFU_STATE_DIR'] = directory;
  await run(Effect.void);
  gateway = await startGateway({
    routes: meRoutes,
    rights: { 'operations.me.read': RIGHTS['operations.me.read'] ?? { allow: 'signed-in' } },
    settings: { keyDirectory: keys },
  });
  process.env['HUFU_HTTP_PORT'] = new URL(gateway.address).port;
});

afterAll(async () => {
  await gateway.stop();
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true, force: true });
});

it('migrate makes every collection, and the second time none', async () => {
  expect(await hufu('migrate')).toMatch(/made {6}operations_alerts.*, 0 already there|[1-9]\d* made/s);
  expect(await hufu('migrate')).toMatch(/^0 made, [1-9]\d* already there\n$/);
});

it('actor shows, lists, replays and rebuilds one actor, and each look is written down', async () => {
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const id = { tenant, key: NO };
      const caller = { subject: 'demo-operator', tenant, roles: ['operator'] as const };
      yield* actors.ask(applicationActor, { id, command: draft, envelope: { commandId: 'c-1', caller } });
      const cancel = { _tag: 'Cancel', reason: 'a test' } as const;
      yield* actors.ask(applicationActor, { id, command: cancel, envelope: { commandId: 'c-2', caller } });
      const documents = (yield* db).collection<{ _id: string }>('sim_applications');
      yield* Effect.promise(() => documents.findOne({ _id: `demo/${NO}`, stage: 'cancelled' })).pipe(
        Effect.filterOrFail((found) => found !== null),
        Effect.retry(Schedule.spaced(50)),
        Effect.timeout(10_000),
      );
      yield* Effect.promise(() => documents.deleteOne({ _id: `demo/${NO}` }));
    }),
  );
  expect(await hufu('actor', 'journal', 'sim.application', `demo/${NO}`)).toMatch(
    /^1\trev 1\t\S+\tdemo-operator\tDraft\tDrafted.*\n2\trev 2\t\S+\tdemo-operator\tCancel\t/,
  );
  expect(
    objects(await hufu('actor', 'journal', 'sim.application', `demo/${NO}`, '--from', '2', '--json')),
  ).toMatchObject([{ seq: 2, rev: 2, command: 'Cancel', values: { events: [{ _tag: 'Cancelled' }] } }]);
  const first = JSON.parse(await hufu('actor', 'replay', 'sim.application', `demo/${NO}`, '--to', '1')) as unknown;
  expect(first).toMatchObject({ rev: 1, state: { no: NO, ended: null } });
  const early = ['actor', 'replay', 'sim.application', `demo/${NO}`, '--at', '2020-01-01T00:00:00Z'];
  expect(JSON.parse(await hufu(...early))).toEqual({ rev: 0, seq: 0, at: null, state: null, broken: null });
  const before = JSON.parse(await hufu('actor', 'show', 'sim.application', `demo/${NO}`)) as unknown;
  expect(before).toMatchObject({ rev: 2, seq: 2, document: null, broken: null, receipts: { kept: 2 } });
  expect(await hufu('actor', 'rebuild', 'sim.application', `demo/${NO}`)).toBe(
    `sim.application/demo/${NO}: written anew from 2 records\n`,
  );
  const after = JSON.parse(await hufu('actor', 'show', 'sim.application', `demo/${NO}`)) as unknown;
  expect(after).toMatchObject({
    document: { rev: 2, seq: 2, behind: 0, usable: true, listed: { stage: 'cancelled' } },
    lastTurns: [{ command: 'Cancel', values: null }, { command: 'Draft' }],
    place: { node: null, found: null },
  });
  expect(await hufu('rebuild', 'sim.application')).toBe('sim.application: 1 actors from 2 records\n');
  const looks = objects(await hufu('audit', 'search', '--object', `sim.application/demo/${NO}`, '--json'));
  expect(looks.map(({ action }) => action).toReversed()).toEqual([
    ...['admin.actor.journal', 'admin.actor.journal', 'admin.actor.replay', 'admin.actor.replay'],
    ...['admin.actor.show', 'admin.actor.rebuild', 'admin.actor.show'],
  ]);
  await expect(hufu('actor', 'show', 'sim.application', 'demo/none')).rejects.toThrow('NotFound');
  await expect(hufu('actor', 'show', 'sim.cake', 'demo/1')).rejects.toThrow('no such kind of actor: sim.cake');
  await expect(hufu('actor', 'show', 'sim.card', 'none')).rejects.toBeInstanceOf(Failure);
});

it('actor retry begins again what is stuck, and says what', async () => {
  const stuck = {
    _id: `stats/sim.application/demo/${NO}/000000000001`,
    follower: 'stats',
    partition: 1,
    kind: 'sim.application',
    tenant,
    actor: `demo/${NO}`,
    rev: 1,
    record: `sim.application/demo/${NO}/000000000001`,
    commandId: 'c-1',
    status: 'dead' as const,
    code: 'Unavailable',
    message: 'No answer.',
    attempts: 8,
    atMs: 1,
    since: new Date(1),
  };
  const letters = await run(Effect.map(db, deadLetters));
  await letters.insertOne(stuck);
  const said = await hufu('actor', 'retry', 'sim.application', `demo/${NO}`);
  expect(said).toContain('no node that holds it answered');
  expect(said).toContain('dead letters begin again with: stats\n');
  expect(await letters.findOne({ _id: stuck._id })).toMatchObject({ status: 'retry' });
  await letters.deleteMany({});
  await expect(hufu('actor', 'retry', 'sim.application', 'demo/none')).rejects.toThrow('NotFound');
});

it('audit verifies, searches and exports; a changed line is found', async () => {
  const entry = { tenant, subject: 's', action: 'a', object: 'o', outcome: 'accepted', from: 'f', requestId: 'r' };
  await run(Effect.flatMap(Audit, (audit) => audit.append({ ...entry, atMs: 1 })));
  expect(await hufu('audit', 'verify')).toMatch(
    /^whole: \d+ lines, 0 of them not sealed yet, last hash [0-9a-f]{64}\n$/,
  );
  expect(objects(await hufu('audit', 'verify', '--json'))).toMatchObject([{ tenant: 'demo', unsealed: 0 }]);
  expect(await hufu('audit', 'search', '--action', 'a')).toMatch(/ {2}seq .*\n.* s {2,}a {2,}o {2,}accepted/);
  const all = objects(await hufu('audit', 'export'));
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, n) => n + 1));
  expect(objects(await hufu('audit', 'export', '--from', '3'))[0]).toMatchObject({ seq: 3 });
  await run(
    Effect.flatMap(db, (found) =>
      Effect.promise(() => found.collection('audit_lines').updateOne({ tenant, seq: 2 }, { $set: { subject: 'x' } })),
    ),
  );
  await expect(hufu('audit', 'verify')).rejects.toThrow('broken at line 2: changed');
});

it('dead letters are listed, tried again and given up', async () => {
  const letter = (rev: number) => ({
    _id: `stats/sim.card/demo/c1/${String(rev).padStart(12, '0')}`,
    follower: 'stats',
    partition: 1,
    kind: 'sim.card',
    tenant,
    actor: 'demo/c1',
    rev,
    record: 'sim.card/demo/c1/1',
    commandId: 'c',
    status: 'dead' as const,
    code: 'Unavailable',
    message: 'No answer.',
    attempts: 8,
    atMs: 1,
    since: new Date(1),
  });
  await run(Effect.flatMap(db, (found) => Effect.promise(() => deadLetters(found).insertMany([letter(1), letter(2)]))));
  expect(await hufu('dead-letters', 'list')).toContain('No answer.');
  expect(objects(await hufu('dead-letters', 'list', '--json', '--limit', '1'))).toMatchObject([{ rev: 1 }]);
  expect(await hufu('dead-letters', 'retry', letter(1)._id)).toContain('is tried again');
  expect(await hufu('dead-letters', 'discard', letter(2)._id)).toContain('was given up');
  expect(objects(await hufu('dead-letters', 'list', '--json'))).toMatchObject([{ rev: 1, status: 'retry' }]);
  expect(await hufu('dead-letters', 'list', '--tenant', 'rival')).toBe('  none\n');
  await expect(hufu('dead-letters', 'retry', 'none')).rejects.toThrow('NoDeadLetter');
});

it('keys are listed and rotated, without a key in the output', async () => {
  const rotated = await hufu('keys', 'rotate', 'field', '--after', '60000', '--json');
  expect(JSON.parse(rotated)).toMatchObject({ id: 'field-2', standing: 'coming' });
  expect(await hufu('keys', 'list')).toMatch(/field-1 +current.*\n.*field-2 +coming/);
  const lines = objects(await hufu('keys', 'list', '--json'));
  expect(lines.length).toBeGreaterThan(7);
  expect(Object.keys(lines[0] ?? {}).toSorted()).toEqual(['createdAt', 'id', 'purpose', 'standing', 'writeFrom']);
});

it('alerts are listed, half-written files are swept', async () => {
  const alert = { source: 'test', subject: 'A-1', level: 'alarm', code: 'Late', stage: 'x' } as const;
  await run(raiseAlert(tenant, alert, 1_000));
  expect(await hufu('alerts', 'list', '--open')).toMatch(/1970-01-01T00:00:01\.000Z {2}alarm {2}Late/);
  expect(objects(await hufu('alerts', 'list', '--level', 'alarm', '--json'))).toMatchObject([
    { code: 'Late', open: true },
  ]);
  expect(await hufu('alerts', 'list', '--level', 'problem')).toBe('  none\n');
  const old = { state: 'live', seenAt: new Date(0) };
  await run(Effect.flatMap(db, (found) => Effect.promise(() => found.collection('files.uploads').insertOne(old))));
  expect(await hufu('files', 'sweep')).toBe('1 half-written files removed\n');
});

it('writes of cards are listed, shown and settled, readers are listed, and each look is written down', async () => {
  const request = 'CRM-1';
  const caller = { subject: 'crm', tenant, roles: ['operator'] as const };
  const [attempt, iccid] = ['a1', iccidOfBody('8986012610000000001')];
  const wanted = { product: 'P1', city: null, iccid: null, msisdn: null, smsc: null };
  const place = { application: 'A20261126-0001', line: 1, product: 'P1', city: '110000', range: 'r' };
  const steps = [
    { _tag: 'Request', wanted },
    { _tag: 'Judge', iccid, profile: 'usim-key-file', reader: 'desk', ...place },
    { _tag: 'Reserve', imsi: '460017000000001' as Imsi, smsc: '8613010112500' },
    { _tag: 'Begin', attempt, forMs: 60_000 },
    { _tag: 'Finish', attempt, result: 'inDoubt', proved: false, code: 'CardRemoved', message: 'taken out' },
  ] as const;
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      const id = { tenant, key: request };
      for (const command of steps) {
        yield* actors.ask(cardWriteActor, { id, command, envelope: { commandId: command._tag, caller } });
      }
      const attach = { _tag: 'Attach', session: 's', forMs: 60_000, place: 'serial' } as const;
      yield* actors.ask(readerActor, {
        id: { tenant, key: 'desk' },
        command: attach,
        envelope: { commandId: 'r', caller },
      });
    }),
  );
  const listed = () => hufu('write', 'list', '--status', 'inDoubt', '--json');
  await vi.waitFor(
    async () => expect(objects(await listed())).toMatchObject([{ request, code: 'CardRemoved' }]),
    10_000,
  );
  expect(await hufu('write', 'list', '--status', 'confirmed', 'failed')).toBe('  none\n');
  expect(JSON.parse(await hufu('write', 'show', request))).toMatchObject({
    rev: 5,
    write: { status: 'inDoubt', iccid },
  });
  await expect(hufu('write', 'show', 'CRM-9')).rejects.toThrow('NotFound');
  await vi.waitFor(
    async () => expect(await hufu('reader', 'list')).toMatch(/desk {2,}serial {2,}until \d{4}-/),
    10_000,
  );
  // Without a node that listens nothing is settled.
  const settle = ['write', 'settle', request, '--outcome', 'scrapped', '--reason', 'it broke'];
  await expect(hufu(...settle)).rejects.toBeInstanceOf(Failure);
  const settling = { tenant, outcome: 'scrapped', reason: 'it broke' } as const;
  const { reply } = await run(settleWrite(request, settling));
  expect(reply.write).toMatchObject({ status: 'failed', code: 'Scrapped', message: 'it broke' });
  expect(reply.write.settledBy).toMatch(/^admin:/);
  await expect(run(settleWrite(request, settling))).rejects.toThrow('WriteNotInDoubt');
  const looks = objects(await hufu('audit', 'search', '--object', `sim.cardWrite/demo/${request}`, '--json'));
  expect(looks.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'admin.write.settle refused:WriteNotInDoubt',
    'admin.write.settle accepted',
    'admin.write.settle failed',
    'admin.write.show accepted',
  ]);
});

it('an uncertain channel of a blank card is tried again when a person says so, who is written down', async () => {
  const iccid = iccidOfBody('8986012610000000002');
  const caller = { subject: 'crm', tenant, roles: ['operator'] as const };
  const request = { request: 'CRM-2' };
  const provided = { profile: 'usim-scp03', keys: 'journal-1.AAAA', admRefused: false, channelRefused: false };
  const steps = [
    { _tag: 'Provide', ...provided },
    { _tag: 'Claim', ...request },
    { _tag: 'TryChannel', ...request },
    { _tag: 'Release', ...request },
  ] as const;
  await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      for (const command of steps) {
        const envelope = { commandId: command._tag, caller };
        yield* actors.ask(blankCardActor, { id: { tenant, key: iccid }, command, envelope });
      }
    }),
  );
  const words = ['blank-card', 'allow-try', iccid, '--of', 'channel', '--reason', 'checked'];
  await expect(hufu(...words)).rejects.toBeInstanceOf(Failure);
  const allowing = { tenant, of: 'channel', reason: 'checked' } as const;
  expect((await run(allowTry(iccid, allowing))).reply).toMatchObject({ changed: true, channel: 'untried' });
  await expect(run(allowTry(iccid, allowing))).rejects.toThrow('TryNotUncertain');
  const looks = objects(await hufu('audit', 'search', '--object', `sim.blankCard/demo/${iccid}`, '--json'));
  expect(looks.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'admin.blankCard.allowTry refused:TryNotUncertain',
    'admin.blankCard.allowTry accepted',
    'admin.blankCard.allowTry failed',
  ]);
});

it('a token of a demo user opens the gateway; one that is not there is told', async () => {
  const token = (await hufu('token', 'demo-operator')).trim();
  const me = await fetch(`${gateway.address}/v1/operations/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ subject: 'demo-operator', tenant: 'demo' });
  await expect(hufu('token', 'nobody')).rejects.toThrow('there is no demo user nobody');
});

it('a wrong word is a usage error; what is missing is named, with what to do', async () => {
  const silent = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await admin(['keys', 'rotate', 'front-door'])).toBe(EXIT.usage);
  expect(await admin(['alerts', 'list', '--level', 'loud'])).toBe(EXIT.usage);
  expect(await admin(['alerts', 'list', '--tenant', 'No Such'])).toBe(EXIT.usage);
  silent.mockRestore();
  const { MONGODB_URI: uri, HUFU_KEY_DIR: keyDir } = process.env;
  try {
    delete process.env['MONGODB_URI'];
    await expect(hufu('alerts', 'list')).rejects.toMatchObject({
      message: expect.stringContaining('MONGODB_URI'),
      todo: [expect.stringContaining('./hufu up')],
    });
    process.env['MONGODB_URI'] = uri;
    process.env['HUFU_KEY_DIR'] = join(directory, 'none');
    await expect(hufu('alerts', 'list')).rejects.toBeInstanceOf(Failure);
  } finally {
    Object.assign(process.env, { MONGODB_URI: uri, HUFU_KEY_DIR: keyDir });
  }
});
