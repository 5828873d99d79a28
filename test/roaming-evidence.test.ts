import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Schedule, Stream } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import { FrameWriter } from '../domain/matching/frame.ts';
import { decodeCdrLayout } from '../domain/roaming/network/schema.ts';
import { monthBefore } from '../domain/roaming/settlement/day.ts';
import { detailFrame, detailHeader } from '../domain/roaming/settlement/detail.ts';
import { databaseOf, Mongo } from '../store/mongo.ts';
import { countExchange } from '../store/roaming/exchanges.ts';
import { removeUsageMonth, usageMonths } from '../store/roaming/usage-months.ts';
import { usageOfPartner } from '../store/roaming/usage-trace.ts';
import { reconcileSchedules } from '../temporal/schedules.ts';
import { schedulesOf, Temporal } from '../temporal.config.ts';
import { example, right } from './support/rating.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { AGREEMENT, fileOf, imported, nameOfFile, SUBSCRIBERS, terms } from './support/roaming-settlement.ts';

/**
 * Differences of length and volume held against what our own monitors saw (seed 002 §2.2.2), and the month that is settled on its day
 * (§3.3.1): over HTTP, with the partner's and a monitor's SFTP servers and real workers.
 */

const MONITOR = 'PRB01';
const from = '2026-09-01';
const asFinance = { as: 'demo-finance' };
const at = `/settlements/${AGREEMENT}/${from}`;
let house: RoamingHouse;
/** Rows of our detail, all agreed. */
let rows: ReadonlyArray<ReadonlyArray<string>> = [];

/** As the settings have it; with another layout they are read anew at a restart. */
const probe = { code: MONITOR, name: 'probe one', layout: right(decodeCdrLayout(example('cdr-layout-csv'))) };

beforeAll(async () => {
  house = await startRoamingHouse('roaming_evidence', { monitors: [probe] });
  await house.openSubscribers(SUBSCRIBERS);
}, 120_000);
afterAll(() => house.stop());

const handIn = async (theirs: ReadonlyArray<ReadonlyArray<string>>, name: string): Promise<void> => {
  const header = { sender: PARTNER, receiver: 'CHNCM', from, to: '2026-09-30' };
  const writer = new FrameWriter(detailFrame('UTF-8'));
  const bytes = Buffer.concat([writer.header(...detailHeader(header)), writer.rows(theirs), writer.trailer({})]);
  expect(await house.ask('POST', `${at}/detail?name=${name}`, { bytes })).toMatchObject({ status: 202 });
  await house.waitFor(`/clearing-files?kind=partnerDetail&of=${AGREEMENT}:${from}&limit=1`, {
    items: [{ name, result: 'differs' }],
  });
};

/** Cards of our records, by their numbers in the file. */
const cards = async (): Promise<ReadonlyMap<number, string>> => {
  const found = await house.run(Stream.runCollect(usageOfPartner(tenant, PARTNER, ['2026-09'])));
  return new Map([...found].map(({ record, imsi }) => [record, imsi]));
};

