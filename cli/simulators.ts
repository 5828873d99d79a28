import { Config, Effect, type Scope } from 'effect';
import { type Fault, fault, type Refusal } from '../domain/kernel/refusal.ts';
import { runSimulators } from '../partners/simulators.ts';
import type { Opened } from './process-shell.ts';

/** The vendors of a development machine. */
const VENDORS = [
  { code: 'EASTCARD', name: 'Eastcom card works' },
  { code: 'DATANG', name: 'Datang card works' },
  { code: 'HENGBAO', name: 'Hengbao card works' },
] as const;

const settings = Config.all({
  vopPort: Config.port('HUFU_VOP_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  vendorPort: Config.port('HUFU_VENDOR_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  directory: Config.nonEmptyString('HUFU_SIMULATOR_DIR').pipe(Config.withDefault('.hufu/simulators')),
});

/**
 * The partners' simulators as one process: real servers on loopback ports (`HUFU_VOP_SIMULATOR_PORT`,
 * `HUFU_VENDOR_SIMULATOR_PORT` for the first vendor), their state below `HUFU_SIMULATOR_DIR`. `env` names them to the
 * nodes.
 */
export const simulators: Effect.Effect<Opened, Refusal | Fault, Scope.Scope> = Effect.gen(function* () {
  const { vopPort, vendorPort, directory } = yield* Effect.orDie(settings);
  const running = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () =>
        runSimulators({
          directory,
          vopPort,
          vendors: VENDORS.map((vendor, index) => (index === 0 ? { ...vendor, port: vendorPort } : vendor)),
        }),
      catch: (cause) => fault('simulators', 'CannotStart', cause instanceof Error ? cause.message : String(cause)),
    }),
    (open) => Effect.promise(() => open.close()),
  );
  const { vop, vendors } = running;
  return {
    addresses: [
      { name: 'VOP (simulated)', address: `sftp://${vop.host}:${vop.port}`, note: `control ${vop.controlUrl}` },
      ...[...vendors].map(([code, vendor]) => ({
        name: `${code} (simulated)`,
        address: `sftp://${vendor.host}:${vendor.port}`,
        note: `control ${vendor.controlUrl}`,
      })),
    ],
    env: {
      ...running.environment,
      HUFU_VOP_CONTROL: vop.controlUrl,
      HUFU_VENDOR_CONTROLS: JSON.stringify(
        Object.fromEntries([...vendors].map(([code, { controlUrl }]) => [code, controlUrl])),
      ),
    },
  };
});
