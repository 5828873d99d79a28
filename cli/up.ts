import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consoleEnv } from './console/built.ts';
import { EXIT, Failure, say } from './failure.ts';
import { ROLES, type Role } from './role.ts';
import { runPorts, type Servers, startServers } from './servers/start.ts';
import type { Child } from './supervisor/child.ts';
import { anyPort, type PortName } from './supervisor/ports.ts';
import { Run, rootDir, stateDirOf } from './supervisor/run.ts';
import { type Address, holderIsAlive, type RunFile, readRunFile } from './supervisor/run-file.ts';
import { untilSignal } from './supervisor/signals.ts';
import { printAddresses } from './table.ts';

/**
 * `hufu up`: servers, preparation, simulators, nodes; a table of addresses; then it stays until it is told to stop.
 * The demo is the same with a tour once everything is up.
 */

export interface UpOptions {
  /** How the work is shared: one process, a process for each part, or this many equal nodes. */
  readonly separate?: boolean;
  readonly nodes?: number;
  /** Runs once everything is up. When it resolves to true, `up` ends. */
  readonly tour?: (running: RunFile, strike: (child: string) => boolean) => Promise<boolean>;
}

const NODE_READY_MS = 60_000;
const NODE_GRACE_MS = 25_000;
const FIRST_READY_MS = 10 * 60_000;

type Ports = Readonly<Record<PortName, number>>;

/** Roles of each process, by its name. */
export const layout = (
  options: Pick<UpOptions, 'separate' | 'nodes'>,
): ReadonlyArray<readonly [string, readonly Role[]]> => {
  if (options.separate === true) {
    return [
      ['node-actors', ['actors']],
      ['node-gateway', ['gateway', 'devices']],
      ['node-worker', ['worker']],
    ];
  }
  const count = options.nodes ?? 1;
  return Array.from({ length: count }, (_, i) => [count === 1 ? 'node' : `node-${i + 1}`, ROLES] as const);
};

export const up = async (options: UpOptions): Promise<number> => {
  const started = performance.now();
  const begun = await Run.begin({ stateDir: stateDirOf(process.env), scratch: false });
  if (!(begun instanceof Run)) return joinRunning(begun, options);
  const signal = untilSignal(() => begun.kill());
  try {
    const outcome = await Promise.race([signal, open(begun, options, started).then(() => undefined)]);
    if (outcome !== undefined) return EXIT.ok;
    const tour = options.tour === undefined ? undefined : options.tour(begun.file, (child) => begun.strike(child));
    const end = await Promise.race([signal, begun.broken, ...(tour === undefined ? [] : [endOfTour(tour)])]);
    if (end instanceof Failure) throw end;
    return EXIT.ok;
  } finally {
    say('stopping');
    await begun.stop();
    say('stopped');
  }
};

/** Resolves when the tour wants `up` to end; a tour that stays resolves nothing. */
const endOfTour = async (tour: Promise<boolean>): Promise<'ended'> => {
  if (await tour) return 'ended';
  return new Promise<never>(() => undefined);
};

/** A second call: waits for the first to be ready, and says where everything is. */
const joinRunning = async (holder: RunFile, options: UpOptions): Promise<number> => {
  say(`already running (process ${holder.pid})`);
  const deadline = Date.now() + FIRST_READY_MS;
  let run: RunFile | undefined = holder;
  while (run !== undefined && holderIsAlive(run) && run.status === 'starting' && Date.now() < deadline) {
    await sleep(200);
    run = readRunFile(holderDir());
  }
  if (run === undefined || !holderIsAlive(run) || run.status !== 'ready') {
    throw new Failure(
      'the running hufu did not become ready.',
      `Its logs are in ${join(holderDir(), 'logs')}; ./hufu down stops it.`,
    );
  }
  printAddresses(run.addresses);
  if (options.tour !== undefined) await options.tour(run, () => false);
  return EXIT.ok;
};

