import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import type { Defect } from './outcome.ts';

/**
 * Answers of an owner that is not certain to be one: its lease may be over, or it has not yet written anything that an
 * earlier owner would run into. Each waits for a look into the journal that begins after the question came in; one
 * that began earlier would prove nothing.
 */

interface Waiting {
  readonly release: () => void;
  readonly fail: (why: Fault | Defect) => void;
}

const UNAVAILABLE = fault('mongodb', 'Unavailable', 'The journal did not answer.', 500);

export class Confirmation {
  private readonly isCurrent: () => Promise<boolean>;
  private readonly onStale: (why: Fault) => void;
  private waiting: Array<Waiting> = [];
  private looking = false;

  /** `isCurrent`: nobody else has written. `onStale` is called when somebody has. */
  constructor(isCurrent: () => Promise<boolean>, onStale: (why: Fault) => void) {
    this.isCurrent = isCurrent;
    this.onStale = onStale;
  }

  get pending(): boolean {
    return this.looking || this.waiting.length > 0;
  }

  add(release: () => void, fail: (why: Fault | Defect) => void): void {
    this.waiting.push({ release, fail });
    if (!this.looking) void this.look();
  }

  failAll(why: Fault | Defect): void {
    for (const one of this.waiting.splice(0)) one.fail(why);
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiting.length > 0) {
      const round = this.waiting.splice(0);
      const current = await this.isCurrent().catch(() => undefined);
      const stale = fault('actor', 'Retry', 'Another owner has written since.', 50);
      if (current === false) this.onStale(stale);
      for (const one of round) {
        if (current === true) one.release();
        else one.fail(current === false ? stale : UNAVAILABLE);
      }
    }
    this.looking = false;
  }
}
