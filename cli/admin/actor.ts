import type { Command } from 'commander';
import { Effect } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import type { AnyDefinition } from '../../actors/runtime/definition.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { missing, rebuildStateDocuments, replayActor } from '../../actors/runtime/replay.ts';
import { type ActorId, formatActorId, parseActorId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { databaseOf, Mongo, mongoTry } from '../../store/mongo.ts';
import { type JournalDocument, readTails, turnsOf } from '../../store/runtime/journal.ts';
import type { StateDocument } from '../../store/runtime/state-documents.ts';
import { Failure } from '../failure.ts';
import { print, wholeNumber } from './answer.ts';
import { recorded } from './record.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin actor …`: one actor as the stores know it. States and events may hold personal data, in clear even where
 * they are stored sealed: only those who may read all of it have the keys, and each look is written to the audit log.
 */

const definitionOf = (kind: string): AnyDefinition => {
  const all: ReadonlyArray<AnyDefinition> = actorDefinitions;
  const found = all.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw new Failure(`no such kind of actor: ${kind}`, `The kinds are ${all.map((one) => one.kind).join(', ')}.`);
};

const idOf = (text: string): ActorId => {
  const slash = text.indexOf('/');
  const id = parseActorId(text.slice(0, Math.max(slash, 0)), text.slice(slash + 1));
  if (!isRefusal(id)) return id;
  throw new Failure(`not an actor's id: ${text}`, 'It is <tenant>/<key>, e.g. demo/A20261123-0001.', id.message);
};

const onActor = <A>(
  action: string,
  kind: string,
  id: string,
  run: (definition: AnyDefinition, id: ActorId) => Parameters<typeof recorded<A, Mongo | KeyRing>>[1],
): Promise<A> => {
  const definition = definitionOf(kind);
  const actor = idOf(id);
  const object = `${kind}/${formatActorId(actor)}`;
  const what = { tenant: actor.tenant, action: `admin.actor.${action}`, object };
  return withStores(runningEnv(), adminStores, recorded(what, run(definition, actor)));
};

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** What lists see of it, and how far the journal is. */
const show = async (kind: string, id: string): Promise<void> => {
  const found = await onActor('show', kind, id, (definition, actor) =>
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const name = formatActorId(actor);
      const document = yield* mongoTry('reading a state document', () =>
        db.collection<StateDocument>(definition.collection).findOne({ _id: name }),
      );
      const { state, rev } = yield* replayActor(definition, actor);
      const { actor: part, ...projection } = document ?? { actor: undefined };
      const written = part === undefined ? null : { seq: part.seq, stateVersion: part.stateVersion, at: part.at };
      return {
        kind,
        id: name,
        rev,
        state: protocolOf(definition).encodeState(state),
        document: { ...projection, written },
      };
    }),
  );
  print(json(found));
};

const line = (record: JournalDocument, turns: ReturnType<typeof turnsOf>): ReadonlyArray<string> =>
  turns.map((turn) => {
    const events = turn.events.map((event) => (event as { readonly _tag?: string })._tag ?? '?').join(', ');
    return `${record.seq}\trev ${turn.rev}\t${new Date(turn.atMs).toISOString()}\t${turn.caller.subject}\t${turn.command}\t${events}`;
  });

interface JournalOptions {
  readonly from: number;
  readonly json?: boolean;
}

const journal = (kind: string, id: string, options: JournalOptions): Promise<void> =>
  onActor('journal', kind, id, (definition, actor) =>
    Effect.gen(function* () {
      const db = databaseOf(yield* Mongo);
      const keys = yield* KeyRing;
      const tail = { actor: formatActorId(actor), afterSeq: Math.max(0, options.from - 1) };
      const records = yield* mongoTry('reading the journal', async () => {
        let count = 0;
        for await (const record of readTails(db, definition.kind, [tail])) {
          count += 1;
          const turns = turnsOf(keys, record);
          const { seq, epoch, eventVersion } = record;
          if (options.json === true) print(JSON.stringify({ seq, epoch, eventVersion, at: record.at, turns }));
          else for (const one of line(record, turns)) print(one);
        }
        return count;
      });
      if (records === 0) return yield* Effect.fail(missing(definition.kind));
    }),
  );

const replay = async (kind: string, id: string, { to }: { readonly to?: number }): Promise<void> => {
  const { state, rev } = await onActor('replay', kind, id, (definition, actor) =>
    Effect.map(replayActor(definition, actor, to), (found) => ({
      rev: found.rev,
      state: protocolOf(definition).encodeState(found.state),
    })),
  );
  print(json({ rev, state }));
};

const rebuild = async (kind: string, id: string): Promise<void> => {
  const { records } = await onActor('rebuild', kind, id, (definition, actor) =>
    Effect.flatMap(rebuildStateDocuments(definition, actor), (done) =>
      done.actors === 0 ? Effect.fail(missing(definition.kind)) : Effect.succeed(done),
    ),
  );
  print(`${kind}/${id}: written anew from ${records} records`);
};

export const addActor = (tree: Command): void => {
  const actor = tree.command('actor').description('one actor: KIND as in sim.card, ID as <tenant>/<key>');
  const about = (name: string): Command => actor.command(name).argument('<kind>').argument('<id>');
  about('show').description('its state by the journal, and the document that lists see; JSON').action(show);
  about('journal')
    .description('what it decided, turn by turn')
    .option('--from <seq>', 'from this record on', wholeNumber, 1)
    .option('--json', 'whole records with their events, one JSON object a line')
    .action(journal);
  about('replay')
    .description('its state from the journal alone, as it was after a revision; JSON')
    .option('--to <rev>', 'after this revision; default the last', wholeNumber)
    .action(replay);
  about('rebuild').description('write its state document anew from the journal').action(rebuild);
};
