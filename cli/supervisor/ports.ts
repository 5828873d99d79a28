import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Which port each part listens on. Defaults are fixed so that addresses can be remembered; a port that something else
 * holds is replaced by the next free one, and the person is told.
 */

export type PortName =
  | 'http'
  | 'runner'
  | 'mongodb'
  | 'redis'
  | 'temporal'
  | 'temporalUi'
  | 'vopSftp'
  | 'vendorSftp'
  | 'bankDoor'
  | 'issuer';

/** Far from the servers' own defaults, which a developer's machine often uses already. */
export const DEFAULT_PORTS: Readonly<Record<PortName, number>> = {
  http: 8080,
  runner: 34431,
  mongodb: 37017,
  redis: 36379,
  temporal: 37233,
  temporalUi: 8233,
  vopSftp: 30022,
  vendorSftp: 30023,
  bankDoor: 30024,
  issuer: 8090,
};

const TRIES = 50;

export type IsFree = (port: number) => Promise<boolean>;

/** Whether a listener can be opened on the loopback address at this moment. */
export const isFree: IsFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * Any free port below those that systems hand out by themselves: what is started until it is listened on (simulators on ports
 * of their own, every connection) cannot be given it.
 */
export const anyPort = async (): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(10_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error(`of ${TRIES} ports between 10000 and 30000 none is free`);
};

/**
 * @param wanted the preferred port of each name, in order; 0 asks for any.
 * @returns a free port for each, none twice, and the names that could not have what they wanted.
 */
export const choosePorts = async <Name extends string>(
  wanted: ReadonlyArray<readonly [Name, number]>,
  free: IsFree = isFree,
  any: () => Promise<number> = anyPort,
): Promise<{
  readonly ports: Record<Name, number>;
  readonly moved: ReadonlyArray<readonly [Name, number, number]>;
}> => {
  const taken = new Set<number>();
  const ports: Array<readonly [Name, number]> = [];
  const moved: Array<readonly [Name, number, number]> = [];
  for (const [name, first] of wanted) {
    const port = (await near(first, taken, free)) ?? (await unused(taken, any));
    if (first !== 0 && port !== first) moved.push([name, first, port]);
    taken.add(port);
    ports.push([name, port]);
  }
  return { ports: Object.fromEntries(ports) as Record<Name, number>, moved };
};

const near = async (first: number, taken: ReadonlySet<number>, free: IsFree): Promise<number | undefined> => {
  if (first === 0) return undefined;
  for (let port = first; port < first + TRIES && port < 65_536; port += 1) {
    if (!taken.has(port) && (await free(port))) return port;
  }
  return undefined;
};

const unused = async (taken: ReadonlySet<number>, any: () => Promise<number>): Promise<number> => {
  for (;;) {
    const port = await any();
    if (!taken.has(port)) return port;
  }
};
