/** The trace that an activity belongs to: sent by the workflow in a header, kept here from the interceptor to the step. */
import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { TRACE_HEADER } from '../workflows/trace-header.ts';

const traceparents = new WeakMap<Context, string>();

export const traceparentOf = (context: Context): string | undefined => traceparents.get(context);

export const traceActivities: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    execute: (input, next) => {
      const payload = input.headers[TRACE_HEADER];
      const text: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
      if (typeof text === 'string') traceparents.set(context, text);
      return next(input);
    },
  },
});
