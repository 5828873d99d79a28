/**
 * Makes the namespace usable: registers it where we may, and its search attributes, and waits until the server knows
 * both. Idempotent, so every node does it at start. A hosted service makes namespaces by its own console; there only
 * the check remains.
 */
import type { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { Duration, Effect, Schedule } from 'effect';
import { type Fault, fault, isFault } from '../domain/kernel/refusal.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { GRPC, grpcCode, temporalFailure } from './errors.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** Names are cached by every part of the server, and are looked up again after some seconds. */
const READY_WITHIN = Duration.seconds(60);
const LOOK_EVERY = Duration.millis(100);

const TYPES: Record<SearchAttributeType, proto.temporal.api.enums.v1.IndexedValueType> = {
  TEXT: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  DOUBLE: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  BOOL: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

/** Our search attributes with their types, as the server's operator service takes them. */
export const searchAttributeTypes: Readonly<Record<string, proto.temporal.api.enums.v1.IndexedValueType>> =
  Object.fromEntries(searchAttributes.map(({ name, type }) => [name, TYPES[type]]));

/** What did not go well: an outage, or a status for the caller to understand. */
type Answer = Fault | { readonly grpc: number };

const ask = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Answer> =>
  Effect.tryPromise({ try: run, catch: (error) => error }).pipe(
    Effect.catchAll((error): Effect.Effect<never, Answer> => {
      const known = temporalFailure(doing, error);
      if (isFault(known)) return Effect.fail(known);
      const code = grpcCode(error);
      return code === undefined ? Effect.die(error) : Effect.fail({ grpc: code });
    }),
  );

/** An answer of the server that nobody expected becomes a fault that says what was being done. */
const orFault = <A>(doing: string, effect: Effect.Effect<A, Answer>) =>
  Effect.mapError(effect, (error) =>
    isFault(error) ? error : fault('temporal', 'Refused', `Temporal refused (gRPC ${error.grpc}) while ${doing}.`),
  );

const isGrpc =
  (...codes: ReadonlyArray<number>) =>
  (error: Answer): boolean =>
    'grpc' in error && codes.includes(error.grpc);

/** Tries again until it succeeds; `worth` says which failures may pass by waiting (by default all). */
const until = <A, E>(
  effect: Effect.Effect<A, E>,
  what: string,
  worth: (error: E) => boolean = () => true,
): Effect.Effect<A, E | Fault> =>
  Effect.retry(effect, { schedule: Schedule.spaced(LOOK_EVERY), while: worth }).pipe(
    Effect.timeoutFail({
      duration: READY_WITHIN,
      onTimeout: () => fault('temporal', 'NotReady', `Temporal has not taken up ${what} in time.`, 5_000),
    }),
  );

const register = (connection: Connection, namespace: string, retentionDays: number): Effect.Effect<void, Answer> => {
  const describe = ask('looking for the namespace', () => connection.workflowService.describeNamespace({ namespace }));
  const make = ask('registering the namespace', () =>
    connection.workflowService.registerNamespace({
      namespace,
      description: 'Hufu',
      workflowExecutionRetentionPeriod: { seconds: (retentionDays * 86_400) as never },
    }),
  ).pipe(
    Effect.catchIf(isGrpc(GRPC.alreadyExists), () => Effect.void),
    Effect.catchIf(isGrpc(GRPC.permissionDenied, GRPC.unimplemented), () =>
      Effect.fail(
        fault('temporal', 'NoNamespace', `There is no namespace ${namespace} and we may not make it: create it first.`),
      ),
    ),
    Effect.zipRight(until(describe, `the namespace ${namespace}`)),
  );
  return Effect.asVoid(Effect.catchIf(describe, isGrpc(GRPC.notFound), () => make));
};

const registerSearchAttributes = (connection: Connection, namespace: string): Effect.Effect<void, Answer> =>
  Effect.gen(function* () {
    const { customAttributes } = yield* ask('listing search attributes', () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    const wrong = searchAttributes.find(
      ({ name, type }) => customAttributes[name] !== undefined && customAttributes[name] !== TYPES[type],
    );
    if (wrong !== undefined) {
      const message = `The search attribute ${wrong.name} of ${namespace} has another type than ${wrong.type}: remove it first.`;
      return yield* Effect.fail(fault('temporal', 'SearchAttributeType', message));
    }
    const missing = searchAttributes.filter(({ name }) => customAttributes[name] === undefined);
    if (missing.length === 0) return;
    yield* ask('registering search attributes', () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, TYPES[type]])),
      }),
    );
  }).pipe(
    // Another node was faster; or a hosted service, where they are made by its console: the query below finds out.
    Effect.catchIf(isGrpc(GRPC.alreadyExists, GRPC.permissionDenied, GRPC.unimplemented), () => Effect.void),
  );

/** Succeeds once a query by each of our attributes is understood, which is later than their registration. */
const searchable = (connection: Connection, namespace: string): Effect.Effect<void, Answer> => {
  const query = searchAttributes.map(({ name }) => `${name} = 'none'`).join(' OR ');
  const count = ask('trying the search attributes', () =>
    connection.workflowService.countWorkflowExecutions({ namespace, query }),
  );
  return Effect.asVoid(until(count, `the search attributes of ${namespace}`));
};

/** @param retentionDays how long the server keeps a closed run; our own facts are in the journal. */
export const prepareNamespace = (
  connection: Connection,
  options: { readonly namespace: string; readonly retentionDays: number },
): Effect.Effect<void, Fault> =>
  register(connection, options.namespace, options.retentionDays).pipe(
    Effect.zipRight(
      until(
        registerSearchAttributes(connection, options.namespace),
        `the search attributes of ${options.namespace}`,
        (failure) => !isFault(failure) || failure.code !== 'SearchAttributeType',
      ),
    ),
    Effect.zipRight(searchable(connection, options.namespace)),
    (preparing) => orFault('preparing the namespace', preparing),
  );
