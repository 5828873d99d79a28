import type { ActorId } from '../../domain/kernel/actor-id.ts';
import type { AwakeActor } from './awake-actor.ts';
import type { ActorNode } from './node.ts';

/**
 * What an operator may ask a node about its actors, and what the node answers: plain values, because they travel
 * between nodes. A look wakes nobody and changes nothing, `Restart` apart. Answers are bounded by `limit`.
 */

export interface AwakeFilter {
  readonly tenant: string;
  readonly kind?: string;
  readonly phase?: 'loading' | 'awake';
  /** True: only those with questions in the mailbox. */
  readonly busy?: boolean;
}

export type Look =
  | { readonly _tag: 'Node' }
  /** The first `limit` of those that match whose name comes after `after`, in order of name. */
  | { readonly _tag: 'Awake'; readonly filter: AwakeFilter; readonly after: string; readonly limit: number }
  | { readonly _tag: 'Actor'; readonly kind: string; readonly name: string; readonly partition: number }
  | { readonly _tag: 'Restart'; readonly kind: string; readonly name: string; readonly partition: number };

/** An actor that is awake, as its node sees it. Counts are of this moment. */
export interface AwakeView {
  readonly kind: string;
  readonly tenant: string;
  readonly key: string;
  readonly partition: number;
  /** Of the partition's owner. */
  readonly epoch: number;
  readonly phase: 'loading' | 'awake';
  /** Questions in the mailbox that are not answered yet. */
  readonly waiting: number;
  /** To about a second. */
  readonly lastUsedAtMs: number;
  /** What is durable; both 0 while it loads. */
  readonly rev: number;
  readonly seq: number;
  /** The state document is behind `rev`. */
  readonly dirty: boolean;
  /** Talks with devices under way. */
  readonly talks: number;
  readonly receipts: number;
}

export interface NodeReply {
  readonly _tag: 'Node';
  readonly awake: number;
  /** Kind → actors awake. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Partitions that are open: the cluster opens one with the first message to it. */
  readonly open: number;
  /** Records that wait for their append. */
  readonly appending: number;
}
export interface AwakeReply {
  readonly _tag: 'Awake';
  readonly actors: ReadonlyArray<AwakeView>;
}
export interface ActorReply {
  readonly _tag: 'Actor';
  /** Null: the partition is not open here. */
  readonly epoch: number | null;
  /** Null: asleep. */
  readonly actor: AwakeView | null;
}
export interface RestartReply {
  readonly _tag: 'Restart';
  readonly outcome: 'asleep' | 'talking' | 'restarted';
}

export type LookReply = NodeReply | AwakeReply | ActorReply | RestartReply;
/** With the name of the node that answered. */
export type Looked = LookReply & { readonly node: string };

/** `kind/tenant/key`, the order of lists. */
export const fullName = ({ kind, tenant, key }: { readonly kind: string } & ActorIdParts): string =>
  `${kind}/${tenant}/${key}`;
type ActorIdParts = { readonly [Part in keyof ActorId]: string };

const viewOf = (actor: AwakeActor, { clock }: ActorNode): AwakeView => ({
  kind: actor.protocol.kind,
  ...actor.id,
  partition: actor.partition,
  epoch: actor.epoch,
  phase: actor.phase === 'loading' ? 'loading' : 'awake',
  waiting: actor.waiting,
  lastUsedAtMs: Math.round(clock.wallMs() - clock.monotonicMs() + actor.lastUsedMs),
  rev: actor.durable.rev,
  seq: actor.durable.seq,
  dirty: actor.phase === 'awake' && actor.dirty,
  talks: actor.talks,
  receipts: actor.receipts.size,
});

const matches = (actor: AwakeActor, { tenant, kind, phase, busy }: AwakeFilter): boolean =>
  actor.id.tenant === tenant &&
  (kind === undefined || actor.protocol.kind === kind) &&
  (phase === undefined || actor.phase === phase) &&
  (busy === undefined || actor.waiting > 0 === busy);

/** The smallest `limit` names after `after`, without sorting all that are awake. */
const firstOf = (node: ActorNode, { filter, after, limit }: Extract<Look, { _tag: 'Awake' }>) => {
  const first: Array<{ readonly name: string; readonly actor: AwakeActor }> = [];
  for (const actor of node.all()) {
    if (!matches(actor, filter)) continue;
    const name = `${actor.protocol.kind}/${actor.name}`;
    const last = first.at(-1);
    if (name <= after || (first.length === limit && last !== undefined && name >= last.name)) continue;
    const place = first.findIndex((one) => one.name > name);
    first.splice(place < 0 ? first.length : place, 0, { name, actor });
    if (first.length > limit) first.pop();
  }
  return first.map(({ actor }) => viewOf(actor, node));
};

const nodeReply = (node: ActorNode): NodeReply => {
  const kinds: Record<string, number> = {};
  for (const { protocol } of node.all()) kinds[protocol.kind] = (kinds[protocol.kind] ?? 0) + 1;
  return { _tag: 'Node', awake: node.awake, kinds, open: node.held.size, appending: node.writer.waiting };
};

/** What this node says to a look. */
export const answerLook = async (node: ActorNode, look: Look): Promise<LookReply> => {
  switch (look._tag) {
    case 'Node':
      return nodeReply(node);
    case 'Awake':
      return { _tag: 'Awake', actors: firstOf(node, look) };
    case 'Actor': {
      const actor = node.find(look.kind, look.name);
      const epoch = node.held.get(look.partition) ?? null;
      return { _tag: 'Actor', epoch, actor: actor === undefined ? null : viewOf(actor, node) };
    }
    case 'Restart':
      return { _tag: 'Restart', outcome: await node.restart(look.kind, look.name) };
  }
};
