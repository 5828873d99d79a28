import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Config, Effect, Option, type Scope } from 'effect';
import { type Fault, fault, type Refusal } from '../domain/kernel/refusal.ts';
import { startCrm } from '../partners/crm/simulator.ts';
import type { CarrierAccess } from '../partners/simulator/carrier.ts';
import { runSimulators, type Simulators } from '../partners/simulators.ts';
import { Failure, say } from './failure.ts';
import type { Opened } from './process-shell.ts';
import { SERVERS } from './servers/catalog.ts';
import { findOrFetch } from './servers/find.ts';

/** The vendors of a development machine. */
const VENDORS = [
  { code: 'EASTCARD', name: 'Eastcom card works' },
  { code: 'DATANG', name: 'Datang card works' },
  { code: 'HENGBAO', name: 'Hengbao card works' },
] as const;

/** The mailbox's program. It needs Java; where it cannot be had, there is no simulated Telecom, and a line says so. */
const mailboxProgram = async (): Promise<string | undefined> => {
  try {
    const found = await findOrFetch(SERVERS.greenmail, process.env);
    return found.where === 'environment' ? found.address : found.program;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    say(`${cause.message} Telecom is not simulated.`);
    return undefined;
  }
};

const settings = Config.all({
  vopPort: Config.port('HUFU_VOP_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  telecomPort: Config.port('HUFU_TELECOM_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  vendorPort: Config.port('HUFU_VENDOR_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  eopPort: Config.port('HUFU_EOP_SIMULATOR_PORT').pipe(Config.withDefault(0)),
  bankDoorPort: Config.option(Config.port('HUFU_BANK_DOOR_PORT')),
  httpHost: Config.string('HUFU_HTTP_HOST').pipe(Config.withDefault('127.0.0.1')),
  httpPort: Config.option(Config.port('HUFU_HTTP_PORT')),
  keyDirectory: Config.option(Config.nonEmptyString('HUFU_KEY_DIR')),
  directory: Config.nonEmptyString('HUFU_SIMULATOR_DIR').pipe(Config.withDefault('.hufu/simulators')),
});

/** How the web hall signs in: the demo client is made by the first node, later than this starts. */
const hallAccess = (url: string, keyDirectory: string): CarrierAccess => ({
  url,
  client: async () => {
    const text = await readFile(join(keyDirectory, 'issuer.demo-users.json'), 'utf8');
    const { users } = JSON.parse(text) as {
      readonly users: ReadonlyArray<{ readonly subject: string; readonly clientSecret: string }>;
    };
    const user = users.find(({ subject }) => subject === 'demo-web-hall');
    if (user === undefined) throw new Error('there is no demo user demo-web-hall: remove the key directory');
    return { id: user.subject, secret: user.clientSecret };
  },
});

/** The demo tenant's CRM, and the file that tells the nodes of it. */
const crmAt = async (directory: string) => {
  const crm = await startCrm({ directory });
  const file = join(directory, 'crms.json');
  await writeFile(file, JSON.stringify([{ tenant: 'demo', url: crm.url, keyFile: crm.keyFile }]));
  return { ...crm, file };
};

const addressesOf = (
  { vop, telecom, eop, banks, provinces, hall, roaming, finance, vendors }: Simulators,
  crm: { readonly url: string; readonly controlUrl: string },
): Opened['addresses'] => {
  return [
    { name: 'VOP (simulated)', address: `sftp://${vop.host}:${vop.port}`, note: `control ${vop.controlUrl}` },
    { name: 'EOP (simulated)', address: `https://${eop.host}:${eop.port}`, note: `control ${eop.controlUrl}` },
    { name: 'CRM (simulated)', address: crm.url, note: `control ${crm.controlUrl}` },
    ...banks.map(({ listed, address, controlUrl }) => {
      return { name: `${listed.code} (simulated)`, address, note: `control ${controlUrl}` };
    }),
    ...(hall === undefined
      ? []
      : [{ name: 'Web hall (simulated)', address: hall.url, note: `user and password at ${hall.controlUrl}` }]),
    ...provinces.map(({ listed, controlUrl }) => {
      return { name: `${listed.name} (simulated)`, address: listed.url, note: `control ${controlUrl}` };
    }),
    {
      name: `${roaming.code} (simulated)`,
      address: `sftp://${roaming.partner.host}:${roaming.partner.port}`,
      note: `roaming partner, control ${roaming.partner.controlUrl}`,
    },
    { name: 'Finance (simulated)', address: finance.url, note: `control ${finance.controlUrl}` },
    ...(telecom === undefined
      ? []
      : [
          {
            name: 'Telecom (simulated)',
            address: `smtp://${telecom.host}:${telecom.port}`,
            note: `control ${telecom.controlUrl}`,
          },
        ]),
    ...[...vendors].map(([code, vendor]) => ({
      name: `${code} (simulated)`,
      address: `sftp://${vendor.host}:${vendor.port}`,
      note: `control ${vendor.controlUrl}`,
    })),
  ];
};

/**
 * The partners' simulators as one process: real servers on loopback ports (`HUFU_VOP_SIMULATOR_PORT`,
 * `HUFU_TELECOM_SIMULATOR_PORT`, `HUFU_EOP_SIMULATOR_PORT`, `HUFU_VENDOR_SIMULATOR_PORT` for the first vendor), their
 * state below `HUFU_SIMULATOR_DIR`. `env` names them to the nodes.
 */
export const simulators: Effect.Effect<Opened, Refusal | Fault, Scope.Scope> = Effect.gen(function* () {
  const set = yield* Effect.orDie(settings);
  const { vopPort, telecomPort, eopPort, vendorPort, bankDoorPort, directory, httpHost, httpPort, keyDirectory } = set;
  const carrier =
    Option.isSome(httpPort) && Option.isSome(keyDirectory)
      ? { carrier: hallAccess(`http://${httpHost}:${httpPort.value}`, keyDirectory.value) }
      : {};
  const program = yield* Effect.promise(mailboxProgram);
  const running = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () =>
        runSimulators({
          directory,
          vopPort,
          ...(program === undefined ? {} : { telecom: { mailboxProgram: program, port: telecomPort } }),
          eopPort,
          ...carrier,
          ...(Option.isNone(bankDoorPort) ? {} : { bankDoorPort: bankDoorPort.value }),
          vendors: VENDORS.map((vendor, index) => (index === 0 ? { ...vendor, port: vendorPort } : vendor)),
        }),
      catch: (cause) => fault('simulators', 'CannotStart', cause instanceof Error ? cause.message : String(cause)),
    }),
    (open) => Effect.promise(() => open.close()),
  );
  const crm = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => crmAt(resolve(directory, 'crm')),
      catch: (cause) => fault('simulators', 'CannotStart', cause instanceof Error ? cause.message : String(cause)),
    }),
    (open) => Effect.promise(() => open.close()),
  );
  const { vop, telecom, banks, provinces, hall, roaming, vendors } = running;
  return {
    addresses: addressesOf(running, crm),
    env: {
      ...running.environment,
      HUFU_CRMS_FILE: crm.file,
      HUFU_VOP_CONTROL: vop.controlUrl,
      ...(hall === undefined ? {} : { HUFU_HALL_CONTROL: hall.controlUrl }),
      HUFU_MANDATE_CONTROLS: JSON.stringify(
        Object.fromEntries([...banks, ...provinces].map(({ listed, controlUrl }) => [listed.code, controlUrl])),
      ),
      ...(telecom === undefined ? {} : { HUFU_TELECOM_CONTROL: telecom.controlUrl }),
      HUFU_ROAMING_CONTROL: roaming.partner.controlUrl,
      HUFU_VENDOR_CONTROLS: JSON.stringify(
        Object.fromEntries([...vendors].map(([code, { controlUrl }]) => [code, controlUrl])),
      ),
    },
  };
});
