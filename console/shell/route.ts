import { useSyncExternalStore } from 'react';

/** Where in the console one is: the part of the address after `#`, so that the server has one page only. */

const subscribe = (changed: () => void): (() => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export const here = (): string => decodeURI(location.hash.slice(1)) || '/';

export const usePlace = (): string => useSyncExternalStore(subscribe, here);

export const go = (place: string): void => {
  location.hash = place;
};

/** `/a/:b` against `/a/x` → `{ b: 'x' }`. */
export const matched = (pattern: string, place: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split('/');
  const parts = place.split('/');
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const given = parts[at] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(given);
    else if (part !== given) return undefined;
  }
  return found;
};
