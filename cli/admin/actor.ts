import { type Command, InvalidArgumentError } from 'commander';
import { Effect } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import type { AnyDefinition } from '../../actors/runtime/definition.ts';
import { type PastTurn, readTurns } from '../../actors/runtime/history.ts';
import { inspectActor, retryActor } from '../../actors/runtime/inspect.ts';
import { type Moment, parseInstant } from '../../actors/runtime/moment.ts';
import { ActorOverview } from '../../actors/runtime/overview.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { type Broken, missing, rebuildStateDocuments, replayActor } from '../../actors/runtime/replay.ts';
import { type ActorId, formatActorId, parseActorId, type TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import type { Mongo } from '../../store/mongo.ts';
import { Failure } from '../failure.ts';
import { print, printList, time, wholeNumber, withTenant } from './answer.ts';
import { recorded } from './record.ts';
import { adminNodes, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin actor …`: what the routes below `/v1/operations/actors` show, without a gateway. States and events may
 * hold personal data, in clear even where they are stored sealed: only those who may read all of it have the keys, and
 * each look is written to the audit log.
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
  run: (definition: AnyDefinition, id: ActorId) => Parameters<typeof recorded<A, Mongo | KeyRing | ActorOverview>>[1],
): Promise<A> => {
  const definition = definitionOf(kind);
  const actor = idOf(id);
  const object = `${kind}/${formatActorId(actor)}`;
  const what = { tenant: actor.tenant, action: `admin.actor.${action}`, object };
  return withStores(runningEnv(), adminNodes, recorded(what, run(definition, actor)));
};

const json = (value: unknown): string => JSON.stringify(value, null, 2);

interface ListOptions {
  readonly tenant: TenantId;
  readonly kind?: string;
  readonly node?: string;
  readonly phase?: 'loading' | 'awake';
  readonly busy?: boolean;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const list = async ({ json: lines, ...query }: ListOptions): Promise<void> => {
  const what = { tenant: query.tenant, action: 'admin.actor.list', object: query.kind ?? 'all kinds' };
  const looking = Effect.flatMap(ActorOverview, (overview) => overview.awake(query));
  const page = await withStores(runningEnv(), adminNodes, recorded(what, looking));
  printList(page.items, lines, {
    kind: (actor) => actor.kind,
    key: (actor) => actor.key,
    node: (actor) => actor.node,
    phase: (actor) => actor.phase,
    waiting: (actor) => actor.waiting,
    rev: (actor) => actor.rev,
    dirty: (actor) => (actor.dirty ? 'yes' : 'no'),
    talks: (actor) => actor.talks,
    'last used': (actor) => time(actor.lastUsedAtMs),
  });
  // Not among the items: they are for a program with --json.
  for (const node of page.silent) process.stderr.write(`${node} did not answer: its actors are not listed\n`);
  if (page.nextCursor !== null) process.stderr.write(`more with --cursor ${page.nextCursor}\n`);
};

const show = async (kind: string, id: string, { replies = false }: { readonly replies?: boolean }): Promise<void> =>
  print(json(await onActor('show', kind, id, (definition, actor) => inspectActor(definition, actor, { replies }))));

const line = (turn: PastTurn): string => {
  const { seq, rev, atMs, subject, command, events } = turn;
  return `${seq}\trev ${rev}\t${time(atMs)}\t${subject}\t${command}\t${events.join(', ')}`;
};

const printTurns = (items: ReadonlyArray<PastTurn>, broken: ReadonlyArray<Broken>, lines: boolean): void => {
  const all = [...items, ...broken].toSorted((one, other) => one.seq - other.seq);
  for (const one of all) {
    if (lines) print(JSON.stringify(one));
    else print('what' in one ? `${one.seq}\tBROKEN\t${one.what}` : line(one));
  }
};

interface JournalOptions {
  readonly from: number;
  readonly json?: boolean;
}

const journal = (kind: string, id: string, options: JournalOptions): Promise<void> =>
  onActor('journal', kind, id, (definition, actor) =>
    Effect.gen(function* () {
      const values = options.json === true;
      let cursor: string | undefined;
      do {
        const from = cursor === undefined ? { fromSeq: options.from } : { cursor };
        const page = yield* readTurns(definition, actor, { limit: 200, values, ...from });
        if (cursor === undefined && page.items.length + page.broken.length === 0)
          return yield* Effect.fail(missing(kind));
        printTurns(page.items, page.broken, values);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    }),
  );

interface ReplayOptions {
  readonly to?: number;
  readonly at?: number;
}

const replay = async (kind: string, id: string, { to, at }: ReplayOptions): Promise<void> => {
  const moment: Moment = { ...(to === undefined ? {} : { rev: to }), ...(at === undefined ? {} : { atMs: at }) };
  const found = await onActor('replay', kind, id, (definition, actor) =>
    Effect.map(replayActor(definition, actor, moment), ({ state, atMs, ...rest }) => ({
      ...rest,
      at: atMs === null ? null : time(atMs),
      state: protocolOf(definition).encodeState(state),
    })),
  );
  print(json(found));
};

const retry = async (kind: string, id: string): Promise<void> => {
  const { actor, followers, reminders, hurried } = await onActor('retry', kind, id, retryActor);
  print(`${kind}/${id}: ${SAID[actor]}`);
  print(`dead letters begin again with: ${followers.length === 0 ? 'none' : followers.join(', ')}`);
  print(`reminders that come again: ${reminders}, at once instead of later: ${hurried}`);
};

const SAID = {
  asleep: 'was asleep; the next ask loads it',
  restarted: 'was put to sleep; the next ask loads it',
  talking: 'left awake: it talks to a device',
  unreachable: 'no node that holds it answered',
} as const;

const rebuild = async (kind: string, id: string): Promise<void> => {
  const { records } = await onActor('rebuild', kind, id, (definition, actor) =>
    Effect.flatMap(rebuildStateDocuments(definition, actor), (done) =>
      done.actors === 0 ? Effect.fail(missing(definition.kind)) : Effect.succeed(done),
    ),
  );
  print(`${kind}/${id}: written anew from ${records} records`);
};

const instant = (text: string): number => {
  const atMs = parseInstant(text);
  if (atMs !== undefined) return atMs;
  throw new InvalidArgumentError('an instant with a zone, e.g. 2026-11-23T08:00:00Z');
};

const phase = (text: string): 'loading' | 'awake' => {
  if (text === 'loading' || text === 'awake') return text;
  throw new InvalidArgumentError('loading or awake');
};

export const addActor = (tree: Command): void => {
  const actor = tree.command('actor').description('one actor: KIND as in sim.card, ID as <tenant>/<key>');
  const about = (name: string): Command => actor.command(name).argument('<kind>').argument('<id>');
  withTenant(actor.command('list'))
    .description('who is awake now, on all nodes')
    .option('--kind <kind>', 'of one kind')
    .option('--node <address>', 'on one node')
    .option('--phase <phase>', 'loading or awake', phase)
    .option('--busy', 'only with questions in the mailbox')
    .option('--limit <n>', 'at most so many, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'from the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
  about('show')
    .description('where it lives, what it remembers, what is stuck; JSON')
    .option('--replies', 'with the replies of its receipts')
    .action(show);
  about('journal')
    .description('what it decided, turn by turn')
    .option('--from <seq>', 'from this record on', wholeNumber, 1)
    .option('--json', 'with events and replies, one JSON object a line')
    .action(journal);
  about('replay')
    .description('its state from the journal alone, as it was at a moment; JSON')
    .option('--to <rev>', 'after this revision; default the last', wholeNumber)
    .option('--at <instant>', 'at this instant, e.g. 2026-11-23T08:00:00Z', instant)
    .action(replay);
  about('retry').description('start it anew, and try again what is stuck about it').action(retry);
  about('rebuild').description('write its state document anew from the journal').action(rebuild);
};
