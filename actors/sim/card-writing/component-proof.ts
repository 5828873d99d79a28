import { randomBytes, randomUUID } from 'node:crypto';
import { Effect } from 'effect';
import type { Fault, Refusal } from '../../../domain/kernel/refusal.ts';
import { CHALLENGE_LIFE_MS, challengeText, proofRefusals } from '../../../domain/sim/telecom/proof.ts';
import type { ComponentProof } from '../../../domain/sim/telecom/schema.ts';
import type { Actors } from '../../runtime/actors.ts';
import { eopOrderActor } from '../eop-order.ts';
import { ask, find, type Writing } from './asking.ts';

/**
 * A writing component shows which it is (seed 000 §4.3 step 3): it signs a challenge made for one request. Whether the
 * signature is right, and the version allowed, is found out when the card has been judged.
 */

type Asked<A> = Effect.Effect<A, Refusal | Fault, Actors>;
type Component = Pick<ComponentProof, 'name' | 'version'>;

export interface ComponentChallenge {
  /** 32 bytes in base64url. */
  readonly nonce: string;
  /** What the component signs: these characters in UTF-8, with Ed25519. */
  readonly text: string;
  readonly untilMs: number;
}

const NONCE_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** A new challenge each time: nobody can be sure that the last answer arrived. Refused with `EopOrderUnderWay`. */
export const challengeComponent = (writing: Writing, { name, version }: Component): Asked<ComponentChallenge> =>
  Effect.gen(function* () {
    const { tenant, request } = writing;
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const command = { _tag: 'Challenge', nonce, forMs: CHALLENGE_LIFE_MS } as const;
    const { order } = yield* ask(writing, eopOrderActor, request, command, randomUUID());
    const text = challengeText({ tenant, request, name, version, nonce });
    return { nonce, text, untilMs: order.challenge.untilMs };
  });

/**
 * Has the component answer a challenge, unless one has under this request id already: the same request may be asked for
 * as often as somebody likes. Refused with `ChallengeDiffers` when another challenge has taken the place of this one.
 */
export const showComponent = <E extends Refusal | Fault>(
  writing: Writing,
  component: Component,
  sign: (text: string) => Effect.Effect<Uint8Array, E>,
): Asked<void> =>
  Effect.gen(function* () {
    const order = yield* find(writing.tenant, eopOrderActor, writing.request);
    if (order !== null && order.proof !== null) return;
    const { nonce, text } = yield* challengeComponent(writing, component);
    const signed = yield* sign(text);
    if (signed.length !== SIGNATURE_BYTES) return yield* Effect.fail(proofRefusals.wrongSignature());
    const proof = { ...component, nonce, signature: Buffer.from(signed).toString('base64') };
    yield* ask(writing, eopOrderActor, writing.request, { _tag: 'Prove', proof }, nonce);
  });
