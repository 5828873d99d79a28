import type { JournalTurn } from '../../store/runtime/journal.ts';

/** A moment of an actor's life: the last turn that is in both bounds; without bounds the last of all. */
export interface Moment {
  readonly rev?: number;
  /** Up to the first turn that was decided later. */
  readonly atMs?: number;
}

export const isAfter = (turn: JournalTurn, { rev, atMs }: Moment): boolean =>
  (rev !== undefined && turn.rev > rev) || (atMs !== undefined && turn.atMs > atMs);

/** RFC 3339: with date, time and zone, to the millisecond. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970; undefined when it is none, e.g. without a zone, or the 31st of June. */
export const parseInstant = (text: string): number | undefined => {
  if (!INSTANT.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};
