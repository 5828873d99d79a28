import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime, Stream } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { applicationActor } from '../actors/sim/application.ts';
import { blankCardActor } from '../actors/sim/blank-card.ts';
import { handOverKeys, partKeys } from '../actors/sim/part-secret.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { SecretBytes } from '../domain/kernel/secret.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import { cardSecrets } from '../domain/sim/outputs/card-secrets.ts';
import { kcvOf } from '../domain/sim/outputs/transport-key.ts';
import { encodeVopFile } from '../domain/sim/vop-file-encoder.ts';
import { RIGHTS } from '../gateway/rights.ts';
import { outputRoutes } from '../gateway/sim/outputs.ts';
import { Files } from '../store/files/files.ts';
import { FilesLive } from '../store/files/gridfs.ts';
import { openCardKeys } from '../store/keys/card-keys.ts';
import { KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { NO, planned, twoParts } from './support/card-making.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Files for the personalisation machine, the HLR and the laser, over real HTTP, actors and stores. */

const tenant = 'demo' as TenantId;
const caller = { subject: 'test', tenant, roles: ['operator'] as const };
let directory: string;
let gateway: TestGateway;
type Services = Actors | Files | KeyRing | Mongo;
let runtime: ManagedRuntime.ManagedRuntime<Services, unknown>;
const run = <A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-outputs-'));
  runtime = ManagedRuntime.make(
    Layer.mergeAll(ActorsLocal(simActors), FilesLive).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('sim_outputs') })),
    ),
  );
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
  const ids = outputRoutes.map(({ operationId }) => operationId);
  const rights = Object.fromEntries(Object.entries(RIGHTS).filter(([name]) => ids.includes(name)));
  const context = await runtime.runtime();
  gateway = await startGateway({ routes: outputRoutes, rights }, Layer.succeedContext(context.context));
});

