import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect, Layer, ManagedRuntime } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { clusterClientLayer, SHARDS } from '../../actors/runtime/cluster.ts';
import { ActorsRemote } from '../../actors/runtime/live.ts';
import { testTenant } from '../../actors/runtime/test-kit.ts';
import { isFree } from '../../cli/supervisor/ports.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { clusterIndexes, LOCKS } from '../../store/runtime/cluster-storage.ts';
import { journalIndexes, readTails } from '../../store/runtime/journal.ts';
import { Counter } from '../support/counter.ts';
import { Auditor, type AuditReport } from './auditor.ts';
import { nowUs, type Written, writer } from './load.ts';
import { Mongod } from './mongod.ts';
import type { Message } from './node.ts';

/**
 * Three nodes as processes, a mongod of their own, callers from outside and in each node, and an auditor. What is done
 * to them is elsewhere (`faults.ts`).
 */

export const NODES = 3;

/** Each of these has a caller of its own, so that it is known when it answers again. */
export const ACTORS = 150;
/** Callers that ask any actor, so that several ask one at the same time. */
const ROAMERS = 24;
const OWN_PAUSE_MS = 90;
const ROAMER_PAUSE_MS = 30;

const READY_MS = 40_000;
const ANSWERED_MS = 60_000;

