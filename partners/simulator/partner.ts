import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schema } from 'effect';
import { controlPort, patched } from './control.ts';
import { type ServerTroubles, type SimulatedUser, startSftpServer } from './server.ts';
import { keyPair } from './state.ts';

/** What every simulated partner is: an SFTP server, a control port, and work that goes on until it is closed. */
export interface PartnerProgram {
  /** Looks once at what came in and at what is due. Called again and again, never twice at a time. */
  readonly tick: () => Promise<void>;
}

export interface PartnerStart<Settings> {
  /** Everything it keeps. */
  readonly directory: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly controlPort: number;
  readonly users: ReadonlyArray<SimulatedUser>;
  /** In the place of the defaults, at the first start only; later the kept ones count. */
  readonly settings: Partial<Settings>;
  readonly tickMs: number;
  readonly log: (line: string) => void;
}

export interface RunningPartner<Settings> {
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly controlUrl: string;
  /** The directory that the server serves. */
  readonly files: string;
  readonly settings: () => Settings;
  /** As PATCH on the control port. */
  readonly control: (patch: Partial<Settings>) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Common {
  readonly server: Readonly<ServerTroubles>;
}

/** Works until `stop`; an error (a full disk, a defect here) is told and the work goes on. */
const work = (program: PartnerProgram, tickMs: number, log: (line: string) => void) => {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await program.tick().catch((error: unknown) => log(`simulator: ${String(error)}`));
      await sleep(tickMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return () => {
    stopping.abort();
    return loop;
  };
};

export const startPartner = async <Settings extends Common, I>(
  start: PartnerStart<Settings>,
  schema: Schema.Schema<Settings, I>,
  state: { settings: Settings },
  save: () => Promise<void>,
  program: PartnerProgram,
): Promise<RunningPartner<Settings>> => {
  const hostKey = await keyPair(join(start.directory, 'keys'), 'host');
  const files = join(start.directory, 'files');
  const troubles: ServerTroubles = { ...state.settings.server };
  const server = await startSftpServer({
    root: files,
    hostKey: hostKey.privateKey,
    users: start.users,
    host: start.host,
    port: start.port,
    troubles,
  });
  const change = async (patch: unknown): Promise<string | undefined> => {
    const settings = patched(schema, state.settings, patch);
    if (typeof settings === 'string') return settings;
    state.settings = settings;
    Object.assign(troubles, settings.server);
    await save();
    await server.applyTroubles();
    return undefined;
  };
  const control = await controlPort(start.controlPort, () => ({ ...state.settings, server: troubles }), change);
  const stop = work(program, start.tickMs, start.log);
  await save();
  return {
    host: server.host,
    port: server.port,
    fingerprint: hostKey.fingerprint,
    controlUrl: control.url,
    files,
    // Troubles as they are by now: a connection that was cut is not cut again.
    settings: () => ({ ...state.settings, server: { ...troubles } }),
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    close: async () => {
      await stop();
      await control.close();
      await server.close();
      await save();
    },
  };
};
