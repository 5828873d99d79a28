import type { TelecomStage, TelecomState, TelecomWaitingFor } from './schema.ts';

/** What follows from an application's facts: its stage, and whom it waits for. Nothing is kept twice. */

export const telecomStage = (state: TelecomState): TelecomStage => {
  if (state.ended !== null) return state.ended;
  if (state.exports.length === 0) return 'draft';
  if (state.handedOver !== null) return 'production';
  if (state.result !== null) return 'handover';
  if (state.scan === null) return 'scan';
  return state.toSend || state.sent.at(-1)?.delivery === 'bounced' ? 'mailing' : 'result';
};

const WAITS: Readonly<Record<TelecomStage, TelecomWaitingFor>> = {
  draft: 'staff',
  scan: 'staff',
  mailing: null,
  result: 'partner',
  handover: null,
  production: 'vendor',
  completed: null,
  cancelled: null,
};

/** A letter that came back waits for a person; everything else for whoever has to act in its stage. */
export const telecomWaitingFor = (state: TelecomState): TelecomWaitingFor => {
  const stage = telecomStage(state);
  return stage === 'mailing' && !state.toSend ? 'staff' : WAITS[stage];
};
