import { type Context, Effect, ManagedRuntime } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { TracingLive } from '../../telemetry/tracing.ts';
import { type Load, load } from './load.ts';

/**
 * What the callers themselves take: the same load, answered by nobody's decision, all that came within a millisecond
 * together, as an append does it.
 */
const answering = (): Context.Tag.Service<typeof Actors> => {
  const answer = Effect.succeed({ reply: { value: 1 }, rev: 1 });
  let waiting: Array<() => void> = [];
  const round = (): void => {
    const answered = waiting;
    waiting = [];
    for (const resume of answered) resume();
  };
  const ask = Effect.async<{ readonly reply: unknown; readonly rev: number }>((resume) => {
    if (waiting.length === 0) setTimeout(round, 1);
    waiting.push(() => resume(answer));
  });
  // Only asks are asked of it, and their replies are not looked at.
  return { ask: () => ask } as unknown as Context.Tag.Service<typeof Actors>;
};

export const callersAlone = async (callers: number, actors: number, forMs: number): Promise<Load> => {
  const runtime = ManagedRuntime.make(TracingLive);
  try {
    await runtime.runPromise(load(answering(), callers, actors, forMs / 2));
    return await runtime.runPromise(load(answering(), callers, actors, forMs));
  } finally {
    await runtime.dispose();
  }
};
