import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LineQuality } from '../../partners/simulator/bad-line.ts';
import { type Inbound, inboundOf, PATIENT } from '../support/inbound.ts';
import { NETWORK_ELEMENTS } from '../support/network-elements.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse } from '../support/roaming-house.ts';

/** Files are exchanged over lines that are slow, lose packets, have little bandwidth, or break (seed 002 §5.1.2). */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_lines', { elements: NETWORK_ELEMENTS, overLine: true });
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

const RECORDS = 400;
const outbox = () => readdir(join(house.partner.files, 'outbox'));
interface Exchanges {
  readonly way: string;
  readonly tried: number;
  readonly succeeded: number;
  readonly successShare: number;
  readonly meanMs: number;
}
const exchanges = async (): Promise<ReadonlyMap<string, Exchanges>> => {
  const today = new Date().toISOString().slice(0, 10);
  const dayBefore = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const { json } = await house.ask('GET', `/exchanges?from=${dayBefore}&to=${today}&partner=${PARTNER}`);
  return new Map((json as { items: ReadonlyArray<Exchanges> }).items.map((one) => [one.way, one]));
};

let sequence = 600;
let day = 10;

/** A file from the partner and one to it. */
const exchange = async (): Promise<void> => {
  sequence += 1;
  day += 1;
  await house.partner.control({ send: 1, records: RECORDS, sequence, day: '20261102' });
  const cdrs = await inbound.write('MSC01', { records: 12, prefixes: ['45412'], day: '20261103' });
  await expect.poll(outbox, PATIENT).toHaveLength(1);
  await inbound.look('MSC01');
  await house.waitFor(`/import-files?partner=${PARTNER}&limit=1`, {
    items: [{ sequence, status: 'done', records: RECORDS }],
  });
  await inbound.newest('MSC01', { sequence: cdrs, status: 'done' });
  await inbound.send(`2026-11-${day}`);
  const name = `CDCHNCM${PARTNER}${String(day - 10).padStart(5, '0')}`;
  await expect.poll(inbound.inbox, PATIENT).toContain(name);
  expect((await stat(join(house.partner.files, 'inbox', name))).size).toBeGreaterThan(1_000);
  await house.waitFor(`/outgoing-files/${PARTNER}`, {
    files: expect.arrayContaining([expect.objectContaining({ occasion: `2026-11-${day}`, status: 'sent' })]),
  });
};

it.each<readonly [string, Partial<LineQuality>]>([
  ['a delay of 100 ms', { roundTripMs: 100 }],
  ['a delay of 500 ms', { roundTripMs: 500 }],
  ['1 % of packets lost', { roundTripMs: 50, loss: 0.01 }],
  ['5 % of packets lost', { roundTripMs: 50, loss: 0.05 }],
  ['a bandwidth of 512 kbit/s', { bytesPerSecond: 64_000 }],
])(
  'files go both ways over a line with %s, and each exchange is measured',
  async (_, quality) => {
    const before = await exchanges();
    house.line.become(quality);
    await exchange();
    const after = await exchanges();
    for (const way of ['look', 'take', 'send']) {
      const [was, is] = [before.get(way), after.get(way)];
      expect(is?.succeeded, way).toBeGreaterThan(was?.succeeded ?? 0);
      expect(is?.successShare, way).toBe(1);
    }
    // A request and its answer at least.
    if (quality.roundTripMs !== undefined) expect(after.get('take')?.meanMs).toBeGreaterThan(0);
  },
  120_000,
);

it('a line that breaks in the middle is taken up again, and the file comes whole', async () => {
  house.line.become({ cutAfterBytes: 30_000, cuts: 2 });
  await exchange();
  expect(house.line.cut()).toBe(2);
}, 120_000);

it('a server that cannot be reached is an exchange that failed', async () => {
  const before = await exchanges();
  await house.partner.control({ server: { ...house.partner.settings().server, down: true } });
  await house.ask('POST', '/import-files/look');
  await expect.poll(async () => (await exchanges()).get('look')?.successShare, PATIENT).toBeLessThan(1);
  const after = await exchanges();
  expect(after.get('look')?.succeeded).toBe(before.get('look')?.succeeded);
  expect(await inbound.alerts(PARTNER)).toContain('Unavailable looking');
}, 120_000);
