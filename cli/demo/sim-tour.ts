import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { Failure, say } from '../failure.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import { ApiClient } from './client.ts';
import { blankCard, type Desk, type Place } from './desk.ts';
import { accompany, apply, LOOK_EVERY_MS, newTour, type Tour, tell } from './tour.ts';

/**
 * The tour of writing: blank cards are made by their cycle, lie in readers on serial lines, over TCP and, where it is
 * present, PC/SC, and are written with numbers out of a small pool, until its alarm is raised; one is pulled out in the middle and settled.
 */

const CITY = '110000';
const CARDS = 12;
const WRITES = 10;
const IMSIS = 16;
/** After the writes fewer are left. */
const LOW = 8;
const SMSC = '8613010112500';
const PROFILE = 'usim-key-file';
/** The write that goes wrong, and after which command its card is pulled out: behind the IMSI. */
const PULLED_OUT = { write: 4, at: 30 };
const PATIENCE_MS = 60_000;

interface Written {
  readonly request: string;
  readonly status: string;
  readonly code: string | null;
  readonly iccid: string | null;
  readonly imsi: string | null;
  readonly proved: boolean;
}

/** Looks until it is as it should be. */
const until = async <A>(what: string, look: () => Promise<A>, holds: (seen: A) => boolean): Promise<A> => {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(LOOK_EVERY_MS / 5)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Failure(`${what}: not within a minute`, JSON.stringify(seen));
  }
};

/** Numbers of this run, a hundred of each kind: whoever runs the demo again takes others. */
const registerNumbers = async ({ api }: Tour, product: string): Promise<void> => {
  const run = String(randomInt(10 ** 8)).padStart(8, '0');
  const range = (type: 'iccid' | 'imsi', first: string, last: string) =>
    api.post('/v1/sim/ranges', { type, first, last, product, city: null });
  await range('iccid', `89860140${run}000`, `89860140${run}${String(CARDS * 2 - 1).padStart(3, '0')}`);
  await range('imsi', `46009${run}00`, `46009${run}${String(IMSIS - 1).padStart(2, '0')}`);
  await api.post('/v1/sim/smscs', { number: SMSC, operator: 'unicom', product: null, city: null });
  await api.post('/v1/sim/stock/pools', { type: 'imsi', product, low: LOW });
};

interface MadeCard {
  readonly iccid: string;
  readonly adm: string;
}

/** What the vendor of the cards delivers beside them: their keys, imported by the unit's administrator. */
const importKeys = async (running: RunFile, tour: Tour): Promise<ReadonlyArray<MadeCard>> => {
  const { items } = (
    await tour.api.get<{ items: ReadonlyArray<{ iccid: string }> }>(
      `/v1/sim/applications/${tour.application}/cards?status=made&limit=200`,
    )
  ).body;
  const batch = randomBytes(16).toString('hex');
  const hex = (what: string, iccid: string): string =>
    createHash('sha256').update(`${batch} ${what} ${iccid}`).digest('hex').slice(0, 32);
  const cards = items.map(({ iccid }) => ({ iccid, adm: String(randomInt(10 ** 7, 10 ** 8)) }));
  const rows = cards.map(({ iccid, adm }) => `${iccid},${hex('k', iccid)},${hex('opc', iccid)},,${adm}`);
  const staff = new ApiClient(tour.links.gateway, running.env['HUFU_KEY_DIR'] ?? '', 'demo-unit-administrator');
  const { body } = await staff.upload<{ taken: number }>(
    `/v1/sim/blank-cards/keys?profile=${PROFILE}`,
    Buffer.from(['iccid,k,opc,op,adm', ...rows, ''].join('\n')),
    'text/csv',
  );
  tell(tour, `keys of ${body.taken} blank cards are imported, sealed card by card`);
  return cards;
};

const ask = async (tour: Tour, request: string, reader: string, product: string): Promise<void> => {
  await tour.api.post('/v1/sim/card-writes', { request, reader, product });
};

const ended = (tour: Tour, request: string, ends: ReadonlyArray<string>): Promise<Written> =>
  until(
    `the write ${request} has ended`,
    async () => (await tour.api.get<Written>(`/v1/sim/card-writes/${request}`)).body,
    ({ status }) => ends.includes(status),
  );

const ENDS = ['confirmed', 'refused', 'failed'];

