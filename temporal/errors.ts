/** What the Temporal server and its clients throw, as refusals and faults. */
import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, WorkflowNotFoundError } from '@temporalio/common';
import { Effect } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { faultOf, refusalOf } from '../workflows/refusal-failure.ts';

export const GRPC = { notFound: 5, alreadyExists: 6, permissionDenied: 7, unimplemented: 12, unauthenticated: 16 };

/** Not now: cancelled, unknown, deadline, exhausted, failed precondition, aborted, internal, unavailable. */
const NOT_NOW = new Set([1, 2, 4, 8, 9, 10, 13, 14]);

/** The status of an answer over gRPC, as the SDK wraps it or not. */
export const grpcCode = (error: unknown): number | undefined => {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof ServiceError && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
};

const unavailable = (doing: string): Fault =>
  fault('temporal', 'Unavailable', `Temporal did not answer while ${doing}.`, 1_000);

/** @returns undefined for a bug of ours. Messages of the server are not passed on: they may quote what we sent. */
export const temporalFailure = (doing: string, error: unknown): Refusal | Fault | undefined => {
  const told = refusalOf(error) ?? faultOf(error);
  if (told !== undefined) return told;
  if (error instanceof WorkflowNotFoundError) {
    return refuse('missing', 'ProcessNotFound', 'There is no such process, or it has ended.');
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error)) {
    return fault('temporal', 'Timeout', `Temporal took too long while ${doing}; ask again with the same key.`, 2_000);
  }
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) {
    const ended = error.cause instanceof CancelledFailure || error.cause instanceof TerminatedFailure;
    return ended
      ? refuse('conflict', 'ProcessCancelled', 'The process was cancelled.')
      : fault('temporal', 'ProcessFailed', `The process failed while ${doing}; its run says why.`);
  }
  const code = grpcCode(error);
  if (code === undefined) {
    return error instanceof Error && error.name === 'TransportError' ? unavailable(doing) : undefined;
  }
  if (code === GRPC.permissionDenied || code === GRPC.unauthenticated) {
    return fault('temporal', 'Denied', 'Temporal does not let us in: check TEMPORAL_API_KEY or the TLS certificate.');
  }
  if (code === GRPC.notFound) return refuse('missing', 'ProcessNotFound', 'There is no such process, or it has ended.');
  return NOT_NOW.has(code) ? unavailable(doing) : undefined;
};

/** Runs a call of the SDK; `doing`: "starting a process". */
export const temporalTry = <A>(doing: string, run: () => Promise<A>): Effect.Effect<A, Refusal | Fault> =>
  Effect.tryPromise({ try: run, catch: (error) => error }).pipe(
    Effect.catchAll((error) => {
      const known = temporalFailure(doing, error);
      return known === undefined ? Effect.die(error) : Effect.fail(known);
    }),
  );
