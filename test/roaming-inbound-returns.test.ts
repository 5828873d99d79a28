import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inbound, inboundOf, PATIENT, startInbound } from './support/inbound.ts';
import { PARTNER, type RoamingHouse } from './support/roaming-house.ts';

/** What partners return of our files in RAP files (TD.32): corrected and sent again, or given up. */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startInbound('roaming_inbound_returns');
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

describe('what a partner returns', () => {
  const lookAtPartner = async (): Promise<void> => {
    const outbox = () => readdir(join(house.partner.files, 'outbox'));
    await expect.poll(outbox, PATIENT).toHaveLength(1);
    await house.ask('POST', '/import-files/look');
    await expect.poll(outbox, PATIENT).toEqual([]);
  };
  interface Item {
    readonly file: string;
    readonly place: number;
    readonly chargeMinor: number;
  }
  const returned = async (status: string): Promise<ReadonlyArray<Item>> =>
    ((await house.ask('GET', `/returned-records?partner=${PARTNER}&status=${status}`)).json as { items: Item[] }).items;
  const settle = ({ file, place }: Item, body: object) =>
    house.ask('POST', `/returned-records/${PARTNER}/${file}/${place}/settle`, { body });
  /** Ten records, of visitors 0 to 9 by their IMSIs. */
  const use = async (): Promise<void> => {
    const sequence = await inbound.write('MSC02', { records: 10, prefixes: ['45412'] });
    await inbound.look('MSC02');
    await inbound.newest('MSC02', { sequence, status: 'done', audit: { rated: 10 } });
  };

  it('is shown with what is wrong; corrected records go again under the RAP file’s number, and the books follow', async () => {
    const start = await inbound.booked(PARTNER);
    await use();
    const before = await inbound.booked(PARTNER);
    // It takes none of these visitors for its own.
    await house.partner.control({ imsiPrefixes: ['99999'] });
    await inbound.send('2026-11-06');
    await lookAtPartner();
    await house.waitFor('/import-files?partner=HKGPP&limit=1', {
      items: [{ status: 'done', format: 'RAP-0105', sequence: 1, audit: { in: 10, rated: 10 } }],
    });
    const open = await returned('open');
    expect(open).toHaveLength(10);
    expect(open[0]).toMatchObject({
      rap: 1,
      sequence: 1,
      record: 1,
      findings: [{ item: 'imsi', code: 200, explanation: expect.stringContaining('recipient') }],
    });
    expect((await inbound.booked(PARTNER)).amountMinor).toBe(start.amountMinor);
    await expect.poll(inbound.inbox, PATIENT).toContain(`ACCHNCM${PARTNER}00001`);
    const [first, second, third] = open;
    if (first === undefined || second === undefined || third === undefined) throw new Error('no returns');
    expect(await settle(first, { correction: null, note: 'not ours to ask for' })).toMatchObject({ status: 202 });
    expect(await settle(second, { correction: { msisdn: '' }, note: 'the number was another’s' })).toMatchObject({
      status: 202,
    });
    await house.waitFor(`/returned-records?partner=${PARTNER}&status=open`, { items: { length: 8 } });
    expect(await returned('lost')).toMatchObject([{ note: 'not ours to ask for' }]);
    expect(await settle(first, { correction: {}, note: 'again' })).toMatchObject({ status: 409 });
    expect((await inbound.booked(PARTNER)).amountMinor).toBe(start.amountMinor + BigInt(second.chargeMinor));
    expect((await inbound.booked(PARTNER)).events).toBe(before.events);
    await house.partner.control({ imsiPrefixes: [] });
    await inbound.send('2026-11-07');
    await expect.poll(inbound.inbox, PATIENT).toContain(`CDCHNCM${PARTNER}00002`);
    const { findings, pieces } = await inbound.judged(`CDCHNCM${PARTNER}00002`);
    expect(findings).toEqual([]);
    const records = pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.plain()] : []));
    const text = JSON.stringify(records, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    expect(records).toHaveLength(1);
    expect(text).toContain('"rapFileSequenceNumber":"00001"');
    expect(text).not.toContain('"msisdn"');
  });

  it('as a whole is made anew and sent again under its own number', async () => {
    await use();
    await house.partner.control({ live: false });
    await inbound.send('2026-11-08');
    await lookAtPartner();
    await house.waitFor('/import-files?partner=HKGPP&limit=1', {
      items: [{ status: 'done', sequence: 2, audit: { in: 1, rated: 1 } }],
    });
    await house.partner.control({ live: true });
    const whole = (await returned('open')).find((one) => (one as unknown as { record: number }).record === 0);
    if (whole === undefined) throw new Error('no file came back');
    expect(whole).toMatchObject({ sequence: 3, findings: [{ item: 'batchControlInfo', code: 39 }] });
    // What it has looked at, a partner takes away.
    await rm(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00003`));
    await settle(whole, { correction: {}, note: 'it is live by now' });
    const files = expect.arrayContaining([
      expect.objectContaining({ sequence: 3, status: 'sent', rap: 2, records: 10 }),
    ]);
    await house.waitFor(`/outgoing-files/${PARTNER}`, { files });
    expect((await inbound.judged(`CDCHNCM${PARTNER}00003`)).report).toMatchObject({
      verdict: 'accepted',
      header: { rapSequence: 2, sequence: 3 },
    });
  });

  it('or says that it has not got is put there once more', async () => {
    await rm(join(house.partner.files, 'inbox', `CDCHNCM${PARTNER}00002`));
    await house.partner.control({ misses: 2 });
    await lookAtPartner();
    await expect.poll(inbound.inbox, PATIENT).toContain(`CDCHNCM${PARTNER}00002`);
    await expect.poll(inbound.inbox, PATIENT).toContain(`ACCHNCM${PARTNER}00003`);
  });
});
