import { randomBytes } from 'node:crypto';
import { Effect, Either } from 'effect';
import { type CardReader, converse, type ReaderFault } from '../../../devices/card-reader/port.ts';
import { isRefusal, type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../../domain/kernel/secret.ts';
import { authenticationTalk } from '../../../domain/sim/uicc/authentication-talk.ts';
import { type CardProfile, type CardSeen, profileOf } from '../../../domain/sim/uicc/card-profile.ts';
import type { SubscriberKeys } from '../../../domain/sim/uicc/codec-keys.ts';
import { milenage, opcOf } from '../../../domain/sim/uicc/milenage.ts';
import type { WriteStep } from '../../../domain/sim/uicc/write-plan.ts';
import {
  carryOut,
  lookAt,
  lookingSteps,
  noProgress,
  takeBack,
  type WriteProgress,
} from '../../../domain/sim/writing/talk.ts';

/** What is said to a card during a write. Nothing here asks an actor: that comes before and after. */

/** Powers the card on and looks. Refused with `CardProfileUnknown`, or in the words of the card's status. */
export const look = (
  reader: CardReader,
  profiles: readonly CardProfile[],
): Effect.Effect<{ readonly seen: CardSeen; readonly profile: CardProfile } | Refusal, ReaderFault> =>
  Effect.gen(function* () {
    const atr = yield* reader.powerOn;
    const profile = profileOf(profiles, atr);
    if (profile === undefined) {
      return refuse('missing', 'CardProfileUnknown', 'No profile has the ATR of this card.', { field: 'atr' });
    }
    const seen = yield* converse(reader, lookAt(profile, atr));
    return isRefusal(seen) ? seen : { seen, profile };
  });

/** How a talk that changes the card ended. */
export interface TalkEnd {
  readonly progress: WriteProgress;
  /** Why it did not go to its end; undefined when everything is on the card as it should be. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly proved: boolean;
}

const CHALLENGE_BYTES = 16;
/** Of a secure channel. */
const HOST_CHALLENGE_BYTES = 8;
/** The first number that a USIM accepts (TS 33.102 annex C.3.2): one that has counted further says so. */
const FIRST_SQN = 0x20n;

/** True when the keys are proved, false when nobody here can compute what the card does. */
const prove = (
  reader: CardReader,
  { algorithm, cardClass }: CardProfile,
  keys: SubscriberKeys | undefined,
): Effect.Effect<boolean | Refusal, ReaderFault> =>
  Effect.gen(function* () {
    const opc = keys?.opc ?? (keys?.op === undefined ? undefined : new SecretBytes(opcOf(keys.k, keys.op)));
    if (algorithm !== 'milenage' || keys === undefined || opc === undefined) return false;
    const talk = authenticationTalk(cardClass, milenage(keys.k, opc), randomBytes(CHALLENGE_BYTES), FIRST_SQN);
    const run = yield* converse(reader, talk);
    if (run.outcome === 'right') return true;
    return run.outcome === 'wrong'
      ? refuse('conflict', 'AuthenticationWrong', 'The card did not compute what the keys give: other keys are on it.')
      : refuse('conflict', 'AuthenticationRefused', `The card did not compute: ${run.status}.`);
  });

const faultTold = ({ code, execution }: ReaderFault) => ({
  code,
  message: `The reader had a fault in the middle; the command was executed: ${execution}.`,
});

/** The steps, then the proof of the keys. Never fails: whatever happens is in the end that it comes to. */
const carriedOut = (
  reader: CardReader,
  profile: CardProfile,
  steps: readonly WriteStep[],
  keys: SubscriberKeys | undefined,
  progress: WriteProgress,
): Effect.Effect<TalkEnd> =>
  Effect.gen(function* () {
    const done = yield* Effect.either(
      converse(reader, carryOut(profile, steps, progress, randomBytes(HOST_CHALLENGE_BYTES))),
    );
    if (Either.isLeft(done)) {
      const before = done.left.execution === 'no' ? takeBack(progress) : progress;
      return { progress: before, problem: faultTold(done.left), proved: false };
    }
    if (done.right !== undefined) return { progress, problem: done.right, proved: false };
    const proof = yield* Effect.either(prove(reader, profile, keys));
    if (Either.isLeft(proof)) return { progress, problem: faultTold(proof.left), proved: false };
    return isRefusal(proof.right)
      ? { progress, problem: proof.right, proved: false }
      : { progress, proved: proof.right };
  });

/** Writes the plan, reads everything back, proves the keys. */
export const write = (
  reader: CardReader,
  profile: CardProfile,
  steps: readonly WriteStep[],
  keys: SubscriberKeys | undefined,
): Effect.Effect<TalkEnd> => carriedOut(reader, profile, steps, keys, noProgress());

/** Whether a card that carries the IMSI is as the plan would have it. Changes nothing but its sequence number. */
export const inspect = (
  reader: CardReader,
  profile: CardProfile,
  steps: readonly WriteStep[],
  keys: SubscriberKeys | undefined,
): Effect.Effect<TalkEnd> =>
  carriedOut(reader, profile, lookingSteps(steps), keys, { ...noProgress(), imsi: 'written' });