/** The reader's name once a card lies in it. */
const readerAt = async (tour: Tour, place: Place): Promise<string> => {
  const name = place === 'tcp' ? 'tcp-1' : place;
  await until(
    `the reader ${name} is there`,
    async () =>
      (await tour.api.get<{ items: ReadonlyArray<{ name: string; attached: boolean }> }>('/v1/sim/readers')).body,
    ({ items }) => items.some((one) => one.name === name && one.attached),
  );
  return name;
};

const pullOut = async (tour: Tour, desk: Desk, card: SimulatedCard, place: Place, request: string, product: string) => {
  const out = await desk.insert(place, card, { removed: { at: PULLED_OUT.at, when: 'after' } });
  await ask(tour, request, await readerAt(tour, place), product);
  const { status, code } = await ended(tour, request, [...ENDS, 'inDoubt']);
  tell(tour, `${request}: the card is pulled out in the middle: ${status} (${code}); its IMSI stays with it`);
  await out();
};

const writeAll = async (tour: Tour, desk: Desk, cards: ReadonlyArray<MadeCard>, product: string): Promise<void> => {
  for (const [at, { iccid, adm }] of cards.slice(0, WRITES).entries()) {
    const place = desk.places[at % desk.places.length] ?? 'tcp';
    const request = `${tour.application}-${at + 1}`;
    const card = blankCard(iccid, adm);
    if (at === PULLED_OUT.write) await pullOut(tour, desk, card, place, request, product);
    const out = await desk.insert(place, card);
    const reader = await readerAt(tour, place);
    await ask(tour, request, reader, product);
    const written = await ended(tour, request, ENDS);
    tell(
      tour,
      `${request}: ${reader}, card ${written.iccid}, IMSI ${written.imsi}: ${written.status}${written.proved ? ', keys proved by an authentication run' : ''}`,
    );
    await out();
    if (written.status !== 'confirmed') throw new Failure(`${request} is ${written.status} (${written.code})`);
  }
};

interface Alert {
  readonly subject: string;
  readonly level: string;
  readonly code: string;
}

interface Level {
  readonly type: string;
  readonly product: string;
  readonly available: number;
}

const showAlarm = async ({ api, links, ...tour }: Tour, product: string): Promise<void> => {
  const path = '/v1/operations/alerts?source=stock&open=true&limit=200';
  const alerts = await until(
    'the alarm of the low pool',
    async () => (await api.get<{ items: ReadonlyArray<Alert> }>(path)).body.items,
    (items) => items.some(({ subject }) => subject.includes(product)),
  );
  const mine = alerts.filter(({ subject }) => subject.includes(product));
  for (const { subject, level, code } of mine) tell({ api, links, ...tour }, `${level} ${code}: ${subject}`);
  say(`          look at it: ${links.gateway}${path}`);
};

const showStock = async ({ api, links }: Tour, product: string): Promise<void> => {
  const { body: stock } = await api.get<{ levels: ReadonlyArray<Level> }>('/v1/sim/stock/levels');
  const levels = stock.levels.filter((one) => one.product === product);
  say(`          in stock: ${levels.map(({ type, available }) => `${type} ${available}`).join(', ')}`);
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  for (const subject of ['imsi', 'card']) {
    const query = `subject=${subject}&from=${day}&to=${day}&by=product&product=${product}`;
    const path = `/v1/sim/statistics?${query}`;
    const { body } = await api.get<{ series: ReadonlyArray<{ measure: string; total: number }> }>(path);
    const told = body.series.filter(({ total }) => total > 0).map(({ measure, total }) => `${measure} ${total}`);
    say(`          statistics of ${subject}s, today: ${told.join(', ')}`);
    say(`          look at it: ${links.gateway}${path}`);
  }
};

/** @throws Failure when a card is not written, or the alarm does not come. */
export const tourOfWriting = async (running: RunFile, desk: Desk): Promise<void> => {
  const product = `W${randomBytes(3).toString('hex').toUpperCase()}`;
  const tour = newTour(running, [{ no: 1, cardType: 'blank', product, city: CITY, quantity: CARDS }]);
  say('');
  say('the tour: blank cards are made, written in readers on serial lines and over TCP, and their numbers run low');
  say(`          PC/SC: ${desk.pcsc}`);
  await registerNumbers(tour, product);
  tell(tour, `${IMSIS} IMSIs of product ${product}; an alarm is wanted when fewer than ${LOW} are left`);
  await apply(tour);
  await accompany(tour);
  const cards = await importKeys(running, tour);
  if (cards.length < WRITES) throw new Failure(`only ${cards.length} of the cards have been made`);
  await writeAll(tour, desk, cards, product);
  await showAlarm(tour, product);
  await showStock(tour, product);
};
