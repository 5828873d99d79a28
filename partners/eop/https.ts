import { Effect, Either, Layer, Option, Schema } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { type Answer, CALL_TIMEOUT_MS, type Connection, connectionTo } from '../connection.ts';
import { type EopSettings, eopSettings } from './configuration.ts';
import { DataAnswer, ErrorAnswer, PATHS, ResultAnswer } from './messages.ts';
import { type DataWanted, EopPort, type ResultTold, type WriteData } from './port.ts';
import { openKeys, type TransportKey } from './sealed-keys.ts';

/** EOP over HTTPS (docs/partners/eop.md): one call, one answer; whoever asked decides about asking again. */

const refused = (code: string): Refusal =>
  refuse('denied', `Eop${code}`, `EOP does not do this (${code}).`, {
    action: 'docs/partners/eop.md says what the code means.',
  });

const malformed = (what: string): Fault => fault('eop', 'MalformedAnswer', `EOP answered something else: ${what}.`);

/** A 2xx of the right shape; 4xx with a code of EOP's is a refusal, everything else a fault. */
const understood = <A, I>(schema: Schema.Schema<A, I>, { status, text }: Answer): Effect.Effect<A, Refusal | Fault> => {
  if (status >= 200 && status < 300) {
    return Effect.mapError(Schema.decode(Schema.parseJson(schema))(text), () => malformed('not the message awaited'));
  }
  // Too many requests, or one that took too long: again, later.
  if (status < 400 || status >= 500 || status === 408 || status === 429) {
    return Effect.fail(fault('eop', 'Unavailable', `EOP answered HTTP ${status}.`));
  }
  const error = Schema.decodeEither(Schema.parseJson(ErrorAnswer))(text);
  return Effect.fail(Either.isRight(error) ? refused(error.right.code) : malformed(`HTTP ${status} without a code`));
};

const fetchData =
  ({ post }: Connection, transportKey: TransportKey) =>
  (wanted: DataWanted): Effect.Effect<WriteData, Refusal | Fault> =>
    Effect.gen(function* () {
      const answer = yield* post(PATHS.data, JSON.stringify({ ...wanted, transportKey: transportKey.id }));
      const data = yield* understood(DataAnswer, answer);
      if (data.request !== wanted.request || data.iccid !== wanted.iccid) {
        return yield* Effect.fail(malformed('the data of another request'));
      }
      const keys = openKeys(transportKey, data);
      if (keys === undefined) return yield* Effect.fail(malformed('keys that the transport key does not open'));
      const files = data.files.map(({ name, content }) => {
        return { name, content: new SecretBytes(Buffer.from(content, 'hex')) };
      });
      return { order: data.order, imsi: data.imsi, smsc: data.smsc, keys, files };
    });

const tellResult =
  ({ post }: Connection) =>
  ({ word, ...told }: ResultTold): Effect.Effect<void, Refusal | Fault> =>
    Effect.gen(function* () {
      const answer = yield* understood(
        ResultAnswer,
        yield* post(PATHS.result, JSON.stringify({ ...told, result: word })),
      );
      if (answer.request !== told.request) return yield* Effect.fail(malformed('the answer to another request'));
    });

const make = ({ server, transportKey }: EopSettings, timeoutMs: number) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => connectionTo('eop', server, timeoutMs)),
      ({ close }) => close,
    ),
    (connection) => EopPort.of({ fetchData: fetchData(connection, transportKey), tellResult: tellResult(connection) }),
  );

/** EOP at a given server. */
export const eopPortAt = (settings: EopSettings, timeoutMs: number = CALL_TIMEOUT_MS): Layer.Layer<EopPort> =>
  Layer.scoped(EopPort, make(settings, timeoutMs));

const notConfigured = (): Fault =>
  fault('eop', 'NotConfigured', 'EOP_URL is not set: no Telecom card can be written from here.');

/** Where no EOP is configured: every call is a fault that says so. */
export const noEop = EopPort.of({
  fetchData: () => Effect.fail(notConfigured()),
  tellResult: () => Effect.fail(notConfigured()),
});

/** EOP as the environment says. */
export const EopPortLive = Layer.scoped(
  EopPort,
  Effect.flatMap(eopSettings, (settings) =>
    Option.isSome(settings) ? make(settings.value, CALL_TIMEOUT_MS) : Effect.succeed(noEop),
  ),
);
