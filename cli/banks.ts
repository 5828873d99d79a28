import { readFile } from 'node:fs/promises';
import { Config, Effect, Layer, Option, Runtime } from 'effect';
import type { Actors } from '../actors/runtime/actors.ts';
import { type Refusal, refuse } from '../domain/kernel/refusal.ts';
import type { Message } from '../domain/mandates/messages/schema.ts';
import type { BorderKeys } from '../domain/mandates/messages/signed.ts';
import { bankDoorLayer } from '../gateway/mandates/bank-door.ts';
import { answerBank } from '../gateway/mandates/bank-messages.ts';
import { bankPortLive } from '../partners/bank/banks.ts';
import { bankSettings } from '../partners/bank/configuration.ts';
import { door, type Handler, MESSAGES_PATH, SIGNATURE } from '../partners/bank/exchange.ts';
import { ProvincePort } from '../partners/province/port.ts';
import type { KeyRing } from '../store/keys/key-ring.ts';
import type { Mongo } from '../store/mongo.ts';
import { log } from '../telemetry/log.ts';
import { counter } from '../telemetry/metrics.ts';
import { Processes } from '../temporal/client.ts';
import { operationsTenant } from '../temporal.config.ts';
import { mandatesContract } from '../workflows/mandates/contract.ts';

/**
 * The banks at a node: the port over which its worker speaks to them, with the lines that it dials, and the door at its
 * gateway for those that speak HTTPS. Whichever way a message comes, it is answered by the same (`answerBank`).
 */

const troubles = counter({
  name: 'hufu_bank_line_troubles_total',
  help: 'What went wrong on lines to banks, and answers that came too late',
  labels: ['bank', 'trouble'],
});

/** What decides about banks' messages, with all that it needs. */
const handler = Effect.gen(function* () {
  const { homeOf } = yield* ProvincePort;
  const answer = answerBank({ tenant: yield* operationsTenant, homeOf });
  const services = yield* Effect.context<Actors | KeyRing | Mongo | Processes>();
  const handle: Handler = (message) =>
    Effect.provide(answer(message), services).pipe(
      Effect.tapError((failure) =>
        Effect.sync(() => {
          const { bank, type } = message;
          log.warn({ bank, type, code: failure.code }, 'a bank’s message could not be answered: it is to come again');
        }),
      ),
      Effect.tapDefect((cause) =>
        Effect.sync(() =>
          log.error({ bank: message.bank, type: message.type, cause }, 'a bank’s message met a defect'),
        ),
      ),
      // A bug is nobody's answer.
      Effect.catchAllDefect(() => Effect.fail('defect')),
    );
  return handle;
});

/** An order that was given up has been answered after all: its process asks at once what the bank has done. */
const settleLate = Effect.gen(function* () {
  const processes = yield* Processes;
  const tenant = yield* operationsTenant;
  const run = Runtime.runFork(yield* Effect.runtime<never>());
  return (message: Message): void => {
    if (message.type !== 'paymentOrder') return;
    const id = { tenant, key: message.request };
    // One that has ended has settled it already.
    run(Effect.ignore(processes.signal(mandatesContract.workflows.charging, id, 'answered', undefined)));
  };
});

/** The banks as the node's worker speaks to them. */
export const banksLive = Layer.unwrapEffect(
  Effect.map(Effect.all([handler, settleLate]), ([handle, settle]) =>
    bankPortLive({
      handle,
      late: (message) => {
        const { bank, type } = message;
        troubles.inc({ bank, trouble: 'Late' });
        log.warn({ bank, type }, 'a bank has answered a message that was given up');
        settle(message);
      },
      trouble: (bank, trouble) => {
        troubles.inc({ bank, trouble });
        log.warn({ bank, trouble }, 'trouble on the line to a bank');
      },
    }),
  ),
);

const settings = Config.all({
  host: Config.nonEmptyString('HUFU_BANK_DOOR_HOST').pipe(Config.withDefault('127.0.0.1')),
  port: Config.option(Config.port('HUFU_BANK_DOOR_PORT')),
});

const pem = (variable: string) =>
  Effect.flatMap(Config.nonEmptyString(variable), (path) =>
    Effect.tryPromise({
      try: () => readFile(path, 'utf8'),
      catch: (): Refusal =>
        refuse('invalid', 'PartnerConfiguration', `${variable}: cannot read ${path}`, {
          action: 'Give the path of a PEM file that this process may read (docs/partners/bank.md).',
        }),
    }),
  );

const STOP_MS = 10_000;

/** The door for banks over HTTPS; without a port there is none. */
export const bankDoorLive = Layer.unwrapEffect(
  Effect.gen(function* () {
    const { host, port } = yield* settings;
    if (Option.isNone(port)) return Layer.empty;
    const keys = new Map<string, BorderKeys>();
    for (const { code, transport } of yield* bankSettings) {
      if ('keys' in transport) keys.set(code, transport.keys);
    }
    const [certificate, privateKey, clientAuthorities] = yield* Effect.all([
      pem('HUFU_BANK_DOOR_CERT_FILE'),
      pem('HUFU_BANK_DOOR_KEY_FILE'),
      pem('HUFU_BANK_DOOR_CA_FILE'),
    ]);
    const certificates = { certificate, privateKey, clientAuthorities };
    return bankDoorLayer({
      place: {
        host,
        port: port.value,
        stopMs: STOP_MS,
        variables: { host: 'HUFU_BANK_DOOR_HOST', port: 'HUFU_BANK_DOOR_PORT' },
        certificates,
      },
      path: MESSAGES_PATH,
      signature: SIGNATURE,
      answer: door((bank) => keys.get(bank), 'bank', yield* handler),
    });
  }),
);
