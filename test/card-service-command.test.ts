import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import { maskId } from '../domain/kernel/mask.ts';
import { CardServiceHouse, until } from './support/card-service.ts';
import { CardCommands, insert, ORIGIN } from './support/card-service-command.ts';
import { cardAt, iccidAt, PRODUCT } from './support/card-writing.ts';
import type { TestGateway } from './support/gateway.ts';

/** The card service and the batch as they are used: processes, with cards that dial in and a real gateway behind. */

const directory = mkdtempSync(join(tmpdir(), 'hufu-card-service-command-'));
let house: CardServiceHouse;
let gateway: TestGateway;
let commands: CardCommands;

beforeAll(async () => {
  house = await CardServiceHouse.open(20);
  gateway = await house.gateway({ graceMs: 200 });
  commands = await CardCommands.of(gateway, join(directory, 'token'));
});
afterEach(() => commands.end());
afterAll(() => house.close());

/** With another Host header, as a page of a foreign name that resolves to this machine would send. */
const askedAs = (url: string, host: string): Promise<number | undefined> =>
  new Promise((done) => {
    httpRequest(`${url}/v1/readers`, { headers: { host } }, ({ statusCode }) => done(statusCode)).end();
  });

/** As `curl -X POST` does it: with neither a body nor a word about its length. */
const readPlainly = (url: string): Promise<number | undefined> =>
  new Promise((done) => {
    const headers = { authorization: `Bearer ${commands.token()}` };
    const asked = httpRequest(`${url}/v1/readers/main/read`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    asked.removeHeader('transfer-encoding');
    asked.end();
  });

test('a page reads and writes a card; strangers get nothing; a service that is killed in the middle is started again', async () => {
  const first = commands.service('counter-1');
  const url = await first.first;
  const { call, json, reader } = commands.page(url);
  const preflight = { 'access-control-request-private-network': 'true', authorization: '' };
  const asked = await call('OPTIONS', '/v1/writes', undefined, preflight);
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(asked.headers.get('access-control-allow-private-network')).toBe('true');
  const other = await call('OPTIONS', '/v1/writes', undefined, { origin: 'https://evil.example' });
  expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  expect((await call('GET', '/v1/readers', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await call('GET', '/v1/readers', undefined, { origin: 'null' })).status).toBe(403);
  expect(await askedAs(url, 'evil.example')).toBe(421);
  expect(await askedAs(url, new URL(url).host)).toBe(401);

  const take = insert(cardAt(0), await first.cards);
  await until(reader, 'the card is in the reader');
  expect(await json('POST', '/v1/readers/main/read')).toEqual({
    what: 'read',
    iccid: maskId(iccidAt(0)),
    blank: true,
    profile: 'usim-key-file',
  });
  expect(await readPlainly(url)).toBe(200);
  expect((await call('POST', '/v1/writes', { request: 'x'.repeat(20_000) })).status).toBe(413);
  expect(await json('POST', '/v1/readers/other/read')).toMatchObject({ code: 'ReaderUnknown' });
  const wanted = { request: 'PC-0', reader: 'main', product: PRODUCT };
  expect(await json('POST', '/v1/writes', { ...wanted, product: 3 })).toMatchObject({
    code: 'InvalidBody',
    field: 'product',
  });
  expect(await json('POST', '/v1/writes', { ...wanted, operator: 'mobile' })).toMatchObject({ field: 'operator' });
  const started = await call('POST', '/v1/writes', wanted);
  expect([started.status, started.headers.get('location')]).toEqual([202, '/v1/writes/PC-0']);
  const events = await (await call('GET', '/v1/writes/PC-0/events')).text();
  expect(events).toMatch(/event: write\ndata: \{.*"state":"working"/);
  const answer = await json('GET', '/v1/writes/PC-0');
  expect(answer).toMatchObject({ state: 'ended', result: { status: 'confirmed', proved: true } });
  expect(await json('POST', '/v1/writes', wanted)).toEqual(answer);
  expect(await json('POST', '/v1/writes', { ...wanted, product: 'OTHER' })).toMatchObject({ code: 'RequestDiffers' });
  await take();

  const takeNext = insert(slow(cardAt(1)), await first.cards);
  await until(reader, 'the next card is in the reader');
  await call('POST', '/v1/writes', { ...wanted, request: 'PC-1' });
  await until(
    async () => Number((await json('GET', '/v1/writes/PC-1'))['commands']) > 25,
    'the write is in its middle',
  );
  await commands.kill(first);
  await takeNext();
  const second = commands.service('counter-1');
  const again = commands.page(await second.first);
  const takeLast = insert(slow(cardAt(1)), await second.cards);
  await until(again.reader, 'the card is in the reader again');
  // A simulated card forgets when its process ends; this one is new, so the server finds it without the IMSI.
  await again.call('POST', '/v1/writes', { ...wanted, request: 'PC-1' });
  await until(async () => (await again.json('GET', '/v1/writes/PC-1'))['state'] === 'ended', 'it is settled');
  expect(await again.json('GET', '/v1/writes/PC-1')).toMatchObject({ result: { final: true, code: 'NotOnCard' } });
  await takeLast();
});

const slow = (card: SimulatedCard): SimulatedCard => {
  card.misbehave({ slowMs: 10 });
  return card;
};

const LIST = `request,product,msisdn
B-1,${PRODUCT},8613800000001
B-2,${PRODUCT},not a number
B-1,${PRODUCT},
B-3,OTHER,
B-4,${PRODUCT},
`;

test('a batch refuses rows by their line, stops at its fault, and goes on where it was', async () => {
  const [list, result] = [join(directory, 'list.csv'), join(directory, 'result.csv')];
  writeFileSync(list, LIST);
  const words = ['card', 'batch', '--list', list, '--result', result, '--stop-after', '1', '--client', 'batch'];
  const first = commands.start(words);
  const exit = once(first.child, 'exit');
  const port = await first.cards;
  const take = insert(cardAt(2), port);
  await until(() => first.told.some((line) => line.includes('line 2: confirmed')), 'the first card is written');
  await take();
  const takeSecond = insert(cardAt(3), port);
  expect(await exit).toEqual([1, null]);
  await takeSecond();
  expect(first.told).toContain('hufu: line 3: refused, msisdn is missing or malformed');
  expect(first.told).toContain('hufu: line 4: refused, this request id stands in the list already');
  expect(first.told).toContain('hufu: stopped after 1 faults: 1 good, 1 bad, 2 rows refused');
  const second = commands.start(words);
  const end = once(second.child, 'exit');
  const takeThird = insert(cardAt(4), await second.cards);
  expect(await end).toEqual([1, null]);
  await takeThird();
  expect(second.told).toContain('hufu: 2 rows are behind us');
  expect(second.told).toContain('hufu: done: 2 good, 1 bad, 2 rows refused');
  const rows = readFileSync(result, 'utf8').trim().split('\n');
  expect(rows[0]).toBe('line,request,result,status,code,iccid,message');
  expect(rows.slice(1).map((row) => row.split(',').slice(0, 6).join(','))).toEqual([
    `2,B-1,good,confirmed,,${maskId(iccidAt(2))}`,
    '5,B-3,bad,refused,CardOfAnotherProduct,',
    `6,B-4,good,confirmed,,${maskId(iccidAt(4))}`,
  ]);
});
