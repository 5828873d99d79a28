import { Failure, say } from '../failure.ts';
import { choosePorts, DEFAULT_PORTS, type PortName } from '../supervisor/ports.ts';
import type { Run } from '../supervisor/run.ts';
import { SERVERS, type StartedName } from './catalog.ts';
import { type Found, findOrFetch } from './find.ts';
import { hostsOf, reachable } from './reach.ts';

/**
 * Brings up the servers that a run needs, side by side: those named in the environment are only looked at, the others
 * are found or fetched, started in the run's state directory on the loopback address, and awaited.
 */

export interface Servers {
  /** For every process that follows: addresses by their variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Which of them this run started itself. */
  readonly own: ReadonlySet<StartedName>;
  readonly found: Readonly<Partial<Record<StartedName, Found>>>;
}

/**
 * Chooses the run's ports: the defaults, or (`anywhere`) any; tells which had to move.
 * Fixed by the environment: `HUFU_HTTP_PORT`, `HUFU_RUNNER_PORT`.
 */
export const runPorts = async (run: Run, anywhere: boolean): Promise<Record<PortName, number>> => {
  const asked: Partial<Record<PortName, number>> = {
    ...portFrom('http', 'HUFU_HTTP_PORT'),
    ...portFrom('runner', 'HUFU_RUNNER_PORT'),
  };
  const preferred = { ...DEFAULT_PORTS, ...asked };
  const wanted = Object.keys(DEFAULT_PORTS).map(
    (name) =>
      [name as PortName, anywhere && asked[name as PortName] === undefined ? 0 : preferred[name as PortName]] as const,
  );
  const { ports, moved } = await choosePorts(wanted);
  for (const [name, from, to] of moved) {
    if (asked[name] !== undefined) {
      throw new Failure(
        `port ${from} (${name}) is taken by something else.`,
        `Free it (ss -ltnp 'sport = :${from}' shows who has it), or choose another.`,
      );
    }
    say(`port ${from} (${name}) is taken by something else; using ${to}`);
  }
  run.update({ ports });
  return ports;
};

const portFrom = (name: PortName, variable: string): Partial<Record<PortName, number>> => {
  const text = process.env[variable];
  if (text === undefined || text === '') return {};
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Failure(`${variable} is no port: ${text}`);
  return { [name]: port };
};

const checkReachable = async (name: StartedName, address: string): Promise<void> => {
  const hosts = hostsOf(name, address);
  if (hosts.length === 0) return;
  const answers = await Promise.all(hosts.map(({ host, port }) => reachable(host, port)));
  if (answers.includes(true)) return;
  const { title, variable } = SERVERS[name];
  throw new Failure(
    `${title} does not answer at ${hosts.map(({ host, port }) => `${host}:${port}`).join(', ')} (from ${variable}).`,
    `Start it, correct ${variable}, or unset ${variable} to let hufu start one of its own.`,
  );
};

export const startServers = async (
  run: Run,
  names: ReadonlyArray<StartedName>,
  ports: Readonly<Record<PortName, number>>,
): Promise<Servers> => {
  const namespace = process.env['TEMPORAL_NAMESPACE'] || 'hufu';
  const own = new Set<StartedName>();
  const found: Partial<Record<StartedName, Found>> = {};
  const addresses: Record<StartedName, string> = { mongodb: '', redis: '', temporal: '' };
  // One after the other: fetching prints progress, and two builds at once would only slow each other down.
  for (const name of names) found[name] = await findOrFetch(SERVERS[name], process.env);
  // All are awaited, also when one fails: a half-started server must be stoppable.
  const outcomes = await Promise.allSettled(
    names.map(async (name) => {
      const where = found[name];
      if (where === undefined) return;
      if (where.where === 'environment') {
        await checkReachable(name, where.address);
        addresses[name] = where.address;
        return;
      }
      own.add(name);
      addresses[name] = await startOwn[name](run, where.program, ports, namespace);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  const pairs = names.map((name) => [SERVERS[name].variable, addresses[name]] as const);
  return { env: { ...Object.fromEntries(pairs), TEMPORAL_NAMESPACE: namespace }, own, found };
};

type Start = (
  run: Run,
  program: string,
  ports: Readonly<Record<PortName, number>>,
  namespace: string,
) => Promise<string>;

/** Loaded when needed: the clients of all three take half a second to load. */
const startOwn: Readonly<Record<StartedName, Start>> = {
  mongodb: async (run, program, ports) => {
    const { mongodbUri, startMongodb } = await import('./mongodb.ts');
    await startMongodb(run, program, ports.mongodb);
    return mongodbUri(ports.mongodb);
  },
  redis: async (run, program, ports) => {
    const { redisUrl, startRedis } = await import('./redis.ts');
    await startRedis(run, program, ports.redis);
    return redisUrl(ports.redis);
  },
  temporal: async (run, program, ports, namespace) => {
    const { startTemporal } = await import('./temporal.ts');
    await startTemporal(run, program, ports, namespace);
    return `127.0.0.1:${ports.temporal}`;
  },
};
