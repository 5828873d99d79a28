import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import { PartnerLayoutWriter } from '../domain/sim/resource/partner-layout.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { type Resources, startResources } from './support/resources.ts';

/** Files of IMSIs and ICCIDs as staff and the base operator hand them over (seed 000 §6.1). */

const tenant = 'demo' as TenantId;
let resources: Resources;
const ask = (...parts: Parameters<Resources['ask']>) => resources.ask(...parts);
const waitFor = (path: string, found: object) => resources.waitFor(path, found);
const run: Resources['run'] = (effect) => resources.run(effect);

beforeAll(async () => {
  resources = await startResources('resource_files');
}, 120_000);
afterAll(() => resources.stop());

const handIn = async (name: string, text: string): Promise<string> => {
  const answer = await ask('POST', `/resource-files?name=${name}`, { text });
  expect(answer).toMatchObject({ status: 202 });
  return (answer.headers.get('location') ?? '').replace('/v1/sim', '');
};
const imsi = (n: number): string => `46001${String(n).padStart(10, '0')}`;

describe('files of resources', () => {
  it('handed in as CSV become ranges; each line has its fate; the same bytes again change nothing', async () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `${imsi(n)},P1,${n < 3_000 ? '110000' : '310000'}`);
    const csv = ['imsi,product,city', ...lines, `${imsi(10)},P1,110000`, '4600,P1,110000', `${imsi(9_000)},,`].join(
      '\n',
    );
    const path = await handIn('imsi.csv', csv);
    await waitFor(path, {
      status: 'done',
      lines: 5_003,
      accepted: 5_000,
      refused: 3,
      numbers: 5_000,
      ranges: { length: 2 },
    });
    const report = (await ask('GET', `${path}/report`)).bytes.toString().trim().split('\n');
    expect(report.map((row) => row.split(',').slice(0, 4).join(','))).toEqual([
      'from_line,to_line,result,code',
      '2,3001,accepted,',
      '3002,5001,accepted,',
      '5002,5002,refused,NumbersRepeated',
      '5003,5003,refused,InvalidNumber',
      '5004,5004,refused,InvalidProduct',
    ]);
    await waitFor('/stock/numbers?type=imsi', {
      stock: [
        { product: 'P1', city: '110000', free: 3_000 },
        { product: 'P1', city: '310000', free: 2_000 },
      ],
    });
    expect(await handIn('again.csv', csv)).toBe(path);
    await waitFor(path, { status: 'done', deliveries: 2, otherNames: ['again.csv'] });
    expect(await ask('GET', '/ranges?type=imsi')).toMatchObject({ json: { items: { length: 2 } } });
  });

  it('that overlap what is registered are refused line by line', async () => {
    const csv = [
      'imsi,last,product',
      `${imsi(4_990)},,P1`,
      `${imsi(4_999)},${imsi(5_009)},P1`,
      `${imsi(5_010)},,P1`,
    ].join('\r\n');
    const path = await handIn('more.csv', csv);
    await waitFor(path, { status: 'done', accepted: 1, refused: 2, numbers: 1 });
    expect((await ask('GET', `${path}/report`)).bytes.toString()).toMatch(
      /^2,2,refused,NumbersRegistered.*\n3,3,refused,NumbersRegistered.*\n4,4,accepted/m,
    );
  });

  it('that do not parse are kept out until a person has looked', async () => {
    const path = await handIn('strange.csv', 'number,product\n1,P1\n');
    await waitFor(path, { status: 'quarantined', problems: [{ line: 1, code: 'MissingHeader' }] });
    expect(await ask('GET', `${path}/report`)).toMatchObject({ status: 404, json: { code: 'ReportMissing' } });
    const alerts = await run(listAlerts({ tenant, filters: { source: 'resource-files' } }));
    expect(alerts.items).toMatchObject([{ code: 'MissingHeader', open: true }]);
    expect(await ask('POST', `${path}/release`, { body: { note: 'again' } })).toMatchObject({ status: 202 });
    await waitFor(path, { status: 'quarantined', attempt: 2 });
    expect(await ask('POST', `${path}/discard`, { body: { reason: 'wrong' } })).toMatchObject({
      json: { status: 'discarded' },
    });
    expect(await ask('POST', `${path}/discard`, { body: { reason: 'wrong' }, as: 'demo-auditor' })).toMatchObject({
      status: 403,
    });
  });

  it('that lie on VOP’s server are taken at once when a person asks, once, and moved to its archive', async () => {
    const files = resources.vopFiles;
    const writer = new PartnerLayoutWriter({
      type: 'iccid',
      sender: 'VOP',
      receiver: 'RPS',
      batch: '20261126-01',
      sequence: 1,
      created: '2026-11-26T02:00:00Z',
    });
    const iccid = (n: number) => iccidOfBody(`89860126${String(n).padStart(11, '0')}`);
    const rows = [{ first: iccid(0), last: iccid(999), product: 'P1', city: '' }];
    const bytes = Buffer.concat([writer.begin(), writer.rows(rows), writer.end()]);
    await writeFile(join(files, 'resource', writer.name), bytes);
    const broken = writer.name.replace('S01', 'S02');
    await writeFile(join(files, 'resource', broken), Buffer.concat([bytes, Buffer.from('more\n')]));
    expect(await ask('POST', '/resource-files/look', { as: 'rival-operator' })).toMatchObject({
      status: 403,
      json: { code: 'NotOperationsTenant' },
    });
    expect(await ask('POST', '/resource-files/look')).toMatchObject({ status: 202 });
    await waitFor('/resource-files?source=poll&status=done', {
      items: [{ name: writer.name, type: 'iccid', numbers: 1_000 }],
    });
    await waitFor('/resource-files?source=poll&status=quarantined', { items: [{ name: broken, problemCount: 2 }] });
    await expect.poll(() => readdir(join(files, 'resource')), { timeout: 10_000 }).toEqual([]);
    // The same file delivered again is known: nothing is imported, it goes to the archive.
    await writeFile(join(files, 'resource', 'SAME.txt'), bytes);
    await ask('POST', '/resource-files/look');
    await expect.poll(() => readdir(join(files, 'resource')), { timeout: 10_000 }).toEqual([]);
    await waitFor('/resource-files?source=poll&status=done', { items: [{ deliveries: 2 }] });
    await waitFor('/stock/numbers?type=iccid', { stock: [{ free: 1_000 }] });
  });
});
