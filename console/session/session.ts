import { createContext, useContext } from 'react';
import { allows, type OperationId } from '../api/client.ts';
import type { Me } from '../api/generated.ts';
import type { ConsoleSettings } from './sign-in.ts';

/** Who is signed in, and what that person may do: for what is shown. The gateway judges each call itself. */

export interface Session {
  readonly me: Me;
  readonly settings: ConsoleSettings;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('nobody is signed in here');
  return session;
};

export const useMay = (): ((id: OperationId) => boolean) => {
  const { me } = useSession();
  return (id) => allows(id, me.roles);
};
