import { connect } from 'node:net';
import type { StartedName } from './catalog.ts';

/** Servers that somebody else started: which hosts an address names, and whether anything listens there. */

const REACH_MS = 5_000;

/** Whether something listens there. */
export const reachable = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: REACH_MS });
    const done = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });

/** Host and port of each server in an address as its variable holds it; several for a replica set. */
export const hostsOf = (
  name: StartedName,
  address: string,
): ReadonlyArray<{ readonly host: string; readonly port: number }> => {
  const defaults = { mongodb: 27_017, redis: 6_379, temporal: 7_233 };
  if (address.startsWith('mongodb+srv:')) return [];
  const authority = address.replace(/^[a-z+]+:\/\//, '').split(/[/?]/)[0] ?? '';
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.map((text) => {
    const url = new URL(`tcp://${text}`);
    return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || defaults[name] };
  });
};