afterAll(async () => {
  await gateway.stop();
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

let keys = 0;
const ask = async (method: string, path: string, body?: unknown, as = 'demo-unit-administrator') => {
  keys += 1;
  const response = await fetch(`${gateway.url}/v1/sim${path}`, {
    method,
    headers: await gateway.as(as, {
      ...(method === 'POST' ? { 'idempotency-key': `outputs-${keys}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, text, json: isJson ? (JSON.parse(text) as unknown) : undefined };
};

const iccid = (n: number) => iccidOfBody(`89860126${String(n).padStart(11, '0')}`);

/** An application whose first part has gone to the vendor V1 with three finished cards. */
const makePart = Effect.gen(function* () {
  const actors = yield* Actors;
  const files = yield* Files;
  const encoder = encodeVopFile({
    kind: 'vendorPart',
    version: 1,
    sender: 'RPS',
    receiver: 'V1',
    application: NO,
    round: 1,
    part: 1,
    sequence: 1,
    created: '2026-11-26T00:00:00Z',
    charset: 'UTF-8',
  });
  const rows = [1, 2, 3].map((n) => {
    const imsi = `46001${String(n).padStart(10, '0')}`;
    return { line: 1, iccid: iccid(n), imsi, product: 'P1', city: '110000', cardType: 'finished' as const };
  });
  const [body, end] = [encoder.push(rows), encoder.end()];
  if ('_tag' in body || '_tag' in end) throw new Error('the rows are refused');
  const kept = { tenant, area: 'sim', name: 'part.txt', contentType: 'text/plain', sealed: true };
  const file = yield* files.put(kept, Stream.make(body, end.bytes));
  const recorded = {
    _tag: 'RecordFile',
    round: 1,
    kind: 'vendorPart',
    status: 'generated',
    file,
    part: '1.1',
  } as const;
  for (const [at, command] of [...planned, twoParts, recorded].entries()) {
    yield* actors.ask(applicationActor, {
      id: { tenant, key: NO },
      command,
      envelope: { commandId: `outputs:${at}`, caller },
    });
  }
});

const HEX = '00112233445566778899AABBCCDDEEFF';
const kcv = kcvOf('SM4', new SecretBytes(Buffer.from(HEX, 'hex')));
const key = { partner: 'V1', algorithm: 'SM4', components: [HEX], kcv };

it('writes the files of a part under the vendor’s transport key, the same bytes each time', async () => {
  await run(makePart);
  const outputs = `/applications/${NO}/parts/1.1/outputs`;
  expect(await ask('GET', `${outputs}/equipment`)).toMatchObject({
    status: 404,
    json: { code: 'TransportKeyMissing' },
  });
  expect(await ask('POST', '/transport-keys', { ...key, kcv: '000000' })).toMatchObject({
    status: 422,
    json: { code: 'WrongKeyCheckValue' },
  });
  const imported = await ask('POST', '/transport-keys', key);
  expect(imported.json).toEqual({
    partner: 'V1',
    algorithm: 'SM4',
    kcv,
    version: 1,
    active: true,
    atMs: expect.any(Number),
  });
  expect((await ask('POST', '/transport-keys', key)).json).toMatchObject({ version: 1 });
  const equipment = await ask('GET', `${outputs}/equipment`);
  expect(equipment).toMatchObject({ status: 200, text: expect.stringContaining(`KCV ${kcv}`) });
  expect(equipment.text).toMatch(/\*End: 3 [0-9a-f]{64}\n$/);
  expect((await ask('GET', `${outputs}/equipment`)).text).toBe(equipment.text);
  for (const [query, status, code] of [
    ['equipment?profile=nonsense', 404, 'CardProfileUnknown'],
    ['hlr?profile=usim-key-file', 422, 'ProfileNotWanted'],
    ['equipment?profile=usim-scp03', 409, 'ProfileNeedsOtherKeys'],
    ['equipment?profile=gsm-classic', 409, 'ProfileNeedsOtherKeys'],
  ] as const) {
    expect(await ask('GET', `${outputs}/${query}`)).toMatchObject({ status, json: { code } });
  }
  // Saying for which cards it is changes nothing in the file.
  expect((await ask('GET', `${outputs}/equipment?profile=usim-key-file`)).text).toBe(equipment.text);
  expect(await ask('GET', `${outputs}/equipment?profile=usim-sealed`)).toMatchObject({
    status: 409,
    json: { code: 'PartOfAnotherProfile' },
  });
  const laser = await ask('GET', `${outputs}/laser`);
  expect(laser.text).toContain(`${iccid(2)};`);
  // Another partner's file has the same cards under another key.
  expect(await ask('GET', `${outputs}/hlr?for=HLR-BJ`)).toMatchObject({ status: 404 });
  await ask('POST', '/transport-keys', { ...key, partner: 'HLR-BJ' });
  const hlr = await ask('GET', `${outputs}/hlr?for=HLR-BJ`);
  const kiIn = (text: string, column: number) => text.split('\n')[6]?.split(';')[column];
  expect(kiIn(hlr.text, 2)).toBe(kiIn(equipment.text, 2));
  expect(await ask('GET', `/applications/${NO}/parts/1.2/outputs/laser`)).toMatchObject({
    json: { code: 'PartFileMissing' },
  });
  expect(await ask('POST', '/transport-keys/V1/revoke')).toMatchObject({ json: { active: false } });
  expect(await ask('GET', `${outputs}/equipment`)).toMatchObject({ json: { code: 'TransportKeyMissing' } });
  await expect
    .poll(async () => (await ask('GET', '/transport-keys?active=true')).json, { timeout: 10_000 })
    .toMatchObject({
      items: [{ partner: 'HLR-BJ', kcv }],
    });
});

it('hands the keys of its profile over to blank cards, once each, as the file has them', async () => {
  const id = { tenant, application: NO, part: '1.1' };
  await run(
    Effect.gen(function* () {
      expect(yield* partKeys({ ...id, part: '1.2' })).toBeUndefined();
      const keys = yield* partKeys(id);
      if (keys === undefined) throw new Error('the part has been equipped');
      const actors = yield* Actors;
      const ring = yield* KeyRing;
      const card = (n: number) => actors.read(blankCardActor, { tenant, key: iccid(n) });
      yield* handOverKeys(keys, [iccid(1), iccid(2)], caller);
      const before = yield* card(1);
      yield* handOverKeys(keys, [iccid(1), iccid(2), iccid(3)], caller);
      expect(yield* card(1)).toEqual(before);
      for (const n of [1, 2, 3]) {
        const { state } = yield* card(n);
        expect(state).toMatchObject({ profile: 'usim-key-file', status: 'blank', adm: { _tag: 'Untried' } });
        const { k, opc, adm1 } = cardSecrets(keys.secret, iccid(n));
        expect(openCardKeys(ring, { tenant, key: iccid(n) }, state?.keys ?? '')).toEqual({
          keys: { k, opc },
          adm: adm1.reveal().toString('latin1'),
        });
      }
    }),
  );
});

it('shows a key to nobody: not in an answer, the journal, a document or the audit trail', async () => {
  expect(await ask('GET', '/transport-keys', undefined, 'demo-operator')).toMatchObject({ status: 403 });
  expect(await ask('GET', `/applications/${NO}/parts/1.1/outputs/laser`, undefined, 'demo-operator')).toMatchObject({
    status: 403,
  });
  const stored = await run(
    Effect.flatMap(Mongo, (connection) =>
      Effect.promise(async () => {
        const db = databaseOf(connection);
        const found = [];
        for (const name of ['journal', 'sim_transport_keys', 'sim_part_secrets']) {
          found.push(...(await db.collection(name).find({}).toArray()));
        }
        return found;
      }),
    ),
  );
  expect(stored.length).toBeGreaterThan(5);
  const text = JSON.stringify([stored, gateway.audited, (await ask('GET', '/transport-keys')).json]).toUpperCase();
  expect(text).not.toContain(HEX);
  expect(text).not.toContain(Buffer.from(HEX, 'hex').toString('base64').toUpperCase());
});
