import { hallSessionActor } from './hall-session.ts';
import { numberActor } from './number.ts';
import { provinceRulesActor } from './province-rules.ts';
import { differenceActor, reconciliationActor } from './reconciliation.ts';

/** All kinds of actors of the area. */
export const mandateActors = [
  numberActor,
  provinceRulesActor,
  hallSessionActor,
  reconciliationActor,
  differenceActor,
] as const;
