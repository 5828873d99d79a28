import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actorDefinitions } from '../actors/actors.ts';
import type { Actors } from '../actors/runtime/actors.ts';
import { clusterClientLayer } from '../actors/runtime/cluster.ts';
import { ActorsRemote } from '../actors/runtime/live.ts';
import { runMigrations } from '../cli/admin/migrate.ts';
import { anyPort } from '../cli/supervisor/ports.ts';
import { isFault } from '../domain/kernel/refusal.ts';
import { runSimulators, type Simulators } from '../partners/simulators.ts';
import { type KeyRing, KeyRingLive } from '../store/keys/key-ring.ts';
import { Mongo, MongoLive } from '../store/mongo.ts';
import { root } from '../temporal/bundle.ts';
import {
  cancelHere,
  everywhere,
  insist,
  messageOf,
  newNumber,
  type Opening,
  provinceOf,
  resolveCase,
  stateOf,
  wordsAbout,
} from './support/mandate-flows.ts';
import { RULES } from './support/mandates.ts';
import { setRules } from './support/mandates-house.ts';
import { serverAddress, uniqueName } from './support/names.ts';
import { type ServingNode, startNode } from './support/node-process.ts';

/**
 * Many flows at once while the node with actors and door, and the one with worker and lines, are killed in turn with
 * SIGKILL. Afterwards bank, we, CRM and BOSS say the same of every number, and every user was texted once.
 * HUFU_MANDATE_FLOWS and HUFU_MANDATE_KILLS set the size.
 */

const FLOWS = Number(process.env['HUFU_MANDATE_FLOWS'] ?? 24);
const KILLS = Number(process.env['HUFU_MANDATE_KILLS'] ?? 2);
const AT_ONCE = 12;
const TIMEOUT_MS = 120_000 + FLOWS * 3_000 + KILLS * 60_000;
const ROLES = ['actors,gateway', 'worker'] as const;

let directory: string;
let env: Record<string, string>;
let sides: Simulators;
let client: ManagedRuntime.ManagedRuntime<Actors | KeyRing | Mongo, unknown>;
const nodes = new Map<(typeof ROLES)[number], ServingNode>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-killed-'));
  const bankDoorPort = await anyPort();
  sides = await runSimulators({ directory: join(directory, 'partners'), bankDoorPort, vendors: [] });
  const database = uniqueName('mandates_killed');
  env = {
    MONGODB_URI: serverAddress('MONGODB_URI'),
    REDIS_URL: serverAddress('REDIS_URL'),
    TEMPORAL_ADDRESS: serverAddress('TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: database.replaceAll('_', '-'),
    HUFU_DATABASE: database,
    HUFU_KEY_DIR: join(directory, 'keys'),
    HUFU_DEMO_KEYS: '1',
    HUFU_STATE_DIR: join(root, '.hufu'),
    HUFU_HTTP_HOST: '127.0.0.1',
    HUFU_LOG: 'fatal',
    HUFU_TRACE_RATIO: '0',
    HUFU_BANK_DOOR_PORT: String(bankDoorPort),
    ...sides.environment,
  };
  await runMigrations(env);
  for (const roles of ROLES) nodes.set(roles, await startNode(roles, env));
  client = ManagedRuntime.make(
    ActorsRemote(actorDefinitions).pipe(
      Layer.provideMerge(clusterClientLayer),
      Layer.provideMerge(Layer.merge(MongoLive, KeyRingLive)),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))),
    ),
  );
  await ask(setRules({ ...RULES, provisionalMs: 20_000 }));
}, 180_000);
afterAll(async () => {
  for (const { process } of nodes.values()) await process.end('SIGTERM');
  await client.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await client.dispose();
  await sides.close();
  await rm(directory, { recursive: true });
});

/** Again as long as nobody answers: a node was killed. */
const ask = <A, E>(effect: Effect.Effect<A, E, Actors | KeyRing | Mongo>): Promise<A> =>
  client.runPromise(Effect.retry(effect, { schedule: Schedule.spaced(250), while: isFault }));

interface Flow {
  readonly number: string;
  readonly opened: ReadonlyArray<Opening>;
  /** What all are to say in the end; null: whichever bank was first. */
  readonly word: string | null;
  /** Texts of success that the user has had. */
  readonly texts: number;
}

