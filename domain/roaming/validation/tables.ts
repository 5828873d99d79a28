/** What the groups before the records have defined, by the codes that records refer to it with. */
export class Tables {
  /** Minutes east of UTC. */
  readonly offsets = new Map<number, number>();
  readonly entities = new Map<number, Entity>();
  readonly rates = new Map<number, ExchangeRate>();
  readonly taxes = new Map<number, Tax>();
  readonly discounts = new Map<number, Discount>();
  tapDecimalPlaces: number | undefined;
  tapCurrency: string | undefined;
}

export interface Entity {
  readonly type: number;
  readonly id: string;
  /** The row that a reference to it breaks, when its identification does not fit its type. */
  readonly wrong: string | undefined;
}

export interface ExchangeRate {
  /** Against the rate that the agreement expects. */
  readonly judged: 'expected' | 'low' | 'high';
}

export interface Tax {
  /** In 1/100000 per cent; undefined for a fixed tax. */
  readonly rate: number | undefined;
}

export interface Discount {
  readonly fixed: number | bigint | undefined;
}