/** Below the ports that the system gives to outgoing connections: a node that starts again finds its own still free. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isFree(port)) return port;
  }
};

class Node {
  readonly name: string;
  readonly port: number;
  readonly #start: (name: string, port: number) => ChildProcess;
  #process: ChildProcess | undefined;
  #starts = 0;
  paused = false;
  /** Of the program that it runs from its next start on. */
  release: 'old' | 'new' = 'old';
  /** Set when it ends and nobody told it to. */
  failure: string | undefined;

  constructor(name: string, port: number, start: (name: string, port: number) => ChildProcess) {
    this.name = name;
    this.port = port;
    this.#start = start;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when it takes its part; names of callers in it are never used twice. */
  async start(): Promise<void> {
    this.#starts += 1;
    const child = this.#start(`${this.name}i${this.#starts}`, this.port);
    this.#process = child;
    const ready = once(child, 'message', { signal: AbortSignal.timeout(READY_MS) });
    const ended = once(child, 'exit').then(([code, signal]) => {
      // Killed by us while it started is no failure.
      if (code !== null) throw new Error(`node ${this.name} ended by itself with ${code} ${signal}`);
    });
    child.once('exit', (code, signal) => {
      if (this.#process === child) this.failure = `${this.name} ended by itself with ${code} ${signal}`;
    });
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
    ready.catch(() => undefined);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    this.paused = false;
  }

  pause(): void {
    this.paused = this.#process?.kill('SIGSTOP') === true;
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
    this.paused = false;
  }
}

export type { Node };

export class House {
  readonly mongod: Mongod;
  readonly nodes: ReadonlyArray<Node>;
  readonly #auditor = new Auditor(testTenant, ACTORS);
  readonly #runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo, unknown>;
  readonly #keys: string;
  /** When each actor's own caller was last told something, and when it had begun to ask. */
  readonly #answered: Array<Pick<Written, 'startedUs' | 'ackedUs'>> = [];
  #waits: Array<number> = [];
  readonly #waitingForAnswers = new Set<() => void>();
  readonly #fenced = new Map<string, number>();
  readonly #newer = new Map<string, number>();
  #stopping = false;
  #calling: Promise<unknown> | undefined;

  private constructor(
    mongod: Mongod,
    runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo, unknown>,
    keys: string,
    ports: ReadonlyArray<number>,
  ) {
    this.mongod = mongod;
    this.#runtime = runtime;
    this.#keys = keys;
    this.nodes = ports.map((port, at) => new Node(`n${at}`, port, (name) => this.#fork(name, port)));
  }

  /** Everything runs and every actor has answered once. */
  static async open(): Promise<House> {
    const mongod = await Mongod.start();
    const mongo = mongoLayer({ uri: mongod.uri, database: DATABASE });
    const runtime = ManagedRuntime.make(
      ActorsRemote([Counter]).pipe(Layer.provide(clusterClientLayer), Layer.provideMerge(mongo)),
    );
    const ports: Array<number> = [];
    for (let at = 0; at < NODES; at += 1) ports.push(await freePort());
    const house = new House(mongod, runtime, await mkdtemp(join(tmpdir(), 'hufu-keys-')), ports);
    try {
      const connection = await runtime.runPromise(Mongo);
      await Effect.runPromise(migrate(connection, [...clusterIndexes, ...journalIndexes]));
      await Promise.all(house.nodes.map((node) => node.start()));
      house.#call();
      await house.untilAnswered(nowUs());
      return house;
    } catch (cause) {
      await house.remove();
      throw cause;
    }
  }

  #fork(name: string, port: number): ChildProcess {
    const release = this.nodes.find((node) => node.port === port)?.release ?? 'old';
    const args = [this.mongod.uri, DATABASE, String(port), this.#keys, name, String(ACTORS), release];
    const child = fork(join(import.meta.dirname, 'node.ts'), args, {
      // A server that is killed makes each node say so; what is wrong here is found by the auditor.
      env: { ...process.env, HUFU_LOG: process.env['HUFU_FAULTS_LOG'] ?? 'silent' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message: Message) => {
      if (message.type !== 'notes') return;
      for (const one of message.written) this.#auditor.written(one);
      for (const one of message.seen) this.#auditor.seen(one);
      this.#fenced.set(name, message.fenced);
      this.#newer.set(name, message.newer);
    });
    return child;
  }

  #call(): void {
    const stopping = () => this.#stopping;
    const notes = {
      written: (one: Written) => {
        this.#auditor.written(one);
        if (one.caller.startsWith('own')) {
          this.#answered[one.actor] = one;
          const waitedMs = (one.ackedUs - one.startedUs) / 1_000;
          this.#waits[one.actor] = Math.max(this.#waits[one.actor] ?? 0, waitedMs);
          for (const look of [...this.#waitingForAnswers]) look();
        }
      },
      seen: () => undefined,
    };
    const own = Array.from({ length: ACTORS }, (_, actor) =>
      writer(Counter, `own${actor}`, () => actor, OWN_PAUSE_MS, notes, stopping),
    );
    const roaming = Array.from({ length: ROAMERS }, (_, n) =>
      writer(Counter, `roamer${n}`, () => Math.floor(Math.random() * ACTORS), ROAMER_PAUSE_MS, notes, stopping),
    );
    this.#calling = this.#runtime.runPromise(
      Effect.all([...own, ...roaming], { concurrency: 'unbounded', discard: true }),
    );
    // Whoever waits for it is told; until then it is not an unhandled rejection.
    this.#calling.catch(() => undefined);
  }

  /** Milliseconds from this moment until each actor's own caller was told something again, by a command that it may have begun before. */
  timesToServe(sinceUs: number): ReadonlyArray<Promise<number>> {
    return Array.from({ length: ACTORS }, (_, actor) =>
      this.#until(() => {
        const last = this.#answered[actor];
        return last !== undefined && last.ackedUs > sinceUs ? (last.ackedUs - sinceUs) / 1_000 : undefined;
      }),
    );
  }

  #failures(): ReadonlyArray<string> {
    return this.nodes.flatMap(({ failure }) => failure ?? []);
  }

  forgetWaits(): void {
    this.#waits = [];
  }

  /** Per actor that was answered since `forgetWaits`: how long its own caller waited for one answer, at most. */
  longestWaitsMs(): ReadonlyArray<number> {
    return this.#waits.filter((ms) => ms !== undefined);
  }

  /** Every actor's own caller has been answered to a command that it began after this moment. */
  async untilAnswered(sinceUs: number): Promise<void> {
    await Promise.all(
      Array.from({ length: ACTORS }, (_, actor) =>
        this.#until(() => ((this.#answered[actor]?.startedUs ?? 0) > sinceUs ? true : undefined)),
      ),
    );
  }

  /** Every node holds a fair part of the shards. */
  async untilShared(): Promise<void> {
    const connection = await this.#runtime.runPromise(Mongo);
    const locks = databaseOf(connection).collection<{ readonly address: string | null }>(LOCKS);
    const least = SHARDS / NODES / 2;
    for (const until = Date.now() + READY_MS; ; await sleep(25)) {
      const held = await locks
        .aggregate<{ shards: number }>([
          { $match: { address: { $ne: null } } },
          { $group: { _id: '$address', shards: { $sum: 1 } } },
        ])
        .toArray();
      if (held.length === NODES && held.every(({ shards }) => shards > least)) return;
      if (Date.now() > until) throw new Error(`the shards are not shared ${this.#failures().join('; ')}`);
    }
  }

  #until<A>(found: () => A | undefined): Promise<A> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waitingForAnswers.delete(look);
        reject(new Error(`an actor does not answer for ${ANSWERED_MS} ms ${this.#failures().join('; ')}`));
      }, ANSWERED_MS);
      const look = (): void => {
        const answer = found();
        if (answer === undefined) return;
        clearTimeout(timer);
        this.#waitingForAnswers.delete(look);
        resolve(answer);
      };
      this.#waitingForAnswers.add(look);
      look();
    });
  }

  /** Compares everything told so far with the journal. */
  async audit(): Promise<AuditReport> {
    const connection = await this.#runtime.runPromise(Mongo);
    return this.#auditor.audit((tails) => readTails(databaseOf(connection), Counter.kind, tails));
  }

  /** Appends that found another owner's record in their place, by all nodes that told of it. */
  get fenced(): number {
    return sumOf(this.#fenced);
  }

  /** How often nodes of the old release left an actor to those of the new one. */
  get newer(): number {
    return sumOf(this.#newer);
  }

  /** Callers get their last answers, then the last audit; then all of it goes. */
  async close(): Promise<AuditReport> {
    try {
      this.#stopping = true;
      await Promise.race([
        this.#calling,
        sleep(ANSWERED_MS, undefined, { ref: false }).then(() => {
          throw new Error('callers do not get their last answers');
        }),
      ]);
      const failed = this.#failures();
      if (failed.length > 0) throw new Error(failed.join('; '));
      return await this.audit();
    } finally {
      await this.remove();
    }
  }

  async remove(): Promise<void> {
    for (const node of this.nodes) {
      if (node.paused) node.resume();
      await node.end('SIGKILL');
    }
    await this.#runtime.dispose();
    await this.mongod.remove();
    await rm(this.#keys, { recursive: true, force: true });
  }
}

const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0);

const DATABASE = 'faults';
