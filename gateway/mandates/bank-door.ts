import type { IncomingMessage, ServerResponse } from 'node:http';
import { Effect, Layer, Runtime } from 'effect';
import { log } from '../../telemetry/log.ts';
import { type DoorPlace, openDoor } from '../http.ts';

/**
 * Where banks over HTTPS come in: a listener of its own, with certificates on both sides. What a message is and who has
 * said it is not seen here: body and signature go to whoever knows the bank (`partners/bank/exchange.ts`).
 */

export interface BankDoorAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BankDoorParts {
  readonly place: Required<DoorPlace>;
  readonly path: string;
  /** Of the header with the signature. */
  readonly signature: string;
  readonly answer: (body: string, signature: string) => Effect.Effect<BankDoorAnswer>;
}

/** Three times the longest message. */
const LONGEST_BODY = 16 * 1_024;

/** Undefined when it is too long. */
const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const send = (response: ServerResponse, { status, body, headers }: BankDoorAnswer): void => {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(body);
};

const refused = (status: number): BankDoorAnswer => ({
  status,
  body: JSON.stringify({ code: 'Malformed' }),
  headers: {},
});

/** Open until the layer is closed; what is under way then has its time. */
export const bankDoorLayer = ({ place, path, signature, answer }: BankDoorParts) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const run = Runtime.runPromise(yield* Effect.runtime<never>());
      const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        if (request.url !== path) return send(response, refused(404));
        if (request.method !== 'POST') return send(response, refused(405));
        const body = await bodyOf(request);
        if (body === undefined) return send(response, refused(413));
        send(response, await run(answer(body, String(request.headers[signature] ?? ''))));
      };
      const door = yield* openDoor(place);
      door.attach((request, response) => {
        serve(request, response).catch((cause: unknown) => {
          log.error({ err: cause }, 'a bank’s message met a defect');
          response.destroy();
        });
      });
      log.info({ host: place.host, port: door.port }, 'banks may call');
    }),
  );
