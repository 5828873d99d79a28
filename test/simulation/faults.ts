import type { Process } from './process.ts';
import type { World } from './world.ts';

/** How the world misbehaves. All chances are per message; a calm world has none of them. */
export interface Weather {
  /** Lost on its way. */
  readonly lost: number;
  /** Arrives twice. */
  readonly twice: number;
  /** Takes up to `slowMs` instead of a millisecond or two. */
  readonly slow: number;
  readonly slowMs: number;
  /** The sender hears that the connection broke while the message goes on. */
  readonly late: number;
}

export const CALM: Weather = { lost: 0, twice: 0, slow: 0, slowMs: 0, late: 0 };

export const weatherOf = (world: World): Weather => {
  const { random } = world;
  const badness = random.pick([0, 0.2, 1, 1, 2]);
  return {
    lost: badness * random.between(0, 0.03),
    twice: badness * random.between(0, 0.05),
    slow: badness * random.between(0, 0.1),
    slowMs: random.pick([50, 500, 3_000, 12_000]),
    late: badness * random.between(0, 0.05),
  };
};

/** Carries messages between processes. What is cut off is lost. */
export class Network {
  weather: Weather = CALM;
  private readonly world: World;
  private readonly cut = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  isolate(name: string): void {
    this.cut.add(name);
  }

  join(name: string): void {
    this.cut.delete(name);
  }

  /** Cuts one way between two, or joins it again. */
  cutBetween(one: string, other: string): void {
    this.cut.add(`${one} ${other}`);
    this.cut.add(`${other} ${one}`);
  }

  joinBetween(one: string, other: string): void {
    this.cut.delete(`${one} ${other}`);
    this.cut.delete(`${other} ${one}`);
  }

  reaches(from: string, to: string): boolean {
    return !this.cut.has(from) && !this.cut.has(to) && !this.cut.has(`${from} ${to}`);
  }

  delayMs(): number {
    const { random } = this.world;
    const ms = random.between(0.1, 1.5);
    return random.chance(this.weather.slow) ? ms + random.next() * this.weather.slowMs : ms;
  }

  /** From a process to a process; perhaps never, perhaps twice. */
  send(from: string, to: Process, run: () => void): void {
    const { random } = this.world;
    const times = random.chance(this.weather.twice) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      if (random.chance(this.weather.lost)) continue;
      this.world.after(this.delayMs(), () => {
        if (this.reaches(from, to.name)) to.deliver(run);
      });
    }
  }
}
