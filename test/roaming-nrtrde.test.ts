import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import type { SubscriberState } from '../domain/roaming/subscriber/schema.ts';
import { spentIn, usedIn } from '../domain/roaming/subscriber/spending.ts';
import type { RoamingSettings } from '../partners/roaming/simulator.ts';
import { type SimulatedFile, simulatedFile, simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { simulatedNrtrde } from '../partners/roaming/simulator-nrtrde.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementWith } from './support/roaming-import.ts';

/** Usage in near real time from a partner (TD.35): what a subscriber spends is known while he is abroad. */

const SUBSCRIBERS = 4;
const MONTH = '2026-11';
const PATIENT = { timeout: 60_000, interval: 100 };
let house: RoamingHouse;

beforeAll(async () => {
  house = await startRoamingHouse('roaming_nrtrde');
  await house.openSubscribers(SUBSCRIBERS);
  const numbers = Array.from({ length: SUBSCRIBERS }, (_, at) => simulatedSubscriber(at).msisdn);
  await vi.waitFor(
    async () => expect(await house.run(subscribersOf(tenant, 'msisdn', numbers))).not.toContain(undefined),
    { timeout: 30_000 },
  );
}, 120_000);
afterAll(() => house.stop());

const fileOf = (more: Partial<SimulatedFile>): SimulatedFile => ({
  ...{ sender: PARTNER, recipient: 'CHNCM', sequence: 101, records: 40, subscribers: SUBSCRIBERS, firstRecord: 0 },
  ...{ day: '20261110', utcOffset: '+0800', agreement: agreementWith(PARTNER) },
  ...more,
});
const handIn = async (name: string, bytes: Buffer): Promise<string> => {
  const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
  expect(answer).toMatchObject({ status: 202 });
  return (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
};
const nearRealTime = (more: Partial<SimulatedFile>): Promise<string> => {
  const { name, bytes } = simulatedNrtrde(fileOf(more));
  return handIn(name, bytes);
};
const subscriber = async (key: string): Promise<SubscriberState> => {
  const reading = Effect.flatMap(Actors, (actors) => actors.read(subscriberActor, { tenant, key }));
  const { state } = await house.run(reading);
  if (state === null) throw new Error(`no subscriber ${key}`);
  return state;
};
const all = () => Promise.all(Array.from({ length: SUBSCRIBERS }, (_, at) => subscriber(`S${at}`)));
const deliveries = async (): Promise<unknown> =>
  (await house.ask('GET', `/deliveries/${PARTNER}?from=2026-11-01&to=2026-12-31`)).json;

describe('usage in near real time', () => {
  it('raises the alarm of high usage before it is charged, and its TAP records do not count twice', async () => {
    await house.subscriber('S0', { _tag: 'SetLimits', day: [100n], month: [] });
    const path = await nearRealTime({ sequence: 101 });
    const audit = { in: 40, rated: 40, rejected: 0, duplicate: 0, quarantined: 0 };
    await house.waitFor(path, {
      status: 'done',
      audit,
      about: { format: 'NRTRDE-0201', series: 'nrtrde', sequence: 101 },
    });
    const early = await all();
    // Nothing is charged, booked or kept as usage.
    expect(early.map((state) => spentIn(state, MONTH))).toEqual([0n, 0n, 0n, 0n]);
    expect(await house.run(usageOf({ tenant, owner: { subscriber: 'S0' }, month: MONTH, limit: 10 }))).toEqual([]);
    const [first] = early;
    expect(first?.alarms).toEqual([{ scope: 'day', period: '2026-11-10', thresholdMinor: 100n }]);
    await expect.poll(() => house.messages.sent.size, PATIENT).toBe(1);
    // The same usage, charged for.
    const tap = await handIn(`CD${PARTNER}CHNCM00101`, Buffer.concat([...simulatedFile(fileOf({ sequence: 101 }))]));
    await house.waitFor(tap, { status: 'done', audit });
    const late = await all();
    expect(late.map((state) => spentIn(state, MONTH))).toEqual(early.map((state) => usedIn(state, MONTH)));
    expect(late.map((state) => usedIn(state, MONTH))).toEqual(early.map((state) => usedIn(state, MONTH)));
    expect(late[0]?.alarms).toEqual(first?.alarms);
  });

  it('counts once, however often the file or its records come', async () => {
    const before = await all();
    const { name, bytes } = simulatedNrtrde(fileOf({ sequence: 101 }));
    expect(await handIn(`${name}.again`, bytes)).toContain(PARTNER);
    const path = await nearRealTime({ sequence: 102 });
    await house.waitFor(path, { status: 'done', audit: { in: 40, rated: 0, duplicate: 40 } });
    expect(await all()).toEqual(before);
    // Handed in again, what was done stays done.
    await house.waitFor(path, { deliveries: 1 });
  });

  it('of nobody waits for a person, who gives it to a subscriber or rejects it', async () => {
    const path = await nearRealTime({ sequence: 103, strangers: 2, firstRecord: 10_000, day: '20261112' });
    await house.waitFor(path, { status: 'done', audit: { in: 40, rated: 38, quarantined: 2 } });
    const before = await subscriber('S1');
    const settle = (record: number, to: string | null) =>
      house.ask('POST', `${path}/records/${record}/settle`, { body: { subscriber: to } });
    expect(await settle(1, 'S1')).toMatchObject({ status: 202 });
    await house.waitFor(path, { audit: { in: 40, rated: 39, quarantined: 1 } });
    const after = await subscriber('S1');
    expect(usedIn(after, '2026-11-12')).toBeGreaterThan(usedIn(before, '2026-11-12'));
    expect(spentIn(after, '2026-11-12')).toBe(0n);
    await settle(2, null);
    await house.waitFor(path, { audit: { in: 40, rated: 39, quarantined: 0, rejected: 1 } });
  });

  it('that comes late, and a number that is missing, are told and seen', async () => {
    const path = await nearRealTime({ sequence: 106, firstRecord: 20_000 });
    await house.waitFor(path, { status: 'done', warningCount: 1, warnings: [{ code: 'SequenceGap' }] });
    const now = new Date(Date.now() + 6 * 3_600_000);
    const seconds = now.getUTCHours() * 3_600;
    const day = now.toISOString().slice(0, 10).replaceAll('-', '');
    const soon = await nearRealTime({
      sequence: 107,
      firstRecord: 30_000,
      day,
      seconds: { from: seconds, to: seconds + 60 },
    });
    await house.waitFor(soon, { status: 'done', audit: { rated: 40 } });
    expect(await deliveries()).toMatchObject({
      ...{ partner: PARTNER, received: 5, due: 7, events: 160, inTime: 40, inTimeShare: 0.25 },
      missing: [{ from: 104, to: 105 }],
    });
    const alerts = (await house.run(listAlerts({ tenant, filters: { source: 'roaming-import' } }))).items;
    expect(alerts).toContainEqual(expect.objectContaining({ subject: PARTNER, code: 'NearRealTimeLate' }));
    expect(alerts).toContainEqual(expect.objectContaining({ subject: PARTNER, code: 'SequenceGap' }));
    const report = await house.ask('GET', `/deliveries/${PARTNER}/report?from=2026-11-01&to=2026-12-31`);
    expect(report.bytes.toString()).toMatch(/^sequence,name,available.*\n101,NR.*,40,0,.*\n102,NR.*,0,0,/);
    expect(report.bytes.toString()).toContain('\n104-105,missing,');
    expect(await house.ask('GET', `/deliveries/${PARTNER}?from=2026-11-01&to=2026-12-31`, { as: null })).toMatchObject({
      status: 401,
    });
    // One that was passed over may come yet.
    await house.waitFor(await nearRealTime({ sequence: 104, firstRecord: 40_000 }), {
      status: 'done',
      warningCount: 0,
    });
    expect(await deliveries()).toMatchObject({ received: 6, due: 7, missing: [{ from: 105, to: 105 }] });
  });
});

describe('a partner’s server with usage in near real time', () => {
  const outbox = () => readdir(join(house.partner.files, 'outbox'));
  const send = async (settings: Partial<RoamingSettings>): Promise<void> => {
    await house.partner.control({ form: 'nrtrde', send: 1, records: 20, subscribers: SUBSCRIBERS, ...settings });
    await expect.poll(outbox, PATIENT).toHaveLength(1);
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await expect.poll(outbox, PATIENT).toEqual([]);
  };
  const newest = (status: string, found: object) =>
    house.waitFor(`/import-files?status=${status}&limit=1`, { items: [found] });

  it('is looked at with its other files', async () => {
    await send({ sequence: 108, day: '20261115' });
    await newest('done', { source: 'poll', format: 'NRTRDE-0201', sequence: 108, audit: { in: 20, rated: 20 } });
  });

  it.each<readonly [RoamingSettings['spoil'], string, Partial<RoamingSettings>]>([
    ['truncated', 'Truncated', {}],
    ['text', 'TextFile', {}],
    ['empty', 'EmptyFile', {}],
    ['otherPartner', 'OtherPartner', {}],
    ['wrongCount', 'CountWrong', {}],
    ['wrongVersion', 'UnsupportedVersion', {}],
    ['reused', 'SequenceReused', { sequence: 109 }],
    ['past', 'SequencePast', { sequence: 90 }],
  ])('may send a file that is %s: it is kept out as %s', async (spoil, code, more) => {
    const before = await all();
    await send({ spoil, ...more });
    await expect
      .poll(async () => {
        const { json } = await house.ask('GET', '/import-files?status=quarantined&limit=1');
        const [{ partner, sm3 }] = (json as { items: [{ partner: string; sm3: string }] }).items;
        return (await house.ask('GET', `/import-files/${partner}/${sm3}`)).json;
      }, PATIENT)
      .toMatchObject({ status: 'quarantined', problems: expect.arrayContaining([expect.objectContaining({ code })]) });
    expect(await all()).toEqual(before);
  });
});
