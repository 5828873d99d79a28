import { CALM, weatherOf } from './faults.ts';
import { SimulatedNode, type Surroundings } from './node.ts';
import { STORAGE } from './storage.ts';

/** As `SimulationOptions` says. */
interface Strikes {
  readonly ambush?: number;
  readonly failovers?: number;
}

/** What goes wrong, and when: nodes die, stand still and are cut off; the storage loses its primary; the net is bad. */
export class Chaos {
  private readonly around: Surroundings;
  private readonly nodes: Map<string, SimulatedNode>;
  private readonly addresses: ReadonlyArray<string>;
  private readonly repairs = new Set<() => void>();
  private incarnations = 0;
  private readonly ambush: number;
  private readonly failovers: number | undefined;
  private over = false;
  private readonly stopping = new Set<SimulatedNode>();

  constructor(around: Surroundings, nodes: Map<string, SimulatedNode>, { ambush, failovers }: Strikes) {
    this.around = around;
    this.ambush = ambush ?? around.world.random.pick([0, 0.01, 0.05, 0.15]);
    this.failovers = failovers;
    this.nodes = nodes;
    this.addresses = ['n1', 'n2', 'n3', 'n4'].slice(0, 2 + around.world.random.below(3));
  }

  begin(forMs: number): void {
    const { world, network } = this.around;
    for (const address of this.addresses) world.after(world.random.between(0, 1_500), () => this.start(address));
    network.weather = weatherOf(world);
    const pauseMs = world.random.pick([500, 2_000, 6_000]);
    const again = (): void => {
      if (this.over) return;
      this.strike();
      world.after(world.random.between(0, 2 * pauseMs), again);
    };
    world.after(world.random.between(0, forMs / 3), again);
    this.lieInWait();
  }

  /** The worst moment for a node is the one between an append and its acknowledgement; and late is worse than lost. */
  private lieInWait(): void {
    const { world, storage } = this.around;
    storage.ambush = (client) => {
      if (this.over || !world.random.chance(this.ambush)) return 0;
      const node = [...this.nodes.values()].find(({ process }) => process === client);
      if (node === undefined) return 0;
      if (world.random.chance(0.5)) {
        this.strikeNode(node, world.random.pick([3, 5, 6, 7, 8, 9]));
        return 0;
      }
      // It lands when another owner has begun, and only then the node wakes up and hears of it.
      const laterMs = world.random.between(5_000, 13_000);
      this.standStill(node, laterMs + world.random.between(-500, 2_000), false);
      return laterMs;
    };
  }

  /** Repairs everything; what was stopped starts again. */
  end(): void {
    const { world, network } = this.around;
    this.over = true;
    world.note('the faults end');
    for (const repair of [...this.repairs]) repair();
    network.weather = CALM;
    for (const address of this.addresses) this.start(address);
  }

  /** Everything that was broken works again. */
  get calm(): boolean {
    const works = (node: SimulatedNode): boolean => node.process.running && !this.stopping.has(node);
    return this.over && this.repairs.size === 0 && [...this.nodes.values()].every(works);
  }

  private start(address: string): void {
    const known = this.nodes.get(address);
    if (known?.process.alive === true) return;
    this.incarnations += 1;
    this.around.world.note(`${address}#${this.incarnations} starts`);
    this.nodes.set(address, new SimulatedNode(this.around, address, this.incarnations));
  }

  /** Breaks something now and repairs it after a while, or when the faults end. */
  private for(ms: number, repair: () => void): void {
    const once = (): void => {
      if (this.repairs.delete(once)) repair();
    };
    this.repairs.add(once);
    this.around.world.after(ms, once);
  }

  private strike(): void {
    const { world, network, storage } = this.around;
    const { random } = world;
    const node = this.nodes.get(random.pick(this.addresses));
    const failsOver = this.failovers !== undefined && random.chance(this.failovers);
    const what = failsOver ? 0 : random.below(10);
    if (what === 0) {
      world.note('the storage loses its primary');
      if (storage.replicas.up) storage.replicas.failOver(random.pick([100, 1_000, 8_000]) * random.next());
    } else if (what === 1) {
      world.note('the secondaries stop following');
      storage.replicas.stall(true);
      this.for(random.pick([300, 3_000, 14_000]), () => storage.replicas.stall(false));
    } else if (what === 2) {
      network.weather = weatherOf(world);
    } else if (node?.process.alive === true) this.strikeNode(node, what);
  }

  private strikeNode(node: SimulatedNode, what: number): void {
    const { world, network } = this.around;
    const { random } = world;
    const { process, address } = node;
    if (what === 3) {
      node.kill();
      this.for(random.pick([0, 500, 9_000]) * random.next(), () => this.start(address));
    } else if (what === 4) {
      this.stopping.add(node);
      void node.stop().then(() => this.for(random.between(0, 3_000), () => this.start(address)));
    } else if (what <= 6) {
      this.standStill(node, random.pick([100, 3_000, 14_000]) * random.next(), what === 5);
    } else if (what <= 8) {
      world.note(`${process.name} is cut off from the storage`);
      network.cutBetween(process.name, STORAGE);
      const ms = random.pick([1_000, 14_000]) * random.next();
      this.for(ms, () => network.joinBetween(process.name, STORAGE));
      // It cannot renew its lease before it is asked again.
      if (what === 8) this.standStill(node, ms * random.between(0.6, 1), random.chance(0.5));
    } else {
      world.note(`${process.name} is cut off`);
      network.isolate(process.name);
      this.for(random.pick([1_000, 10_000]) * random.next(), () => network.join(process.name));
    }
  }

  private standStill({ process }: SimulatedNode, forMs: number, suspended: boolean): void {
    const { world } = this.around;
    world.note(`${process.name} ${suspended ? 'is suspended' : 'stands still'}`);
    process.pause(suspended);
    this.for(forMs, () => {
      world.note(`${process.name} goes on`);
      process.resume();
    });
  }
}
