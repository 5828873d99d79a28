import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { planForSome } from './support/roaming-import.ts';
import { feesOf, subscribersIn } from './support/roaming-subscribers.ts';

/** Subscribers with several numbers over HTTP, from registration to the bill of a month (seed 002 §2.1.1, §3.3.1). */

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_subscribers', { plan: planForSome(['gold']) });
}, 120_000);
afterAll(() => house.stop());

const { register, post, put, get, importFile, usageOf, spentIn } = subscribersIn(() => house);

describe('a limit that is reached', () => {
  const alertsOf = (subject: string) =>
    house.run(listAlerts({ tenant, filters: { source: 'roaming-limits', subject } })).then(({ items }) => items);

  it('is told to staff and to the subscriber once, also when the message system is down and loses its answer', async () => {
    const number = await register('ROAMER', 40);
    house.messages.troubles.down = 1;
    house.messages.troubles.loseAnswers = 1;
    expect(await put('ROAMER/limits', { day: ['100', '1000000000'], month: ['200'] })).toMatchObject({ status: 200 });
    await importFile({ firstSubscriber: 40 });
    await expect.poll(() => house.messages.sent.size, { timeout: 60_000 }).toBe(2);
    // More usage of the same day and month: nothing new.
    await importFile({ firstSubscriber: 40 });
    await expect.poll(async () => (await alertsOf('ROAMER')).length, { timeout: 60_000 }).toBe(2);
    const told = [...house.messages.sent.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(told).toMatchObject([
      { subscriber: 'ROAMER', number, scope: 'day', period: '2026-11-03', thresholdMinor: '100', currency: 'CNY' },
      { subscriber: 'ROAMER', number, scope: 'month', period: '2026-11', thresholdMinor: '200' },
    ]);
    expect(await alertsOf('ROAMER')).toMatchObject([
      { level: 'alarm', code: 'LimitReached', times: 1, open: true },
      { level: 'alarm', code: 'LimitReached', times: 1, open: true },
    ]);
    expect((await get('ROAMER/spending')).json).toMatchObject({
      alarms: [
        { scope: 'day', thresholdMinor: '100' },
        { scope: 'month', thresholdMinor: '200' },
      ],
    });
  });

  it('that the message system does not take is left to a person', async () => {
    await register('UNTOLD', 41);
    house.messages.troubles.refuses = true;
    await put('UNTOLD/limits', { day: [], month: ['100'] });
    await importFile({ firstSubscriber: 41 });
    await expect
      .poll(async () => (await alertsOf('UNTOLD')).map(({ code, level }) => `${level} ${code}`).sort(), {
        timeout: 60_000,
      })
      .toEqual(['alarm LimitReached', 'problem MessageRefused']);
    house.messages.troubles.refuses = false;
  });
});

describe('a subscriber over HTTP', () => {
  const LOCAL = '85291000001';

  it('has numbers, lists, packages and limits, and says whether a call or message may be', async () => {
    const primary = await register('S1', 1);
    expect(await post('S1/numbers', { number: LOCAL })).toMatchObject({ json: { changed: true } });
    const before = Date.now() - 60_000;
    expect(await post('S1/activate', { number: LOCAL, fromMs: before })).toMatchObject({ json: { changed: true } });
    const check = async (body: object) =>
      (await post('S1/check', { direction: 'originating', party: '4915112345678', ...body })).json;
    expect(await check({})).toEqual({ verdict: 'allowed', number: LOCAL });
    // For the next event: one that began before is still the other number's.
    expect(await check({ atMs: before - 1 })).toEqual({ verdict: 'allowed', number: primary });
    // One call with another number changes nothing for the next.
    expect(await check({ number: primary })).toEqual({ verdict: 'allowed', number: primary });
    expect(await check({})).toMatchObject({ number: LOCAL });
    expect((await post('S1/check', { direction: 'originating' })).json).toEqual({ verdict: 'allowed', number: LOCAL });
    await post('S1/switch', { number: LOCAL, on: false });
    expect((await post('S1/check', { direction: 'originating' })).json).toEqual({ verdict: 'off', number: LOCAL });
    expect(await check({})).toEqual({ verdict: 'off', number: LOCAL });
    expect(await check({ number: primary, direction: 'terminating' })).toEqual({ verdict: 'allowed', number: primary });
    await put('S1/lists', { allow: [], block: ['4915112345678'] });
    expect(await check({ number: primary })).toEqual({ verdict: 'blocked', number: primary });
    expect(await put('S1/lists', { allow: ['49'.repeat(4)], block: ['49'.repeat(4)] })).toMatchObject({
      status: 422,
      json: { code: 'ListsContradict' },
    });
    expect(await post('S1/activate', { number: LOCAL })).toMatchObject({ status: 409, json: { code: 'NumberOff' } });
    expect(await post('S1/switch', { number: '4912345', on: true })).toMatchObject({
      status: 404,
      json: { code: 'NumberUnknown' },
    });
    expect((await get('S1')).json).toMatchObject({
      numbers: [
        { number: primary, role: 'primary', on: true, active: false },
        { number: LOCAL, role: 'secondary', on: false, active: true },
      ],
      block: ['4915112345678'],
    });
    expect(await get('S2')).toMatchObject({ status: 404, json: { code: 'SubscriberUnknown' } });
  });

  it('is told usage before its records come: an id counts once, and a limit is reached by it', async () => {
    await register('S7', 7);
    await put('S7/limits', { day: ['500'], month: [] });
    const told = { id: 'session-1', currency: 'CNY', observations: [{ day: '2026-11-20', estimatedMinor: '480' }] };
    expect(await post('S7/observations', told)).toMatchObject({ json: { changed: true, alarms: [] } });
    expect(await post('S7/observations', told)).toMatchObject({ json: { changed: false, alarms: [] } });
    expect(await post('S7/observations', { ...told, id: 'session-2' })).toMatchObject({
      json: { changed: true, alarms: [{ scope: 'day', period: '2026-11-20', thresholdMinor: '500' }] },
    });
    const observed = [{ day: '2026-11-20', estimatedMinor: '960' }];
    expect((await get('S7/spending')).json).toMatchObject({ observed, days: [] });
    const [one] = told.observations;
    const refused = async (more: object) => (await post('S7/observations', { ...told, id: 'x', ...more })).json;
    const on = (day: string) => ({ observations: [{ ...one, day }] });
    expect(await refused({ currency: 'EUR' })).toMatchObject({ code: 'CurrencyDiffers', field: 'currency' });
    expect(await refused(on('2099-01-01'))).toMatchObject({ code: 'PostingInFuture' });
    expect(await refused(on('2026-01-01'))).toMatchObject({ code: 'PostingTooLate' });
    expect(await refused({ id: told.id, observations: [one, one] })).toMatchObject({ code: 'ChunkDiffers' });
  });

  it('shows name and contact masked, and numbers to who works with them; a reason reveals', async () => {
    expect((await get('S1')).json).toMatchObject({ profile: { operator: 'CHNCM', name: '***' } });
    const asAuditor = await get('S1', 'demo-auditor');
    expect(asAuditor.json).toMatchObject({ numbers: [{ number: '861******0001' }, { number: '852****0001' }] });
    expect(asAuditor.bytes.toString()).not.toContain(LOCAL);
    const reason = { reason: 'complaint 4711' };
    expect((await post('S1/reveal', reason)).json).toMatchObject({ name: '王小明', contact: 'wang@example.com' });
    expect(await post('S1/reveal', reason, 'demo-auditor')).toMatchObject({ status: 403 });
  });

  it('pays less by the discount of its level, and each fee is in its list and its bill', async () => {
    await register('PLAIN', 10);
    await register('GOLD', 11, { membership: 'gold' });
    const alike = { records: 60, firstRecord: 500_000 };
    await importFile({ ...alike, firstSubscriber: 10 });
    await importFile({ ...alike, firstSubscriber: 11 });
    const [plain, gold] = [await usageOf('PLAIN'), await usageOf('GOLD')];
    expect([plain.length, gold.length]).toEqual([60, 60]);
    // 10 % of each fee, the discount rounded half up.
    const awaited = plain.map(({ fee: { amountMinor: full } }) => BigInt(full) - (BigInt(full) + 5n) / 10n);
    expect(gold.map(({ fee }) => BigInt(fee.amountMinor))).toEqual(awaited);
    expect(feesOf(gold)).toBeLessThan(feesOf(plain));
    expect(await spentIn('GOLD')).toBe(String(feesOf(gold)));
    const bill = (await get('GOLD/bills/2026-11')).json;
    expect(bill).toMatchObject({
      records: 60,
      totals: [{ currency: 'CNY', decimals: 2, amountMinor: String(feesOf(gold)) }],
    });
    expect((await get('GOLD/bills/2026-10')).json).toMatchObject({ records: 0, lines: [], totals: [] });
  });

  it('lists records page by page, by number and service, and exports the bill', async () => {
    const all = await usageOf('PLAIN');
    expect(new Set(all.map(({ id }) => id)).size).toBe(60);
    expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    const voice = await usageOf('PLAIN', '&service=voice');
    expect(voice.map(({ id }) => id)).toEqual(all.filter(({ service }) => service === 'voice').map(({ id }) => id));
    const first = (await get('PLAIN/usage?month=2026-11&limit=1')).json as { nextCursor: string };
    expect(await get(`GOLD/usage?month=2026-11&limit=1&cursor=${first.nextCursor}`)).toMatchObject({
      json: { code: 'InvalidCursor' },
    });
    expect(await get('PLAIN/usage?month=2026-13')).toMatchObject({ status: 400 });
    const csv = (await get('PLAIN/bills/2026-11/export?format=csv&language=zh')).bytes.toString();
    expect(csv.split('\r\n')).toHaveLength(62);
    expect(csv).toContain('费用');
    const book = new ExcelJS.Workbook();
    const xlsx = (await get('PLAIN/bills/2026-11/export?format=xlsx')).bytes;
    await book.xlsx.load(xlsx.buffer.slice(xlsx.byteOffset, xlsx.byteOffset + xlsx.length) as ArrayBuffer);
    const cells = book.worksheets[0]?.getSheetValues().flatMap((row) => (Array.isArray(row) ? row : [])) ?? [];
    expect(cells).toContain(all[0]?.id);
    expect((await get('PLAIN/bills/2026-11/export?format=pdf')).bytes.toString('latin1', 0, 5)).toBe('%PDF-');
  });

  it('pays for a package when it is granted, once, and has it in its spending and its bill', async () => {
    const number = await register('BUYER', 45);
    await put('BUYER/limits', { day: ['2800'], month: [] });
    const times = { fromMs: Date.UTC(2026, 10, 1), untilMs: Date.UTC(2026, 11, 1) };
    // One of the file's calls is as long, and a half of another.
    const balance = { id: 'B1', package: 'VOICE-30', left: 3_600, ...times };
    const day = '2026-11-02';
    expect((await get('BUYER')).json).toMatchObject({ balances: [] });
    expect(await post('BUYER/packages', { balance, day })).toMatchObject({
      json: { changed: true, alarms: [{ scope: 'day', period: day, thresholdMinor: '2800' }] },
    });
    expect(await post('BUYER/packages', { balance, day })).toMatchObject({ json: { changed: false, alarms: [] } });
    expect(await post('BUYER/packages', { balance: { ...balance, id: 'B2', package: 'ASIA-1G' } })).toMatchObject({
      json: { changed: true },
    });
    expect(await post('BUYER/packages', { balance: { ...balance, package: 'GONE' } })).toMatchObject({
      status: 422,
      json: { code: 'PackageNotInPlan', field: 'balance/package' },
    });
    expect((await get('BUYER/spending')).json).toMatchObject({
      days: [{ day, number, spentMinor: '2800' }],
      alarms: [{ scope: 'day' }],
    });
    await importFile({ firstSubscriber: 45 });
    const fees = feesOf(await usageOf('BUYER'));
    const all = { currency: 'CNY', decimals: 2, amountMinor: String(fees + 2_800n) };
    const bill = (await get('BUYER/bills/2026-11')).json;
    expect(bill).toMatchObject({ records: 60, numbers: [{ number, ...all }], totals: [all] });
    expect(bill).toMatchObject({
      packages: [
        { balance: 'B1', package: 'VOICE-30', day, number, currency: 'CNY', decimals: 2, amountMinor: '2800' },
      ],
    });
    expect(await spentIn('BUYER')).toBe(all.amountMinor);
    // What its packages cover, and why not more.
    const byCoverage = await Promise.all(
      ['inside', 'partly', 'outside'].map((coverage) => usageOf('BUYER', `&coverage=${coverage}`)),
    );
    expect(byCoverage.flat()).toHaveLength(60);
    const [inside = [], partly = [], outside = []] = byCoverage;
    expect(inside).toMatchObject([{ takes: [{ balance: 'B1' }], fee: { amountMinor: '0' } }]);
    expect(partly.map(({ service }) => service)).toEqual(['voice', 'data']);
    const call = outside.find(({ service }) => service === 'voice');
    expect((await get(`BUYER/usage/${call?.id}/rating?month=2026-11`)).json).toMatchObject({
      outside: [
        { balance: 'B1', package: 'VOICE-30', reason: 'UsedUp' },
        { balance: 'B2', package: 'ASIA-1G', reason: 'OtherService' },
      ],
    });
    const csv = (await get('BUYER/bills/2026-11/export?format=csv&language=zh')).bytes.toString();
    expect(csv.split('\r\n').filter((line) => line.includes('套餐 VOICE-30'))).toHaveLength(1);
    expect((await get('BUYER/bills/2026-10')).json).toMatchObject({ packages: [], totals: [] });
  });

  it('signed in itself reads its own data alone, and may switch its numbers', async () => {
    const me = 'demo-subscriber';
    const primary = await register(me, 20);
    await importFile({ firstSubscriber: 20 });
    const mine = await usageOf(me, '', me);
    expect(mine[0]).toMatchObject({ number: primary, wholesale: null });
    expect((await get(me, me)).json).toMatchObject({ profile: { name: '王小明' }, numbers: [{ number: primary }] });
    expect((await get(`${me}/bills/2026-11`, me)).json).toMatchObject({ records: 60 });
    expect(await post(`${me}/switch`, { number: primary, on: false }, me)).toMatchObject({ json: { changed: true } });
    for (const path of ['GOLD', 'GOLD/spending', 'GOLD/usage?month=2026-11', 'GOLD/bills/2026-11', 'NOBODY']) {
      expect(await get(path, me)).toMatchObject({ status: 403, json: { code: 'OtherSubscriber' } });
    }
    expect(await put('GOLD/limits', { day: [], month: [] }, me)).toMatchObject({ status: 403 });
    expect(await post('GOLD/packages', {}, me)).toMatchObject({ status: 403 });
    // Of another tenant nobody is there.
    expect(await get('GOLD', 'rival-operator')).toMatchObject({ status: 404 });
  });

  it('written by several at once loses nothing, and no package goes below zero', async () => {
    await register('BUSY', 30);
    const granted = 3_600;
    const times = { fromMs: 0, untilMs: Date.UTC(2027, 0) };
    const balance = { id: 'B1', package: 'VOICE-30', left: granted, ...times };
    expect(await post('BUSY/packages', { balance, day: '2026-11-03' })).toMatchObject({ status: 200 });
    const numbers = Array.from({ length: 8 }, (_, at) => `8529200000${at}`);
    const answers = Promise.all([
      ...numbers.flatMap((number) => [post('BUSY/numbers', { number }), post('BUSY/numbers', { number })]),
      ...numbers.map((_, at) => post('BUSY/packages', { balance: { ...balance, id: `D${at}`, package: 'ASIA-1G' } })),
    ]);
    await Promise.all(Array.from({ length: 4 }, () => importFile({ firstSubscriber: 30 })));
    expect(
      (await answers).map(({ status, json }) => ({ status, json })).filter(({ status }) => status !== 200),
    ).toEqual([]);
    const state = (await get('BUSY')).json as {
      numbers: ReadonlyArray<{ number: string }>;
      balances: ReadonlyArray<{ id: string; left: number }>;
    };
    expect(state.numbers.map(({ number }) => number).sort()).toEqual(
      [simulatedSubscriber(30).msisdn, ...numbers].sort(),
    );
    const all = await usageOf('BUSY');
    expect(all).toHaveLength(240);
    expect(new Set(all.map(({ id }) => id)).size).toBe(240);
    expect(state.balances).toHaveLength(9);
    for (const { id, left } of state.balances) {
      const taken = all.flatMap(({ takes }) => takes).filter((one) => one.balance === id);
      expect(left).toBe(granted - taken.reduce((sum, one) => sum + one.taken, 0));
      expect(left).toBeGreaterThanOrEqual(0);
    }
    expect(state.balances.find(({ id }) => id === 'B1')).toMatchObject({ left: 0 });
    expect(await spentIn('BUSY')).toBe(String(feesOf(all) + 2_800n));
  });
});

it('usage of a number that was switched off is charged, as the partner charges it, and a person is told', async () => {
  const number = await register('STRICT', 70);
  expect(await post('STRICT/switch', { number, on: false, fromMs: Date.UTC(2026, 10, 6) })).toMatchObject({
    status: 200,
  });
  const told = async () => {
    const filters = { source: 'roaming-import', subject: 'STRICT' };
    return (await house.run(listAlerts({ tenant, filters }))).items.map(({ code, stage }) => `${code} ${stage}`);
  };
  await importFile({ day: '20261105', firstSubscriber: 70, records: 5 });
  expect(await told()).toEqual([]);
  await importFile({ day: '20261107', firstSubscriber: 70, records: 5 });
  expect(await told()).toEqual(['UsageAgainstContract off']);
  expect(await usageOf('STRICT')).toHaveLength(10);
});

describe('statistics', () => {
  interface Points {
    readonly points: ReadonlyArray<{ readonly label: string; readonly count: number; readonly usage: string }>;
  }
  const DAYS = 'from=2026-11-10&to=2026-11-10';
  const ask = async (query = DAYS) => {
    const { status, json } = await house.ask('GET', `/statistics?${query}`);
    expect(status).toBe(200);
    return json as {
      readonly voice: Readonly<Record<'ways' | 'hours' | 'numbers' | 'packages' | 'countries', Points>>;
      readonly data: Readonly<Record<'ways' | 'packages', Points>>;
      readonly destinations: Points;
      readonly preferences: ReadonlyArray<{ readonly situation: string; readonly preferred: string }>;
      readonly switching: {
        readonly hours: ReadonlyArray<{ readonly what: string; readonly hour: number; readonly count: number }>;
        readonly changes: ReadonlyArray<{ readonly times: number; readonly subscribers: number }>;
      };
    };
  };
  const countOf = ({ points }: Points): number => points.reduce((sum, { count }) => sum + count, 0);

  it('say what the records say, once however often a file comes, by number, package, country and stay', async () => {
    await register('STAT1', 50, { packageType: 'TRAVEL-1G' });
    await register('STAT2', 51);
    const file = {
      day: '20261110',
      sequence: 900,
      firstSubscriber: 50,
      subscribers: 2,
      records: 80,
      firstRecord: 700_000,
    };
    await importFile(file);
    const found = await ask();
    await importFile(file);
    expect(await ask()).toEqual(found);
    const all = [...(await usageOf('STAT1')), ...(await usageOf('STAT2'))];
    const voice = all.filter(({ service }) => service === 'voice');
    expect(all).toHaveLength(80);
    expect([countOf(found.voice.ways), countOf(found.data.ways)]).toEqual([voice.length, 80 - voice.length]);
    expect(found.voice.hours.points).toHaveLength(24);
    expect(found.voice.numbers.points.map(({ label }) => label)).toEqual(['home']);
    expect(found.data.packages.points.map(({ label }) => label)).toEqual(['', 'TRAVEL-1G']);
    expect(found.voice.countries.points).toMatchObject([{ label: 'HKG', count: voice.length }]);
    expect(found.destinations.points).toEqual([{ label: 'HKG', count: 2, usage: '2' }]);
    expect(found.preferences.find(({ situation }) => situation === 'HKG')).toBeDefined();
    expect(countOf((await ask(`${DAYS}&partner=JPNDO`)).voice.ways)).toBe(0);
    expect(countOf((await ask('from=2026-11-11&to=2026-11-30')).voice.ways)).toBe(0);
    expect(await house.ask('GET', `/statistics?${DAYS}`, { as: 'demo-subscriber' })).toMatchObject({ status: 403 });
  });

  it('count when numbers are switched and how often they are changed', async () => {
    const primary = await register('SWITCHER', 60);
    await post('SWITCHER/numbers', { number: '85299000001' });
    // 09:30 and 21:30 in China.
    const [morning, evening] = [Date.UTC(2026, 10, 10, 1, 30), Date.UTC(2026, 10, 10, 13, 30)];
    await post('SWITCHER/activate', { number: '85299000001', fromMs: morning });
    await post('SWITCHER/activate', { number: primary, fromMs: evening });
    await post('SWITCHER/switch', { number: '85299000001', on: false, fromMs: evening });
    await expect
      .poll(async () => (await ask()).switching, { timeout: 60_000 })
      .toEqual({
        hours: [
          { what: 'change', hour: 9, count: 1 },
          { what: 'change', hour: 21, count: 1 },
          { what: 'off', hour: 21, count: 1 },
        ],
        changes: [{ times: 2, subscribers: 1 }],
      });
  });

  it('are exported as tables, and drawn', async () => {
    const csv = (await house.ask('GET', `/statistics/export?${DAYS}&format=csv`)).bytes.toString();
    expect(csv).toContain('voice-countries,HKG,');
    expect(csv).toContain('changes,2,1,0');
    const xlsx = (await house.ask('GET', `/statistics/export?${DAYS}&format=xlsx`)).bytes;
    expect(xlsx.toString('latin1', 0, 2)).toBe('PK');
    const svg = await house.ask('GET', `/statistics/charts/voice-hours?${DAYS}`);
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    expect(svg.bytes.toString()).toMatch(/^<svg [\s\S]*voice-hours[\s\S]*<\/svg>\n$/);
    expect(await house.ask('GET', `/statistics/charts/moon?${DAYS}`)).toMatchObject({
      status: 404,
      json: { code: 'UnknownChart' },
    });
  });
});
