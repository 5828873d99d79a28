import { Random } from './random.ts';

/**
 * A world whose time is a queue of events. Nothing happens in it but by an event, one after the other; what an event
 * set going as promises has come to rest before the next one begins. So a seed is a whole history.
 */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (one: Event, other: Event): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** A binary heap. */
class Queue {
  private readonly items: Array<Event> = [];

  push(event: Event): void {
    const { items } = this;
    let at = items.length;
    items.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || before(above, event)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = event;
  }

  pop(): Event | undefined {
    const { items } = this;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = items[2 * at + 1];
      const right = items[2 * at + 2];
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
      if (child === undefined || before(last, child)) break;
      items[at] = child;
      at = child === right ? 2 * at + 2 : 2 * at + 1;
    }
    items[at] = last;
    return first;
  }
}

export class World {
  readonly seed: number;
  readonly random: Random;
  /** Since the beginning, in milliseconds. */
  nowMs = 0;
  /** How many events have happened. */
  events = 0;
  /** What happened, when it is kept. */
  readonly lines: Array<string> = [];
  private readonly keep: boolean;
  private readonly queue = new Queue();
  private orders = 0;
  private ended = false;
  private hashes = [0x811c9dc5, 0x01000193] as [number, number];

  constructor(seed: number, keep = false) {
    this.seed = seed;
    this.random = new Random(seed);
    this.keep = keep;
  }

  after(ms: number, run: () => void): void {
    this.orders += 1;
    this.queue.push({ atMs: this.nowMs + ms, order: this.orders, run });
  }

  /** Part of the history: two runs that noted the same are the same. */
  note(text: string): void {
    const line = `${this.nowMs.toFixed(3)} ${text}`;
    let [one, other] = this.hashes;
    for (let at = 0; at < line.length; at += 1) {
      one = Math.imul(one ^ line.charCodeAt(at), 0x01000193);
      other = Math.imul(other, 31) + line.charCodeAt(at);
    }
    this.hashes = [one | 0, other | 0];
    if (this.keep) this.lines.push(line);
  }

  get hash(): string {
    return this.hashes.map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** No event happens after the one that is happening. */
  end(): void {
    this.ended = true;
  }

  /** Until `end`, or when nothing is left to happen. Rejects when an event throws: that is a bug of the simulation. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        const event = this.ended ? undefined : this.queue.pop();
        if (event === undefined) {
          resolve();
          return;
        }
        this.nowMs = event.atMs;
        this.events += 1;
        try {
          event.run();
        } catch (error) {
          reject(error);
          return;
        }
        // All promises come to rest before the next turn of the real event loop.
        setImmediate(step);
      };
      setImmediate(step);
    });
  }
}
