import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sm3Hex } from '../domain/keys/sm3.ts';
import { FrameWriter } from '../domain/matching/frame.ts';
import { type DetailHeader, detailFrame, detailHeader } from '../domain/roaming/settlement/detail.ts';
import { simulatedFile, simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { compareDetails } from '../store/roaming/compare-details.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementWith } from './support/roaming-import.ts';
import { AGREEMENT, SUBSCRIBERS, terms } from './support/roaming-settlement.ts';

/** Results go back to the visited operator (seed 002 §2.2.2): with the statement of a period goes what became of each of its records. */

const FROM = '2026-10-01';
const TO = '2026-10-31';
const FILE = `CD${PARTNER}CHNCM00301`;
let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_statement_detail', { statementDetail: true });
  await house.openSubscribers(SUBSCRIBERS);
  const numbers = Array.from({ length: SUBSCRIBERS }, (_, at) => simulatedSubscriber(at).msisdn);
  await vi.waitFor(
    async () =>
      expect(await house.run(subscribersOf(tenant, 'msisdn', numbers))).toEqual(numbers.map((_, at) => `S${at}`)),
    { timeout: 60_000 },
  );
}, 120_000);
afterAll(() => house.stop());

const path = `/settlements/${AGREEMENT}/${FROM}`;
const asFinance = { as: 'demo-finance' };
const inbox = () => readdir(join(house.partner.files, 'inbox'));
const received = (name: string) => readFile(join(house.partner.files, 'inbox', name));
const detailName = (revision: number): string => `UDCHNCM${PARTNER}20261001R${revision}.txt`;
const rowsOf = (bytes: Buffer): ReadonlyArray<ReadonlyArray<string>> =>
  bytes
    .toString()
    .split('\n')
    .slice(1, -2)
    .map((line) => line.split('|').slice(1));

describe('a partner whose settings say so', () => {
  it('is sent what became of each record of the period, with the hash of every file', async () => {
    const file = {
      ...{ sender: PARTNER, recipient: 'CHNCM', sequence: 301, records: 100, subscribers: SUBSCRIBERS },
      ...{ day: '20261006', utcOffset: '+0800', agreement: agreementWith(PARTNER), severe: 2, strangers: 3 },
    };
    const bytes = Buffer.concat([...simulatedFile(file)]);
    const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${FILE}`, { bytes });
    await house.waitFor((answer.headers.get('location') ?? '').replace('/v1/roaming', ''), {
      status: 'done',
      audit: { in: 100, rejected: 2 },
    });
    const body = terms(FROM, TO);
    expect(await house.ask('POST', '/settlements', { body, ...asFinance })).toMatchObject({ status: 201 });
    expect(await house.ask('POST', '/days/close', { body: { through: TO } })).toMatchObject({ status: 202 });
    await expect
      .poll(async () => (await house.ask('GET', path)).json, { timeout: 200_000, interval: 200 })
      .toMatchObject({ stage: 'drawn' });
    const list = `STCHNCM${PARTNER}20261001R1.files.json`;
    await expect.poll(inbox, { timeout: 60_000 }).toContain(list);
    const detail = await received(detailName(1));
    expect((await received(`${detailName(1)}.sm3`)).toString()).toBe(`${sm3Hex(detail)}  ${detailName(1)}\n`);
    const { files } = JSON.parse((await received(list)).toString()) as {
      readonly files: ReadonlyArray<{ readonly kind: string; readonly name: string; readonly sm3: string }>;
    };
    expect(files).toHaveLength(5);
    for (const { name, sm3 } of files) expect(sm3Hex(await received(name))).toBe(sm3);
    const rows = rowsOf(detail);
    expect(files.at(-1)).toMatchObject({ kind: 'detail', name: detailName(1), rows: rows.length });
    // By file and place, as TAP has them; two with a severe error were never read, and are in a RAP file.
    const statuses = rows.map((row) => row.at(-1));
    expect(rows.every(([name]) => name === FILE)).toBe(true);
    expect(new Set(rows.map(([, record]) => record)).size).toBe(rows.length);
    const { audit } = (
      (await house.ask('GET', `/import-files?partner=${PARTNER}&limit=1`)).json as {
        items: [{ audit: { rated: number; quarantined: number } }];
      }
    ).items[0];
    expect(statuses.filter((status) => status === 'AGREED')).toHaveLength(audit.rated);
    expect(statuses.filter((status) => status === 'DISPUTED')).toHaveLength(audit.quarantined);
    for (const name of ['46001', simulatedSubscriber(1).msisdn]) expect(detail.includes(name)).toBe(false);
  }, 240_000);

  it('holds it against its own by the same layout', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hufu-detail-'));
    try {
      const bytes = await received(detailName(1));
      const rows = rowsOf(bytes);
      const header: DetailHeader = { sender: PARTNER, receiver: 'CHNCM', from: FROM, to: TO };
      const own = new FrameWriter(detailFrame('UTF-8'));
      const changed = rows.map((row, at) => (at === 0 ? row.map((cell, column) => (column === 6 ? '7' : cell)) : row));
      await writeFile(
        join(directory, 'own'),
        Buffer.concat([own.header(...detailHeader(header)), own.rows(changed), own.trailer({})]),
      );
      await writeFile(join(directory, 'ours'), bytes);
      const job = { ours: join(directory, 'own'), theirs: join(directory, 'ours'), scratch: directory };
      const awaited = { ...header, sender: 'CHNCM', receiver: PARTNER };
      const compared = await compareDetails({ ...job, awaited, report: join(directory, 'report') });
      expect(compared).toMatchObject({
        differences: 1,
        counts: { pairs: rows.length, equal: rows.length - 1, amount: 1 },
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('gets one detail with each revision, which stays as it was and is seen in the log', async () => {
    const before = await received(detailName(1));
    const say = (verb: string, said: object) => house.ask('POST', `${path}/${verb}`, { body: said, ...asFinance });
    expect(await say('reopen', { reason: 'to be drawn once more' })).toMatchObject({ status: 200 });
    await house.waitFor(path, { stage: 'drawn', revision: 2 });
    await expect.poll(inbox, { timeout: 60_000 }).toContain(`STCHNCM${PARTNER}20261001R2.files.json`);
    // Nothing has become of any record since.
    expect((await received(detailName(2))).equals(before)).toBe(true);
    const log = await house.ask('GET', `/clearing-files?kind=detail&of=${AGREEMENT}:${FROM}`);
    const { items } = log.json as { items: ReadonlyArray<{ key: string; name: string; sent: object }> };
    expect(items.map(({ name }) => name)).toEqual([detailName(2), detailName(1)]);
    for (const { sent } of items) expect(Object.keys(sent)).toEqual([PARTNER]);
    const content = await house.ask(
      'GET',
      `/clearing-files/${encodeURIComponent(items[1]?.key ?? '')}/content`,
      asFinance,
    );
    expect(content.bytes.equals(before)).toBe(true);
    expect((await inbox()).filter((name) => name.startsWith('UD') && name.endsWith('.txt'))).toHaveLength(2);
  }, 120_000);
});