/** In the zone of the monitor's clock. */
const clock = (utc: string): string =>
  new Date(Date.parse(`${utc}Z`) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

const fileOfMonitor = (sequence: number, sessions: ReadonlyArray<string>): Buffer =>
  Buffer.from(
    [
      `H;${MONITOR};${sequence};2026-09-06 01:00:00`,
      ...sessions.map((one, n) => `R;${n + 1};${one}`),
      `T;${sessions.length}`,
      '',
    ].join('\n'),
  );
/** Behind its number. */
const session = (imsi: string, utc: string, seconds: number, reference: string): string =>
  `MOC;${imsi};;;8613800000001;${clock(utc)};+0800;${seconds};;;${reference};;`;

const openCase = async (row: ReadonlyArray<string>): Promise<string> => {
  const [file = '', record = ''] = row;
  const body = { kind: 'difference', agreement: AGREEMENT, from, file, record: Number(record), reason: 'longer' };
  const opened = await house.ask('POST', '/cases', { body });
  expect(opened).toMatchObject({ status: 201 });
  return (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
};

const calls = () => rows.filter((row) => row[2] === 'VOICE');

/** A file is imported, and our detail of it known. */
const prepare = async (): Promise<void> => {
  await imported(house, '20260905');
  const opened = await house.ask('POST', '/settlements', { body: terms(from, '2026-09-30'), ...asFinance });
  expect(opened).toMatchObject({ status: 201 });
  await handIn([], 'empty.txt');
  rows = await ourRows();
};

/** Of our newest detail. */
const ourRows = async (): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const kept = await house.ask('GET', `/clearing-files?kind=detail&of=${AGREEMENT}:${from}&limit=1`);
  const [{ key }] = (kept.json as { items: [{ key: string }] }).items;
  const ours = await house.ask('GET', `/clearing-files/${encodeURIComponent(key)}/content`, asFinance);
  const lines = ours.bytes.toString().split('\n').slice(1, -2);
  return lines.map((line) => line.split('|').slice(1)).filter((row) => row[7] === 'AGREED');
};

describe('a difference of length', () => {
  let path = '';

  it('is not known to be true before any monitor has seen anything', async () => {
    await prepare();
    const longer = (row: ReadonlyArray<string>) => row.with(4, `${Number(row[4]) + 14}`);
    const [one = [], two = []] = calls();
    await handIn([longer(one), longer(two), ...rows.filter((row) => row !== one && row !== two)], 'september.txt');
    path = await openCase(one);
    expect(await house.ask('GET', `${path}/evidence`)).toMatchObject({
      status: 200,
      json: { observed: null, agrees: null, proposal: null, findings: [{ code: 'MonitorSilent', of: null }] },
    });
  }, 120_000);

  it('is held against the monitor’s session: its files are fetched, one is missing, and a record of it cannot be read', async () => {
    const [one = []] = calls();
    const imsi = (await cards()).get(Number(one[1])) ?? '';
    const [, , , utc = '', usage = ''] = one;
    const outbox = join(house.element(MONITOR).files, 'outbox');
    const put = async (sequence: number, sessions: ReadonlyArray<string>): Promise<void> => {
      const name = `${MONITOR}-${String(sequence).padStart(5, '0')}.csv`;
      await writeFile(join(outbox, `.${name}`), fileOfMonitor(sequence, sessions));
      await rename(join(outbox, `.${name}`), join(outbox, name));
    };
    const malformed = session(imsi, utc, 0, '4712');
    await put(1, [session(imsi, utc, Number(usage) - 1, '4711'), malformed]);
    const look = () => house.ask('POST', '/import-files/look');
    expect(await look()).toMatchObject({ status: 202 });
    const files = `/import-files?partner=${MONITOR}&status=done`;
    await house.waitFor(files, {
      items: [{ sequence: 1, format: 'visitors-csv-v1', audit: { in: 2, rated: 1, quarantined: 1 } }],
    });
    await put(3, [session('460019999999999', utc, 5, '4713')]);
    expect(await look()).toMatchObject({ status: 202 });
    await house.waitFor(files, { items: [{ sequence: 3 }, { sequence: 1 }] });
    const failed = {
      partner: PARTNER,
      way: 'take',
      atMs: Date.parse('2026-09-06T00:00:00Z'),
      tookMs: undefined,
    } as const;
    await house.run(countExchange(tenant, failed));
    const found = await house.ask('GET', `${path}/evidence`);
    expect(found).toMatchObject({
      status: 200,
      json: {
        observed: { monitor: MONITOR, at: utc, service: 'voice', usage: `${Number(usage) - 1}` },
        agrees: 'ours',
        proposal: { resolution: 'ours', measured: { monitor: MONITOR, usage: `${Number(usage) - 1}` } },
      },
    });
    const { findings } = found.json as { findings: ReadonlyArray<{ code: string; of: string; text: string }> };
    expect(findings.map(({ code, of, text }) => `${code} ${of}: ${text}`)).toEqual([
      `FilesMissing ${MONITOR}: file 2 has not come`,
      expect.stringContaining(`RecordsMissing ${MONITOR}: ${MONITOR}-00001.csv: 1 records cannot be read`),
      `TransferFailed ${PARTNER}: 1 of 1 failed (take), 2026-09-04 to 2026-10-05`,
    ]);
    // No tolerance: neither was measured.
    expect(await house.ask('GET', `${path}/evidence?durationSeconds=0`)).toMatchObject({
      json: { agrees: 'neither', proposal: null },
    });
  });

  it('is settled by what was measured, which the case keeps', async () => {
    const { json } = await house.ask('GET', `${path}/evidence`);
    const { proposal } = json as { proposal: { resolution: string; measured: object } };
    expect(await house.ask('POST', `${path}/take`, { body: {} })).toMatchObject({ status: 200 });
    const body = { ...proposal, reason: 'as the probe has it', amountMinor: null, record: null };
    expect(await house.ask('POST', `${path}/propose`, { body })).toMatchObject({ json: { status: 'resolved' } });
    expect(await house.ask('GET', path)).toMatchObject({ json: { proposal: { measured: proposal.measured } } });
  });

  it('of a session that the monitor did not see says so, and a file of it handed in again changes nothing', async () => {
    const [, two = []] = calls();
    const other = await openCase(two);
    const evidence = () => house.ask('GET', `${other}/evidence?beginSeconds=0`);
    const unseen = {
      observed: null,
      findings: expect.arrayContaining([expect.objectContaining({ code: 'SessionNotSeen' })]),
    };
    expect(await evidence()).toMatchObject({ json: unseen });
    const imsi = (await cards()).get(Number(two[1])) ?? '';
    const bytes = fileOfMonitor(2, [session(imsi, two[3] ?? '', Number(two[4]) + 14, '4714')]);
    for (const name of [`${MONITOR}-00002.csv`, 'again.csv']) {
      const answer = await house.ask('POST', `/import-files?partner=${MONITOR}&name=${name}`, { bytes });
      expect(answer).toMatchObject({ status: 202 });
    }
    await house.waitFor(`/import-files?partner=${MONITOR}&status=done`, { items: [{ sequence: 2 }, {}, {}] });
    const { json } = await evidence();
    expect(json).toMatchObject({ agrees: 'theirs', proposal: { resolution: 'theirs' } });
    const { findings } = json as { findings: ReadonlyArray<{ code: string }> };
    // The number that was missing has come.
    expect(findings.map(({ code }) => code)).not.toContain('FilesMissing');
  });

  const findingsOf = async (of: string): Promise<ReadonlyArray<string>> => {
    const { json } = await house.ask('GET', `${of}/evidence`);
    const { findings } = json as { findings: ReadonlyArray<{ code: string; of: string; text: string }> };
    return findings.map((one) => `${one.code} ${one.of}: ${one.text}`);
  };

  it('is weighed by a layout that has changed since', async () => {
    expect((await findingsOf(path)).join()).not.toContain('LayoutChanged');
    probe.layout = { ...probe.layout, version: probe.layout.version + 1 };
    const bytes = fileOfMonitor(4, [session('460019999999999', '2026-10-06T01:00:00', 5, '4715')]);
    const answer = await house.ask('POST', `/import-files?partner=${MONITOR}&name=${MONITOR}-00004.csv`, { bytes });
    expect(answer).toMatchObject({ status: 202 });
    await house.waitFor(`/import-files?partner=${MONITOR}&status=done`, { items: [{ sequence: 4 }, {}, {}, {}] });
    expect(await findingsOf(path)).toContain(
      `LayoutChanged ${MONITOR}: read by visitors-csv-v1, the newest file by visitors-csv-v2`,
    );
  });

  it('is of a file that came after a gap, and came twice', async () => {
    const known = new Set(rows.map(([file]) => file));
    // A number that never comes.
    fileOf('20260905');
    const bytes = fileOf('20260905');
    await imported(house, '20260905', bytes);
    await handIn(rows, 'without-the-second.txt');
    const second = (await ourRows()).filter((row) => row[2] === 'VOICE' && !known.has(row[0] ?? ''));
    const of = await openCase(second[0] ?? []);
    const irregular = async () => (await findingsOf(of)).filter((text) => text.startsWith('FileIrregular'));
    expect(await irregular()).toEqual([expect.stringMatching(`^FileIrregular ${PARTNER}: ${nameOfFile()}: `)]);
    const again = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${nameOfFile()}`, { bytes });
    expect(again.status).toBeLessThan(300);
    await expect
      .poll(irregular, { timeout: 30_000 })
      .toContain(`FileIrregular ${PARTNER}: ${nameOfFile()} came 2 times`);
  }, 120_000);

  /** What the partner's books come to on days that are open. */
  const booked = async (): Promise<bigint> => {
    let sum = 0n;
    for (let digit = 0; digit < 10; digit += 1) {
      const reading = Effect.flatMap(Actors, (actors) =>
        actors.read(booksActor, { tenant, key: `${PARTNER}:${digit}` }),
      ).pipe(Effect.catchIf(isRefusal, () => Effect.succeed({ state: null })));
      const { state } = await house.run(reading);
      for (const line of state?.open.flatMap(({ lines }) => lines) ?? []) sum += line.amountMinor;
    }
    return sum;
  };

  it('that is settled opens again when a newer detail has another amount; what was booked stays, and the rest moves', async () => {
    const [one = []] = calls();
    const others = rows.filter((row) => row !== one);
    const before = await booked();
    const { json } = await house.ask('GET', `${path}/trace`);
    const [record] = (json as { records: ReadonlyArray<{ id: string }> }).records;
    for (const [at, more, left] of [
      [1, 7, 7],
      [2, 10, 3],
    ] as const) {
      await handIn([one.with(6, `${Number(one[6]) + more}`), ...others], `more-${more}.txt`);
      const opened = { status: 'open', taken: null, returned: 'DetailChanged', earlier: { length: at } };
      await house.waitFor(path, opened);
      expect(await house.ask('POST', `${path}/take`, { body: {} })).toMatchObject({ json: { status: 'taken' } });
      const body = { resolution: 'theirs', reason: 'they have shown it', amountMinor: null, record: record?.id ?? '' };
      expect(await house.ask('POST', `${path}/propose`, { body })).toMatchObject({ json: { status: 'proposed' } });
      expect(await house.ask('POST', `${path}/approve`, { body: {}, ...asFinance })).toMatchObject({ status: 200 });
      await house.waitFor(path, { status: 'resolved', proposal: { amountMinor: `${left}` } });
      expect((await booked()) - before).toBe(BigInt(more));
    }
    expect(await house.ask('GET', path)).toMatchObject({
      json: { earlier: [{ proposal: { resolution: 'ours' } }, { proposal: { amountMinor: '7' } }] },
    });
  }, 180_000);
});

it('a fee has nothing that a monitor could have measured', async () => {
  await house.ask('POST', '/days/close', { body: { through: '2026-09-05' } });
  await house.waitFor(`/clearing-files?kind=dayReport&partner=${PARTNER}&of=2026-09-05`, { items: [{ way: 'made' }] });
  const body = { kind: 'fee', partner: PARTNER, day: '2026-09-05', user: 'S1', service: null, reason: 'too much' };
  const opened = await house.ask('POST', '/cases', { body, ...asFinance });
  const path = (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
  expect(await house.ask('GET', `${path}/evidence`)).toMatchObject({ status: 409, json: { code: 'NoDifference' } });
});

it('an operator is a document of terms, and the settlement report has its name', async () => {
  const document = {
    ...{ code: PARTNER, otherCodes: [], country: 'HKG', names: { zh: '香港电讯', en: 'Hong Kong Telecom' } },
    ...{ networks: [{ mcc: '454', mnc: '12' }], contacts: [] },
  };
  const revisions = `/operators/${PARTNER}/revisions`;
  const propose = (one: object) => house.ask('POST', revisions, { body: { document: one, note: 'as known' } });
  expect(await propose({ ...document, networks: [] })).toMatchObject({
    ...{ status: 422, json: { code: 'InvalidTerms', errors: [{ field: 'document/networks' }] } },
  });
  expect(await propose(document)).toMatchObject({ status: 201, json: { revision: 1 } });
  const report = async (language: string): Promise<ReadonlyArray<string>> => {
    const path = `/settlement-report?from=${from}&to=2026-09-30&format=json&language=${language}`;
    const { rows: found } = (await house.ask('GET', path, asFinance)).json as {
      rows: ReadonlyArray<ReadonlyArray<string>>;
    };
    return found.map((row) => row[0] ?? '');
  };
  expect(await report('en')).toEqual([PARTNER]);
  const approve = { as: 'demo-unit-administrator' };
  expect(await house.ask('POST', `${revisions}/1/approve`, approve)).toMatchObject({ status: 200 });
  expect(await report('en')).toEqual([`${PARTNER} Hong Kong Telecom`]);
  expect(await report('zh')).toEqual([`${PARTNER} 香港电讯`]);
  await house.waitFor('/operators', { items: [{ kind: 'operator', name: PARTNER, inForce: 1 }] });
  expect(await house.ask('GET', `${revisions}/1`, asFinance)).toMatchObject({ json: { document } });
});

it('what monitors saw names no card, and goes with the month’s usage', async () => {
  const seen = Effect.flatMap(Mongo, (connection) =>
    Effect.promise(() => databaseOf(connection).collection('roaming_monitored_2026_09').find().toArray()),
  );
  const kept = await house.run(seen);
  expect(kept.length).toBe(3);
  const text = JSON.stringify(kept);
  for (const imsi of (await cards()).values()) expect(text).not.toContain(imsi);
  const removed = await house.run(removeUsageMonth('2026-09', 1));
  expect(removed.parts).toBeGreaterThan(3);
  expect(await house.run(usageMonths)).not.toContain('2026-09');
  expect(await house.run(seen)).toEqual([]);
});

it('the month is settled on the second day of the next by its schedule, as the server keeps it', async () => {
  const month = monthBefore(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7));
  const declared = schedulesOf(tenant).filter(({ name }) => name === 'roaming-month');
  const { spec, action, result } = await house.run(
    Effect.gen(function* () {
      const { client } = yield* Temporal;
      yield* reconcileSchedules(client, declared);
      const handle = client.schedule.getHandle('hufu/roaming-month');
      const { spec, action } = yield* Effect.promise(() => handle.describe());
      yield* Effect.promise(() => handle.trigger());
      const started = yield* Effect.promise(() => handle.describe()).pipe(
        Effect.map(({ info }) => info.recentActions.at(-1)?.action),
        Effect.filterOrFail((one) => one !== undefined),
        Effect.retry(Schedule.spaced(50)),
        Effect.timeout(20_000),
      );
      const run = client.workflow.getHandle(started.workflow.workflowId);
      const result: unknown = yield* Effect.promise(() => run.result());
      return { spec, action, result };
    }),
  );
  expect(action).toMatchObject({ workflowType: 'roaming.closeMonth' });
  expect(spec.timezone).toBe('Asia/Shanghai');
  expect(spec.calendars).toMatchObject([
    { dayOfMonth: [{ start: 2, end: 2 }], hour: [{ start: 5 }], minute: [{ start: 52 }] },
  ]);
  expect(result).toMatchObject({ findings: { [PARTNER]: expect.any(Number) } });
  await house.waitFor(`/clearing-files?kind=monthReport&partner=${PARTNER}&of=${month}`, {
    items: [{ name: `BMCHNCM${PARTNER}${month.replace('-', '')}.csv`, way: 'made' }],
  });
});
