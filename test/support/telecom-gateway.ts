import { randomUUID } from 'node:crypto';
import { Layer } from 'effect';
import { RIGHTS } from '../../gateway/rights.ts';
import { simRoutes } from '../../gateway/sim/routes.ts';
import type { SocketRoute } from '../../gateway/socket.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import type { House } from './telecom-house.ts';

/** A gateway before a house that writes Telecom cards, with the routes that are of Telecom writes alone. */

export interface TelecomGateway {
  readonly gateway: TestGateway;
  /** As this demo user; paths begin after `/v1/sim`. */
  readonly call: (
    as: string,
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
}

export const telecomGateway = async (
  house: House,
  sockets: ReadonlyArray<SocketRoute> = [],
): Promise<TelecomGateway> => {
  const own = /^\/v1\/sim\/(?:telecom-writes|writing-components)/;
  const routes = simRoutes.filter(({ path }) => own.test(path));
  const rights = Object.fromEntries(
    routes.map(({ operationId }) => [operationId, RIGHTS[operationId] ?? { allow: 'everyone' as const }]),
  );
  const services = Layer.succeedContext(await house.context()) as never;
  const gateway = await startGateway({ routes, rights, sockets }, services);
  const call: TelecomGateway['call'] = async (as, method, path, body) => {
    const headers = await gateway.as(as, { 'content-type': 'application/json', 'idempotency-key': randomUUID() });
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${gateway.url}/v1/sim${path}`, { method, headers, ...sent });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { gateway, call };
};
