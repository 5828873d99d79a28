import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningBank, startBank } from './bank/simulator.ts';
import type { HallDoor } from './bank/simulator-desk.ts';
import { type EopBehaviour, type RunningEop, startEop } from './eop/simulator.ts';
import { type RunningFinance, startFinance } from './finance/simulator.ts';
import { type RunningHall, startHall } from './hall/simulator.ts';
import { mailPassword, type RunningTelecom, startTelecom } from './mail/simulator.ts';
import { startMailbox } from './mail/simulator-mailbox.ts';
import type { TelecomSettings } from './mail/simulator-settings.ts';
import { type FilePartners, runFilePartners } from './mandate-files/simulator.ts';
import { type RunningProvince, startProvince } from './province/simulator.ts';
import type { ProvinceSubscriber } from './province/simulator-books.ts';
import { type RoamingSide, runRoamingSide } from './roaming/simulator-side.ts';
import type { SftpServer } from './sftp-connection.ts';
import type { CarrierAccess } from './simulator/carrier.ts';
import { certificates } from './simulator/certificates.ts';
import type { VendorSettings, VopSettings } from './simulator/control.ts';
import type { RunningPartner } from './simulator/partner.ts';
import { signingKey } from './simulator/secrets.ts';
import { keyPair } from './simulator/state.ts';
import { startVendor } from './vendor/simulator.ts';
import { startVop } from './vop/simulator.ts';

/**
 * VOP, Telecom with its EOP, the vendors, three banks, two home provinces and a roaming partner, all together on this machine, for the demo and for tests. Keys are made at the first start, in
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
  /** Telecom with a mailbox of ours, for which `mailboxProgram` (GreenMail) is needed; left out: no Telecom. */
  readonly telecom?: SimulatedTelecom;
  /** Ports of EOP, HTTPS and control; left out or 0: any free one. */
  readonly eopPort?: number;
  readonly eopControlPort?: number;
  readonly eop?: Partial<EopBehaviour>;
  readonly vendors: ReadonlyArray<SimulatedVendor>;
  /** Where a node of ours listens for banks over HTTPS; left out: they say nothing by themselves. */
  readonly bankDoorPort?: number;
  /** How the web hall calls our REST; left out: there is no hall. */
  readonly carrier?: CarrierAccess;
  /** How often they look at their directories; default 100 ms. */
  readonly tickMs?: number;
  readonly log?: (line: string) => void;
}

