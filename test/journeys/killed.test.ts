import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../temporal/bundle.ts';
import { Api } from './api.ts';
import { Application, eventually, rangeBooks } from './application.ts';
import { prepareSetting, type Setting } from './house.ts';

/** The node as a process of its own is killed with SIGKILL in the middle of long steps: the books balance all the same. */
let setting: Setting;
let node: ChildProcess | undefined;

const startNode = (): ChildProcess =>
  spawn(process.execPath, [join(root, 'cli/main.ts'), 'node'], {
    cwd: root,
    env: { ...process.env, ...setting.env },
    stdio: 'ignore',
  });

const killAndRestart = async (): Promise<void> => {
  const old = node;
  if (old === undefined) throw new Error('there is no node to be killed');
  const gone = once(old, 'exit');
  old.kill('SIGKILL');
  await gone;
  node = startNode();
};

beforeAll(async () => {
  setting = await prepareSetting({ vendors: { failureRate: 0.02 } });
  node = startNode();
});
afterAll(async () => {
  const last = node;
  if (last !== undefined && last.exitCode === null) {
    const gone = once(last, 'exit');
    last.kill('SIGTERM');
    await gone;
  }
  await setting?.clear();
});

it('counts every card once although the node is killed while it plans and while it takes POS files', {
  timeout: 240_000,
}, async () => {
  const cards = 4_000;
  await eventually(
    'the node is ready',
    () =>
      fetch(`${setting.url}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status === 200,
    60_000,
  );
  const journey = new Application(new Api(setting.url, setting.env['HUFU_KEY_DIR'] ?? '', 'demo-operator'), 'killed');
  const { iccid, imsi } = await journey.begin([
    { no: 1, cardType: 'finished', city: '110000', quantity: cards - 500 },
    { no: 2, cardType: 'blank', city: '310000', quantity: 500 },
  ]);
  const counted = (state: string, least: number) =>
    eventually(
      `${least} IMSIs are ${state}`,
      () => setting.imsiStates(journey.product),
      (states) => (states[state] ?? 0) >= least,
      90_000,
    );
  const planning = await counted('reserved', 1);
  await killAndRestart();
  // That a step's node is gone is noticed only when it has missed its heartbeats for half a minute.
  await journey.untilRound(1, 'can be split', ({ stage }) => stage === 'splitting', 120_000);
  await journey.split({ '110000': 'V-EAST', '310000': 'V-NORTH' });
  const applying = await counted('confirmed', 1);
  await killAndRestart();
  await journey.ended('completed', 120_000);
  const { books } = await journey.accounted();
  expect(books).toMatchObject({ applied: cards, rejected: 0, cancelled: 0, made: books.confirmed });
  expect(books.made + books.failed).toBe(cards);
  // Numbers of cards that failed go into quarantine a moment later.
  for (const [range, numbers] of [[iccid, cards] as const, [imsi, cards - 500] as const]) {
    const { used, quarantined, allocated, free } = await rangeBooks(journey.api, range);
    expect({ taken: used + quarantined, allocated, free }).toEqual({ taken: numbers, allocated: 0, free: 0 });
  }
  // It was in the middle indeed, both times.
  expect(planning['reserved']).toBeLessThan(cards - 500);
  expect(applying['confirmed']).toBeLessThan(cards - 500);
});
