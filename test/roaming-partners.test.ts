import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { simulatedFile } from '../partners/roaming/simulator-file.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementJson, agreementWith } from './support/roaming-import.ts';

/** What is known of partners and departments as data over REST, with real file servers that files are taken from (seed 002 §2.2, §3.1.1). */

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_partners');
  await house.openSubscribers(5);
}, 120_000);
afterAll(() => house.stop());

const ONE = 'demo-unit-administrator';
const OTHER = 'demo-system-administrator';
/** Not in the settings. */
const NEW = 'DEUD1';

interface Server {
  readonly url: string;
  readonly fingerprints: ReadonlyArray<string>;
  readonly credential: string;
}
interface Document {
  readonly [field: string]: unknown;
  readonly server: Server;
}

const inForce = async (code: string): Promise<Document> => {
  const { json } = await house.ask('GET', `/partners/${code}`);
  const path = `/partners/${code}/revisions/${(json as { inForce: number }).inForce}`;
  return ((await house.ask('GET', path, { as: ONE })).json as { document: Document }).document;
};
const propose = (path: string, document: object, as = ONE) =>
  house.ask('POST', `${path}/revisions`, { body: { document, note: 'told by telephone on 2026-11-20' }, as });
const approve = (path: string, revision: number, as = OTHER) =>
  house.ask('POST', `${path}/revisions/${revision}/approve`, { as });

/** The department's server has the same user, and another host key. */
const otherServer = (credential: string): Server => ({
  url: `sftp://rps@127.0.0.1:${house.finance.port}`,
  fingerprints: [house.finance.fingerprint],
  credential,
});

let sequence = 10;
/** A file appears in the outbox of a server, is looked for and imported. */
const exchanged = async (sender: string, files: string, rated = 20): Promise<void> => {
  sequence += 1;
  const file = { sender, recipient: 'CHNCM', sequence, records: 20, subscribers: 5, firstRecord: sequence * 100 };
  const rest = { day: '20261102', utcOffset: '+0800', agreement: agreementWith(sender) };
  await writeFile(
    join(files, 'outbox', `CD${sender}CHNCM000${sequence}`),
    Buffer.concat([...simulatedFile({ ...file, ...rest })]),
  );
  expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
  await expect.poll(() => readdir(join(files, 'outbox')), { timeout: 30_000 }).toEqual([]);
  await house.waitFor('/import-files?limit=1', {
    items: [{ partner: sender, sequence, status: 'done', audit: { in: 20, rated } }],
  });
};

it('the settings are the first revision; a key is named in it and not held', async () => {
  await house.waitFor('/partners', {
    items: expect.arrayContaining([expect.objectContaining({ kind: 'partner', name: PARTNER, inForce: 1 })]),
  });
  const document = await inForce(PARTNER);
  expect(document).toMatchObject({ code: PARTNER, server: { credential: PARTNER }, bookDigits: 1 });
  expect(JSON.stringify(document)).not.toMatch(/PRIVATE|password/);
  await exchanged(PARTNER, house.partner.files);
});

it('what cannot be used is told by place, everything at once; who is no administrator proposes nothing', async () => {
  const document = await inForce(PARTNER);
  const path = `/partners/${PARTNER}`;
  const server = { ...document.server, url: 'ftp://somewhere', fingerprints: ['MD5:00'] };
  const wrong = await propose(path, { ...document, server, awaited: { usageMinutes: 1, nrtrdeMinutes: null } });
  expect(wrong).toMatchObject({ status: 422, json: { code: 'InvalidTerms' } });
  const fields = (wrong.json as { errors: ReadonlyArray<{ field: string }> }).errors.map(({ field }) => field);
  expect(fields.toSorted()).toEqual([
    'document/awaited/usageMinutes',
    'document/server/fingerprints/0',
    'document/server/url',
  ]);
  const withPassword = { ...document.server, url: 'sftp://rps:secret@host' };
  expect(await propose(path, { ...document, server: withPassword })).toMatchObject({ status: 422 });
  expect(await propose(path, { ...document, bookDigits: 2 })).toMatchObject({
    status: 422,
    json: { errors: [{ field: 'document/bookDigits', code: 'BookDigitsFixed' }] },
  });
  expect(await propose(path, { ...document, code: NEW })).toMatchObject({
    status: 422,
    json: { errors: [{ field: 'document/code', code: 'OtherName' }] },
  });
  expect(await propose(path, document)).toMatchObject({ status: 409, json: { code: 'SameAsInForce' } });
  expect(await propose(path, { ...document, name: 'new' }, 'demo-operator')).toMatchObject({ status: 403 });
  expect(await propose(path, { ...document, name: 'new' }, 'demo-finance')).toMatchObject({ status: 403 });
});

