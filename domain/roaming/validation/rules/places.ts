import { type Place, RECORD_KINDS, type Rule, rule, UNCONFIRMED } from '../rule.ts';

/** Kinds of record that rows are about, alone and together. */
export const CALLS = RECORD_KINDS;
export const MOC: readonly Place[] = ['mobileOriginatedCall'];
export const MTC: readonly Place[] = ['mobileTerminatedCall'];
export const VOICE: readonly Place[] = [...MOC, ...MTC];
export const SS: readonly Place[] = ['supplServiceEvent'];
export const SCU: readonly Place[] = ['serviceCentreUsage'];
export const GPRS: readonly Place[] = ['gprsCall'];
export const CONTENT: readonly Place[] = ['contentTransaction'];
export const LOCATION: readonly Place[] = ['locationService'];
export const MESSAGING: readonly Place[] = ['messagingEvent'];
export const SESSION: readonly Place[] = ['mobileSession'];
export const WITH_START: readonly Place[] = [...VOICE, ...GPRS];
export const WITH_SUBSCRIBER: readonly Place[] = [...VOICE, ...SS, ...GPRS];
export const WITH_DURATION: readonly Place[] = [...WITH_START, ...SESSION];

/** A row that returns the record; unconfirmed unless it says otherwise. */
export const severe = (
  item: string,
  code: number,
  places: readonly Place[],
  test: Rule['test'],
  when: string,
  more: Parameters<typeof rule>[6] = UNCONFIRMED,
): Rule => rule(item, code, 'severe', places, test, when, more);
export const CONFIRMED = {};
