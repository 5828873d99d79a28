import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Effect, Fiber } from 'effect';
import type { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { demoUsers } from '../../gateway/issuer/demo-users.ts';
import type { TestGateway } from './gateway.ts';

/** The card service and the batch as processes of this machine, and cards that dial in to them. */

const MAIN = resolve(import.meta.dirname, '..', '..', 'cli', 'main.ts');
/** Of the pages that may use the service. */
export const ORIGIN = 'https://crm.example';

interface Started {
  readonly child: ChildProcess;
  /** Where cards dial in. */
  readonly cards: Promise<number>;
  /** The first line that it prints: a service's address. */
  readonly first: Promise<string>;
  readonly told: string[];
}

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

export class CardCommands {
  private readonly gateway: TestGateway;
  private readonly tokenFile: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly running = new Set<ChildProcess>();

  private constructor(gateway: TestGateway, tokenFile: string, env: NodeJS.ProcessEnv) {
    this.gateway = gateway;
    this.tokenFile = tokenFile;
    this.env = env;
  }

  /** With the credentials of the demo's device. */
  static async of(gateway: TestGateway, tokenFile: string): Promise<CardCommands> {
    const users = await Effect.runPromise(demoUsers(gateway.settings.keyDirectory));
    const device = users.find(({ subject }) => subject === 'demo-device');
    const credentials = { HUFU_CLIENT_ID: 'demo-device', HUFU_CLIENT_SECRET: device?.clientSecret };
    return new CardCommands(gateway, tokenFile, { ...process.env, ...credentials });
  }

  start(words: readonly string[]): Started {
    const server = ['--server', this.gateway.address, '--reader', 'main=vpcd:0'];
    const child = spawn(process.execPath, [MAIN, ...words, ...server], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.add(child);
    const told: string[] = [];
    const cards = Promise.withResolvers<number>();
    createInterface({ input: child.stderr }).on('line', (line) => {
      told.push(line);
      const [, port] = /cards dial in on port (\d+)/.exec(line) ?? [];
      if (port !== undefined) cards.resolve(Number(port));
    });
    const first = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
    first.catch(() => undefined);
    return { child, cards: cards.promise, first, told };
  }

  service(client: string, more: readonly string[] = []): Started {
    const pages = ['--origin', ORIGIN, '--port', '0', '--token-file', this.tokenFile];
    return this.start(['card-service', ...pages, '--client', client, ...more]);
  }

  async kill({ child }: Started): Promise<void> {
    this.running.delete(child);
    await ended(child, 'SIGKILL');
  }

  /** Everything that was started. */
  async end(): Promise<void> {
    for (const child of this.running) await ended(child, 'SIGTERM');
    this.running.clear();
  }

  /** What pages need. */
  token(): string {
    return readFileSync(this.tokenFile, 'utf8').trim();
  }

  /** A page of the CRM over the service at this address. */
  page(url: string) {
    const headers = {
      origin: ORIGIN,
      authorization: `Bearer ${this.token()}`,
      'content-type': 'application/json',
    };
    const call = (method: string, path: string, body?: object, more: object = {}) =>
      fetch(url + path, {
        method,
        headers: { ...headers, ...more },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const json = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> =>
      (await (await call(method, path, body)).json()) as Record<string, unknown>;
    const reader = async (): Promise<boolean> =>
      JSON.stringify((await json('GET', '/v1/readers'))['readers']) === '[{"name":"main","present":true}]';
    return { call, json, reader };
  }
}

/** Dials in again and again until it is taken up; taken out by what is returned. */
export const insert = (card: SimulatedCard, port: number): (() => Promise<void>) => {
  const dial = Effect.ignore(vpcdCard(card, { host: '127.0.0.1', port })).pipe(Effect.zipRight(Effect.sleep(50)));
  const fiber = Effect.runFork(Effect.forever(dial));
  return () => Effect.runPromise(Effect.asVoid(Fiber.interrupt(fiber)));
};
