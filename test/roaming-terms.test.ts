import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFirstTerms } from '../activities/roaming/terms.ts';
import { Roaming } from '../partners/roaming/port.ts';
import { type SimulatedFile, simulatedFile, simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementJson, agreementWith, planJson, roamingTerms } from './support/roaming-import.ts';

/** Agreements and plans as data over REST: proposed, approved, used by imports, published, explained (seed 002 §2.1.3, §3.1.1). */

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_terms');
  await house.openSubscribers(5);
}, 120_000);
afterAll(() => house.stop());

const FINANCE = { as: 'demo-finance' };
const ADMINISTRATOR = { as: 'demo-unit-administrator' };
const AGREEMENT = `/agreements/CHNCM-${PARTNER}`;

let sequence = 10;
const importFile = async (more: Partial<SimulatedFile> = {}): Promise<string> => {
  sequence += 1;
  const file = {
    sender: PARTNER,
    recipient: 'CHNCM',
    sequence,
    records: 20,
    subscribers: 5,
    firstRecord: sequence * 100,
  };
  const rest = { day: '20261102', utcOffset: '+0800', agreement: agreementWith(PARTNER) };
  const bytes = Buffer.concat([...simulatedFile({ ...file, ...rest, ...more })]);
  const name = `CD${PARTNER}CHNCM000${sequence}`;
  const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
  const path = (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
  await house.waitFor(path, { status: 'done' });
  return path;
};

const event = (more: Readonly<Record<string, string>> = {}): string =>
  `/rating?${new URLSearchParams({
    ...{ home: 'CHNCM', visited: PARTNER, service: 'voice', direction: 'originating', destination: '86139' },
    ...{ at: '2026-11-26T09:30:00+08:00', quantity: '125', ...more },
  })}`;

describe('the terms of the settings', () => {
  it('are the first revisions, and loaded again they change nothing', async () => {
    const first = expect.objectContaining({ name: `CHNCM-${PARTNER}`, inForce: 1, revisions: 1 });
    await house.waitFor('/agreements', { items: expect.arrayContaining([first]) });
    await house.waitFor('/plans', { items: [{ kind: 'plan', name: 'TRAVEL', inForce: 1, revisions: 1 }] });
    const again = loadFirstTerms(tenant).pipe(Effect.provideService(Roaming, roamingTerms(1, [PARTNER])));
    expect(await house.run(again)).toBe(0);
    expect((await house.ask('GET', '/plans/TRAVEL/revisions/1')).json).toMatchObject({
      status: 'approved',
      proposed: { by: 'service:node' },
      document: planJson(),
    });
  });
});

describe('a revision', () => {
  const dearer = { ...agreementJson(PARTNER), id: 'amendment-1' };
  const propose = (document: unknown, as = FINANCE.as, path = AGREEMENT) =>
    house.ask('POST', `${path}/revisions`, { body: { document, note: 'signed on 2026-11-20' }, as });

  it('that cannot be used is told by place and code, everything at once', async () => {
    const terms = (dearer as unknown as { terms: ReadonlyArray<object> }).terms.map((one) => ({
      ...one,
      currency: 'XXY',
    }));
    expect(await propose({ ...dearer, terms })).toMatchObject({
      status: 422,
      json: {
        code: 'InvalidTerms',
        errors: [
          { field: 'document/terms/0/currency', code: 'CurrencyUnknown' },
          { field: 'document/terms/1/currency', code: 'CurrencyUnknown' },
        ],
      },
    });
    expect(await propose({ ...dearer, visited: 'FRAF1' })).toMatchObject({
      json: { errors: [{ field: 'document/visited', code: 'OtherName' }] },
    });
  });

  it('is proposed by one person and approved by another; who looks on may do neither', async () => {
    const before = await importFile();
    expect((await house.ask('GET', before)).json).toMatchObject({ terms: { agreement: 1, plan: 1 } });
    expect(await propose(dearer, 'demo-operator')).toMatchObject({ status: 403 });
    expect(await propose(dearer)).toMatchObject({ status: 201, json: { changed: true, revision: 2 } });
    expect(await propose(dearer)).toMatchObject({ status: 201, json: { changed: false, revision: 2 } });
    expect(await propose(dearer, ADMINISTRATOR.as)).toMatchObject({ status: 409, json: { code: 'ProposalOpen' } });
    const approve = (as: string) => house.ask('POST', `${AGREEMENT}/revisions/2/approve`, { as });
    expect(await approve(FINANCE.as)).toMatchObject({ status: 403, json: { code: 'SecondPersonNeeded' } });
    expect(await approve('demo-auditor')).toMatchObject({ status: 403 });
    expect(await approve(ADMINISTRATOR.as)).toMatchObject({ status: 200, json: { changed: true } });
    expect((await house.ask('GET', AGREEMENT)).json).toMatchObject({
      inForce: 2,
      revisions: [{}, { proposed: { by: 'demo-finance' }, decided: { by: 'demo-unit-administrator' } }],
    });
    expect((await house.ask('GET', await importFile())).json).toMatchObject({ terms: { agreement: 2, plan: 1 } });
    expect((await house.ask('GET', before)).json).toMatchObject({ terms: { agreement: 1, plan: 1 } });
  });

  it('is rejected with the reason, and another tenant sees none of it', async () => {
    expect(await propose({ ...dearer, id: 'amendment-2' })).toMatchObject({ json: { revision: 3 } });
    const reject = `${AGREEMENT}/revisions/3/reject`;
    const answer = await house.ask('POST', reject, { ...ADMINISTRATOR, body: { reason: 'not signed' } });
    expect(answer).toMatchObject({ status: 200, json: { changed: true } });
    expect((await house.ask('GET', AGREEMENT)).json).toMatchObject({
      inForce: 2,
      revisions: [{}, {}, { status: 'rejected', reason: 'not signed' }],
    });
    expect(await house.ask('GET', AGREEMENT, { as: 'rival-operator' })).toMatchObject({ status: 404 });
    expect(await house.ask('GET', '/agreements', { as: 'rival-operator' })).toMatchObject({ json: { items: [] } });
  });
});

describe('a price', () => {
  it('is published for whoever is about to travel, without a token', async () => {
    expect(await house.ask('GET', `/tariffs/${PARTNER}?on=2026-11-26`, { as: null })).toMatchObject({
      status: 200,
      json: {
        ...{ network: PARTNER, plan: 'TRAVEL', currency: 'CNY' },
        prices: [{ example: { total: '0.89' } }, {}, {}, { service: 'sms', example: { total: '0.09' } }, {}],
      },
    });
    expect(await house.ask('GET', `/tariffs/${PARTNER}?on=2020-01-01`, { as: null })).toMatchObject({
      status: 404,
      json: { code: 'NoTermsInForce' },
    });
  });

  it('is explained step by step, between operators and for the subscriber', async () => {
    const answer = await house.ask('GET', event(), { as: 'demo-operator' });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        agreement: { revision: 2, price: { rate: 'moc-home', total: '1.067', currency: 'XDR' } },
        plan: { name: 'TRAVEL', revision: 1, price: { rate: 'hk-call', total: '2.67', currency: 'CNY' } },
      },
    });
    const { agreement } = answer.json as { agreement: { price: { steps: ReadonlyArray<object> } } };
    expect(agreement.price.steps[0]).toEqual({ kind: 'setup', text: 'set-up', amount: '0.05' });
    expect(await house.ask('GET', event({ agreementRevision: '1', visited: 'FRAF1' }))).toMatchObject({
      json: { agreement: { price: null, refusal: { code: 'TermsUnknown' } }, plan: { price: { total: '11.97' } } },
    });
    expect(await house.ask('GET', event({ quantity: '-1' }))).toMatchObject({ status: 400 });
  });

  it('takes the packages of a subscriber first', async () => {
    const [fromMs, untilMs] = [Date.parse('2026-11-01T00:00:00Z'), Date.parse('2026-12-01T00:00:00Z')];
    const balance = { id: 'B1', package: 'VOICE-30', left: 60, fromMs, untilMs };
    await house.subscriber('S4', { _tag: 'Grant', balance });
    expect(await house.ask('GET', event({ subscriber: 'S4' }))).toMatchObject({
      json: {
        plan: {
          price: {
            total: '1.78',
            steps: [{ kind: 'package', text: '60 of usage from package VOICE-30 (B1), 60 taken off' }, {}, {}, {}, {}],
          },
        },
      },
    });
    expect(await house.ask('GET', event({ subscriber: 'nobody' }))).toMatchObject({ status: 404 });
  });
});

