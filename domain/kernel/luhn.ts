/** The Luhn check digit (ISO/IEC 7812-1 annex B) of a string of decimal digits: what stands behind them. */
export const luhnDigit = (digits: string): number => {
  let sum = 0;
  for (let at = digits.length - 1, double = true; at >= 0; at -= 1, double = !double) {
    const digit = digits.charCodeAt(at) - 48;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
};

/** Whether the last of the digits is the Luhn digit of those before it. */
export const passesLuhn = (digits: string): boolean =>
  luhnDigit(digits.slice(0, -1)) === digits.charCodeAt(digits.length - 1) - 48;
