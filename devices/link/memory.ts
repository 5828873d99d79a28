import { Duplex } from 'node:stream';
import { Effect, type Scope } from 'effect';
import { type Link, linkOver, type WriteOptions } from './link.ts';

/**
 * Two ends of a line within the process: what one writes the other reads, with the buffers, the back-pressure and the
 * hang-up of the real ones. For simulators and tests of drivers.
 */

const BUFFER_BYTES = 64 * 1024;

class End extends Duplex {
  other: End | undefined;
  /** Of the other end: its write waits until there is room here. */
  private blocked: ((error?: Error) => void) | undefined;

  constructor() {
    super({ highWaterMark: BUFFER_BYTES, allowHalfOpen: false });
  }

  override _read(): void {
    const blocked = this.blocked;
    this.blocked = undefined;
    blocked?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const { other } = this;
    if (other === undefined || other.destroyed) done(new Error('the peer hung up'));
    else if (other.push(chunk)) done();
    else other.blocked = done;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.blocked?.(new Error('the peer hung up'));
    this.blocked = undefined;
    if (this.other?.destroyed === false) this.other.push(null);
    done(error);
  }
}

/** Both ends, until the scope closes. Closing one hangs up on the other. */
export const memoryPair = (options: WriteOptions = {}): Effect.Effect<readonly [Link, Link], never, Scope.Scope> =>
  Effect.gen(function* () {
    const [left, right] = [new End(), new End()];
    left.other = right;
    right.other = left;
    const shut = (end: End) => async (): Promise<void> => {
      end.destroy();
    };
    return [
      yield* linkOver('memory left', left, shut(left), options),
      yield* linkOver('memory right', right, shut(right), options),
    ];
  });
