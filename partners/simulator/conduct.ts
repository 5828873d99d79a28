import { setTimeout as sleep } from 'node:timers/promises';
import { Schema } from 'effect';

/** How any simulated partner that answers calls can misbehave, and for how many answers. */

export const count = Schema.Int.pipe(Schema.between(0, 1_000_000));

export const anyBehaviour = {
  /** Refuses connections and ends those that are open. */
  down: Schema.Boolean,
  /** Before each answer. */
  latencyMs: count,
  /** The next so many: not decided, told to come again; */
  busy: count,
  /** … everything done, and no answer; */
  loseAnswers: count,
  /** … answered twice; */
  answerTwice: count,
  /** … held until there are so many, and then sent in the reverse order. */
  outOfOrder: count,
};

export const ANY_USUAL = { down: false, latencyMs: 0, busy: 0, loseAnswers: 0, answerTwice: 0, outOfOrder: 0 } as const;

type AnyBehaviour = { readonly [Name in keyof typeof ANY_USUAL]: (typeof anyBehaviour)[Name]['Type'] };

/** How one answer goes out. */
export interface AnyDelivery {
  readonly times: 0 | 1 | 2;
  /** Passes when it is this answer's turn. */
  readonly turn: () => Promise<void>;
}

type CounterOf<B> = { [Name in keyof B]: B[Name] extends number ? Name : never }[keyof B];

export class Conduct<B extends AnyBehaviour> {
  readonly #state: { behaviour: B };
  #held: Array<() => void> = [];

  constructor(state: { behaviour: B }) {
    this.#state = state;
  }

  get behaviour(): B {
    return this.#state.behaviour;
  }

  /** Takes one off a counter. */
  takes(name: CounterOf<B>): boolean {
    const left = Number(this.behaviour[name]);
    if (left > 0) this.#state.behaviour = { ...this.behaviour, [name]: left - 1 };
    return left > 0;
  }

  async delivery(): Promise<AnyDelivery> {
    await sleep(this.behaviour.latencyMs);
    const lost = this.takes('loseAnswers' as CounterOf<B>);
    const twice = this.takes('answerTwice' as CounterOf<B>);
    const held = this.takes('outOfOrder' as CounterOf<B>);
    return { times: lost ? 0 : twice ? 2 : 1, turn: () => (held ? this.#wait() : Promise.resolve()) };
  }

  async #wait(): Promise<void> {
    const last = this.behaviour.outOfOrder === 0;
    if (!last) return new Promise((resolve) => this.#held.push(resolve));
    const held = this.#held.reverse();
    this.#held = [];
    // Those before go out after this one.
    setImmediate(() => {
      for (const release of held) release();
    });
  }
}
