import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFile as readRoamingFile } from '../domain/roaming/codec/file-reader.ts';
import type { RoamingSettings } from '../partners/roaming/simulator.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse } from './support/roaming-house.ts';

/** A partner whose files go back as a whole, by themselves, when TD.57 calls an error in them fatal. */

let house: RoamingHouse;

beforeAll(async () => {
  house = await startRoamingHouse('roaming_returns', { returnFatal: true });
  await house.openSubscribers(10);
}, 120_000);
afterAll(() => house.stop());

const send = async (settings: Partial<RoamingSettings>): Promise<void> => {
  const outbox = () => readdir(join(house.partner.files, 'outbox'));
  await house.partner.control({ send: 1, records: 50, day: '20261103', ...settings });
  await expect.poll(outbox, { timeout: 30_000 }).toHaveLength(1);
  expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
  await expect.poll(outbox, { timeout: 60_000 }).toEqual([]);
};
/** The newest file of this status, as it is known by itself. */
const newest = async (status: string): Promise<unknown> => {
  const { json } = await house.ask('GET', `/import-files?status=${status}&limit=1`);
  const [file] = (json as { items: ReadonlyArray<{ sm3: string }> }).items;
  return file === undefined ? undefined : (await house.ask('GET', `/import-files/${PARTNER}/${file.sm3}`)).json;
};
const waitForNewest = (status: string, found: object) =>
  expect.poll(() => newest(status), { timeout: 60_000 }).toMatchObject(found);
const inbox = () => readdir(join(house.partner.files, 'inbox'));

it.each<readonly [NonNullable<RoamingSettings['spoil']>, number, string]>([
  ['wrongAudit', 1, 'auditControlInfoError'],
  ['truncated', 2, 'transferBatchError'],
])('a file that is %s goes back by itself, and its number may come again', async (spoil, number, group) => {
  await send({ sequence: number, spoil });
  const name = `RCCHNCM${PARTNER}0000${number}`;
  await waitForNewest('discarded', { returned: { name }, note: expect.stringContaining(name), audit: null });
  expect(await inbox()).toContain(name);
  const { pieces, refused } = readRoamingFile(await readFile(join(house.partner.files, 'inbox', name)));
  expect(refused).toBeUndefined();
  const records = pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.plain()] : []));
  expect(records).toMatchObject([
    { fatalReturn: { fileSequenceNumber: `0000${number}`, [group]: { errorDetail: expect.anything() } } },
  ]);
  await send({ sequence: number, spoil: 'none' });
  await house.waitFor('/import-files?status=done&limit=1', { items: [{ sequence: number, audit: { rated: 50 } }] });
});

it.each<readonly [NonNullable<RoamingSettings['spoil']>, string]>([
  ['otherPartner', 'OtherPartner'],
  ['wrongCurrency', 'WrongCurrency'],
  ['text', 'TextFile'],
])('a file that is %s waits for a person', async (spoil, code) => {
  await send({ spoil });
  const problems = expect.arrayContaining([expect.objectContaining({ code })]);
  await waitForNewest('quarantined', { problems, returned: null });
  expect(await inbox()).toEqual([1, 2].map((number) => `RCCHNCM${PARTNER}0000${number}`));
});
