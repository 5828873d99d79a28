/**
 * Short strings from their characters' codes. A call into the platform for each takes three times as long, and a piece of
 * a longer text keeps all of that in memory; so the calls are written out, one for each size.
 */
export const CODES = new Uint8Array(16);

/** An index is below the size of `CODES`, so that no code is undefined. */
const of = String.fromCharCode as (...codes: readonly (number | undefined)[]) => string;

/** A string of the first `size` of `CODES`. */
export const ofCodes = (size: number): string => {
  const c = CODES;
  switch (size) {
    case 0:
      return '';
    case 1:
      return of(c[0]);
    case 2:
      return of(c[0], c[1]);
    case 3:
      return of(c[0], c[1], c[2]);
    case 4:
      return of(c[0], c[1], c[2], c[3]);
    case 5:
      return of(c[0], c[1], c[2], c[3], c[4]);
    case 6:
      return of(c[0], c[1], c[2], c[3], c[4], c[5]);
    case 7:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6]);
    case 8:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]);
    case 9:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8]);
    case 10:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]);
    case 11:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10]);
    case 12:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11]);
    case 13:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12]);
    case 14:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13]);
    case 15:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13], c[14]);
    case 16:
      return of(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13], c[14], c[15]);
    default:
      throw new RangeError(`${size} characters`);
  }
};
