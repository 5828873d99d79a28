/** Amounts, counts and moments as people read them. Amounts are exact: digits are placed, nothing is calculated. */

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `-120434`, 2 → `-1,204.34`. */
export const decimalOf = (minor: string, decimals: number): string => {
  const sign = minor.startsWith('-') ? '-' : '';
  const digits = minor.replace('-', '').padStart(decimals + 1, '0');
  const whole = grouped(digits.slice(0, digits.length - decimals));
  return `${sign}${whole}${decimals === 0 ? '' : `.${digits.slice(-decimals)}`}`;
};

export const moneyOf = (minor: string, decimals: number, currency: string): string =>
  `${decimalOf(minor, decimals)} ${currency}`.trim();

/** Of a currency of ISO 4217; a browser knows them. */
export const decimalsOf = (currency: string): number => {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
};

export const countOf = (count: number | string): string => grouped(String(count));

export const momentOf = (ms: number | null): string =>
  ms === null
    ? '–'
    : new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(ms));

/** On a clock that is so many minutes ahead of UTC. */
export const localMomentOf = (ms: number, utcOffsetMinutes: number): string =>
  new Date(ms + utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace('T', ' ');

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
export const bytesOf = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
};

/** Usage in the unit of its service: seconds as h:mm:ss, messages, bytes. */
export const usageOf = (service: string, quantity: number): string => {
  if (service === 'data') return bytesOf(quantity);
  if (service === 'sms') return countOf(quantity);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(quantity / 3600)}:${two(Math.floor(quantity / 60) % 60)}:${two(quantity % 60)}`;
};
