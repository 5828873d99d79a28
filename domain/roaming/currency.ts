/** As TAP, books and statements write a currency: special drawing rights are SDR there, and XDR to ISO 4217. */
export const writtenCurrency = (currency: string): string => (currency === 'XDR' ? 'SDR' : currency);
