import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { settlementPeriodActor } from '../actors/roaming/settlement-period.ts';
import { Actors } from '../actors/runtime/actors.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { daysBetween } from '../domain/roaming/settlement/day.ts';
import type { BooksCommand, PeriodCommand } from '../domain/roaming/settlement/schema.ts';
import { clearingFilesOf } from '../store/roaming/clearing-files.ts';
import { Processes } from '../temporal/client.ts';
import { settlementContract } from '../workflows/roaming/settlement/contract.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { RoamingNodes } from './support/roaming-nodes.ts';

/**
 * A quarter's close and a month's settlement on real nodes, the one with the worker killed with SIGKILL while days are being
 * closed, and again while the statement is on its way: every day of every book once, every amount once, each file once.
 */

const tenant = 'demo' as TenantId;
const PARTNER = 'HKGPP';
const FROM = '2026-09-01';
const TO = '2026-09-30';
const BOOKS = Array.from({ length: 10 }, (_, digit) => `${PARTNER}:${digit}`);
const DAYS = daysBetween('2026-07-01', TO);
const STEP = { tenant, partner: PARTNER, agreement: 'HKGPP-2026', from: FROM, to: TO };
const KEY = `${STEP.agreement}:${FROM}`;
const { closeDays, settlePeriod } = settlementContract.workflows;
const finance = { subject: 'ann', tenant, roles: ['finance'] as const };

let house: RoamingNodes;
const WORKER = 1;

beforeAll(async () => {
  house = await RoamingNodes.open({
    servers: {
      mongodbUri: serverAddress('MONGODB_URI'),
      redisUrl: serverAddress('REDIS_URL'),
      temporalAddress: serverAddress('TEMPORAL_ADDRESS'),
    },
    database: uniqueName('settlement_killed'),
    partner: PARTNER,
    roles: ['actors', 'worker'],
    department: 'finance',
  });
  await house.start();
}, 180_000);
afterAll(() => house.close());

const ask: RoamingNodes['ask'] = (effect) => house.ask(effect);

const told = (book: string, command: BooksCommand) =>
  Effect.flatMap(Actors, (known) => {
    const commandId = `${book}:${command._tag}:${command._tag === 'Post' ? command.file : ''}`;
    return known.ask(booksActor, {
      id: { tenant, key: book },
      command,
      envelope: { commandId, caller: { ...finance, roles: [] } },
    });
  });
const post = (book: string, day: string, amountMinor: bigint) =>
  told(book, {
    _tag: 'Post',
    file: `F-${day}`,
    chunk: 0,
    entries: [
      {
        atMs: Date.parse(`${day}T12:00:00+08:00`),
        number: `861380000000${book.slice(-1)}`,
        service: 'voice',
        direction: 'outbound',
        network: PARTNER,
        currency: 'SDR',
        decimals: 3,
        events: 1,
        usage: 60n,
        amountMinor,
      },
    ],
  });
const period = () =>
  ask(
    Effect.flatMap(Actors, (known) => known.read(settlementPeriodActor, { tenant, key: KEY })).pipe(
      Effect.map(({ state }) => state),
    ),
  );
const keptDays = () => ask(clearingFilesOf(tenant, 'day', PARTNER, '2026-01-01', TO));
const inbox = async (server: number): Promise<ReadonlyArray<string>> =>
  (await readdir(join(house.servers[server]?.files ?? '', 'inbox'))).sort();

it('a worker that is killed twice leaves every day of every book once, and every amount once', async () => {
  let amount = 0n;
  for (const [at, book] of BOOKS.entries()) {
    await ask(told(book, { _tag: 'Open', partner: PARTNER, zone: 'Asia/Shanghai' }));
    for (const day of ['2026-09-03', '2026-09-17', '2026-09-30']) {
      const minor = BigInt(1_000 * (at + 1));
      await ask(post(book, day, minor));
      amount += minor;
    }
  }
  const tolerance = { line: { absoluteMinor: null, perMille: null }, total: { absoluteMinor: null, perMille: null } };
  const open: PeriodCommand = {
    _tag: 'Open',
    partner: PARTNER,
    agreement: STEP.agreement,
    from: FROM,
    to: TO,
    frequency: 'monthly',
    currency: 'SDR',
    decimals: 3,
    rounding: 'halfEven',
    rates: [],
    tolerance,
    twoPersonsOverMinor: 10n ** 12n,
    carriedMinor: 0n,
  };
  await ask(
    Effect.gen(function* () {
      const known = yield* Actors;
      const processes = yield* Processes;
      const envelope = { commandId: 'open', caller: finance };
      yield* known.ask(settlementPeriodActor, { id: { tenant, key: KEY }, command: open, envelope });
      const input = { ...STEP, pollEveryMs: 1_000, remindEveryMs: 86_400_000 };
      yield* processes.start(settlePeriod, { key: KEY, input });
      yield* processes.start(closeDays, {
        key: 'september',
        input: { tenant, through: TO, waitMs: 0, pollEveryMs: 1_000 },
      });
    }),
  );
  const all = BOOKS.length * DAYS.length;
  // In the middle: some days are kept, and not all.
  await expect.poll(async () => (await keptDays()).length, { timeout: 120_000, interval: 20 }).toBeGreaterThan(20);
  await house.kill(WORKER);
  await expect.poll(async () => (await period())?.days.length, { timeout: 180_000, interval: 50 }).toBeGreaterThan(50);
  await house.kill(WORKER);
  await expect.poll(async () => (await period())?.stage, { timeout: 180_000, interval: 100 }).toBe('drawn');
  expect(await keptDays()).toHaveLength(all);
  expect((await period())?.days).toHaveLength(BOOKS.length * daysBetween(FROM, TO).length);
  expect((await period())?.statement).toMatchObject({ outboundMinor: amount, netMinor: -amount });
  const decide = (decision: Parameters<typeof decided>[0], id: string) => ask(decided(decision, id));
  await expect
    .poll(() => decide({ _tag: 'Approve', despite: 'a test has no partner' }, 'approve').catch(() => undefined), {
      timeout: 60_000,
    })
    .toEqual({ stage: 'approved' });
  expect(await decide({ _tag: 'Instruct', id: 'P-1', due: '2026-10-31' }, 'instruct')).toEqual({ stage: 'instructed' });
  const money = { id: 'B-1', currency: 'SDR', amountMinor: String(amount), on: '2026-10-15' };
  await decide({ _tag: 'Confirm', ...money }, 'confirm');
  await expect.poll(async () => (await period())?.stage, { timeout: 60_000 }).toBe('closed');
  const sent = async (server: number, name: RegExp) => (await inbox(server)).filter((one) => name.test(one));
  expect(await sent(0, /^ST.*(?:json|pdf|xlsx|csv)$/)).toHaveLength(4);
  expect(await sent(1, /^PA.*json$/)).toHaveLength(1);
  // The close itself may still be reporting: of days with records, one file each.
  await expect.poll(() => sent(1, /^BD.*202609\d\d\.csv$/), { timeout: 180_000 }).toHaveLength(3);
}, 600_000);

const decided = (
  decision:
    | { readonly _tag: 'Approve'; readonly despite: string }
    | { readonly _tag: 'Instruct'; readonly id: string; readonly due: string }
    | {
        readonly _tag: 'Confirm';
        readonly id: string;
        readonly currency: string;
        readonly amountMinor: string;
        readonly on: string;
      },
  id: string,
) =>
  Effect.flatMap(Processes, (processes) =>
    processes.update(settlePeriod, { tenant, key: KEY }, 'decide', { decision, by: finance, id }, id),
  );
