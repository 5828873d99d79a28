import { Cause, ConfigError, ConfigProvider, Effect, Exit, Layer } from 'effect';
import { actorDefinitions } from '../../actors/actors.ts';
import { clusterClientLayer } from '../../actors/runtime/cluster.ts';
import { ActorsRemote } from '../../actors/runtime/live.ts';
import { isFault, isRefusal } from '../../domain/kernel/refusal.ts';
import { KeyRingLive } from '../../store/keys/key-ring.ts';
import { MongoLive } from '../../store/mongo.ts';
import { AuditLive } from '../../store/operations/audit.ts';
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

/** The stores that most commands reach: database, keys, audit log. Made when a command runs. */
export const adminStores = AuditLive.pipe(Layer.provideMerge(Layer.merge(MongoLive, KeyRingLive)));

/**
 * The stores, and the nodes that hold actors: reached as nodes reach each other, by the addresses in the storage of the
 * cluster. Without a node that listens, commands say what the stores know.
 */
export const adminNodes = ActorsRemote(actorDefinitions).pipe(
  Layer.provide(clusterClientLayer),
  Layer.provideMerge(adminStores),
);

/**
 * Runs the effect with the layer, configured by `env`. @throws Failure for a refusal, a fault, or a setting that is
 * missing; a defect as it is.
 */
export const withStores = async <A, R, E, LE>(
  env: Readonly<Record<string, string>>,
  layer: Layer.Layer<R, LE>,
  effect: Effect.Effect<A, E, R>,
): Promise<A> => {
  const provider = ConfigProvider.fromMap(new Map(Object.entries(env)));
  const exit = await Effect.runPromiseExit(
    effect.pipe(Effect.provide(layer), Effect.withConfigProvider(provider)) as Effect.Effect<A, E | LE>,
  );
  if (Exit.isSuccess(exit)) return exit.value;
  throw asFailure(Cause.squash(exit.cause));
};

/** Servers that `up` starts; of anything else the message says what to do. */
const STARTED_HERE: ReadonlySet<string> = new Set(['mongodb', 'redis', 'temporal']);

const asFailure = (cause: unknown): unknown => {
  if (isRefusal(cause))
    return new Failure(`${cause.message} (${cause.code})`, ...(cause.action === undefined ? [] : [cause.action]));
  if (isFault(cause)) {
    const todo = STARTED_HERE.has(cause.service) ? ['Is it running? ./hufu up starts it; ./hufu doctor looks.'] : [];
    return new Failure(`${cause.message} (${cause.code})`, ...todo);
  }
  if (ConfigError.isConfigError(cause)) {
    return new Failure(
      `a setting is missing or malformed: ${cause}`,
      'Set it, or start ./hufu up first: the command then finds its servers.',
    );
  }
  return cause;
};