export interface SimulatedTelecom {
  readonly mailboxProgram: string;
  readonly port?: number;
  readonly controlPort?: number;
  readonly settings?: Partial<TelecomSettings>;
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
  readonly telecom: RunningTelecom | undefined;
  readonly eop: RunningEop;
  readonly banks: readonly RunningBank[];
  /** File servers of the banks and the provinces, for reconciliation. */
  readonly filePartners: FilePartners;
  readonly provinces: readonly RunningProvince[];
  readonly hall: RunningHall | undefined;
  readonly roaming: RoamingSide;
  /** Finance’s own system, which takes account data of roaming. */
  readonly finance: RunningFinance;
  readonly vendors: ReadonlyMap<string, RunningPartner<VendorSettings>>;
  /** How we reach them: for `vopPortAt` and `vendorPortAt`. */
  readonly vopServer: SftpServer;
  readonly vendorServers: ReadonlyArray<{ readonly code: string; readonly name: string; readonly server: SftpServer }>;
  /** The same for another process: VOP_SFTP_…, HUFU_VENDORS_FILE, TELECOM_MAIL_…, EOP_…, HUFU_BANKS_FILE, HUFU_BANK_DOOR_…, HUFU_PROVINCES_FILE, HUFU_MANDATE_FILES_FILE, HUFU_ROAMING_FILE, HUFU_FINANCE_FILE. */
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

const US = 'rps@mvno.example';
const THEM = 'cards@telecom.example';

/** Telecom and our mailbox; what another process needs to know to write to the one and read the other. */
const runTelecom = async (
  { mailboxProgram, port, controlPort, settings }: SimulatedTelecom,
  { directory, host, tickMs, log }: Required<Pick<SimulatorsOptions, 'directory' | 'host' | 'tickMs' | 'log'>>,
) => {
  const password = await mailPassword(directory, () => randomBytes(18).toString('base64url'));
  const mailbox = await startMailbox(mailboxProgram, US, password.text);
  const account = { user: US, password: password.text, us: US, them: THEM };
  const ports = { port: port ?? 0, controlPort: controlPort ?? 0 };
  const common = { directory: join(directory, 'telecom'), host, tickMs, log, mailbox, settings: settings ?? {} };
  const running = await startTelecom({ ...common, ...ports, ...account });
  const user = encodeURIComponent(US);
  return {
    running,
    environment: {
      TELECOM_MAIL_SMTP_URL: `smtp://${user}@${host}:${running.port}`,
      TELECOM_MAIL_IMAP_URL: `imap://${user}@${mailbox.host}:${mailbox.imapPort}`,
      TELECOM_MAIL_PASSWORD_FILE: password.path,
      TELECOM_MAIL_FROM: US,
      TELECOM_MAIL_TO: THEM,
    },
    close: async () => {
      await running.close();
      await mailbox.close();
    },
  };
};

/** One bank over HTTPS, one over a line, a wallet by signed forms: what is configuration and what is not can be seen from them. */
const BANKS = [
  { code: 'CMB', name: 'China Merchants Bank', noticesTo: 'hall', transport: 'https' },
  { code: 'CCB', name: 'China Construction Bank', noticesTo: 'paymentWeb', transport: 'iso8583' },
  { code: 'UNIONPAY', name: 'UnionPay wallet', noticesTo: 'paymentWeb', transport: 'form' },
] as const;

/** Certificates of our door, and the one with which a bank comes in. */
const runBanks = async (directory: string, host: string, doorPort: number | undefined, hall: HallDoor | undefined) => {
  const { ca, caFile, server, client } = await certificates(join(directory, 'door'), 'hufu', host);
  const carrier =
    doorPort === undefined
      ? {}
      : {
          carrier: {
            url: `https://${host}:${doorPort}`,
            ca,
            certificate: client.certificate,
            privateKey: client.privateKey,
          },
        };
  const banks: RunningBank[] = [];
  for (const bank of BANKS) {
    const tellHall = bank.noticesTo === 'hall' && hall !== undefined ? { hall } : {};
    banks.push(await startBank({ ...bank, ...carrier, ...tellHall, directory: join(directory, bank.code), host }));
  }
  const file = join(directory, 'banks.json');
  await writeFile(
    file,
    `${JSON.stringify(
      banks.map(({ listed }) => listed),
      null,
      2,
    )}\n`,
  );
  return {
    banks,
    environment: {
      HUFU_BANKS_FILE: file,
      HUFU_BANK_DOOR_CERT_FILE: server.certificateFile,
      HUFU_BANK_DOOR_KEY_FILE: server.keyFile,
      HUFU_BANK_DOOR_CA_FILE: caFile,
    },
  };
};

/** Two home provinces, and in each a number for whatever a check can find (docs/partners/province.md). */
const PROVINCES = [
  { code: '110000', name: 'Beijing', segments: ['8613800'] },
  { code: '440000', name: 'Guangdong', segments: ['8613900'] },
] as const;

const KINDS: ReadonlyArray<Partial<ProvinceSubscriber>> = [
  {},
  { userType: 'postpaid' },
  { primary: false },
  { status: 'suspended' },
  { services: ['FAMILY-PAY'] },
  { blacklisted: true },
  { collection: true, userType: 'postpaid' },
  { own: true },
];
const NUMBERS = 40;

/** `…138000`, `…138001` and so on: of each kind in turn. */
const subscribersOf = (segment: string): ReadonlyMap<string, Partial<ProvinceSubscriber>> =>
  new Map(Array.from({ length: NUMBERS }, (_, i) => [`${segment}${138_000 + i}`, KINDS[i % KINDS.length] ?? {}]));

const runProvinces = async (directory: string, host: string) => {
  const provinces: RunningProvince[] = [];
  for (const province of PROVINCES) {
    const subscribers = subscribersOf(province.segments[0]);
    provinces.push(await startProvince({ ...province, subscribers, directory: join(directory, province.code), host }));
  }
  const file = join(directory, 'provinces.json');
  await writeFile(
    file,
    `${JSON.stringify(
      provinces.map(({ listed }) => listed),
      null,
      2,
    )}\n`,
  );
  return { provinces, environment: { HUFU_PROVINCES_FILE: file } };
};

/** The hall believes the banks that tell it themselves, so their keys are there before they start. */
const runHall = async (directory: string, host: string, carrier: CarrierAccess) => {
  const bankKeys: Record<string, readonly string[]> = {};
  for (const { code, noticesTo } of BANKS) {
    if (noticesTo !== 'hall') continue;
    const own = join(directory, 'banks', code);
    await mkdir(own, { recursive: true });
    bankKeys[code] = [(await signingKey(join(own, 'bank.key'))).publicKey.hex];
  }
  const hall = await startHall({ directory: join(directory, 'hall'), carrier, bankKeys, host });
  const file = join(directory, 'halls.json');
  await writeFile(file, JSON.stringify([{ tenant: 'demo', url: hall.noticesUrl, keyFile: hall.keyFile }]));
  return { hall, environment: { HUFU_HALLS_FILE: file } };
};

/**
 * Banks, provinces and, where our REST can be reached, a web hall; and the environment that names them. @param doorPort
 * where banks over HTTPS find us
 */
export const runMandateSides = async (directory: string, host: string, doorPort?: number, carrier?: CarrierAccess) => {
  await mkdir(directory, { recursive: true });
  const halls = carrier === undefined ? undefined : await runHall(directory, host, carrier);
  const hallDoor = halls && { url: halls.hall.banksUrl, publicKey: halls.hall.publicKey };
  const { banks, environment } = await runBanks(join(directory, 'banks'), host, doorPort, hallDoor);
  const { provinces, environment: further } = await runProvinces(join(directory, 'provinces'), host);
  const place = { directory: join(directory, 'mandate-files'), host, tickMs: 100, log: () => undefined };
  const filePartners = await runFilePartners([...BANKS, ...PROVINCES], place);
  return {
    banks,
    provinces,
    filePartners,
    hall: halls?.hall,
    environment: {
      ...environment,
      ...further,
      HUFU_MANDATE_FILES_FILE: filePartners.file,
      ...halls?.environment,
    },
    close: async () => {
      await halls?.hall.close();
      for (const side of [...banks, ...provinces, filePartners]) await side.close();
    },
  };
};

/** @returns the file that names the vendors to a node. */
const writeVendors = async (
  directory: string,
  vendors: Simulators['vendorServers'],
  keyFile: string,
): Promise<string> => {
  const file = join(directory, 'vendors.json');
  const settings = vendors.map(({ code, name, server }) => {
    return { code, name, url: url(server), fingerprint: server.fingerprints.join(','), keyFile };
  });
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
  return file;
};

const runFinance = async (directory: string, host: string) => {
  const finance = await startFinance({ directory, host });
  const file = join(directory, 'finance.json');
  await writeFile(file, JSON.stringify([{ tenant: 'demo', url: finance.url, keyFile: finance.keyFile }]));
  return { finance, environment: { HUFU_FINANCE_FILE: file } };
};

const vendorKeys = async (directory: string, vendors: ReadonlyArray<SimulatedVendor>) => {
  const keys = new Map<string, Awaited<ReturnType<typeof keyPair>>>();
  for (const { code } of vendors) keys.set(code, await keyPair(join(directory, 'vendors', code, 'keys'), 'client'));
  return keys;
};

export const runSimulators = async (options: SimulatorsOptions): Promise<Simulators> => {
  const { directory, host = '127.0.0.1', tickMs = 100, log = () => undefined } = options;
  await mkdir(directory, { recursive: true });
  const ours = await keyPair(join(directory, 'client'), 'rps');
  const keys = await vendorKeys(directory, options.vendors);
  const common = { host, tickMs, log };
  const rps = { username: 'rps', publicKeys: [ours.publicKey] };
  const vop = await startVop({
    ...common,
    directory: join(directory, 'vop'),
    port: options.vopPort ?? 0,
    controlPort: options.vopControlPort ?? 0,
    users: [
      { ...rps, directories: ['apply', 'making', 'pos', 'resource', 'archive'] },
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
      users: [{ ...rps, directories: ['inbox', 'outbox'] }],
      settings: settings ?? {},
    });
    vendors.set(code, running);
    vendorServers.push({ code, name, server: reach(`vendor:${code}`, 'rps', ours.privateKey, running) });
  }
  const telecom =
    options.telecom === undefined ? undefined : await runTelecom(options.telecom, { directory, host, tickMs, log });
  const eop = await startEop({
    directory: join(directory, 'eop'),
    host,
    port: options.eopPort ?? 0,
    controlPort: options.eopControlPort ?? 0,
    behaviour: options.eop ?? {},
  });
  const sides = await runMandateSides(directory, host, options.bankDoorPort, options.carrier);
  const roaming = await runRoamingSide(join(directory, 'roaming'), host, tickMs);
  const accounts = await runFinance(join(directory, 'finance'), host);
  const vopServer = reach('vop', 'rps', ours.privateKey, vop);
  const vendorsFile = await writeVendors(directory, vendorServers, ours.privateFile);
  return {
    ...sides,
    roaming,
    finance: accounts.finance,
    vop,
    telecom: telecom?.running,
    eop,
    vendors,
    vopServer,
    vendorServers,
    environment: {
      VOP_SFTP_URL: url(vopServer),
      VOP_SFTP_FINGERPRINT: vop.fingerprint,
      VOP_SFTP_KEY_FILE: ours.privateFile,
      HUFU_VENDORS_FILE: vendorsFile,
      ...telecom?.environment,
      ...eop.environment,
      ...sides.environment,
      ...roaming.environment,
      ...accounts.environment,
    },
    close: async () => {
      await telecom?.close();
      for (const vendor of vendors.values()) await vendor.close();
      await sides.close();
      for (const side of [roaming, accounts.finance, eop, vop]) await side.close();
    },
  };
};
