import type { VisitorEvent } from '../network/visitor-record.ts';
import type { Price } from '../rating/rate.ts';

/**
 * A visitor's event with its price, as it waits for a file: a line of JSON. Discounts and taxes are not in it: those of the
 * agreement's period are settled at its end, and taxes are the invoice's business.
 */
export interface PricedEvent extends VisitorEvent {
  /** In units of the batch's decimals, before discounts and taxes. */
  readonly chargeMinor: number;
  /** What the charge was made for: the quantity in whole units, as each is charged when it is begun. */
  readonly chargedUnits: number;
  /** The element that recorded it: as TD.57 numbers its sort (1 MSC, 2 SMSC, 3 GGSN, 4 SGSN…), and its address. */
  readonly entityType: number;
  readonly entityId: string;
}

/** The quantity of an event: seconds, messages or bytes. */
export const quantityOf = ({ event, seconds, bytesIn, bytesOut }: VisitorEvent): number =>
  event === 'data' ? bytesIn + bytesOut : event.startsWith('sms') ? 1 : seconds;

export const pricedEvent = (
  event: VisitorEvent,
  price: Price,
  entity: Pick<PricedEvent, 'entityType' | 'entityId'>,
): PricedEvent => {
  let chargedUnits = 0n;
  for (const step of price.steps) {
    if (step.kind === 'first') chargedUnits += step.units;
    else if (step.kind === 'following') chargedUnits += step.count * step.units;
  }
  return { ...event, chargeMinor: Number(price.chargeMinor), chargedUnits: Number(chargedUnits), ...entity };
};

export const encodePriced = (one: PricedEvent): string => `${JSON.stringify(one)}\n`;

/** Lines of a kept batch, piece by piece. What stands there was written by `encodePriced`. */
export class PricedLines {
  private rest = '';

  feed(chunk: Uint8Array): ReadonlyArray<PricedEvent> {
    const lines = (this.rest + Buffer.from(chunk).toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.map((line) => JSON.parse(line) as PricedEvent);
  }
}
