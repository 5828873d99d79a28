import type { Clock, Timer } from '../../store/runtime/clock.ts';
import type { World } from './world.ts';

/** 2026-01-01T00:00:00Z */
const EPOCH_MS = 1_767_225_600_000;

interface PendingTimer extends Timer {
  cancelled: boolean;
}

/**
 * A process of the simulated world. It can be killed: then nothing of it ever happens again. It can be paused: what
 * comes to it meanwhile waits, and arrives in any order when it goes on. While its machine is suspended its monotonic
 * clock stands still as well; the wall clock goes on.
 */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  alive = true;
  private readonly world: World;
  private readonly skewMs: number;
  private paused: { readonly sinceMs: number; readonly suspended: boolean } | undefined;
  private lostMs = 0;
  private heldTimers: Array<() => void> = [];
  private heldInput: Array<() => void> = [];

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.skewMs = world.random.between(-5_000, 5_000);
    this.clock = {
      monotonicMs: () => this.monotonicMs(),
      wallMs: () => Math.floor(EPOCH_MS + world.nowMs + this.skewMs),
      setTimeout: (run, ms) => this.timer(run, ms, false),
      setInterval: (run, ms) => this.timer(run, ms, true),
      setImmediate: (run) => world.after(world.random.next() * 0.2, () => this.fire(run)),
      clear: (timer) => {
        if (timer !== undefined) (timer as PendingTimer).cancelled = true;
      },
    };
  }

  get running(): boolean {
    return this.alive && this.paused === undefined;
  }

  private monotonicMs(): number {
    const standingMs = this.paused?.suspended === true ? this.world.nowMs - this.paused.sinceMs : 0;
    return this.world.nowMs - this.lostMs - standingMs;
  }

  private timer(run: () => void, ms: number, again: boolean): Timer {
    const timer: PendingTimer = { cancelled: false, unref: () => undefined };
    const arm = (afterMs: number): void => {
      const dueMs = this.monotonicMs() + afterMs;
      const check = (): void => {
        if (timer.cancelled || !this.alive) return;
        const earlyMs = dueMs - this.monotonicMs();
        // The machine was suspended meanwhile.
        if (earlyMs > 0.001) {
          this.world.after(earlyMs, () => this.fire(check));
          return;
        }
        if (again) arm(ms);
        run();
      };
      this.world.after(afterMs, () => this.fire(check));
    };
    arm(ms);
    return timer;
  }

  private fire(run: () => void): void {
    if (!this.alive) return;
    if (this.paused === undefined) run();
    else this.heldTimers.push(run);
  }

  /** Something comes in from outside. */
  deliver(run: () => void): void {
    if (!this.alive) return;
    if (this.paused === undefined) run();
    else this.heldInput.push(run);
  }

  kill(): void {
    this.alive = false;
    this.heldTimers = [];
    this.heldInput = [];
  }

  pause(suspended: boolean): void {
    if (this.running) this.paused = { sinceMs: this.world.nowMs, suspended };
  }

  resume(): void {
    if (this.paused === undefined) return;
    if (this.paused.suspended) this.lostMs += this.world.nowMs - this.paused.sinceMs;
    this.paused = undefined;
    const held = [...this.heldTimers, ...this.world.random.shuffled(this.heldInput)];
    this.heldTimers = [];
    this.heldInput = [];
    // One event each, as the real loop takes them, and none before what is promised has come to rest.
    for (const run of held) this.world.after(0, () => this.fire(run));
  }
}