it('a partner moves to another server with two persons’ word, and files are taken from there without a restart', async () => {
  const path = `/partners/${PARTNER}`;
  const before = await inForce(PARTNER);
  const after = { ...before, name: 'moved', server: otherServer(PARTNER) };
  expect(await propose(path, after)).toMatchObject({ status: 201, json: { revision: 2 } });
  // Not before another person has approved it.
  await exchanged(PARTNER, house.partner.files);
  expect(await approve(path, 2, ONE)).toMatchObject({ status: 403, json: { code: 'SecondPersonNeeded' } });
  expect(await approve(path, 2)).toMatchObject({ status: 200 });
  await exchanged(PARTNER, house.finance.files);
  expect(await inForce(PARTNER)).toEqual(after);
  expect(await propose(path, before, OTHER)).toMatchObject({ json: { revision: 3 } });
  expect(await approve(path, 3, ONE)).toMatchObject({ status: 200 });
  await exchanged(PARTNER, house.partner.files);
});

it('a partner that no settings have is worked with once it is approved; a key that is missing is told, and may come later', async () => {
  const agreement = `/agreements/CHNCM-${NEW}`;
  expect(await propose(agreement, agreementJson(NEW), 'demo-finance')).toMatchObject({ status: 201 });
  expect(await approve(agreement, 1, ONE)).toMatchObject({ status: 200 });
  const document = {
    ...(await inForce(PARTNER)),
    code: NEW,
    name: 'new',
    visitors: null,
    server: otherServer('later'),
  };
  expect(await propose(`/partners/${NEW}`, document)).toMatchObject({ status: 201, json: { revision: 1 } });
  expect(await approve(`/partners/${NEW}`, 1)).toMatchObject({ status: 200 });
  const alerts = async () => {
    await house.ask('POST', '/import-files/look');
    const { items } = await house.run(listAlerts({ tenant, filters: { subject: NEW } }));
    return items.map(({ code }) => code);
  };
  await expect.poll(alerts, { timeout: 30_000, interval: 500 }).toContain('CredentialMissing');
  await house.putCredential('later');
  // The plan has no tariff for all that was used there.
  await exchanged(NEW, house.finance.files, 12);
});

it('a department moves to another server with two persons’ word, and gets what it is to get from then on', async () => {
  const path = '/departments/finance';
  await house.waitFor('/departments', { items: [{ kind: 'department', name: 'finance', inForce: 1 }] });
  const { document } = (await house.ask('GET', `${path}/revisions/1`, { as: ONE })).json as { document: Document };
  expect(document).toMatchObject({ cycles: ['daily', 'weekly', 'monthly'], server: { credential: 'finance' } });
  const wrong = await propose(path, {
    ...document,
    cycles: ['yearly'],
    server: { ...document.server, url: 'sftp://a' },
  });
  expect(wrong).toMatchObject({ status: 422, json: { code: 'InvalidTerms' } });
  expect(await propose(path, document, 'demo-finance')).toMatchObject({ status: 403 });
  const atPartner = { ...(await inForce(PARTNER)).server, credential: 'finance' };
  const after = { ...document, server: atPartner, cycles: ['daily'] };
  expect(await propose(path, after)).toMatchObject({ status: 201, json: { revision: 2 } });
  const billing = (day: string): string => `BDCHNCM${PARTNER}${day}.csv`;
  const close = async (day: string, files: string): Promise<void> => {
    expect(await house.ask('POST', '/days/close', { body: { through: day } })).toMatchObject({ status: 202 });
    const sent = () => readdir(join(files, 'inbox'));
    await expect.poll(sent, { timeout: 60_000 }).toContain(billing(day.replaceAll('-', '')));
  };
  await close('2026-11-02', house.finance.files);
  expect(await approve(path, 2)).toMatchObject({ status: 200 });
  await close('2026-11-03', house.partner.files);
  // Over a Sunday: of a week that has brought something, for whoever gets weeks. Reports follow one another.
  await close('2026-11-09', house.partner.files);
  const all = [
    ...(await readdir(join(house.finance.files, 'inbox'))),
    ...(await readdir(join(house.partner.files, 'inbox'))),
  ];
  expect(all.filter((name) => name.startsWith('BW'))).toEqual([]);
  // Ended from a day that is over, it gets nothing; what went to it before is known; served again, what is new.
  const change = async (revision: number, endedFrom: string | null): Promise<void> => {
    expect(await propose(path, { ...after, endedFrom })).toMatchObject({ status: 201, json: { revision } });
    expect(await approve(path, revision)).toMatchObject({ status: 200 });
  };
  expect(await propose(path, { ...after, endedFrom: 'soon' })).toMatchObject({
    ...{ status: 422, json: { errors: [{ field: 'document/endedFrom' }] } },
  });
  await change(3, '2026-11-10');
  expect(await house.ask('POST', '/days/close', { body: { through: '2026-11-10' } })).toMatchObject({ status: 202 });
  const reportOf = (day: string): string => `/clearing-files?kind=dayReport&partner=${PARTNER}&of=${day}`;
  await house.waitFor(reportOf('2026-11-10'), { items: [{ way: 'made' }] });
  await change(4, null);
  await close('2026-11-11', house.partner.files);
  expect(await readdir(join(house.partner.files, 'inbox'))).not.toContain(billing('20261110'));
  await house.waitFor(reportOf('2026-11-09'), { items: [{ sent: { finance: expect.any(Number) } }] });
}, 240_000);
