import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RoamingHouse, startRoamingHouse } from './support/roaming-house.ts';
import { type PlanJson, planJson } from './support/roaming-import.ts';
import { feesOf, subscribersIn } from './support/roaming-subscribers.ts';

/** Discounts of a subscriber's month, by the tiers that its sums have reached (seed 002 §2.1.3; decision 0347). */

/** Half of all messages back to whoever has sent forty of them. */
const MANY = {
  ...{ name: 'many', services: ['sms'], basis: 'usage', method: 'whole' },
  tiers: [
    { from: '0', percent: '0' },
    { from: '40', percent: '50' },
  ],
};
const withMany = (): unknown => {
  const { tariffs, ...rest } = planJson() as PlanJson;
  const terms = (all: PlanJson['tariffs'][number]['terms']) =>
    all.map((one) => ({ ...one, discounts: [...(one.discounts ?? []), MANY] }));
  return { ...rest, tariffs: tariffs.map((one) => ({ ...one, terms: terms(one.terms) })) };
};

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_subscriber_discounts', { plan: withMany() });
}, 120_000);
afterAll(() => house.stop());
const { register, get, importFile, usageOf } = subscribersIn(() => house);

it('has the discount of the tier that its month has reached on its bill, anew when records come late', async () => {
  await register('MUCH', 130);
  const fees = async () => feesOf((await usageOf('MUCH')).filter(({ service }) => service === 'sms'));
  const bill = async () =>
    (await get('MUCH/bills/2026-11')).json as {
      readonly discounts: ReadonlyArray<{
        readonly amountMinor: string;
        readonly tiers: ReadonlyArray<{ readonly counted: string; readonly next: object | null }>;
      }>;
      readonly totals: object;
    };
  await importFile({ firstSubscriber: 130, records: 30, messages: true });
  const few = await bill();
  const sent = Number(few.discounts[0]?.tiers[0]?.counted);
  expect(few.discounts).toMatchObject([
    { plan: 'TRAVEL', amountMinor: '0', steps: [], tiers: [{ name: 'many', percent: '0' }] },
  ]);
  expect(few.discounts[0]?.tiers[0]?.next).toEqual({ from: '40', percent: '50', missing: String(40 - sent) });
  await importFile({ firstSubscriber: 130, records: 100, messages: true });
  const [all, half] = [feesOf(await usageOf('MUCH')), ((await fees()) + 1n) / 2n];
  expect(await bill()).toMatchObject({
    discounts: [{ amountMinor: String(-half), tiers: [{ percent: '50', next: null }] }],
    totals: [{ amountMinor: String(all - half) }],
  });
  const csv = (await get('MUCH/bills/2026-11/export?format=csv')).bytes.toString();
  expect(csv.trimEnd().split('\r\n').at(-1)).toMatch(/,HKGPP,Discount of the month,.*,CNY,-[0-9.]+,TRAVEL$/);
});
