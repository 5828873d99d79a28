import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Inbound, inboundOf, PATIENT, startInbound } from './support/inbound.ts';
import { NETWORK_ELEMENTS } from './support/network-elements.ts';
import { example } from './support/rating.ts';
import { PARTNER, type RoamingHouse } from './support/roaming-house.ts';

/** Elements of our network as data over REST, with a real file server that their files are fetched from (seed 002 §3.2.1, §3.4.1). */

let house: RoamingHouse;
let inbound: Inbound;
beforeAll(async () => {
  house = await startInbound('roaming_elements');
  inbound = inboundOf(house);
}, 120_000);
afterAll(() => house.stop());

const NEW = 'MSC03';
const PATH = `/elements/${NEW}`;
const ONE = 'demo-unit-administrator';
const OTHER = 'demo-system-administrator';

const documentOf = (more: object = {}) => ({
  ...{ code: NEW, name: 'switch three', layout: example('cdr-layout-csv'), entities: NETWORK_ELEMENTS[0]?.entities },
  // A server that has our key, and no element in the settings.
  server: {
    url: `sftp://rps@127.0.0.1:${house.finance.port}`,
    fingerprints: [house.finance.fingerprint],
    credential: 'finance',
  },
  ...more,
});
const propose = (document: object, path = PATH, as = ONE) =>
  house.ask('POST', `${path}/revisions`, { body: { document, note: 'set up by the network' }, as });
const approved = async (document: object, revision: number): Promise<void> => {
  expect(await propose(document)).toMatchObject({ status: 201, json: { revision } });
  expect(await house.ask('POST', `${PATH}/revisions/${revision}/approve`, { as: ONE })).toMatchObject({ status: 403 });
  const approving = await house.ask('POST', `${PATH}/revisions/${revision}/approve`, { as: OTHER });
  expect(approving).toMatchObject({ status: 200 });
};

const outbox = () => readdir(join(house.finance.files, 'outbox'));

/** What the first switch would have written, as the new one’s: it lies in the outbox of the new one. */
const written = async (day: string): Promise<number> => {
  const sequence = await inbound.write('MSC01', { records: 12, day });
  const name = `MSC01-${String(sequence).padStart(5, '0')}.csv`;
  const path = join(house.element('MSC01').files, 'outbox', name);
  const text = await readFile(path, 'utf8');
  await rm(path);
  await writeFile(join(house.finance.files, 'outbox', name.replace('MSC01', NEW)), text.replaceAll('MSC01', NEW));
  return sequence;
};

it('what cannot be used is told by place; a partner’s code is taken; who is no administrator proposes nothing', async () => {
  const layout = example('cdr-layout-csv') as { readonly record: object };
  const wrong = await propose(documentOf({ layout: { ...layout, record: { ...layout.record, fields: [] } } }));
  expect(wrong).toMatchObject({ status: 422, json: { code: 'InvalidTerms' } });
  const { errors } = wrong.json as { errors: ReadonlyArray<{ field: string; code: string }> };
  expect(errors[0]).toMatchObject({ field: expect.stringMatching(/^document\/layout\/record/), code: 'FieldMissing' });
  expect(await propose(documentOf({ code: PARTNER }), `/elements/${PARTNER}`)).toMatchObject({
    ...{ status: 409, json: { code: 'CodeTaken', field: 'document/code' } },
  });
  expect(await propose(documentOf(), PATH, 'demo-operator')).toMatchObject({ status: 403 });
});

it('an element is added with two persons’ word, its files are fetched, and none any more from the day on which it ends', async () => {
  await approved(documentOf(), 1);
  const taken = async (sequence: number): Promise<void> => {
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await expect.poll(outbox, PATIENT).toEqual([]);
    await inbound.newest(NEW, { sequence, status: 'done', source: 'poll', audit: { in: 12, rated: 12 } });
  };
  await taken(await written('20261102'));
  await house.waitFor('/elements', { items: [{ kind: 'element', name: NEW, inForce: 1 }] });
  // Ended: another element is looked at after it, and what lies in its outbox stays there.
  await approved(documentOf({ endedFrom: '2026-01-01' }), 2);
  const last = await written('20261103');
  const sequence = await inbound.write('MSC02', { records: 12, day: '20261104' });
  await inbound.look('MSC02');
  await inbound.newest('MSC02', { sequence, status: 'done' });
  expect(await outbox()).toHaveLength(1);
  await approved(documentOf({ name: 'switch three again' }), 3);
  await taken(last);
});
