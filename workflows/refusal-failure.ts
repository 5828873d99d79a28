/**
 * Refusals and faults on their way through Temporal: an `ApplicationFailure` whose type is the code and whose only
 * detail is the value itself (message and details are encrypted by the codec). Used on both sides of the bundle.
 */
import { ApplicationFailure } from '@temporalio/common';
import { type Fault, isFault, isRefusal, type Refusal } from '../domain/kernel/refusal.ts';

/** Not retried, by nobody. */
export const refusalFailure = (refusal: Refusal): ApplicationFailure =>
  ApplicationFailure.create({
    message: refusal.message,
    type: refusal.code,
    nonRetryable: true,
    details: [refusal],
  });

/**
 * Retried by the step's profile, and not before `retryAfterMs`. `backoffMs` is what the profile would wait after this
 * attempt: a server that says "in a second" for hours is asked less and less often all the same.
 */
export const faultFailure = (fault: Fault, backoffMs = 0): ApplicationFailure =>
  ApplicationFailure.create({
    message: fault.message,
    type: fault.code,
    nonRetryable: false,
    details: [fault],
    ...(fault.retryAfterMs === undefined || fault.retryAfterMs <= backoffMs
      ? {}
      : { nextRetryDelay: fault.retryAfterMs }),
  });

/** Errors wrap each other (activity, update, workflow failed because…); more than this is a circle. */
const MAX_CAUSES = 16;

const detailOf = <A>(error: unknown, is: (value: unknown) => value is A): A | undefined => {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if (current instanceof ApplicationFailure) {
      const detail = current.details?.find(is);
      if (detail !== undefined) return detail;
    }
    current = current.cause;
  }
  return undefined;
};

/** The refusal that an error thrown by Temporal stands for, however deep; undefined when it is none. */
export const refusalOf = (error: unknown): Refusal | undefined => detailOf(error, isRefusal);

/** The last fault of a step that gave up. */
export const faultOf = (error: unknown): Fault | undefined => detailOf(error, isFault);
