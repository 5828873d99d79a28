import { Cause, Effect, Exit, Fiber, type Scope } from 'effect';
import { type Fault, isFault, isRefusal, type Refusal } from '../domain/kernel/refusal.ts';
import { EXIT, say } from './failure.ts';
import type { Address } from './supervisor/run-file.ts';

/**
 * The shell around a long-running process of ours (a node, the simulators): opens it, says that it is ready (to the
 * supervisor when there is one), and closes it in order on SIGTERM, Ctrl-C, or when the supervisor is gone.
 */

export interface Opened {
  /** For the table that a person reads. */
  readonly addresses: readonly Address[];
  /** Environment for the processes that start after this one. */
  readonly env: Readonly<Record<string, string>>;
}

/** Closing takes longer than this only when something hangs. */
const CLOSE_LIMIT_MS = 20_000;
const INTERRUPTED = 130;

const explain = (cause: Cause.Cause<Refusal | Fault>): string => {
  const failure = Cause.squash(cause);
  if (isFault(failure)) return `${failure.service}: ${failure.message} (${failure.code})`;
  if (isRefusal(failure)) return [failure.message, `(${failure.code})`, failure.action ?? ''].join(' ').trim();
  return Cause.pretty(cause);
};

/** Runs until told to stop. @returns the exit code. */
export const runProcess = async (
  name: string,
  open: Effect.Effect<Opened, Refusal | Fault, Scope.Scope>,
): Promise<number> => {
  const fiber = Effect.runFork(
    Effect.scoped(
      Effect.gen(function* () {
        const opened = yield* open;
        yield* Effect.sync(() => {
          if (process.send === undefined) say(`${name} is ready`);
          else process.send({ type: 'ready', addresses: opened.addresses, env: opened.env });
        });
        return yield* Effect.never;
      }),
    ),
  );
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(EXIT.software), CLOSE_LIMIT_MS).unref();
    Effect.runFork(Fiber.interrupt(fiber));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', () => (stopping ? process.exit(INTERRUPTED) : stop()));
  process.on('disconnect', stop);
  const exit = await Effect.runPromise(Fiber.await(fiber));
  if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return EXIT.ok;
  say(`${name}: ${explain(exit.cause)}`);
  return EXIT.failed;
};
