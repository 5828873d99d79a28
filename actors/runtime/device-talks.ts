import { Cause, Duration, Effect, Fiber, Runtime } from 'effect';
import { type Fault, fault, isFault, isRefusal } from '../../domain/kernel/refusal.ts';
import { log } from '../../telemetry/log.ts';
import type { AwakeActor } from './awake-actor.ts';
import type { DevicePart, OpenIntent } from './definition.ts';
import { type Outcome, placeOf } from './outcome.ts';
import type { TaggedCommand } from './protocol.ts';

/**
 * The talk between a device command's two turns. An intent is performed once, by the awakening in which it was
 * recorded; whatever happens then (fault, deadline, crash, move), from there on it is settled: the device is asked what
 * happened, again and again with growing pauses, until a command closes the intent.
 */

type AnyDevicePart = DevicePart<unknown, TaggedCommand, unknown, unknown>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

export class DeviceTalks<Needs> {
  private readonly runtime: Runtime.Runtime<Needs>;
  /** Per awakening: intents that have their talk. */
  private readonly talking = new WeakMap<AwakeActor, Map<string, Fiber.RuntimeFiber<unknown, unknown>>>();

  constructor(runtime: Runtime.Runtime<Needs>) {
    this.runtime = runtime;
  }

  /** After a crash or a sleep every open intent is in doubt. */
  awoken(actor: AwakeActor): void {
    this.begin(actor, true);
  }

  committed(actor: AwakeActor): void {
    this.begin(actor, false);
  }

  private begin(actor: AwakeActor, inDoubt: boolean): void {
    const part = actor.protocol.definition.devices as AnyDevicePart | undefined;
    if (part === undefined || actor.phase !== 'awake') return;
    for (const one of openIn(part, actor)) {
      const mine = this.of(actor);
      if (mine.has(one.id)) continue;
      actor.talks += 1;
      const talk = this.talk(actor, part, one, inDoubt).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            actor.talks -= 1;
            mine.delete(one.id);
          }),
        ),
      );
      mine.set(one.id, Runtime.runFork(this.runtime)(talk as Effect.Effect<void, never, Needs>));
    }
  }

  private of(actor: AwakeActor): Map<string, Fiber.RuntimeFiber<unknown, unknown>> {
    const known = this.talking.get(actor);
    if (known !== undefined) return known;
    const made = new Map<string, Fiber.RuntimeFiber<unknown, unknown>>();
    this.talking.set(actor, made);
    actor.onStop = () => {
      for (const fiber of made.values()) Effect.runFork(Fiber.interrupt(fiber));
    };
    return made;
  }

  private talk(
    actor: AwakeActor,
    part: AnyDevicePart,
    { id, intent }: OpenIntent<unknown>,
    inDoubt: boolean,
  ): Effect.Effect<void, never, unknown> {
    const isOpen = (): boolean => actor.phase === 'awake' && openIn(part, actor).some((open) => open.id === id);
    const once = (settle: boolean, attempt: number): Effect.Effect<void, never, unknown> =>
      Effect.suspend(() => (settle ? part.settle : part.perform)(intent, actor.id)).pipe(
        Effect.timeoutFail({ duration: part.deadlineMs, onTimeout: () => late(part.deadlineMs) }),
        Effect.flatMap((command) => tell(actor, command, `device:${id}:${actor.writer}${attempt}`)),
        Effect.catchAllCause((cause) =>
          Effect.sync(() => {
            log.warn({ kind: actor.protocol.kind, ...whyOf(cause) }, 'a device talk failed');
          }),
        ),
      );
    return Effect.gen(function* () {
      yield* once(inDoubt, 0);
      let pauseMs = FIRST_PAUSE_MS;
      for (let attempt = 1; isOpen(); attempt += 1) {
        yield* Effect.sleep(Duration.millis(pauseMs));
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        if (isOpen()) yield* once(true, attempt);
      }
    });
  }
}

/** An author's bug here must not stop the answers of others; the turn that met it first has told it. */
const openIn = (part: AnyDevicePart, actor: AwakeActor): ReadonlyArray<OpenIntent<unknown>> => {
  try {
    return part.open(actor.durable.state);
  } catch (cause) {
    log.error({ kind: actor.protocol.kind, ...placeOf(cause) }, 'defect in the open intents of an actor');
    return [];
  }
};

/** A code, or the place of a bug: a driver's texts may quote what was on the wire. */
const whyOf = (cause: Cause.Cause<unknown>): object => {
  const failure = Cause.squash(cause);
  return isFault(failure) || isRefusal(failure) ? { code: failure.code } : placeOf(failure);
};

const late = (deadlineMs: number): Fault =>
  fault('device', 'Timeout', `The device did not finish in ${deadlineMs} ms.`);

/** The outcome is a turn like any other; only the runtime asks for it. */
const tell = (actor: AwakeActor, command: TaggedCommand, commandId: string): Effect.Effect<void, Outcome> =>
  Effect.async((resume) => {
    const input = actor.protocol.encodeInput(command);
    if ('_tag' in input) return resume(Effect.fail(input));
    actor.tell({
      command,
      inputHash: input.hash,
      envelope: {
        commandId,
        caller: { subject: 'service:devices', tenant: actor.id.tenant, roles: ['device'] },
      },
      askedAtMs: performance.now(),
      answer: (outcome) => resume(outcome._tag === 'Answered' ? Effect.void : Effect.fail(outcome)),
    });
  });
