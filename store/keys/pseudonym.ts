import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { hmacSm3 } from '../../domain/keys/sm3.ts';
import type { Ring } from './private-fields.ts';

/** The first version: a name that was given never changes, whatever the ring rotates to. It is kept for ever. */
const KEY_ID = 'blind-index-1';

/**
 * 32 hex digits that are the same for the same words and say nothing of them, for keys and ids that journal, messages and
 * logs may show (decision 0211). The first word says for what. Fault `KeyMissing` when the ring lacks its key.
 */
export const pseudonymOf = (ring: Ring, ...words: ReadonlyArray<string>): string | Fault => {
  const key = ring.byId('blind-index', KEY_ID);
  if (key === undefined)
    return fault('keys', 'KeyMissing', `The key ${KEY_ID}, which names actors, is not in the ring.`);
  return hmacSm3(key.key, words.join('\n')).toString('hex').slice(0, 32);
};
