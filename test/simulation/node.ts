import { type Batch, type BatchReply, Lanes } from '../../actors/runtime/lanes.ts';
import { answerBatch, routerOf } from '../../actors/runtime/line-answers.ts';
import { ActorNode, type NodeOptions } from '../../actors/runtime/node.ts';
import { PARTITIONS } from '../../actors/runtime/partition.ts';
import { type Protocol, protocolOf } from '../../actors/runtime/protocol.ts';
import type { Router } from '../../actors/runtime/service.ts';
import { Tenures } from '../../actors/runtime/tenures.ts';
import { within } from '../../store/runtime/clock.ts';
import { DEFINITIONS } from './definitions.ts';
import type { Network } from './faults.ts';
import { type Locks, Membership, shardOf } from './membership.ts';
import { Process } from './process.ts';
import type { SimulatedStorage } from './storage.ts';
import type { World } from './world.ts';

/**
 * One process that holds actors: the real node, lanes and lease clock, on simulated time, storage and network, put
 * together as `actors/runtime/live.ts` and `partition-entity.ts` put them together.
 */

export type Tuning = Required<Pick<NodeOptions, 'maxAwake' | 'maxWaiting' | 'flushEveryMs' | 'writer'>>;

export interface Surroundings {
  readonly world: World;
  readonly network: Network;
  readonly storage: SimulatedStorage;
  readonly locks: Locks;
  /** The process at an address, if one runs there. */
  readonly at: (address: string) => SimulatedNode | undefined;
  readonly tuning: Tuning;
  readonly blame: (what: string) => void;
  /** Where a test plants a bug. */
  readonly plant: (options: NodeOptions) => NodeOptions;
}

const ANSWER_WITHIN_MS = 10_000;

export const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map(
  DEFINITIONS.map((definition) => [definition.kind, protocolOf(definition)]),
);

const KEYS = { current: () => ({ id: 'none', key: Buffer.alloc(16) }), byId: () => undefined };

export class SimulatedNode {
  readonly process: Process;
  readonly address: string;
  readonly node: ActorNode;
  readonly router: Router;
  readonly membership: Membership;
  private readonly around: Surroundings;
  private readonly tenures: Tenures;

  constructor(around: Surroundings, address: string, incarnation: number) {
    const { world, storage, locks } = around;
    this.around = around;
    this.address = address;
    this.process = new Process(world, `${address}#${incarnation}`);
    const options: NodeOptions = {
      ...around.tuning,
      storage: storage.connect(this.process),
      keys: KEYS,
      clock: this.process.clock,
      name: this.process.name,
      validUntilMs: (partition) => this.membership.lease.lease.validUntilMs(String(shardOf(partition))),
    };
    this.node = new ActorNode(around.plant(options));
    this.membership = new Membership({
      process: this.process,
      storage,
      locks,
      address,
      close: (shard) => this.close(shard),
    });
    this.tenures = new Tenures({
      node: this.node,
      has: (partition) => this.has(partition),
      takeEpoch: (partition) => storage.takeEpoch(this.process, partition),
      opened: (partition, epoch) => world.note(`${this.process.name} opens partition ${partition} with epoch ${epoch}`),
      clock: this.process.clock,
    });
    const lanes = new Lanes((partition, batch) => this.transport(partition, batch), this.process.clock);
    this.router = routerOf(this.node, lanes);
  }

  /** What must not grow without bound, looked at whenever something comes in. */
  checkBounds(): void {
    const { blame, tuning } = this.around;
    if (this.node.awake > tuning.maxAwake) blame(`${this.process.name}: ${this.node.awake} actors are awake`);
    for (const { name, waiting, protocol } of this.node.all())
      if (waiting > protocol.mailbox) blame(`${this.process.name}: ${waiting} questions wait for ${name}`);
  }

  /** kill -9 */
  kill(): void {
    this.around.world.note(`${this.process.name} is killed`);
    this.process.kill();
  }

  /** SIGTERM: gives its shards away, ends what is under way, exits. */
  async stop(): Promise<void> {
    this.around.world.note(`${this.process.name} stops`);
    await this.membership.leave();
    await this.node.stop();
    this.kill();
  }

  private has(partition: number): boolean {
    return this.membership.acquired.has(shardOf(partition));
  }

  private async close(shard: number): Promise<void> {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const open = partitions.filter((partition) => shardOf(partition) === shard && this.node.holds(partition));
    this.around.world.note(`${this.process.name} closes shard ${shard}, partitions ${open.join(' ')}`);
    await Promise.all(open.map((partition) => this.node.close(partition)));
  }

  /** Undefined: the shard is not held here. */
  private async receive(partition: number, batch: Batch): Promise<BatchReply | undefined> {
    if (!this.has(partition)) return undefined;
    await this.tenures.reach(partition);
    return answerBatch({ node: this.node, kinds: PROTOCOLS, name: this.process.name }, batch);
  }

  private transport(partition: number, batch: Batch): Promise<BatchReply | undefined> {
    let given = false;
    const look = async (): Promise<BatchReply> => {
      for (;;) {
        const address = this.membership.holderOf(shardOf(partition));
        const target = address === undefined ? undefined : this.around.at(address);
        const reply = target === undefined ? undefined : await this.exchange(target, partition, batch);
        if (reply !== undefined) return reply;
        await new Promise<void>((resolve) => {
          this.process.clock.setTimeout(resolve, this.around.world.random.between(50, 300));
        });
        if (given) return new Promise(() => undefined);
      }
    };
    return within(this.process.clock, look(), ANSWER_WITHIN_MS).catch(() => {
      given = true;
      return undefined;
    });
  }

  private exchange(target: SimulatedNode, partition: number, batch: Batch): Promise<BatchReply | undefined> {
    const { network } = this.around;
    return new Promise((resolve) => {
      network.send(this.process.name, target.process, () => {
        void target.receive(partition, batch).then((reply) => {
          network.send(target.process.name, this.process, () => resolve(reply));
        });
      });
    });
  }
}
