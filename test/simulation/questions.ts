import type { Envelope } from '../../actors/runtime/actors.ts';
import { isDefect, type Outcome } from '../../actors/runtime/outcome.ts';
import { partitionOf } from '../../actors/runtime/partition.ts';
import type { Protocol, TaggedCommand } from '../../actors/runtime/protocol.ts';
import { type ActorId, formatActorId, type TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { type Fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';
import type { Auditor } from './auditor.ts';
import type { Network } from './faults.ts';
import type { SimulatedNode } from './node.ts';
import { Process } from './process.ts';
import type { World } from './world.ts';

/** How callers reach actors: a question goes to some node, and again, with the same id, until it is answered. */

const TENANT = 'sim' as TenantId;
export const SIM_CALLER: Caller = { subject: 'service:simulation', tenant: TENANT, roles: [] };

export const idOf = (key: string): ActorId => ({ tenant: TENANT, key });

export interface Asking {
  readonly protocol: Protocol;
  readonly key: string;
  readonly command: TaggedCommand;
  readonly commandId: string;
  readonly ifRev?: number;
}

export interface CallersHost {
  readonly world: World;
  readonly network: Network;
  readonly auditor: Auditor;
  readonly nodes: () => ReadonlyArray<SimulatedNode>;
}

const MAX_BACK_OFF_MS = 2_000;

export class Asker {
  readonly process: Process;
  /** When what waits longest for its final answer was first asked; undefined when nothing waits. */
  readonly waitingSince = new Map<string, number>();
  private readonly host: CallersHost;

  constructor(host: CallersHost, name: string) {
    this.host = host;
    this.process = new Process(host.world, name);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.host.world.after(ms, resolve);
    });
  }

  private async persist<A>(what: string, once: () => Promise<A | Fault | undefined>): Promise<A> {
    const { world } = this.host;
    this.waitingSince.set(what, world.nowMs);
    for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, MAX_BACK_OFF_MS)) {
      const outcome = await once();
      if (outcome !== undefined && !isFault(outcome)) {
        this.waitingSince.delete(what);
        return outcome as A;
      }
      await this.sleep(world.random.between(0, pauseMs));
    }
  }

  /** Until it is answered otherwise than by a fault. */
  ask(asking: Asking): Promise<Exclude<Outcome, Fault>> {
    return this.persist(`${asking.command._tag} ${asking.commandId}`, () => this.askOnce(asking));
  }

  /** Asks once and leaves it at that: it may be done, or be done late, or never. */
  mention(asking: Asking): void {
    void this.askOnce(asking);
  }

  read(protocol: Protocol, key: string, node?: SimulatedNode) {
    return this.persist(`read ${key}`, () => this.readOnce(protocol, key, node));
  }

  /** One attempt; undefined: silence. A late answer is heard all the same, by the auditor. */
  private attempt<A>(
    send: (node: SimulatedNode, answer: (value: A) => void) => void,
    heard: (value: A) => void,
    to?: SimulatedNode,
  ): Promise<A | undefined> {
    const { world, network, nodes } = this.host;
    return new Promise((resolve) => {
      const there = nodes().filter(({ process }) => process.alive);
      const node = to ?? (there.length === 0 ? undefined : world.random.pick(there));
      world.after(world.random.between(300, 4_000), () => resolve(undefined));
      if (node === undefined) return;
      network.send(this.process.name, node.process, () =>
        send(node, (value) =>
          network.send(node.process.name, this.process, () => {
            heard(value);
            resolve(value);
          }),
        ),
      );
    });
  }

  private askOnce(asking: Asking): Promise<Outcome | undefined> {
    const { world, auditor } = this.host;
    const { protocol, command, commandId, ifRev } = asking;
    const id = idOf(asking.key);
    const actor = formatActorId(id);
    const key = `${protocol.kind}/${actor}`;
    const input = protocol.encodeInput(command);
    if ('_tag' in input) throw new Error(`${key}: ${input.message}`);
    const floor = auditor.floorOf(key);
    const attempt = { protocol, actor, command, commandId, inputHash: input.hash, ifRev, floor };
    const envelope: Envelope = { commandId, caller: SIM_CALLER, ...(ifRev === undefined ? {} : { ifRev }) };
    world.note(`${this.process.name} asks ${key} ${command._tag} ${commandId}, knows revision ${floor}`);
    return this.attempt<Outcome>(
      (node, answer) => {
        const question = {
          command,
          inputHash: input.hash,
          envelope,
          askedAtMs: node.process.clock.monotonicMs(),
          answer: (outcome: Outcome) => {
            if (outcome._tag === 'Answered') auditor.leaves(key, outcome.rev);
            world.note(`${node.process.name} answers ${key} ${command._tag} ${commandId}: ${textOf(outcome)}`);
            answer(outcome);
          },
        };
        node.router.ask(protocol, id, partitionOf(protocol.kind, actor), question, input.encoded);
        node.checkBounds();
      },
      (outcome) => {
        world.note(`${this.process.name} hears of ${key} ${commandId}: ${textOf(outcome)}`);
        auditor.answered(attempt, outcome);
      },
    );
  }

  private readOnce(protocol: Protocol, key: string, to?: SimulatedNode): Promise<number | Refusal | Fault | undefined> {
    const { world, auditor } = this.host;
    const id = idOf(key);
    const actor = formatActorId(id);
    const full = `${protocol.kind}/${actor}`;
    const floor = auditor.floorOf(full);
    world.note(`${this.process.name} reads ${full}, knows revision ${floor}`);
    type Answer = Parameters<Parameters<SimulatedNode['router']['read']>[3]['answer']>[0];
    const answered = this.attempt<Answer>(
      (node, answer) =>
        node.router.read(protocol, id, partitionOf(protocol.kind, actor), {
          answer: (outcome) => {
            if (outcome._tag === 'State') auditor.leaves(full, outcome.snapshot.rev);
            world.note(`${node.process.name} answers the read of ${full}: ${textOf(outcome)}`);
            answer(outcome);
          },
        }),
      (outcome) => {
        world.note(`${this.process.name} hears of the read of ${full}: ${textOf(outcome)}`);
        if (outcome._tag !== 'Fault') auditor.read(protocol, actor, floor, outcome);
      },
      to,
    );
    return answered.then((outcome) =>
      outcome === undefined || outcome._tag === 'Fault' ? outcome : isDefect(outcome) ? 0 : outcome.snapshot.rev,
    );
  }
}

const textOf = (outcome: Outcome | { readonly _tag: 'State'; readonly snapshot: { readonly rev: number } }): string => {
  if (outcome._tag === 'State') return `revision ${outcome.snapshot.rev}`;
  if (outcome._tag === 'Answered') return `${JSON.stringify(outcome.encoded)} at revision ${outcome.rev}`;
  return outcome._tag === 'Defect' ? outcome.message : `${outcome._tag} ${outcome.code}: ${outcome.message}`;
};
