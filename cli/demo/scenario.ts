/**
 * What the demo applies for: 20,000 cards over 12 cities, finished and blank, made by 3 vendors. Names of cities are
 * their administrative codes (GB/T 2260).
 */
export const CITIES = [
  '110000', // Beijing
  '120000', // Tianjin
  '310000', // Shanghai
  '320100', // Nanjing
  '330100', // Hangzhou
  '350200', // Xiamen
  '370200', // Qingdao
  '420100', // Wuhan
  '440100', // Guangzhou
  '440300', // Shenzhen
  '500000', // Chongqing
  '510100', // Chengdu
] as const;

export const VENDORS = ['EASTCARD', 'DATANG', 'HENGBAO'] as const;

const FINISHED = { cardType: 'finished', product: '5G-STD' } as const;
const BLANK = { cardType: 'blank', product: '5G-BLANK' } as const;

export interface DemoLine {
  readonly no: number;
  readonly cardType: 'finished' | 'blank';
  readonly product: string;
  readonly city: string;
  readonly quantity: number;
}

/** Two lines a city, three quarters of the cards finished; the quantities add up to `cards`. */
export const linesFor = (cards: number): ReadonlyArray<DemoLine> => {
  const perCity = Math.floor(cards / CITIES.length);
  return CITIES.flatMap((city, index) => {
    const all = index === 0 ? cards - perCity * (CITIES.length - 1) : perCity;
    const finished = Math.floor((all * 3) / 4);
    return [
      { no: index * 2 + 1, ...FINISHED, city, quantity: finished },
      { no: index * 2 + 2, ...BLANK, city, quantity: all - finished },
    ];
  });
};

export const vendorOfCity = (): Readonly<Record<string, string>> =>
  Object.fromEntries(CITIES.map((city, index) => [city, VENDORS[index % VENDORS.length] ?? VENDORS[0]]));

/** Numbers for one application: twice what it needs, since corrected lines take others. `serial` keeps runs apart. */
export const rangesFor = (cards: number, serial: number) => {
  const size = cards * 2;
  const digits = (width: number, at: number): string => String(at).padStart(width, '0');
  const first = serial * size;
  const block = (prefix: string, width: number, offset: number) => ({
    first: `${prefix}${digits(width, first + offset)}`,
    last: `${prefix}${digits(width, first + offset + size - 1)}`,
  });
  return [
    { type: 'iccid', product: FINISHED.product, city: null, ...block('8986011', 12, 0) },
    { type: 'iccid', product: SUBSTITUTE, city: null, ...block('8986013', 12, 0) },
    { type: 'imsi', product: SUBSTITUTE, city: null, ...block('46006', 10, 0) },
    { type: 'iccid', product: BLANK.product, city: null, ...block('8986012', 12, 0) },
    { type: 'imsi', product: FINISHED.product, city: null, ...block('46001', 10, 0) },
  ] as const;
};

/** What VOP does not take: a product that it does not offer in a city, and a quantity over a city's quota. */
export const REJECTED = {
  product: FINISHED.product,
  city: '440300',
  code: 'NOT_OFFERED',
  reason: '本地市未开放该产品',
} as const;
/** What the rejected line is applied for instead. */
export const SUBSTITUTE = '5G-LITE';
export const TOO_MANY = { product: BLANK.product, city: '310000', code: 'QUOTA', reason: '超出本地市配额' } as const;
