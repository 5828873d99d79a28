import { Effect } from 'effect';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { parseAtr } from '../../../domain/sim/uicc/atr.ts';
import type { SimCard, Unit } from './card/sim-card.ts';

/**
 * How a simulated card misbehaves. Commands are counted from the moment it is told to, the first is 1; GET RESPONSE is a
 * command as well.
 */
export interface Misbehaviour {
  /** Taken out when the command with this number arrives: `before` it is executed, or `after` that, unanswered. */
  readonly removed?: { readonly at: number; readonly when: 'before' | 'after' };
  /** Says nothing for so long, then answers as if nothing had been. */
  readonly silent?: { readonly at: number; readonly ms: number };
  /** Answers with bytes that mean nothing. */
  readonly garbage?: { readonly at: number };
  /** Each command takes so long. */
  readonly slowMs?: number;
  /** Reading this file (four hex digits) gives one wrong bit. */
  readonly corruptRead?: string;
  /** So many tries are left of its ADM code, whatever happened to it. */
  readonly admTries?: number;
}

const GARBAGE = Uint8Array.of(0x13, 0x37, 0x42);

/** A card in a reader of whatever kind: it can be powered, asked, taken out, and told to misbehave. */
export class SimulatedCard {
  readonly card: SimCard;
  readonly unit: Unit;
  private misbehaviour: Misbehaviour = {};
  private commands = 0;

  constructor(card: SimCard) {
    this.card = card;
    const atr = parseAtr(card.personality.atr);
    this.unit = !isRefusal(atr) && atr.protocols[0] === 1 ? 'apdu' : 'tpdu';
  }

  misbehave(misbehaviour: Misbehaviour): void {
    this.misbehaviour = misbehaviour;
    this.commands = 0;
    const { corruptRead, admTries } = misbehaviour;
    this.card.defects = corruptRead === undefined ? {} : { corruptRead };
    if (admTries !== undefined) this.card.codes.setLeft(this.card.personality.adm, admTries);
  }

  powerOn(): Uint8Array {
    return this.card.reset();
  }

  command(bytes: Uint8Array): Effect.Effect<Uint8Array | 'removed'> {
    const self = this;
    return Effect.gen(function* () {
      self.commands += 1;
      const { removed, silent, garbage, slowMs } = self.misbehaviour;
      const removal = removed?.at === self.commands ? removed.when : undefined;
      if (removal === 'before') return 'removed';
      if (slowMs !== undefined) yield* Effect.sleep(slowMs);
      const answer = self.card.process(bytes, self.unit);
      if (removal === 'after') return 'removed';
      if (silent?.at === self.commands) yield* Effect.sleep(silent.ms);
      return garbage?.at === self.commands ? GARBAGE : answer;
    });
  }
}