const BANKS = ['CMB', 'CCB'] as const;

const run = async (no: number): Promise<Flow> => {
  const number = await newNumber(sides);
  const one: Opening = { bank: BANKS[no % 2] ?? 'CMB', agreement: `K-${no}`, number };
  const ended = { number, opened: [one], word: 'none', texts: 1 };
  const kind = Math.floor(no / 2) % 6;
  if (kind === 5) return race(no, number);
  expect(await insist(sides, messageOf.openRequest(one))).toMatchObject({ result: 'Done' });
  if (kind === 3) return { ...ended, texts: 0 };
  if (kind === 1) {
    await insist(sides, messageOf.declineNotice(one));
    return { ...ended, texts: 0 };
  }
  const result = messageOf.resultNotice(one);
  const answers = await Promise.all([insist(sides, result), insist(sides, result)]);
  expect(answers.map((answer) => answer.result)).toEqual(['Done', 'Done']);
  if (kind === 0) return { ...ended, word: `${one.bank}/${one.agreement} formal` };
  await expect.poll(() => textsTo(number), { timeout: TIMEOUT_MS, interval: 100 }).toBe(1);
  if (kind === 2) await insist(sides, messageOf.cancelRequest(one));
  else await ask(cancelHere(one, `cancel-${no}`));
  return ended;
};

/** Two banks at once: one relation, and perhaps a case that a person decides. */
const race = async (no: number, number: string): Promise<Flow> => {
  const [one, other] = [
    { bank: 'CMB', agreement: `K-${no}`, number },
    { bank: 'CCB', agreement: `L-${no}`, number },
  ];
  await Promise.all([
    insist(sides, messageOf.openRequest(one)).then(({ result }) =>
      result === 'Done' ? insist(sides, messageOf.resultNotice(one)) : undefined,
    ),
    insist(sides, messageOf.resultNotice(other)),
  ]);
  if (((await ask(stateOf(number)))?.cases.length ?? 0) > 0) await ask(resolveCase(number, 'keepOurs'));
  return { number, opened: [one, other], word: null, texts: 1 };
};

const textsTo = (number: string): number =>
  provinceOf(sides, number)
    .texts()
    .filter(({ to, about }) => to === number && about === 'formal').length;

it(`ends ${FLOWS} flows in one word on all sides although nodes are killed`, { timeout: TIMEOUT_MS }, async () => {
  const left = Array.from({ length: FLOWS }, (_, no) => no);
  const done: Flow[] = [];
  const working = Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let no = left.shift(); no !== undefined; no = left.shift()) done.push(await run(no));
    }),
  );
  let kills = 0;
  const killing = (async () => {
    for (; kills < KILLS; kills += 1) {
      await expect
        .poll(() => done.length, { timeout: TIMEOUT_MS, interval: 20 })
        .toBeGreaterThanOrEqual(Math.floor((FLOWS * (kills + 1)) / (KILLS + 2)));
      const roles = ROLES[kills % ROLES.length] ?? 'worker';
      await nodes.get(roles)?.process.end('SIGKILL');
      nodes.set(roles, await startNode(roles, env));
    }
  })();
  await Promise.all([working, killing]);
  const counted = new Map<string, number>();
  for (const { number, opened, word, texts } of done) {
    const standing = async () => {
      const words = await ask(wordsAbout(sides, number, opened));
      return { words, awaited: everywhere(word ?? words.here), texts: textsTo(number) };
    };
    await expect
      .poll(
        async () => {
          const { words, awaited, texts: sent } = await standing();
          const settled = !/provisional|cancelling/.test(words.here);
          return settled && JSON.stringify(words) === JSON.stringify(awaited) && sent === texts;
        },
        { timeout: 90_000, interval: 100 },
      )
      .toBe(true)
      .catch(async (error: unknown) => {
        throw new Error(`${number}: ${JSON.stringify(await standing())}`, { cause: error });
      });
    const { words } = await standing();
    const end = words.here === 'none' ? 'none' : 'formal';
    counted.set(end, (counted.get(end) ?? 0) + 1);
  }
  const ends = [...counted].map(([end, count]) => `${count} ${end}`).join(', ');
  process.stdout.write(`${done.length} flows, ${kills} kills; all sides say the same: ${ends}\n`);
  expect(done).toHaveLength(FLOWS);
});
