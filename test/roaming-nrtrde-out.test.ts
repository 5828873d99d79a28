import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileReader } from '../domain/roaming/codec/file-reader.ts';
import { NO_TROUBLES } from '../partners/simulator/server.ts';
import { Processes } from '../temporal/client.ts';
import { roamingContract } from '../workflows/roaming/contract.ts';
import { type Inbound, inboundOf, PATIENT } from './support/inbound.ts';
import { NETWORK_ELEMENTS } from './support/network-elements.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';

/** Usage of visitors on its way to their home operator in near real time (TD.35), over SFTP. */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_nrtrde_out', { elements: NETWORK_ELEMENTS });
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

const sendNow = (key: string) =>
  house.run(
    Effect.flatMap(Processes, (processes) =>
      processes.start(roamingContract.workflows.sendNrtrde, { key, input: { tenant } }),
    ),
  );
const received = async () => (await inbound.inbox()).filter((name) => name.startsWith('NR'));

it('each event goes once, under a number without a gap, though the connection breaks; one that comes late is told', async () => {
  const sequence = await inbound.write('MSC01', { records: 200, prefixes: ['45412'], day: '20261105' });
  await inbound.look('MSC01');
  await inbound.newest('MSC01', { sequence, status: 'done', audit: { in: 200, rated: 200 } });
  // Three weeks old: by then the element has broken what was agreed already.
  expect(await inbound.alerts('MSC01')).toContain('NearRealTimeLate collection');
  await house.partner.control({ server: { ...NO_TROUBLES, dropAfterBytes: 1_000, drops: 2 } });
  await sendNow('first');
  const name = `NRCHNCM${PARTNER}0000001`;
  await expect.poll(received, PATIENT).toEqual([name]);
  expect(house.partner.settings().server.drops).toBeLessThan(2);
  await expect.poll(() => inbound.alerts(PARTNER), PATIENT).toContain('NearRealTimeLate sending');
  const reader = new FileReader();
  const pieces = [...reader.feed(await readFile(join(house.partner.files, 'inbox', name))), ...reader.end()];
  expect(reader.refused).toBeUndefined();
  const records = pieces.flatMap((piece) => (piece.kind === 'record' ? [JSON.stringify(piece.plain())] : []));
  expect(records).toHaveLength(200);
  expect(new Set(records).size).toBe(200);
  // Asked again, in the same quarter or the next: nothing waits.
  await sendNow('second');
  await house.waitFor(`/outgoing-files/${PARTNER}`, {
    last: { nrtrde: 1 },
    files: [{ series: 'nrtrde', sequence: 1, records: 200, status: 'sent', sentAtMs: expect.any(Number) }],
  });
  expect(await received()).toEqual([name]);
});
