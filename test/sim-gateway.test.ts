import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { cardActor } from '../actors/sim/card.ts';
import { partnerFileActor } from '../actors/sim/partner-file.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import type { Imsi } from '../domain/sim/imsi.ts';
import { partnerFileKey } from '../domain/sim/partner-file.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { simRoutes } from '../gateway/sim/routes.ts';
import { CardMakingSettings } from '../gateway/sim/settings.ts';
import { Files } from '../store/files/files.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { filePlans } from '../store/files/gridfs-layout.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { Mongo, mongoLayer } from '../store/mongo.ts';
import { simPlans } from '../store/sim/lists.ts';
import type { Processes } from '../temporal/client.ts';
import { processesLayer, temporalLayer } from '../temporal.config.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import { TELECOM_DEADLINES } from '../workflows/sim/telecom/deadlines.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Card making as a person or a script meets it: real HTTP, actors on the real MongoDB, the real Temporal server. */

const tenant = 'demo' as TenantId;
const caller = { subject: 'test', tenant, roles: ['operator'] as const };
let directory: string;
let gateway: TestGateway;
type Services = Actors | CardMakingSettings | Files | KeyRing | Mongo | Processes;
let runtime: ManagedRuntime.ManagedRuntime<Services, unknown>;
const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-sim-gateway-'));
  const base = keyRingLayer({ directory, demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('sim_gateway') })),
  );
  const temporal = temporalLayer({
    address: serverAddress('TEMPORAL_ADDRESS'),
    namespace: uniqueName('sim').replaceAll('_', '-'),
    queuePrefix: 'hufu',
    tls: false,
    apiKey: undefined,
  });
  const settings = Layer.succeed(CardMakingSettings, {
    pollEveryMs: 60_000,
    deadlines: DEFAULT_DEADLINES,
    telecomDeadlines: TELECOM_DEADLINES,
  });
  const services = Layer.mergeAll(ActorsLocal(simActors), FilesLive, processesLayer, settings).pipe(
    Layer.provideMerge(temporal),
    Layer.provideMerge(base),
  );
  runtime = ManagedRuntime.make(services);
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, [...simPlans, ...filePlans])));
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => name.startsWith('sim.')));
  const context = await runtime.runtime();
  gateway = await startGateway({ routes: simRoutes, rights }, Layer.succeedContext(context.context));
});

