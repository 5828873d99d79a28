import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chunk, Effect, Layer, ManagedRuntime, Stream } from 'effect';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { RatedUsage, UsageOwner, UsageTerms } from '../../domain/roaming/usage/usage-record.ts';
import { serverAddress, uniqueName } from '../../test/support/names.ts';
import { type KeyRing, keyRingLayer } from '../keys/key-ring.ts';
import { databaseOf, Mongo, mongoLayer } from '../mongo.ts';
import { dropUsage, keepUsage, partsOfPartner, usageOf } from './usage.ts';
import type { UsagePart } from './usage-documents.ts';
import { keepPriced, settlePricing } from './usage-pricing.ts';

/** Usage records on a real MongoDB. */

const tenant = 'demo' as TenantId;
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Mongo | KeyRing, unknown>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-usage-keys-'));
  const mongo = mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('roaming_usage') });
  runtime = ManagedRuntime.make(Layer.merge(keyRingLayer({ directory, demoKeys: true }), mongo));
});
const database = () => runtime.runPromise(Effect.map(Mongo, databaseOf));
afterAll(async () => {
  await (await database()).dropDatabase();
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const TERMS: UsageTerms = {
  roaming: 'outbound',
  partner: 'HKGPP',
  network: 'HKGPP',
  home: 'CHNCM',
  charged: { currency: 'XDR', decimals: 3 },
  retail: { currency: 'CNY', decimals: 2 },
  agreement: 'CHNCM-HKGPP',
  plan: 'TRAVEL',
};
const NOVEMBER = Date.UTC(2026, 10, 3);
const MINUTE = 60_000;
const usage = (record: number, atMs: number, more: Partial<RatedUsage> = {}): RatedUsage => ({
  record,
  number: '8613800000001',
  imsi: '460010000000001',
  attributedBy: 'msisdn',
  atMs,
  utcOffsetMinutes: 480,
  service: 'voice',
  direction: 'originating',
  destination: '85221234567',
  quantity: 60,
  chargedMinor: 1_067n,
  agreedMinor: 1_067n,
  retailMinor: 99n,
  agreementVersion: 2,
  planVersion: 1,
  takes: [],
  ...more,
});
const partOf = (file: string, owner: UsageOwner, records: ReadonlyArray<RatedUsage>, part = 0): UsagePart => ({
  owner,
  file,
  part: `${file}.${part}`,
  terms: TERMS,
  records,
});
const keep = (...parts: ReadonlyArray<UsagePart>) => runtime.runPromise(keepUsage(tenant, parts));
const monthOf = (owner: UsageOwner, month = '2026-11', more: Partial<Parameters<typeof usageOf>[0]> = {}) =>
  runtime.runPromise(usageOf({ tenant, owner, month, limit: 1_000, ...more }));

it('records of a file are kept once, however often it is told, and as they were priced last', async () => {
  const owner = { subscriber: 'S1' };
  const first = [usage(1, NOVEMBER), usage(7, NOVEMBER + MINUTE)];
  await keep(partOf('a', owner, first), partOf('a', { subscriber: 'S2' }, [usage(2, NOVEMBER)]));
  await keep(partOf('a', owner, first));
  expect((await monthOf(owner)).map(({ id }) => id)).toEqual(['a.1', 'a.7']);
  // Two services raced for a package: the part is priced anew.
  const takes = [{ balance: 'B1', taken: 60 }];
  await keep(partOf('a', owner, [usage(1, NOVEMBER, { retailMinor: 0n, takes }), usage(7, NOVEMBER + MINUTE)]));
  expect(await monthOf(owner)).toEqual([
    { ...usage(1, NOVEMBER, { retailMinor: 0n, takes }), id: 'a.1', terms: TERMS },
    { ...usage(7, NOVEMBER + MINUTE), id: 'a.7', terms: TERMS },
  ]);
  expect(await monthOf({ subscriber: 'S2' })).toHaveLength(1);
  expect(await monthOf({ subscriber: 'S' })).toEqual([]);
});

it('are read as the attempt priced them whose posting counts, though a later one writes behind it', async () => {
  const owner = { subscriber: 'S5' };
  const takes = [{ balance: 'B1', taken: 60 }];
  // Of two months: both have the part.
  const december = Date.UTC(2026, 11, 2);
  const records = (retailMinor: bigint) => [usage(1, NOVEMBER, { retailMinor, takes }), usage(2, december)];
  const priced = (retailMinor: bigint) =>
    runtime.runPromise(keepPriced(tenant, [partOf('x', owner, records(retailMinor))]));
  const price = async () => (await monthOf(owner)).map(({ retailMinor }) => retailMinor);
  const [first] = await priced(1n);
  const [second] = await priced(2n);
  expect([first?.before, second?.before]).toEqual([false, true]);
  expect(await priced(2n)).toEqual([second]);
  expect(second?.priced).not.toBe(first?.priced);
  expect(await price()).toEqual([1n]);
  const settle = (name: string | undefined) =>
    runtime.runPromise(settlePricing(tenant, [{ usage: partOf('x', owner, records(9n)), priced: name ?? '' }]));
  await settle(second?.priced);
  expect(await price()).toEqual([2n]);
  expect(await monthOf(owner, '2026-12')).toHaveLength(1);
  // An attempt that was given up long ago, and one that finds again what is so already.
  await priced(3n);
  expect(await price()).toEqual([2n]);
  await settle(second?.priced);
  await settle(second?.priced);
  expect(await price()).toEqual([2n]);
  const stored = await (await database())
    .collection('roaming_usage_2026_11')
    .find({ _id: /S5/ as never })
    .toArray();
  expect(stored).toMatchObject([{ priced: second?.priced }]);
  expect(stored[0]).not.toHaveProperty('others');
});

it('lie in the collection of their month by the visited network’s clock, and a month reads no other', async () => {
  const owner = { subscriber: 'S10' };
  const lastHour = Date.UTC(2026, 10, 30, 15, 59);
  await keep(partOf('b', owner, [usage(1, lastHour), usage(2, lastHour + MINUTE)]));
  const names = (await (await database()).listCollections().toArray()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['roaming_usage_2026_11', 'roaming_usage_2026_12']));
  expect((await monthOf(owner)).map(({ id }) => id)).toEqual(['b.1']);
  expect((await monthOf(owner, '2026-12')).map(({ id }) => id)).toEqual(['b.2']);
  // A month whose collection is gone answers nothing, and the other is as it was.
  await (await database()).dropCollection('roaming_usage_2026_12');
  expect(await monthOf(owner, '2026-12')).toEqual([]);
  expect(await monthOf(owner)).toHaveLength(1);
});

it('come page by page in the order of time, whatever files they came in', async () => {
  const owner = { subscriber: 'S20' };
  const files = Array.from({ length: 45 }, (_, file) =>
    partOf(
      `f${file}`,
      owner,
      Array.from({ length: 7 }, (__, at) => usage(at + 1, NOVEMBER + ((file * 37 + at * 101) % 400) * MINUTE)),
    ),
  );
  await keep(...files);
  const all = await monthOf(owner);
  expect(all).toHaveLength(45 * 7);
  expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  const paged: Array<string> = [];
  for (let page = await monthOf(owner, '2026-11', { limit: 10 }); page.length > 0; ) {
    paged.push(...page.map(({ id }) => id));
    const after = page.at(-1);
    page = await monthOf(owner, '2026-11', { limit: 10, after });
  }
  expect(paged).toEqual(all.map(({ id }) => id));
  const odd = await monthOf(owner, '2026-11', { limit: 5, where: ({ record }) => record === 3 });
  expect(odd.map(({ record }) => record)).toEqual([3, 3, 3, 3, 3]);
});

it('visitors have records of their own, and a partner’s are read in an order that can be gone on from', async () => {
  const imsi = '454001234567890';
  const inbound: UsagePart = {
    ...partOf('c', { visitorOf: 'JPNDO', imsi }, [usage(1, NOVEMBER), usage(2, NOVEMBER)]),
    terms: { ...TERMS, roaming: 'inbound', partner: 'JPNDO', network: 'CHNCM', home: 'JPNDO', retail: null },
  };
  const other: UsagePart = { ...inbound, owner: { visitorOf: 'JPNDO', imsi: '454001234567891' }, part: 'c.1' };
  await keep(inbound, other);
  expect(await monthOf({ visitorOf: 'JPNDO', imsi })).toHaveLength(2);
  const partner = async (after?: string) =>
    Chunk.toReadonlyArray(
      await runtime.runPromise(Stream.runCollect(partsOfPartner(tenant, 'JPNDO', '2026-11', after))),
    );
  const parts = await partner();
  expect(parts.map(({ records }) => records.length)).toEqual([2, 2]);
  expect(await partner(parts[0]?.id)).toEqual(parts.slice(1));
});

it('what an account refused is taken out again, and nothing else', async () => {
  const owner = { subscriber: 'S30' };
  const parts = [partOf('d', owner, [usage(1, NOVEMBER)]), partOf('d', owner, [usage(2, NOVEMBER)], 1)];
  await keep(...parts);
  await runtime.runPromise(dropUsage(tenant, parts.slice(0, 1)));
  expect((await monthOf(owner)).map(({ id }) => id)).toEqual(['d.2']);
});

it('no number, card or called party is readable in what is stored, and a part opens only at its place', async () => {
  const owner = { visitorOf: 'JPNDO', imsi: '454009999999999' };
  const mine = usage(1, NOVEMBER, { number: '8190000000001', imsi: '454009999999999', destination: '8613912345678' });
  await keep(partOf('e', owner, [mine]), partOf('e', { subscriber: 'S40' }, [mine]));
  const collection = (await database()).collection<{ _id: string }>('roaming_usage_2026_11');
  const found = await collection.find({ file: 'e' }).toArray();
  const text = found.map((one) => Buffer.from(mongoose.mongo.BSON.serialize(one)).toString('latin1')).join();
  expect(found).toHaveLength(2);
  expect(text).toContain('JPNDO');
  for (const secret of [mine.number, mine.imsi, mine.destination]) expect(text).not.toContain(secret);
  const [one, two] = found;
  await collection.replaceOne({ _id: one?._id ?? '' }, { ...two, _id: one?._id ?? '' });
  await expect(Promise.all([monthOf(owner), monthOf({ subscriber: 'S40' })])).rejects.toThrow('does not authenticate');
});
