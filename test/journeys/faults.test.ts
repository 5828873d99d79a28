import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUFU_CITY, HUFU_PARTNER, HUFU_PRODUCT, HUFU_STAGE, HUFU_TENANT } from '../../workflows/search-attributes.ts';
import { Application, eventually, ONE_LINE, ok, TWO_CITIES } from './application.ts';
import { type House, startHouse } from './house.ts';
import { clientOf, keepRuns, runsOf } from './runs.ts';

/**
 * A partner that is away or hangs up, runs that go on in a new one, what can be seen from outside. Every process of
 * this house continues as new after a few events, so each journey shows that nothing is lost on the way.
 * `HUFU_RECORD=1` keeps these runs for the replay test.
 */
let house: House;
let client: Client;

beforeAll(async () => {
  house = await startHouse({
    env: { HUFU_SIM_CONTINUE_AFTER: '60' },
    vop: { rejectRules: [{ city: '440300', code: 'NOT_OFFERED', reason: '本地市未开放该产品' }] },
  });
  client = await clientOf(house);
});
afterAll(async () => {
  await client?.connection.close();
  await house?.close();
});

const idOf = ({ no }: Application): string => `sim.cardMaking/demo/${no}`;

const keep = (journey: Application, name: string): Promise<void> =>
  keepRuns(house, client, idOf(journey), `sim-card-making-${name}`);

describe.concurrent('what goes wrong on the way', { timeout: 120_000 }, () => {
  it('goes on in new runs without losing anything, and is found by what it is about', async () => {
    const journey = new Application(house.api, 'continue');
    await journey.begin([...ONE_LINE, { no: 2, cardType: 'blank', city: '310000', quantity: 8 }]);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    const found = await eventually(
      'it is found in the Temporal UI',
      () => runsOf(client, idOf(journey)),
      (runs) => runs.at(-1)?.typedSearchAttributes.get(HUFU_STAGE) === 'splitting',
    );
    const attributes = found.at(-1)?.typedSearchAttributes;
    expect(attributes?.get(HUFU_PARTNER)).toBe('vop');
    expect(attributes?.get(HUFU_TENANT)).toBe('demo');
    expect([...(attributes?.get(HUFU_CITY) ?? [])].sort()).toEqual(['110000', '310000']);
    expect(attributes?.get(HUFU_PRODUCT)).toEqual([journey.product]);
    await journey.split(TWO_CITIES);
    await journey.ended();
    await journey.accounted();
    const runs = await eventually(
      'all runs are listed',
      () => runsOf(client, idOf(journey)),
      (seen) => seen.at(-1)?.status.name === 'COMPLETED',
    );
    expect(runs.map(({ status }) => status.name).slice(0, -1)).toEqual(runs.slice(1).map(() => 'CONTINUED_AS_NEW'));
    expect(runs.length).toBeGreaterThan(1);
    await keep(journey, 'continued');
  });

  it('bears that the partner is away for a while and hangs up in the middle of files', async () => {
    const journey = new Application(house.api, 'away');
    const { vop } = house.simulators;
    const server = { down: false, latencyMs: 0, dropAfterBytes: 0, drops: 0 };
    await vop.control({ server: { ...server, down: true } });
    await journey.begin([{ no: 1, cardType: 'finished', city: '110000', quantity: 150 }]);
    await journey.untilStage('uploading');
    await vop.control({ server: { ...server, dropAfterBytes: 2_000, drops: 3 } });
    await journey.split({ '110000': 'V-EAST' });
    await vop.control({ server: { ...server, dropAfterBytes: 4_000, drops: 2 } });
    await journey.ended('completed', 90_000);
    expect((await journey.accounted()).books.applied).toBe(150);
  });

  it('corrects a rejected line in a new round across new runs', async () => {
    const journey = new Application(house.api, 'round');
    await journey.begin([...ONE_LINE, { no: 2, cardType: 'blank', city: '440300', quantity: 8 }], 20);
    await journey.until('a line waits for a decision', ({ undecided }) => undecided.length === 1);
    ok(await journey.post('corrections', { lines: [{ no: 2, city: '310000' }] }));
    await Promise.all([journey.split(TWO_CITIES), journey.split(TWO_CITIES, 2)]);
    await journey.ended();
    expect((await journey.accounted()).books.applied).toBe(20);
    await keep(journey, 'corrected');
  });

  it('pauses and is cancelled across new runs', async () => {
    const journey = new Application(house.api, 'stop');
    await journey.begin(ONE_LINE);
    await journey.untilStage('validation');
    ok(await journey.post('pause', { reason: 'stock-taking' }));
    ok(await journey.post('resume'));
    ok(await journey.post('cancel', { reason: 'not needed' }));
    await journey.ended('cancelled');
    await keep(journey, 'cancelled');
  });

  it('leaves one trace from the request through process and step to the actor', async () => {
    const { tracing } = await import('../../telemetry/tracing.ts');
    const traceId = randomBytes(16).toString('hex');
    const journey = new Application(house.api.with({ traceparent: `00-${traceId}-${'1'.repeat(16)}-01` }), 'trace');
    await journey.begin(ONE_LINE);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    ok(await journey.post('cancel', { reason: 'seen enough' }));
    await journey.ended('cancelled');
    const spans = await eventually(
      'the trace is whole',
      async () => tracing.finished(traceId),
      (seen) => seen.some(({ name }) => name === 'activity sim.openApplication'),
    );
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const chain = (name: string): ReadonlyArray<string> => {
      const names: Array<string> = [];
      for (let at = spans.find((span) => span.name === name); at !== undefined; at = byId.get(at.parentSpanId ?? '')) {
        names.push(at.name);
      }
      return names;
    };
    const actor = spans.find(
      ({ name, parentSpanId }) =>
        /actor|sim\.application/.test(name) && byId.get(parentSpanId ?? '')?.name === 'activity sim.openApplication',
    );
    expect(actor?.name, JSON.stringify(spans.map(({ name }) => name))).toBeDefined();
    expect(chain('activity sim.openApplication').join(' < ')).toMatch(
      /activity sim\.openApplication < (workflow sim\.cardMaking < )?process start sim\.cardMaking < .*submit/,
    );
  });
});
