import { Effect } from 'effect';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { cardActor } from '../actors/sim/card.ts';
import { imsiActor } from '../actors/sim/imsi.ts';
import { iccidRangeActor, imsiRangeActor } from '../actors/sim/number-range.ts';
import { rebuildStatistics } from '../actors/sim/statistics.ts';
import { lookAtStock } from '../actors/sim/stock-watch.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { dayOf } from '../domain/kernel/period.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import type { Imsi } from '../domain/sim/imsi.ts';
import type { CardCommand } from '../domain/sim/schema.ts';
import { databaseOf, Mongo } from '../store/mongo.ts';
import { type AlertItem, listAlerts } from '../store/operations/alerts.ts';
import { type Resources, startResources } from './support/resources.ts';

/** Stock with its thresholds, recycling, and statistics as staff meet them (seed 000 §6). */

const tenant = 'demo' as TenantId;
const caller = { subject: 'test', tenant, roles: ['operator'] as const };
let resources: Resources;
const ask = (...parts: Parameters<Resources['ask']>) => resources.ask(...parts);
const waitFor = (path: string, found: object) => resources.waitFor(path, found);
const run: Resources['run'] = (effect) => resources.run(effect);

beforeAll(async () => {
  resources = await startResources('stock');
}, 120_000);
afterAll(() => resources.stop());

const imsi = (n: number): string => `46001${String(n).padStart(10, '0')}`;

const cards = Array.from({ length: 10 }, (_, n) => iccidOfBody(`89860126${String(n).padStart(11, '0')}`));
const application = 'A20261126-0001';

/** Ten finished cards of the first numbers of each range, the last one failed. */
const makeCards = Effect.gen(function* () {
  const actors = yield* Actors;
  const all = (name: string, command: (n: number) => CardCommand) =>
    actors.askMany(
      cardActor,
      cards.map((key, n) => ({
        id: { tenant, key },
        command: command(n),
        envelope: { commandId: `${name}:${n}`, caller },
      })),
    );
  for (const [actor, key] of [
    [imsiRangeActor, `${imsi(0)}-${imsi(2_999)}`],
    [iccidRangeActor, '8986012600000000000-8986012600000000999'],
  ] as const) {
    yield* actors.ask(actor, {
      id: { tenant, key },
      command: { _tag: 'Allocate', application, line: 1, round: 1, quantity: 10, partial: false },
      envelope: { commandId: 'allocate', caller },
    });
  }
  yield* all('plan', (n) => ({
    _tag: 'Plan',
    application,
    line: 1,
    imsi: imsi(n) as Imsi,
    product: 'P1',
    city: '110000',
    cardType: 'finished',
  }));
  yield* actors.askMany(
    imsiActor,
    cards.map((iccid, n) => ({
      id: { tenant, key: imsi(n) },
      command: { _tag: 'Reserve' as const, iccid, application, line: 1, product: 'P1', city: '110000' },
      envelope: { commandId: `reserve:${n}`, caller },
    })),
  );
  yield* all('assign', () => ({ _tag: 'Assign', vendor: 'V1', part: '1.1' }));
  yield* all('pos', (n) => ({
    _tag: 'Produce',
    vendor: 'V1',
    result: n === 9 ? 'failed' : 'made',
    reason: n === 9 ? 'chip' : null,
    posFile: 'a'.repeat(64),
  }));
  yield* all('verdict', () => ({
    _tag: 'Confirm',
    result: 'accepted',
    reason: null,
    posValidationFile: 'b'.repeat(64),
  }));
});

const alarms = (): Promise<ReadonlyArray<AlertItem>> =>
  run(Effect.map(listAlerts({ tenant, filters: { source: 'stock' } }), ({ items }) => items));

