import { Effect } from 'effect';
import type { Refusal } from '../../domain/kernel/refusal.ts';
import { invalidCursor } from '../../store/list-query.ts';

/** Opaque cursors of the lists that no query of the store makes. A cursor belongs to one list with its filters. */

export const writeCursor = (list: string, position: string): string =>
  Buffer.from(JSON.stringify([list, position])).toString('base64url');

/** Undefined for the first page; refusal `InvalidCursor` for what another list made, or nobody. */
export const readCursor = (list: string, cursor: string | undefined): Effect.Effect<string | undefined, Refusal> => {
  if (cursor === undefined) return Effect.succeed(undefined);
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [of, position]: ReadonlyArray<unknown> = Array.isArray(parsed) ? parsed : [];
    if (of === list && typeof position === 'string') return Effect.succeed(position);
  } catch {
    // Not ours.
  }
  return Effect.fail(invalidCursor());
};