const holderDir = (): string => stateDirOf(process.env);

const open = async (run: Run, options: UpOptions, started: number): Promise<void> => {
  const ports = await runPorts(run, process.env['HUFU_ANY_PORTS'] === '1');
  const servers = await startServers(run, ['mongodb', 'redis', 'temporal'], ports);
  say('servers are up');
  const env = { ...commonEnv(run, ports), ...servers.env };
  const prepared = import('./prepare.ts').then(({ prepare }) => prepare(env));
  const [simulated, ofConsole] = await Promise.all([startSimulators(run, ports, env), consoleEnv(), prepared]);
  const nodeEnv = { ...env, ...simulated.env, ...ofConsole, ...issuerEnv(options, ports) };
  const addresses = [
    ...gatewayAddresses(ports, 'HUFU_CONSOLE_DIR' in ofConsole),
    ...(await startNodes(run, options, ports, nodeEnv)),
    ...serverAddresses(ports, servers),
    ...simulated.addresses,
  ];
  run.update({ status: 'ready', addresses, env: nodeEnv });
  printAddresses(addresses);
  say(
    `ready in ${((performance.now() - started) / 1_000).toFixed(1)} s; Ctrl-C or ./hufu down stops it; logs in ${run.logDir}`,
  );
};

const commonEnv = (run: Run, ports: Ports): Record<string, string> => ({
  HUFU_STATE_DIR: run.stateDir,
  ...keyEnv(run),
  HUFU_DATABASE: process.env['HUFU_DATABASE'] || 'hufu',
  HUFU_HTTP_HOST: process.env['HUFU_HTTP_HOST'] || '127.0.0.1',
  HUFU_HTTP_PORT: String(ports.http),
  HUFU_RUNNER_HOST: process.env['HUFU_RUNNER_HOST'] || '127.0.0.1',
  HUFU_TEMPORAL_UI: `http://127.0.0.1:${ports.temporalUi}`,
  HUFU_TEMPORAL_UI_ORIGIN:
    process.env['HUFU_TEMPORAL_UI_ORIGIN'] ||
    `http://127.0.0.1:${ports.temporalUi},http://localhost:${ports.temporalUi}`,
});

/** Keys are made here only where nobody named a directory of real ones. */
const keyEnv = (run: Run): Record<string, string> => {
  const directory = process.env['HUFU_KEY_DIR'];
  return directory === undefined || directory === ''
    ? { HUFU_KEY_DIR: join(run.stateDir, 'keys'), HUFU_DEMO_KEYS: '1' }
    : { HUFU_KEY_DIR: directory };
};

/** Several gateways are one to whoever calls: tokens of the embedded issuer are good at all, by the first one's name. */
const issuerEnv = (options: UpOptions, ports: Ports): Record<string, string> =>
  (options.nodes ?? 1) === 1 || process.env['HUFU_PUBLIC_URL'] !== undefined
    ? {}
    : { HUFU_PUBLIC_URL: `http://127.0.0.1:${ports.http}` };

