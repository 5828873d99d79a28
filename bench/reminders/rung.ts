import type { mongo } from 'mongoose';
import { JOURNAL, type JournalDocument } from '../../store/runtime/journal.ts';
import { Timer } from '../../test/support/timer.ts';

/** A reminder's command as the journal has it: of the actor `k<actor>`, the reminder `n<nth>`. */
export interface Rung {
  readonly actor: number;
  readonly nth: number;
  readonly atMs: number;
}

export interface Audit {
  /** Reminders whose command is not in the journal, and those whose command is there more than once. */
  readonly never: number;
  readonly oftener: number;
}

/** Reads the whole journal and counts each of `actors` × `perActor` reminders; `each` sees every command. */
export const audit = async (
  db: mongo.Db,
  actors: number,
  perActor: number,
  each: (rung: Rung) => void = () => {},
): Promise<Audit> => {
  const times = new Uint8Array(actors * perActor);
  const records = db
    .collection<JournalDocument>(JOURNAL)
    .find({ kind: Timer.kind }, { projection: { actor: 1, 'turns.command': 1, 'turns.atMs': 1, 'turns.events': 1 } });
  for await (const record of records) {
    const actor = Number(record.actor.slice(record.actor.lastIndexOf('k') + 1));
    for (const { command, atMs, events } of record.turns ?? []) {
      if (command !== 'Ring') continue;
      const nth = Number((events[0] as { readonly name: string }).name.slice(1));
      const place = actor * perActor + nth;
      times[place] = (times[place] ?? 0) + 1;
      each({ actor, nth, atMs });
    }
  }
  return { never: times.filter((count) => count === 0).length, oftener: times.filter((count) => count > 1).length };
};
