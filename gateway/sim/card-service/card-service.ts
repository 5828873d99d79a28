import { Cause, Effect, Exit, Runtime } from 'effect';
import type { RemoteClient } from '../../../devices/card-reader/remote/remote-client.ts';
import { RemoteClients } from '../../../devices/card-reader/remote/remote-clients.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { type Ask, LIMITS, PROTOCOL_PATH } from '../../../sdk/protocol.ts';
import { log } from '../../../telemetry/log.ts';
import type { SocketRoute } from '../../socket.ts';
import { AskBook } from './ask-book.ts';
import { type AskServices, performAsk, problemOf } from './asks.ts';
import { Connection, type ConnectionTimes } from './connection.ts';

/** The server's end of the card service: clients dial in, and cards in their readers are read and written from here. */

export interface CardServiceSettings extends ConnectionTimes {
  readonly mostClients: number;
  readonly mostPerSubject: number;
  /** What is under way when the server stops gets this long. */
  readonly stopMs: number;
}

export const CARD_SERVICE: CardServiceSettings = {
  helloMs: 5_000,
  beatMs: 10_000,
  graceMs: 20_000,
  mostClients: 2_000,
  mostPerSubject: 500,
  stopMs: 10_000,
};

const refusedNow = (id: string) => ({
  type: 'refused' as const,
  ask: id,
  problem: {
    code: 'GoingAway',
    message: 'This server stops.',
    field: null,
    action: 'Ask again: another one answers.',
    retryAfterMs: 1_000,
  },
});

export const cardServiceSocket = (
  settings: CardServiceSettings = CARD_SERVICE,
): Effect.Effect<SocketRoute, never, AskServices> =>
  Effect.map(Effect.runtime<AskServices>(), (runtime) => {
    const clients = new RemoteClients({
      graceMs: settings.graceMs,
      most: settings.mostClients,
      mostPerSubject: settings.mostPerSubject,
    });
    const books = new WeakMap<RemoteClient, AskBook>();
    const underWay = new Set<Promise<void>>();
    let stopping = false;

    const bookOf = (client: RemoteClient): AskBook => {
      const known = books.get(client) ?? new AskBook(client);
      books.set(client, known);
      return known;
    };

    const perform = async (client: RemoteClient, caller: Caller, from: string, id: string, ask: Ask): Promise<void> => {
      const exit = await Runtime.runPromiseExit(runtime)(performAsk({ client, caller, from, id, ask }));
      const book = bookOf(client);
      if (Exit.isSuccess(exit)) {
        book.close(id, { type: 'done', ask: id, result: exit.value });
        return;
      }
      const failure = Cause.squash(exit.cause);
      const problem = problemOf(failure);
      if (problem.code === 'Defect')
        log.error({ ask: id, cause: Cause.pretty(exit.cause) }, 'the card service met a defect');
      book.close(id, { type: 'refused', ask: id, problem });
    };

    return {
      path: PROTOCOL_PATH,
      operationId: 'sim.cardService.connect',
      most: settings.mostClients,
      messageBytes: LIMITS.frameChars,
      opened: (socket, door) =>
        new Connection(socket, door, {
          times: settings,
          enter: ({ tenant, subject }, { client, session }) => clients.enter({ tenant, subject, client }, session),
          asked: (client, caller, id, ask) => {
            if (stopping) client.send(refusedNow(id));
            else if (bookOf(client).open(id)) {
              const running = perform(client, caller, door.from, id, ask).finally(() => underWay.delete(running));
              underWay.add(running);
            }
          },
        }),
      stop: async () => {
        stopping = true;
        let late: ReturnType<typeof setTimeout> | undefined;
        const limit = new Promise<void>((resolve) => {
          late = setTimeout(resolve, settings.stopMs);
        });
        await Promise.race([Promise.all(underWay), limit]);
        clearTimeout(late);
        clients.close();
      },
    };
  });
