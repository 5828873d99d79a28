import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect, Layer, ManagedRuntime, Schedule } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { clusterClientLayer, SHARDS } from '../../actors/runtime/cluster.ts';
import { ActorsRemote } from '../../actors/runtime/live.ts';
import { testId, testTenant } from '../../actors/runtime/test-kit.ts';
import { formatActorId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { migrate } from '../../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../../store/mongo.ts';
import { clusterIndexes, LOCKS } from '../../store/runtime/cluster-storage.ts';
import { journalIndexes, readTails } from '../../store/runtime/journal.ts';
import { Counter } from '../support/counter.ts';
import { NodeProcess } from '../support/node-process.ts';
import { Auditor, type AuditReport } from './auditor.ts';
import { actorKey, nowUs, PROGRAMS, type Written, writer } from './load.ts';
import { Mongod } from './mongod.ts';
import type { Message, NodeSettings } from './node.ts';
import { ANSWERED_MS, lay, Node, READY_MS, type Wires } from './place.ts';

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

/** A look for documents that killed nodes left behind rests a minute before the next. */
const DOCUMENTS_MS = 90_000;

/** What an owner says that is not sure to be one any more. */
const STALE: ReadonlySet<string> = new Set([
  'The lease on this partition has lapsed.',
  'Another owner wrote first.',
  'Another owner has written since.',
  'The partition has a newer owner.',
]);

interface DocumentSeen {
  readonly _id: string;
  readonly rev: number;
  readonly value: number;
}

export class House {
  readonly mongod: Mongod;
  readonly nodes: ReadonlyArray<Node>;
  readonly #auditor = new Auditor(testTenant, ACTORS);
  readonly #runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo, unknown>;
  readonly #keys: string;
  /** When each actor's own caller was last told something, and when it had begun to ask. */
  readonly #answered: Array<Pick<Written, 'startedUs' | 'ackedUs'>> = [];
  #waits: Array<number> = [];
  #answers: Array<readonly [actor: number, ms: number]> = [];
  readonly #waitingForAnswers = new Set<() => void>();
  readonly #fenced = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  #stale = 0;
  #stopping = false;
  #calling: Promise<unknown> | undefined;

  private constructor(
    mongod: Mongod,
    runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo, unknown>,
    keys: string,
    wires: ReadonlyArray<Wires>,
  ) {
    this.mongod = mongod;
    this.#runtime = runtime;
    this.#keys = keys;
    this.nodes = wires.map(({ calls, storage, listenPort }, at) => {
      const spawn = (name: string, node: Node) => this.#spawn(name, node, listenPort);
      return new Node(`n${at}`, calls, storage, spawn);
    });
  }

  /** Everything runs and every actor has answered once. */
  static async open(): Promise<House> {
    const mongod = await Mongod.start();
    const mongo = mongoLayer({ uri: mongod.uri, database: DATABASE });
    const runtime = ManagedRuntime.make(
      ActorsRemote([Counter]).pipe(Layer.provide(clusterClientLayer), Layer.provideMerge(mongo)),
    );
    const wires = await Promise.all(Array.from({ length: NODES }, () => lay(mongod.port)));
    const house = new House(mongod, runtime, await mkdtemp(join(tmpdir(), 'hufu-keys-')), wires);
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

  #spawn(name: string, { calls, storage, version }: Node, listenPort: number): NodeProcess {
    const settings: NodeSettings = {
      uri: `mongodb://127.0.0.1:${storage.port}/?directConnection=true`,
      ...{ database: DATABASE, listenPort, port: calls.port, keyDirectory: this.#keys },
      ...{ name, actors: ACTORS, version },
    };
    const program = join(import.meta.dirname, 'node.ts');
    // A server that is killed makes each node say so; what is wrong here is found by the auditor.
    const env = { ...process.env, HUFU_LOG: process.env['HUFU_FAULTS_LOG'] ?? 'silent' };
    const node = new NodeProcess([program, JSON.stringify(settings)], env);
    node.child.once('exit', (code) => {
      if (code !== 0 && code !== null) this.#auditor.wrong(`node ${name} ended with ${code}: ${node.output}`);
    });
    node.child.on('message', (message: Message) => {
      if (message.type !== 'notes') return;
      for (const one of message.written) this.#auditor.written(one);
      for (const one of message.seen) this.#auditor.seen(one);
      for (const one of message.faults) this.#fault(one);
      this.#fenced.set(name, message.fenced);
    });
    return node;
  }

  #fault({ code, message }: Fault): void {
    this.#faults.set(code, (this.#faults.get(code) ?? 0) + 1);
    if (STALE.has(message)) this.#stale += 1;
  }

  /** How often callers were told to ask again, by the fault's code. */
  get faults(): ReadonlyMap<string, number> {
    return this.#faults;
  }

  /** How often a node that had lost an actor to another said so, instead of writing or answering from the past. */
  get stale(): number {
    return this.#stale;
  }

  #call(): void {
    const stopping = () => this.#stopping;
    const notes = {
      written: (one: Written) => {
        this.#auditor.written(one);
        if (one.caller.startsWith('own')) {
          this.#answered[one.actor] = one;
          const waitedMs = (one.ackedUs - one.startedUs) / 1_000;
          this.#answers.push([one.actor, waitedMs]);
          this.#waits[one.actor] = Math.max(this.#waits[one.actor] ?? 0, waitedMs);
          for (const look of [...this.#waitingForAnswers]) look();
        }
      },
      seen: () => undefined,
      fault: (one: Fault) => this.#fault(one),
    };
    const own = Array.from({ length: ACTORS }, (_, actor) =>
      writer(PROGRAMS[1], `own${actor}`, () => actor, OWN_PAUSE_MS, notes, stopping),
    );
    const roaming = Array.from({ length: ROAMERS }, (_, n) =>
      writer(PROGRAMS[1], `roamer${n}`, () => Math.floor(Math.random() * ACTORS), ROAMER_PAUSE_MS, notes, stopping),
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

  forgetWaits(): void {
    this.#waits = [];
    this.#answers = [];
  }

  /** Every answer to an actor's own caller since `forgetWaits`: the actor, and how long the caller waited. */
  get answersMs(): ReadonlyArray<readonly [actor: number, ms: number]> {
    return this.#answers;
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
      if (Date.now() > until) throw new Error('the shards are not shared');
    }
  }

  #until<A>(found: () => A | undefined): Promise<A> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waitingForAnswers.delete(look);
        reject(new Error(`an actor does not answer for ${ANSWERED_MS} ms`));
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
    return [...this.#fenced.values()].reduce((sum, one) => sum + one, 0);
  }

  /** For an ask from outside the nodes. */
  run<A, E>(effect: Effect.Effect<A, E, Actors | Mongo>): Promise<A> {
    return this.#runtime.runPromise(effect);
  }

  /** Every owner, and every state document, says what the journal says. Nobody asks any more. */
  async #compare(): Promise<void> {
    const { last } = this.#auditor;
    const told = await this.run(
      Effect.flatMap(Actors, (actors) =>
        Effect.forEach(
          last,
          (_, actor) =>
            Effect.retry(PROGRAMS[1].read(actors, actorKey(actor)), { times: 200, schedule: Schedule.spaced(100) }),
          { concurrency: 'unbounded' },
        ),
      ),
    );
    const documents = databaseOf(await this.run(Mongo)).collection<DocumentSeen>(Counter.collection);
    const names = new Map(last.map((_, actor) => [formatActorId(testId(actorKey(actor))), actor]));
    const behind = async (): Promise<number> => {
      const found = await documents.find({ _id: { $in: [...names.keys()] } }).toArray();
      const right = found.filter(({ _id, rev, value }) => {
        const truth = last[names.get(_id) ?? -1];
        return truth?.rev === rev && truth.value === value;
      });
      return last.length - right.length;
    };
    for (const [actor, { rev, state }] of told.entries()) {
      const truth = last[actor];
      if (truth?.rev === rev && truth.value === state.value) continue;
      this.#auditor.wrong(`${actorKey(actor)}: its owner says ${state.value} at ${rev}, the journal ${truth?.value}`);
    }
    for (const until = Date.now() + DOCUMENTS_MS; (await behind()) > 0; await sleep(100)) {
      if (Date.now() < until) continue;
      this.#auditor.wrong(`${await behind()} state documents differ from the journal`);
      return;
    }
  }

  /** Callers get their last answers, then the last audit; then all of it goes. */
  async close(): Promise<AuditReport> {
    try {
      this.#stopping = true;
      await Promise.all(this.nodes.map((node) => node.rest()));
      await Promise.race([
        this.#calling,
        sleep(ANSWERED_MS, undefined, { ref: false }).then(() => {
          throw new Error('callers do not get their last answers');
        }),
      ]);
      await this.audit();
      await this.#compare();
      return this.#auditor.report;
    } finally {
      await this.remove();
    }
  }

  async remove(): Promise<void> {
    for (const node of this.nodes) {
      await node.end('SIGKILL');
      await Promise.all([node.calls.cut(), node.storage.cut()]);
    }
    await this.#runtime.dispose();
    await this.mongod.remove();
    await rm(this.#keys, { recursive: true, force: true });
  }
}

const DATABASE = 'faults';
