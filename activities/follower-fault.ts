import { type Fault, fault, isFault, type Refusal } from '../domain/kernel/refusal.ts';

/**
 * What a follower of the journal fails with: a refusal, too, is tried again some times and then left to a person as a dead
 * letter, since what the actor has written is not undone by it. @param service who says so
 */
export const followerFault =
  (service: string) =>
  (cause: Refusal | Fault): Fault =>
    isFault(cause) ? cause : fault(service, cause.code, cause.message);
