import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Effect } from 'effect';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';
import { decodeIso, encodeIso, type IsoMessage, isIsoProblem } from '../../domain/mandates/iso8583/codec.ts';
import { frameOf, framesOf } from '../../domain/mandates/iso8583/frames.ts';
import {
  answerOfIso,
  isoOfMessage,
  isRequest,
  matchingKey,
  responseTo,
  transmissionTime,
} from '../../domain/mandates/iso8583/mapping.ts';
import { decided, type Exchange, type Handler, malformedAnswer } from './exchange.ts';
import type { LineServer } from './line.ts';
import { answerRequest } from './over-line.ts';
import type { Delivery } from './simulator-behaviour.ts';

/** A simulated bank's end of a line: it is dialled, answers as its behaviour says, and asks over the same connection. */

export interface SimulatedLine {
  readonly port: number;
  readonly open: (open: boolean) => Promise<void>;
  /** Asks the one who has signed on. */
  readonly exchange: Exchange;
}

const ANSWER_MS = 8_000;
const GARBAGE = Buffer.from('not a message of ours at all');

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** @param deliver how the next answer goes out: waits, and says how often it is written. */
export const simulatedLine = async (
  bank: string,
  line: Omit<LineServer, 'port'>,
  port: number,
  handle: Handler,
  deliver: (network: boolean) => Promise<Delivery>,
): Promise<SimulatedLine> => {
  const { frames: rules, macKey, terminal, institution } = line;
  const sockets = new Set<Socket>();
  /** Those that have signed on, each a node of the carrier's; the one that did so last is asked. */
  const peers = new Set<Socket>();
  const asked = new Map<string, (response: IsoMessage) => void>();
  let stan = 0;
  const answering = answerRequest(bank, 'carrier', handle);

  const write = (socket: Socket, message: IsoMessage, { dribble }: Pick<Delivery, 'dribble'>): void => {
    const bytes = frameOf(rules, encodeIso(message, macKey));
    if (!dribble) return void socket.write(bytes);
    for (const byte of bytes) socket.write(Buffer.of(byte));
  };
  const answer = async (socket: Socket, request: IsoMessage): Promise<void> => {
    if (!isRequest(request.mti)) return asked.get(matchingKey(request) ?? '')?.(request);
    const delivery = await deliver(request.mti === '0800');
    if (request.mti === '0800') {
      if (request.fields[70] === '001') peers.add(socket);
      return write(socket, responseTo({ ...request, mti: request.mti }, '00'), delivery);
    }
    const response = await Effect.runPromise(answering(request));
    await delivery.turn();
    if (delivery.garbage) return void socket.write(frameOf(rules, GARBAGE));
    if (delivery.overlong) return void socket.write(Buffer.alloc(rules.headerBytes, 0xff));
    for (let times = 0; response !== undefined && times < delivery.times; times += 1) write(socket, response, delivery);
  };
  const server = createServer((socket) => {
    let held: Buffer = Buffer.alloc(0);
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      peers.delete(socket);
    });
    socket.on('data', (bytes) => {
      const { frames, rest, problem } = framesOf(rules, held, bytes);
      held = rest;
      for (const frame of frames) {
        const message = decodeIso(frame, macKey);
        if (isIsoProblem(message)) return void socket.destroy();
        answer(socket, message).catch(() => socket.destroy());
      }
      return problem === undefined ? undefined : void socket.destroy();
    });
  });
  await listening(server, port, line.host);
  const bound = (server.address() as AddressInfo).port;
  const exchange: Exchange = (message) =>
    Effect.flatMap(
      Effect.async<IsoMessage, Fault>((resume) => {
        stan += 1;
        const keys = { stan: String(stan).padStart(6, '0'), sent: transmissionTime(Date.now()), terminal, institution };
        const request = isoOfMessage(message, keys);
        const key = matchingKey(request) ?? '';
        asked.set(key, (response) => resume(Effect.succeed(response)));
        const peer = [...peers].at(-1);
        if (peer === undefined) resume(Effect.fail(fault('hufu', 'Unavailable', 'Nobody has signed on.')));
        else write(peer, request, { dribble: false });
        return Effect.sync(() => asked.delete(key));
      }).pipe(Effect.timeoutFail({ duration: ANSWER_MS, onTimeout: () => fault('hufu', 'Timeout', 'No answer.') })),
      (response) =>
        Effect.fromNullable(answerOfIso(response, message)).pipe(
          Effect.mapError(() => malformedAnswer('no answer')),
          Effect.flatMap(decided),
        ),
    );
  return {
    port: bound,
    exchange,
    open: async (open) => {
      if (open === server.listening) return;
      if (open) return listening(server, bound, line.host);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
  };
};
