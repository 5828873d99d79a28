import type { CardEvent, CardType, NumberType, RangeEvent } from '../schema.ts';

/**
 * What is counted (seed 000 §6: IMSI与ICCID使用情况统计分析): from the events of cards and of ranges of numbers, by day,
 * product, city and vendor. An IMSI's way is read from the card that carries it, since only the card knows its vendor.
 */

export const STATISTICS_SUBJECTS = ['card', 'imsi', 'iccid'] as const;
export type StatisticsSubject = (typeof STATISTICS_SUBJECTS)[number];

/** In the order in which they are shown. */
export const MEASURES = {
  card: ['planned', 'assigned', 'made', 'failed', 'confirmed', 'refused', 'cancelled', 'used', 'returned', 'defective'],
  imsi: [
    'registered',
    'allocated',
    'released',
    'settled',
    'retired',
    'quarantined',
    'readmitted',
    'onCardPlanned',
    'onCardMade',
    'onCardConfirmed',
    'onCardLost',
  ],
  iccid: ['registered', 'allocated', 'released', 'settled', 'retired', 'quarantined', 'readmitted'],
} as const satisfies Readonly<Record<StatisticsSubject, ReadonlyArray<string>>>;
export type Measure = (typeof MEASURES)[StatisticsSubject][number];

/** Whose stock it is that grows or shrinks: free numbers, or cards that are made and not used. */
export const STOCK_TYPES = ['imsi', 'iccid', 'blank', 'finished'] as const;
export type StockType = (typeof STOCK_TYPES)[number];

/** What an actor's events are counted under; remembered, since later events do not repeat it. */
export interface Dimensions {
  readonly product: string;
  /** Empty: for any city. */
  readonly city: string;
  /** Empty before the card goes to a vendor, and for numbers. */
  readonly vendor: string;
  /** Empty for numbers. */
  readonly cardType: CardType | '';
  /** Whether the card counts as stock now. */
  readonly inStock: boolean;
}

interface Count {
  readonly subject: StatisticsSubject;
  readonly measure: Measure;
  readonly by: number;
}

export interface Counted {
  readonly dimensions: Dimensions;
  readonly counts: ReadonlyArray<Count>;
  /** What the stock of `stockType` grows by. */
  readonly stock: number;
  readonly stockType: StockType;
}

export const NO_DIMENSIONS: Dimensions = { product: '', city: '', vendor: '', cardType: '', inStock: false };

const CARD_MEASURES: Readonly<Record<CardEvent['_tag'], (typeof MEASURES)['card'][number]>> = {
  Planned: 'planned',
  Assigned: 'assigned',
  Made: 'made',
  Failed: 'failed',
  Confirmed: 'confirmed',
  Reversed: 'refused',
  Cancelled: 'cancelled',
  Used: 'used',
  Returned: 'returned',
  Spoiled: 'defective',
};

/** What it means for the IMSI on the card. */
const ON_CARD: Readonly<Partial<Record<CardEvent['_tag'], (typeof MEASURES)['imsi'][number]>>> = {
  Planned: 'onCardPlanned',
  Made: 'onCardMade',
  Confirmed: 'onCardConfirmed',
  Failed: 'onCardLost',
  Reversed: 'onCardLost',
  Cancelled: 'onCardLost',
  Returned: 'onCardLost',
};

/** A card is stock from the moment that it is made until it is refused, used, comes back or is found broken. */
const stockAfter = (before: boolean, event: CardEvent): boolean => {
  if (event._tag === 'Made') return true;
  return before && (event._tag === 'Confirmed' || event._tag === 'Assigned');
};

export const countCardEvent = (before: Dimensions, event: CardEvent): Counted => {
  const known =
    event._tag === 'Planned'
      ? { ...before, product: event.product, city: event.city, cardType: event.cardType }
      : event._tag === 'Assigned'
        ? { ...before, vendor: event.vendor }
        : before;
  const inStock = stockAfter(before.inStock, event);
  const onCard = known.cardType === 'finished' ? ON_CARD[event._tag] : undefined;
  return {
    dimensions: { ...known, inStock },
    counts: [
      { subject: 'card', measure: CARD_MEASURES[event._tag], by: 1 },
      ...(onCard === undefined ? [] : [{ subject: 'imsi', measure: onCard, by: 1 } as const]),
    ],
    stock: Number(inStock) - Number(before.inStock),
    stockType: known.cardType === 'finished' ? 'finished' : 'blank',
  };
};

/** The measure, how many numbers, and by how much the free ones grow. */
const ofRange = (
  type: NumberType,
  event: RangeEvent,
): readonly [(typeof MEASURES)['iccid'][number], number, number] => {
  switch (event._tag) {
    case 'Registered':
      return ['registered', event.quantity, event.quantity];
    case 'Allocated':
      return ['allocated', event.quantity, -event.quantity];
    case 'Released':
      return ['released', event.quantity, type === 'imsi' ? event.quantity : 0];
    case 'Settled':
      return ['settled', event.quantity, 0];
    case 'Retired':
      return ['retired', event.quantity, -event.quantity];
    case 'Quarantined':
      return ['quarantined', 1, 0];
    case 'Readmitted':
      return ['readmitted', event.quantity, type === 'imsi' ? event.quantity : 0];
  }
};

export const countRangeEvent = (type: NumberType, before: Dimensions, event: RangeEvent): Counted => {
  const dimensions =
    event._tag === 'Registered' ? { ...before, product: event.product, city: event.city ?? '' } : before;
  const [measure, by, stock] = ofRange(type, event);
  return { dimensions, counts: [{ subject: type, measure, by }], stock, stockType: type };
};
