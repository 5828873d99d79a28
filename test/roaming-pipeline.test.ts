import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { FileReader } from '../domain/roaming/codec/file-reader.ts';
import { spentIn } from '../domain/roaming/subscriber/spending.ts';
import type { RoamingSettings } from '../partners/roaming/simulator.ts';
import { type SimulatedFile, simulatedFile, simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { exposition } from '../telemetry/metrics.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementWith } from './support/roaming-import.ts';

/** Partners' files from their servers, or from a person, to subscribers and books (seed 002 §3.2.2). */

const SUBSCRIBERS = 10;
let house: RoamingHouse;

beforeAll(async () => {
  house = await startRoamingHouse('roaming_pipeline');
  await house.openSubscribers(SUBSCRIBERS);
  await house.subscriber('S3', { _tag: 'AddImsi', imsi: '460019999999999' });
  // Found by what follows the journal.
  await vi.waitFor(
    async () => expect(await house.run(subscribersOf(tenant, 'imsi', ['460019999999999']))).toEqual(['S3']),
    { timeout: 30_000 },
  );
}, 120_000);
afterAll(() => house.stop());

let sequence = 100;
const fileOf = (more: Partial<SimulatedFile> = {}): Buffer => {
  sequence += 1;
  const file: SimulatedFile = {
    sender: PARTNER,
    recipient: 'CHNCM',
    sequence,
    records: 200,
    subscribers: SUBSCRIBERS,
    firstRecord: sequence * 1_000,
    day: '20261102',
    utcOffset: '+0800',
    agreement: agreementWith(PARTNER),
    ...more,
  };
  return Buffer.concat([...simulatedFile(file)]);
};
const handIn = async (bytes: Buffer, name = `CD${PARTNER}CHNCM${sequence}`): Promise<string> => {
  const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
  expect(answer).toMatchObject({ status: 202 });
  return (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
};
const spent = (subscriber: string) =>
  house.run(
    Effect.flatMap(Actors, (actors) => actors.read(subscriberActor, { tenant, key: subscriber })).pipe(
      Effect.map(({ state }) => (state === null ? 0n : spentIn(state, '2026-11'))),
    ),
  );
const usage = (subscriber: string, month = '2026-11') =>
  house.run(usageOf({ tenant, owner: { subscriber }, month, limit: 10_000 }));
const booked = async (): Promise<{ readonly events: number; readonly amountMinor: bigint }> => {
  const sums = { events: 0, amountMinor: 0n };
  for (let digit = 0; digit < 10; digit += 1) {
    const id = { tenant, key: `${PARTNER}:${digit}` };
    const { state } = await house.run(
      Effect.flatMap(Actors, (actors) => actors.read(booksActor, id)).pipe(
        Effect.catchAll(() => Effect.succeed({ state: null })),
      ),
    );
    for (const { events, amountMinor } of state?.open.flatMap(({ lines }) => lines) ?? []) {
      sums.events += events;
      sums.amountMinor += amountMinor;
    }
  }
  return sums;
};

/** What was logged about a code since. */
const linesOf = (logged: MockInstance<typeof console.log>, code: string): ReadonlyArray<string> => {
  const lines = logged.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(`code=${code}`));
  logged.mockRestore();
  return lines;
};

describe('a partner’s file', () => {
  it('handed in is rated, posted and booked once, however often it comes', async () => {
    const bytes = fileOf();
    const path = await handIn(bytes);
    const audit = { in: 200, rated: 200, rejected: 0, duplicate: 0, quarantined: 0 };
    await house.waitFor(path, { status: 'done', audit, about: { format: 'TAP-0312', sequence, currency: 'XDR' } });
    const { json } = await house.ask('GET', path);
    const { sums } = json as { sums: { chargedMinor: string; agreedMinor: string; priceDiffers: number } };
    expect(sums).toMatchObject({ agreedMinor: sums.chargedMinor, priceDiffers: 0 });
    expect(await booked()).toEqual({ events: 200, amountMinor: BigInt(sums.chargedMinor) });
    const before = await spent('S0');
    expect(before).toBeGreaterThan(0n);
    const records = await usage('S0');
    expect(records.reduce((sum, { retailMinor }) => sum + retailMinor, 0n)).toBe(before);
    expect(records[0]).toMatchObject({
      number: simulatedSubscriber(0).msisdn,
      attributedBy: 'msisdn',
      agreementVersion: expect.any(Number),
      terms: { agreement: expect.any(String), plan: 'TRAVEL', network: PARTNER, charged: { currency: 'XDR' } },
    });
    expect(await handIn(bytes, 'again')).toBe(path);
    await house.waitFor(path, { status: 'done', deliveries: 2, otherNames: ['again'], audit });
    expect(await spent('S0')).toBe(before);
    expect(await usage('S0')).toEqual(records);
    expect((await house.ask('GET', `${path}/content`)).bytes.equals(bytes)).toBe(true);
  });

  it('brings no record that another file has brought', async () => {
    const half = { firstRecord: 900_000, records: 100 };
    await house.waitFor(await handIn(fileOf(half)), { status: 'done', audit: { in: 100, rated: 100 } });
    const before = await booked();
    // The same hundred events, and a hundred more, an hour of the day apart.
    const logged = vi.spyOn(console, 'log');
    const path = await handIn(fileOf(half));
    await house.waitFor(path, { status: 'done', audit: { in: 100, rated: 0, duplicate: 100 } });
    expect(await booked()).toEqual(before);
    // One line for all of them, without a number of anybody.
    const [line, ...others] = linesOf(logged, 'DuplicateRecord');
    expect(others).toEqual([]);
    expect(line).toMatch(/level=WARN/);
    expect(line).toMatch(/count=100\b/);
    expect(line).toMatch(/records=1-100\b/);
    expect(line).not.toMatch(/\d{11}/);
    expect(await exposition()).toMatch(
      /hufu_roaming_records_not_kept_total\{result="duplicate",code="DuplicateRecord"\} 100/,
    );
  });

  it('of messages alone is charged by the piece, booked and summed in the bill', async () => {
    const before = await spent('S0');
    const [booksBefore, had] = [await booked(), (await usage('S0')).length];
    const path = await handIn(fileOf({ messages: true, records: 90, subscribers: 1, day: '20261107' }));
    const audit = { in: 90, rated: 90, rejected: 0, duplicate: 0, quarantined: 0 };
    await house.waitFor(path, { status: 'done', audit });
    const messages = (await usage('S0')).slice(had);
    const sums = (direction: string) => {
      const some = messages.filter((one) => one.direction === direction);
      const total = (of: 'agreedMinor' | 'retailMinor') => some.reduce((sum, one) => sum + one[of], 0n);
      return [some.length, total('agreedMinor'), total('retailMinor')];
    };
    expect(new Set(messages.map(({ service, quantity }) => `${service} ${quantity}`))).toEqual(new Set(['sms 1']));
    // 0.06 and 0.02 XDR a piece between the operators; 0.29 (a tenth off) and 0.10 CNY to the subscriber.
    expect([sums('originating'), sums('terminating')]).toEqual([
      [60, 3_600n, 60n * 26n],
      [30, 600n, 30n * 9n],
    ]);
    expect((await spent('S0')) - before).toBe(60n * 26n + 30n * 9n);
    const after = await booked();
    expect([after.events - booksBefore.events, after.amountMinor - booksBefore.amountMinor]).toEqual([90, 4_200n]);
    const { json } = await house.ask('GET', '/subscribers/S0/bills/2026-11');
    const { lines } = json as { lines: ReadonlyArray<{ service: string; events: number; quantity: string }> };
    expect(lines.filter(({ service }) => service === 'sms')).toMatchObject([
      { events: 90, quantity: '90', network: PARTNER, amountMinor: String(60 * 26 + 30 * 9) },
    ]);
  });

  it('leaves records of nobody in quarantine, and a person attributes or rejects them', async () => {
    const logged = vi.spyOn(console, 'log');
    const path = await handIn(fileOf({ records: 40, subscribers: 20 }));
    await house.waitFor(path, { status: 'done', audit: { in: 40, rated: 20, quarantined: 20 } });
    const file = path.split('/').at(-1) ?? '';
    const { json } = await house.ask('GET', `/quarantined-records?file=${file}&status=open`);
    const { items } = json as { items: ReadonlyArray<{ record: number; code: string }> };
    expect(items).toHaveLength(20);
    expect(items[0]).toMatchObject({ code: 'SubscriberUnknown', action: expect.stringContaining('Attribute') });
    const [first, second] = items;
    const lines = linesOf(logged, 'SubscriberUnknown');
    expect(lines).toMatchObject([expect.stringMatching(/level=ERROR/)]);
    expect(lines[0]).toMatch(/count=20\b/);
    const report = (await house.ask('GET', `${path}/report`)).bytes.toString();
    expect(report).toMatch(/^from_record,to_record,result,code,reason\n/);
    expect(report.match(/,quarantined,SubscriberUnknown,/g)?.length).toBeGreaterThan(0);
    const settle = (record: number | undefined, subscriber: string | null, as?: string) =>
      house.ask('POST', `${path}/records/${record}/settle`, {
        body: { subscriber },
        ...(as === undefined ? {} : { as }),
      });
    const before = await spent('S1');
    const bookedBefore = await booked();
    expect(await settle(first?.record, 'S1', 'demo-auditor')).toMatchObject({ status: 403 });
    expect(await settle(first?.record, 'S1')).toMatchObject({ status: 202 });
    await house.waitFor(path, { audit: { in: 40, rated: 21, quarantined: 19, rejected: 0 } });
    expect((await booked()).events).toBe(bookedBefore.events + 1);
    expect(await spent('S1')).toBeGreaterThanOrEqual(before);
    const byHand = (await usage('S1')).filter(({ attributedBy }) => attributedBy === 'hand');
    expect(byHand.map(({ id }) => id)).toEqual([`${file}.${first?.record}`]);
    expect(await settle(second?.record, null)).toMatchObject({ status: 202 });
    await house.waitFor(path, { audit: { in: 40, rated: 21, quarantined: 18, rejected: 1 } });
    await house.waitFor(`/quarantined-records?file=${file}&status=open`, { items: { length: 18 } });
    expect(await settle(first?.record, 'S1')).toMatchObject({ status: 409, json: { code: 'RecordNotQuarantined' } });
  });

  it('is attributed by IMSI when its number is nobody’s', async () => {
    const { msisdn } = simulatedSubscriber(77);
    expect(await house.run(subscribersOf(tenant, 'msisdn', [msisdn]))).toEqual([undefined]);
    await house.subscriber('S77', { _tag: 'Open', primary: '8613700000077', currency: 'CNY' });
    await house.subscriber('S77', { _tag: 'AddImsi', imsi: simulatedSubscriber(77).imsi });
    await expect
      .poll(() => house.run(subscribersOf(tenant, 'imsi', [simulatedSubscriber(77).imsi])), { timeout: 30_000 })
      .toEqual(['S77']);
    const path = await handIn(fileOf({ records: 20, subscribers: 1, firstSubscriber: 77 }));
    await house.waitFor(path, { status: 'done', audit: { in: 20, rated: 20 } });
    expect(await spent('S77')).toBeGreaterThan(0n);
    const kept = await usage('S77');
    expect(kept).toHaveLength(20);
    expect(kept.every(({ number, attributedBy }) => number === '8613700000077' && attributedBy === 'imsi')).toBe(true);
  });
});

describe('a partner’s server', () => {
  const send = (settings: Partial<RoamingSettings>) => house.partner.control({ send: 1, records: 50, ...settings });
  const outbox = () => readdir(join(house.partner.files, 'outbox'));
  const look = async (): Promise<void> => {
    await expect.poll(outbox, { timeout: 10_000 }).toHaveLength(1);
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await expect.poll(outbox, { timeout: 30_000 }).toEqual([]);
  };

  it('is looked at for files, which go to its archive; one with another host key, or that refuses ours, keeps none out', async () => {
    expect(await house.ask('POST', '/import-files/look', { as: 'rival-operator' })).toMatchObject({ status: 403 });
    await send({ sequence: 500, day: '20261103' });
    await look();
    await house.waitFor('/import-files?status=done&limit=1', {
      items: [{ source: 'poll', sequence: 500, records: 50, audit: { in: 50, rated: 50 } }],
    });
    expect(await readdir(join(house.partner.files, 'archive'))).toHaveLength(1);
    const alerts = await house.run(listAlerts({ tenant, filters: { source: 'roaming-import' } }));
    expect(alerts.items).toContainEqual(expect.objectContaining({ subject: 'JPNDO', code: 'HostKeyMismatch' }));
    expect(alerts.items).toContainEqual(expect.objectContaining({ subject: 'KORKF', code: 'AuthenticationRefused' }));
  });

  it.each<readonly [RoamingSettings['spoil'], string, Partial<RoamingSettings>]>([
    ['truncated', 'Truncated', {}],
    ['text', 'TextFile', {}],
    ['empty', 'EmptyFile', {}],
    ['otherPartner', 'OtherPartner', {}],
    ['wrongCurrency', 'WrongCurrency', {}],
    ['wrongAudit', 'totalCharge.100', {}],
    ['reused', 'SequenceReused', { sequence: 501 }],
    ['past', 'SequencePast', { sequence: 90 }],
  ])('may send a file that is %s: it is kept out as %s', async (spoil, code, more) => {
    const before = await booked();
    await send({ spoil, ...more });
    await look();
    await expect
      .poll(
        async () => {
          const { json } = await house.ask('GET', '/import-files?status=quarantined&limit=1');
          const [{ partner, sm3 }] = (json as { items: [{ partner: string; sm3: string }] }).items;
          return (await house.ask('GET', `/import-files/${partner}/${sm3}`)).json;
        },
        { timeout: 30_000 },
      )
      .toMatchObject({
        status: 'quarantined',
        problems: expect.arrayContaining([expect.objectContaining({ code })]),
      });
    expect(await booked()).toEqual(before);
  });

  it('is believed again after all that, and a file that came twice is known', async () => {
    await send({ sequence: 501 });
    await look();
    await house.waitFor('/import-files?status=done&limit=1', { items: [{ sequence: 501, audit: { rated: 50 } }] });
    await send({ spoil: 'twice' });
    await look();
    await house.waitFor('/import-files?status=done&limit=1', { items: [{ sequence: 501, deliveries: 2 }] });
  });

  it('gets records with severe errors back in a RAP file, and the others are rated', async () => {
    const inbox = join(house.partner.files, 'inbox');
    await send({ sequence: 502, spoil: 'severe' });
    await look();
    await house.waitFor('/import-files?status=done&limit=1', {
      items: [{ sequence: 502, audit: { in: 50, rated: 47, rejected: 3 }, warningCount: 3 }],
    });
    await expect.poll(() => readdir(inbox), { timeout: 30_000 }).toEqual([`RCCHNCM${PARTNER}00001`]);
    const reader = new FileReader();
    const pieces = [...reader.feed(await readFile(join(inbox, `RCCHNCM${PARTNER}00001`))), ...reader.end()];
    expect(reader.refused).toBeUndefined();
    const names = pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.name] : []));
    expect(names).toEqual(['severeReturn', 'severeReturn', 'severeReturn']);
  });

  it('sends a file again whose bytes were released: it is read again, and stays out', async () => {
    const { json } = await house.ask('GET', '/import-files?status=quarantined&limit=1');
    const [{ sm3 }] = (json as { items: [{ sm3: string }] }).items;
    const path = `/import-files/${PARTNER}/${sm3}`;
    expect(await house.ask('POST', `${path}/release`, { body: { note: 'look again' } })).toMatchObject({ status: 202 });
    await house.waitFor(path, { status: 'quarantined', attempt: 2 });
    expect(await house.ask('POST', `${path}/discard`, { body: { reason: 'wrong' } })).toMatchObject({
      json: { status: 'discarded' },
    });
  });
});
