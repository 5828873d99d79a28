import { type Fault, fault, isFault, type Refusal } from '../../domain/kernel/refusal.ts';

/** What a follower fails with: a refusal, too, is tried again, since what the actor has written is not undone by it. */
export const asFault = (cause: Refusal | Fault): Fault =>
  isFault(cause) ? cause : fault('mandates', cause.code, cause.message);
