/**
 * Failures as Temporal stores them: message and stack trace lie in a payload of their own and so pass the codec, like
 * every input and result; the server and its UI see `Encoded failure`. Loaded by path, in the bundle and outside.
 */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