describe('a number of the visited country', () => {
  it('is charged by the local tariff of the plan, each number by itself; what it costs is published and explained', async () => {
    const plan = planJson() as { readonly tariffs: ReadonlyArray<{ readonly terms: ReadonlyArray<object> }> };
    const data = { units: 10_240, price: '0.0001' };
    const rate = { name: 'hk-local-data', service: 'data', direction: 'originating', first: data, following: data };
    const terms = [{ ...plan.tariffs[0]?.terms[0], rates: [rate], discounts: [] }];
    const document = { ...plan, tariffs: [...plan.tariffs, { networks: [PARTNER], numbers: 'local', terms }] };
    const body = { document, note: 'local tariffs' };
    expect(await house.ask('POST', '/plans/TRAVEL/revisions', { body, ...FINANCE })).toMatchObject({ status: 201 });
    await house.ask('POST', '/plans/TRAVEL/revisions/2/approve', ADMINISTRATOR);
    // His own number is not the one of the records: what comes under his card is of the number that was active.
    const { imsi } = simulatedSubscriber(40);
    await house.subscriber('LOCAL', { _tag: 'Open', primary: '8613700000040', currency: 'CNY' });
    await house.subscriber('LOCAL', { _tag: 'AddImsi', imsi });
    await house.subscriber('LOCAL', { _tag: 'AddNumber', number: '85299000040' });
    const from = Date.parse('2026-11-02T12:00:00+08:00');
    await house.subscriber('LOCAL', { _tag: 'Activate', number: '85299000040', fromMs: from });
    await expect.poll(() => house.run(subscribersOf(tenant, 'imsi', [imsi])), { timeout: 30_000 }).toEqual(['LOCAL']);
    await importFile({ records: 40, subscribers: 1, firstSubscriber: 40, firstRecord: 90_000 });
    const kept = await house.run(usageOf({ tenant, owner: { subscriber: 'LOCAL' }, month: '2026-11', limit: 100 }));
    expect(kept).toHaveLength(40);
    const units = (bytes: number): number => Math.ceil(bytes / 10_240);
    const used = kept.filter(({ service, quantity }) => service === 'data' && quantity > 0);
    const local = used.filter(({ number }) => number === '85299000040');
    expect(local.length).toBeGreaterThan(0);
    expect(local.length).toBeLessThan(used.length);
    for (const { number, quantity, retailMinor } of used) {
      const exact = units(quantity) * (number === '85299000040' ? 0.01 : 0.25);
      // 0.0001 or 0.0025 a unit, less 10 % of the tariff of all.
      const paid = number === '85299000040' ? Math.round(exact) : undefined;
      if (paid !== undefined) expect(Number(retailMinor)).toBe(paid);
      else expect(Number(retailMinor)).toBeGreaterThan(units(quantity) * 0.01);
    }
    const one = local[0]?.id ?? '';
    expect(await house.ask('GET', `/subscribers/LOCAL/usage/${one}/rating?month=2026-11`)).toMatchObject({
      json: { asRated: true, plan: { revision: 2, price: { rate: 'hk-local-data' } } },
    });
    expect(await house.ask('GET', `/tariffs/${PARTNER}?on=2026-11-26`, { as: null })).toMatchObject({
      json: { localPrices: [{ service: 'data', first: { price: '0.0001' } }] },
    });
    const asked = { service: 'data', destination: '', quantity: '1048576' };
    expect((await house.ask('GET', event({ ...asked, local: 'true' }))).json).toMatchObject({
      plan: { price: { rate: 'hk-local-data', total: '0.01' } },
    });
    expect((await house.ask('GET', event(asked))).json).toMatchObject({ plan: { price: { rate: 'hk-data' } } });
  });
});
