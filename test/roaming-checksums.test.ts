import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAlerts } from '../store/operations/alerts.ts';
import { type Inbound, inboundOf, PATIENT } from './support/inbound.ts';
import { NETWORK_ELEMENTS } from './support/network-elements.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';

/** A partner whose files have checksums beside them, and come at set intervals (seed 002 §3.2.2). */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  const awaited = { usageMinutes: 60, nrtrdeMinutes: null };
  house = await startRoamingHouse('roaming_checksums', { elements: NETWORK_ELEMENTS, checksum: 'sha256', awaited });
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

const NAME = `CD${PARTNER}CHNCM00700`;
const outbox = 'outbox';
const lying = () => readdir(join(house.partner.files, outbox)).then((names) => names.sort());
const putCompanion = (hash: string) =>
  writeFile(join(house.partner.files, outbox, `${NAME}.sha256`), `${hash}  ${NAME}\n`);
const look = () => house.ask('POST', '/import-files/look');
const alertsOf = async () =>
  (await house.run(listAlerts({ tenant, filters: { source: 'roaming-import', subject: PARTNER } }))).items;
const codes = async (open: boolean) => (await alertsOf()).flatMap((one) => (one.open === open ? [one.code] : []));

it('one that has missed its interval is told once, until its next file comes', async () => {
  await look();
  await expect.poll(() => codes(true), PATIENT).toContain('FilesOverdue');
  await look();
  await expect
    .poll(
      async () => (await house.ask('GET', `/exchanges?from=2026-01-01&to=2027-12-31&partner=${PARTNER}`)).json,
      PATIENT,
    )
    .toMatchObject({
      items: [{ way: 'look', succeeded: 2 }],
    });
  const overdue = (await alertsOf()).filter(({ code }) => code === 'FilesOverdue');
  expect(overdue).toMatchObject([{ stage: 'usage', times: 1, open: true }]);
});

it('a file is taken when its checksum is there, and taken again as long as it differs', async () => {
  await house.partner.control({ send: 1, sequence: 700, records: 20, day: '20261102' });
  await expect.poll(lying, PATIENT).toEqual([NAME]);
  await look();
  await expect.poll(() => codes(true), PATIENT).toContain('ChecksumMissing');
  await putCompanion('0'.repeat(64));
  await look();
  await expect.poll(() => codes(true), PATIENT).toContain('ChecksumDiffers');
  // Nothing was taken for what it is not.
  expect((await house.ask('GET', `/import-files?partner=${PARTNER}`)).json).toMatchObject({ items: [] });
  expect(await lying()).toEqual([NAME, `${NAME}.sha256`]);
  const bytes = await readFile(join(house.partner.files, outbox, NAME));
  await putCompanion(createHash('sha256').update(bytes).digest('hex'));
  await look();
  await expect.poll(lying, PATIENT).toEqual([]);
  await house.waitFor(`/import-files?partner=${PARTNER}`, { items: [{ sequence: 700, records: 20, status: 'done' }] });
  expect((await readdir(join(house.partner.files, 'archive'))).sort()).toEqual([NAME, `${NAME}.sha256`]);
  // Its next file has come.
  await look();
  await expect.poll(() => codes(false), PATIENT).toContain('FilesOverdue');
});

it('a file of ours has its checksum beside it', async () => {
  await inbound.send('2026-11-02');
  const name = `CDCHNCM${PARTNER}00001`;
  await expect.poll(inbound.inbox, PATIENT).toContain(`${name}.sha256`);
  const bytes = await readFile(join(house.partner.files, 'inbox', name));
  const line = await readFile(join(house.partner.files, 'inbox', `${name}.sha256`), 'utf8');
  expect(line).toBe(`${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`);
});