afterAll(async () => {
  await gateway.stop();
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

interface Asked {
  readonly as?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let keys = 0;
const ask = async (method: string, path: string, { as = 'demo-operator', body, key, headers = {} }: Asked = {}) => {
  keys += 1;
  const response = await fetch(`${gateway.url}/v1/sim${path}`, {
    method,
    headers: await gateway.as(as, {
      ...(method === 'POST' ? { 'idempotency-key': key ?? `key-${keys}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
};

const draft = {
  partner: 'vop',
  vendors: ['V1', 'V2'],
  lines: [{ no: 1, cardType: 'blank', product: 'P1', city: '110000', quantity: 5 }],
};

describe('ranges over HTTP', () => {
  const range = { type: 'imsi', first: '460010000000000', last: '460010000000999', product: 'P1', city: null };

  it('registers, reads, lists and retires; overlapping is refused', async () => {
    const made = await ask('POST', '/ranges', { body: range });
    expect(made).toMatchObject({ status: 201, json: { ...range, books: { size: 1_000, free: 1_000 } } });
    expect(await ask('GET', '/stock/numbers?type=imsi')).toMatchObject({ json: { stock: [{ free: 1_000 }] } });
    const location = made.headers.get('location') ?? '';
    expect(location).toBe('/v1/sim/ranges/imsi/460010000000000-460010000000999');
    const path = location.replace('/v1/sim', '');
    expect(await ask('POST', '/ranges', { body: { ...range, last: '460010000001999' } })).toMatchObject({
      status: 409,
      json: { code: 'RangeOverlaps' },
    });
    expect(await ask('POST', '/ranges', { body: { ...range, first: '46001000000000' } })).toMatchObject({
      status: 422,
      json: { code: 'InvalidBounds' },
    });
    const retired = { first: '460010000000999', last: '460010000000999', reason: 'test' };
    const asAdministrator = { as: 'demo-unit-administrator', body: retired };
    expect(await ask('POST', `${path}/retire`, { body: retired })).toMatchObject({ status: 403 });
    expect(await ask('POST', `${path}/retire`, asAdministrator)).toMatchObject({ json: { free: 999, retired: 1 } });
    const read = await ask('GET', path);
    expect(read).toMatchObject({ status: 200, json: { books: { free: 999 } } });
    const etag = read.headers.get('etag') ?? '';
    expect((await ask('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await expect
      .poll(async () => (await ask('GET', '/stock/numbers?type=imsi')).json, { timeout: 10_000 })
      .toMatchObject({ stock: [{ product: 'P1', city: null, free: 999 }] });
    expect(await ask('GET', '/ranges?type=iccid')).toMatchObject({ json: { items: [], nextCursor: null } });
    expect(await ask('GET', '/ranges/imsi/460010000000000-460010000000001')).toMatchObject({ status: 404 });
    expect(await ask('GET', path, { as: 'rival-operator' })).toMatchObject({ status: 404 });
  });
});

describe('applications over HTTP', () => {
  it('drafts once per key, edits with If-Match, and cancels a draft', async () => {
    const first = await ask('POST', '/applications', { body: draft, key: 'same' });
    expect(first).toMatchObject({ status: 201, json: { stage: 'draft', books: { applied: 5 } } });
    const again = await ask('POST', '/applications', { body: draft, key: 'same' });
    expect(again).toMatchObject({ status: 201, json: first.json });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const other = await ask('POST', '/applications', { body: { ...draft, partner: 'eop' }, key: 'same' });
    expect(other).toMatchObject({ status: 409, json: { code: 'CommandConflict' } });
    const path = (first.headers.get('location') ?? '').replace('/v1/sim', '');
    const read = await ask('GET', path);
    expect(read).toMatchObject({ status: 200, json: { partner: 'vop', vendors: ['V1', 'V2'] } });
    const etag = read.headers.get('etag') ?? '';
    const lines = [{ ...draft.lines[0], quantity: 8 }];
    expect(await ask('PUT', `${path}/lines`, { body: { lines } })).toMatchObject({ status: 428 });
    const edited = await ask('PUT', `${path}/lines`, { body: { lines }, headers: { 'if-match': etag } });
    expect(edited).toMatchObject({ status: 200, json: { books: { applied: 8 } } });
    const stale = await ask('PUT', `${path}/lines`, { body: { lines: draft.lines }, headers: { 'if-match': etag } });
    expect(stale).toMatchObject({ status: 412, json: { code: 'RevisionMismatch' } });
    expect(await ask('POST', `${path}/cancel`, { body: { reason: 'test' } })).toMatchObject({ status: 200 });
    expect(await ask('GET', path)).toMatchObject({ json: { ended: 'cancelled' } });
    expect(await ask('POST', `${path}/submit`)).toMatchObject({ status: 409, json: { code: 'ApplicationEnded' } });
  });

  it('takes the caller’s own number, lists by filter, and audits', async () => {
    const body = { no: 'A20261123-0007', ...draft };
    expect(await ask('POST', '/applications', { body })).toMatchObject({ status: 201 });
    const taken = await ask('POST', '/applications', { body });
    expect(taken).toMatchObject({ status: 409, json: { code: 'ApplicationExists' } });
    const list = '/applications?stage=draft&stage=checking&city=110000&order=number';
    await expect
      .poll(async () => (await ask('GET', list)).json, { timeout: 10_000 })
      .toMatchObject({ items: [{ no: 'A20261123-0007', waitingFor: 'staff' }] });
    expect(await ask('GET', '/applications?stage=nonsense')).toMatchObject({ status: 400 });
    expect(await ask('GET', '/applications/A20261123-0007/parts')).toMatchObject({ json: { parts: [] } });
    expect(await ask('GET', '/applications/A20261123-0007/audit')).toMatchObject({
      json: { balanced: true, agreeing: true, books: { applied: 5, open: 5 } },
    });
    expect(await ask('GET', '/applications/A-NEVER')).toMatchObject({
      status: 404,
      json: { code: 'ApplicationUnknown' },
    });
  });

  it('begins the process once, and says when there is none', async () => {
    const path = '/applications/A20261123-0008';
    const decision = { body: { lines: [{ no: 1, quantity: 3 }] } };
    await ask('POST', '/applications', { body: { no: 'A20261123-0008', ...draft } });
    expect(await ask('POST', `${path}/corrections`, decision)).toMatchObject({
      status: 404,
      json: { code: 'ProcessNotFound' },
    });
    const first = await ask('POST', `${path}/submit`);
    expect(first).toMatchObject({
      status: 202,
      json: { started: true, workflowId: 'sim.cardMaking/demo/A20261123-0008' },
    });
    const again = await ask('POST', `${path}/submit`);
    expect(again).toMatchObject({ status: 202, json: { ...(first.json as object), started: false } });
    const byOther = await ask('POST', `${path}/submit`, { as: 'demo-unit-administrator' });
    expect(byOther).toMatchObject({ status: 409, json: { code: 'NotDraft' } });
  });

  it('follows an application until it has ended', async () => {
    const path = '/applications/A20261123-0009';
    await ask('POST', '/applications', { body: { no: 'A20261123-0009', ...draft } });
    const stream = await fetch(`${gateway.url}/v1/sim${path}/progress/events`, {
      headers: await gateway.as('demo-auditor'),
    });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('no stream');
    let text = '';
    let cancelled = false;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += part.value;
      if (!cancelled && text.includes('event: progress')) {
        cancelled = true;
        await ask('POST', `${path}/cancel`, { body: { reason: 'test' } });
      }
    }
    expect(text).toContain('"stage":"draft"');
    expect(text).toMatch(/id: 2\nevent: end\ndata: .*"stage":"cancelled"/);
    const missing = await ask('GET', '/applications/A-NEVER/progress/events');
    expect(missing).toMatchObject({ status: 404 });
  });
});

describe('cards over HTTP', () => {
  const iccid = iccidOfBody('8986012600000000001');

  it('shows numbers to who works with cards, masks them for others, and audits each look', async () => {
    const command = {
      _tag: 'Plan' as const,
      application: 'A-7',
      line: 1,
      imsi: '460010000000001' as Imsi,
      product: 'P1',
      city: '110000',
      cardType: 'finished' as const,
    };
    const envelope = { commandId: 'plan', caller };
    await run(
      Effect.flatMap(Actors, (actors) => actors.ask(cardActor, { id: { tenant, key: iccid }, command, envelope })),
    );
    expect(await ask('GET', `/cards/${iccid}`)).toMatchObject({ status: 200, json: { iccid, imsi: command.imsi } });
    const masked = { iccid: `898*************${iccid.slice(-4)}`, imsi: '460********0001' };
    expect(await ask('GET', `/cards/${iccid}`, { as: 'demo-auditor' })).toMatchObject({ json: masked });
    await expect
      .poll(async () => (await ask('GET', '/applications/A-7/cards?status=planned', { as: 'demo-auditor' })).json, {
        timeout: 10_000,
      })
      .toMatchObject({ items: [{ iccid: masked.iccid, line: 1 }] });
    expect(gateway.audited.filter(({ action }) => action.startsWith('sim.card.')).length).toBeGreaterThan(2);
    const unknown = iccidOfBody('8986012600000000002');
    expect(await ask('GET', `/cards/${unknown}`)).toMatchObject({ status: 404, json: { code: 'CardUnknown' } });
    expect(await ask('GET', '/cards/89860126000000000010')).toMatchObject({ status: 400 });
    expect(await ask('GET', `/cards/${iccid}`, { as: 'rival-operator' })).toMatchObject({ status: 404 });
    expect(await ask('GET', `/cards/${iccid}`, { as: 'demo-partner' })).toMatchObject({ status: 403 });
  });
});

describe('files in quarantine over HTTP', () => {
  it('shows the report, gives the bytes, and discards with a reason', async () => {
    const content = Stream.make(new TextEncoder().encode('half a file'));
    const name = 'POS_A-7_R01_P001_S01_V1.txt';
    const key = await run(
      Effect.gen(function* () {
        const files = yield* Files;
        const ref = yield* files.put({ tenant, area: 'sim', name, contentType: 'text/plain' }, content);
        const actors = yield* Actors;
        const id = { tenant, key: partnerFileKey('vop', ref.sm3) };
        const problems = [{ line: 3, code: 'Truncated', reason: 'there is no trailer' }];
        for (const command of [
          { _tag: 'Receive' as const, name, ref, source: 'poll' as const },
          { _tag: 'Quarantine' as const, kind: null, application: null, problems, problemCount: 1 },
        ]) {
          yield* actors.ask(partnerFileActor, { id, command, envelope: { commandId: command._tag, caller } });
        }
        return id.key;
      }),
    );
    await expect
      .poll(async () => (await ask('GET', '/partner-files?status=quarantined')).json, { timeout: 10_000 })
      .toMatchObject({ items: [{ name, problemCount: 1, status: 'quarantined' }] });
    expect(await ask('GET', `/partner-files/${key}`)).toMatchObject({
      json: { problems: [{ line: 3, code: 'Truncated' }] },
    });
    const bytes = await fetch(`${gateway.url}/v1/sim/partner-files/${key}/content`, {
      headers: await gateway.as('demo-operator'),
    });
    expect(await bytes.text()).toBe('half a file');
    const note = { body: { note: 'read it again' } };
    expect(await ask('POST', `/partner-files/${key}/release`, note)).toMatchObject({
      status: 422,
      json: { code: 'ApplicationMissing' },
    });
    const reason = { body: { reason: 'the partner sent another' } };
    expect(await ask('POST', `/partner-files/${key}/discard`, reason)).toMatchObject({
      status: 200,
      json: { status: 'discarded', note: 'the partner sent another' },
    });
    expect(
      await ask('POST', `/partner-files/${key}/release`, { body: { note: 'x', application: 'A-7' } }),
    ).toMatchObject({
      status: 409,
      json: { code: 'FileNotQuarantined' },
    });
  });
});
