import { Effect, type Scope } from 'effect';
import type { Fault, Refusal } from '../domain/kernel/refusal.ts';
import type { Opened } from './process-shell.ts';

/**
 * The partners' simulators as one process: real servers on loopback ports (`HUFU_VOP_SIMULATOR_PORT`,
 * `HUFU_VENDOR_SIMULATOR_PORT`), their state below `HUFU_SIMULATOR_DIR`. `env` names them to the nodes.
 */
export const simulators: Effect.Effect<Opened, Refusal | Fault, Scope.Scope> = Effect.succeed({
  addresses: [],
  env: {},
});
