import { ConfigProvider, Effect, Layer, ManagedRuntime } from 'effect';
import { isFault, isRefusal } from '../../domain/kernel/refusal.ts';
import { Failure } from '../failure.ts';
import { stateDirOf } from '../supervisor/run.ts';
import { holderIsAlive, readRunFile } from '../supervisor/run-file.ts';

/** What admin commands share: where the servers are, and running an Effect against them with errors for a person. */

/** Environment of the servers: the shell's own, else that of the run of this checkout. */
export const runningEnv = (): Record<string, string> => {
  const run = readRunFile(stateDirOf(process.env));
  const ofRun = run !== undefined && holderIsAlive(run) ? run.env : {};
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...ofRun, ...Object.fromEntries(own) };
};

/**
 * Runs the effect with the layer, configured by `env`. @throws Failure for a refusal, a fault, or a setting that is
 * missing; a defect as it is.
 */
export const withStores = async <A, R, E, LE>(
  env: Readonly<Record<string, string>>,
  layer: Layer.Layer<R, LE>,
  effect: Effect.Effect<A, E, R>,
): Promise<A> => {
  const config = Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))));
  const runtime = ManagedRuntime.make(Layer.provide(layer, config));
  try {
    const outcome = await runtime.runPromise(Effect.either(effect));
    if (outcome._tag === 'Right') return outcome.right;
    throw outcome.left;
  } catch (cause) {
    throw asFailure(cause);
  } finally {
    await runtime.dispose();
  }
};

const asFailure = (cause: unknown): unknown => {
  if (isRefusal(cause))
    return new Failure(`${cause.message} (${cause.code})`, ...(cause.action === undefined ? [] : [cause.action]));
  if (isFault(cause))
    return new Failure(`${cause.message} (${cause.code})`, 'Is it running? ./hufu up starts it; ./hufu doctor looks.');
  if (cause instanceof Error && cause.message.includes('Expected') && cause.message.includes('to exist')) {
    return new Failure(cause.message.trim(), 'Set it, or start ./hufu up first: the command then finds its servers.');
  }
  return cause;
};
