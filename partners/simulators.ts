import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SftpServer } from './sftp-connection.ts';
import type { VendorSettings, VopSettings } from './simulator/control.ts';
import type { RunningPartner } from './simulator/partner.ts';
import { keyPair } from './simulator/state.ts';
import { startVendor } from './vendor/simulator.ts';
import { startVop } from './vop/simulator.ts';

/**
 * VOP and the vendors, all together on this machine, for the demo and for tests. Keys are made at the first start, in
 * the directory given; a second start over the same directory goes on where the first was ended, at whatever moment.
 */
export interface SimulatorsOptions {
  readonly directory: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Ports of VOP (SFTP, control) and of the vendors; left out or 0: any free one. */
  readonly vopPort?: number;
  readonly vopControlPort?: number;
  readonly vop?: Partial<VopSettings>;
  readonly vendors: ReadonlyArray<SimulatedVendor>;
  /** How often they look at their directories; default 100 ms. */
  readonly tickMs?: number;
  readonly log?: (line: string) => void;
}

export interface SimulatedVendor {
  readonly code: string;
  readonly name: string;
  readonly port?: number;
  readonly controlPort?: number;
  readonly settings?: Partial<VendorSettings>;
}

export interface Simulators {
  readonly vop: RunningPartner<VopSettings>;
  readonly vendors: ReadonlyMap<string, RunningPartner<VendorSettings>>;
  /** How we reach them: for `vopPortAt` and `vendorPortAt`. */
  readonly vopServer: SftpServer;
  readonly vendorServers: ReadonlyArray<{ readonly code: string; readonly name: string; readonly server: SftpServer }>;
  /** The same for another process: VOP_SFTP_URL, VOP_SFTP_FINGERPRINT, VOP_SFTP_KEY_FILE, HUFU_VENDORS_FILE. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const reach = (
  service: string,
  username: string,
  privateKey: string,
  { host, port, fingerprint }: Pick<RunningPartner<unknown>, 'host' | 'port' | 'fingerprint'>,
): SftpServer => ({ service, host, port, username, fingerprints: [fingerprint], privateKey, basePath: '' });

const url = ({ username, host, port }: SftpServer): string => `sftp://${username}@${host}:${port}/`;

export const runSimulators = async (options: SimulatorsOptions): Promise<Simulators> => {
  const { directory, host = '127.0.0.1', tickMs = 100, log = () => undefined } = options;
  await mkdir(directory, { recursive: true });
  const ours = await keyPair(join(directory, 'client'), 'rps');
  const keys = new Map<string, Awaited<ReturnType<typeof keyPair>>>();
  for (const { code } of options.vendors)
    keys.set(code, await keyPair(join(directory, 'vendors', code, 'keys'), 'client'));
  const common = { host, tickMs, log };
  const rps = { username: 'rps', publicKeys: [ours.publicKey] };
  const vop = await startVop({
    ...common,
    directory: join(directory, 'vop'),
    port: options.vopPort ?? 0,
    controlPort: options.vopControlPort ?? 0,
    users: [
      { ...rps, directories: ['apply', 'making', 'pos', 'archive'] },
      ...[...keys].map(([code, key]) => ({ username: code, publicKeys: [key.publicKey], directories: ['pos'] })),
    ],
    settings: options.vop ?? {},
  });
  const vendors = new Map<string, RunningPartner<VendorSettings>>();
  const vendorServers = [];
  for (const { code, name, port, controlPort, settings } of options.vendors) {
    const running = await startVendor(code, reach('vop', code, keys.get(code)?.privateKey ?? '', vop), {
      ...common,
      directory: join(directory, 'vendors', code),
      port: port ?? 0,
      controlPort: controlPort ?? 0,
      users: [{ ...rps, directories: ['inbox'] }],
      settings: settings ?? {},
    });
    vendors.set(code, running);
    vendorServers.push({ code, name, server: reach(`vendor:${code}`, 'rps', ours.privateKey, running) });
  }
  const vopServer = reach('vop', 'rps', ours.privateKey, vop);
  const vendorsFile = join(directory, 'vendors.json');
  const settings = vendorServers.map(({ code, name, server }) => {
    return { code, name, url: url(server), fingerprint: server.fingerprints.join(','), keyFile: ours.privateFile };
  });
  await writeFile(vendorsFile, `${JSON.stringify(settings, null, 2)}\n`);
  return {
    vop,
    vendors,
    vopServer,
    vendorServers,
    environment: {
      VOP_SFTP_URL: url(vopServer),
      VOP_SFTP_FINGERPRINT: vop.fingerprint,
      VOP_SFTP_KEY_FILE: ours.privateFile,
      HUFU_VENDORS_FILE: vendorsFile,
    },
    close: async () => {
      for (const vendor of vendors.values()) await vendor.close();
      await vop.close();
    },
  };
};
