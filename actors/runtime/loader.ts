import { fault } from '../../domain/kernel/refusal.ts';
import type { ActorStorage } from '../../store/runtime/actor-storage.ts';
import type { Clock } from '../../store/runtime/clock.ts';
import type { SealingKeys } from '../../store/runtime/journal.ts';
import type { AwakeActor } from './awake-actor.ts';
import { type Defect, NewerRelease, OTHER_RELEASE, retry } from './outcome.ts';
import type { Protocol } from './protocol.ts';
import { Replaying } from './replay.ts';

/**
 * Waking actors: all that were called in the same moment are loaded together, by two queries per kind. An actor
 * starts from its state document and the records after it, or from its first record.
 */

const BATCH = 256;
const UNDER_WAY = 4;

export interface LoaderHost {
  readonly storage: ActorStorage;
  readonly clock: Clock;
  readonly keys: SealingKeys;
  readonly reportDefect: (actor: AwakeActor, what: string, cause: unknown) => Defect;
  readonly onBatch: (kind: string, actors: number, seconds: number) => void;
  readonly onFailure: (error: unknown) => void;
  /** An actor of this kind was left to nodes of a newer release. */
  readonly onNewer: (kind: string) => void;
  /** The journal has a later epoch of this partition than the one that this node holds it by. */
  readonly onSuperseded: (partition: number, epoch: number) => void;
  readonly awake: (actor: AwakeActor) => void;
}

export class Loader {
  private readonly host: LoaderHost;
  private readonly queues = new Map<Protocol, Array<AwakeActor>>();
  private underWay = 0;
  private scheduled = false;

  constructor(host: LoaderHost) {
    this.host = host;
  }

  load(actor: AwakeActor): void {
    const queue = this.queues.get(actor.protocol);
    if (queue === undefined) this.queues.set(actor.protocol, [actor]);
    else queue.push(actor);
    if (this.scheduled) return;
    this.scheduled = true;
    this.host.clock.setImmediate(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    for (const [protocol, queue] of this.queues) {
      while (queue.length > 0 && this.underWay < UNDER_WAY) {
        this.underWay += 1;
        void this.run(protocol, queue.splice(0, BATCH));
      }
      if (queue.length === 0) this.queues.delete(protocol);
    }
  }

  private async run(protocol: Protocol, actors: ReadonlyArray<AwakeActor>): Promise<void> {
    const started = this.host.clock.monotonicMs();
    try {
      await this.read(protocol, actors);
    } catch (error) {
      this.host.onFailure(error);
      const why = fault('mongodb', 'Unavailable', 'The journal did not answer.', 500);
      for (const actor of actors) if (actor.phase === 'loading') actor.stop(why);
    }
    this.host.onBatch(protocol.kind, actors.length, (this.host.clock.monotonicMs() - started) / 1_000);
    this.underWay -= 1;
    this.pump();
  }

  private async read(protocol: Protocol, actors: ReadonlyArray<AwakeActor>): Promise<void> {
    const { storage, keys } = this.host;
    const replays = new Map(
      actors.map((actor) => [actor.name, { actor, replaying: new Replaying(protocol, actor.name) }]),
    );
    const guard = (one: { actor: AwakeActor; replaying: Replaying } | undefined, run: (r: Replaying) => void): void => {
      if (one === undefined || one.actor.phase !== 'loading') return;
      try {
        run(one.replaying);
      } catch (cause) {
        if (cause instanceof NewerRelease) {
          this.host.onNewer(protocol.kind);
          one.actor.stop(OTHER_RELEASE);
        } else one.actor.stop(this.host.reportDefect(one.actor, 'the start', cause));
      }
    };
    // Who only looks is answered from what is loaded, if that is of a time after the question; a turn needs no such proof.
    const looked = actors.filter((actor) => actor.beginLoading()).length > 0;
    const [documents, since] = await Promise.all([
      storage.readStateDocuments(protocol.definition.collection, [...replays.keys()]),
      looked ? storage.clusterTime() : undefined,
    ]);
    for (const document of documents)
      guard(replays.get(document._id), (replaying) => replaying.startFrom(document, keys));
    // The document's own record is read again: it must be there, and it tells who wrote last.
    const tails = [...replays.values()].map(({ replaying }) => ({
      actor: replaying.name,
      afterSeq: Math.max(0, replaying.seq - 1),
    }));
    for await (const record of storage.readTails(protocol.kind, tails, since)) {
      guard(replays.get(record.actor), (replaying) => replaying.apply(record, keys));
    }
    for (const one of replays.values()) {
      guard(one, (replaying) => {
        replaying.check();
        if (replaying.epoch > one.actor.epoch) {
          one.actor.stop(retry('The partition has a newer owner.'));
          this.host.onSuperseded(one.actor.partition, one.actor.epoch);
        } else {
          one.actor.awaken(replaying.loaded(), looked);
          this.host.awake(one.actor);
        }
      });
    }
  }
}
