/**
 * Cursors of lists: where the next page begins. A position may hold what the list itself masks (a card's number), and
 * cursors travel in addresses, so they are sealed; a cursor belongs to one list with its filters, and opens nowhere else.
 */
import { Effect } from 'effect';
import { isFault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { SecretBytes } from '../domain/kernel/secret.ts';
import { KeyRing } from './keys/key-ring.ts';
import { openSecret, sealSecret } from './keys/sealed-secret.ts';

export const invalidCursor = (): Refusal =>
  refuse('invalid', 'InvalidCursor', 'The cursor does not belong to this list.', {
    field: 'cursor',
    action: 'Start again without a cursor, and keep filters and order the same from page to page.',
  });

/** @param list names the list with its tenant, filters and order */
export const writeCursor = (list: string, position: string): Effect.Effect<string, never, KeyRing> =>
  Effect.map(KeyRing, (ring) => sealSecret(ring, ['cursor', list], new SecretBytes(Buffer.from(position))));

/** Undefined for the first page; refusal `InvalidCursor` for what another list made, or nobody. */
export const readCursor = (
  list: string,
  cursor: string | undefined,
): Effect.Effect<string | undefined, Refusal, KeyRing> =>
  Effect.flatMap(KeyRing, (ring) => {
    if (cursor === undefined) return Effect.succeed(undefined);
    const position = openSecret(ring, ['cursor', list], cursor);
    return isFault(position) ? Effect.fail(invalidCursor()) : Effect.succeed(position.reveal().toString());
  });