describe('stock', () => {
  it('raises one alarm when a pool has come down to its threshold, and clears it when it is refilled', async () => {
    for (const body of [
      { type: 'imsi', first: imsi(0), last: imsi(2_999), product: 'P1', city: '110000' },
      { type: 'imsi', first: imsi(3_000), last: imsi(4_999), product: 'P1', city: '310000' },
      { type: 'iccid', first: '8986012600000000000', last: '8986012600000000999', product: 'P1', city: null },
    ]) {
      expect(await ask('POST', '/ranges', { body })).toMatchObject({ status: 201 });
    }
    await run(makeCards);
    const set = await ask('POST', '/stock/pools', { body: { type: 'finished', product: 'P1', low: 7, clear: 9 } });
    expect(set).toMatchObject({ status: 200, json: { pool: 'finished:P1:-', raised: false } });
    expect(await ask('POST', '/stock/pools', { body: { type: 'imsi', low: 5, clear: 5 } })).toMatchObject({
      json: { code: 'InvalidThreshold' },
    });
    await waitFor('/stock/levels', {
      levels: [
        { type: 'finished', product: 'P1', city: '110000', available: 9 },
        { type: 'iccid', product: 'P1', city: null, available: 990 },
        { type: 'imsi', product: 'P1', city: '110000', available: 2_991 },
        { type: 'imsi', product: 'P1', city: '310000', available: 2_000 },
      ],
    });
    expect(await alarms()).toEqual([]);
    const used = { outcome: 'used', reason: 'issued', iccids: [cards[0], cards[1], cards[9]] };
    expect(await ask('POST', '/cards/outcomes', { body: used })).toMatchObject({
      json: { changed: 2, cards: [{ status: 'used' }, { status: 'used' }, { refused: 'CardNotInStock' }] },
    });
    await expect
      .poll(alarms, { timeout: 20_000 })
      .toMatchObject([{ subject: 'finished:P1:-', level: 'alarm', code: 'StockLow', open: true, times: 1 }]);
    await ask('POST', '/cards/outcomes', { body: { ...used, iccids: [cards[2]] } });
    await waitFor('/stock/cards', { stock: [{ cards: 6, used: 3, failed: 1, returned: 0 }] });
    await waitFor('/stock/levels', { levels: [{ available: 6 }, {}, {}, {}] });
    // Several nodes that look at once, again and again, raise no second one.
    await run(
      Effect.all(
        Array.from({ length: 10 }, () => lookAtStock),
        { concurrency: 'unbounded', discard: true },
      ),
    );
    expect(await alarms()).toMatchObject([{ times: 1 }]);
    expect(
      await ask('POST', '/stock/pools', { body: { type: 'finished', product: 'P1', low: 2, clear: 6 } }),
    ).toMatchObject({ status: 200 });
    await expect
      .poll(alarms, { timeout: 20_000 })
      .toMatchObject([{ open: false, times: 1, clearedAtMs: expect.any(Number) }]);
    await waitFor('/stock/pools?raised=false', { items: [{ pool: 'finished:P1:-', low: 2 }] });
    expect(await ask('POST', '/stock/pools/finished:P1:-/remove')).toMatchObject({ json: { active: false } });
  });

  it('keeps numbers of lost cards in quarantine; then the IMSI is free again, the ICCID never', async () => {
    const returned = { outcome: 'returned', reason: 'customer left', iccids: [cards[0], cards[3]] };
    expect(await ask('POST', '/cards/outcomes', { body: returned })).toMatchObject({ json: { changed: 2 } });
    // The failed card and the two that came back: out of quarantine by the reminder.
    await waitFor(`/ranges/imsi/${imsi(0)}-${imsi(2_999)}`, { books: { free: 2_993, allocated: 7, quarantined: 0 } });
    await waitFor('/ranges/iccid/8986012600000000000-8986012600000000999', {
      books: { free: 990, allocated: 7, quarantined: 0, recycled: 3 },
    });
    const { state } = await run(Effect.flatMap(Actors, (actors) => actors.read(imsiActor, { tenant, key: imsi(3) })));
    expect(state).toMatchObject({ status: 'free', iccid: null });
    await waitFor('/stock/cards', { stock: [{ cards: 5, used: 2, failed: 1, returned: 2 }] });
  });
});

describe('statistics', () => {
  const today = dayOf(Date.now());
  const path = `/statistics?subject=card&from=${today}&to=${today}&by=vendor&measure=made&measure=failed&measure=returned`;
  const counted = {
    keys: ['', 'V1'],
    series: [
      { measure: 'made', values: [0, 9], total: 9 },
      { measure: 'failed', values: [0, 1], total: 1 },
      { measure: 'returned', values: [0, 2], total: 2 },
    ],
  };

  it('add up by vendor, city and day, beside the period before', async () => {
    await waitFor(path, counted);
    await waitFor(`${path}&compare=previous`, {
      series: [{ previous: { total: 0 }, change: { absolute: 9, percent: null } }, {}, {}],
    });
    await waitFor(`/statistics?subject=imsi&from=${today}&to=${today}&by=week&measure=registered&measure=readmitted`, {
      series: [{ total: 5_000 }, { total: 3 }],
    });
    await waitFor(`/statistics?subject=card&from=${today}&to=${today}&by=city&city=310000`, { keys: [] });
    expect(await ask('GET', `/statistics?subject=iccid&from=${today}&to=${today}&measure=made`)).toMatchObject({
      status: 422,
      json: { code: 'UnknownMeasure' },
    });
    expect(await ask('GET', `/statistics?subject=card&from=${today}&to=2020-01-01`)).toMatchObject({
      json: { code: 'InvalidPeriod' },
    });
    expect(await ask('GET', path, { as: 'rival-operator' })).toMatchObject({ json: { keys: [] } });
  });

  it('come as CSV and as a workbook', async () => {
    const csv = await ask('GET', `${path.replace('/statistics', '/statistics/export')}&compare=year`);
    expect(csv.bytes.toString().split('\n').slice(0, 5)).toEqual([
      '\uFEFFkey,measure,count,previous_key,previous,change,change_percent',
      ',made,0,,0,0,',
      ',failed,0,,0,0,',
      ',returned,0,,0,0,',
      'V1,made,9,V1,0,9,',
    ]);
    const xlsx = await ask('GET', `${path.replace('/statistics', '/statistics/export')}&format=xlsx`);
    expect(xlsx.headers.get('content-disposition')).toContain('.xlsx');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(new Uint8Array(xlsx.bytes).buffer);
    const sheet = workbook.getWorksheet('card');
    expect(sheet?.getRow(1).getCell(3).value).toBe('count');
    expect(sheet?.getRow(5).values).toMatchObject({ 1: 'V1', 2: 'made', 3: 9 });
    expect(sheet?.rowCount).toBe(7);
  });

  it('are the same when they are counted anew from the journal, while nodes count on', async () => {
    const levels = (await ask('GET', '/stock/levels')).json;
    const use = ask('POST', '/cards/outcomes', { body: { outcome: 'used', reason: 'issued', iccids: [cards[4]] } });
    expect(await run(rebuildStatistics())).toMatchObject({ 'sim.iccidRange': expect.any(Number) });
    expect(await use).toMatchObject({ json: { changed: 1 } });
    await waitFor(path, counted);
    await waitFor(`/statistics?subject=card&from=${today}&to=${today}&measure=used`, {
      series: [{ total: 4 }],
    });
    const after = structuredClone(levels) as { levels: Array<{ available: number }> };
    if (after.levels[0] !== undefined) after.levels[0].available -= 1;
    await waitFor('/stock/levels', after);
    const generations = await run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(() => databaseOf(connection).collection('sim_statistics_days').distinct('generation')),
      ),
    );
    expect(generations).toEqual([2]);
  });
});
