import { readKeys } from '../../store/keys/key-files.ts';
import type { PayloadKeys } from '../../temporal/codec.ts';

/** The keys of a test house, to read its histories with. */
export const payloadKeysIn = (directory: string): PayloadKeys => {
  const versions = readKeys(directory);
  if ('_tag' in versions) throw new Error(versions.message);
  const of = versions.filter(({ purpose }) => purpose === 'temporal-payload');
  return {
    current: () => {
      const newest = of.at(-1);
      if (newest === undefined) throw new Error('there is no key for payloads');
      return newest;
    },
    byId: (_purpose, id) => of.find((key) => key.id === id),
  };
};
