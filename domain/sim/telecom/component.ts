import { createPublicKey } from 'node:crypto';
import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { ComponentCommand, ComponentEvent, ComponentReply, ComponentState } from './schema.ts';

/**
 * The allow list of writing components (写卡组件, seed 000 §4.3 step 3), an entry for each name and version with the
 * public key of the private one that this version signs with. Nothing is on it until somebody puts it there.
 */

export const componentKey = (name: string, version: string): string => `${name}@${version}`;

export const componentRefusals = {
  unknown: (): Refusal =>
    refuse('missing', 'ComponentUnknown', 'This version of the writing component is not on the allow list.', {
      field: 'component/version',
      action: 'Allow it, or use a version that is allowed.',
    }),
  invalidKey: (): Refusal =>
    refuse('invalid', 'InvalidComponentKey', 'The key is no Ed25519 public key (SPKI in base64).', {
      field: 'publicKey',
      action: 'openssl pkey -in KEY -pubout -outform DER | base64 -w0',
    }),
  keyDiffers: (): Refusal =>
    refuse('conflict', 'ComponentKeyDiffers', 'This version is on the list with another key.', {
      field: 'publicKey',
      action: 'Give a component with another key another version.',
    }),
} as const;

const isEd25519 = (publicKey: string): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
};

const outcomeOf = (
  state: ComponentState | null,
  command: ComponentCommand,
  { actor, caller, nowMs }: Facts,
): readonly ComponentEvent[] | Refusal => {
  const change = { by: caller.subject, atMs: nowMs };
  if (command._tag === 'Withdraw') {
    if (state === null) return componentRefusals.unknown();
    return state.status === 'withdrawn' ? [] : [{ _tag: 'Withdrawn', reason: command.reason, ...change }];
  }
  const { publicKey, note } = command;
  if (!isEd25519(publicKey)) return componentRefusals.invalidKey();
  if (state !== null && state.publicKey !== publicKey) return componentRefusals.keyDiffers();
  if (state?.status === 'allowed') return [];
  return [{ _tag: 'Allowed', component: actor.key, publicKey, note, ...change }];
};

const evolve = (state: ComponentState | null, event: ComponentEvent): ComponentState | null => {
  const change = { changedBy: event.by, changedAtMs: event.atMs };
  if (event._tag === 'Withdrawn') {
    return state === null ? null : { ...state, status: 'withdrawn', reason: event.reason, ...change };
  }
  const { component, publicKey, note } = event;
  return { component, publicKey, note, status: 'allowed', reason: null, ...change };
};

const decide = (
  state: ComponentState | null,
  command: ComponentCommand,
  facts: Facts,
): Decision<ComponentEvent, ComponentReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const component = outcome.reduce(evolve, state);
  if (component === null) return componentRefusals.unknown();
  return accept(outcome, { changed: outcome.length > 0, component });
};

export const componentDecider: Decider<ComponentState | null, ComponentCommand, ComponentEvent, ComponentReply> = {
  initial: null,
  decide,
  evolve,
};
