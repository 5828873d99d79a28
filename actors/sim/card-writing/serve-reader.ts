import { randomUUID } from 'node:crypto';
import { Effect, Schedule, type Scope } from 'effect';
import type { CardReader } from '../../../devices/card-reader/port.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { type Fault, isFault, type Refusal } from '../../../domain/kernel/refusal.ts';
import type { KeyRing } from '../../../store/keys/key-ring.ts';
import type { Mongo } from '../../../store/mongo.ts';
import { log } from '../../../telemetry/log.ts';
import type { Actors } from '../../runtime/actors.ts';
import { readerActor } from '../reader.ts';
import { ask, find, type Writing } from './asking.ts';
import { continueWrite, giveUp } from './write-card.ts';

/**
 * The node with the link serves the reader: it opens a session at the reader's actor, takes one write after the other,
 * and carries each out. When the node dies the session lapses, and the next one, wherever the link is opened again,
 * is given the write that was under way.
 */

type Needs = Actors | KeyRing | Mongo;

/** A node that dies leaves its readers to the next one after so long. */
const LEASE_MS = 20_000;
const BEAT_MS = LEASE_MS / 3;
const DEFAULT_POLL_MS = 250;

export interface ServedReader {
  readonly tenant: TenantId;
  readonly name: string;
  readonly reader: CardReader;
  /** How often the queue is looked at, in milliseconds (default 250). */
  readonly pollMs?: number;
}

/** What could not be decided with the card is: nobody stands at this reader who could send the request again. */
const carriedOut = (writing: Writing, reader: CardReader): Effect.Effect<void, Refusal | Fault, Needs> =>
  continueWrite(reader, writing).pipe(
    Effect.catchAll((failure) =>
      isFault(failure) && failure.service !== 'card-reader'
        ? Effect.fail(failure)
        : Effect.catchTag(giveUp(writing, failure), 'Refusal', () => Effect.void),
    ),
    Effect.asVoid,
  );

/** Serves until the session is over or the scope ends. Fails with `ReaderAttached` while another link has the name. */
export const serveReader = ({
  tenant,
  name,
  reader,
  pollMs = DEFAULT_POLL_MS,
}: ServedReader): Effect.Effect<never, Refusal | Fault, Needs | Scope.Scope> =>
  Effect.gen(function* () {
    const session = randomUUID();
    const caller: Caller = { subject: 'service:card-readers', tenant, roles: ['device'] };
    const own: Writing = { tenant, caller, request: `reader ${session}` };
    let asked = 0;
    const tell = (command: Parameters<typeof ask<typeof readerActor, 'Attach' | 'Take' | 'Done' | 'Detach'>>[3]) => {
      asked += 1;
      return ask(own, readerActor, name, command, String(asked));
    };
    const attach = tell.bind(undefined, { _tag: 'Attach', session, forMs: LEASE_MS, place: reader.name });
    yield* Effect.suspend(attach);
    yield* Effect.addFinalizer(() => Effect.ignore(tell({ _tag: 'Detach', session })));
    const beating = Effect.suspend(attach).pipe(
      Effect.schedule(Schedule.spaced(BEAT_MS)),
      Effect.zipRight(Effect.never),
    );
    const serving = Effect.gen(function* () {
      const known = yield* find(tenant, readerActor, name);
      if (known?.current === null && known.queue.length === 0) return yield* Effect.sleep(pollMs);
      const { current } = yield* tell({ _tag: 'Take', session });
      if (current === null) return yield* Effect.sleep(pollMs);
      yield* carriedOut({ tenant, caller, request: current }, reader).pipe(
        Effect.tapError(({ code }) =>
          Effect.sync(() => log.warn({ reader: name, code }, 'a write was not carried out')),
        ),
      );
      yield* tell({ _tag: 'Done', session, request: current });
    });
    return yield* Effect.raceFirst(beating, Effect.forever(serving));
  });
