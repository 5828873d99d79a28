const HAS_NEXT = 0x80;

const bitsOf = (half: number): number => (half & 1) + ((half >> 1) & 1) + ((half >> 2) & 1);

/**
 * How many bytes an answer to reset has (ISO 7816-3 §8.2), from its beginning; undefined while that does not tell. Over a
 * character line nothing else says where it ends.
 */
export const atrLength = (bytes: Uint8Array): number | undefined => {
  const t0 = bytes[1];
  if (t0 === undefined) return undefined;
  let at = 2;
  let indicator = t0;
  let checked = false;
  for (;;) {
    at += bitsOf((indicator >> 4) & 7);
    if ((indicator & HAS_NEXT) === 0) break;
    const td = bytes[at];
    if (td === undefined) return undefined;
    // The check byte is left out when T=0 alone is named.
    checked ||= (td & 0x0f) !== 0;
    indicator = td;
    at += 1;
  }
  return at + (t0 & 0x0f) + (checked ? 1 : 0);
};
