import { expect } from 'vitest';
import { PARTNER, type RoamingHouse } from './roaming-house.ts';

/** What two roaming partners see with tokens of their own, of a house in which both have been settled with. */

export interface Settled {
  /** With `PARTNER`; the other one’s is `<code>-2026`. */
  readonly agreement: string;
  readonly from: string;
  /** TADIG code of the other partner, whose server takes nothing. */
  readonly other: string;
}

const [OURS, THEIRS] = ['demo-roaming-partner', 'other-roaming-partner'] as const;

const get = (house: RoamingHouse, path: string, as: string) => house.ask('GET', `/own${path}`, { as });

type Item = Readonly<Record<string, unknown>>;

const itemsOf = async (house: RoamingHouse, path: string, as: string): Promise<ReadonlyArray<Item>> => {
  const answer = await get(house, path, as);
  expect(answer.status).toBe(200);
  return (answer.json as { items: ReadonlyArray<Item> }).items;
};

export const expectOwnView = async (house: RoamingHouse, { agreement, from, other }: Settled): Promise<void> => {
  expect(await itemsOf(house, '/settlements', OURS)).toMatchObject([{ agreement, stage: 'closed' }]);
  expect(await itemsOf(house, '/settlements', THEIRS)).toMatchObject([{ agreement: `${other}-2026`, stage: 'drawn' }]);
  const period = `/settlements/${agreement}/${from}`;
  const own = await get(house, period, OURS);
  expect(own).toMatchObject({ status: 200, json: { statement: { partner: PARTNER }, instruction: { id: 'P-1' } } });
  // What is among ourselves is not there.
  for (const name of ['approvals', 'reason', 'days', 'terms']) expect(own.json).not.toHaveProperty(name);
  const csv = await get(house, `${period}/statement?format=csv`, OURS);
  expect([csv.status, csv.bytes.toString().includes('Direction,Service')]).toEqual([200, true]);
  for (const path of [period, `${period}/statement?format=csv`]) {
    expect(await get(house, path, THEIRS)).toMatchObject({ status: 404, json: { code: 'PeriodUnknown' } });
  }
  const sent = (await itemsOf(house, '/import-files', OURS)).map(({ name }) => String(name).slice(2, 7));
  expect(sent).toEqual([PARTNER, PARTNER]);
  expect(await itemsOf(house, '/import-files', THEIRS)).toMatchObject([
    { name: expect.stringContaining(other), status: 'done', audit: { in: 100 } },
  ]);
  const files = await itemsOf(house, '/clearing-files?limit=200', OURS);
  expect(files.some(({ kind, sentAtMs }) => kind === 'statement' && sentAtMs !== null)).toBe(true);
  expect(files.some(({ kind }) => kind === 'partnerDetail')).toBe(true);
  // A payment is for departments, Chinese statements as well.
  expect(files.filter(({ kind, name }) => kind === 'instruction' || String(name).includes('.zh.'))).toEqual([]);
  // Its server takes nothing, so it has been sent nothing.
  expect(await itemsOf(house, '/clearing-files?limit=200', THEIRS)).toEqual([]);
};

export const expectApart = async (house: RoamingHouse, { agreement, from }: Settled): Promise<void> => {
  for (const path of [
    '/settlements',
    `/settlements/${agreement}/${from}`,
    '/clearing-files',
    '/cases',
    '/import-files',
  ]) {
    expect(await house.ask('GET', path, { as: OURS })).toMatchObject({ status: 403 });
  }
  expect(await get(house, '/settlements', 'demo-operator')).toMatchObject({ status: 403 });
  expect(await house.ask('GET', '/own/settlements', { as: null })).toMatchObject({ status: 401 });
};
