import { sm3Hex } from '../../../domain/keys/sm3.ts';
import type { RouteRequest } from '../../route.ts';

/** The key of a process that a request begins: the same for the same request of the same caller. */
export const processKeyOf = (name: string, { caller, commandId }: Pick<RouteRequest, 'caller' | 'commandId'>): string =>
  `${name}:${sm3Hex(`${caller.subject}\n${commandId}`).slice(0, 32)}`;