/** The first makes keys and namespace, the others follow together. @returns where the gateways of further nodes are. */
const startNodes = async (
  run: Run,
  options: UpOptions,
  ports: Ports,
  env: Readonly<Record<string, string>>,
): Promise<readonly Address[]> => {
  // The first node that has a role has its port of the table; further ones any.
  const first = { gateway: ports.http, actors: ports.runner, bankDoor: ports.bankDoor };
  const portFor = async (role: keyof typeof first): Promise<string> => {
    const port = first[role] === 0 ? await anyPort() : first[role];
    first[role] = 0;
    return String(port);
  };
  const further: Address[] = [];
  const nodes: Array<() => Promise<Child>> = [];
  for (const [name, roles] of layout(options)) {
    const http = roles.includes('gateway') ? { HUFU_HTTP_PORT: await portFor('gateway') } : {};
    const door = roles.includes('gateway') ? { HUFU_BANK_DOOR_PORT: await portFor('bankDoor') } : {};
    const runner = roles.includes('actors') ? { HUFU_RUNNER_PORT: await portFor('actors') } : {};
    const probe = roles.includes('gateway') ? {} : { HUFU_PROBE_PORT: String(await anyPort()) };
    const port = Number(http.HUFU_HTTP_PORT ?? ports.http);
    if (port !== ports.http) further.push({ name: `Gateway of ${name}`, address: `http://127.0.0.1:${port}` });
    if (probe.HUFU_PROBE_PORT !== undefined) {
      further.push({ name: `Health of ${name}`, address: `http://127.0.0.1:${probe.HUFU_PROBE_PORT}/health/ready` });
    }
    const own = { ...env, ...http, ...door, ...runner, ...probe };
    nodes.push(() => startOurs(run, name, ['node', '--roles', roles.join(',')], own));
  }
  const [one, ...others] = nodes;
  await one?.();
  await Promise.all(others.map((start) => start()));
  return further;
};

const startOurs = async (
  run: Run,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child> => {
  const child = run.start({
    name,
    command: process.execPath,
    args: [join(rootDir, 'cli', 'main.ts'), ...args],
    // Buffers of many sizes, freed by other threads, leave glibc's arenas full of holes (docs/decisions/0113).
    env: { MALLOC_ARENA_MAX: process.env['MALLOC_ARENA_MAX'] ?? '2', ...env },
    ours: true,
    graceMs: NODE_GRACE_MS,
  });
  await child.healthy(async () => child.ready !== undefined, NODE_READY_MS);
  child.keepAlive();
  return child;
};

/** Unless the environment names a real partner. */
const startSimulators = async (
  run: Run,
  ports: Ports,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly addresses: readonly Address[]; readonly env: Readonly<Record<string, string>> }> => {
  if (process.env['VOP_SFTP_URL'] !== undefined) return { addresses: [], env: {} };
  const child = await startOurs(run, 'simulators', ['simulators'], {
    ...env,
    HUFU_VOP_SIMULATOR_PORT: String(ports.vopSftp),
    HUFU_VENDOR_SIMULATOR_PORT: String(ports.vendorSftp),
    HUFU_BANK_DOOR_PORT: String(ports.bankDoor),
    HUFU_SIMULATOR_DIR: join(run.stateDir, 'simulators'),
  });
  return { addresses: child.ready?.addresses ?? [], env: child.ready?.env ?? {} };
};

const gatewayAddresses = (ports: Ports, hasConsole: boolean): Address[] => [
  { name: 'Gateway', address: `http://127.0.0.1:${ports.http}`, note: 'REST, events' },
  { name: 'API docs', address: `http://127.0.0.1:${ports.http}/docs` },
  ...(hasConsole ? [{ name: 'Console', address: `http://127.0.0.1:${ports.http}/console/` }] : []),
];

const serverAddresses = (ports: Ports, servers: Servers): Address[] => [
  ...(servers.own.has('temporal') ? [{ name: 'Temporal UI', address: `http://127.0.0.1:${ports.temporalUi}` }] : []),
  { name: 'Temporal', address: servers.env['TEMPORAL_ADDRESS'] ?? '', note: noteOf(servers, 'temporal') },
  { name: 'MongoDB', address: withoutPassword(servers.env['MONGODB_URI'] ?? ''), note: noteOf(servers, 'mongodb') },
  { name: 'Redis', address: withoutPassword(servers.env['REDIS_URL'] ?? ''), note: noteOf(servers, 'redis') },
];

const noteOf = (servers: Servers, name: 'mongodb' | 'redis' | 'temporal'): string => {
  const found = servers.found[name];
  return found === undefined || found.where === 'environment' ? 'yours' : `started here, from the ${found.where}`;
};

/** Addresses go to the screen and to run.json. */
const withoutPassword = (address: string): string => address.replace(/\/\/[^@/]*@/, '//');
