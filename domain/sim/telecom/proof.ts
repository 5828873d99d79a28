import { createPublicKey, verify } from 'node:crypto';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { componentRefusals } from './component.ts';
import type { ComponentState, EopOrderState } from './schema.ts';

/**
 * Whether the writing component is legal (seed 000 §4.3 step 3): its version is on the allow list, and it holds that
 * version's private key, since it signed a challenge that was made for this request alone.
 */

export const proofRefusals = {
  missing: (): Refusal =>
    refuse('denied', 'ComponentMissing', 'A Telecom card is written by a component that shows which it is.', {
      field: 'component',
      action: 'Ask for a challenge under a new request id, and send what the component signed before the write.',
    }),
  withdrawn: (): Refusal =>
    refuse('denied', 'ComponentWithdrawn', 'This version of the writing component is allowed no more.', {
      field: 'component/version',
      action: 'Use a newer version.',
    }),
  expired: (): Refusal =>
    refuse('denied', 'ChallengeExpired', 'The challenge was answered too late.', {
      field: 'component/nonce',
      action: 'Begin again under a new request id.',
    }),
  wrongSignature: (): Refusal =>
    refuse('denied', 'ComponentSignatureWrong', 'The signature is not that of this version of the component.', {
      field: 'component/signature',
    }),
} as const;

/** A challenge is answered by a program, not by a person. In milliseconds. */
export const CHALLENGE_LIFE_MS = 120_000;

const FORM = 'hufu-writing-component-1';

export interface Challenged {
  readonly tenant: string;
  readonly request: string;
  readonly name: string;
  readonly version: string;
  readonly nonce: string;
}

/** What the component signs, UTF-8: five lines without a line end at the last, and the form's name before them. */
export const challengeText = ({ tenant, request, name, version, nonce }: Challenged): string =>
  [FORM, tenant, request, name, version, nonce].join('\n');

const signatureFits = (challenged: Challenged, publicKey: string, signature: string): boolean => {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(challengeText(challenged)), key, Buffer.from(signature, 'base64'));
};

/**
 * The decision table, first row that holds: nothing shown → `ComponentMissing`; not on the list → `ComponentUnknown`;
 * withdrawn → `ComponentWithdrawn`; shown too late → `ChallengeExpired`; → `ComponentSignatureWrong`.
 */
export const proofProblem = (
  tenant: string,
  order: EopOrderState | null,
  component: ComponentState | null,
): Refusal | undefined => {
  if (order === null || order.proof === null) return proofRefusals.missing();
  if (component === null) return componentRefusals.unknown();
  if (component.status === 'withdrawn') return proofRefusals.withdrawn();
  const { challenge, proof, request } = order;
  const { nonce, name, version, signature, atMs } = proof;
  if (atMs > challenge.untilMs) return proofRefusals.expired();
  const fits =
    nonce === challenge.nonce &&
    signatureFits({ tenant, request, name, version, nonce }, component.publicKey, signature);
  return fits ? undefined : proofRefusals.wrongSignature();
};
